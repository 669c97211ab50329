"""What a date and its reservation are now: what the form of an edit begins with and is compared to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booking.access.actor import Actor
from booking.clock import zone
from booking.errors import NotFound, WrongState
from booking.reservations.changes import room_of
from booking.reservations.editing.edit import Times
from booking.reservations.editing.stretches import Calendar, in_full, pattern_at
from booking.reservations.editing.survey import is_series
from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.moves import move_of
from booking.reservations.series import segments_of
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import barred, not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.rules import cancellation_deadline
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern, PatternError
from booking.timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class Standing:
    """A date as its booker wants it now: where an open move goes, if there is one.

    `lies`, `lies_in`: where it is until the owner consents. `too_late`: it can no longer be cancelled.
    `slot`: the date that names it. `pattern`: how the series goes on from there, None of what has none.
    `rooms`: where it may go.
    """

    date_id: int
    slot: date
    lies: Interval
    lies_in: RoomFacts
    use: Interval
    on: date
    times: Times
    room: RoomFacts
    title: str
    people: int
    whole: Reservation
    pattern: Pattern | None
    is_series: bool
    rooms: Sequence[RoomFacts]
    too_late: bool = False

    @property
    def is_moving(self) -> bool:
        """Whether its booker's move awaits the owner's consent."""
        return (self.use, self.room) != (self.lies, self.lies_in)


def standing(reservation: Reservation, date_id: int | None, *, actor: Actor, now: datetime) -> Standing:
    """Return how a date stands; None: the first that can change. Raises NotFound and WrongState."""
    chosen = _chosen(reservation, date_id, now)
    spot = move_of(chosen) or chosen
    use, slot = Interval(spot.starts_at, spot.ends_at), local_date(chosen.slot_starts_at, zone())
    room, lies_in = room_of(spot.room_id), room_of(chosen.room_id)
    deadline = cancellation_deadline(lies_in.rules, chosen.starts_at, zone())
    return Standing(
        date_id=chosen.id,
        slot=slot,
        lies=Interval(chosen.starts_at, chosen.ends_at),
        lies_in=lies_in,
        use=use,
        on=local_date(use.start, zone()),
        times=Times.of(use, zone()),
        room=room,
        title=chosen.title,
        people=chosen.people,
        whole=reservation,
        pattern=_pattern(reservation, slot),
        is_series=is_series(reservation),
        rooms=_rooms(reservation, room, actor),
        too_late=chosen.state == State.CONFIRMED.value and deadline < now,
    )


def _chosen(reservation: Reservation, date_id: int | None, now: datetime) -> Occurrence:
    open_dates = [each for each in reservation.occurrences if each.state in ACTIVE and each.starts_at > now]
    if date_id is None and open_dates:
        return open_dates[0]
    for each in reservation.occurrences:
        if each.id == date_id:
            if each in open_dates:
                return each
            raise WrongState("already_begun" if each.starts_at <= now else None)
    if date_id is None:
        raise WrongState
    raise NotFound("unknown_occurrence")


def _rooms(reservation: Reservation, now_in: RoomFacts, actor: Actor) -> list[RoomFacts]:
    """Return the same owner's rooms that may be asked for, and the one where the date is."""
    found = [
        room
        for room in catalogue().rooms
        if room.owner_id == reservation.room.owner_id
        and not barred(room)
        and not not_for(room, actor, reservation.organisation_id)
    ]
    return found if now_in in found else [now_in, *found]


def _pattern(reservation: Reservation, at: date) -> Pattern | None:
    """Return how the series goes on from a date, in full: with its last date, its weekdays, its dates."""
    segments = segments_of(reservation)
    if not segments:
        return None
    calendar = Calendar(zone(), room_of(reservation.room_id).school_breaks)
    try:
        return pattern_at(segments, at, calendar)
    except PatternError:  # what is a break has changed since it was asked for
        return in_full(segments[-1].pattern, segments[-1].first)
