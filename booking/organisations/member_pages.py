"""What the pages of members show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.accounts.models import User
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.organisations.labels import ROLES, roles_in_words
from booking.organisations.members import only_manager_of
from booking.organisations.models import Membership, MembershipInvitation, Organisation


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member. `since`: the first of the roles held now. `is_last`: the only manager there is."""

    user_id: int
    name: str
    roles: str
    since: datetime
    is_last: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """One invitation that nobody has answered."""

    id: int
    email: str
    role: str
    until: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class MineLine:
    """One organisation that a person takes part in. `is_last`: they are its only manager."""

    slug: str
    name: str
    roles: str
    since: datetime
    is_manager: bool
    is_last: bool
    is_archived: bool
    is_unverified: bool


def member_lines(organisation: Organisation, actor: Actor) -> list[MemberLine]:
    """Return the people who belong to an organisation, by name. One statement."""
    people: dict[int, tuple[str, list[Membership]]] = {}
    for name, membership in db.session.execute(_memberships(organisation.id)):
        people.setdefault(membership.user_id, (name, []))[1].append(membership)
    managers = {who for who, (_n, held) in people.items() if any(each.role == Role.MANAGER for each in held)}
    return [
        MemberLine(
            user_id=user_id,
            name=name,
            roles=roles_in_words({Role(each.role) for each in held}),
            since=min(each.created_at for each in held),
            is_last=managers == {user_id},
            is_me=user_id == actor.user_id,
        )
        for user_id, (name, held) in people.items()
    ]


def member_of(organisation: Organisation, user_id: int) -> tuple[User, frozenset[Role]]:
    """Return a member with their roles. Raises NotFound."""
    query = select(Membership.role).where(
        Membership.organisation_id == organisation.id,
        Membership.user_id == user_id,
        Membership.ended_at.is_(None),
    )
    roles = frozenset(Role(role) for role in db.session.scalars(query))
    user = db.session.get(User, user_id)
    if not roles or user is None:
        raise NotFound("unknown_member")
    return user, roles


def invitation_lines(rows: Sequence[MembershipInvitation], now: datetime) -> list[InvitationLine]:
    """Return invitations as the page shows them."""
    return [
        InvitationLine(
            each.id, each.email, str(ROLES[Role(each.role)]), each.expires_at, each.expires_at <= now
        )
        for each in rows
    ]


def mine(actor: Actor) -> list[MineLine]:
    """Return where a person takes part, by name: what is in use first. Three statements."""
    rows = db.session.execute(
        select(Organisation, Membership)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
        .order_by(Organisation.archived_at.is_not(None), Organisation.name, Membership.id)
    )
    places: dict[int, tuple[Organisation, list[Membership]]] = {}
    for organisation, membership in rows:
        places.setdefault(organisation.id, (organisation, []))[1].append(membership)
    me = actor.user_id or 0
    bereft = {each.id for old in (False, True) for each in only_manager_of(me, archived=old)}
    return [
        MineLine(
            slug=organisation.slug,
            name=organisation.name,
            roles=roles_in_words({Role(each.role) for each in held}),
            since=min(each.created_at for each in held),
            is_manager=any(each.role == Role.MANAGER for each in held),
            is_last=organisation.id in bereft,
            is_archived=organisation.archived_at is not None,
            is_unverified=organisation.verified_at is None,
        )
        for organisation, held in places.values()
    ]


def require_sight(organisation: Organisation, actor: Actor) -> None:
    """Raise Forbidden unless the person belongs to the organisation."""
    if not actor.has(Right.SEE, organisation.id):
        raise Forbidden


def require_manager(organisation: Organisation, actor: Actor) -> None:
    """Raise Forbidden unless the person manages the organisation, which is not archived."""
    if not actor.has(Right.MANAGE, organisation.id):
        raise Forbidden


def successors(organisation: Organisation, actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of those who can take over from the actor, by name."""
    return [(each.user_id, each.name) for each in member_lines(organisation, actor) if not each.is_me]


def _memberships(organisation_id: int) -> Select[str, Membership]:
    return (
        select(User.name, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            User.closed_at.is_(None),
        )
        .order_by(User.name, User.id, Membership.id)
    )
