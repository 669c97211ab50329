"""From a row to the bytes of an event: what its readers may see, in the words of their language.

Writing an event costs far more than reading its row, so the bytes are kept under everything they are made
of: only what has changed is written again, and what is kept cannot be out of date.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.calendars.queries import ENDED, Happening
from booking.ical.event import CalendarEvent, Status, event_bytes
from booking.reservations.labels import PURPOSES
from booking.reservations.lifecycle import State
from booking.reservations.policy import Sight
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.web.states import state_word

EVENTS_KEPT = 50_000  # events a process keeps the bytes of; one takes about 1.5 kB

_STATUSES: Final[dict[str, Status]] = {
    State.PENDING: "TENTATIVE",
    **dict.fromkeys(ENDED[Sight.FULL], "CANCELLED"),
}


class Place(NamedTuple):
    """Where an event is, in the feed's language."""

    room: str
    location: str
    position: tuple[float, float] | None
    changed_at: datetime | None


class Manner(NamedTuple):
    """How a feed tells its events. `language` must be the one spoken while they are written."""

    language: str
    base_url: str
    sight: Sight
    names_organisation: bool


class Told(NamedTuple):
    """Everything the bytes of one event are made of, and so the key they are kept under.

    Of a private reservation that its readers may not look into, `sight` is NOTHING and what could tell of it
    is empty: it cannot slip out of what is written.
    """

    manner: Manner
    sight: Sight
    place: Place
    names_room: bool
    uid: str
    sequence: int
    start: datetime
    end: datetime
    state: str
    created_at: datetime
    changed_at: datetime
    reference: str
    title: str
    purpose: str
    visibility: str
    people: int
    organisation: str


def place_of(room: RoomFacts) -> Place:
    """Return the place of a room in the language spoken now."""
    name = room_name(room)
    parts = (name, room.venue if room.venue != room.name else "", room.street_address)
    return Place(name, ", ".join(filter(None, parts)), room.position, room.changed_at)


def told(row: Happening, place: Place, manner: Manner, *, names_room: bool) -> Told:
    """Return what may be told of one date to the readers of a feed."""
    hidden = manner.sight < Sight.FULL and row.visibility == "private"
    # Not the association's change either: it would say whose the hidden reservation is
    moments = (
        row.changed_at,
        row.reservation_changed_at,
        place.changed_at,
        None if hidden else row.organisation_changed_at,
    )
    return Told(
        manner=manner,
        sight=Sight.NOTHING if hidden else manner.sight,
        place=place,
        names_room=names_room,
        uid=row.uid,
        sequence=row.sequence,
        start=row.starts_at,
        end=row.ends_at,
        state=row.state,
        created_at=row.created_at,
        changed_at=max(filter(None, moments)),
        reference="" if hidden else row.reference,
        title="" if hidden else row.title,
        purpose="" if hidden else row.purpose,
        visibility=row.visibility,
        people=0 if hidden else row.people,
        organisation="" if hidden else row.organisation or "",
    )


@lru_cache(maxsize=EVENTS_KEPT)
def written(event: Told) -> bytes:
    """Return the event as a VEVENT, in the language of its manner, which must be the one spoken now."""
    return event_bytes(calendar_event(event))


def calendar_event(event: Told) -> CalendarEvent:
    """Return what a calendar tells, in the language of its manner, which must be the one spoken now."""
    hidden = event.sight is Sight.NOTHING
    purpose = "" if hidden else _as_line(str(PURPOSES[event.purpose]))
    return CalendarEvent(
        uid=event.uid,
        stamp=event.changed_at,
        last_modified=event.changed_at,
        created=event.created_at,
        sequence=event.sequence,
        start=event.start,
        end=event.end,
        summary=_summary(event),
        description="" if hidden else "\n".join(_description(event, purpose)),
        location=event.place.location,
        geo=event.place.position,
        status=_STATUSES.get(event.state, "CONFIRMED"),
        busy=True,
        # In a secret feed "private" would hide the event from the very reader it is for: Google shows
        # such an event of a calendar it subscribes to as "busy", without its title.
        private=hidden,
        categories=(_("Varattu") if hidden else purpose,),
        url="" if hidden else f"{event.manner.base_url}/reservations/{event.reference}",
        color=None,
    )


def _summary(event: Told) -> str:
    room = event.place.room if event.names_room else ""
    if event.sight is Sight.NOTHING:
        return joined(_("Varattu"), [room])
    organisation = event.organisation if event.manner.names_organisation else ""
    name = joined(event.title, [organisation, room])
    if event.state not in _STATUSES:
        return name
    return f"{name} ({state_word('waiting' if event.state == State.PENDING else event.state)})"


def joined(name: str, parts: Iterable[str]) -> str:
    """Return "name – part, part", without the parts that are empty."""
    rest = ", ".join(filter(None, parts))
    return f"{name} – {rest}" if rest else name


def _description(event: Told, purpose: str) -> Iterable[str]:
    """Yield the lines below an event: never a person, and not the note, in which people write of people."""
    if event.organisation:
        yield event.organisation
    yield purpose
    if event.visibility == "event":
        yield _("Avoin kaikille")
    if event.sight is not Sight.FULL:
        return
    yield ngettext("%(num)s henkilö", "%(num)s henkilöä", event.people)
    if event.visibility == "private":
        yield _("Yksityinen: muille näkyy vain ”varattu”")
    if event.state in _STATUSES:
        yield _as_line(state_word(event.state))
    yield _("Varaus %(reference)s", reference=event.reference)


def _as_line(words: str) -> str:
    return words[:1].upper() + words[1:]
