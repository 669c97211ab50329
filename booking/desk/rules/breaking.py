"""PURE: which dates to come break rules that they do not break today."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.errors import Violation
from booking.reservations.coming import Coming
from booking.rooms.eligibility import not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import RoomRules, broken_by_quota, broken_by_time

# What is asked of the moment of asking, and of the hours, says nothing of a date that is there already
_OF_THE_DATE: Final = frozenset({"too_short", "too_long", "off_grid", "too_far_ahead"})


@dataclass(frozen=True, slots=True)
class Breaking:
    """A date and what new rules would have against it."""

    date: Coming
    violations: Sequence[Violation]


def newly_broken(
    room: RoomFacts,
    rules: RoomRules,
    dates: Iterable[Coming],
    *,
    members: Collection[int],
    now: datetime,
    zone: ZoneInfo,
) -> list[Breaking]:
    """Return the room's dates that break `rules` and not the rules in force, in their order.

    `members` are the ids of the people who belong to the owner.
    """
    mine = [each for each in dates if each.room_id == room.id]
    changed = replace(room, rules=rules)
    over, was_over = _over_quota(mine, rules), _over_quota(mine, room.rules)
    found = []
    for each in mine:
        before = {broken.code for broken in _broken(room, each, was_over, members, now, zone)}
        after = _broken(changed, each, over, members, now, zone)
        new = [broken for broken in after if broken.code not in before]
        if new:
            found.append(Breaking(each, new))
    return found


def _broken(
    room: RoomFacts,
    date: Coming,
    over_quota: Collection[int],
    members: Collection[int],
    now: datetime,
    zone: ZoneInfo,
) -> list[Violation]:
    roles = {(room.owner_id or 0, Role.MEMBER)} if date.booker_id in members else set()
    who = not_for(room, Actor(user_id=date.booker_id, roles=frozenset(roles)), date.organisation_id)
    found = [who] if who is not None else []
    of_time = broken_by_time(room.rules, room.hours, date.use, now=now, zone=zone)
    found += [each for each in of_time if each.code in _OF_THE_DATE]
    if date.organisation_id in over_quota:
        found += broken_by_quota(room.rules, room.rules.most_active or 0)
    return found


def _over_quota(dates: Iterable[Coming], rules: RoomRules) -> frozenset[int]:
    """Return the associations that have more reservations of the room than the rules allow."""
    reservations: dict[int, set[int]] = {}
    for each in dates:
        if each.organisation_id is not None:
            reservations.setdefault(each.organisation_id, set()).add(each.reservation_id)
    return frozenset(
        organisation_id
        for organisation_id, ids in reservations.items()
        if rules.most_active is not None and len(ids) > rules.most_active
    )
