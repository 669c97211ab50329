"""The rooms one keeps, and the first page of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import owners_kept, room_kept
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.checklist import Check, checks_of
from booking.desk.rooms.hub import parts
from booking.desk.rooms.labels import STATES
from booking.desk.rooms.removing import is_removable
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.web.paging import page_of

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class KeptRoom:
    """A room in the list: how it stands and what it lacks."""

    slug: str
    name: str
    venue: str
    owner: str
    state: str
    word: Any
    lacks: Sequence[Check]

    @property
    def needs(self) -> Sequence[Check]:
        """What it cannot be published without."""
        return [each for each in self.lacks if each.needed]


@blueprint.get("/desk/rooms")
@requires(Permission.KEEPER)
def list_rooms() -> ResponseReturnValue:
    """List the rooms of the organisations this person keeps, drafts and retired ones too."""
    owners = owners_kept(current_actor())
    ids = {each.id for each in owners}
    mine = [room for room in catalogue().by_id.values() if room.owner_id in ids]
    order = {"draft": 0, "published": 1, "retired": 2}
    mine.sort(key=lambda room: (order[room.state], room.venue, room.name, room.id))
    shown, page = page_of(mine, PAGE_SIZE)
    checks = checks_of(shown)
    return render_template(
        "desk/rooms/list.html",
        rooms=[_kept(room, checks[room.id]) for room in shown],
        several=len(owners) > 1,
        page=page,
    )


@blueprint.get("/desk/rooms/<slug>")
@requires(Permission.KEEPER)
def room(slug: str) -> ResponseReturnValue:
    """Show one room: how it stands, what it lacks, and the pages where it is kept."""
    kept = room_kept(slug, current_actor())
    found = catalogue().by_id[kept.id]
    checks = checks_of([found])[found.id]
    return render_template(
        "desk/rooms/room.html",
        room=_kept(found, checks),
        checks=checks,
        parts=parts(),
        venue_slug=kept.venue.slug,
        removable=is_removable(kept),
    )


def _kept(room: RoomFacts, checks: Sequence[Check]) -> KeptRoom:
    return KeptRoom(
        slug=room.slug,
        name=room_name(room),
        venue=room.venue,
        owner=room.owner,
        state=room.state,
        word=STATES[room.state],
        lacks=[each for each in checks if not each.done],
    )
