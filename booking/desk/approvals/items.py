"""One request of the queue in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking.clock import zone
from booking.desk.approvals.criteria_words import Said, criteria_said, own_association
from booking.desk.approvals.deciding import DateToDecide, Prospect, date_to_decide, prospects_in_words
from booking.desk.approvals.open_dates import OpenDate
from booking.desk.approvals.past_use import NEVER, Applicant, PastUse
from booking.desk.approvals.waiting_words import Deadline, deadline, waited
from booking.reservations.changes import room_of
from booking.reservations.criteria import Published, criteria_for
from booking.reservations.labels import PURPOSES
from booking.reservations.models import Reservation
from booking.reservations.questions.pages import Exchange
from booking.reservations.series_words import stored_in_words
from booking.reservations.standing import counted
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.openings import is_open


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One request; `problem` says why a single date can only be declined, `pattern` how a series repeats.

    `rest` says how the dates stand that do not await a decision here. `said`: the owner's criteria. `stamp`
    names it as it is now, for a decision about many at once. `language` is the booker's.

    `is_clear`: nothing competes, nothing stands in the way, the room is open then and large enough,
    nothing else has been offered, and it is not the reader's own association that asks.
    """

    reference: str
    stamp: str
    owner_id: int | None
    language: str
    title: str
    organisation: str | None
    booked_by: str
    people: int
    purpose: str
    note: str | None
    sent_at: datetime
    age: str
    deadline: Deadline
    room: RoomSummary
    dates: Sequence[DateToDecide]
    pattern: Sequence[str]
    prospects: str
    rest: str
    said: Sequence[Said]
    competes: bool
    problem: str | None
    exchange: Exchange | None
    is_clear: bool

    @property
    def whose(self) -> str:
        """Who asks."""
        return self.organisation or self.booked_by

    @property
    def is_series(self) -> bool:
        """Whether there is more than one date to decide on."""
        return len(self.dates) > 1

    @property
    def free(self) -> int:
        """How many dates nothing stands in the way of."""
        return sum(each.can_confirm for each in self.dates)


@dataclass(frozen=True, slots=True)
class Background:
    """What has been read for all requests of a page.

    `numbers`: dates of each by state. `own`: the ids of the associations that the reader belongs to.
    """

    competing: frozenset[int]
    blockers: Mapping[int, frozenset[int]]
    numbers: Mapping[int, Counter[str]]
    criteria: Published
    uses: Mapping[Applicant, PastUse]
    exchanges: Mapping[str, Exchange]
    own: frozenset[int]
    now: datetime


def stamp_of(reservation: Reservation) -> str:
    """Return what names a request as it stands: a change of any kind gives another."""
    return f"{reservation.reference}.{int(reservation.changed_at.timestamp())}"


def queue_item(reservation: Reservation, waiting: Sequence[OpenDate], known: Background) -> QueueItem:
    """Return a request with its dates that await a decision, by start."""
    room, now = room_of(waiting[0].slot.room_id), known.now
    dates = [
        date_to_decide(each, is_competing=each.id in known.competing, blockers=known.blockers[each.id])
        for each in waiting
    ]
    several = len(dates) > 1
    blocked = not several and dates[0].prospect is Prospect.TAKEN
    people = reservation.people if several else waiting[0].people
    criteria = criteria_for(known.criteria, room.owner_id, room.kind)
    sent_at = min(each.asked_at for each in waiting)
    applicant = Applicant.of(reservation, room.owner_id)
    pattern = stored_in_words(reservation.pattern, dates[0].start, dates[-1].start) if several else ()
    warning = own_association(reservation, room.owner_id, known.own)
    use = known.uses.get(applicant, NEVER)
    return QueueItem(
        reference=reservation.reference,
        stamp=stamp_of(reservation),
        owner_id=room.owner_id,
        language=reservation.booker.language,
        title=reservation.title,
        organisation=reservation.organisation.name if reservation.organisation else None,
        booked_by=reservation.booker.name,
        people=people,
        purpose=str(PURPOSES[reservation.purpose]),
        note=reservation.note or None,
        sent_at=sent_at,
        age=waited(now - sent_at),
        deadline=deadline(waiting, sent_at, criteria.answer_days if criteria else None, now),
        room=summary(room),
        dates=dates,
        pattern=pattern,
        prospects=prospects_in_words(dates) if several else "",
        rest=_rest_in_words(waiting, known.numbers[reservation.id]),
        said=[*warning, *criteria_said(criteria, reservation.organisation, room, people, use)],
        competes=any(each.id in known.competing for each in waiting),
        problem=_("Aika on jo varattu.") if blocked else None,
        exchange=known.exchanges.get(reservation.reference),
        is_clear=not warning
        and reservation.reference not in known.exchanges
        and all(each.prospect is Prospect.FREE for each in dates)
        and all(map(_is_plain, waiting)),
    )


def _is_plain(date: OpenDate) -> bool:
    """Say whether a date keeps the room's hours and size of today, and nothing else was offered for it."""
    room: RoomFacts = room_of(date.slot.room_id)
    fits = room.capacity is None or date.people <= room.capacity
    return date.proposal is None and fits and is_open(room.hours, date.slot.use, zone())


def _rest_in_words(shown: Sequence[OpenDate], numbers: Counter[str]) -> str:
    rest = counted(numbers - Counter(each.state for each in shown))
    return _("Sarjassa %(all)s aikaa: %(rest)s.", all=numbers.total(), rest=rest) if rest else ""
