"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.approvals import (  # noqa: F401
    clear_views,
    deputy_views,
    panels,
    publishing_views,
    question_views,
    queue_views,
    sentences,
    settings_views,
    undo_views,
)
from booking.desk.approvals.blueprint import blueprint

__all__ = ["blueprint"]
