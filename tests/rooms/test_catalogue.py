"""The catalogue kept in memory is always the one in force in the caller's transaction."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from booking.app import create_app
from booking.db import in_transaction
from booking.errors import NotFound
from booking.extensions import db
from booking.rooms import catalogue as kept
from booking.rooms.catalogue import catalogue
from booking.rooms.models import OpeningExceptionRow, OpeningHoursRow, Room, RoomFeature
from booking.timetable.openings import OpeningException, Weekly
from tests.factories.rooms import make_divisible_hall, make_opening_exception, make_room
from tests.support.settings import settings_for


def facts(room: Room) -> Any:
    return catalogue().by_id[room.id]


def test_the_same_catalogue_is_given_until_something_changes(session: Any) -> None:
    room = make_room()
    first = catalogue()
    assert catalogue() is first
    room.capacity = 33
    session.flush()
    assert catalogue() is not first
    assert facts(room).capacity == 33


def test_every_part_of_a_room_is_seen_when_it_changes(session: Any) -> None:
    room = make_room(features={"piano": True}, hours=[(0, 600, 900)])
    changes: list[tuple[Callable[[], object], Callable[[Any], object], object]] = [
        (lambda: setattr(room, "turnaround_minutes", 45), lambda it: it.rules.turnaround_minutes, 45),
        (lambda: setattr(room.venue, "district", "Vuoksenniska"), lambda it: it.district, "Vuoksenniska"),
        (lambda: setattr(room.owner, "name", "Uusi nimi"), lambda it: it.owner, "Uusi nimi"),
        (lambda: setattr(room.features[0], "present", False), lambda it: it.features["piano"].present, False),
        (
            lambda: room.features.append(RoomFeature(feature="lift", present=True)),
            lambda it: sorted(it.features),
            ["lift", "piano"],
        ),
        (
            lambda: setattr(room.opening_hours[0], "closes", 1000),
            lambda it: it.hours.weekly,
            (Weekly(0, 600, 1000),),
        ),
        (
            lambda: setattr(room, "opening_hours", [OpeningHoursRow(weekday=6, opens=0, closes=60)]),
            lambda it: it.hours.weekly,
            (Weekly(6, 0, 60),),
        ),
        (
            lambda: room.opening_exceptions.append(OpeningExceptionRow(on_date=date(2027, 5, 1))),
            lambda it: it.hours.exceptions,
            (OpeningException(date(2027, 5, 1), ()),),
        ),
    ]
    for change, look, expected in changes:
        before = look(facts(room))
        change()
        session.flush()
        assert look(facts(room)) == expected != before


def test_a_change_that_is_undone_is_not_seen_again(session: Any) -> None:
    room = make_room(capacity=10)
    session.commit()
    first = facts(room)
    attempt = session.begin_nested()
    room.capacity = 99
    session.flush()
    assert facts(room).capacity == 99
    attempt.rollback()
    assert facts(room) == first
    room.capacity = 50
    session.flush()
    assert facts(room).capacity == 50


def test_only_published_rooms_are_found_by_their_address(session: Any) -> None:
    published, draft, retired = make_room(), make_room(state="draft"), make_room(state="retired")
    rooms = catalogue()
    assert [room.id for room in rooms.rooms] == [published.id]
    assert rooms.room(published.slug).id == published.id
    for hidden in (draft, retired):
        with pytest.raises(NotFound):
            rooms.room(hidden.slug)
        assert rooms.by_id[hidden.id].slug == hidden.slug  # old reservations still name it


def test_a_hall_shares_with_its_halves_and_nobody_else(session: Any) -> None:
    halves = make_divisible_hall()
    alone = make_room()
    rooms = catalogue()
    shared = {room.id: [each.id for each in rooms.sharing(rooms.by_id[room.id])] for room in (*halves, alone)}
    a, b, whole = (room.id for room in halves)
    assert shared == {a: [a, whole], b: [b, whole], whole: [a, b, whole], alone.id: [alone.id]}


def test_several_openings_of_an_exceptional_date_are_one_exception(session: Any) -> None:
    room = make_room()
    make_opening_exception(room, date(2027, 5, 2), (900, 1000), (600, 700))
    make_opening_exception(room, date(2027, 5, 1))
    assert facts(room).hours.exceptions == (
        OpeningException(date(2027, 5, 1), ()),
        OpeningException(date(2027, 5, 2), ((600, 700), (900, 1000))),
    )


def test_a_process_sees_what_another_one_changed(
    fresh_database: Callable[[str], str], backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two applications on one database stand for two processes, each with what it keeps."""
    url = fresh_database(backend)
    here, there = (create_app(settings_for(url, tmp_path / name)) for name in ("here", "there"))
    with here.app_context():
        slug = in_transaction(lambda: make_room(capacity=10).slug)
        assert catalogue().room(slug).capacity == 10
    mine, others = kept._kept, {}
    monkeypatch.setattr(kept, "_kept", others)
    with there.app_context():
        room = catalogue().room(slug)
        in_transaction(lambda: setattr(db.session.get_one(Room, room.id), "capacity", 77))
    monkeypatch.setattr(kept, "_kept", mine)
    with here.app_context():
        assert catalogue().room(slug).capacity == 77
    for app in (here, there):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
