"""A reservation as its page shows it: ready words, and what the reader may do with each date."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext

from booking.access.actor import Actor
from booking.clock import zone
from booking.i18n import gettext as _
from booking.reservations.dates import DateDetail, Dates, dates_of, shown_occurrences
from booking.reservations.history_words import HistoryEntry, Words, words_of
from booking.reservations.labels import PURPOSES, VISIBILITIES
from booking.reservations.lifecycle import ACTIVE, HOLDING, State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.moves import move_of
from booking.reservations.policy import Sight
from booking.reservations.queries import companions_of
from booking.reservations.quote_words import PriceShown, price_of
from booking.reservations.quotes import quote_of
from booking.reservations.series_words import stored_in_words
from booking.reservations.summary import counts_in_words, look_of
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import RoomSummary, summary
from booking.rooms.rules import cancellation_deadline


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
    price: PriceShown | None
    responsible: str | None
    contact: str | None
    note: str | None
    booked_by: str | None
    on_behalf: bool
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


def detail(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> ReservationDetail:
    """Return the reservation in words. Who shows its contact says so (`contacts.log.seen`)."""
    full = seen is Sight.FULL
    words = words_of(reservation) if full else Words()
    organisation = reservation.organisation
    dates = dates_of(reservation, seen, actor, now, words.reasons, words.taken_back)
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
        price=price_of(quote_of(reservation)) if full else None,
        responsible=reservation.responsible if full else None,
        contact=(reservation.contact or None) if full else None,
        note=(reservation.note or None) if full else None,
        booked_by=reservation.booker.name if full else None,
        on_behalf=reservation.on_behalf and full,
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


def cancelling(reservation: Reservation, now: datetime) -> Cancelling | None:
    """Return until when the booker can cancel the next confirmed date; None when none is to come."""
    for each in _confirmed(reservation):
        if each.starts_at > now:
            deadline = cancellation_deadline(catalogue().by_id[each.room_id].rules, each.starts_at, zone())
            return Cancelling(each.starts_at, deadline if deadline >= now else None)
    return None


def _confirmed(reservation: Reservation) -> list[Occurrence]:
    dates = shown_occurrences(reservation, Sight.FULL)
    return [each for each in dates if each.state == State.CONFIRMED.value]


def _pattern(reservation: Reservation) -> list[str]:
    starts = [each.starts_at for each in reservation.occurrences]
    words = stored_in_words(reservation.pattern, min(starts), max(starts))
    apart = sum(
        each.is_exception and State(each.state) in HOLDING | ACTIVE for each in reservation.occurrences
    )
    if apart:
        words.append(ngettext("%(num)s aika poikkeaa sarjasta", "%(num)s aikaa poikkeaa sarjasta", apart))
    if any(move_of(each) for each in reservation.occurrences):
        words.append(_("Siirtoa on pyydetty: entiset ajat ovat voimassa, kunnes omistaja on päättänyt."))
    return words


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
