"""The page behind the link in a reminder: looking at it changes nothing, its button gives the date back.

Mail scanners open links, so only a POST does it. The address carries a token: it goes into no referrer, no
search engine and no log.
"""

from datetime import datetime

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.errors import WrongState
from booking.organisations.acting import act_as
from booking.reservations.blueprint import blueprint
from booking.reservations.changes import room_of
from booking.reservations.giving_back import Link, give_back_by_link, is_late, linked_date, read_link
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence
from booking.rooms.pages import summary
from booking.timetable.interval import Interval

CONFLICT = 409
_SECRET = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@blueprint.get("/give-up/<token>")
@requires(Permission.SECRET_ADDRESS)
def give_up_link(token: str) -> ResponseReturnValue:
    """Say what the button would give back, or that there is nothing left to give back."""
    return _page(token, read_link(token), clock.now())


@blueprint.post("/give-up/<token>")
@requires(Permission.SECRET_ADDRESS)
def give_up_by_link(token: str) -> ResponseReturnValue:
    """Give the date back for the person the link was written to."""
    link, now = read_link(token), clock.now()
    try:
        act_as(link.user_id, lambda actor: give_back_by_link(link, actor=actor, now=now))
    except WrongState:
        return _page(token, link, now), CONFLICT  # the page says why
    return redirect(url_for("reservations.give_up_link", token=token), 303)


@blueprint.after_request
def keep_token_secret(response: Response) -> Response:
    """Have every answer of such an address keep it, error pages too: their own links would tell it."""
    if request.endpoint in ("reservations.give_up_link", "reservations.give_up_by_link"):
        response.headers.update(_SECRET)
    return response


def _page(token: str, link: Link, now: datetime) -> str:
    occurrence = linked_date(link)
    reservation = occurrence.reservation
    return render_template(
        "reservations/give_up_link.html",
        token=token,
        standing=_standing(occurrence, link, now),
        title=occurrence.title,
        use=Interval(occurrence.starts_at, occurrence.ends_at),
        room=summary(room_of(occurrence.room_id)),
        organisation=reservation.organisation.name if reservation.organisation else None,
        reference=reservation.reference,
    )


def _standing(occurrence: Occurrence, link: Link, now: datetime) -> str:
    """Return what the link can still do, in the words of its template."""
    if occurrence.state == State.CANCELLED:
        return "given_back"
    if occurrence.sequence != link.sequence or occurrence.state != State.CONFIRMED:
        return "changed"
    if occurrence.starts_at <= now:
        return "begun"
    return "late" if is_late(occurrence, now) else "in_time"
