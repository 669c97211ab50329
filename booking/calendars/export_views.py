"""What leaves the service by itself: a reservation as a file, public events, a week for another site."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.calendars import feeds, public_events
from booking.calendars.answer import asked_language, calendar_answer, feed_answer
from booking.calendars.one import EVER, of_reservation
from booking.clock import now, zone
from booking.timetable.zone import local_date

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


@blueprint.get("/events.atom")
@requires(Permission.ANYONE)
def events_atom() -> Response:
    """The next of what is open to anyone, for programs that read news."""
    language, today = asked_language(), local_date(now(), zone())
    return feed_answer(
        public_events.atom_tag(language, today),
        lambda: public_events.atom_feed(language, today),
        language=language,
        public=True,
        content_type="application/atom+xml; charset=utf-8",
    )


@blueprint.get("/events")
@requires(Permission.ANYONE)
def events() -> ResponseReturnValue:
    """What is open to anyone in the next weeks, by day."""
    asked = request.args
    found = public_events.shown(
        now(), organisation=asked.get("organisation", ""), venue=asked.get("venue", "")
    )
    return render_template("calendars/events.html", found=found, weeks=public_events.WEEKS)
