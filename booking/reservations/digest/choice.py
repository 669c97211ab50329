"""Who hears at once and who by the daily mail. Functions work in the caller's transaction and flush."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.audit.service import record
from booking.clock import zone
from booking.extensions import db
from booking.reservations.digest.models import DigestItem, MailChoice
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.zone import local_date, to_utc

AT: Final = time(7)  # on the wall clock; it is never in the hour that a clock change leaves out or doubles
URGENT: Final = timedelta(days=2)
"""What begins sooner is told at once to everybody."""


def choose(*, is_daily: bool, actor: Actor, now: datetime) -> MailChoice:
    """Have a person hear by one mail a day, or at once. What was kept comes by a last one."""
    db.session.get(User, actor.user_id, with_for_update=True)  # who presses twice at once waits here
    choice = db.session.get(MailChoice, actor.user_id, populate_existing=True)
    if choice is None:
        choice = MailChoice(user_id=actor.user_id, is_daily=False)
        db.session.add(choice)
    if choice.is_daily != is_daily:
        choice.is_daily = is_daily
        choice.next_digest_at = next_digest(now)
        action = "mail_daily" if is_daily else "mail_at_once"
        record(action, "user", actor.user_id or 0, actor_id=actor.user_id, now=now)
    db.session.flush()
    return choice


def is_daily(user_id: int | None) -> bool:
    """Say whether a person hears by one mail a day."""
    choice = db.session.get(MailChoice, user_id) if user_id is not None else None
    return choice is not None and choice.is_daily


def at_once(readers: Iterable[User]) -> list[User]:
    """Return those of these people who do not want one mail a day. One statement, or none."""
    people = list(readers)
    if not people:
        return []
    ids = [each.id for each in people]
    chosen = select(MailChoice.user_id).where(MailChoice.user_id.in_(ids), MailChoice.is_daily.is_(True))
    daily = set(db.session.scalars(chosen))
    return [each for each in people if each.id not in daily]


def keep_for_digest(
    kind: str,
    readers: Sequence[User],
    reservation: Reservation,
    occurrences: Iterable[Occurrence],
    now: datetime,
) -> list[User]:
    """Return who is to be mailed at once; for the others it is kept, unless it is about something near."""
    if any(is_urgent(each, now) for each in occurrences):
        return list(readers)
    told = at_once(readers)
    db.session.add_all(
        DigestItem(user_id=each.id, kind=kind, reservation_id=reservation.id, created_at=now)
        for each in readers
        if each not in told
    )
    return told


def is_urgent(occurrence: Occurrence, now: datetime) -> bool:
    """Say whether a date, or where it is proposed to go, begins within two days."""
    proposal = occurrence.proposal
    starts = [occurrence.starts_at, *([proposal.starts_at] if proposal else [])]
    return any(now <= start <= now + URGENT for start in starts)


def next_digest(now: datetime) -> datetime:
    """Return the next time that the clock on the wall shows seven in the morning."""
    today = local_date(now, zone())
    due = to_utc(datetime.combine(today, AT), zone())
    return due if due > now else to_utc(datetime.combine(today + timedelta(days=1), AT), zone())
