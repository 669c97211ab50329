"""Calendars from outside as their pages show them: the list, one with what it meets, and a preview."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.calendars.outside.applying import known_events
from booking.calendars.outside.clashes import ClosureMet, clashes_of, closures_met
from booking.calendars.outside.following import Told, told_by, window_of
from booking.calendars.outside.models import OutsideEvent, OutsideSource
from booking.calendars.outside.readings import Problem, Reading
from booking.calendars.outside.service import Wanted
from booking.db import Ids, among
from booking.extensions import db
from booking.occupancy.models import BlockDate
from booking.reservations import policy
from booking.reservations.changes import room_of
from booking.reservations.in_the_way import Conflict, InTheWay, told_of, would_hit
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.web.sentences import sentence

STALE: Final = timedelta(hours=3)  # without an answer although it should have been asked for
LISTED: Final = 200  # clashes, and events of a preview, shown one by one
SHOWN_EVENTS: Final = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How a calendar stands: "fresh", "stale", "failing", "emptied", "paused" or "file"; since when.

    `failing_since`: since when fetching has failed, also of one that had emptied before.
    """

    kind: str
    since: datetime | None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One calendar in the list."""

    id: int
    room: str
    name: str
    standing: Standing
    events: int
    clashes: int


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What was wrong, in words, and in which line of the calendar (0: not known)."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One date that events meet, as far as the reader may know it, and when the first of those events is.

    `hold`: "kept" by a reservation, "held" by a request till its decision, "asked" by one that holds nothing.
    """

    start: datetime
    end: datetime
    room: str
    state: str
    who: str
    title: str
    reference: str | None
    part: str
    hold: str
    id: int
    mine: bool
    event: Told | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that a calendar's events meet."""

    hits: Sequence[Hit]
    more: int
    promised: int
    closures: Sequence[ClosureMet]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a calendar would come to. `mark` names what was shown: saving asks for it."""

    name: str
    events: Sequence[Told]
    number: int
    meeting: Meeting
    problems: Sequence[ProblemLine]
    mark: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One calendar with its state, its next events and what they meet."""

    id: int
    room: str
    room_slug: str
    name: str
    where: str
    is_file: bool
    is_public: bool
    all_day: str
    transparent: str
    made_by: str
    made_at: datetime
    standing: Standing
    because: Sequence[ProblemLine]
    fetched_at: datetime | None
    next_at: datetime | None
    events: Sequence[Told]
    number: int
    problems: Sequence[ProblemLine]
    meeting: Meeting


def listed(actor: Actor, now: datetime) -> list[Line]:
    """Return the calendars of the rooms one keeps, by room. A few statements, however many there are."""
    owners = actor.organisations_with(Right.KEEP_ROOMS)
    rooms = [room.id for room in catalogue().by_id.values() if room.owner_id in owners]
    sources = db.session.scalars(
        select(OutsideSource).where(
            among(OutsideSource.room_id, bindparam("room_ids", rooms, type_=Ids)),
            OutsideSource.removed_at.is_(None),
        )
    ).all()
    ids = [each.id for each in sources]
    numbers, clashes = _numbers(ids, now), clashes_of(ids, now)
    lines = [
        Line(
            id=each.id,
            room=room_name(room_of(each.room_id)),
            name=_named(each),
            standing=standing_of(each, now),
            events=numbers.get(each.id, 0),
            clashes=len(clashes[each.id].conflicts),
        )
        for each in sources
    ]
    return sorted(lines, key=lambda line: (line.room, line.id))


def preview(wanted: Wanted, reading: Reading, actor: Actor, now: datetime) -> Preview:
    """Return what a calendar would come to, before it is saved."""
    told = sorted(told_by(reading.events, window_of(now)).values())
    meeting = _meeting(room_of(wanted.room_id).space_ids, told, actor, now)
    seen = [
        wanted.room_id,
        wanted.rules,
        wanted.is_public,
        told,
        [(hit.id, hit.state) for hit in meeting.hits],
    ]
    return Preview(
        name=reading.name,
        events=told[:SHOWN_EVENTS],
        number=len(told),
        meeting=meeting,
        problems=in_words(reading.problems),
        mark=sha256(repr(seen).encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )


def detail(source: OutsideSource, actor: Actor, now: datetime) -> Detail:
    """Return a calendar that the person keeps, with all that its events meet."""
    room = room_of(source.room_id)
    events = sorted(Told(each.interval, each.title) for each in known_events(source.id, now).values())
    return Detail(
        id=source.id,
        room=room_name(room),
        room_slug=room.slug if room.state == "published" else "",
        name=_named(source),
        where=source.file_name or shortened(source.address),
        is_file=not source.address,
        is_public=source.is_public,
        all_day=source.all_day,
        transparent=source.transparent,
        made_by=source.created_by.name,
        made_at=source.created_at,
        standing=standing_of(source, now),
        because=in_words(_problems(source.failing)),
        fetched_at=source.fetched_at,
        next_at=source.next_attempt_at,
        events=events[:SHOWN_EVENTS],
        number=len(events),
        problems=in_words(_problems(source.problems)),
        meeting=_meeting(room.space_ids, events, actor, now),
    )


def standing_of(source: OutsideSource, now: datetime) -> Standing:
    """Return how a calendar stands, the most pressing first."""
    if source.emptied_at is not None:
        return Standing("emptied", source.emptied_at, source.failing_since)
    if source.failing_since is not None:
        return Standing("failing", source.failing_since, source.failing_since)
    if source.is_paused:
        return Standing("paused", source.fetched_at)
    if not source.address:
        return Standing("file", source.read_at)
    if source.fetched_at is None or now - source.fetched_at > STALE:
        return Standing("stale", source.fetched_at)
    return Standing("fresh", source.fetched_at)


def room_of_source(source: OutsideSource) -> str:
    """Return the name of a calendar's room."""
    return room_name(room_of(source.room_id))


def shortened(address: str) -> str:
    """Return whose address it is, without what may be a secret."""
    return f"{urlsplit(address).hostname or ''}/…" if address else ""


def in_words(problems: Iterable[Problem]) -> list[ProblemLine]:
    """Return problems as sentences, in the language spoken now."""
    return [ProblemLine(each.line, sentence(each.code, each.params)) for each in problems]


def _problems(stored: Sequence[Any]) -> list[Problem]:
    return [Problem(line, code, params) for line, code, params in stored]


def _named(source: OutsideSource) -> str:
    return source.name or source.file_name or shortened(source.address) or str(_("Ulkoinen kalenteri"))


def _numbers(source_ids: Sequence[int], now: datetime) -> dict[int, int]:
    rows = db.session.execute(
        select(OutsideEvent.source_id, func.count().label("number"))
        .join(BlockDate, BlockDate.block_id == OutsideEvent.block_id)
        .where(
            among(OutsideEvent.source_id, bindparam("source_ids", list(source_ids), type_=Ids)),
            BlockDate.ends_at > now,
        )
        .group_by(OutsideEvent.source_id)
    )
    return {row.source_id: row.number for row in rows}


def _meeting(space_ids: Sequence[int], told: Sequence[Told], actor: Actor, now: datetime) -> Meeting:
    """Return what these events meet. `told` are sorted by start."""
    intervals = [each.interval for each in told]
    found: InTheWay = would_hit(space_ids, intervals, now)
    shown = found.conflicts[:LISTED]
    return Meeting(
        hits=[_hit(each, told, actor) for each in shown],
        more=len(found.conflicts) - len(shown),
        promised=len(found.promised),
        closures=closures_met(space_ids, intervals, now),
    )


def _hit(conflict: Conflict, told: Sequence[Told], actor: Actor) -> Hit:
    date = conflict.occurrence
    who, title, reference = told_of(date.reservation, date.title, actor)
    use = Interval(date.starts_at, date.ends_at)
    return Hit(
        start=date.starts_at,
        end=date.ends_at,
        room=room_name(room_of(date.room_id)),
        state=date.state,
        who=who,
        title=title,
        reference=reference,
        part=conflict.part,
        hold="kept" if not conflict.is_pending else "asked" if date.claim_id is None else "held",
        id=date.id,
        mine=policy.decides(date.reservation, actor),
        event=next((each for each in told if each.interval.overlaps(use)), None),
    )
