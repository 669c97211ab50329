"""The inventory names every place that can hold something of a person."""

from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, String, Table
from sqlalchemy.types import TypeDecorator

from booking.extensions import db
from booking.privacy.inventory import INVENTORY, Erasure, told_lines, ways_of
from booking.privacy.lines import Line

NAMES_A_PERSON = frozenset({"actor_id", "user_id", "author_id", "booker_id"})


def can_hold_a_person(table: Table) -> set[str]:
    """The columns of text, JSON or bytes, and those that refer to somebody, with a foreign key or without."""
    return {
        column.name
        for column in table.columns
        if isinstance(_plain(column.type), String | JSON | LargeBinary)
        or any(key.target_fullname == "users.id" for key in column.foreign_keys)
        or column.name in NAMES_A_PERSON
    }


def _plain(kind: Any) -> Any:
    return kind.impl if isinstance(kind, TypeDecorator) else kind


def tables() -> dict[str, Table]:
    return {name: table for name, table in db.metadata.tables.items() if can_hold_a_person(table)}


def test_every_text_and_every_reference_to_a_person_is_in_the_inventory(app: Any) -> None:
    named = {kept.table: set(kept.columns) for kept in INVENTORY}
    missing = {
        f"{name}.{column}"
        for name, table in tables().items()
        for column in can_hold_a_person(table) - named.get(name, set())
    }
    assert missing == set(), "name these in booking/privacy/inventory.py"


def test_the_inventory_names_nothing_that_is_not_there(app: Any) -> None:
    for kept in INVENTORY:
        there = {column.name for column in db.metadata.tables[kept.table].columns}
        assert set(kept.columns) <= there, kept.table
        assert len(set(kept.columns)) == len(kept.columns), f"{kept.table} names a column twice"
    assert len({kept.table for kept in INVENTORY}) == len(INVENTORY)


@pytest.mark.parametrize("kept", INVENTORY, ids=lambda kept: kept.table)
def test_what_holds_words_or_people_is_told_in_the_notice(kept: Any) -> None:
    personal = kept.theirs or kept.by or kept.words or kept.texts
    assert bool(personal) == (kept.line is not None)
    assert not kept.words or kept.erasure in (Erasure.DELETE, Erasure.STRIP)
    assert not kept.texts or kept.erasure is not Erasure.KEEP


def test_the_notice_tells_each_kind_of_data_once(app: Any) -> None:
    with app.test_request_context("/"):
        told = told_lines()
        assert len({str(each.what) for each in told}) == len(told)
        assert {each.what for each in told} <= {line.value.what for line in Line}
        assert all(str(each.until) and each.erasure for each in told)


def test_the_notice_never_says_of_one_thing_that_it_stays_and_that_all_of_it_goes(app: Any) -> None:
    with app.test_request_context():
        for told in told_lines():
            words = [str(each) for each in told.erasure]
            assert len(words) == len(set(words)) > 0
            if len(words) > 1:
                assert not {str(Erasure.DELETE.value), str(Erasure.KEEP.value)} & set(words), words


@pytest.mark.parametrize("line", Line, ids=lambda line: line.name)
def test_where_several_rules_hold_each_names_its_subject(line: Line) -> None:
    several = len(ways_of({kept.erasure for kept in INVENTORY if kept.line is line})) > 1
    assert several == bool(line.value.gone)
    assert all(": " in str(rule) for rule in line.value.gone)
