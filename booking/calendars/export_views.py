"""What leaves the service by itself: a reservation as a file, public events, a week for another site."""

from flask import Blueprint, Response

from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.calendars import feeds
from booking.calendars.answer import calendar_answer
from booking.calendars.one import EVER, of_reservation
from booking.clock import now

blueprint = Blueprint("exports", __name__)


@blueprint.get("/reservations/<reference>.ics")
@requires(Permission.ANYONE)
def reservation_file(reference: str) -> Response:
    """All dates of a reservation, for who may see it."""
    answer = calendar_answer(of_reservation(reference, current_actor()), start=EVER, public=False)
    answer.vary.add("Cookie")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}.ics"'
    return answer


@blueprint.get("/calendars/events.ics")
@requires(Permission.ANYONE)
def events_feed() -> Response:
    """What is open to anyone, in all rooms."""
    return calendar_answer(feeds.of_events(), start=feeds.since(now()))
