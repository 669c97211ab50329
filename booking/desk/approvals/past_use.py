"""What who asks has made of an owner's rooms in the last twelve months: booked, used, unused, given back."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select

from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.reservations.lifecycle import HOLDING, State, Step
from booking.reservations.models import Occurrence, Reservation
from booking.rooms.models import Room

REMEMBERED: Final = timedelta(days=365)


class Applicant(NamedTuple):
    """Who asks for whose rooms: an organisation, or a person for themselves."""

    owner_id: int | None
    organisation_id: int | None
    person_id: int | None

    @classmethod
    def of(cls, reservation: Reservation, owner_id: int | None) -> "Applicant":
        """Return who asks; an association is one whoever of it asks."""
        alone = reservation.organisation_id is None
        return cls(owner_id, reservation.organisation_id, reservation.booker_id if alone else None)


@dataclass(frozen=True, slots=True)
class PastUse:
    """Dates of the last twelve months. `late`: those given back after the deadline for cancelling."""

    used: int = 0
    no_shows: int = 0
    unmarked: int = 0
    given_back: int = 0
    late: int = 0

    @property
    def booked(self) -> int:
        """Everything that was confirmed for them and not cancelled by the owner."""
        return self.used + self.no_shows + self.unmarked + self.given_back

    @property
    def is_newcomer(self) -> bool:
        """Whether they have had no use of the owner's rooms."""
        return not (self.used or self.no_shows or self.unmarked)


NEVER: Final = PastUse()


def past_use(applicants: Collection[Applicant], now: datetime) -> Mapping[Applicant, PastUse]:
    """Return the past use of each; who is not in it has none. Two statements, however many there are."""
    if not applicants:
        return {}
    states: dict[Applicant, Counter[str]] = {}
    for *key, state, number in db.session.execute(_by_state(applicants, now)):
        states.setdefault(Applicant(*key), Counter())[state] += number
    given_back: Counter[Applicant] = Counter()
    late: Counter[Applicant] = Counter()
    for *key, occurrence_id, details in db.session.execute(_cancelled(applicants, now)):
        if details.get("by") == "booker" and occurrence_id in details.get("occurrences", ()):
            given_back[Applicant(*key)] += 1
            late[Applicant(*key)] += bool(details.get("late"))
    return {
        each: PastUse(
            used=states.get(each, Counter())[State.USED.value],
            no_shows=states.get(each, Counter())[State.NO_SHOW.value],
            unmarked=states.get(each, Counter())[State.CONFIRMED.value],
            given_back=given_back[each],
            late=late[each],
        )
        for each in {*states, *given_back}
    }


_PERSON: Final = case((Reservation.organisation_id.is_(None), Reservation.booker_id), else_=null())
_KEY: Final = (Room.owner_id, Reservation.organisation_id, _PERSON.label("person_id"))


def theirs(applicants: Collection[Applicant]) -> ColumnElement[bool]:
    """Return the condition for reservations of these in the rooms of the owners they ask."""
    organisations = sorted({each.organisation_id for each in applicants if each.organisation_id is not None})
    people = sorted({each.person_id for each in applicants if each.person_id is not None})
    return and_(
        Room.owner_id.in_(sorted({each.owner_id for each in applicants if each.owner_id is not None})),
        or_(
            Reservation.organisation_id.in_(organisations),
            and_(Reservation.organisation_id.is_(None), Reservation.booker_id.in_(people)),
        ),
    )


def _past_dates(
    columns: Collection[Any], applicants: Collection[Applicant], now: datetime
) -> Select[*tuple[Any, ...]]:
    return (
        select(*_KEY, *columns)
        .select_from(Reservation)
        .join(Occurrence, Occurrence.reservation_id == Reservation.id)
        .join(Room, Room.id == Occurrence.room_id)
        .where(theirs(applicants), Occurrence.starts_at >= now - REMEMBERED, Occurrence.starts_at < now)
    )


def _by_state(applicants: Collection[Applicant], now: datetime) -> Select[*tuple[Any, ...]]:
    states = [state.value for state in HOLDING]
    counted = _past_dates((Occurrence.state, func.count()), applicants, now)
    return counted.where(Occurrence.state.in_(states)).group_by(*_KEY, Occurrence.state)


def _cancelled(applicants: Collection[Applicant], now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the statement for cancelled dates, each with steps that cancelled dates of its reservation."""
    dates = _past_dates((Occurrence.id, AuditEntry.details), applicants, now)
    return dates.join(
        AuditEntry,
        and_(
            AuditEntry.subject_kind == "reservation",
            AuditEntry.subject_id == Reservation.id,
            AuditEntry.action == Step.CANCEL.value,
        ),
    ).where(Occurrence.state == State.CANCELLED.value)
