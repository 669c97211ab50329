"""Closures as their pages show them: the list, one of them with what it hits, and a preview."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.availability.pattern_words import in_words
from booking.desk.closures.choosing import choices_of, is_settled, open_offer
from booking.desk.closures.models import Closure, ClosureChoice
from booking.desk.closures.plans import Plan, span_in_words
from booking.desk.closures.service import Wanted, checked
from booking.extensions import db
from booking.occupancy.models import Block
from booking.reservations import policy
from booking.reservations.changes import room_of
from booking.reservations.in_the_way import Conflict, InTheWay, in_the_way_of, read_dates, told_of, would_hit
from booking.reservations.models import Proposal
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Line:
    """One closure in the list. `unsolved`: how many dates in its way nothing has been chosen for."""

    id: int
    kind: str
    title: str
    rooms: str
    words: str
    next: Interval
    next_words: str
    running: bool
    unsolved: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One date in the way, as far as the reader may know it. `mine`: they decide on it.

    `who` and `title` are empty where only "taken" may be seen. `part` as in `Conflict`; `choice` what was
    last chosen for it; `offer` what was offered instead and awaits an answer.
    """

    id: int
    start: datetime
    end: datetime
    room: str
    state: str
    who: str
    title: str
    reference: str | None
    part: str
    short_notice: bool
    mine: bool
    choice: str = ""
    settled: bool = False
    offer: Proposal | None = None
    offer_span: Interval | None = None
    offer_room: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a closure would come to. `mark` names what was shown: saving asks for it."""

    words: str
    dates: Sequence[str]
    hits: Sequence[Hit]
    promised: int
    mark: str

    @property
    def short(self) -> int:
        """How many confirmed dates begin in less than 14 days."""
        return sum(hit.short_notice and hit.state == "confirmed" for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One date of a closure."""

    id: int
    words: str
    over: bool
    running: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One closure with its dates and what is in its way, and what was done about the rest (`done`)."""

    id: int
    kind: str
    title: str
    is_public: bool
    rooms: Sequence[tuple[str, str]]
    words: str
    repeats: bool
    made_by: str
    made_at: datetime
    is_over: bool
    has_begun: bool
    dates: Sequence[Stretch]
    open: Sequence[Hit]
    settled: Sequence[Hit]
    done: Sequence[Hit]
    promised: InTheWay
    decides: bool


def coming(actor: Actor, now: datetime) -> list[Line]:
    """Return the closures that run or come in the rooms one keeps, by their next date. A few statements."""
    found = db.session.scalars(
        select(Closure)
        .where(Closure.owner_id.in_(actor.organisations_with(Right.KEEP_ROOMS)), Closure.removed_at.is_(None))
        .options(selectinload(Closure.block).selectinload(Block.dates), selectinload(Closure.rooms))
    ).all()
    ahead = [each for each in found if any(date.ends_at > now for date in each.block.dates)]
    hits = in_the_way_of([each.block for each in ahead], now)
    choices = choices_of([each.id for each in ahead])
    lines = [_line(each, hits[each.block_id], choices[each.id], now) for each in ahead]
    return sorted(lines, key=lambda line: (line.next, line.id))


def preview(wanted: Wanted, actor: Actor, now: datetime, *, own: Closure | None = None) -> Preview:
    """Return what a closure would come to, before it is saved. `own`: the one that is changed.

    Raises Forbidden and RuleViolation as saving does.
    """
    rooms, intervals = checked(wanted, actor=actor, now=now)
    spaces = {space_id for room in rooms for space_id in room.space_ids}
    found = would_hit(spaces, intervals, now)
    hits = [_hit(each, actor) for each in found.conflicts]
    seen = [wanted.room_ids, [str(each) for each in intervals], [(hit.id, hit.state) for hit in hits]]
    return Preview(
        words=wanted.plan.in_words(),
        dates=[span_in_words(each) for each in intervals],
        hits=hits,
        promised=len(found.promised),
        mark=sha256(repr(seen).encode()).hexdigest()[:16],
    )


def detail(closure: Closure, actor: Actor, now: datetime) -> Detail:
    """Return a closure that the person keeps, with all that is in its way."""
    block, plan = closure.block, Plan.of(closure.plan)
    found = in_the_way_of([block], now)[block.id]
    choices = choices_of([closure.id])[closure.id]
    hits = [_hit(each, actor, choices.get(each.occurrence.id)) for each in found.conflicts]
    still = {hit.id for hit in hits}
    dates = sorted(block.dates, key=lambda each: each.starts_at)
    return Detail(
        id=closure.id,
        kind=block.kind,
        title=block.title,
        is_public=block.is_public,
        rooms=[(room.slug if room.state == "published" else "", _name(room.id)) for room in closure.rooms],
        words=plan.in_words(),
        repeats=plan.pattern is not None,
        made_by=closure.created_by.name,
        made_at=closure.created_at,
        is_over=closure.removed_at is not None or all(each.ends_at <= now for each in dates),
        has_begun=any(each.starts_at <= now for each in dates),
        dates=[
            Stretch(
                each.id,
                span_in_words(Interval(each.starts_at, each.ends_at)),
                each.ends_at <= now,
                each.starts_at <= now < each.ends_at,
            )
            for each in dates
        ],
        open=[hit for hit in hits if not hit.settled],
        settled=[hit for hit in hits if hit.settled],
        done=_done(choices, still, actor),
        promised=found,
        decides=actor.has(Right.DECIDE, closure.owner_id),
    )


def _line(closure: Closure, found: InTheWay, choices: Mapping[int, ClosureChoice], now: datetime) -> Line:
    plan, dates = Plan.of(closure.plan), [each for each in closure.block.dates if each.ends_at > now]
    following = min(Interval(each.starts_at, each.ends_at) for each in dates)
    words = in_words(plan.pattern, plan.start.date()) if plan.pattern else ""
    return Line(
        id=closure.id,
        kind=closure.block.kind,
        title=closure.block.title,
        rooms=", ".join(_name(room.id) for room in closure.rooms),
        words=words,
        next=following,
        next_words=span_in_words(following),
        running=following.start <= now,
        unsolved=sum(not is_settled(each, choices.get(each.occurrence.id)) for each in found.conflicts),
    )


def _hit(conflict: Conflict, actor: Actor, choice: ClosureChoice | None = None) -> Hit:
    occurrence = conflict.occurrence
    reservation, mine = occurrence.reservation, policy.decides(occurrence.reservation, actor)
    who, title, reference = told_of(reservation, occurrence.title, actor)
    offer = open_offer(occurrence)
    return Hit(
        id=occurrence.id,
        start=occurrence.starts_at,
        end=occurrence.ends_at,
        room=_name(occurrence.room_id),
        state=occurrence.state,
        who=who,
        title=title,
        reference=reference,
        part=conflict.part,
        short_notice=conflict.short_notice,
        mine=mine,
        choice=choice.choice if choice else "",
        settled=is_settled(conflict, choice),
        offer=offer,
        offer_span=Interval(offer.starts_at, offer.ends_at) if offer else None,
        offer_room=_name(offer.room_id) if offer else "",
    )


def _done(choices: Mapping[int, ClosureChoice], still: Collection[int], actor: Actor) -> list[Hit]:
    """Return what was chosen for dates that are not in the way any more, by start."""
    rows = [each for occurrence_id, each in choices.items() if occurrence_id not in still]
    read_dates(each.occurrence_id for each in rows)
    hits = [_hit(Conflict(each.occurrence, "use", each.short_notice), actor, each) for each in rows]
    return sorted(hits, key=lambda hit: hit.start)


def _name(room_id: int) -> str:
    return room_name(room_of(room_id))
