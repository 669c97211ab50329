"""Whatever any test has recorded is looked at: it has words, and holds ids, codes and moments only."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from booking.admin.audit_words import ACTIONS
from booking.audit import service

OF_TESTS = frozenset({"doctor", "test"})
"""Kinds of things that only a test or the doctor records."""
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,60}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9:]{5})?)?")

_plain_values = service._values


def watch_the_record() -> None:
    """Have every step that is recorded in this process from now on be looked at."""
    service._values = _watched


def faults_of(kind: str, action: str, details: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a step: no words for it, or a detail that could be of a person."""
    if kind in OF_TESTS:
        return []
    missing = [] if action in ACTIONS.get(kind, {}) else [f"no words for {kind}/{action} (admin/audit_words)"]
    return missing + [f"{kind}/{action}: {value!r} is no id, code or moment" for value in _wrong(details)]


def _watched(
    action: str, kind: str, subject_id: int, details: Mapping[str, Any], *rest: Any
) -> dict[str, Any]:
    values = _plain_values(action, kind, subject_id, details, *rest)
    faults = faults_of(kind, action, values["details"])
    assert not faults, faults
    return values


def _wrong(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _wrong(inner)
            if not (isinstance(name, str) and (_CODE.fullmatch(name) or name.isdecimal())):
                yield name
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _wrong(inner)
    elif isinstance(value, str):
        if value and not _CODE.fullmatch(value) and not _MOMENT.fullmatch(value):
            yield value
    elif not (value is None or isinstance(value, bool | int)):
        yield value
