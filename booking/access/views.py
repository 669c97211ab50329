"""The page that says who may do what, drawn from the maps that decide it."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from booking.access import words
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.access.roles import RIGHTS, Right, Role

blueprint = Blueprint("access", __name__)


@dataclass(frozen=True, slots=True)
class RightLine:
    """One right: what it is called, what it means, and for each role in order whether it has it."""

    name: str
    note: str
    has: tuple[tuple[str, bool], ...]


@blueprint.get("/roles")
@requires(Permission.ANYONE, before_second_factor=True)
def roles() -> ResponseReturnValue:
    """Say which role has which right."""
    return render_template(
        "access/roles.html",
        roles=[(str(words.ROLES[role]), str(words.ROLE_NOTES[role])) for role in Role],
        rights=[_line(right) for right in Right],
        others=[(str(name), str(note)) for _, name, note in words.WITHOUT_ROLE],
        scopes=[(str(name), str(note)) for name, note in words.SCOPES.values()],
    )


def _line(right: Right) -> RightLine:
    name, note = words.RIGHTS[right]
    return RightLine(
        str(name), str(note), tuple((str(words.ROLES[role]), right in RIGHTS[role]) for role in Role)
    )
