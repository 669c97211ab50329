"""What a person signs in with: the password and the address, and how each is changed.

Every change ends the person's other sessions and is told by mail, so that nobody can do it unnoticed. A new
address counts once its link has been opened; for a week the old address can undo that.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from flask_babel import lazy_gettext
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from booking.access.actor import Actor
from booking.accounts import link_messages as messages
from booking.accounts import sessions
from booking.accounts.factors.service import remove as remove_factor
from booking.accounts.models import ApiToken, EmailChange, ExternalIdentity, User
from booking.accounts.service import EmailTaken, user_with_email
from booking.audit.service import record
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.outbox.service import post
from booking.web.sentences import register_sentences

PROOF_LIFETIME: Final = timedelta(hours=24)
TIME_TO_UNDO: Final = timedelta(days=7)

register_sentences(
    {
        "email_proof_expired": lazy_gettext(
            "Linkki on vanhentunut, käytetty tai toisen tunnuksen."
            " Vaihda osoite uudelleen omissa tiedoissasi."
        ),
        "email_undo_expired": lazy_gettext(
            "Linkki on vanhentunut tai käytetty. Vaihdon voi perua viikon ajan. Ota yhteyttä ylläpitoon."
        ),
    }
)


def change_password(
    password_hash: str | None, *, actor: Actor, now: datetime, session_id: int | None
) -> None:
    """Set a password, or with None remove it; end the person's sessions save `session_id`. Flushes."""
    user = own_account(actor)
    user.password_hash = password_hash
    sessions.end_all(user.id, now=now, besides=session_id)
    action = "change_password" if password_hash else "remove_password"
    record(action, "user", user.id, actor_id=user.id, now=now)
    post(messages.password_changed(user, removed=password_hash is None), now=now)


def ask_for_email(new_email: str, *, actor: Actor, now: datetime) -> None:
    """Send the link that proves a new address; a request before this one ends. Flushes.

    `new_email` is normal (`service.normal_email`). Nothing that comes back tells whether somebody has the
    address: its holder gets a mail that says so, and as much is written either way.
    """
    user = own_account(actor)
    holder = user_with_email(new_email)
    db.session.execute(
        delete(EmailChange).where(EmailChange.user_id == user.id, EmailChange.done_at.is_(None))
    )
    token = secrets.token_urlsafe(32)
    db.session.add(
        EmailChange(
            user_id=user.id,
            old_email=user.email,
            new_email=new_email,
            proof_sha256=_digest(token),
            asked_at=now,
        )
    )
    db.session.flush()
    mail = messages.address_in_use(holder) if holder else messages.prove_address(user, new_email, token)
    post(mail, now=now)


def pending_email(token: str, *, actor: Actor, now: datetime) -> str:
    """Return the address a link proves. Raises NotFound ("email_proof_expired")."""
    return _pending(token, own_account(actor), now).new_email


def prove_email(token: str, *, actor: Actor, now: datetime, session_id: int | None) -> str:
    """Take the proved address in use, tell the old one how to undo it, and return it. Flushes.

    Ends the person's other sessions. Raises NotFound as `pending_email`, or EmailTaken when somebody has got
    an account with it meanwhile.
    """
    user = own_account(actor)
    change = _pending(token, user, now)
    if user_with_email(change.new_email) is not None:
        raise EmailTaken(email=change.new_email)
    undo = secrets.token_urlsafe(32)
    change.done_at, change.undo_sha256, change.old_email = now, _digest(undo), user.email
    try:
        with db.session.begin_nested():
            user.email = change.new_email
    except IntegrityError:  # another proved it at this moment
        raise EmailTaken(email=change.new_email) from None
    sessions.end_all(user.id, now=now, besides=session_id)
    record("change_email", "user", user.id, actor_id=user.id, now=now)
    post(messages.address_changed(user, change.old_email, undo), now=now)
    return user.email


def undoable_email(token: str, *, now: datetime) -> str:
    """Return the address a link brings back. Raises NotFound ("email_undo_expired")."""
    return _undoable(token, now)[0].old_email


def undo_email(token: str, *, now: datetime) -> None:
    """Bring an old address back, as its holder asks who may have lost the account to another. Flushes.

    All sessions, the password and the keys of programs end: the holder signs in by a link. So does what was
    set up after the change and is the other's: a second factor, which would keep the holder out, and another
    service's way in, which would let the other in again.

    Raises NotFound as `undoable_email`, or EmailTaken when the address has got another account.
    """
    change, user = _undoable(token, now)
    if user_with_email(change.old_email) is not None:
        raise EmailTaken(email=change.old_email)
    user.email, user.password_hash = change.old_email, None
    if user.second_factor_at is not None and change.done_at and user.second_factor_at >= change.done_at:
        remove_factor(user)
        record("turn_off_second_factor", "user", user.id, actor_id=user.id, now=now)
    db.session.execute(
        delete(ExternalIdentity).where(
            ExternalIdentity.user_id == user.id, ExternalIdentity.created_at >= change.done_at
        )
    )
    db.session.execute(delete(EmailChange).where(EmailChange.user_id == user.id))
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    sessions.end_all(user.id, now=now)
    record("undo_email_change", "user", user.id, actor_id=user.id, now=now)


def forget_changes(now: datetime) -> int:
    """Delete the changes of address that can neither be proved nor undone any more; return how many."""
    over = or_(
        EmailChange.done_at <= now - TIME_TO_UNDO,
        and_(EmailChange.done_at.is_(None), EmailChange.asked_at <= now - PROOF_LIFETIME),
    )
    gone = delete(EmailChange).where(over).execution_options(synchronize_session=False)
    return len(db.session.execute(gone.returning(EmailChange.id)).all())


def own_account(actor: Actor) -> User:
    """Return the acting person's account, read anew. Raises Forbidden for a visitor or a closed account."""
    user = db.session.get(User, actor.user_id, populate_existing=True) if actor.user_id else None
    if user is None or not user.is_active:
        raise Forbidden
    return user


def _pending(token: str, user: User, now: datetime) -> EmailChange:
    change = db.session.scalar(
        select(EmailChange).where(
            EmailChange.proof_sha256 == _digest(token),
            EmailChange.user_id == user.id,
            EmailChange.done_at.is_(None),
            EmailChange.asked_at > now - PROOF_LIFETIME,
        )
    )
    if change is None:
        raise NotFound("email_proof_expired")
    return change


def _undoable(token: str, now: datetime) -> tuple[EmailChange, User]:
    row = db.session.execute(
        select(EmailChange, User)
        .join(User, User.id == EmailChange.user_id)
        .where(
            EmailChange.undo_sha256 == _digest(token),
            EmailChange.done_at > now - TIME_TO_UNDO,
            User.closed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("email_undo_expired")
    return row.EmailChange, row.User


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
