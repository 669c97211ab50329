"""What lies in a block's way: reservations that hold a part of it, requests that want one, and offers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.availability.taken import Taken
from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy.models import Block, BlockDate, block_spaces
from booking.occupancy.queries import held_within, rows_within
from booking.reservations import policy
from booking.reservations.changes import claimed, room_of
from booking.reservations.decisions import OWNERS_NOTICE
from booking.reservations.lifecycle import State
from booking.reservations.models import LONGEST_DAYS, Occurrence, Proposal, Reservation
from booking.reservations.policy import Sight
from booking.reservations.waiting.models import WaitingDate
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval, merge

_AT_ONCE = 1000  # stretches in one statement


@dataclass(frozen=True, slots=True)
class Conflict:
    """One date in the way. `part`: "use", only its "cleaning" after, or only where a "move" would take it."""

    occurrence: Occurrence
    part: str
    short_notice: bool

    @property
    def is_pending(self) -> bool:
        """Whether it only asks: then it can be declined."""
        return self.occurrence.state == State.PENDING


@dataclass(frozen=True, slots=True)
class Promised:
    """What has been offered to somebody: who waits, or a request that cannot have its own time."""

    kind: str
    start: datetime
    end: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class InTheWay:
    """All that lies in the way, by start. `promised` goes by itself: it becomes a date or lapses."""

    conflicts: Sequence[Conflict]
    promised: Sequence[Promised] = ()


def would_hit(space_ids: Collection[int], intervals: Sequence[Interval], now: datetime) -> InTheWay:
    """Return what would lie in the way of a closure that is not there yet."""
    wanted = [(space_id, each) for each in intervals if each.end > now for space_id in sorted(space_ids)]
    claims: set[int] = set()
    for first in range(0, len(wanted), _AT_ONCE):
        for held in held_within(wanted[first : first + _AT_ONCE]):
            claims |= {claim_id for interval, claim_id in held if interval.end > now}
    wants = {0: {space_id: [each for each in intervals if each.end > now] for space_id in space_ids}}
    return _sorted_out({0: claims}, wants, now)[0]


def in_the_way_of(blocks: Sequence[Block], now: datetime) -> dict[int, InTheWay]:
    """Return what lies in the way of these blocks' dates to come, by the block's id. A few statements."""
    ids = [each.id for each in blocks]
    return in_the_way_of_all(_coming(ids, now), ids, now) if ids else {}


def in_the_way_of_all(
    coming: Select[int, int, datetime, datetime], numbers: Collection[int], now: datetime
) -> dict[int, InTheWay]:
    """Return what lies in the way of what a statement tells, by its number. A few statements.

    `coming` has the columns n, space_id, starts_at and ends_at; `numbers` are all that n may be.
    """
    rows = db.session.execute(rows_within(coming.cte("wanted")))
    claims: dict[int, set[int]] = {number: set() for number in numbers}
    for number, _start, end, claim_id in rows:
        if end > now:
            claims[number].add(claim_id)
    wants: dict[int, dict[int, list[Interval]]] = {number: {} for number in numbers}
    for number, space_id, start, end in db.session.execute(coming):
        wants[number].setdefault(space_id, []).append(Interval(start, end))
    return _sorted_out(claims, wants, now)


def _coming(block_ids: Collection[int], now: datetime) -> Select[int, int, datetime, datetime]:
    return (
        select(BlockDate.block_id.label("n"), block_spaces.c.space_id, BlockDate.starts_at, BlockDate.ends_at)
        .join(block_spaces, block_spaces.c.block_id == BlockDate.block_id)
        .where(
            among(BlockDate.block_id, bindparam("block_ids", list(block_ids), type_=Ids)),
            BlockDate.ends_at > now,
        )
    )


def _sorted_out(
    claims: Mapping[int, set[int]], wants: Mapping[int, dict[int, list[Interval]]], now: datetime
) -> dict[int, InTheWay]:
    """Return whose claims these are, by block, and besides the requests that hold nothing."""
    every = set().union(*claims.values())
    dates = {each.claim_id: each for each in _dates(Occurrence.claim_id, every)}
    promised = _promised(every)
    asking = _asking(wants)
    found = {}
    for block_id, wanted in wants.items():
        taken = Taken({space_id: merge(each) for space_id, each in wanted.items()})
        mine = [dates[claim_id] for claim_id in claims[block_id] if claim_id in dates]
        mine += [each for each in asking if taken.meets(_spaces(each), claimed(each))]
        mine.sort(key=lambda each: (each.starts_at, each.id))
        found[block_id] = InTheWay(
            [
                Conflict(each, _part(each, taken), each.starts_at - now < OWNERS_NOTICE)
                for each in mine
                if each.starts_at > now or each.state != State.PENDING
            ],
            sorted((promised[each] for each in claims[block_id] if each in promised), key=lambda p: p.start),
        )
    return found


def told_of(reservation: Reservation, title: str, actor: Actor) -> tuple[str, str, str | None]:
    """Return who, what and the reference, as far as this reader may know them."""
    seen = policy.sight(reservation, actor)
    if seen is Sight.NOTHING:
        return "", "", None
    organisation = reservation.organisation.name if reservation.organisation else ""
    who = organisation or (reservation.booker.name if seen is Sight.FULL else "")
    return who, title, reservation.reference


def read_dates(occurrence_ids: Iterable[int]) -> None:
    """Read these dates with their people at once; they are then found where rows point to them."""
    _dates(Occurrence.id, occurrence_ids)


def _part(occurrence: Occurrence, wanted: Taken) -> str:
    spaces, use = _spaces(occurrence), Interval(occurrence.starts_at, occurrence.ends_at)
    if wanted.meets(spaces, use):
        return "use"
    return "cleaning" if wanted.meets(spaces, claimed(occurrence)) else "move"


def _spaces(occurrence: Occurrence) -> tuple[int, ...]:
    return room_of(occurrence.room_id).space_ids


def _dates(column: object, ids: Iterable[int]) -> Sequence[Occurrence]:
    return db.session.scalars(
        _with_people().where(among(column, bindparam("claim_ids", sorted(ids), type_=Ids)))
    ).all()


def _with_people() -> Select[Occurrence]:
    return select(Occurrence).options(
        joinedload(Occurrence.reservation).joinedload(Reservation.organisation),
        joinedload(Occurrence.reservation).joinedload(Reservation.booker),
        joinedload(Occurrence.reservation).joinedload(Reservation.room),
    )


def _asking(wants: Mapping[int, dict[int, list[Interval]]]) -> list[Occurrence]:
    """Return the requests that hold nothing and may want a part of this."""
    spans = [each for by_space in wants.values() for intervals in by_space.values() for each in intervals]
    if not spans:
        return []
    rooms = catalogue().by_space
    room_ids = {room.id for each in wants.values() for space_id in each for room in rooms.get(space_id, ())}
    query = _with_people().where(
        Occurrence.state == State.PENDING.value,
        Occurrence.claim_id.is_(None),
        Occurrence.room_id.in_(room_ids),
        Occurrence.starts_at < max(each.end for each in spans),
        Occurrence.starts_at > min(each.start for each in spans) - timedelta(days=LONGEST_DAYS + 1),
    )
    return list(db.session.scalars(query))


def _promised(claim_ids: Iterable[int]) -> dict[int, Promised]:
    ids = bindparam("claim_ids", sorted(claim_ids), type_=Ids)
    found: dict[int, Promised] = {}
    for kind, model in (("offer", Proposal), ("waiting", WaitingDate)):
        rows = db.session.execute(
            select(model.claim_id, model.starts_at, model.ends_at, model.deadline_at).where(
                among(model.claim_id, ids)
            )
        )
        found |= {claim_id or 0: Promised(kind, start, end, until) for claim_id, start, end, until in rows}
    return found
