"""Rules edited the way a keeper does it: typed on the page, looked at, saved."""

from typing import Any

from booking.access.roles import Role
from booking.rooms.models import Room
from booking.rooms.own_rules import RULES
from tests.factories.organisations import make_member
from tests.support.client import PageClient

TYPED = {
    "who_may_book": "anyone",
    "approval": "at_once",
    "pending_holds": "no",
    "grid_minutes": "15",
    "shortest_minutes": "15 min",
    "longest_minutes": "12 t",
    "turnaround_minutes": "0 min",
    "notice_minutes": "0 min",
    "longest_ahead_months": "12",
    "cancellation_days": "7",
    "most_active": "ei rajaa",
}
"""Rules that refuse little, as they are typed: a test types the one it is about over them."""

assert set(TYPED) == set(RULES)


def keep(client: PageClient, room: Room) -> PageClient:
    """Sign in as an approver of the room's owner."""
    assert room.owner is not None
    client.sign_in(make_member(room.owner, Role.APPROVER))
    return client


def address_of(room: Room) -> str:
    return f"/desk/rooms/{room.slug}/rules"


def edit(client: PageClient, room: Room, **typed: str) -> Any:
    """Have the keeper type these rules on the room's page, look at what changes, and save."""
    address = address_of(room)
    client.get(address)
    looked = client.submit(TYPED | typed | {"preview": "1"}, action=address)
    assert looked.status_code == 200, looked.get_data(as_text=True)
    if "Mikään ei muutu. Kirjoita" in looked.get_data(as_text=True):
        return looked
    saved = client.submit({"save": "1"}, action=address)
    assert saved.status_code == 303, saved.get_data(as_text=True)
    return saved
