"""What reservations and rooms add to an organisation's page."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from booking.access.actor import Actor
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel, register_room_counter
from booking.reservations.listing import listed_items
from booking.reservations.lists import coming_in_public
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import summary

SHOWN = 20


@register_panel
def organisation_facts(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the organisation's rooms and its coming public reservations."""
    rooms = catalogue()
    own = [summary(room, rooms.stamp) for room in rooms.rooms if room.owner_id == organisation.id]
    coming = coming_in_public(organisation.id, now, limit=SHOWN)
    return {"rooms": own, "coming": listed_items(coming)}


@register_room_counter
def rooms_of_owners() -> Mapping[int, int]:
    """Return how many published rooms each owner has."""
    return Counter(room.owner_id for room in catalogue().rooms if room.owner_id is not None)
