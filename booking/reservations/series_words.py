"""How a series repeats, in words."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from booking.reservations.series import Segment, segments_in
from booking.web.filters import clock_face, date_long, date_short


def stored_in_words(stored: dict[str, Any] | None, first: datetime, last: datetime) -> str:
    """Return how a stored series repeats, from its first date to its last.

    What has no pattern (dates of a request that lie in another owner's room) is told by these two alone.
    """
    days = _("%(first)s – %(last)s", first=date_short(first), last=date_long(last))
    lines = [_segment_in_words(each) for each in segments_in(stored)]
    return ", ".join([*lines, days])


def _segment_in_words(segment: Segment) -> str:
    start = clock_face(segment.start.hour, segment.start.minute)
    return f"{start}–{clock_face(segment.end.hour, segment.end.minute)}"
