"""Dates to come of given rooms, as a keeper of the rooms may see them: for what a change would hit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import SHOWN_PEOPLE, SHOWN_TITLE, Occurrence, Reservation
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval

_COLUMNS = (
    Occurrence.id,
    Occurrence.reservation_id,
    Occurrence.room_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.state,
    Reservation.reference,
    Reservation.visibility,
    Reservation.organisation_id,
    Reservation.booker_id,
    SHOWN_TITLE.label("title"),
    SHOWN_PEOPLE.label("people"),
    Organisation.name.label("organisation"),
    User.name.label("booker"),
)


@dataclass(frozen=True, slots=True)
class Coming:
    """One pending or confirmed date that has not ended.

    `who`, `title` and `reference` are empty where the reader may only know that the room is taken.
    """

    occurrence_id: int
    reservation_id: int
    room_id: int
    use: Interval
    state: State
    organisation_id: int | None
    booker_id: int
    people: int
    who: str
    title: str
    reference: str

    @property
    def start(self) -> datetime:
        """The first moment of the use."""
        return self.use.start

    @property
    def end(self) -> datetime:
        """The first moment after the use."""
        return self.use.end


def coming_dates(room_ids: Collection[int], *, actor: Actor, now: datetime) -> list[Coming]:
    """Return what is pending or confirmed in these rooms and has not ended, by start. One statement.

    An approver of the room's owner and the booker's own people see all of it; anybody else what is public.
    """
    rows = db.session.execute(
        select(*_COLUMNS)
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .join(Reservation.booker)
        .outerjoin(Reservation.organisation)
        .where(
            Occurrence.room_id.in_(sorted(room_ids)),
            Occurrence.state.in_(sorted(ACTIVE)),
            Occurrence.ends_at > now,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [_coming(row, actor) for row in rows]


def _coming(row: Row[*tuple[Any, ...]], actor: Actor) -> Coming:
    state = State(row.state)
    if row.organisation_id is None:
        mine = actor.is_signed_in and actor.user_id == row.booker_id
    else:
        mine = actor.has(Right.SEE, row.organisation_id)
    full = mine or actor.has(Right.DECIDE, catalogue().by_id[row.room_id].owner_id)
    public = row.visibility != "private" and state is State.CONFIRMED
    # a person who books alone is not named in public
    name = row.organisation or (row.booker if full else "")
    return Coming(
        occurrence_id=row.id,
        reservation_id=row.reservation_id,
        room_id=row.room_id,
        use=Interval(row.starts_at, row.ends_at),
        state=state,
        organisation_id=row.organisation_id,
        booker_id=row.booker_id,
        people=row.people,
        who=name if full or public else "",
        title=row.title if full or public else "",
        reference=row.reference if full or public else "",
    )
