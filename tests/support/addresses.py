"""Every address that answers GET, with things of a test in place of its variables."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

SHOWING_WEEKS = ("reservations.room", "exports.room_week", "exports.organisation_week")


def addresses(app: Flask, known: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, str]]:
    """Return (endpoint, address) for all that answers GET but static files: every mix of the known things.

    `known` are things by the name of the variable; for others stands the first that fits the rule. Weeks are
    shown as of 11 January 2027.
    """
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        fixed = rule.defaults or {}
        names = sorted(set(rule.arguments) - set(fixed))
        for parts in product(*(known.get(name) or _anything(rule, name) for name in names)):
            values = dict(zip(names, parts, strict=True)) | fixed
            built = app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
            yield rule.endpoint, f"{built}?week=2027-W02" if rule.endpoint in SHOWING_WEEKS else built


def _anything(rule: Rule, name: str) -> list[Any]:
    """Return what may stand for a variable whose things are not known."""
    found = re.search(rf"<(?:([^<>:]+):)?{name}>", rule.rule)
    assert found, rule.rule
    converter = found[1] or "string"
    if converter.startswith("any("):
        return converter[4:-1].replace(" ", "").split(",")
    return [1 if converter.startswith("int") else "1"]
