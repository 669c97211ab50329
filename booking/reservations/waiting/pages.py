"""The waiting list as pages show it: ready words, places in the line, what the reader may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.reservations.labels import PURPOSES, VISIBILITIES
from booking.reservations.models import Reservation
from booking.reservations.series import segments_of
from booking.reservations.waiting import policy, queries
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.sentences import STATES
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.zone import local_date

_LOOKS = {
    "waiting": "waiting",
    "offered": "free",
    "accepted": "confirmed",
}  # what is drawn; the rest: withdrawn


@dataclass(frozen=True, slots=True)
class WaitedDate:
    """One date of the line. `place` only while it waits, `deadline` only while it is offered."""

    id: int
    start: datetime
    end: datetime
    state: str
    look: str
    word: str
    place: int | None = None
    deadline: datetime | None = None
    reservation: str | None = None


@dataclass(frozen=True, slots=True)
class WaitedItem:
    """One date in the list of what I and my associations wait for."""

    reference: str
    title: str
    room: str
    organisation: str | None
    date: WaitedDate

    @property
    def start(self) -> datetime:
        """The first moment of the use."""
        return self.date.start

    @property
    def end(self) -> datetime:
        """The first moment after the use."""
        return self.date.end


@dataclass(frozen=True, slots=True)
class WaitingDetail:
    """An entry of the line. `may_answer`: the reader may accept, refuse and leave."""

    reference: str
    title: str
    room: str
    room_slug: str
    venue: str
    owner: str
    at_once: bool
    terms: str
    terms_version: int
    organisation: str | None
    joined_by: str
    purpose: str
    visibility: str
    people: int
    joined_at: datetime
    dates: Sequence[WaitedDate]
    may_answer: bool

    @property
    def waiting(self) -> Sequence[WaitedDate]:
        """The dates that wait and can be left; an offer is refused instead."""
        return [each for each in self.dates if each.state == "waiting"]

    @property
    def offers(self) -> Sequence[WaitedDate]:
        """The dates that await an answer."""
        return [each for each in self.dates if each.state == "offered"]


def waiting_items(actor: Actor, now: datetime) -> list[WaitedItem]:
    """Return what the person and their associations wait for or are offered, by start. Two statements."""
    return _items(queries.open_dates(actor, now), now)


def waiting_beside(reservation: Reservation, actor: Actor, now: datetime) -> list[WaitedItem]:
    """Return the dates of a series that are waited for instead of booked, by start: for its own side.

    Those that its pattern leaves out and that the same person or association waits for in its room. At most
    two statements; none for what is no series.
    """
    left_out = {on for segment in segments_of(reservation) for on in segment.pattern.skip}
    if not left_out or (reservation.on_behalf and reservation.organisation_id is None):
        return []  # a person who phones waits for nothing
    side = (reservation.organisation_id, None if reservation.organisation_id else reservation.booker_id)
    dates = [
        each
        for each in queries.open_dates(actor, now)
        if each.room_id == reservation.room_id
        and local_date(each.starts_at, zone()) in left_out
        and (each.entry.organisation_id, None if each.entry.organisation_id else each.entry.user_id) == side
    ]
    return _items(dates, now)


def _items(dates: Sequence[WaitingDate], now: datetime) -> list[WaitedItem]:
    places = queries.places(dates)
    rooms = catalogue().by_id
    return [
        WaitedItem(
            reference=each.entry.reference,
            title=each.entry.title,
            room=room_name(rooms[each.room_id]),
            organisation=each.entry.organisation.name if each.entry.organisation else None,
            date=_date(each, places, now),
        )
        for each in dates
    ]


def detail(entry: WaitingEntry, actor: Actor, now: datetime) -> WaitingDetail:
    """Return an entry in words, for somebody who may see it."""
    room = catalogue().by_id[entry.room_id]
    places = queries.places([each for each in entry.dates if each.state == "waiting"])
    return WaitingDetail(
        reference=entry.reference,
        title=entry.title,
        room=room_name(room),
        room_slug=room.slug,
        venue=room.venue,
        owner=room.owner,
        at_once=room.rules.approval == "at_once",
        terms=room.terms,
        terms_version=room.terms_version,
        organisation=entry.organisation.name if entry.organisation else None,
        joined_by=entry.user.name,
        purpose=str(PURPOSES[entry.purpose]),
        visibility=str(VISIBILITIES[entry.visibility]),
        people=entry.people,
        joined_at=entry.created_at,
        dates=[_date(each, places, now) for each in entry.dates],
        may_answer=policy.is_own(entry, actor, Right.BOOK),
    )


def _date(date: WaitingDate, places: Mapping[int, int], now: datetime) -> WaitedDate:
    # an offer whose time is up is nobody's any more, also before the periodic work has ended it
    late = date.state == "offered" and date.deadline_at is not None and date.deadline_at <= now
    state = "lapsed" if late else date.state
    return WaitedDate(
        id=date.id,
        start=date.starts_at,
        end=date.ends_at,
        state=state,
        look=_LOOKS.get(state, "withdrawn"),
        word=str(STATES[state]),
        place=places.get(date.id) if state == "waiting" else None,
        deadline=date.deadline_at if state == "offered" else None,
        reservation=date.reservation.reference if date.reservation else None,
    )
