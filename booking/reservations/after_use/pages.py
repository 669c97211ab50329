"""What came of dates, as pages ask and tell it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import NotFound
from booking.reservations import policy
from booking.reservations.after_use.queries import ToMark, to_mark_by_booker
from booking.reservations.after_use.review import Case, Review
from booking.reservations.after_use.service import CROWD, marked_by_owner, most_people
from booking.reservations.changes import room_of
from booking.reservations.lifecycle import State
from booking.reservations.models import Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.seasons import Season

HINTED: Final = 5  # reservations named on the page of one's own
_CAN_BE_MARKED: Final = frozenset({State.CONFIRMED, State.USED, State.NO_SHOW})


@dataclass(frozen=True, slots=True)
class MarkDate:
    """One date to mark. `chosen` is used, no_show or empty; `most` the largest number of people."""

    id: int
    start: datetime
    end: datetime
    room: str
    chosen: str = ""
    attendance: int | None = None
    most: int = CROWD
    reference: str = ""
    title: str = ""
    who: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class Hint:
    """A reservation of mine with so many dates to mark."""

    reference: str
    title: str
    room: str
    count: int


@dataclass(frozen=True, slots=True)
class OwnerChoice:
    """One of the owners a person decides for."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class UnusedDate:
    """One no-show."""

    reference: str
    room: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CaseItem:
    """One association on the review list."""

    owner: OwnerChoice
    organisation_id: int
    organisation: str
    organisation_slug: str
    season: Season
    unused: Sequence[UnusedDate]
    reviewed: Review | None


def dates_of(reservation: Reservation, actor: Actor, now: datetime) -> list[MarkDate]:
    """Return the dates of a reservation that this person can mark, or mark anew, by start.

    None for who has no part in it. For the reservation's page: at most one statement.
    """
    decides = policy.decides(reservation, actor)
    if not decides and not policy.acts_for_booker(reservation, actor, Right.BOOK):
        return []
    begun = [
        each
        for each in reservation.occurrences
        if each.starts_at <= now and State(each.state) in _CAN_BE_MARKED
    ]
    if not begun:
        return []
    fixed = set() if decides else marked_by_owner(reservation)
    return [
        MarkDate(
            id=each.id,
            start=each.starts_at,
            end=each.ends_at,
            room=room_name(room_of(each.room_id)),
            chosen="" if each.state == State.CONFIRMED else each.state,
            attendance=each.attendance if each.state == State.USED else None,
            most=most_people(room_of(each.room_id)),
            people=each.people,
        )
        for each in begun
        if each.id not in fixed
    ]


def is_marked_by_owner(reservation: Reservation, actor: Actor) -> bool:
    """Say whether an approver has marked dates that this person could have marked else. One statement."""
    return policy.acts_for_booker(reservation, actor, Right.BOOK) and bool(marked_by_owner(reservation))


def listed_to_mark(found: Sequence[ToMark]) -> list[MarkDate]:
    """Return the lines of the approver's list."""
    return [
        MarkDate(
            id=each.id,
            start=each.start,
            end=each.end,
            room=room_name(room_of(each.room_id)),
            most=most_people(room_of(each.room_id)),
            reference=each.reference,
            title=each.title,
            who=each.organisation or each.booked_by,
            people=each.people,
        )
        for each in found
    ]


def hints(actor: Actor, now: datetime) -> list[Hint]:
    """Return the reservations of mine that wait to be marked, the latest first: for `to_mark.html`.

    One statement.
    """
    return [
        Hint(each.reference, each.title, room_name(room_of(each.room_id)), each.count)
        for each in to_mark_by_booker(actor, now, limit=HINTED)
    ]


def owners_of(actor: Actor) -> list[OwnerChoice]:
    """Return the owners of rooms this person decides for, by name. No statement."""
    decided = actor.organisations_with(Right.DECIDE)
    found = {
        room.owner_id: OwnerChoice(room.owner_id, room.owner_slug, room.owner)
        for room in catalogue().by_id.values()
        if room.owner_id is not None and room.owner_id in decided
    }
    return sorted(found.values(), key=lambda owner: (owner.name, owner.id))


def owner_of(owners: Collection[OwnerChoice], slug: str) -> OwnerChoice | None:
    """Return the owner of a slug; None for the empty one. Raises NotFound for somebody else's."""
    if not slug:
        return None
    for owner in owners:
        if owner.slug == slug:
            return owner
    raise NotFound


def case_items(cases: Sequence[Case], owners: Collection[OwnerChoice]) -> list[CaseItem]:
    """Return the lines of the review list."""
    by_id: Mapping[int, OwnerChoice] = {owner.id: owner for owner in owners}
    return [
        CaseItem(
            owner=by_id[case.owner_id],
            organisation_id=case.organisation_id,
            organisation=case.organisation,
            organisation_slug=case.organisation_slug,
            season=case.season,
            unused=[
                UnusedDate(each.reference, room_name(room_of(each.room_id)), each.start, each.end)
                for each in case.no_shows
            ],
            reviewed=case.reviewed,
        )
        for case in cases
    ]
