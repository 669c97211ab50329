"""Calendars from outside: add, change, pause and remove them, and take in what they tell.

Every function works in the caller's transaction and flushes; nothing is fetched or read in it
(`outside.sync`). What is refused: NotFound, also for another owner's; Forbidden for whom does not keep the
room's owner's rooms; RuleViolation.
"""

import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.calendars.outside import applying
from booking.calendars.outside.applying import Applied
from booking.calendars.outside.models import (
    CALENDAR_NAME_LENGTH,
    FILE_NAME_LENGTH,
    OutsideClash,
    OutsideFile,
    OutsideSource,
)
from booking.calendars.outside.readings import Problem, Reading, Rules
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.reservations.changes import lock_rooms, room_of
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts

LEASE: Final = timedelta(minutes=2)  # longer than fetching and reading may take together
USUAL_WAIT: Final = timedelta(minutes=30)
FIRST_WAIT: Final = timedelta(minutes=15)  # after a failure; doubled by each in a row
LONGEST_WAIT: Final = timedelta(hours=24)
MOST_PROBLEMS: Final = 100  # of one reading, kept to be shown
_JITTER: Final = 0.2  # so that what failed together does not come back together
_LONGEST_PARAMETER: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a keeper asks for: a calendar at an address, or the file of this name, blocks a room."""

    room_id: int
    address: str
    file_name: str
    rules: Rules
    is_public: bool


@dataclass(frozen=True, slots=True)
class Got:
    """What came of asking. `reading` None: it has not changed. `content`: of a file that was sent in."""

    reading: Reading | None
    etag: str = ""
    last_modified: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that is being asked for. `content` is that of a file; else there is an address."""

    source_id: int
    generation: int
    address: str
    etag: str
    last_modified: str
    rules: Rules
    content: bytes | None = None
    accept_empty: bool = False


def checked(wanted: Wanted, actor: Actor) -> RoomFacts:
    """Return the room, once the person may have a calendar block it. Raises NotFound, Forbidden."""
    room = catalogue().by_id.get(wanted.room_id)
    if room is None:
        raise NotFound("unknown_room")
    if not actor.has(Right.KEEP_ROOMS, room.owner_id):
        raise Forbidden
    return room


def add(wanted: Wanted, got: Got, *, actor: Actor, now: datetime) -> OutsideSource:
    """Have a calendar block a room from now on, with what it told just now; return it."""
    room = checked(wanted, actor)
    lock_rooms([room])
    source = OutsideSource(
        room_id=room.id,
        address="",
        file_name="",
        all_day=wanted.rules.all_day,
        transparent=wanted.rules.transparent,
        is_public=wanted.is_public,
        generation=1,
        created_by_id=actor.user_id,
        created_at=now,
        failures=0,
        etag="",
        last_modified="",
        name="",
        problems=[],
        failing=[],
    )
    db.session.add(source)
    db.session.flush()
    _record("add", source, actor, now, room=room.id, from_file=not wanted.address)
    _point(source, wanted, got)
    _take_in(source, got, now=now, actor_id=actor.user_id, accept_empty=True)
    return source


def change(source_id: int, wanted: Wanted, got: Got | None, *, actor: Actor, now: datetime) -> OutsideSource:
    """Give a calendar another address, file or rules, with what it told just now by these rules.

    `got` None: only who sees the titles changes. The room stays.
    """
    source = for_change(source_id, actor)
    source.generation += 1
    if source.is_public != wanted.is_public:
        source.is_public = wanted.is_public
        applying.show(source, is_public=wanted.is_public, now=now)
    _record("change", source, actor, now, is_public=wanted.is_public)
    if got is not None:
        source.all_day, source.transparent = wanted.rules.all_day, wanted.rules.transparent
        _point(source, wanted, got)
        _take_in(source, got, now=now, actor_id=actor.user_id, accept_empty=True)
    db.session.flush()
    return source


def pause(source_id: int, *, actor: Actor, now: datetime) -> OutsideSource:
    """Ask for a calendar no more until `resume`; what it blocks stays blocked."""
    source = for_change(source_id, actor)
    source.generation += 1
    source.next_attempt_at = None
    _record("pause", source, actor, now)
    return source


def resume(source_id: int, *, actor: Actor, now: datetime) -> OutsideSource:
    """Ask for a paused calendar again, at once."""
    source = for_change(source_id, actor)
    source.generation += 1
    source.next_attempt_at, source.failures = now, 0
    _record("resume", source, actor, now)
    return source


def remove(source_id: int, *, actor: Actor, now: datetime) -> None:
    """Do without a calendar: what it blocks from now on is given back, its address is forgotten."""
    source = for_change(source_id, actor)
    applying.drop_all(source, now=now)
    for table in (OutsideClash, OutsideFile):
        db.session.execute(delete(table).where(table.source_id == source.id))
    source.generation += 1
    source.removed_at, source.next_attempt_at = now, None
    source.address = source.etag = source.last_modified = ""
    source.problems, source.failing = [], []
    _record("remove", source, actor, now)


def ask_now(source_id: int, *, actor: Actor, now: datetime, accept_empty: bool = False) -> Asked:
    """Take a calendar to be asked for at once, whenever it was due. `accept_empty`: even if nothing is left.

    Who asked for it before and has no answer yet is too late.
    """
    source = for_change(source_id, actor)
    if accept_empty:
        _record("accept_empty", source, actor, now)
    return begin_asking(source, now, accept_empty=accept_empty)


def begin_asking(source: OutsideSource, now: datetime, *, accept_empty: bool = False) -> Asked:
    """Lease a source to whoever asks for it; what is asked for conditionally was read today."""
    source.generation += 1
    if source.next_attempt_at is not None:
        source.next_attempt_at = now + LEASE
    db.session.flush()
    # with each day the window reaches further, so once a day all of it is asked for and read
    same = source.read_at is not None and source.read_at.date() == now.date() and not accept_empty
    return Asked(
        source_id=source.id,
        generation=source.generation,
        address=source.address,
        etag=source.etag if same else "",
        last_modified=source.last_modified if same else "",
        rules=source.rules,
        content=content_of(source),
        accept_empty=accept_empty,
    )


def take_in(asked: Asked, got: Got, *, now: datetime) -> Applied | None:
    """Take in what came of asking, None if the source has been changed, asked anew or removed meanwhile."""
    source = _asked_for(asked)
    return _take_in(source, got, now=now, accept_empty=asked.accept_empty) if source else None


def note_failure(asked: Asked, problems: Iterable[Problem], *, now: datetime) -> bool:
    """Write down why nothing usable came: what is blocked stays, and it is tried again later.

    False if the source has been changed, asked for anew or removed meanwhile.
    """
    source = _asked_for(asked)
    if source is None:
        return False
    source.failures += 1
    source.failing_since = source.failing_since or now
    source.failing = _stored(problems)
    if source.next_attempt_at is not None:
        source.next_attempt_at = now + wait_after(source.failures, random.random())
    db.session.flush()
    return True


def wait_after(failures: int, chance: float) -> timedelta:
    """Return the wait after so many failures in a row: 15 minutes, doubling to a day, give or take a fifth.

    `chance` is from 0 to 1.
    """
    wait = min(FIRST_WAIT * float(2 ** min(failures - 1, 20)), LONGEST_WAIT)
    return wait * (1 + _JITTER * (2 * chance - 1))


def content_of(source: OutsideSource | None) -> bytes | None:
    """Return the file that a calendar was read from, None where it has an address."""
    stored = db.session.get(OutsideFile, source.id) if source is not None and not source.address else None
    return zlib.decompress(stored.content) if stored else None


def is_only_shown_otherwise(source: OutsideSource, wanted: Wanted, content: bytes | None) -> bool:
    """Say whether nothing but who sees the titles would change: then nothing has to be read for it."""
    return content is None and (source.address, source.rules) == (wanted.address, wanted.rules)


def find(source_id: int, actor: Actor) -> OutsideSource:
    """Return a calendar that the person keeps. Raises NotFound, also for another owner's or one removed."""
    source = db.session.scalar(_query(source_id))
    if source is None or not actor.has(Right.KEEP_ROOMS, room_of(source.room_id).owner_id):
        raise NotFound("unknown_outside_source")
    return source


def for_change(source_id: int, actor: Actor) -> OutsideSource:
    """Return a calendar as it stands under the locks of its room and its own. Raises NotFound."""
    source = _locked(find(source_id, actor))
    if source is None:
        raise NotFound("unknown_outside_source")
    return source


def _asked_for(asked: Asked) -> OutsideSource | None:
    found = db.session.scalar(_query(asked.source_id))
    source = _locked(found) if found is not None else None
    return source if source is not None and source.generation == asked.generation else None


def _locked(source: OutsideSource) -> OutsideSource | None:
    """Return the source as it stands once nobody else touches it or its room; None when it is removed."""
    lock_rooms([room_of(source.room_id)])
    # its own row too: who leases a source holds no room
    return db.session.scalar(_query(source.id).with_for_update(of=OutsideSource))


def _query(source_id: int) -> Select[OutsideSource]:
    return (
        select(OutsideSource)
        .where(OutsideSource.id == source_id, OutsideSource.removed_at.is_(None))
        .options(joinedload(OutsideSource.created_by))
        .execution_options(populate_existing=True)
    )


def _point(source: OutsideSource, wanted: Wanted, got: Got) -> None:
    """Write where a calendar is: at its address, or in the file that was sent in."""
    if wanted.address != source.address:
        source.etag = source.last_modified = ""
    source.address = wanted.address
    if wanted.address:
        source.file_name = ""
        db.session.execute(delete(OutsideFile).where(OutsideFile.source_id == source.id))
    elif got.content is not None:
        source.file_name = wanted.file_name[:FILE_NAME_LENGTH]
        db.session.merge(OutsideFile(source_id=source.id, content=zlib.compress(got.content)))
    elif db.session.get(OutsideFile, source.id) is None:
        raise RuleViolation([Violation("outside_nothing_given", "address")])


def _take_in(
    source: OutsideSource, got: Got, *, now: datetime, actor_id: int | None = None, accept_empty: bool
) -> Applied:
    """Follow what was read and write down that all is well; where too little is left, say so instead."""
    applied = Applied()
    if got.reading is not None:
        applied = applying.apply(source, got.reading, now=now, actor_id=actor_id, accept_empty=accept_empty)
    source.failures, source.failing_since, source.failing = 0, None, []
    source.fetched_at = now
    if source.next_attempt_at is not None or source.read_at is None:
        wait = USUAL_WAIT if source.address else LONGEST_WAIT
        source.next_attempt_at = now + wait * (1 + _JITTER * (2 * random.random() - 1))
    if applied.emptied:
        source.emptied_at = source.emptied_at or now
        source.failing = _stored(got.reading.problems if got.reading else ())
    else:  # what has not changed is as it was when it was last believed
        source.emptied_at = None
    if got.reading is not None and not applied.emptied:
        source.read_at = now
        source.etag, source.last_modified = got.etag, got.last_modified
        source.name = got.reading.name[:CALENDAR_NAME_LENGTH]
        source.problems = _stored(got.reading.problems)
    db.session.flush()
    return applied


def _stored(problems: Iterable[Problem]) -> list[Any]:
    """Return problems as the database keeps them."""
    return [
        [
            each.line,
            each.code,
            {
                key: value if isinstance(value, int | float) else str(value)[:_LONGEST_PARAMETER]
                for key, value in each.params.items()
            },
        ]
        for each in list(problems)[:MOST_PROBLEMS]
    ]


def _record(action: str, source: OutsideSource, actor: Actor, now: datetime, **details: object) -> None:
    record(action, "outside_source", source.id, actor_id=actor.user_id, now=now, **details)
