"""The forms of the approver's pages: which requests are shown."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.desk.approvals.listing import Asked
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.web.forms import ChoiceField, QueryForm
from booking.web.paging import asked_page

_VENUE = "@"  # before a venue's name; no room's slug has it


class QueueForm(QueryForm):
    """By room or venue, by what is to be done, and in which order. What cannot be read is left out."""

    place = ChoiceField(_l("Tila tai toimipiste"))
    show = ChoiceField(_l("Näytä"))
    order = ChoiceField(_l("Järjestys"))

    def __init__(self, actor: Actor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        owners = actor.organisations_with(Right.DECIDE)
        self._rooms = [room for room in catalogue().by_id.values() if room.owner_id in owners]
        self.place.choices = [("", _("kaikki")), *_places(self._rooms)]
        self.show.choices = [
            ("", _("kaikki")),
            ("clear", _("vain selvät")),
            ("competing", _("vain kilpailevat")),
            ("long", _("yli 3 päivää odottaneet")),
        ]
        self.order.choices = [
            ("start", _("ensin alkavat ensin")),
            ("age", _("pisimpään odottaneet ensin")),
        ]
        self.order.data = self.order.data or "start"

    def asked(self) -> Asked:
        """Return what is asked for. Call after `validate`."""
        place = "" if self.place.errors else self.place.data
        rooms = {room.id for room in self._rooms if place in (room.slug, _VENUE + room.venue)}
        return Asked(
            frozenset(rooms),
            "" if self.show.errors else self.show.data,
            "start" if self.order.errors else self.order.data,
            asked_page(),
        )

    @property
    def is_asked(self) -> bool:
        """Whether the address asks for less than everything."""
        return bool(self.place.data or self.show.data)


def _places(rooms: list[RoomFacts]) -> list[tuple[str, str]]:
    """Return each venue and under it its rooms, by name; a venue of one room is that room."""
    by_venue: dict[str, list[RoomFacts]] = {}
    for room in sorted(rooms, key=lambda room: (room.venue, room_name(room))):
        by_venue.setdefault(room.venue, []).append(room)
    found = []
    for venue, here in by_venue.items():
        if len(here) > 1:
            found.append((_VENUE + venue, venue))
        found += [
            (room.slug, f"{venue}: {room_name(room)}" if len(here) > 1 else room_name(room)) for room in here
        ]
    return found
