"""A person whose marks lie in every place the inventory names."""

import json
import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    update,
)

from booking import clock
from booking.db import UTCDateTime
from booking.extensions import db
from booking.privacy.inventory import INVENTORY, Erasure, Kept

NAME, EMAIL, PHONE = "Äijö Merkkilä-Möttönen", "aijo.merkkila@merkki.example", "040 987 6543"
MARKS = (NAME, EMAIL, PHONE)
WORD = "omasanamerkki"
GIVEN = {"published_criteria.kind": "hall"}
"""What rules of the database that are no list in the model ask for."""
OTHERS_TABLES = frozenset({"users"})


def found_in(content: bytes) -> list[str]:
    """Return the marks that lie in a file, also in capitals, decomposed or as JSON spells them."""
    text = content.decode("utf-8", errors="replace")
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    text = unicodedata.normalize("NFC", text).casefold()
    return [mark for mark in (*MARKS, "9876543", WORD) if mark.casefold() in text]


def marked_row(table: Table) -> dict[str, Any]:
    """Return the key of a row of the table; one is made when there is none, with all it refers to."""
    keys = list(table.primary_key.columns)
    found = db.session.execute(select(*keys).limit(1)).first()
    if found is None:
        needed = [column for column in table.columns if not column.nullable and not _makes_itself(column)]
        values = {column.name: _value(table, column, number) for number, column in enumerate(needed)}
        db.session.execute(insert(table).values(values))
        found = db.session.execute(select(*keys).limit(1)).one()
    return dict(zip([key.name for key in keys], found, strict=True))


def mark(kept: Kept, user_id: int) -> set[str]:
    """Put the person and their marks into a row of a table; return the columns that hold marks now."""
    table = db.metadata.tables[kept.table]
    if kept.table in OTHERS_TABLES or not (kept.words or kept.texts):
        return set()
    row = marked_row(table)
    here = [table.c[name] == value for name, value in row.items()]
    values: dict[str, Any] = dict.fromkeys(kept.theirs, user_id)
    for name in (*kept.words, *kept.texts):
        own = kept.erasure in (Erasure.DELETE, Erasure.STRIP) and name in kept.words and bool(kept.theirs)
        values[name] = _marked_text(table.c[name], own=own)
    db.session.execute(update(table).where(*here).values(values))
    return {f"{kept.table}.{name}" for name in (*kept.words, *kept.texts)}


def mark_everything(user_id: int) -> set[str]:
    """Put the marks into every column of the inventory that holds words; return those columns."""
    return {column for kept in INVENTORY for column in mark(kept, user_id)}


def _marked_text(column: Any, *, own: bool) -> Any:
    """Return the longest text that fits: the marks as people and programs may spell them."""
    parts = [f"Vastaa {NAME.upper()}lle", f"sähköposti {EMAIL}", "tai soita +358 40 9876543", f"({PHONE})"]
    spelt = [f"eli {unicodedata.normalize('NFD', NAME)}n", f"ohjelma sanoo {json.dumps(NAME)[1:-1]}"]
    texts = [
        ", ".join([*parts, *spelt, *([WORD] if own else [])]) + ".",
        ", ".join(parts) + ".",
        EMAIL,
        PHONE,
    ]
    if isinstance(column.type, JSON):
        return {"sanat": [texts[0], {NAME: 1}]}
    return next(text for text in texts if len(text) <= (column.type.length or len(text)))


def _makes_itself(column: Any) -> bool:
    return column.server_default is not None or (
        column.primary_key
        and column.autoincrement in (True, "auto")
        and not column.foreign_keys
        and len(column.table.primary_key.columns) == 1
        and isinstance(column.type, Integer)
    )


def _value(table: Table, column: Any, number: int) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return marked_row(key.column.table)[key.column.name]
    if (given := GIVEN.get(f"{table.name}.{column.name}")) is not None:
        return given
    for rule in table.constraints:
        allowed = rf"\b{column.name}\b IN \('?([^',)]+)"
        if isinstance(rule, CheckConstraint) and (found := re.match(allowed, str(rule.sqltext))):
            return found[1]
    kinds: tuple[tuple[type[Any], Any], ...] = (
        (UTCDateTime, clock.now() + timedelta(hours=number)),
        (String, f"x{number}"[: getattr(column.type, "length", None) or 9]),
        (JSON, {}),
        (Boolean, False),
        (Date, date(2027, 1, number + 1)),
        (LargeBinary, b"x"),
        (Integer, number + 1),
        (Float, 1.0),
    )
    return next(value for kind, value in kinds if isinstance(column.type, kind))
