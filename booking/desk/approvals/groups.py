"""The approver's queue: requests that compete stand side by side, oldest first; a series is one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.availability.river import River, Stone, band_of, river_of
from booking.desk.approvals.deciding import DateToDecide, Prospect, date_to_decide, prospects_in_words
from booking.desk.approvals.queue import dates_to_decide, numbers_by_state
from booking.desk.approvals.rivalry import Rivalry, Wish, rivalry
from booking.occupancy.queries import held_within
from booking.reservations.changes import room_of
from booking.reservations.labels import PURPOSES
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.moves import move_of
from booking.reservations.obstacles import in_the_way
from booking.reservations.series_words import stored_in_words
from booking.reservations.standing import counted
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.interval import Interval, merge, subtract
from booking.timetable.zone import day, local_date

MOST_LISTED = 60  # dates of one request in the queue; a longer series is decided on its own page


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One request; `problem` says why a single date can only be declined, `pattern` how a series repeats.

    `rest` says how the dates stand that do not await a decision here.
    """

    reference: str
    title: str
    organisation: str | None
    booked_by: str
    people: int
    purpose: str
    note: str | None
    sent_at: datetime
    visibility: str
    dates: Sequence[DateToDecide]
    pattern: Sequence[str]
    prospects: str
    rest: str
    competes: bool
    problem: str | None

    @property
    def is_series(self) -> bool:
        """Whether there is more than one date to decide on."""
        return len(self.dates) > 1

    @property
    def listed(self) -> bool:
        """Whether its dates are few enough to be chosen from in the queue."""
        return len(self.dates) <= MOST_LISTED

    @property
    def free(self) -> int:
        """How many dates nothing stands in the way of."""
        return sum(each.can_confirm for each in self.dates)


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The requests that compete. A river is drawn where each is for one date."""

    room: RoomSummary
    start: datetime
    end: datetime
    river: River | None
    requests: Sequence[QueueItem]

    @property
    def is_single(self) -> bool:
        """Whether each request is for one date."""
        return not any(item.is_series for item in self.requests)


def queue_groups(actor: Actor, now: datetime) -> list[QueueGroup]:
    """Return what awaits this person's decision, by start. A few statements, however much it is."""
    dates = dates_to_decide(actor, now)
    found, blockers = rivalry(Wish.of(each) for each in dates), in_the_way(dates)
    numbers = numbers_by_state({each.reservation_id for each in dates})
    rivers = _rivers(found.groups, now)
    return [
        _group(wishes, found, blockers, numbers, river)
        for wishes, river in zip(found.groups, rivers, strict=True)
    ]


def sent_at(dates: Sequence[Occurrence]) -> datetime:
    """Return when what awaits a decision was asked for: of moves alone, when the first was proposed."""
    moves = [move.created_at for each in dates if (move := move_of(each)) is not None]
    return min(moves) if len(moves) == len(dates) else dates[0].reservation.created_at


def _group(
    wishes: Sequence[Wish],
    found: Rivalry,
    blockers: Mapping[int, frozenset[int]],
    numbers: Mapping[int, Counter[str]],
    river: River | None,
) -> QueueGroup:
    by_reservation: dict[Reservation, list[Occurrence]] = {}
    for wish in wishes:
        by_reservation.setdefault(wish.occurrence.reservation, []).append(wish.occurrence)
    items = [
        _item(
            reservation,
            sorted(dates, key=lambda each: (each.starts_at, each.id)),
            found.competing,
            blockers,
            numbers[reservation.id],
        )
        for reservation, dates in by_reservation.items()
    ]
    items.sort(key=lambda item: (item.sent_at, item.dates[0].id))
    span = _span(wishes)
    return QueueGroup(summary(_largest_room(wishes)), span.start, span.end, river, items)


def _item(
    reservation: Reservation,
    occurrences: Sequence[Occurrence],
    competing: frozenset[int],
    blockers: Mapping[int, frozenset[int]],
    numbers: Counter[str],
) -> QueueItem:
    dates = [
        date_to_decide(each, is_competing=each.id in competing, blockers=blockers[each.id])
        for each in occurrences
    ]
    several = len(dates) > 1
    blocked = not several and dates[0].prospect is Prospect.TAKEN
    first, last = dates[0].start, dates[-1].start
    return QueueItem(
        reference=reservation.reference,
        title=reservation.title,
        organisation=reservation.organisation.name if reservation.organisation else None,
        booked_by=reservation.booker.name,
        people=occurrences[0].people if not several else reservation.people,
        purpose=str(PURPOSES[reservation.purpose]),
        note=reservation.note or None,
        sent_at=sent_at(occurrences),
        visibility=reservation.visibility,
        dates=dates,
        pattern=stored_in_words(reservation.pattern, first, last) if several else (),
        prospects=prospects_in_words(dates) if several else "",
        rest=_rest_in_words(occurrences, numbers),
        competes=any(each.id in competing for each in occurrences),
        problem=_("Aika on jo varattu.") if blocked else None,
    )


def _rest_in_words(shown: Sequence[Occurrence], numbers: Counter[str]) -> str:
    rest = counted(numbers - Counter(each.state for each in shown))
    return _("Sarjassa %(all)s aikaa: %(rest)s.", all=numbers.total(), rest=rest) if rest else ""


def _rivers(groups: Sequence[Sequence[Wish]], now: datetime) -> list[River | None]:
    """Return the river of each group in which every request is for one date. One statement for all."""
    local = clock.zone()
    drawn = [
        group if len({wish.occurrence.reservation_id for wish in group}) == len(group) else ()
        for group in groups
    ]
    windows: list[tuple[int, Interval]] = []
    for group in drawn:
        if group:
            whole = day(local_date(_span(group).start, local), local)
            span = Interval(whole.start, max(whole.end, _span(group).end))
            windows += [(space_id, span) for space_id in _largest_room(group).space_ids]
    held = iter(held_within(windows))
    rivers: list[River | None] = []
    for group in drawn:
        if not group:
            rivers.append(None)
            continue
        room, span = _largest_room(group), _span(group)
        taken = {row for _space_id in room.space_ids for row in next(held)}
        band = band_of([room], local_date(span.start, local), local, span)
        rivers.append(river_of(room, band, _stones(group, room, taken), local, now=now))
    return rivers


def _stones(group: Sequence[Wish], room: RoomFacts, taken: set[tuple[Interval, int]]) -> list[Stone]:
    """Return what lies in the group's river: its own wishes by name, and what others hold."""
    dates = [wish.occurrence for wish in group]
    own = {each.claim_id for each in dates}
    offers = {each.proposal.claim_id for each in dates if each.proposal}
    foreign = [interval for interval, claim_id in taken if claim_id not in own | offers]
    offered = [interval for interval, claim_id in taken if claim_id in offers]
    stones = [Stone.of(each, "taken") for each in merge(foreign)]
    stones += [Stone.of(each, "pending") for each in merge(offered)]
    for date in dates:
        move, old = move_of(date), Interval(date.starts_at, date.ends_at)
        if move is None:
            stones.append(Stone(old.start, old.end, "pending", _who(date)))
            continue
        here = bool(set(room_of(date.room_id).space_ids) & set(room.space_ids))
        if here:
            stones.append(Stone(old.start, old.end, "taken", _who(date)))
        for new in subtract([Interval(move.starts_at, move.ends_at)], [old] if here else []):
            stones.append(Stone(new.start, new.end, "pending", _who(date)))
    return stones


def _who(occurrence: Occurrence) -> str:
    reservation = occurrence.reservation
    return reservation.organisation.name if reservation.organisation else reservation.booker.name


def _largest_room(wishes: Sequence[Wish]) -> RoomFacts:
    rooms = catalogue().by_id
    slots = [move_of(wish.occurrence) or wish.occurrence for wish in wishes]
    return max((rooms[slot.room_id] for slot in slots), key=lambda room: len(room.space_ids))


def _span(wishes: Sequence[Wish]) -> Interval:
    slots = [move_of(wish.occurrence) or wish.occurrence for wish in wishes]
    return Interval(min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots))
