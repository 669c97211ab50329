"""Ask to be let into an association; one of its managers lets in, with a role, or does not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations import group_sentences, joining_mail  # noqa: F401
from booking.organisations.members import admit, held, held_by_manager, managers_of
from booking.organisations.models import JoinRequest, Organisation
from booking.outbox.service import post

LONGEST_WORDS: Final = 500
MOST_OPEN: Final = 5
"""So many requests of one person can be open."""


def ask(organisation_id: int, words: str, *, actor: Actor, now: datetime) -> JoinRequest:
    """Ask the managers of an association to be let in, with words to them. Flushes.

    Asked twice is asked once. Raises Forbidden for a visitor, WrongState for an archived organisation,
    RuleViolation: `member_already`, `nobody_to_ask`, `too_many_requests`.
    """
    if actor.user_id is None:
        raise Forbidden
    organisation = held(organisation_id)
    if organisation.archived_at is not None:
        raise WrongState("organisation_archived")
    if any(place == organisation_id for place, _role in actor.roles):
        raise RuleViolation([Violation("you_belong_already", "words")])
    managers = managers_of(organisation_id)
    if not managers:
        raise RuleViolation([Violation("nobody_to_ask", "words")])
    waiting = requests_of(actor.user_id)
    for each in waiting:
        if each.organisation_id == organisation_id:
            return each
    if len(waiting) >= MOST_OPEN:
        raise RuleViolation([Violation("too_many_requests", "words", {"most": MOST_OPEN})])
    made = JoinRequest(
        organisation=organisation, user=db.session.get_one(User, actor.user_id), words=words, created_at=now
    )
    db.session.add(made)
    db.session.flush()
    record("ask_to_join", "organisation", organisation_id, actor_id=actor.user_id, now=now, request=made.id)
    for manager in managers:
        post(joining_mail.asked(made, manager), now=now)
    return made


def let_in(request_id: int, role: Role, *, actor: Actor, now: datetime) -> JoinRequest:
    """Give somebody who asked a role, as a manager; they are told.

    Raises NotFound, Forbidden, WrongState for one that is answered, RuleViolation `role_not_given`, or
    `stand_in_no_role` for one's own while one stands in.
    """
    request = _of_manager(request_id, actor)
    if request.user.closed_at is not None:
        raise WrongState
    admit(request.user_id, request.organisation, {role}, actor=actor, now=now)
    close(request, "accepted", actor=actor, now=now)
    post(joining_mail.let_in(request, role), now=now)
    return request


def do_not_let_in(request_id: int, *, actor: Actor, now: datetime) -> JoinRequest:
    """Say no, as a manager; who asked is told. Raises NotFound, Forbidden, WrongState."""
    request = _of_manager(request_id, actor)
    refuse(request, actor=actor, now=now)
    return request


def refuse(request: JoinRequest, *, actor: Actor, now: datetime) -> None:
    """Close an open request with a no that its person is told of. Who may is for the caller to ask."""
    close(request, "declined", actor=actor, now=now)
    if request.user.closed_at is None:
        post(joining_mail.not_let_in(request), now=now)


def close(request: JoinRequest, outcome: str, *, actor: Actor, now: datetime) -> None:
    """End an open request and record it; nobody is told. Who may is for the caller to ask. Flushes."""
    request.closed_at, request.outcome = now, outcome
    db.session.flush()
    record(
        f"join_request_{outcome}",
        "organisation",
        request.organisation_id,
        actor_id=actor.user_id,
        now=now,
        request=request.id,
    )


def withdraw(request_id: int, *, actor: Actor, now: datetime) -> JoinRequest:
    """Take one's own request back. Raises NotFound, WrongState."""
    request = db.session.get(JoinRequest, request_id)
    if request is None or actor.user_id is None or request.user_id != actor.user_id:
        raise NotFound("unknown_join_request")
    held(request.organisation_id)
    _refuse_closed(request)
    close(request, "withdrawn", actor=actor, now=now)
    return request


def open_requests(organisation_id: int) -> Sequence[JoinRequest]:
    """Return who asks to be let in, oldest first. One statement."""
    query = (
        select(JoinRequest)
        .join(JoinRequest.user)
        .where(
            JoinRequest.organisation_id == organisation_id,
            JoinRequest.closed_at.is_(None),
            User.closed_at.is_(None),
        )
        .options(joinedload(JoinRequest.user))
    )
    return db.session.scalars(query.order_by(JoinRequest.id)).all()


def requests_of(user_id: int) -> Sequence[JoinRequest]:
    """Return what a person has asked and nobody answered. One statement."""
    query = select(JoinRequest).where(JoinRequest.user_id == user_id, JoinRequest.closed_at.is_(None))
    return db.session.scalars(
        query.options(joinedload(JoinRequest.organisation)).order_by(JoinRequest.id)
    ).all()


def waiting_request(organisation_id: int, user_id: int | None) -> JoinRequest | None:
    """Return what a person has asked of an association and nobody answered. One statement."""
    query = select(JoinRequest).where(
        JoinRequest.organisation_id == organisation_id,
        JoinRequest.user_id == user_id,
        JoinRequest.closed_at.is_(None),
    )
    return db.session.scalar(query)


def _of_manager(request_id: int, actor: Actor) -> JoinRequest:
    request = db.session.get(JoinRequest, request_id)
    if request is None:
        raise NotFound("unknown_join_request")
    organisation: Organisation = held_by_manager(request.organisation_id, actor)
    if organisation.archived_at is not None:
        raise WrongState("organisation_archived")
    _refuse_closed(request)
    return request


def _refuse_closed(request: JoinRequest) -> None:
    db.session.refresh(request)
    if request.closed_at is not None:
        raise WrongState("join_request_closed")
