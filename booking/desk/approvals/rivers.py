"""The river of each group of single requests in the queue: what they want, and what lies beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from booking import clock
from booking.availability.river import River, Stone, band_of, river_of
from booking.desk.approvals.open_dates import OpenDate
from booking.occupancy.queries import held_within
from booking.reservations.changes import room_of
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval, merge, subtract
from booking.timetable.zone import day, local_date


def rivers(groups: Sequence[Sequence[OpenDate]], names: Mapping[int, str], now: datetime) -> list[River]:
    """Return the river of each group. `names`: who asks, by the reservation's id. One statement for all."""
    local = clock.zone()
    windows: list[tuple[int, Interval]] = []
    for group in groups:
        whole = day(local_date(span_of(group).start, local), local)
        span = Interval(whole.start, max(whole.end, span_of(group).end))
        windows += [(space_id, span) for space_id in largest_room(group).space_ids]
    held = iter(held_within(windows))
    found = []
    for group in groups:
        room, span = largest_room(group), span_of(group)
        taken = {row for _space_id in room.space_ids for row in next(held)}
        band = band_of([room], local_date(span.start, local), local, span)
        found.append(river_of(room, band, _stones(group, names, room, taken), local, now=now))
    return found


def largest_room(dates: Sequence[OpenDate]) -> RoomFacts:
    """Return the room with the most spaces of those that are wanted."""
    rooms = catalogue().by_id
    return max((rooms[each.wanted.room_id] for each in dates), key=lambda room: len(room.space_ids))


def span_of(dates: Sequence[OpenDate]) -> Interval:
    """Return the time from the first start to the last end of what is wanted."""
    return Interval(min(each.wanted.start for each in dates), max(each.wanted.end for each in dates))


def _stones(
    group: Sequence[OpenDate],
    names: Mapping[int, str],
    room: RoomFacts,
    taken: set[tuple[Interval, int]],
) -> list[Stone]:
    """Return what lies in the group's river: its own wishes by name, and what others hold."""
    own = {each.claim_id for each in group}
    offers = {each.proposal.claim_id for each in group if each.proposal}
    foreign = [interval for interval, claim_id in taken if claim_id not in own | offers]
    offered = [interval for interval, claim_id in taken if claim_id in offers]
    stones = [Stone.of(each, "taken") for each in merge(foreign)]
    stones += [Stone.of(each, "pending") for each in merge(offered)]
    for date in group:
        who, old = names[date.reservation_id], date.slot.use
        if date.move is None:
            stones.append(Stone(old.start, old.end, "pending", who))
            continue
        here = bool(set(room_of(date.slot.room_id).space_ids) & set(room.space_ids))
        if here:
            stones.append(Stone(old.start, old.end, "taken", who))
        for new in subtract([date.move.slot.use], [old] if here else []):
            stones.append(Stone(new.start, new.end, "pending", who))
    return stones
