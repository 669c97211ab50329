"""A series before it is sent: which dates work, which do not and why, and what would mend those.

The same rules and the same intervals as the request itself uses, so that what is shown to work can be had.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import EllipsisType
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.availability.fixes import Fix, FixKind
from booking.availability.queries import Judge, fit, reason_of
from booking.availability.search import closed_by_owner, nearest_start
from booking.availability.taken import Taken
from booking.availability.wishes import Wish, use_on
from booking.clock import zone
from booking.errors import Violation
from booking.occupancy.queries import lying_between, taken_between, taken_dates
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import barred, not_for, obstacle
from booking.rooms.facts import Filter, RoomFacts
from booking.rooms.rules import broken_by_people
from booking.timetable.interval import Interval, merge
from booking.timetable.zone import MissingTime, day, local_date, to_wall

MOST_ROOMS = 2  # other rooms that are offered for one date


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to mend one date: the choice, and where and when the date then is (None: it is not booked)."""

    fix: Fix
    room: RoomFacts | None = None
    use: Interval | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """One date. `problem` is "" when it works or is not booked, else why it cannot be had.

    That is "missing" (the clocks skip the time), "closed", "rule", "itself" (it meets an earlier date of the
    same series) or "taken"; `violations` say more where there is more to say. `offers` mend the date, best
    first. `works` holds each choice offered for any of the dates that would do for this one.
    """

    wish: Wish
    problem: str = ""
    violations: tuple[Violation, ...] = ()
    offers: tuple[Offer, ...] = ()
    works: frozenset[Fix] = frozenset()


def preview(
    wishes: Sequence[Wish],
    *,
    wanted: Filter,
    actor: Actor,
    now: datetime,
    own_claims: Collection[int] = (),
    organisation_id: int | EllipsisType | None = ...,
    needs_rooms: bool = True,
) -> list[Preview]:
    """Return what each date comes to, in the given order. Two statements, whatever the number of dates.

    `wanted`: for how many people, and which other rooms may be offered (`needs_rooms` False: none).
    `own_claims` stand in nobody's way: what the reservation that is edited gives back. `organisation_id`: who
    the dates are for, None for the person themselves; left out, any role of theirs will do.
    """
    who = _who(actor, organisation_id)
    series = _Series(wishes, wanted.people, who, now, own_claims)
    rooms = (
        [room for room in catalogue().rooms if wanted.takes(room) and not who(room)] if needs_rooms else []
    )
    series.look_elsewhere(rooms, own_claims)
    found = [replace(each, offers=series.offers(each)) for each in series.verdicts]
    choices = {replace(offer.fix, on=date.min) for each in found for offer in each.offers}
    return [
        replace(each, works=series.those_that_work(choices, each)) if each.problem else each for each in found
    ]


def like_it(previews: Iterable[Preview], fix: Fix) -> list[Fix]:
    """Return the same choice for every date that has a problem and for which it would do.

    To skip does for all of them, to wait for those that are taken, a room or a time where it is free.
    """
    same = fix.kind, fix.room, fix.start, fix.end
    return [alike for each in previews if (alike := Fix(each.wish.on, *same)) in each.works]


def _who(actor: Actor, organisation_id: int | EllipsisType | None) -> Callable[[RoomFacts], Violation | None]:
    if isinstance(organisation_id, EllipsisType):
        return lambda room: obstacle(room, actor)
    return lambda room: barred(room) or not_for(room, actor, organisation_id)


class _Series:
    """The dates that work, and what is taken around them."""

    def __init__(
        self,
        wishes: Sequence[Wish],
        people: int,
        who: Callable[[RoomFacts], Violation | None],
        now: datetime,
        own_claims: Collection[int],
    ) -> None:
        self._people, self._now, self._zone = people, now, zone()
        self._who, self._judge = who, Judge(now)
        self._room = next((each.room for each in wishes if not _is_moved(each)), None)
        self._others, self._closed = _around(wishes, own_claims, self._zone)
        self._own = Taken({})
        self.verdicts = self._verdicts(wishes)
        self._rooms: Sequence[RoomFacts] = ()
        self._sorted: dict[tuple[str, str], list[RoomFacts]] = {}
        self._elsewhere: set[tuple[int, Interval]] = set()

    def _verdicts(self, wishes: Sequence[Wish]) -> list[Preview]:
        """Judge the dates in order of time: one that works, and no other, stands in the way of later ones."""
        found = [Preview(wish) for wish in wishes]
        booked = [(wish.use or wish.on, n) for n, wish in enumerate(wishes) if wish.is_booked]
        for _time, n in sorted(booked, key=lambda each: (isinstance(each[0], Interval), each)):
            wish = wishes[n]
            found[n] = self._verdict(wish)
            if not found[n].problem and wish.use is not None:
                self._own.add(wish.room.space_ids, wish.room.rules.claimed(wish.use))
        return found

    def _verdict(self, wish: Wish) -> Preview:
        if wish.use is None:
            later = {"later": wish.missing.later} if wish.missing else {}
            return Preview(wish, "missing", (Violation("missing_time", "start", later),))
        broken = self._broken(wish.room, wish.use)
        if broken:
            return Preview(wish, reason_of(broken), broken)
        if self._closed.meets(wish.room.space_ids, wish.use):
            return Preview(wish, "closed", (closed_by_owner(wish.use),))
        claimed = wish.room.rules.claimed(wish.use)
        if self._own.meets(wish.room.space_ids, claimed):
            return Preview(wish, "itself", (Violation("overlaps_itself", "interval"),))
        if self._others.meets(wish.room.space_ids, claimed):
            return Preview(wish, "taken")
        return Preview(wish)

    def _broken(self, room: RoomFacts, use: Interval) -> tuple[Violation, ...]:
        """Return every rule that the use breaks in the room."""
        return (*self._broken_by_all(room), *(() if barred(room) else self._judge.broken(room, use)))

    def _broken_by_all(self, room: RoomFacts) -> tuple[Violation, ...]:
        """Return what the room has against the request whatever its time."""
        who = self._who(room)
        return (*([who] if who else []), *broken_by_people(room.capacity, self._people))

    def look_elsewhere(self, rooms: Sequence[RoomFacts], own_claims: Collection[int]) -> None:
        """Find out in which of these rooms the dates in trouble could be, at their time. One statement."""
        self._rooms = sorted(rooms, key=lambda room: fit(room, self._people))
        troubled = [each.wish.use for each in self.verdicts if each.problem]
        uses = [use for use in troubled if use is not None]
        taken = taken_dates([room.id for room in rooms], uses, besides=own_claims)
        self._elsewhere = {
            (room.id, use) for room in rooms for n, use in enumerate(uses) if (room.id, n) not in taken
        }

    def offers(self, found: Preview) -> tuple[Offer, ...]:
        """Return what would mend a date: another time that day, other rooms, to wait, to skip."""
        wish = found.wish
        if not found.problem:
            return ()
        moved = self._other_time(wish)
        waits = found.problem == "taken" and wish.fix is None
        return (
            *([moved] if moved else []),
            *self._other_rooms(wish),
            *([Offer(Fix(wish.on, FixKind.WAIT))] if waits else []),
            Offer(Fix(wish.on, FixKind.SKIP)),
        )

    def _other_time(self, wish: Wish) -> Offer | None:
        room, use = wish.room, wish.use
        if use is None or self._broken_by_all(room):
            return None
        today = day(wish.on, self._zone)
        window = Interval(today.start, today.end + use.duration + room.rules.turnaround)
        busy = self._others.within(room.space_ids, window) + self._own.within(room.space_ids, window)
        start = nearest_start(room, use, sorted(busy), now=self._now, zone=self._zone)
        if start is None:
            return None
        end = start + use.duration
        begins, ends = (to_wall(each, self._zone).time().replace(fold=0) for each in (start, end))
        moved = Interval(start, end)
        if self._use_on(wish.on, begins, ends) != moved:
            return None  # of the doubled hour the second, or longer than a day: times of day cannot say it
        if _is_moved(wish):
            return Offer(Fix(wish.on, FixKind.ROOM, room.slug, begins, ends), room, moved)
        return Offer(Fix(wish.on, FixKind.TIME, "", begins, ends), room, moved)

    def _other_rooms(self, wish: Wish) -> list[Offer]:
        use, chosen = wish.use, wish.fix
        times = (chosen.start, chosen.end) if chosen is not None else (None, None)
        offers: list[Offer] = []
        if use is None:
            return offers
        for room in self._by_likeness(wish.room):
            if room.id != wish.room.id and self._takes(room, use):
                offers.append(Offer(Fix(wish.on, FixKind.ROOM, room.slug, *times), room, use))
                if len(offers) == MOST_ROOMS:
                    break
        return offers

    def _by_likeness(self, room: RoomFacts) -> list[RoomFacts]:
        key = (room.venue, room.kind)
        if key not in self._sorted:
            self._sorted[key] = sorted(
                self._rooms, key=lambda each: (each.venue != room.venue, each.kind != room.kind)
            )
        return self._sorted[key]

    def _takes(self, room: RoomFacts, use: Interval) -> bool:
        """Say whether the room takes the use, beside the dates that work. What is unknown does not."""
        claimed = room.rules.claimed(use)
        if self._own.meets(room.space_ids, claimed):
            return False
        if self._others.knows(room.space_ids, claimed):
            free = not self._others.meets(room.space_ids, claimed)
        else:
            free = (room.id, use) in self._elsewhere
        return free and not self._broken(room, use)

    def those_that_work(self, choices: Collection[Fix], found: Preview) -> frozenset[Fix]:
        """Return those of the choices, which were offered for some date, that would do for this one."""
        offered = {offer.fix for offer in found.offers}
        alike = (replace(each, on=found.wish.on) for each in choices)
        return frozenset(each for each in alike if each in offered or self._does(each, found))

    def _does(self, fix: Fix, found: Preview) -> bool:
        if fix.kind in (FixKind.SKIP, FixKind.WAIT):
            return fix.kind is FixKind.SKIP or (found.problem == "taken" and found.wish.fix is None)
        room = catalogue().by_slug.get(fix.room) if fix.kind is FixKind.ROOM else self._room
        use = found.wish.slot
        if fix.start is not None and fix.end is not None:
            use = self._use_on(fix.on, fix.start, fix.end)
        return room is not None and use is not None and self._takes(room, use)

    def _use_on(self, on: date, start: time, end: time) -> Interval | None:
        try:
            return use_on(on, start, end, self._zone)
        except MissingTime:
            return None


def _around(wishes: Sequence[Wish], own_claims: Collection[int], local: ZoneInfo) -> tuple[Taken, Taken]:
    """Return what is taken of the wishes' rooms, from the first date to as long after the last as matters.

    And what of it is closed: nothing is to who gives back `own_claims`, whose dates may lie in a closure.
    """
    uses = [(each.use, each.room) for each in wishes if each.is_booked and each.use is not None]
    if not uses:
        return Taken({}), Taken({})
    dates = [local_date(use.start, local) for use, _room in uses]
    longest = max(use.duration + room.rules.turnaround for use, room in uses) + timedelta(hours=1)
    window = Interval(day(min(dates), local).start, day(max(dates), local).end + longest)
    spaces = {space_id for _use, room in uses for space_id in room.space_ids}
    if own_claims:
        return Taken(taken_between(spaces, window, besides=own_claims), window), Taken({})
    lying = lying_between(spaces, window)
    closed = {space_id: merge(intervals) for space_id, intervals in lying.closed.items()}
    return Taken(lying.taken, window), Taken(closed, window)


def _is_moved(wish: Wish) -> bool:
    """Whether the date was put into another room by its own choice."""
    return wish.fix is not None and wish.fix.kind is FixKind.ROOM
