"""Write, renew and remove what an organisation offers to others or looks for.

Functions work in the caller's transaction and flush. All raise NotFound for what is not there and Forbidden
for who does not keep the organisation's profile.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.audit.service import record
from booking.clock import zone
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.organisations.directory.models import EXCHANGE_KINDS, LONGEST_WORDS, SIDES, Exchange
from booking.organisations.directory.queries import ExchangeLine
from booking.organisations.directory.service import edited_organisation, may_edit
from booking.organisations.models import Organisation
from booking.timetable.zone import day, local_date

SHOWN_FOR: Final = timedelta(days=183)
"""Half a year: how long a line is shown unless it is said otherwise, and how long a renewal lasts."""
LONGEST: Final = timedelta(days=366)
KEPT_AFTER: Final = timedelta(days=60)
"""How long a line that has fallen off is still there for its managers to renew."""
MOST: Final = 40
"""Lines of one organisation, those that have fallen off too."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be written. Without a last day it is shown for half a year."""

    side: str
    kind: str
    words: str
    last_day: date | None = None


def write_line(slug: str, exchange_id: int | None, line: Line, *, actor: Actor, now: datetime) -> Exchange:
    """Write a new line, or the one of this id anew. Raises RuleViolation."""
    organisation = edited_organisation(slug, actor)
    found = _line_of(organisation, exchange_id) if exchange_id is not None else None
    today = local_date(now, zone())
    last_day = line.last_day or default_last_day(today)
    broken = _broken(line, last_day, today)
    if found is None and not broken and _count(organisation) >= MOST:
        broken.append(Violation("too_many_exchanges", "words", {"most": MOST}))
    if broken:
        raise RuleViolation(broken)
    if found is None:
        found = Exchange(organisation_id=organisation.id, created_at=now)
        db.session.add(found)
    found.side, found.kind, found.words = line.side, line.kind, line.words
    found.ends_at, found.told_at = day(last_day, zone()).end, None
    db.session.flush()
    _record(
        "write_exchange", organisation.id, actor, now, exchange=found.id, side=found.side, what=found.kind
    )
    return found


def remove_line(slug: str, exchange_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a line for good."""
    organisation = edited_organisation(slug, actor)
    db.session.delete(_line_of(organisation, exchange_id))
    _record("remove_exchange", organisation.id, actor, now, exchange=exchange_id)


def renew_line(slug: str, exchange_id: int, *, actor: Actor, now: datetime) -> Exchange:
    """Have a line be shown for half a year from today, or for as long as it would be if that is longer."""
    organisation = edited_organisation(slug, actor)
    found = _line_of(organisation, exchange_id)
    _renew(found, actor, now)
    return found


def renew_ending(organisation_id: int, *, actor: Actor, now: datetime) -> int:
    """Renew all lines of which the managers have been told that they end; return how many."""
    if not may_edit(organisation_id, actor):
        raise Forbidden
    lines = ending_lines(organisation_id)
    for each in lines:
        _renew(each, actor, now)
    return len(lines)


def ending_lines(organisation_id: int) -> list[Exchange]:
    """Return the lines of which the managers have been told that they end, and which nobody has renewed."""
    told = select(Exchange).where(Exchange.organisation_id == organisation_id, Exchange.told_at.is_not(None))
    return list(db.session.scalars(told.order_by(Exchange.ends_at, Exchange.id)))


def default_last_day(today: date) -> date:
    """Return the last day of a line that is written or renewed today."""
    return today + SHOWN_FOR


def last_day_of(exchange: Exchange | ExchangeLine) -> date:
    """Return the last day on which a line is shown."""
    return local_date(exchange.ends_at - timedelta(seconds=1), zone())


def _renew(exchange: Exchange, actor: Actor, now: datetime) -> None:
    ends_at = day(default_last_day(local_date(now, zone())), zone()).end
    exchange.ends_at, exchange.told_at = max(exchange.ends_at, ends_at), None
    db.session.flush()
    _record("renew_exchange", exchange.organisation_id, actor, now, exchange=exchange.id)


def _broken(line: Line, last_day: date, today: date) -> list[Violation]:
    broken = []
    if line.side not in SIDES:
        broken.append(Violation("unknown_tag", "side"))
    if line.kind not in EXCHANGE_KINDS:
        broken.append(Violation("unknown_tag", "kind"))
    if not line.words:
        broken.append(Violation("exchange_says_nothing", "words"))
    if len(line.words) > LONGEST_WORDS:
        broken.append(Violation("profile_too_long", "words", {"length": LONGEST_WORDS}))
    if last_day < today:
        broken.append(Violation("exchange_day_past", "last_day"))
    if last_day > today + LONGEST:
        broken.append(Violation("exchange_day_far", "last_day"))
    return broken


def _line_of(organisation: Organisation, exchange_id: int) -> Exchange:
    found = db.session.get(Exchange, exchange_id, populate_existing=True)
    if found is None or found.organisation_id != organisation.id:
        raise NotFound("unknown_exchange")
    return found


def _count(organisation: Organisation) -> int:
    query = select(func.count(Exchange.id)).where(Exchange.organisation_id == organisation.id)
    return db.session.scalar(query) or 0


def _record(action: str, organisation_id: int, actor: Actor, now: datetime, **details: object) -> None:
    record(action, "organisation", organisation_id, actor_id=actor.user_id, now=now, **details)
