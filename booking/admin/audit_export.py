"""The record as a file, streamed: CSV for a spreadsheet, JSON lines for a program. Ids and codes, no names.

A file that has left the service is not erased with the person; whose the numbers are is read on the page.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from booking.access.actor import Actor
from booking.admin.audit_queries import Wanted, all_entries
from booking.audit.service import record
from booking.errors import Forbidden
from booking.rooms.csv_file import guarded

FORMATS: Final = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
COLUMNS: Final = ("id", "at", "actor_id", "action", "subject_kind", "subject_id", "details")


def note_export(wanted: Wanted, form: str, *, actor: Actor, now: datetime) -> int:
    """Put on record who took a copy of what, and return that entry's id: the copy ends before it.

    Raises Forbidden for anyone but an administrator.
    """
    if actor.user_id is None or not actor.is_admin:
        raise Forbidden
    asked = {name: getattr(wanted, name) for name in Wanted.__slots__}
    known = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asked.items()
        if value not in ("", None)
    }
    return record("export_audit", "audit", 0, actor_id=actor.user_id, now=now, format=form, wanted=known).id


def written(wanted: Wanted, form: str, *, up_to: int) -> Iterator[str]:
    """Yield the file piece by piece."""
    lines = all_entries(wanted, up_to=up_to)
    if form == "jsonl":
        yield from (json.dumps(_plain(each), ensure_ascii=False) + "\n" for each in lines)
        return
    yield _row(COLUMNS)
    for each in lines:
        plain = _plain(each)
        plain["details"] = json.dumps(plain["details"], ensure_ascii=False)
        yield _row("" if plain[name] is None else str(plain[name]) for name in COLUMNS)


def _plain(entry: Row[Any]) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor_id": entry.actor_id,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "details": entry.details,
    }


def _row(cells: Iterable[str]) -> str:
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerow([guarded(cell) for cell in cells])
    return output.getvalue()
