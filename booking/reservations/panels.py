"""What reservations and rooms add to an organisation's page."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel, register_room_counter, register_tie
from booking.reservations.lifecycle import ACTIVE
from booking.reservations.listing import listed_items
from booking.reservations.lists import coming_in_public
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.neighbours import neighbours_of
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.pages import summary

SHOWN = 20


@register_panel
def organisation_facts(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the organisation's rooms, its coming public reservations, and who is met in the same rooms."""
    rooms = catalogue()
    own = [summary(room, rooms.stamp) for room in rooms.rooms if room.owner_id == organisation.id]
    coming = coming_in_public(organisation.id, now, limit=SHOWN)
    return {
        "rooms": own,
        "coming": listed_items(coming),
        "neighbours": neighbours_of(organisation.id, now),
    }


@register_room_counter
def rooms_of_owners() -> Mapping[int, int]:
    """Return how many published rooms each owner has."""
    return Counter(room.owner_id for room in catalogue().rooms if room.owner_id is not None)


@register_tie
def dates_to_come(organisation: Organisation, now: datetime) -> tuple[str, int]:
    """Count its dates that are asked for or confirmed and have not ended."""
    query = (
        select(func.count(Occurrence.id))
        .join(Occurrence.reservation)
        .where(
            Reservation.organisation_id == organisation.id,
            Occurrence.state.in_(sorted(ACTIVE)),
            Occurrence.ends_at > now,
        )
    )
    return "coming_reservations", db.session.scalar(query) or 0


@register_tie
def places_in_line(organisation: Organisation, now: datetime) -> tuple[str, int]:
    """Count the waiting lists it is on."""
    query = (
        select(func.count(WaitingEntry.id.distinct()))
        .join(WaitingEntry.dates)
        .where(
            WaitingEntry.organisation_id == organisation.id,
            WaitingDate.state.in_(("waiting", "offered")),
            WaitingDate.ends_at > now,
        )
    )
    return "open_waits", db.session.scalar(query) or 0


@register_tie
def rooms_of_its_own(organisation: Organisation, now: datetime) -> tuple[str, int]:
    """Count the rooms it keeps, those not yet published too."""
    query = select(func.count(Room.id)).where(Room.owner_id == organisation.id, Room.state != "retired")
    return "owned_rooms", db.session.scalar(query) or 0
