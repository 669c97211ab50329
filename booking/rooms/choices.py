"""The choices by which rooms are narrowed down, and those among the rooms one keeps."""

from collections.abc import Sequence

from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Catalogue, RoomFacts
from booking.rooms.labels import FEATURES, KINDS, room_name

Choices = list[tuple[str, str]]


def kind_choices() -> Choices:
    """Return the kinds of rooms, after "all"."""
    return [("", _("kaikki")), *((key, str(label)) for key, label in KINDS.items())]


def feature_choices() -> Choices:
    """Return the features a room can be asked for."""
    return [(key, str(label)) for key, label in FEATURES.items()]


def district_choices(rooms: Catalogue) -> Choices:
    """Return the districts that have rooms, after "all"."""
    districts = sorted({room.district for room in rooms.rooms if room.district})
    return [("", _("kaikki")), *((district, district) for district in districts)]


def owner_choices(rooms: Catalogue) -> Choices:
    """Return the owners by name, after "all"."""
    owners = sorted({(room.owner, room.owner_slug) for room in rooms.rooms if room.bookable})
    return [("", _("kaikki")), *((slug, name) for name, slug in owners)]


def rooms_kept_by(actor: Actor) -> list[RoomFacts]:
    """Return the rooms that the person keeps, by owner, venue and name; retired ones not."""
    owners = actor.organisations_with(Right.KEEP_ROOMS)
    rooms = [
        room for room in catalogue().by_id.values() if room.owner_id in owners and room.state != "retired"
    ]
    return sorted(rooms, key=lambda room: (room.owner, room.venue, room_name(room), room.id))


def room_choices(rooms: Sequence[RoomFacts]) -> list[SelectChoice]:
    """Return these rooms to choose from by slug: with their owners, where there are several."""
    several = len({room.owner_id for room in rooms}) > 1
    return [
        SelectChoice(room.slug, f"{_named(room)} ({room.owner})" if several else _named(room))
        for room in rooms
    ]


def _named(room: RoomFacts) -> str:
    return ", ".join(dict.fromkeys(part for part in (room_name(room), room.venue) if part))
