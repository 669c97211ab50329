"""A series that is asked for: what is wanted instead on single dates, and what is said of taken ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from booking.access.actor import Actor
from booking.api.patterns import pattern_of
from booking.api.problems import Taken, Wanted
from booking.api.reading import InvalidRequest
from booking.availability.alternatives import Alternative
from booking.availability.fixes import Fix, FixKind
from booking.availability.series import Preview, preview
from booking.availability.wishes import wishes_of
from booking.clock import zone
from booking.errors import RuleViolation, SlotTaken, Violation
from booking.reservations.request import ReservationRequest, broken_by_form
from booking.reservations.series import slots_wanted
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.rooms.labels import room_name


def with_series(request: ReservationRequest, body: dict[str, Any]) -> ReservationRequest:
    """Return the request with the pattern and the choices for single dates that a body asks for.

    Raises NotFound (no such room) and RuleViolation for what cannot be.
    """
    pattern = pattern_of(body)
    instead: Sequence[dict[str, Any]] = body.get("instead") or ()
    if pattern is None:
        if instead:
            raise InvalidRequest([Violation("repeat_missing", "repeat")])
        return request
    if request.end <= request.start:
        raise RuleViolation(broken_by_form(request))
    series = replace(request, pattern=pattern)
    dates = {slot.date for slot in slots_wanted(series, catalogue().room(request.room_slug))}
    return replace(series, fixes=_fixes(instead, dates))


def taken(request: ReservationRequest, error: SlotTaken, *, actor: Actor, now: datetime) -> Taken:
    """Return the refusal of a series: each date that is not free, and what would do instead of each.

    What was given back since the refusal counts as taken all the same: somebody had it then.
    """
    rooms = catalogue()
    room = rooms.room(request.room_slug)
    wishes = wishes_of(room, slots_wanted(request, room), request.fixes, zone(), rooms.room)
    found = preview(wishes, wanted=Filter(people=request.people), actor=actor, now=now)
    lost = [each for each in found if each.problem == "taken" or _claims(each, error)]
    return Taken(
        [
            Wanted(each.wish.room.slug, each.wish.use.start, each.wish.use.end)
            for each in lost
            if each.wish.use
        ],
        [alternative for each in lost for alternative in _alternatives(each)],
    )


def told_of_instead(error: RuleViolation, request: ReservationRequest) -> RuleViolation:
    """Return a refusal whose violations of dates that are wanted elsewhere belong to the field `instead`."""
    elsewhere = {fix.on for fix in request.fixes}
    return RuleViolation(
        [replace(each, field="instead") if each.on in elsewhere else each for each in error.violations]
    )


def _claims(found: Preview, error: SlotTaken) -> bool:
    wish = found.wish
    return wish.is_booked and wish.use is not None and wish.room.rules.claimed(wish.use) in error.conflicts


def _alternatives(found: Preview) -> list[Alternative]:
    room = found.wish.room
    return [
        Alternative(
            offer.room.slug, room_name(offer.room), offer.use.start, offer.use.end, offer.room.id == room.id
        )
        for offer in found.offers
        if offer.room is not None and offer.use is not None
    ]


def _fixes(instead: Sequence[dict[str, Any]], dates: set[date]) -> tuple[Fix, ...]:
    broken: list[Violation] = []
    fixes: dict[date, Fix] = {}
    for n, fields in enumerate(instead):
        on = fields["date"]
        start, end, room = fields.get("start"), fields.get("end"), fields.get("room") or ""
        if start is None and end is None and not room:
            raise InvalidRequest([Violation("nothing_instead", f"instead.{n}", on=on)])
        if (start is None) != (end is None):
            missing = "end" if start is not None else "start"
            raise InvalidRequest([Violation("field_missing", f"instead.{n}.{missing}")])
        if on in fixes:
            broken.append(Violation("date_twice", f"instead.{n}.date", on=on))
        elif on not in dates:
            broken.append(Violation("not_in_series", f"instead.{n}.date", on=on))
        fixes[on] = Fix(on, FixKind.ROOM if room else FixKind.TIME, room, start, end)
    if broken:
        raise RuleViolation(broken)
    return tuple(fixes.values())
