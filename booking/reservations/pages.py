"""Reservations as pages show them: ready words, and what the reader may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.extensions import db
from booking.reservations import policy
from booking.reservations.labels import PURPOSES, STEPS, VISIBILITIES
from booking.reservations.lifecycle import State, Step, state_of_all
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.policy import Sight
from booking.reservations.queries import reasons_of
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import RoomSummary, summary
from booking.rooms.rules import cancellation_deadline


@dataclass(frozen=True, slots=True)
class DateDetail:
    """One date with its state and what the reader may do with it."""

    id: int
    start: datetime
    end: datetime
    state: str
    reason: str | None = None
    can_withdraw: bool = False
    can_cancel: bool = False


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step: when, who, what, and the words given with it."""

    at: datetime
    who: str
    what: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReservationDetail:
    """A reservation as this reader may see it; what they may not see is empty."""

    reference: str
    title: str
    state: str
    room: RoomSummary
    organisation: str | None
    organisation_slug: str | None
    purpose: str
    visibility: str
    people: int
    responsible: str | None
    contact: str | None
    note: str | None
    booked_by: str | None
    created_at: datetime
    occurrences: Sequence[DateDetail]
    history: Sequence[HistoryEntry]


@dataclass(frozen=True, slots=True)
class Words:
    """What the steps of a reservation's history say."""

    entries: Sequence[HistoryEntry]
    latest_reason: Mapping[int, str]
    """The reason of the last step of each date, by the date's id."""


def detail(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> ReservationDetail:
    """Return the reservation in words."""
    full = seen is Sight.FULL
    words = _words(reservation) if full else Words((), {})
    organisation = reservation.organisation
    return ReservationDetail(
        reference=reservation.reference,
        title=reservation.title,
        state=state_of_all(State(each.state) for each in reservation.occurrences),
        room=summary(catalogue().by_id[reservation.room_id]),
        organisation=organisation.name if organisation else None,
        organisation_slug=organisation.slug if organisation else None,
        purpose=str(PURPOSES[reservation.purpose]),
        visibility=str(VISIBILITIES[reservation.visibility]),
        people=reservation.people,
        responsible=reservation.responsible if full else None,
        contact=(reservation.contact or None) if full else None,
        note=(reservation.note or None) if full else None,
        booked_by=reservation.booker.name if full else None,
        created_at=reservation.created_at,
        occurrences=[
            _date(each, reservation, actor, now, words.latest_reason.get(each.id))
            for each in reservation.occurrences
        ],
        history=words.entries,
    )


def handover(reservation: Reservation, seen: Sight) -> str | None:
    """Return how to get in: only for a confirmed reservation and those who may see all of it."""
    confirmed = any(each.state == State.CONFIRMED.value for each in reservation.occurrences)
    if seen is not Sight.FULL or not confirmed:
        return None
    return catalogue().by_id[reservation.room_id].access_instructions or None


def cancel_until(reservation: Reservation, now: datetime) -> datetime | None:
    """Return the last moment to cancel the first coming date oneself, None when it has passed."""
    coming = [each for each in reservation.occurrences if each.state == State.CONFIRMED.value]
    if not coming:
        return None
    first = coming[0]
    deadline = cancellation_deadline(catalogue().by_id[first.room_id].rules, first.starts_at)
    return deadline if deadline >= now else None


def is_too_late_to_cancel(reservation: Reservation, now: datetime) -> bool:
    """Say whether the next confirmed date is so near that only the owner can cancel it."""
    coming = [each for each in reservation.occurrences if each.state == State.CONFIRMED.value]
    return any(each.starts_at > now for each in coming) and cancel_until(reservation, now) is None


def _date(
    occurrence: Occurrence, reservation: Reservation, actor: Actor, now: datetime, reason: str | None
) -> DateDetail:
    rules = catalogue().by_id[occurrence.room_id].rules
    booker = policy.acts_for_booker(reservation, actor, Right.BOOK)
    decides = policy.decides(reservation, actor)
    in_time = now <= cancellation_deadline(rules, occurrence.starts_at)
    begun = occurrence.starts_at <= now
    return DateDetail(
        id=occurrence.id,
        start=occurrence.starts_at,
        end=occurrence.ends_at,
        state=occurrence.state,
        reason=reason,
        can_withdraw=booker and occurrence.state == State.PENDING.value,
        can_cancel=occurrence.state == State.CONFIRMED.value
        and not begun
        and (decides or (booker and in_time)),
    )


def _words(reservation: Reservation) -> Words:
    entries = history("reservation", reservation.id)
    reasons = reasons_of([each.id for each in entries])
    names = _names({each.actor_id for each in entries if each.actor_id is not None})
    latest: dict[int, str] = {}
    for entry in entries:
        for occurrence_id in entry.details.get("occurrences", ()):
            latest[occurrence_id] = reasons.get(entry.id) or _own_reason(entry)
    return Words(
        [
            HistoryEntry(
                at=each.at,
                who=names.get(each.actor_id or 0, _("järjestelmä")),
                what=str(STEPS[_step(each)]),
                reason=reasons.get(each.id),
            )
            for each in entries
        ],
        {occurrence_id: reason for occurrence_id, reason in latest.items() if reason},
    )


def _own_reason(entry: AuditEntry) -> str:
    return str(STEPS[Step.LOSE.value]) if entry.action == Step.LOSE.value else ""


def _step(entry: AuditEntry) -> str:
    if entry.action == "request" and entry.details.get("state") == State.CONFIRMED.value:
        return "request_at_once"
    if entry.action == Step.CANCEL.value and entry.details.get("short_notice"):
        return "cancel_short"
    if entry.action == Step.CANCEL.value and entry.details.get("late"):
        return "give_back_late"
    return entry.action


def _names(user_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
