"""Every step that any code records has words, in every language, and tells nothing of a person."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from booking.access.roles import Role
from booking.access.scopes import TokenScope
from booking.accounts.profile import Profile
from booking.admin.audit_details import NAMES, name_of, value_of
from booking.admin.audit_export import FORMATS
from booking.admin.audit_queries import Wanted
from booking.admin.audit_words import ACTIONS, KINDS, action_words
from booking.calendars.service import RIGHT_NEEDED
from booking.desk.closures.choosing import CANCEL, KEEP, OFFER
from booking.desk.rooms.keeping_facts import Facts
from booking.i18n import LANGUAGES, speaking
from booking.occupancy.models import BLOCK_KINDS
from booking.organisations.directory.models import EXCHANGE_KINDS, SIDES
from booking.organisations.members import BASIC_ROLES
from booking.organisations.models import OUTCOMES
from booking.privacy.erasure import REASONS as ERASURE_REASONS
from booking.privacy.feedback.models import FEEDBACK_KINDS
from booking.reservations.criteria import Criterion
from booking.reservations.editing.edit import Scope
from booking.reservations.labels import EDITED as EDIT_KINDS
from booking.reservations.lifecycle import Step
from booking.reservations.models import STATES
from booking.rooms.models import KINDS as ROOM_KINDS
from booking.rooms.models import STATES as ROOM_STATES
from booking.rooms.own_rules import RULES
from tests.support.audit import OF_TESTS, faults_of
from tests.support.settings import ROOT

RECORDS = frozenset({"record", "record_all", "write_history"})
IN_TEXTS = {"outcome": OUTCOMES, "choice": (KEEP, CANCEL, OFFER)}
"""What a name within the text of an action can be."""
HANDING_ON = RECORDS | {"record_change", "take_step", "_record"}
"""What takes details as keywords."""
NO_DETAILS = frozenset({"actor_id", "now", "actor", "promised"})


def strings(node: ast.AST) -> set[str]:
    """Every text that an expression can be: itself, either side of a condition, with each outcome in it."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return strings(node.body) | strings(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return joined(node)
    return set()


def joined(text: ast.JoinedStr) -> set[str]:
    """Every text that a text with names in it can be; none for a name that is not known here."""
    found = {""}
    for part in text.values:
        if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
            ends: set[str] = set(IN_TEXTS.get(part.value.id, ()))
        else:
            ends = strings(part)
        found = {start + end for start in found for end in ends}
    return found


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
            assert found or not isinstance(action, ast.JoinedStr), "name in IN_TEXTS what it can be"
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


def keys_in(tree: ast.Module) -> Iterator[str]:
    """Yield the key of each detail that is given to what records; of a dictionary handed on, its keys."""
    for function in [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]:
        calls = [each for each in ast.walk(function) if called(each) in HANDING_ON]
        names = {each.arg for call in calls for each in call.keywords} - NO_DETAILS  # type: ignore[attr-defined]
        yield from names - {None}
        if None in names or any(called(each) == "record_all" for each in calls):
            said = [each for each in ast.walk(function) if called(each) in {"Violation", "Fault"}]
            of_refusals = {inner for each in said for inner in ast.walk(each)}
            dicts = {each for each in ast.walk(function) if isinstance(each, ast.Dict)}
            for given in dicts - of_refusals:
                yield from (each.value for each in given.keys if isinstance(each, ast.Constant))


def test_every_detail_that_the_code_records_has_words() -> None:
    paths = (ROOT / "booking").rglob("*.py")
    recorded = {key for path in paths for key in keys_in(ast.parse(path.read_text()))}
    assert len(recorded) > 60
    nameless = (recorded | {"stand_in"} | set(Wanted.__slots__)) - set(NAMES)
    assert nameless == set(), "write into booking/admin/audit_details.py what they are called"


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("state", STATES),
        ("role", Role),
        ("roles", Role),
        ("stays", BASIC_ROLES),
        ("scopes", TokenScope),
        ("scope", Scope),
        ("side", SIDES),
        ("what", EXCHANGE_KINDS),
        ("about", FEEDBACK_KINDS),
        ("reason", ERASURE_REASONS),
        ("kinds", EDIT_KINDS),
        ("changed", [*Facts.__slots__, *Profile.__slots__, "street_address", "position"]),
        ("block_kind", BLOCK_KINDS),
        ("room_kind", ROOM_KINDS),
        ("before", ROOM_STATES),
        ("rules", RULES),
        ("own", RULES),
        ("criteria", Criterion),
        ("feed", ["mine", *RIGHT_NEEDED]),
        ("by", ["owner", "booker", "self", "administrator", "service", "default"]),
        ("format", FORMATS),
        ("kind", KINDS),
        ("action", ["confirm", "join", "found"]),
    ],
)
def test_every_code_in_a_detail_has_words(app: Any, key: str, codes: Any) -> None:
    with app.app_context(), speaking("fi"):
        nameless = [code for code in codes if value_of(key, str(code)) in ("", str(code))]
        assert nameless == []
        assert value_of(key, "no_such_code") == "no_such_code"


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
            told[language] |= {f"detail {key}": name_of(key) for key in NAMES}
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
