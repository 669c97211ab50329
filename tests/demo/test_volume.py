"""Many reservations: reproducible, without an overlap, and such as the services would have left them."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from booking.clock import now, zone
from booking.db import in_transaction
from booking.demo.load import load
from booking.demo.volume import AlreadyFilled, Filled, TooMany, fill
from booking.occupancy.models import Claim, Occupancy
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.writing import REFERENCE_ALPHABET
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from booking.timetable.openings import is_open
from booking.timetable.zone import to_wall
from booking.versions.service import Scope, current


def overlaps(session: Any) -> int:
    other = aliased(Occupancy)
    found = (
        select(func.count())
        .select_from(Occupancy)
        .join(
            other,
            (Occupancy.space_id == other.space_id)
            & (Occupancy.starts_at < other.starts_at)
            & (Occupancy.ends_at > other.starts_at),
        )
    )
    return int(session.scalar(found))


def written(session: Any) -> list[tuple[Any, ...]]:
    rows = session.query(Occurrence.starts_at, Occurrence.ends_at, Reservation.reference, Reservation.title)
    return [tuple(row) for row in rows.join(Reservation).order_by(Occurrence.id)]


def test_it_writes_just_so_many_that_do_not_overlap(session: Any) -> None:
    assert fill(reservations=3000, rooms=8, years=[2027]) == Filled(3000, 8)
    for model in (Reservation, Occurrence, Claim, Occupancy):
        assert session.query(model).count() == 3000
    assert overlaps(session) == 0
    assert len({reference for _, _, reference, _ in written(session)}) == 3000


def test_each_use_lies_in_its_year_and_its_rooms_hours(session: Any) -> None:
    fill(reservations=500, rooms=6, years=[2026])
    for occurrence in session.query(Occurrence):
        room = catalogue().by_id[occurrence.room_id]
        assert is_open(room.hours, Interval(occurrence.starts_at, occurrence.ends_at), zone())
        start = to_wall(occurrence.starts_at, zone())
        assert start.year == 2026
        assert start.minute % 30 == 0
        assert occurrence.turnaround_minutes == room.rules.turnaround_minutes


def test_evenings_and_weekdays_are_busier(session: Any) -> None:
    fill(reservations=4000, rooms=10, years=[2027])
    starts = [to_wall(start, zone()) for (start,) in session.query(Occurrence.starts_at)]
    assert sum(start.hour >= 16 for start in starts) > len(starts) / 2
    days = Counter(start.weekday() for start in starts)
    assert min(days[day] for day in range(4)) > max(days[5], days[6])


def test_the_same_seed_gives_the_same_year(session: Any) -> None:
    fill(reservations=300, rooms=4, years=[2027], seed=7)
    first = written(session)
    for model in (Occurrence, Reservation, Occupancy, Claim):
        session.query(model).delete()
    session.commit()
    fill(reservations=300, rooms=4, years=[2027], seed=7)
    assert written(session) == first


def test_the_same_year_is_filled_once(session: Any) -> None:
    fill(reservations=50, rooms=4, years=[2027])
    with pytest.raises(AlreadyFilled):
        fill(reservations=60, rooms=4, years=[2027])
    assert session.query(Reservation).count() == 50


def test_more_than_fit_are_refused_and_nothing_is_written(session: Any) -> None:
    with pytest.raises(TooMany, match="do not fit"):
        fill(reservations=20_000, rooms=1, years=[2027])
    assert session.query(Reservation).count() == 0


def test_very_many_make_the_uses_shorter(session: Any) -> None:
    fill(reservations=4000, rooms=1, years=[2027])
    longest = max(row.ends_at - row.starts_at for row in session.query(Occurrence))
    assert longest.total_seconds() <= 3600
    assert overlaps(session) == 0


def test_it_fits_in_beside_what_is_booked_already_and_leaves_it_alone(session: Any) -> None:
    moment = now()
    in_transaction(lambda: load(password_hash="hash", now=moment))
    before = session.query(Reservation).count()
    fill(reservations=4000, rooms=24, years=[moment.year, moment.year + 1])
    assert session.query(Reservation).count() == before + 4000
    assert overlaps(session) == 0


def test_calendars_know_that_they_have_changed(session: Any) -> None:
    fill(reservations=50, rooms=4, years=[2027])
    room_ids = [room.id for room in catalogue().rooms]
    assert set(current(Scope.ROOM, room_ids).values()) == {1}


def test_later_reservations_get_numbers_of_their_own(session: Any) -> None:
    fill(reservations=50, rooms=4, years=[2027])
    session.add(Claim(kind="occurrence"))
    session.flush()
    assert session.query(Claim).count() == 51


def test_references_are_such_as_people_can_read_out(session: Any) -> None:
    fill(reservations=50, rooms=4, years=[2027])
    for _, _, reference, _ in written(session):
        assert len(reference) == 8
        assert set(reference) <= set(REFERENCE_ALPHABET)
