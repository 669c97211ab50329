"""The approver's queue: requests that compete for one slot side by side, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.availability.queries import taken_around
from booking.availability.river import River, Stone, band_of, river_of
from booking.reservations.changes import claimed
from booking.reservations.labels import PURPOSES
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.queries import queue
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.interval import Interval, merge
from booking.timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class QueueDate:
    """One date to decide on."""

    id: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One request; `problem` says why it can only be declined."""

    reference: str
    title: str
    organisation: str | None
    booked_by: str
    people: int
    purpose: str
    note: str | None
    sent_at: datetime
    visibility: str
    occurrences: Sequence[QueueDate]
    competes: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The requests that want a part of the same time and space."""

    room: RoomSummary
    start: datetime
    end: datetime
    river: River
    requests: Sequence[QueueItem]


def queue_groups(actor: Actor, now: datetime) -> list[QueueGroup]:
    """Return what awaits this person's decision, by start."""
    return [_group(together, now) for together in _competing_groups(queue(actor, now))]


def _competing_groups(pending: Sequence[Occurrence]) -> list[list[Occurrence]]:
    """Join the dates that overlap on a shared space, each with any of its group. In: by start."""
    groups: list[list[Occurrence]] = []
    for each in pending:
        rivals = [group for group in groups if any(_compete(each, other) for other in group)]
        joined = [each for group in rivals for each in group] + [each]
        groups = [group for group in groups if group not in rivals]
        groups.append(joined)
    groups.sort(key=lambda group: min(each.starts_at for each in group))
    return groups


def _compete(one: Occurrence, other: Occurrence) -> bool:
    spaces = set(_room(one).space_ids)
    return not spaces.isdisjoint(_room(other).space_ids) and claimed(one).overlaps(claimed(other))


def _group(together: Sequence[Occurrence], now: datetime) -> QueueGroup:
    local = clock.zone()
    ordered = sorted(together, key=lambda each: (each.reservation.created_at, each.id))
    room = max((_room(each) for each in together), key=lambda room: len(room.space_ids))
    span = Interval(min(each.starts_at for each in together), max(each.ends_at for each in together))
    taken = taken_around([room], span)
    held = merge(interval for intervals in taken.values() for interval in intervals)
    own = {each.id: each.claim_id is not None for each in together}
    stones = [Stone.of(each, "taken") for each in held]
    stones += [
        Stone(each.starts_at, each.ends_at, "pending", _who(each))
        for each in ordered
        if each.claim_id is None
    ]
    return QueueGroup(
        room=summary(room),
        start=span.start,
        end=span.end,
        river=river_of(
            room, band_of([room], local_date(span.start, local), local, span), stones, local, now=now
        ),
        requests=_items(ordered, held, own, competes=len(together) > 1),
    )


def _who(occurrence: Occurrence) -> str:
    reservation = occurrence.reservation
    return reservation.organisation.name if reservation.organisation else reservation.booker.name


def _items(
    ordered: Sequence[Occurrence], held: Sequence[Interval], own: dict[int, bool], *, competes: bool
) -> list[QueueItem]:
    by_reservation: dict[Reservation, list[Occurrence]] = {}
    for each in ordered:
        by_reservation.setdefault(each.reservation, []).append(each)
    items = []
    for reservation, dates in by_reservation.items():
        blocked = any(
            not own[each.id] and any(interval.overlaps(claimed(each)) for interval in held) for each in dates
        )
        items.append(
            QueueItem(
                reference=reservation.reference,
                title=reservation.title,
                organisation=reservation.organisation.name if reservation.organisation else None,
                booked_by=reservation.booker.name,
                people=reservation.people,
                purpose=str(PURPOSES[reservation.purpose]),
                note=reservation.note or None,
                sent_at=reservation.created_at,
                visibility=reservation.visibility,
                occurrences=[QueueDate(each.id, each.starts_at, each.ends_at) for each in dates],
                competes=competes,
                problem=_("Aika on jo varattu.") if blocked else None,
            )
        )
    return items


def _room(occurrence: Occurrence) -> RoomFacts:
    return catalogue().by_id[occurrence.room_id]
