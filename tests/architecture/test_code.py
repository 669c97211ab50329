"""Habits of the code that no linter looks at."""

import ast
import itertools
from pathlib import Path

import pytest
from flask import Flask

from booking.access.permissions import Permission
from booking.access.roles import MEMBERSHIP_ROLES, RIGHTS, Right, Role
from booking.web.sentences import known_codes

BOOKING = Path(__file__).parents[2] / "booking"
MODULES = sorted(BOOKING.rglob("*.py"))


OUR_OWN_TABLES_ONLY = frozenset({"demo/volume.py"})  # LOCK TABLE takes no parameters


def name_of(path: Path) -> str:
    return str(path.relative_to(BOOKING))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("kind", [Permission, Right])
def test_every_member_of_an_enum_of_rights_is_explained(kind: type[Permission] | type[Right]) -> None:
    module = BOOKING / "access" / f"{kind.__module__.rpartition('.')[2]}.py"
    (body,) = [
        node.body
        for node in tree_of(module).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    ]
    explained = {
        first.targets[0].id
        for first, second in itertools.pairwise(body)
        if isinstance(first, ast.Assign)
        and isinstance(first.targets[0], ast.Name)
        and isinstance(second, ast.Expr)
        and isinstance(second.value, ast.Constant)
        and isinstance(second.value.value, str)
    }
    assert explained == {member.name for member in kind}


def test_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(Right.SEE in RIGHTS[role] for role in MEMBERSHIP_ROLES)
    assert RIGHTS[Role.DEPUTY] == {Right.DECIDE}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = tree_of(path)
    inner = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), "no docstring"
    assert len(path.read_text().splitlines()) <= 400, "two ideas in one file"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sql_is_not_put_together_from_text(path: Path) -> None:
    made = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
        in ("text", "exec_driver_sql")
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert made == [] or name_of(path) in OUR_OWN_TABLES_ONLY


def codes_in(path: Path) -> dict[str, int]:
    """Return the codes a module refuses with, and the lines where it does."""
    kinds = ("NotFound", "Forbidden", "WrongState", "TooManyAttempts", "DomainError", "Violation")
    return {
        node.args[0].value: node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in kinds
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_code_of_a_refusal_has_a_sentence(app: Flask) -> None:
    assert app.blueprints  # all features are imported and have registered their sentences
    unsaid = {
        f"{name_of(path)}:{line}": code
        for path in MODULES
        for code, line in codes_in(path).items()
        if code not in known_codes()
    }
    assert unsaid == {}
