"""A reservation as its page shows it: ready words, and what the reader may do with each date."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.extensions import db
from booking.reservations.dates import DateDetail, Dates, dates_of, reasons_told, shown_occurrences
from booking.reservations.labels import PURPOSES, STEPS, VISIBILITIES
from booking.reservations.lifecycle import State, Step
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.policy import Sight
from booking.reservations.queries import companions_of, reasons_of
from booking.reservations.series_words import stored_in_words
from booking.reservations.summary import counts_in_words, look_of
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import RoomSummary, summary
from booking.rooms.rules import cancellation_deadline
from booking.web.filters import date_short


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step: when, who, what, which dates where there are several, and the words given with it."""

    at: datetime
    who: str
    what: str
    which: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Companion:
    """Another reservation that was sent with this one, for dates in rooms of another owner."""

    reference: str
    title: str
    room: str
    dates: int
    state: str


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Until when the next confirmed date can be cancelled; None: not any more. `start` is the date's."""

    start: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ReservationDetail:
    """A reservation as this reader may see it; what they may not see is empty.

    `state` stands for all dates (`look_of`). Of a series, `pattern` says how it repeats and `counts` how many
    dates stand how.
    """

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
    is_series: bool
    pattern: Sequence[str]
    counts: str
    numbers: Mapping[str, int]
    dates: Dates
    companions: Sequence[Companion]
    history: Sequence[HistoryEntry]

    @property
    def occurrences(self) -> Sequence[DateDetail]:
        """All dates, by start."""
        return self.dates.every


@dataclass(frozen=True, slots=True)
class Words:
    """What the steps of a reservation's history say."""

    entries: Sequence[HistoryEntry]
    reasons: Mapping[int, str]
    """Why dates came to nothing, by the date's id."""


def detail(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> ReservationDetail:
    """Return the reservation in words."""
    full = seen is Sight.FULL
    words = _words(reservation) if full else Words((), {})
    organisation = reservation.organisation
    dates = dates_of(reservation, seen, actor, now, words.reasons)
    numbers = Counter(each.state for each in dates.every)
    is_series = len(dates.every) > 1 or reservation.pattern is not None
    return ReservationDetail(
        reference=reservation.reference,
        title=reservation.title if is_series else dates.every[0].title or reservation.title,
        state=look_of(numbers),
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
        is_series=is_series,
        # What was asked for; to others only the dates that came of it
        pattern=_pattern(reservation) if is_series and full else (),
        counts=counts_in_words(numbers) if is_series and full else "",
        numbers=numbers,
        dates=dates,
        companions=_companions(reservation, actor) if full else (),
        history=words.entries,
    )


def handover(reservation: Reservation, seen: Sight, now: datetime) -> str | None:
    """Return how to get in on the next confirmed date that has not ended: to those who may see all."""
    ahead = [each for each in _confirmed(reservation) if each.ends_at > now]
    if seen is not Sight.FULL or not ahead:
        return None
    return catalogue().by_id[ahead[0].room_id].access_instructions or None


def cancelling(reservation: Reservation, now: datetime) -> Cancelling | None:
    """Return until when the booker can cancel the next confirmed date; None when none is to come."""
    for each in _confirmed(reservation):
        if each.starts_at > now:
            deadline = cancellation_deadline(catalogue().by_id[each.room_id].rules, each.starts_at)
            return Cancelling(each.starts_at, deadline if deadline >= now else None)
    return None


def _confirmed(reservation: Reservation) -> list[Occurrence]:
    dates = shown_occurrences(reservation, Sight.FULL)
    return [each for each in dates if each.state == State.CONFIRMED.value]


def _pattern(reservation: Reservation) -> list[str]:
    starts = [each.starts_at for each in reservation.occurrences]
    return stored_in_words(reservation.pattern, min(starts), max(starts))


def _companions(reservation: Reservation, actor: Actor) -> list[Companion]:
    return [
        Companion(
            reference=each.reference,
            title=each.title,
            room=summary(catalogue().by_id[each.room_id]).name,
            dates=len(each.occurrences),
            state=look_of({date.state for date in each.occurrences}),
        )
        for each in companions_of(reservation, actor)
    ]


def _words(reservation: Reservation) -> Words:
    entries = history("reservation", reservation.id)
    reasons = reasons_of([each.id for each in entries])
    names = _names({each.actor_id for each in entries if each.actor_id is not None})
    starts = {each.id: each.starts_at for each in reservation.occurrences}
    steps = [
        (each.action, each.details.get("occurrences", ()), reasons.get(each.id) or _own_reason(each))
        for each in entries
    ]
    return Words(
        [
            HistoryEntry(
                at=each.at,
                who=names.get(each.actor_id or 0, _("järjestelmä")),
                what=str(STEPS[_step(each)]),
                which=_which(each, starts),
                reason=reasons.get(each.id),
            )
            for each in entries
        ],
        reasons_told(steps),
    )


def _which(entry: AuditEntry, starts: Mapping[int, datetime]) -> str:
    """Return which of several dates a step was about: the one, or how many."""
    ids = entry.details.get("occurrences", ())
    if len(starts) == 1 or not ids:
        return ""
    if len(ids) == 1:
        return date_short(starts[ids[0]])
    return str(ngettext("%(num)s aika", "%(num)s aikaa", len(ids)))


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
