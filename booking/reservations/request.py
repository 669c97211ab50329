"""What is asked for, as one frozen value, and what can be wrong with it before the calendar is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from booking.access.actor import Actor
from booking.availability.fixes import Fix
from booking.availability.wishes import Wish
from booking.clock import zone
from booking.errors import Violation
from booking.reservations.behalf.caller import FEWEST_DIGITS, Caller, can_be_dialled
from booking.reservations.models import PURPOSES, VISIBILITIES
from booking.rooms.eligibility import barred, not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.pricing import AGES, ANY_AGE
from booking.rooms.rules import broken_by_people, broken_by_time
from booking.timetable.pattern import Pattern

LENGTHS = {"title": 120, "responsible": 120, "contact": 254, "note": 2000}


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """A request for one room. `start` and `end` are aware UTC and bound the use alone.

    `organisation_slug` None: the person books for themselves. `responsible` "": the person who sends it.
    With a `pattern` they are the first date's, and `fixes` what was chosen for single dates. `caller`: staff
    asks on behalf of somebody who phones, and with no association that person has no account.
    `terms_shown`: the versions of terms that were shown and accepted, by room; None: what is in force.
    """

    room_slug: str
    start: datetime
    end: datetime
    title: str
    purpose: str
    visibility: str
    people: int
    organisation_slug: str | None = None
    responsible: str = ""
    contact: str = ""
    note: str = ""
    pattern: Pattern | None = None
    fixes: tuple[Fix, ...] = ()
    caller: Caller | None = None
    terms_shown: Mapping[str, int] | None = None
    age: str = ANY_AGE  # who comes, where the price depends on it


def broken_by_form(request: ReservationRequest) -> list[Violation]:
    """Return what no room would take: a missing title, an end before its start, an unknown purpose."""
    broken = []
    if not request.title.strip():
        broken.append(Violation("title_missing", "title"))
    for field, length in LENGTHS.items():
        if len(getattr(request, field)) > length:
            broken.append(Violation("too_much_text", field, {"length": length}))
    if request.people < 1:
        broken.append(Violation("people_missing", "people"))
    if request.purpose not in PURPOSES:
        broken.append(Violation("unknown_purpose", "purpose"))
    if request.visibility not in VISIBILITIES:
        broken.append(Violation("unknown_visibility", "visibility"))
    if request.age not in AGES:
        broken.append(Violation("unknown_age", "age"))
    if request.end <= request.start:
        broken.append(Violation("end_before_start", "end"))
    if request.caller is not None:
        broken += _broken_by_caller(request, request.caller)
    return broken


def _broken_by_caller(request: ReservationRequest, caller: Caller) -> list[Violation]:
    """Return what is missing of somebody who can only be reached by phone: name and number."""
    broken = caller.broken()
    if not request.responsible.strip():
        broken.append(Violation("responsible_missing", "responsible"))
    if not request.contact.strip():
        broken.append(Violation("phone_missing", "contact"))
    elif request.organisation_slug is None and not can_be_dialled(request.contact):
        broken.append(Violation("phone_too_short", "contact", {"digits": FEWEST_DIGITS}))
    return broken


def broken_by_room(
    request: ReservationRequest, room: RoomFacts, actor: Actor, organisation_id: int | None
) -> list[Violation]:
    """Return what the room asks of who comes and how many, whatever the time."""
    closed_to_all = barred(room)
    if closed_to_all:
        return [closed_to_all]
    who = not_for(room, actor, organisation_id)
    return [*([who] if who else []), *broken_by_people(room.capacity, request.people)]


def broken_by_rooms(
    request: ReservationRequest,
    wishes: Sequence[Wish],
    rooms: Sequence[RoomFacts],
    actor: Actor,
    organisation_id: int | None,
) -> list[Violation]:
    """Return what these rooms ask of who comes and how many, each thing once.

    What another room asks than the one asked for names the dates that were put there.
    """
    broken: list[Violation] = []
    for room in rooms:
        found = broken_by_room(request, room, actor, organisation_id)
        if room.slug != request.room_slug:
            there = [wish.on for wish in wishes if wish.is_booked and wish.room.id == room.id]
            found = [replace(each, on=on) for on in there for each in found]
        broken += [each for each in found if each not in broken]
    return broken


def broken_by_dates(wishes: Sequence[Wish], now: datetime) -> list[Violation]:
    """Return every rule of time that the booked dates break, each with its date where there are several."""
    booked = [wish for wish in wishes if wish.is_booked]
    if not booked:
        return [Violation("no_dates_left", "fix")]
    return [
        replace(broken, on=wish.on) if len(wishes) > 1 or wish.fix is not None else broken
        for wish in booked
        for broken in _broken_by_date(wish, now)
    ] + _overlapping(booked)


def _broken_by_date(wish: Wish, now: datetime) -> list[Violation]:
    if wish.use is None:
        later = {"later": wish.missing.later} if wish.missing else {}
        return [Violation("missing_time", "start", later)]
    if barred(wish.room):
        return []  # said once, of the room
    return broken_by_time(wish.room.rules, wish.room.hours, wish.use, now=now, zone=zone())


def _overlapping(booked: Sequence[Wish]) -> list[Violation]:
    """Return the dates that meet an earlier date of the same series on a space they share."""
    broken: list[Violation] = []
    last_end: dict[int, datetime] = {}
    timed = sorted(((wish.use, wish) for wish in booked if wish.use is not None), key=itemgetter(0))
    for use, wish in timed:
        taken = wish.room.rules.claimed(use)
        if any(last_end.get(space_id, taken.start) > taken.start for space_id in wish.room.space_ids):
            broken.append(Violation("overlaps_itself", "interval", on=wish.on))
        for space_id in wish.room.space_ids:
            last_end[space_id] = max(last_end.get(space_id, taken.end), taken.end)
    return broken
