"""Reading what a feed tells: one statement a feed, plain rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.lifecycle import HOLDING, State
from booking.reservations.models import LONGEST_DAYS, SHOWN_PEOPLE, SHOWN_TITLE, Occurrence, Reservation
from booking.reservations.policy import Sight

# What a reader may have in the calendar already has to be told when it ends: what ended as a request was
# told to those who see requests, and to nobody else.
LIVING = {Sight.PUBLIC: HOLDING, Sight.FULL: HOLDING | {State.PENDING}}
ENDED = {
    Sight.PUBLIC: frozenset({State.CANCELLED}),
    Sight.FULL: frozenset({State.CANCELLED, State.DECLINED, State.WITHDRAWN, State.EXPIRED}),
}


class Happening(NamedTuple):
    """One date of a reservation with all that any feed could tell of it. Moments are aware UTC.

    `title` and `people` are the date's own where it has its own. A date whose move awaits consent is where
    it was, and an offer is nobody's date: neither is told before it is accepted.
    """

    uid: str
    sequence: int
    room_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    created_at: datetime
    changed_at: datetime
    reservation_changed_at: datetime
    reference: str
    title: str
    purpose: str
    visibility: str
    people: int
    organisation: str | None
    organisation_changed_at: datetime | None


_COLUMNS = (
    Occurrence.uid,
    Occurrence.sequence,
    Occurrence.room_id,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.state,
    Occurrence.created_at,
    Occurrence.changed_at,
    Reservation.changed_at,
    Reservation.reference,
    SHOWN_TITLE,
    Reservation.purpose,
    Reservation.visibility,
    SHOWN_PEOPLE,
    Organisation.name,
    Organisation.changed_at,
)


def happenings(
    which: ColumnElement[bool],
    sight: Sight,
    *,
    since: datetime,
    told_since: datetime | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Happening]:
    """Return the dates that meet `which` and that a reader with this sight may know of, by start and id.

    Those that end after `since` and live, and of those that ended otherwise the ones that did so after
    `told_since`, by default the same moment. One statement.
    """
    told_since = told_since or since
    rows = db.session.execute(
        select(*_COLUMNS)
        .select_from(Occurrence)
        .join(Reservation, Reservation.id == Occurrence.reservation_id)
        .outerjoin(Organisation, Organisation.id == Reservation.organisation_id)
        .where(
            which,
            Occurrence.starts_at > since - timedelta(days=LONGEST_DAYS),
            Occurrence.ends_at > since,
            or_(
                Occurrence.state.in_(sorted(LIVING[sight])),
                and_(Occurrence.state.in_(sorted(ENDED[sight])), Occurrence.changed_at >= told_since),
            ),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(limit)
        .offset(offset or None)
    )
    return [Happening._make(row) for row in rows]


def count(which: ColumnElement[bool]) -> int:
    """Return how many dates meet `which`, a condition on dates, their reservations and associations."""
    number = db.session.scalar(
        select(func.count(Occurrence.id))
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
        .where(which)
    )
    return number or 0


def bookers_and_rooms(which: ColumnElement[bool]) -> tuple[set[tuple[str, str]], set[int]]:
    """Return the associations, as (slug, name), and the ids of the rooms of the dates that meet `which`."""
    rows = db.session.execute(
        select(Organisation.slug, Organisation.name, Occurrence.room_id)
        .select_from(Occurrence)
        .join(Occurrence.reservation)
        .outerjoin(Reservation.organisation)
        .where(which)
        .distinct()
    ).all()
    return {(row.slug, row.name) for row in rows if row.slug}, {row.room_id for row in rows}
