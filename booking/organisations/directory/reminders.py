"""Mail that keeps the directory true: once a year whether a profile is still right, and before a line ends.

Each function does one small batch in the caller's transaction and returns how much that was; the worker calls
it until nothing is left. What is taken is locked and marked, so several workers never write a mail twice.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from booking.extensions import db
from booking.organisations.directory import mails
from booking.organisations.directory.exchanges import KEPT_AFTER
from booking.organisations.directory.models import Exchange, Profile
from booking.organisations.directory.service import editors_of
from booking.organisations.models import Organisation
from booking.outbox.service import post

YEAR: Final = timedelta(days=365)
BEFORE_END: Final = timedelta(days=7)
AT_ONCE: Final = 20


def ask_to_check(*, now: datetime) -> int:
    """Ask those who keep a profile that nobody has looked at for a year whether it is right; return how many.

    Who does not answer is asked again after another year.
    """
    due = db.session.scalars(
        select(Profile)
        .join(Profile.organisation)
        .where(
            Profile.checked_at <= now - YEAR,
            or_(Profile.reminded_at.is_(None), Profile.reminded_at <= now - YEAR),
            Organisation.archived_at.is_(None),
        )
        .order_by(Profile.checked_at, Profile.organisation_id)
        .limit(AT_ONCE)
        .options(joinedload(Profile.organisation))
        .with_for_update(of=Profile, skip_locked=True)
    ).all()
    for profile in due:
        profile.reminded_at = now
        for reader in editors_of(profile.organisation_id):
            post(mails.still_right(profile.organisation, reader), now=now)
    db.session.flush()
    return len(due)


def tell_of_ending(*, now: datetime) -> int:
    """Tell those who keep the lines of one organisation which of them end within a week; return how many."""
    query = (
        select(Exchange)
        .join(Exchange.organisation)
        .where(
            Exchange.told_at.is_(None),
            Exchange.ends_at > now,
            Exchange.ends_at <= now + BEFORE_END,
            Organisation.archived_at.is_(None),
        )
        .order_by(Exchange.organisation_id, Exchange.ends_at, Exchange.id)
        .options(joinedload(Exchange.organisation))
        .with_for_update(of=Exchange, skip_locked=True)
    )
    first = db.session.scalars(query.limit(1)).first()
    if first is None:
        return 0
    ending = db.session.scalars(query.where(Exchange.organisation_id == first.organisation_id)).all()
    for each in ending:
        each.told_at = now
    for reader in editors_of(first.organisation_id):
        post(mails.lines_end(first.organisation, ending, reader), now=now)
    db.session.flush()
    return len(ending)


def forget_ended(now: datetime) -> None:
    """Remove the lines that fell off so long ago that nobody will renew them."""
    db.session.execute(delete(Exchange).where(Exchange.ends_at <= now - KEPT_AFTER))
