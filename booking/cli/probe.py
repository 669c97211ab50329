"""Try what the database must refuse, inside a transaction that the caller rolls back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Executable, insert, text, update
from sqlalchemy.exc import DatabaseError

from booking.audit.models import AuditEntry
from booking.occupancy.models import Claim, Occupancy
from booking.rooms.models import Space, Venue

_START = datetime(2001, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def probe_occupancy(connection: Connection) -> list[str]:
    """Return what the database lets happen though it must not; empty when it refuses all of it."""
    venue = connection.scalar(insert(Venue).values(slug=".doctor", name="").returning(Venue.id))
    space = connection.scalar(insert(Space).values(venue_id=venue, name="").returning(Space.id))
    claim = connection.scalar(insert(Claim).values(kind="doctor").returning(Claim.id))

    def use(start: datetime, end: datetime) -> Executable:
        return insert(Occupancy).values(space_id=space, claim_id=claim, starts_at=start, ends_at=end)

    connection.execute(use(_START, _START + 2 * _HOUR))
    connection.execute(use(_START + 2 * _HOUR, _START + 4 * _HOUR))
    second = (Occupancy.space_id == space, Occupancy.starts_at == _START + 2 * _HOUR)
    moved = update(Occupancy).where(*second).values(starts_at=_START + _HOUR)
    trials = {
        "a use can begin during another": use(_START + _HOUR, _START + 5 * _HOUR),
        "a use can lie inside another": use(_START + _HOUR / 2, _START + _HOUR),
        "a use can enclose another": use(_START - _HOUR, _START + 3 * _HOUR),
        "a use can be moved onto another": moved,
        "a use can end before it starts": use(_START + 9 * _HOUR, _START + 8 * _HOUR),
    }
    return [gap for gap, statement in trials.items() if _is_allowed(connection, statement)]


def probe_audit(connection: Connection) -> list[str]:
    """Return how the record of what was done can be changed; empty when it cannot."""
    entry = insert(AuditEntry).values(
        at=_START, action="doctor", subject_kind="doctor", subject_id=0, details={}
    )
    number = connection.scalar(entry.returning(AuditEntry.id))
    trials = {
        "an entry can be changed": text("UPDATE audit_entries SET action = 'x' WHERE id = :id"),
        "an entry can be deleted": text("DELETE FROM audit_entries WHERE id = :id"),
    }
    bound = {gap: statement.bindparams(id=number) for gap, statement in trials.items()}
    if connection.dialect.name == "postgresql":  # SQLite has no such word
        bound["the record can be emptied"] = text("TRUNCATE audit_entries CASCADE")
    else:
        bound["an entry can be replaced"] = text(
            "REPLACE INTO audit_entries (id, at, action, subject_kind, subject_id, details)"
            " VALUES (:id, 0, 'x', 'x', 0, '{}')"
        ).bindparams(id=number)
    return [gap for gap, statement in bound.items() if _is_allowed(connection, statement)]


def _is_allowed(connection: Connection, statement: Executable) -> bool:
    attempt = connection.begin_nested()
    try:
        connection.execute(statement)
    except DatabaseError:
        attempt.rollback()
        return False
    attempt.rollback()
    return True
