"""Erasure by the inventory: rows that go, words that are emptied, traces that are taken out of texts."""

from collections.abc import Collection, Iterable, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, Column, String, Table, and_, delete, or_, select, update

from booking.extensions import db
from booking.ical.lines import refolded, unfolded
from booking.privacy.inventory import INVENTORY, Erasure, Kept
from booking.privacy.people import holds
from booking.privacy.traces import REMOVED, Traces

OWN_WAY: Final = frozenset({"users", "reservations", "waiting_entries"})
"""Tables whose rows `erasure` and `own_words` treat by their own rules."""
ADDRESSES: Final = frozenset({"email", "recipient"})
"""Columns whose whole content is a mail address, which says whose the row is."""
OTHERS: Final = frozenset({"users"})
"""Tables whose other rows are other people's: a name there is theirs, whoever has the same."""
CALENDARS: Final = frozenset({("outbox_messages", "calendar")})
"""Columns that hold whole calendars, whose lines are folded."""


def wipe_rows(user_id: int, known: Traces) -> None:
    """Delete the person's rows and empty their words, as the inventory says of each table.

    What is deleted is also what was sent to one of their addresses.
    """
    kept = {each.table: each for each in INVENTORY}
    for table in reversed(db.metadata.sorted_tables):  # who refers goes before what is referred to
        found = kept.get(table.name)
        if found is None or found.table in OWN_WAY:
            continue
        theirs = [table.c[name] == user_id for name in found.theirs]
        if found.erasure is Erasure.DELETE:
            theirs += [table.c[name].in_(known.emails) for name in ADDRESSES & set(found.words)]
        if not theirs:
            continue
        if found.erasure is Erasure.DELETE:
            db.session.execute(delete(table).where(or_(*theirs)))
        elif found.erasure is Erasure.STRIP:
            empty = {name: None if table.c[name].nullable else REMOVED for name in found.words}
            db.session.execute(update(table).where(or_(*theirs)).values(empty))


def take_out(known: Traces) -> Mapping[str, int]:
    """Take the traces out of every text of every table; return how many rows of each have changed."""
    return {
        kept.table: _take_out_of(db.metadata.tables[kept.table], kept, known)
        for kept in INVENTORY
        if (kept.words or kept.texts) and kept.table not in OTHERS
    }


def delete_files(folder: Path, known: Traces, mails: Collection[str] = ()) -> int:
    """Delete the mails of a folder that name a person, and those with these Message-IDs; return how many."""
    gone = 0
    for path in sorted(folder.glob("*.eml")) if folder.is_dir() else ():
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if mail["Message-ID"] in mails or any(known.without(text) != text for text in _texts_of(mail)):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _take_out_of(table: Table, kept: Kept, known: Traces) -> int:
    names = [*kept.words, *kept.texts]
    columns = [table.c[name] for name in names]
    keys = list(table.primary_key.columns)
    rows = db.session.execute(
        select(*keys, *columns).where(or_(*(holds(column, known) for column in columns)))
    ).all()
    changed = 0
    for row in rows:
        values = dict(zip(names, row[len(keys) :], strict=True))
        fresh = {name: _cleaned(table.c[name], value, known) for name, value in values.items()}
        new = {name: value for name, value in fresh.items() if value != values[name]}
        if new:
            here = and_(*(key == value for key, value in zip(keys, row[: len(keys)], strict=True)))
            db.session.execute(update(table).where(here).values(new))
            changed += 1
    return changed


def _cleaned(column: Column[Any], value: Any, known: Traces) -> Any:
    if value is None or isinstance(column.type, JSON):
        return known.without_deep(value)
    text = str(value)
    if (column.table.name, column.name) in CALENDARS:
        return refolded(known.without(unfolded(text)))
    fresh = known.without(text)
    longest = column.type.length if isinstance(column.type, String) else None
    return fresh[:longest] if fresh != text else text


def _texts_of(mail: EmailMessage) -> Iterable[str]:
    yield from (str(value) for value in mail.values())
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            yield unfolded(str(part.get_content()))
