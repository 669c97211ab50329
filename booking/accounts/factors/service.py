"""Set a second factor up, prove it, renew it, turn it off.

`with_code` is an edge that opens its own transactions, as `accounts.sign_in` does: the try is written down in
one, looked at in another; `proof_of` opens the first of them. The rest works in the caller's and flushes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from flask_babel import lazy_gettext
from sqlalchemy import delete, func, select, update

from booking.access.actor import Actor
from booking.accounts import sessions, throttle
from booking.accounts.factors import messages, recovery, totp
from booking.accounts.factors.models import FactorReset, RecoveryCode, SecondFactor
from booking.accounts.factors.requirements import is_required
from booking.accounts.models import User
from booking.audit.service import record
from booking.db import in_transaction
from booking.errors import DomainError, Forbidden, NotFound, WrongState
from booking.extensions import db
from booking.outbox.service import post
from booking.web.sealed import seal, unseal
from booking.web.sentences import register_sentences

T = TypeVar("T")

KIND: Final = "second-factor"
_PURPOSE: Final = "totp-secret"


class WrongCode(DomainError):
    """It is no code of this person's, neither the app's nor a recovery code that is left."""

    code = "wrong_code"


class UsedCode(WrongCode):
    """It is the app's code, but it or a newer one has been used already."""

    code = "used_code"


class WrongRecoveryCode(WrongCode):
    """It has letters, as recovery codes have, and is none that is left."""

    code = "wrong_recovery_code"


class UnreadableFactor(WrongCode):
    """SECRET_KEY has changed since the factor was set up: no code of the app can be checked."""

    code = "unreadable_factor"


register_sentences(
    {
        "wrong_code": lazy_gettext(
            "Koodi ei ole oikea. Katso sovelluksesta uusi koodi ja tarkista, että puhelimen kello on ajassa."
        ),
        "wrong_recovery_code": lazy_gettext(
            "Palautuskoodi ei ole oikea. Tarkista koodi listastasi. Kukin koodi käy kerran."
        ),
        "used_code": lazy_gettext(
            "Koodi on jo käytetty. Odota enintään puoli minuuttia, kunnes sovellus näyttää uuden koodin."
        ),
        "unreadable_factor": lazy_gettext(
            "Sovelluksen koodeja ei voi enää tarkistaa. Käytä palautuskoodia tai pyydä apua ylläpidolta."
        ),
        "second_factor_on": lazy_gettext("Kaksivaiheinen kirjautuminen on jo käytössä."),
        "second_factor_off": lazy_gettext("Kaksivaiheinen kirjautuminen ei ole käytössä."),
        "second_factor_needed": lazy_gettext(
            "Tarvitset kaksivaiheisen kirjautumisen. Ota se käyttöön omalla sivullasi."
        ),
        "own_second_factor": lazy_gettext(
            "Omaa kaksivaiheista kirjautumista ei voi poistaa täällä. Tee se omalla sivullasi."
        ),
    }
)


def turn_on(
    user_id: int, secret: str, code: str, *, renewing: bool, now: datetime, session_id: int | None = None
) -> list[str]:
    """Take an app's secret in use after a first code of it; return the recovery codes, readable only now.

    `renewing`: in place of the one there is. The person's sessions end, save `session_id`. Raises WrongCode,
    and WrongState for one who has a factor and is not renewing it.
    """
    user = _own(user_id)
    if user.second_factor_at is not None and not renewing:
        raise WrongState("second_factor_on")
    steps = totp.fitting_steps(secret, recovery.normal(code), now)
    if not steps:
        raise WrongCode
    factor = db.session.get(SecondFactor, user_id) or SecondFactor(user_id=user_id)
    factor.sealed_secret, factor.last_step = seal(_PURPOSE, secret), steps[-1]
    user.second_factor_at = now
    db.session.add(factor)
    codes = new_recovery_codes(user)
    sessions.end_all(user_id, now=now, besides=session_id)
    record("turn_on_second_factor", "user", user_id, actor_id=user_id, now=now, renewed=renewing)
    post(messages.turned_on(user), now=now)
    return codes


def proof_of(user_id: int, typed: str, *, address: str | None, now: datetime) -> Callable[[], User]:
    """Write a try down, and return what looks at the code: to be called in the caller's writing transaction.

    It returns the person, and the code is used up if and only if that transaction is committed. Raises
    TooManyAttempts (`retry_after` seconds); what it returns raises as `use_code`.
    """
    attempt = in_transaction(lambda: throttle.begin_attempt(KIND, str(user_id), address, now))

    def prove() -> User:
        user = use_code(user_id, typed, now=now)
        throttle.forgive(attempt)
        return user

    return prove


def with_code(
    user_id: int, typed: str, work: Callable[[User], T], *, address: str | None, now: datetime
) -> T:
    """Run `work` in a transaction with a person who has shown a code; return what it returned.

    Raises as `proof_of` and `use_code`.
    """
    prove = proof_of(user_id, typed, address=address, now=now)
    return in_transaction(lambda: work(prove()))


def new_recovery_codes(user: User) -> list[str]:
    """Replace a person's recovery codes and return the new ones."""
    codes = recovery.new_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, digest=recovery.digest(user.id, code)) for code in codes)
    db.session.flush()
    return codes


def renew_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """As `new_recovery_codes`, on the record."""
    codes = new_recovery_codes(user)
    record("renew_recovery_codes", "user", user.id, actor_id=user.id, now=now)
    return codes


def turn_off(user: User, *, now: datetime, session_id: int | None) -> None:
    """Sign in without a second step from now on; the person's sessions end, save `session_id`.

    Raises Forbidden for one who must have it.
    """
    if is_required(user, now):
        raise Forbidden("second_factor_needed")
    remove(user)
    sessions.end_all(user.id, now=now, besides=session_id)
    record("turn_off_second_factor", "user", user.id, actor_id=user.id, now=now)
    post(messages.turned_off(user), now=now)


def reset(user_id: int, reason: str, *, actor: Actor | None, now: datetime) -> User:
    """Take away the factor of somebody who has lost it, for a reason; they are told. Return them.

    Their sessions end: with what is lost somebody may have got in.

    `actor` is None on the command line. Raises NotFound, Forbidden for one who is no administrator and for
    one's own, and WrongState for a person without a factor.
    """
    if actor is not None and not actor.is_admin:
        raise Forbidden
    actor_id = actor.user_id if actor else None
    user = db.session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None:
        raise NotFound
    if user.id == actor_id:
        raise Forbidden("own_second_factor")
    if user.second_factor_at is None:
        raise WrongState("second_factor_off")
    remove(user)
    sessions.end_all(user.id, now=now)
    made = FactorReset(user_id=user.id, reason=reason, at=now)
    db.session.add(made)
    db.session.flush()
    record("reset_second_factor", "user", user.id, actor_id=actor_id, now=now, reset=made.id)
    post(messages.was_reset(user, reason), now=now)
    return user


def codes_left(user_id: int) -> int:
    """Return how many recovery codes a person has left."""
    query = select(func.count()).select_from(RecoveryCode)
    left = query.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def _own(user_id: int) -> User:
    """Return a person whose factor nobody else changes before this transaction ends."""
    user = db.session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or not user.is_active:
        raise Forbidden
    return user


def use_code(user_id: int, typed: str, *, now: datetime) -> User:
    """Use up a code of the app or a recovery code, and return whose it is. Unthrottled: see `proof_of`.

    Raises WrongCode, WrongState for one without a factor, and Forbidden for a closed account.
    """
    user = _own(user_id)
    if user.second_factor_at is None:
        raise WrongState("second_factor_off")
    code = recovery.normal(typed)
    if len(code) == totp.DIGITS and code.isascii() and code.isdecimal():
        _accept_from_app(user.id, code, now)
    else:
        _accept_recovery_code(user, code, now)
    return user


def _accept_from_app(user_id: int, code: str, now: datetime) -> None:
    factor = db.session.get(SecondFactor, user_id, populate_existing=True)
    secret = unseal(_PURPOSE, factor.sealed_secret) if factor is not None else None
    if secret is None:
        raise UnreadableFactor
    steps = totp.fitting_steps(secret, code, now)
    if not steps:
        raise WrongCode
    # The condition decides, in the database: of two that bring one code at one moment the second finds no row
    newer = (
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < steps[-1])
        .values(last_step=steps[-1])
        .returning(SecondFactor.user_id)
    )
    if db.session.execute(newer).one_or_none() is None:
        raise UsedCode


def _accept_recovery_code(user: User, code: str, now: datetime) -> None:
    use = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == recovery.digest(user.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if db.session.execute(use).one_or_none() is None:
        # figures alone are a slip in the app's code: no recovery code has so few letters
        raise WrongCode if code.isdecimal() else WrongRecoveryCode
    left = codes_left(user.id)
    record("use_recovery_code", "user", user.id, actor_id=user.id, now=now, left=left)
    post(messages.recovery_code_used(user, left), now=now)


def remove(user: User) -> None:
    """Delete a person's factor and recovery codes; the caller writes the record. Flushes."""
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    user.second_factor_at = None
    db.session.flush()
