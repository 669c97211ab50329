"""Signing in by a link in a mail: for those who forget passwords, and for newcomers who want none.

A link lives 15 minutes, serves once, and is bound to no browser: people read mail on another device. Only its
digest is stored. An address nobody has gets a mail too; its link makes an account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from flask_babel import lazy_gettext
from sqlalchemy import delete, or_, select, update

from booking.accounts import link_messages as messages
from booking.accounts.models import SignInLink, User
from booking.accounts.newcomers import make_proved_account
from booking.accounts.service import user_with_email
from booking.errors import NotFound
from booking.extensions import db
from booking.outbox.message import Message
from booking.outbox.service import post
from booking.web.sentences import register_sentences

LIFETIME: Final = timedelta(minutes=15)
_LONGEST_PATH: Final = 1000  # the column's

register_sentences(
    {
        "link_used": lazy_gettext(
            "Linkki on jo käytetty tai vanhentunut: se toimii 15 minuuttia ja yhden kerran."
            " Pyydä kirjautumissivulta uusi."
        )
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that still works: for which address, where and when it was asked for, where one was going."""

    email: str
    program: str
    made_at: datetime
    wanted: str | None
    remember: bool


def ask(
    email: str, *, wanted: str | None, remember: bool, language: str, program: str, now: datetime
) -> None:
    """Send a link to an address, in the caller's transaction. `language` is for who has no account.

    Nothing that comes back tells whether somebody has the address, and as much is written either way.
    """
    user = user_with_email(email)
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        token_sha256=_digest(token),
        email=email,
        program=program[:40],
        wanted=wanted if wanted and len(wanted) <= _LONGEST_PATH else None,
        remember=remember,
        made_at=now,
    )
    db.session.add(link)
    db.session.flush()
    post(_mail(user, link, token, language), now=now)


def read(token: str, *, now: datetime) -> tuple[Asked, User | None]:
    """Return what a link was asked for and whose account it opens, None where it makes one.

    Raises NotFound ("link_used") for a link that is forged, used, or too old, or whose account is closed.
    """
    row = db.session.scalar(
        select(SignInLink).where(
            SignInLink.token_sha256 == _digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.made_at > now - LIFETIME,
        )
    )
    if row is None:
        raise NotFound("link_used")
    return _asked(row), _holder(row.email)


def use(token: str, user_id: int, *, now: datetime) -> None:
    """Strike out the link of a person's account, in the transaction that lets them in.

    Of two that use it at once one gets through. Raises NotFound as `read`, and when the address is not the
    person's any more.
    """
    holder = _holder(_strike_out(token, now).email)
    if holder is None or holder.id != user_id:
        raise NotFound("link_used")


def make_account(token: str, *, name: str, language: str, now: datetime) -> User:
    """Strike out a link and return the account it makes, in the transaction that lets the person in.

    See `newcomers`. Raises NotFound as `read`, and when the address has got an account meanwhile.
    """
    user = make_proved_account(_strike_out(token, now).email, name, language, now=now)
    if user is None:
        raise NotFound("link_used")
    return user


def forget_old(now: datetime) -> int:
    """Delete the links that work no more, with the addresses in them; return how many."""
    old = delete(SignInLink).where(or_(SignInLink.used_at.is_not(None), SignInLink.made_at <= now - LIFETIME))
    old = old.execution_options(synchronize_session=False)
    return len(db.session.execute(old.returning(SignInLink.id)).all())


def _strike_out(token: str, now: datetime) -> Asked:
    struck = (
        update(SignInLink)
        .where(
            SignInLink.token_sha256 == _digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.made_at > now - LIFETIME,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(SignInLink)
    )
    row = db.session.scalar(struck)
    if row is None:
        raise NotFound("link_used")
    return _asked(row)


def _holder(email: str) -> User | None:
    """Return whose account an address opens, None for nobody's. Raises NotFound for a closed account."""
    user = user_with_email(email)
    if user is not None and user.closed_at is not None:
        raise NotFound("link_used")
    return user if user and user.confirmed_at else None


def _mail(user: User | None, link: SignInLink, token: str, language: str) -> Message:
    if user is not None and user.closed_at is not None:
        return messages.account_closed(user)
    told = messages.Asking(link.program, link.made_at)
    if user is None or user.confirmed_at is None:
        return messages.newcomer_link(link.email, language, link.id, token, told)
    return messages.sign_in_link(user, token, told)


def _asked(row: SignInLink) -> Asked:
    return Asked(row.email, row.program, row.made_at, row.wanted, row.remember)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
