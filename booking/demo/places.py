"""The demonstration's rooms: real places from one file, made-up facts from another (`data/SOURCES.md`)."""

import csv
import tomllib
from pathlib import Path
from typing import Any

from booking.rooms.exchange import Outcome, Row, import_rows

DATA = Path(__file__).resolve().parent / "data"
_NAMES = ("name_fi", "name_sv", "name_en")
_STORED_AS = {"price_eur_per_hour": "prices"}
_NO_FACTS = frozenset({*_NAMES, "parts", "like", "sourced"})


def load_places() -> Outcome:
    """Make the rooms with their venues and owners, in the caller's transaction."""
    return import_rows(Row(line, cells) for line, cells in enumerate(place_rows(), start=2))


def place_rows() -> list[dict[str, str]]:
    """Return every room as a line of the rooms' sheet; `example_facts` names what is made up."""
    with (DATA / "imatra-rooms.csv").open(encoding="utf-8", newline="") as file:
        real = {line["slug"]: line for line in csv.DictReader(file)}
    examples = tomllib.loads((DATA / "example-facts.toml").read_text(encoding="utf-8"))
    return [_row(slug, real, examples) for slug in examples]


def _row(slug: str, real: dict[str, dict[str, str]], examples: dict[str, dict[str, Any]]) -> dict[str, str]:
    own = dict(examples[slug])
    model = own.pop("like", slug)
    facts = dict(examples[model]) | own
    sourced = facts.pop("sourced", [])
    made_up = sorted(
        _STORED_AS.get(name, name) for name in facts if name not in _NO_FACTS and name not in sourced
    )
    cells = dict(real[model])
    if slug not in real:  # a half, or a kitchen of its own
        made_up.append("room")
        cells["sourced_facts"] = ""
    return cells | facts | {"slug": slug, "example_facts": "; ".join(made_up)}
