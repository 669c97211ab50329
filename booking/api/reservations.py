"""Ask for rooms, list and read reservations, decide, withdraw and cancel."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor
from booking.access.permissions import Permission
from booking.access.scopes import TokenScope
from booking.api import answers, incoming, outgoing, queries
from booking.api.endpoint import ApiBlueprint, Contract, endpoint
from booking.api.idempotency import act_once
from booking.api.problems import Taken, Wanted, reply
from booking.api.series import taken, told_of_instead, with_series
from booking.availability.alternatives import alternatives
from booking.errors import NotFound, RuleViolation, SlotTaken, Violation
from booking.reservations import decisions
from booking.reservations.changes import claimed
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.reservations.queries import companions_of, find
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pricing import ANY_AGE
from booking.timetable.interval import Interval

_ONCE: Final = {
    "room": "karelia-sali",
    "title": "Kuoron harjoitus",
    "start": "2027-01-12T18:00",
    "end": "2027-01-12T20:00",
    "people": 24,
    "purpose": "rehearsal",
    "visibility": "public",
    "organisation": "imatran-kuoro",
}
_SERIES: Final = _ONCE | {
    "repeat": "weekly",
    "until": "2027-05-25",
    "skip": ["2027-02-23"],
    "instead": [
        {"date": "2027-02-09", "start": "17:30", "end": "19:30"},
        {"date": "2027-03-09", "room": "vierashuone"},
    ],
}
_STEP_EXAMPLE: Final = {"reason": "Sali on remontissa."}

blueprint = ApiBlueprint("api-reservations", __name__, url_prefix="/api/v1", description="Reservations")


@endpoint(
    blueprint,
    "POST",
    "/reservations",
    Permission.API_TOKEN,
    _l("Varaa tila"),
    Contract(
        outgoing.Reservation,
        status=201,
        body=incoming.NewReservation,
        body_examples={"once": _ONCE, "series": _SERIES},
        refuses=(400, 403, 404, 409, 413, 415),
        scopes=(TokenScope.BOOK,),
    ),
)
def create_reservation(body: dict[str, Any]) -> Response:
    """Ask for a room: confirmed at once where the room says so, else pending until an approver decides.

    With `repeat` for a series: all its dates or none, each at the same time of the wall clock. Dates that
    `instead` puts into rooms of another owner become reservations of their own, the `companions`.
    What is not free is refused with `conflicts` (one a date) and `alternatives`, what breaks a rule with
    `violations`, which name their `date` in a series.
    """
    request, now = with_series(_request(body), body), clock.now()

    def work(actor: Actor) -> dict[str, Any]:
        return _detail(request_reservation(request, actor=actor, now=now), Sight.FULL, actor)

    try:
        response = act_once(work, status=201, now=now)
    except RuleViolation as error:
        if not request.fixes:
            raise
        raise told_of_instead(error, request) from error
    except SlotTaken as error:
        if request.pattern is not None:
            raise taken(request, error, actor=current_actor(), now=now) from error
        room = catalogue().room(request.room_slug)
        raise _taken([(room, Interval(request.start, request.end))], request.people) from error
    reference = response.get_json()["reference"]
    response.headers["Location"] = url_for("api-reservations.show_reservation", reference=reference)
    return response


@endpoint(
    blueprint,
    "GET",
    "/reservations",
    Permission.API_TOKEN,
    _l("Omat varaukset"),
    Contract(outgoing.ReservationPage, query=incoming.ReservationQuery, scopes=(TokenScope.READ,)),
)
def list_reservations(query: dict[str, Any]) -> Response:
    """List what the caller and their associations have, and what their own rooms as approver have."""
    wanted = queries.Wanted(
        organisation=query.get("organisation", ""),
        state=query.get("state", ""),
        start=query.get("from_"),
        end=query.get("to"),
        before=query.get("before"),
    )
    if wanted.start and wanted.end and wanted.end <= wanted.start:
        raise RuleViolation([Violation("end_before_start", "to")])
    limit = query.get("limit", incoming.PAGE)
    found = queries.reservations(wanted, current_actor(), limit=limit + 1)
    page = found[:limit]
    following = _following(query, page[-1].id) if len(found) > limit else None
    actor, now = current_actor(), clock.now()
    items = [answers.reservation_item(each, actor=actor, now=now) for each in page]
    return reply({"items": items, "next": following})


@endpoint(
    blueprint,
    "GET",
    "/reservations/<reference>",
    Permission.API_TOKEN,
    _l("Varauksen tiedot"),
    Contract(outgoing.Reservation, query=incoming.Query, refuses=(404,), scopes=(TokenScope.READ,)),
)
def show_reservation(query: dict[str, Any], reference: str) -> Response:
    """Show a reservation: all of it to its own people and the room's approvers, else its public part."""
    actor = current_actor()
    return reply(_detail(*find(_known(reference), actor), actor))


def _step(
    name: str, title: Any, *scopes: TokenScope
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    contract = Contract(
        outgoing.Reservation,
        body=incoming.Step,
        body_example=_STEP_EXAMPLE,
        refuses=(400, 403, 404, 409, 413, 415),
        scopes=scopes,
    )
    return endpoint(
        blueprint, "POST", f"/reservations/<reference>/{name}", Permission.API_TOKEN, title, contract
    )


@_step("confirm", _l("Vahvista"), TokenScope.DECIDE)
def confirm_reservation(body: dict[str, Any], reference: str) -> Response:
    """Confirm pending dates as an approver. Competing requests that no longer fit are declined."""
    now = clock.now()
    try:
        return _answer_step(
            reference,
            lambda known, actor: decisions.confirm(known, _dates(body), actor=actor, now=now).reservation,
        )
    except SlotTaken as error:
        raise _taken_since(reference, error) from error


@_step("decline", _l("Hylkää"), TokenScope.DECIDE)
def decline_reservation(body: dict[str, Any], reference: str) -> Response:
    """Decline pending dates as an approver; a reason is needed."""
    now, reason = clock.now(), _reason(body)
    return _answer_step(
        reference,
        lambda known, actor: decisions.decline(known, _dates(body), reason, actor=actor, now=now).reservation,
    )


@_step("withdraw", _l("Peru pyyntö"), TokenScope.BOOK)
def withdraw_reservation(body: dict[str, Any], reference: str) -> Response:
    """Take back pending dates for the booker."""
    now, reason = clock.now(), _reason(body)
    return _answer_step(
        reference,
        lambda known, actor: decisions.withdraw(known, _dates(body), actor=actor, now=now, reason=reason),
    )


@_step("cancel", _l("Peru"), TokenScope.BOOK, TokenScope.DECIDE)
def cancel_reservation(body: dict[str, Any], reference: str) -> Response:
    """Cancel confirmed dates, for the booker until the room's deadline, or as approver with a reason."""
    now, reason = clock.now(), _reason(body)
    return _answer_step(
        reference, lambda known, actor: decisions.cancel(known, _dates(body), reason, actor=actor, now=now)
    )


def _request(body: dict[str, Any]) -> ReservationRequest:
    return ReservationRequest(
        room_slug=body["room"],
        start=body["start"],
        end=body["end"],
        title=body["title"],
        purpose=body["purpose"],
        visibility=body["visibility"],
        people=body["people"],
        organisation_slug=body.get("organisation") or None,
        responsible=body.get("responsible") or "",
        contact=body.get("contact") or "",
        note=body.get("note") or "",
        age=body.get("age") or ANY_AGE,
    )


def _detail(reservation: Reservation, sight: Sight, actor: Actor) -> dict[str, Any]:
    shape = answers.reservation_detail(reservation, sight, actor=actor, now=clock.now())
    if sight is not Sight.FULL:
        return shape
    return shape | {"companions": [each.reference for each in companions_of(reservation, actor)]}


def _answer_step(reference: str, step: Callable[[str, Actor], Reservation]) -> Response:
    known = _known(reference)
    now = clock.now()

    def work(actor: Actor) -> dict[str, Any]:
        return answers.reservation_detail(step(known, actor), actor=actor, now=now)

    return act_once(work, status=200, now=now)


def _taken_since(reference: str, error: SlotTaken) -> Taken:
    """Say which dates of a request are taken by now. Who may confirm them sees all of it."""
    reservation, _ = find(_known(reference), current_actor())
    lost = [each for each in reservation.occurrences if claimed(each) in error.conflicts]
    rooms = catalogue().by_id
    uses = [(rooms[each.room_id], Interval(each.starts_at, each.ends_at)) for each in lost]
    return _taken(uses, reservation.people)


def _taken(lost: Sequence[tuple[RoomFacts, Interval]], people: int) -> Taken:
    """Return what is refused, with what would do instead of the first of it."""
    room, use = lost[0]
    found = alternatives(room, use, people=people, actor=current_actor(), now=clock.now())
    return Taken([Wanted(each.slug, when.start, when.end) for each, when in lost], found)


def _following(query: dict[str, Any], last_id: int) -> str:
    names = {"from_": "from"}
    kept: dict[str, Any] = {
        names.get(name, name): answers.moment(value) if name in ("from_", "to") else value
        for name, value in query.items()
        if name != "before"
    }
    return url_for("api-reservations.list_reservations", **kept, before=last_id)


def _known(reference: str) -> str:
    """Return a reference as it is stored; it may be typed in small letters."""
    if not (reference.isascii() and reference.isalnum()):
        raise NotFound("unknown_reservation")
    return reference.upper()


def _dates(body: dict[str, Any]) -> list[int] | None:
    chosen: list[int] | None = body.get("occurrences")
    return chosen


def _reason(body: dict[str, Any]) -> str:
    return body.get("reason") or ""
