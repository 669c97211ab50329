"""The choices by which rooms are narrowed down."""

from flask_babel import gettext as _

from booking.rooms.facts import Catalogue
from booking.rooms.labels import FEATURES, KINDS

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
