"""Every step that any code records has words, in every language, and tells nothing of a person."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from booking.admin.audit_words import ACTIONS, KINDS, action_words
from booking.i18n import LANGUAGES, speaking
from booking.reservations.lifecycle import Step
from tests.support.audit import OF_TESTS, faults_of
from tests.support.settings import ROOT

RECORDS = frozenset({"record", "record_all", "write_history"})


def strings(node: ast.AST) -> set[str]:
    """Every text that an expression can be: itself, either side of a condition."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return strings(node.body) | strings(node.orelse)
    return set()


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def argument(call: ast.Call, place: int) -> ast.AST:
    return call.args[place] if len(call.args) > place else ast.Constant(None)


def recorded_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (kind, action) of each call that records, or that hands an action on to one that does."""
    handing_on: dict[str, tuple[int, set[str]]] = {}
    for function in [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]:
        names = [each.arg for each in function.args.args]
        assigned: dict[str, set[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, set()).update(strings(node.value))
        for call in [each for each in ast.walk(function) if called(each) in RECORDS]:
            action, kinds = argument(call, 0), strings(argument(call, 1))
            found = strings(action)
            if isinstance(action, ast.Name):
                found |= assigned.get(action.id, set())
                if action.id in names:
                    handing_on[function.name] = (names.index(action.id), kinds)
            yield from ((kind, each) for kind in kinds for each in found)
    for call in [each for each in ast.walk(tree) if called(each) in handing_on]:
        place, kinds = handing_on[called(call)]
        yield from ((kind, each) for kind in kinds for each in strings(argument(call, place)))


def everything_recorded() -> set[tuple[str, str]]:
    found = {("reservation", step.value) for step in Step}
    for path in (ROOT / "booking").rglob("*.py"):
        found |= set(recorded_in(ast.parse(path.read_text())))
    return {(kind, action) for kind, action in found if kind not in OF_TESTS}


def test_every_step_that_the_code_records_has_words() -> None:
    recorded = everything_recorded()
    assert len(recorded) > 80
    nameless = {each for each in recorded if each[1] not in ACTIONS.get(each[0], {})}
    assert nameless == set(), "write into booking/admin/audit_words.py what they are called"
    assert {kind for kind, _ in recorded} <= set(KINDS)


def test_the_search_sees_calls_of_every_shape() -> None:
    code = """
def put(action, thing):
    record(action, "room", thing)
def do(flag):
    put("one" if flag else "two", 1)
    name = "three" if flag else "four"
    record(name, "user", 1)
    record_all("five", "venue", [])
"""
    assert set(recorded_in(ast.parse(code))) == {
        ("room", "one"),
        ("room", "two"),
        ("user", "three"),
        ("user", "four"),
        ("venue", "five"),
    }


def test_the_words_are_there_in_every_language(app: Any) -> None:
    told: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with app.app_context(), speaking(language):
            told[language] = {f"kind {kind}": str(words) for kind, words in KINDS.items()}
            for kind, actions in ACTIONS.items():
                told[language] |= {f"{kind} {each}": action_words(kind, each) for each in actions}
    for name, finnish in told["fi"].items():
        assert all(told[language][name] not in ("", finnish) for language in LANGUAGES if language != "fi"), (
            name
        )


@pytest.mark.parametrize(
    ("value", "is_fine"),
    [
        (7, True),
        (None, True),
        ("confirmed", True),
        ("opening-hours", True),
        ("2027-01-12", True),
        ("2027-01-12T16:00:00+00:00", True),
        ([[3, "2027-01-12T16:00:00+00:00"]], True),
        ({"room": 3, "kinds": ["title"]}, True),
        ("Henkilö", False),
        ("nimi@example.org", False),
        ("0401234567", False),
        ("+358 40 123 4567", False),
        ("tule ajoissa", False),
        ("x" * 70, False),
        ({"Kuoro ry": 1}, False),
        ([{"by": ["a b"]}], False),
    ],
)
def test_what_is_of_a_person_is_seen_wherever_it_stands_in_the_details(value: Any, is_fine: bool) -> None:
    assert (faults_of("user", "change_profile", {"known": value}) == []) is is_fine
