"""Change who belongs to an organisation: roles, removing, leaving, handing over, and the end of an account.

One that has a manager never loses its last: every change of memberships first holds the organisation's row,
and reads after that who is there and what the actor may do (decision 0030). What a membership has given ends
with it: roles are read at each use, and the deputies whom an approver has named end here. An archived one
loses its last manager only by the end of their account; an administrator can bring it back. Functions work
in the caller's transaction and flush.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from booking.access.actor import Actor
from booking.access.roles import MEMBERSHIP_ROLES, RIGHTS, STAND_IN_ROLES, Right, Role
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.organisations import deputy_mail, invitations, member_mail, panels, sentences  # noqa: F401
from booking.organisations.membership import roles_of
from booking.organisations.models import Deputy, Membership, Organisation
from booking.outbox.service import post
from booking.versions.service import Scope, touch

BASIC_ROLES: Final = (Role.MEMBER, Role.BOOKER, Role.MANAGER)
"""What everybody in an association is one of."""


def held(organisation_id: int) -> Organisation:
    """Return an organisation whose memberships nobody else changes before this transaction ends.

    Raises NotFound. Who takes several takes them in the order of their ids.
    """
    found = db.session.get(
        Organisation, organisation_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def held_by_manager(organisation_id: int, actor: Actor) -> Organisation:
    """Return it as `held` does. Raises Forbidden unless the actor manages it now that nobody changes it."""
    organisation = held(organisation_id)
    now_held = db.session.execute(roles_of(actor.user_id)) if actor.user_id is not None else ()
    if not any(each[0] == organisation_id and Right.MANAGE in RIGHTS[Role(each[1])] for each in now_held):
        raise Forbidden
    return organisation


def only_stands_in(organisation_id: int, user_id: int | None) -> bool:
    """Say whether a person is there in the managers' place just now, and no manager by their own membership.

    Such a one gives nobody's right to oneself: it would outlive the visit (decision 0032).
    """
    rows = db.session.execute(roles_of(user_id)) if user_id is not None else ()
    there = {Role(each[1]) for each in rows if each[0] == organisation_id}
    return bool(there & STAND_IN_ROLES) and Role.MANAGER not in there


def grantable(organisation: Organisation) -> tuple[Role, ...]:
    """Return the roles that its managers can give: those of an owner only where there are rooms.

    Who opens the first room becomes its approver before it is published, so that tells too.
    """
    if organisation.kind in ("city", "parish") or organisation.id in panels.rooms_by_owner():
        return MEMBERSHIP_ROLES
    owners = select(Membership.id).where(
        Membership.organisation_id == organisation.id,
        Membership.role.in_([role.value for role in MEMBERSHIP_ROLES if role not in BASIC_ROLES]),
        Membership.ended_at.is_(None),
    )
    return MEMBERSHIP_ROLES if db.session.scalar(owners.limit(1)) is not None else BASIC_ROLES


def set_roles(
    user_id: int, organisation_id: int, roles: Collection[Role], *, actor: Actor, now: datetime
) -> None:
    """Let a member have exactly these roles, as a manager; the member is told.

    Raises Forbidden, NotFound for who is no member, RuleViolation for no role, one that cannot be given there
    (`role_not_given`), the last manager's (`last_manager`) or more for who stands in (`stand_in_no_role`).
    """
    organisation = held_by_manager(organisation_id, actor)
    before = _current(user_id, organisation)
    if not before:
        raise NotFound("unknown_member")
    _refuse_roles(organisation, roles)
    lost = [each for each in before if each.role not in roles]
    gained = set(roles) - {Role(each.role) for each in before}
    if not lost and not gained:
        return
    if gained and user_id == actor.user_id and only_stands_in(organisation.id, user_id):
        raise RuleViolation([Violation("stand_in_no_role", "roles")])
    _refuse_last_manager([organisation], lost)
    _end(lost, actor=actor, now=now)
    _begin(user_id, organisation, gained, now=now)
    record(
        "change_roles",
        "organisation",
        organisation.id,
        actor_id=actor.user_id,
        now=now,
        user=user_id,
        roles=sorted(role.value for role in roles),
    )
    if user_id != actor.user_id:
        if Role.MANAGER not in roles:
            invitations.withdraw_powerful_of(user_id, organisation, actor=actor, now=now)
        post(member_mail.roles_changed(organisation, db.session.get_one(User, user_id), roles), now=now)


def admit(
    user_id: int, organisation: Organisation, roles: Collection[Role], *, actor: Actor, now: datetime
) -> None:
    """Give a person these roles besides those they have in an organisation that is `held`. Flushes.

    Who belongs to an association gets a higher role instead of the one they have, never a lower one.
    Who may let in whom is for the caller to ask. Raises RuleViolation as `set_roles`.
    """
    _refuse_roles(organisation, roles)
    if only_stands_in(organisation.id, user_id):
        raise RuleViolation([Violation("stand_in_no_role", "roles")])
    before = _current(user_id, organisation)
    have = {Role(each.role) for each in before}
    wanted = have | set(roles)
    highest = max((role for role in wanted if role in BASIC_ROLES), key=BASIC_ROLES.index, default=None)
    wanted -= {role for role in BASIC_ROLES if role is not highest}
    _end([each for each in before if each.role not in wanted], actor=actor, now=now)
    _begin(user_id, organisation, wanted - have, now=now)
    record(
        "join",
        "organisation",
        organisation.id,
        actor_id=actor.user_id,
        now=now,
        user=user_id,
        roles=sorted(role.value for role in wanted - have),
    )


def remove(user_id: int, organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """End all the roles of a member, as a manager; the member is told.

    What they have invited others to that gives power is taken back; invitations of plain members stay.

    Raises Forbidden, NotFound for who is no member, RuleViolation `last_manager`.
    """
    organisation = held_by_manager(organisation_id, actor)
    ended = _current(user_id, organisation)
    if not ended:
        raise NotFound("unknown_member")
    _refuse_last_manager([organisation], ended)
    _end(ended, actor=actor, now=now)
    record("remove_member", "organisation", organisation.id, actor_id=actor.user_id, now=now, user=user_id)
    if user_id != actor.user_id:
        invitations.withdraw_powerful_of(user_id, organisation, actor=actor, now=now)
        post(member_mail.removed(organisation, db.session.get_one(User, user_id)), now=now)


def leave(organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """End all one's own roles in an organisation; its managers are told.

    Raises NotFound for who is no member, RuleViolation `last_manager`.
    """
    organisation = held(organisation_id)
    ended = _current(actor.user_id, organisation)
    if not ended:
        raise NotFound("unknown_member")
    _refuse_last_manager([organisation], ended)
    _end(ended, actor=actor, now=now)
    record("leave", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    for manager in managers_of(organisation.id):
        post(member_mail.left(organisation, actor.name, manager), now=now)


def hand_over(
    organisation_id: int, successor_id: int, *, stays: Role | None, actor: Actor, now: datetime
) -> None:
    """Name a member manager in one's place and step down, in one step. `stays`: as what, None: not at all.

    What else one is there (approver, staff) stays with `stays` and ends without. Who only stands in gives the
    role, and is after it what they were: `stays` is not asked. Raises Forbidden, NotFound for a successor who
    is no member or has closed the account, RuleViolation `hand_over_to_self` or `role_not_given`.
    """
    organisation = held_by_manager(organisation_id, actor)
    if stays is not None and stays not in (Role.MEMBER, Role.BOOKER):
        raise RuleViolation([Violation("role_not_given", "stays")])
    if successor_id == actor.user_id:
        raise RuleViolation([Violation("hand_over_to_self", "successor")])
    successor = db.session.get(User, successor_id)
    theirs = _current(successor_id, organisation)
    if successor is None or successor.closed_at is not None or not theirs:
        raise NotFound("unknown_member")
    visits = only_stands_in(organisation.id, actor.user_id)
    basic = [each for each in theirs if each.role in BASIC_ROLES and each.role != Role.MANAGER]
    _end(basic, actor=actor, now=now)
    _begin(successor_id, organisation, {Role.MANAGER} - {Role(each.role) for each in theirs}, now=now)
    stays = None if visits else stays
    own = [] if visits else _current(actor.user_id, organisation)
    _end([each for each in own if stays is None or each.role in BASIC_ROLES], actor=actor, now=now)
    if stays is not None and actor.user_id is not None:
        _begin(actor.user_id, organisation, {stays}, now=now)
    record(
        "hand_over",
        "organisation",
        organisation.id,
        actor_id=actor.user_id,
        now=now,
        user=successor_id,
        stays=stays.value if stays is not None else "",
    )
    for manager in managers_of(organisation.id):
        post(member_mail.handed_over(organisation, actor.name, successor, manager), now=now)


def end_all(user_id: int, *, actor: Actor, now: datetime) -> None:
    """End every membership of a person whose account closes, and whatever they stand in for.

    The managers of each organisation are told that a member has closed the account, without a name. Archived
    ones may be left without a manager, which the record says (`left_without`). Raises RuleViolation
    `last_manager` naming those in use where the person is the only manager: they hand over or archive first.
    """
    ids = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.ended_at.is_(None)
    )
    places = [held(each) for each in sorted(set(db.session.scalars(ids)))]
    ended = [each for place in places for each in _current(user_id, place)]
    _refuse_last_manager([each for each in places if each.archived_at is None], ended)
    alone = {each.id for each in only_manager_of(user_id, archived=True)}
    _end(ended, actor=actor, now=now)
    in_place = select(Deputy).where(Deputy.user_id == user_id)
    _end_deputies(db.session.scalars(in_place.where(Deputy.ended_at.is_(None), Deputy.ends_at > now)), now)
    for place in places:
        known = {"user": user_id} | ({"left_without": True} if place.id in alone else {})
        record("end_membership", "organisation", place.id, actor_id=actor.user_id, now=now, **known)
        for manager in managers_of(place.id):
            if manager.id != user_id:
                post(member_mail.account_closed(place, manager), now=now)


def managers_of(organisation_id: int) -> list[User]:
    """Return the people with an open account who are managers by their own membership, by id."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(*_managing(), Membership.organisation_id == organisation_id)
    )
    return list(db.session.scalars(query.order_by(User.id)))


def only_manager_of(user_id: int, *, archived: bool = False) -> list[Organisation]:
    """Return the organisations that would be without a manager if this person left, by name.

    `archived`: those that are archived, instead of those in use.
    """
    mine = select(Membership.organisation_id).where(*_managing(), Membership.user_id == user_id)
    others = select(Membership.organisation_id).where(*_managing(), Membership.user_id != user_id)
    query = select(Organisation).where(
        Organisation.id.in_(mine.join(User, User.id == Membership.user_id)),
        Organisation.id.not_in(others.join(User, User.id == Membership.user_id)),
        Organisation.archived_at.is_not(None) if archived else Organisation.archived_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Organisation.name)))


def _managing() -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.role == Role.MANAGER.value,
        Membership.ended_at.is_(None),
        User.closed_at.is_(None),
    )


def _current(user_id: int | None, organisation: Organisation) -> list[Membership]:
    query = select(Membership).where(
        Membership.user_id == user_id,
        Membership.organisation_id == organisation.id,
        Membership.ended_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Membership.id).execution_options(populate_existing=True)))


def _refuse_roles(organisation: Organisation, roles: Collection[Role]) -> None:
    """Raise RuleViolation for roles that cannot be had there, or not together."""
    basic = [role for role in roles if role in BASIC_ROLES]
    if not roles or len(basic) > 1 or not set(roles) <= set(grantable(organisation)):
        raise RuleViolation([Violation("role_not_given", "roles")])


def _refuse_last_manager(places: Iterable[Organisation], lost: Sequence[Membership]) -> None:
    """Raise RuleViolation naming those of the organisations that would lose their last manager."""
    bereft: list[Organisation] = []
    for place in places:
        leaving = {
            each.user_id
            for each in lost
            if each.role == Role.MANAGER.value and each.organisation_id == place.id
        }
        managers = {each.id for each in managers_of(place.id)}
        if managers and managers <= leaving:
            bereft.append(place)
    if bereft:
        params = {"organisations": ", ".join(sorted(each.name for each in bereft))}
        code = "last_manager_archived" if bereft[0].archived_at is not None else "last_manager"
        raise RuleViolation([Violation(code, "organisation", params)])


def _begin(user_id: int, organisation: Organisation, roles: Iterable[Role], *, now: datetime) -> None:
    for role in sorted(roles):
        db.session.add(
            Membership(user_id=user_id, organisation_id=organisation.id, role=role, created_at=now)
        )
    db.session.flush()
    touch(Scope.USER, user_id)


def _end(memberships: Sequence[Membership], *, actor: Actor, now: datetime) -> None:
    """End memberships, and the deputies named by them."""
    for each in memberships:
        each.ended_at = now
        touch(Scope.USER, each.user_id)
    db.session.flush()
    named = select(Deputy).where(
        Deputy.membership_id.in_([each.id for each in memberships]),
        Deputy.ended_at.is_(None),
        Deputy.ends_at > now,
    )
    if any(each.role == Role.APPROVER.value for each in memberships):
        _end_deputies(db.session.scalars(named), now)


def _end_deputies(deputies: Iterable[Deputy], now: datetime) -> None:
    for deputy in deputies:
        deputy.ended_at = now
        touch(Scope.USER, deputy.user_id)
        other = deputy.user if deputy.membership.ended_at is not None else deputy.membership.user
        if other.closed_at is None:
            post(deputy_mail.ended(deputy, other), now=now)
    db.session.flush()
