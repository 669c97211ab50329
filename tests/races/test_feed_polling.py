"""Ten processes poll 200 feeds while reservations change: no answer is old, and 304 when nothing is new."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.app import create_app
from booking.calendars import service
from booking.calendars.offers import private_path
from booking.clock import now
from booking.db import in_transaction
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import Wanted, change, close
from booking.extensions import db
from booking.reservations.decisions import cancel, confirm
from booking.reservations.editing.edit import Edit
from booking.reservations.editing.edit import Scope as Dates
from booking.reservations.editing.service import apply_edit
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.races.conftest import HOUR, WORKERS, day
from tests.races.feed_poller import Polling, Told, poll
from tests.support.effort import SOAK, times
from tests.support.settings import settings_for

pytestmark = pytest.mark.timeout(300)

ROOMS, CLUBS, POLLERS, WRITERS = 20, 10, 10, 2
VISITED = min(times(3), ROOMS // WRITERS)  # rooms of each writer
STEPS = 2 * times(3)
LANGUAGES = ("", "?lang=sv", "?lang=en")
OPEN: dict[str, Any] = {
    "notice_minutes": 0,
    "cancellation_days": 0,
    "longest_ahead_months": 36,
    "approval": "by_approver",
}


@dataclass(frozen=True)
class Feed:
    """A feed's address, the rooms whose reservations are in it, and what of them: requests, closures."""

    address: str
    rooms: frozenset[int]
    requests: bool = False
    closures: bool = True


@dataclass(frozen=True)
class Write:
    """What a transaction brought about: from some moment between the two on, `key` has come to `number`."""

    began: float
    ended: float
    key: tuple[str, int, int]
    number: int


@dataclass
class Place:
    """One room with a reservation that is renamed again and again; all that happens in it is of one club."""

    number: int
    room: Any
    club: str
    booker: Actor
    approver: Actor
    reference: str
    date_id: int
    closure_id: int | None = None


def test_no_poller_is_ever_told_what_is_old(
    served: Callable[..., AbstractContextManager[Any]],
    fresh_database: Callable[[str], str],
    backend: str,
    tmp_path: Path,
) -> None:
    url = fresh_database(backend)
    app = create_app(settings_for(url, tmp_path / "building"))
    places, feeds = _build(app)
    assert len(feeds) == 200
    stop = tmp_path / "stop"
    share = 1 if SOAK > 1 else POLLERS  # in the suite each feed is polled by one of them
    with (
        served(backend, database_url=url, workers=WORKERS) as server,
        ThreadPoolExecutor(WRITERS) as hands,
        multiprocessing.get_context("spawn").Pool(POLLERS) as processes,
    ):
        addresses = [feed.address for feed in feeds]
        pollings = [
            Polling(server.base_url, addresses[n % share :: share], stop, n % 2 == 0, n)
            for n in range(POLLERS)
        ]
        polled = processes.map_async(poll, pollings, chunksize=1)
        try:
            writing = [hands.submit(_write, app, places[n::WRITERS][:VISITED]) for n in range(WRITERS)]
            writes = [each for hand in writing for each in hand.result(timeout=200)]
        finally:
            stop.touch()
        told = polled.get(timeout=200)
    _check(feeds, writes, told)
    with app.app_context():
        db.engine.dispose()


def _check(feeds: list[Feed], writes: list[Write], told: list[list[Told]]) -> None:
    known = {feed.address: feed for feed in feeds}
    bytes_of: dict[tuple[str, str], str] = {}
    unchanged = 0
    for answers in told:
        by_address: dict[str, list[Told]] = {}
        for each in answers:
            assert bytes_of.setdefault((each.address, each.tag), each.digest) == each.digest
            by_address.setdefault(each.address, []).append(each)
            _check_true(known[each.address], each, writes)
        for address, history in by_address.items():
            for before, after in pairwise(history):
                concerned = [each for each in writes if each.key[1] in known[address].rooms]
                quiet = not any(
                    each.ended >= before.asked_at and each.began <= after.told_at for each in concerned
                )
                assert after.status == 304 or not quiet, f"{address}: 200 although nothing changed"
                unchanged += after.status == 304
    assert unchanged > 100
    assert len(set(bytes_of.values())) > len(feeds), "they have changed"


def _check_true(feed: Feed, told: Told, writes: list[Write]) -> None:
    """What is told was true at some moment between the question and the answer, a 304 too."""
    least: dict[tuple[str, int, int], int] = {}
    most: dict[tuple[str, int, int], int] = {}
    for write in writes:
        word, room, rank = write.key
        if (
            room not in feed.rooms
            or (rank == 0 and not feed.requests)
            or (word == "Sulku" and not feed.closures)
        ):
            continue
        if write.ended <= told.asked_at:
            least[write.key] = max(least.get(write.key, 0), write.number)
        if write.began <= told.told_at:
            most[write.key] = max(most.get(write.key, 0), write.number)
    old = {key: number for key, number in least.items() if told.marks.get(key, 0) < number}
    assert not old, f"{feed.address} answered {told.status} with {told.marks}, older than {old}"
    early = {key: number for key, number in most.items() if told.marks.get(key, 0) > number}
    assert not early, f"{feed.address} tells what nobody has written yet: {early}"


def _write(app: Any, places: list[Place]) -> list[Write]:
    """Do one thing after the other in these rooms; return what was done and when."""
    done: list[Write] = []

    def step(key: tuple[str, int, int], number: int, work: Callable[[], Any]) -> Any:
        began = time.monotonic()
        result = in_transaction(work)
        done.append(Write(began, time.monotonic(), key, number))
        return result

    with app.app_context():
        try:
            for count in range(STEPS):
                _in_room(places[count % len(places)], 1 + count // len(places), step)
        finally:
            db.session.remove()
    return done


def _in_room(place: Place, number: int, step: Callable[..., Any]) -> None:
    """Rename a reservation and a closure, ask for another date, have it confirmed, and cancel it."""
    name, room = f"{place.number}-{number}", place.number

    def ask() -> str:
        use = Interval(day(number), day(number) + HOUR)
        request = request_for(
            place.room, use, organisation_slug=place.club, title=f"Uusi {name}", visibility="public"
        )
        return request_reservation(request, actor=place.booker, now=now()).reference

    def shut() -> int:
        span = Interval(day(0) + 5 * HOUR, day(0) + 6 * HOUR)
        wanted = Wanted("closure", f"Sulku {name}", True, (place.room.id,), Plan.of_span(span))
        if place.closure_id is None:
            return close(wanted, actor=place.approver, now=now()).id
        return change(place.closure_id, wanted, actor=place.approver, now=now()).id

    edit = Edit(Dates.ALL, place.date_id, title=f"Luku {name}")
    step(("Luku", room, 1), number, lambda: apply_edit(place.reference, edit, actor=place.booker, now=now()))
    reference = step(("Uusi", room, 0), number, ask)
    step(("Uusi", room, 1), number, lambda: confirm(reference, None, actor=place.approver, now=now()))
    place.closure_id = step(("Sulku", room, 1), number, shut)
    step(("Uusi", room, 2), number, lambda: cancel(reference, None, "", actor=place.booker, now=now()))


@dataclass(frozen=True)
class RoomKnown:
    """What a request needs to know of a room, without a session."""

    id: int
    slug: str


def _build(app: Any) -> tuple[list[Place], list[Feed]]:
    with app.app_context():
        owners = [make_organisation(kind="city"), make_organisation(kind="parish")]
        approvers = [make_member(owner, Role.APPROVER) for owner in owners]
        clubs = [make_organisation() for _ in range(CLUBS)]
        bookers = [make_member(club, Role.BOOKER) for club in clubs]
        places = []
        for number in range(ROOMS):
            owner, club = number % 2, number % CLUBS
            room = make_room(owner=owners[owner], **OPEN)
            made = make_reservation(
                room,
                Interval(day(0), day(0) + HOUR),
                booker=bookers[club],
                organisation=clubs[club],
                created_at=now(),
            )
            known = RoomKnown(room.id, room.slug)
            people = (acting(bookers[club]), acting(approvers[owner]))
            places.append(
                Place(number, known, clubs[club].slug, *people, made.reference, made.occurrences[0].id)
            )
        feeds = [
            *_public(places, [owner.slug for owner in owners], [club.slug for club in clubs]),
            *_secret(clubs, owners, approvers),
        ]
        db.session.commit()
        db.session.remove()
    return places, feeds


def _public(places: list[Place], owners: list[str], clubs: list[str]) -> list[Feed]:
    """99 feeds."""
    every = frozenset(range(ROOMS))
    found = []
    for lang in LANGUAGES:
        found.append(Feed(f"/calendars/all.ics{lang}", every))
        found += [
            Feed(f"/calendars/rooms/{place.room.slug}.ics{lang}", frozenset({place.number}))
            for place in places
        ]
        found += [
            Feed(f"/calendars/owners/{slug}.ics{lang}", every & frozenset(range(n, ROOMS, 2)))
            for n, slug in enumerate(owners)
        ]
        found += [
            Feed(
                f"/calendars/organisations/{slug}.ics{lang}",
                frozenset(range(n, ROOMS, CLUBS)),
                closures=False,
            )
            for n, slug in enumerate(clubs)
        ]
    return found


def _secret(clubs: list[Any], owners: list[Any], approvers: list[Any]) -> list[Feed]:
    """101 feeds: two for each owner's approver and language less one, the rest for the clubs' members."""

    def path(user: Any, kind: str, organisation: Any) -> str:
        made = service.create(kind, organisation.id if organisation else None, actor=acting(user), now=now())
        return private_path(service.token_of(made))

    found = [
        Feed(path(approver, "approver", owner) + lang, frozenset(range(n, ROOMS, 2)), requests=True)
        for n, (owner, approver) in enumerate(zip(owners, approvers, strict=True))
        for lang in LANGUAGES
    ]
    for n, club in enumerate(clubs):
        rooms = frozenset(range(n, ROOMS, CLUBS))
        for user in (make_member(club), make_member(club)):
            for kind, whose in (("mine", None), ("organisation", club)):
                address = path(user, kind, whose)
                languages = LANGUAGES if kind == "mine" else LANGUAGES[:2]
                found += [Feed(address + lang, rooms, requests=True, closures=False) for lang in languages]
    return found[:101]
