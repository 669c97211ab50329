"""Make one of two associations that are the same: everything that is the double's becomes the other's.

What moves is in `MOVED`; a test fails for a table that refers to an organisation and is named nowhere here.
Events keep their UIDs, since dates keep their rows. The double stays as an archived row, and its addresses
lead to the other (`organisations.queries.successor_of`, `calendars.feeds.of_organisation`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts.models import User
from booking.admin import merge_mail
from booking.audit.service import record
from booking.calendars.models import Subscription
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.organisations import invitations, joining, joining_mail
from booking.organisations.archiving import people_of
from booking.organisations.directory.models import Exchange
from booking.organisations.founding import are_alike
from booking.organisations.labels import roles_in_words
from booking.organisations.members import BASIC_ROLES, admit, grantable, held, managers_of
from booking.organisations.models import (
    JoinRequest,
    Membership,
    MergedOrganisation,
    Organisation,
)
from booking.outbox.service import post
from booking.reservations.after_use.models import NoShowReview
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.waiting.models import WaitingEntry
from booking.rooms.models import Room
from booking.versions.service import Scope, touch

MOVED: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "reservations": Reservation.organisation_id,
    "waiting_entries": WaitingEntry.organisation_id,
    "subscriptions": Subscription.organisation_id,
    "no_show_reviews": NoShowReview.organisation_id,
    "exchanges": Exchange.organisation_id,
}
"""Columns that are simply written anew, by their table."""
APART: Final = frozenset({"memberships", "membership_invitations", "join_requests", "merged_organisations"})
"""Tables that `merge` sees to row by row."""
STAYS: Final = frozenset({"profiles", "profile_tags", "stand_ins", "second_factor_rules"})
"""What is said of the double, and of who acted for it, stays the double's."""
OWNERS_OWN: Final = frozenset(
    {
        "rooms",
        "owner_rules",
        "published_criteria",
        "reason_templates",
        "closures",
        "no_show_reviews",
    }
)
"""Tables of owners of rooms, who are not merged."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the double. `has_power`: they are more there than a plain member."""

    id: int
    name: str
    roles: str
    has_power: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would move, by table, the people who may come, and what speaks against the two being the same."""

    counts: dict[str, int]
    people: list[Person]
    doubts: list[str]


def preview(double: Organisation, into: Organisation, *, actor: Actor) -> Preview:
    """Return what merging would move, without the actor. Raises RuleViolation as `merge`.

    `doubts`: codes `unverified`, `business_ids`, `names`.
    """
    _refuse(double, into)
    doubts = [
        code
        for code, holds in (
            ("unverified", double.verified_at is None),
            ("business_ids", None not in (double.business_id, into.business_id)),
            ("names", not are_alike(double.name, into.name)),
        )
        if holds
    ]
    counts = {
        table: db.session.scalar(select(func.count()).select_from(column.class_).where(column == double.id))
        or 0
        for table, column in MOVED.items()
    }
    return Preview(counts, _people(double, actor), doubts)


def merge(
    double_id: int,
    into_id: int,
    *,
    coming: Collection[int],
    keeping: Collection[int] = (),
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Make the double part of the other one, in this transaction; its people and who manages the other hear.

    `coming`: who of the double belongs to the other one from now on, as a plain member; `keeping`: who of
    these keeps the role they have had. The actor does not come by it. Raises Forbidden for who does not run
    the installation, RuleViolation: `merge_itself`, `merge_archived`, `merge_owner` for one that has rooms,
    the city or the parish.
    """
    if not actor.is_admin:
        raise Forbidden
    if double_id == into_id:
        raise RuleViolation([Violation("merge_itself", "into")])
    places = {each: held(each) for each in sorted((double_id, into_id))}
    double, into = places[double_id], places[into_id]
    _refuse(double, into)
    _touch_rooms(double)
    for column in MOVED.values():
        db.session.execute(update(column.class_).where(column == double.id).values({column.key: into.id}))
    told, managers = people_of(double.id), managers_of(into.id)
    come = {each.id for each in told} & set(coming) - {actor.user_id}
    kept = come & set(keeping)
    _move_people(double, into, come, kept, actor=actor, now=now)
    asking = _move_open_ones(double, into, come, actor=actor, now=now)
    _lead_on(double, into, now)
    record("merge", "organisation", into.id, actor_id=actor.user_id, now=now, merged=double.id)
    touch(Scope.NAMES, 0)
    touch(Scope.ORGANISATION, double.id, into.id)
    there = {each.id for each in people_of(into.id)}
    for reader in told:
        post(merge_mail.merged(double.name, into, reader, belongs=reader.id in there), now=now)
    names = [each.name for each in told if each.id in come]
    for manager in managers:
        post(merge_mail.merged_in(double.name, into, names, len(asking), manager), now=now)
    for request in asking:
        post(joining_mail.moved(request, double.name), now=now)
    return into


def _people(double: Organisation, actor: Actor) -> list[Person]:
    query = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == double.id,
            Membership.ended_at.is_(None),
            User.closed_at.is_(None),
            User.id != actor.user_id,
        )
        .order_by(User.name, User.id)
    )
    held_roles: dict[User, set[Role]] = {}
    for user, role in db.session.execute(query):
        held_roles.setdefault(user, set()).add(Role(role))
    return [
        Person(user.id, user.name, roles_in_words(roles), roles != {Role.MEMBER})
        for user, roles in held_roles.items()
    ]


def _refuse(double: Organisation, into: Organisation) -> None:
    if double.id == into.id:
        raise RuleViolation([Violation("merge_itself", "into")])
    if double.archived_at is not None or into.archived_at is not None:
        raise RuleViolation([Violation("merge_archived", "into")])
    rooms = select(Room.id).where(Room.owner_id == double.id).limit(1)
    if double.kind in ("city", "parish") or db.session.scalar(rooms) is not None:
        raise RuleViolation([Violation("merge_owner", "into")])


def _touch_rooms(double: Organisation) -> None:
    """Have the calendars of the rooms that it has booked be told anew, under the other name."""
    booked = select(Occurrence.room_id).join(Occurrence.reservation)
    rooms = db.session.scalars(booked.where(Reservation.organisation_id == double.id).distinct())
    touch(Scope.ROOM, *rooms)
    touch(Scope.EVENTS, 0)


def _move_people(
    double: Organisation, into: Organisation, come: set[int], kept: set[int], *, actor: Actor, now: datetime
) -> None:
    """End all that anybody is in the double; who comes is a member, and who keeps at least what they were."""
    current = select(Membership).where(Membership.organisation_id == double.id, Membership.ended_at.is_(None))
    held_roles: dict[int, set[Role]] = {}
    for membership in db.session.scalars(current.order_by(Membership.id)):
        held_roles.setdefault(membership.user_id, set()).add(Role(membership.role))
        membership.ended_at = now
    db.session.flush()
    can_be = set(grantable(into))
    for user_id, roles in held_roles.items():
        touch(Scope.USER, user_id)
        if user_id not in come:
            continue
        if user_id not in kept:
            roles = {Role.MEMBER}
        basic = max((role for role in roles if role in BASIC_ROLES), key=BASIC_ROLES.index, default=None)
        wanted = ({basic} if basic is not None else set()) | ((roles - set(BASIC_ROLES)) & can_be)
        admit(user_id, into, wanted or {Role.MEMBER}, actor=actor, now=now)


def _move_open_ones(
    double: Organisation, into: Organisation, come: set[int], *, actor: Actor, now: datetime
) -> list[JoinRequest]:
    """Move what waits for an answer and return the requests to join that have moved.

    Where the same waits at the other one already, the double's ends, and so do invitations to more than to
    be a plain member and those by somebody who does not come.
    """
    moved = []
    invited = {each.email for each in invitations.open_invitations(into.id)}
    for invitation in invitations.open_invitations(double.id):
        is_plain = Role(invitation.role) is Role.MEMBER and invitation.invited_by_id in come
        if invitation.email in invited or not is_plain:
            invitations.close(invitation, "withdrawn", actor=actor, now=now)
        else:
            invitation.organisation = into
    asking = {each.user_id for each in joining.open_requests(into.id)}
    for request in joining.open_requests(double.id):
        if request.user_id in asking:
            joining.close(request, "withdrawn", actor=actor, now=now)
        else:
            request.organisation = into
            moved.append(request)
    db.session.flush()
    return moved


def _lead_on(double: Organisation, into: Organisation, now: datetime) -> None:
    """Archive the double and have its addresses, and those that led to it, lead to the other one."""
    business_id, double.business_id = double.business_id, None
    double.archived_at = now
    db.session.flush()
    into.business_id = into.business_id or business_id
    into.verified_at = into.verified_at or double.verified_at
    into.changed_at = now  # its events have another name: LAST-MODIFIED
    earlier = update(MergedOrganisation).where(MergedOrganisation.into_id == double.id)
    db.session.execute(earlier.values(into_id=into.id))
    db.session.add(MergedOrganisation(organisation_id=double.id, into_id=into.id, merged_at=now))
    db.session.flush()
