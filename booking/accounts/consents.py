"""What people agree to when they take an account, by version."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from booking.accounts.models import Consent
from booking.audit.service import record
from booking.extensions import db

TERMS: Final = "terms"
TERMS_VERSION: Final = 1
"""The terms of use in force. A change that people must hear of raises it, and they are asked again."""


def accept_terms(user_id: int, *, now: datetime) -> None:
    """Note that a person accepts the terms of use in force; once is enough. Flushes."""
    if has_accepted_terms(user_id):
        return
    db.session.add(Consent(user_id=user_id, document=TERMS, version=TERMS_VERSION, accepted_at=now))
    db.session.flush()
    record("accept_terms", "user", user_id, actor_id=user_id, now=now, version=TERMS_VERSION)


def has_accepted_terms(user_id: int) -> bool:
    """Say whether a person has accepted the terms of use in force."""
    query = select(Consent.version).where(
        Consent.user_id == user_id, Consent.document == TERMS, Consent.version == TERMS_VERSION
    )
    return db.session.scalar(query) is not None
