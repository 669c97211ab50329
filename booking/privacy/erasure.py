"""Erase a person: everything that says who they were goes, what was done stays as figures.

`erase` works in the caller's transaction and flushes. What lies outside the database, and what the database
itself has not forgotten yet, is for `aftermath`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.audit.service import record
from booking.calendars.models import Subscription
from booking.db import wipe_log
from booking.errors import DomainError, Forbidden, NotFound
from booking.extensions import db
from booking.organisations import members
from booking.organisations.membership import actor_of
from booking.privacy import letters
from booking.privacy.coming import give_up_coming
from booking.privacy.own_words import empty_reservations
from booking.privacy.people import traces_of
from booking.privacy.traces import REMOVED, Traces
from booking.privacy.wiping import delete_files, take_out, wipe_rows
from booking.versions.service import Scope, touch
from booking.web.sentences import register_sentences
from config import Settings

REASONS: Final = ("asked", "terms", "double", "unused")
"""Why an administrator, or the service itself (`unused`), erases somebody: codes, for the record."""
_NOWHERE: Final = "poistettu.invalid"  # RFC 2606: no mail ever goes there


class LastAdministrator(DomainError):
    """Nobody would be left who runs the installation."""

    code = "last_administrator"


register_sentences(
    {
        "last_administrator": _l(
            "Palvelu jäisi ilman ylläpitäjää. Anna ylläpito ensin toiselle tunnukselle."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure has done, for the files outside the database.

    By what the person was known, and the Message-IDs of mails that went to them or held their words.
    """

    traces: Traces
    mails: frozenset[str]


def erase(user_id: int, *, actor: Actor, now: datetime, reason: str = "") -> Erased:
    """Erase a person: themselves, or by an administrator or the service for one of REASONS.

    The account's row stays, closed and with fixed words, so that what refers to it holds; its address is free
    for a new account. Raises NotFound for an account that is not there or closed, Forbidden, RuleViolation
    `last_manager` (`organisations.members.end_all`), LastAdministrator.
    """
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None or user.closed_at is not None:
        raise NotFound
    if actor.user_id != user_id and not (reason in REASONS and (actor.is_admin or reason == "unused")):
        raise Forbidden
    _refuse_last_administrator(user)
    known, themselves = traces_of(user), actor_of(user)
    members.end_all(user_id, actor=actor, now=now)
    mails = letters.remove(user_id, known.emails, letters.own_words(user_id))
    empty_reservations(user, known, now=now)
    user.name = REMOVED  # owners are told that somebody cancels, no more
    give_up_coming(user, themselves, now=now)
    wipe_rows(user_id, known)
    _end_feeds(user_id, now)
    _close(user, now)
    take_out(Traces("", known.emails, known.phones) if _has_namesake(known.name) else known)
    # every calendar tells names, and every tag stands for these two
    touch(Scope.NAMES, 0)
    touch(Scope.CATALOGUE, 0)
    touch(Scope.USER, user_id)
    by = "self" if actor.user_id == user_id else "administrator" if actor.is_admin else "service"
    record("erase", "user", user_id, actor_id=actor.user_id, now=now, by=by, reason=reason)
    return Erased(known, mails)


def aftermath(erased: Erased, settings: Settings) -> None:
    """Have what is outside of the tables forget too: mail written into files, and the database's own log.

    Called after the commit.
    """
    delete_files(settings.mail_dir, erased.traces, erased.mails)
    wipe_log()


def _refuse_last_administrator(user: User) -> None:
    others = select(func.count()).where(User.is_admin, User.closed_at.is_(None), User.id != user.id)
    if user.is_admin and not db.session.scalar(others):
        raise LastAdministrator


def _has_namesake(name: str) -> bool:
    """Say whether somebody else with an open account has the name: in others' words it stays theirs."""
    query = select(User.id).where(func.lower(User.name) == name.lower(), User.closed_at.is_(None)).limit(1)
    return db.session.scalar(query) is not None


def _end_feeds(user_id: int, now: datetime) -> None:
    # not deleted: an id that is given again would make the same secret address
    db.session.execute(
        update(Subscription)
        .where(Subscription.user_id == user_id)
        .values(
            revoked_at=func.coalesce(Subscription.revoked_at, now, type_=Subscription.revoked_at.type),
            fetched_at=None,
            fetched_by=None,
        )
    )


def _close(user: User, now: datetime) -> None:
    user.name, user.email = REMOVED, f"{user.id}@{_NOWHERE}"
    user.password_hash = None
    user.is_admin = user.wants_invitations = False
    user.closed_at, user.used_at, user.warned_at, user.second_factor_at = now, None, None, None
    db.session.flush()
