"""Try rules on an example before they are saved: what they would say, rule by rule.

It asks the very functions that a request is judged by (`rooms.rules`, `rooms.eligibility`), none of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.clock import zone
from booking.errors import Violation
from booking.rooms.eligibility import barred, not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.own_rules import RULES
from booking.rooms.rules import broken_by_people, broken_by_quota, broken_by_time, cancellation_deadline
from booking.timetable.interval import Interval

ASSOCIATION, PERSON, OWN_GROUP, OWN_MEMBER = "association", "person", "own_group", "own_member"
UNVERIFIED: Final = "unverified"
WHO: Final = (ASSOCIATION, UNVERIFIED, PERSON, OWN_GROUP, OWN_MEMBER)
HOURS, PEOPLE = "hours", "people"
JUDGED: Final = (*RULES, HOURS, PEOPLE)
"""What an example is judged by: the rules, and the hours and the size of the room, which stand elsewhere."""

_SOMEBODY, _SOME_GROUP = -1, -1  # ids that nobody has
_RULE_OF: Final[Mapping[str, str]] = {
    "owner_unknown": "who_may_book",
    "owners_members_only": "who_may_book",
    "associations_only": "who_may_book",
    "bookers_only": "who_may_book",
    "not_verified": "who_may_book",
    "by_round_only": "approval",
    "off_grid": "grid_minutes",
    "too_short": "shortest_minutes",
    "too_long": "longest_minutes",
    "in_the_past": "notice_minutes",
    "too_soon": "notice_minutes",
    "too_far_ahead": "longest_ahead_months",
    "too_many_active": "most_active",
    "too_many_people": PEOPLE,
    "closed_holiday": HOURS,
    "closed_exception": HOURS,
    "closed_outside_hours": HOURS,
    "closed_closed_day": HOURS,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One use that somebody might ask for. `active`: how many reservations the association has already."""

    use: Interval
    people: int
    who: str
    sent_at: datetime
    active: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say. `outcome`: at_once, waits or refused; `broken` by the name of the rule.

    `taken` is what the use would take of the room's time, `deadline` until when the booker may cancel.
    """

    outcome: str
    broken: Mapping[str, Sequence[Violation]]
    taken: Interval
    deadline: datetime


def try_rules(room: RoomFacts, example: Example) -> Verdict:
    """Return what a room's rules, in force or not, say of an example."""
    rules = room.rules
    actor, organisation_id = _booker(room, example.who)
    closed_to_all = barred(room)
    who = not_for(room, actor, organisation_id)
    found = [each for each in (closed_to_all, who) if each is not None]
    found += broken_by_time(rules, room.hours, example.use, now=example.sent_at, zone=zone())
    found += broken_by_people(room.capacity, example.people)
    if organisation_id is not None:
        found += broken_by_quota(rules, example.active)
    broken: dict[str, list[Violation]] = {}
    for each in found:
        broken.setdefault(_RULE_OF[each.code], []).append(each)
    allowed = "at_once" if rules.approval == "at_once" else "waits"
    return Verdict(
        outcome="refused" if broken else allowed,
        broken=broken,
        taken=rules.claimed(example.use),
        deadline=cancellation_deadline(rules, example.use.start, zone()),
    )


def _booker(room: RoomFacts, who: str) -> tuple[Actor, int | None]:
    """Return a person of this kind, and the association they ask for."""
    owner_id = room.owner_id or 0
    role, organisation_id = {
        ASSOCIATION: ((_SOME_GROUP, Role.BOOKER), _SOME_GROUP),
        UNVERIFIED: ((_SOME_GROUP, Role.BOOKER), _SOME_GROUP),
        OWN_GROUP: ((owner_id, Role.BOOKER), owner_id),
        OWN_MEMBER: ((owner_id, Role.MEMBER), None),
        PERSON: (None, None),
    }[who]
    unverified = frozenset({_SOME_GROUP} if who == UNVERIFIED else ())
    roles = frozenset({role} if role else ())
    return Actor(user_id=_SOMEBODY, roles=roles, unverified=unverified), organisation_id
