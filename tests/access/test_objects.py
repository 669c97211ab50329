"""Real things of one association and one owner, tried by everybody, against the table in objects.txt."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from sqlalchemy import select

from booking.accounts.models import ApiToken, User
from booking.extensions import db
from booking.organisations.models import Membership
from tests.access import town as towns
from tests.access.town import CANARY, Comer, Town, everything, undone
from tests.factories.reservations import NOW
from tests.support.transaction import outer_transaction

HERE = Path(__file__).parent
FORMS: dict[str, dict[str, str]] = {
    "withdraw": {"which": "all", "reason": "syy"},
    "cancel": {"which": "all", "reason": "syy"},
    "give-back": {"reason": "syy"},
    "confirm": {"action": "confirm"},
    "decline": {"action": "decline", "reason": "syy"},
}
"""What the forms take for a yes, by the word after the address in the table."""
NEW = {
    "title": "Harjoitus",
    "start": "2027-02-02T18:00",
    "end": "2027-02-02T20:00",
    "people": 2,
    "purpose": "rehearsal",
    "visibility": "private",
}
SEES = frozenset({"member", "booker", "manager", "standin", "city", "key"})
"""Who may be told the contact that stands in the reservations."""
REFUSED = frozenset({"sign", "400", "401", "403", "404", "409", "422"})


class Row(NamedTuple):
    """One act on one thing: method, address with names in braces, the form's name or -."""

    method: str
    address: str
    form: str


def read_table(name: str) -> tuple[list[str], dict[Row, list[str]]]:
    """Return the head and the rows of a table."""
    lines = [line.split() for line in (HERE / name).read_text().splitlines() if line.strip()]
    (head,) = [words[4:] for words in lines if words[:2] == ["#", "method"]]
    return head, {Row(*words[:3]): words[3:] for words in lines if words[0] != "#"}


PEOPLE, THINGS = read_table("objects.txt")
KEYS, CALLS = read_table("keys.txt")


@pytest.fixture(scope="module")
def town(_applications: Callable[[str], Any], backend: str) -> Iterator[Town]:
    """One town for all tests of this module; what each try does is undone."""
    app = _applications(backend)
    with time_machine.travel(NOW, tick=False), outer_transaction(app):
        yield towns.build(app)


def send(row: Row, comer: Comer, names: dict[str, str]) -> Any:
    """Send what a row of the table says."""
    address = row.address.format(**names, feed=comer.feed, link=comer.give_up)
    if row.address.startswith("/api/"):
        headers = {"Authorization": f"Bearer {comer.bearer}"} if comer.bearer else {}
        new = NEW | {"room": names["room"], "organisation": names["choir"]}
        body = new if row.form == "new" else {"reason": "syy"}
        arguments = {"headers": headers} | ({"json": body} if row.method == "POST" else {})
    else:
        arguments = {}
        if row.method == "POST":
            chosen = {"occurrences": names["occurrence"]} if row.form == "give-back" else {}
            dates = {"dates": names["date"]} | chosen
            arguments["data"] = FORMS.get(row.form, {}) | dates | {"csrf_token": comer.csrf}
    return comer.client.open(address, method=row.method, **arguments)


def word_of(answer: Any) -> str:
    """Return an answer in the table's words."""
    if answer.status_code == 303 and answer.location.startswith("/login"):
        return "sign"
    return str(answer.status_code)


def met(town: Town, name: str, row: Row, before: Any) -> str:
    """Return what somebody met, having looked that a refusal has changed nothing."""
    comer = town.comers[name]
    needed = {"{feed}": comer.feed, "{link}": comer.give_up}
    if any(key in row.address and value is None for key, value in needed.items()):
        return "-"
    with undone():
        answer = send(row, comer, town.names)
        word = word_of(answer)
        assert name in SEES or CANARY not in answer.text, (name, row)
        if row.method == "POST" and word in REFUSED:
            after = everything()
            assert {table for table in before if before[table] != after[table]} == set(), (name, row)
    return word


@pytest.mark.parametrize("name", PEOPLE)
def test_each_thing_answers_everybody_as_the_table_says(town: Town, name: str) -> None:
    before = everything()
    expected = {row: cells[PEOPLE.index(name)] for row, cells in THINGS.items()}
    found = {row: met(town, name, row, before) for row in THINGS}
    assert {row: word for row, word in found.items() if word != expected[row]} == {}


@pytest.mark.parametrize("key", KEYS)
def test_each_call_answers_every_kind_of_key_as_the_table_says(town: Town, key: str) -> None:
    before = everything()
    expected = {row: cells[KEYS.index(key)] for row, cells in CALLS.items()}
    town.comers["key"] = Comer(town.comers["visitor"].client, bearer=town.keys[key])
    found = {row: met(town, "key", row, before) for row in CALLS}
    assert {row: word for row, word in found.items() if word != expected[row]} == {}


def test_the_tables_name_everybody_and_every_kind_of_key(town: Town) -> None:
    assert set(PEOPLE) == set(town.comers) - {"key"}
    assert set(KEYS) == set(town.keys)
    assert all(len(cells) == len(PEOPLE) for cells in THINGS.values())
    assert all(len(cells) == len(KEYS) for cells in CALLS.values())
    writes = [row for row in THINGS if row.method == "POST"]
    for row in writes:  # a table in which nobody gets through proves nothing
        assert {"200", "201", "303", "422"} & set(THINGS[row]), row


def test_a_walk_through_the_table_has_changed_nothing_that_stays(town: Town) -> None:
    ended = db.session.scalars(select(Membership).where(Membership.ended_at.is_not(None))).all()
    closed = db.session.scalars(select(User).where(User.closed_at.is_not(None))).all()
    revoked = db.session.scalars(select(ApiToken).where(ApiToken.revoked_at.is_not(None))).all()
    assert (len(ended), len(closed), len(revoked)) == (2, 1, 1)
