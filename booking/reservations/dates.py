"""The dates of a reservation as its page tells them: how each stands, and what the reader may do with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import format_date

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.clock import zone
from booking.reservations import policy
from booking.reservations.giving_back import can_give_back, is_late
from booking.reservations.lifecycle import ACTIVE, HOLDING, State, Step
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.policy import Sight
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.zone import to_wall

_ENDING = frozenset({Step.DECLINE, Step.LOSE, Step.WITHDRAW, Step.EXPIRE, Step.CANCEL})
_ENDED = frozenset({State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED})
SHOWN_AT_ONCE = 8  # coming dates; of a longer series the later months are folded


@dataclass(frozen=True, slots=True)
class Proposed:
    """Another time or room that is proposed for a date. `room` only where it is another one."""

    id: int
    start: datetime
    end: datetime
    room: str = ""
    deadline: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class DateDetail:
    """One date with its state and what the reader may do with it.

    `title`, `room` (with its slug) and `people` only where they are not the reservation's. `offer` is the
    owner's that awaits the booker's answer, `move` the booker's that awaits the owner's consent.
    """

    id: int
    start: datetime
    end: datetime
    state: str
    reason: str | None = None
    title: str = ""
    room: str = ""
    room_slug: str = ""
    people: int | None = None
    attendance: int | None = None
    is_exception: bool = False
    offer: Proposed | None = None
    move: Proposed | None = None
    can_withdraw: bool = False
    can_cancel: bool = False
    can_give_back: bool = False
    can_edit: bool = False
    is_lost: bool = False
    """It was refused, decided too late or cancelled by the owner, and could still take place elsewhere."""


@dataclass(frozen=True, slots=True)
class Month:
    """The dates of one month. `name` is "tammikuu 2027"."""

    name: str
    dates: Sequence[DateDetail]


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a reservation in the order in which a page tells them.

    Coming ones by month, the first few and then the `later` ones; `past` by month too. `next` is the coming
    date that is confirmed, or at least pending.
    """

    every: Sequence[DateDetail]
    coming: Sequence[Month]
    later: Sequence[Month]
    past: Sequence[Month]
    next: DateDetail | None

    @property
    def number_later(self) -> int:
        """How many dates are folded because they are far away."""
        return sum(len(each.dates) for each in self.later)

    @property
    def number_past(self) -> int:
        """How many dates are folded because they are past."""
        return sum(len(each.dates) for each in self.past)


def shown_occurrences(reservation: Reservation, seen: Sight) -> list[Occurrence]:
    """Return the dates that a reader with this sight may know of, by start."""
    dates = sorted(reservation.occurrences, key=lambda each: (each.starts_at, each.id))
    return [each for each in dates if seen is Sight.FULL or State(each.state) in HOLDING]


def is_series(reservation: Reservation) -> bool:
    """Say whether a reservation is told as a series: it repeats, or has come to several dates."""
    return reservation.pattern is not None or len(reservation.occurrences) > 1


def dates_of(
    reservation: Reservation,
    seen: Sight,
    actor: Actor,
    now: datetime,
    reasons: Mapping[int, str],
    taken_back: Collection[int] = (),
) -> Dates:
    """Return the dates in words.

    `reasons`: the last words given about each date, by its id. `taken_back`: those that the owner cancelled.
    """
    shown = shown_occurrences(reservation, seen)
    every = [
        date_detail(each, reservation, seen, actor, now, reasons.get(each.id), each.id in taken_back)
        for each in shown
    ]
    coming = months_of(each for each in every if each.end > now)
    first = _first_months(coming)
    return Dates(
        every=every,
        coming=coming[:first],
        later=coming[first:],
        past=months_of(each for each in every if each.end <= now),
        next=_next(every, now),
    )


def date_detail(
    occurrence: Occurrence,
    reservation: Reservation,
    seen: Sight,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    is_taken_back: bool = False,
) -> DateDetail:
    """Return one date. Of what is not public only those learn who see all of the reservation."""
    full = seen is Sight.FULL
    room = catalogue().by_id[occurrence.room_id]
    elsewhere = occurrence.room_id != reservation.room_id
    booker = policy.acts_for_booker(reservation, actor, Right.BOOK)
    ahead = occurrence.starts_at > now
    confirmed = occurrence.state == State.CONFIRMED.value
    is_taken_back = is_taken_back and occurrence.state == State.CANCELLED.value
    may_cancel = policy.decides(reservation, actor) or (booker and not is_late(occurrence, now))
    proposal = occurrence.proposal if full else None
    return DateDetail(
        id=occurrence.id,
        start=occurrence.starts_at,
        end=occurrence.ends_at,
        state=policy.state_shown(State(occurrence.state), seen).value,
        reason=reason if full and occurrence.state in _ENDED else None,
        title=occurrence.own_title or "",
        room=room_name(room) if elsewhere else "",
        room_slug=room.slug if elsewhere else "",
        people=occurrence.own_people if full else None,
        attendance=occurrence.attendance if full else None,
        is_exception=full and is_series(reservation) and occurrence.is_exception,
        offer=_proposed(proposal, occurrence) if proposal and proposal.side == "owner" else None,
        move=_proposed(proposal, occurrence) if proposal and proposal.side == "booker" else None,
        can_withdraw=booker and occurrence.state == State.PENDING.value,
        can_cancel=confirmed and ahead and may_cancel,
        can_give_back=can_give_back(occurrence, actor, now),
        can_edit=booker and ahead and occurrence.state in ACTIVE,
        is_lost=booker and ahead and (is_taken_back or occurrence.state in (State.DECLINED, State.EXPIRED)),
    )


def reasons_told(steps: Iterable[tuple[str, Sequence[int], str]]) -> dict[int, str]:
    """Return why dates came to nothing: the words of the last step that ended each, by the date's id.

    In: the steps of a history in order, as (what was done, the dates' ids, the words given with it).
    """
    found: dict[int, str] = {}
    for action, ids, words in steps:
        if action in _ENDING:
            found.update(dict.fromkeys(ids, words))
        elif action == "undo":
            found = {number: reason for number, reason in found.items() if number not in ids}
    return {occurrence_id: words for occurrence_id, words in found.items() if words}


def months_of(dates: Iterable[DateDetail]) -> list[Month]:
    """Return dates, which come by start, by the month on the wall clock."""
    local = zone()
    return [
        Month(format_date(first, "LLLL yyyy"), list(together))
        for first, together in groupby(
            dates, key=lambda each: to_wall(each.start, local).date().replace(day=1)
        )
    ]


def _proposed(proposal: Proposal, occurrence: Occurrence) -> Proposed:
    elsewhere = proposal.room_id != occurrence.room_id
    return Proposed(
        id=proposal.id,
        start=proposal.starts_at,
        end=proposal.ends_at,
        room=room_name(catalogue().by_id[proposal.room_id]) if elsewhere else "",
        deadline=proposal.deadline_at,
        message=proposal.message,
    )


def _next(dates: Sequence[DateDetail], now: datetime) -> DateDetail | None:
    ahead = [each for each in dates if each.end > now]
    for state in (State.CONFIRMED.value, State.PENDING.value):
        for each in ahead:
            if each.state == state:
                return each
    return None


def _first_months(months: Sequence[Month]) -> int:
    """Return how many months are shown at once: as many as give a few dates, and all of a short list."""
    if sum(len(each.dates) for each in months) <= SHOWN_AT_ONCE + 4:
        return len(months)
    shown = 0
    for number, each in enumerate(months, start=1):
        shown += len(each.dates)
        if shown >= SHOWN_AT_ONCE:
            return number
    return len(months)
