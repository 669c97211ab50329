"""The database itself refuses an overlap and odd times, by whatever statement they come."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select, text, update
from sqlalchemy.exc import DataError, IntegrityError

from booking.occupancy.models import Occupancy
from tests.factories.reservations import EVENING, claim_spaces
from tests.factories.rooms import make_room

HOUR = timedelta(hours=1)
REFUSED = "occupancy_no_overlap"
"""In the name of PostgreSQL's constraint and in the message of SQLite's triggers."""


class Rows:
    """Raw SQL on the occupancy table of one space; times are hours after the evening's start."""

    def __init__(self, session: Any) -> None:
        room = make_room()
        self.session = session
        self.space_id = room.spaces[0].id
        self.other_space_id = make_room().spaces[0].id
        self.claim_id = claim_spaces(room, EVENING)  # hours 0 to 2
        self.is_postgres = session.get_bind().dialect.name == "postgresql"

    def moment(self, hours: float) -> str:
        """Return the SQL of a moment."""
        at = EVENING.start + hours * HOUR
        return f"'{at.isoformat()}'::timestamptz" if self.is_postgres else str(int(at.timestamp()))

    def insert(
        self, start: str, end: str, *, how: str = "INSERT INTO", tail: str = "", space: int = 0
    ) -> None:
        self.run(
            f"{how} occupancy (space_id, starts_at, ends_at, claim_id) "
            f"VALUES ({space or self.space_id}, {start}, {end}, {self.claim_id}) {tail}"
        )

    def run(self, statement: str) -> None:
        """Run a statement in a savepoint, so that the test goes on after its refusal."""
        with self.session.begin_nested():
            self.session.execute(text(statement))

    def hours(self) -> list[tuple[int, float, float]]:
        """Return what is taken of both spaces, as (space, from hour, until hour)."""
        rows = self.session.execute(
            select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at).order_by(
                Occupancy.space_id, Occupancy.starts_at
            )
        )
        return [
            (space, (start - EVENING.start) / HOUR, (end - EVENING.start) / HOUR)
            for space, start, end in rows
        ]


@pytest.fixture
def rows(session: Any) -> Rows:
    """A space taken from hour 0 to hour 2, and another one that is free."""
    return Rows(session)


OVERLAPPING = [(0, 2), (-1, 1), (1, 3), (-1, 3), (0.5, 1.5), (0, 1), (1, 2), (-5, 2.5)]
TOUCHING = [(-1, 0), (2, 3), (-3, -1), (5, 6)]


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_an_overlapping_row_is_refused(rows: Rows, start: float, end: float) -> None:
    with pytest.raises(IntegrityError, match=REFUSED if start else f"{REFUSED}|pk_occupancy|UNIQUE"):
        rows.insert(rows.moment(start), rows.moment(end))
    assert rows.hours() == [(rows.space_id, 0, 2)]


@pytest.mark.parametrize(("start", "end"), TOUCHING)
def test_a_row_beside_the_taken_time_is_let_in(rows: Rows, start: float, end: float) -> None:
    rows.insert(rows.moment(start), rows.moment(end))
    assert rows.hours() == sorted([(rows.space_id, 0, 2), (rows.space_id, start, end)])


def test_another_space_is_free_at_the_same_time(rows: Rows) -> None:
    rows.insert(rows.moment(0), rows.moment(2), space=rows.other_space_id)
    assert len(rows.hours()) == 2


@pytest.mark.parametrize(("start", "end"), OVERLAPPING)
def test_moving_a_row_onto_another_is_refused(rows: Rows, start: float, end: float) -> None:
    rows.insert(rows.moment(10), rows.moment(11))
    with pytest.raises(IntegrityError):
        rows.run(
            f"UPDATE occupancy SET starts_at = {rows.moment(start)}, ends_at = {rows.moment(end)} "
            f"WHERE starts_at = {rows.moment(10)}"
        )
    assert rows.hours() == [(rows.space_id, 0, 2), (rows.space_id, 10, 11)]


def test_stretching_a_row_over_the_next_is_refused(rows: Rows) -> None:
    rows.insert(rows.moment(3), rows.moment(4))
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(f"UPDATE occupancy SET ends_at = {rows.moment(3.5)} WHERE starts_at = {rows.moment(0)}")
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(f"UPDATE occupancy SET starts_at = {rows.moment(1)} WHERE starts_at = {rows.moment(3)}")
    with pytest.raises(IntegrityError, match=REFUSED):  # from afar, over the whole of the other
        rows.run(
            f"UPDATE occupancy SET starts_at = {rows.moment(-1)}, ends_at = {rows.moment(9)} "
            f"WHERE starts_at = {rows.moment(3)}"
        )
    assert rows.hours() == [(rows.space_id, 0, 2), (rows.space_id, 3, 4)]


def test_moving_a_row_to_a_space_that_is_taken_is_refused(rows: Rows) -> None:
    rows.insert(rows.moment(1), rows.moment(3), space=rows.other_space_id)
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(f"UPDATE occupancy SET space_id = {rows.space_id} WHERE space_id = {rows.other_space_id}")
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(f"UPDATE occupancy SET space_id = {rows.other_space_id} WHERE space_id = {rows.space_id}")


def test_a_row_may_shrink_grow_and_move_where_nothing_is(rows: Rows) -> None:
    for start, end in [(0, 1), (0, 4), (0.5, 3), (-2, 1), (7, 9)]:
        rows.run(f"UPDATE occupancy SET starts_at = {rows.moment(start)}, ends_at = {rows.moment(end)}")
        assert rows.hours() == [(rows.space_id, start, end)]


def test_two_overlapping_rows_of_one_statement_are_refused(rows: Rows) -> None:
    values = ", ".join(
        f"({rows.other_space_id}, {rows.moment(start)}, {rows.moment(end)}, {rows.claim_id})"
        for start, end in [(5, 7), (6, 8)]
    )
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(f"INSERT INTO occupancy (space_id, starts_at, ends_at, claim_id) VALUES {values}")
    assert rows.hours() == [(rows.space_id, 0, 2)]


def test_rows_copied_from_a_query_are_refused_when_they_overlap(rows: Rows) -> None:
    shift = "INTERVAL '1 hour'" if rows.is_postgres else "3600"
    with pytest.raises(IntegrityError, match=REFUSED):
        rows.run(
            "INSERT INTO occupancy (space_id, starts_at, ends_at, claim_id) "
            f"SELECT space_id, starts_at + {shift}, ends_at + {shift}, claim_id FROM occupancy"
        )


def test_the_models_are_refused_too(session: Any, rows: Rows) -> None:
    with pytest.raises(IntegrityError, match=REFUSED), session.begin_nested():
        session.add(
            Occupancy(
                space_id=rows.space_id,
                starts_at=EVENING.start + HOUR,
                ends_at=EVENING.end + HOUR,
                claim_id=rows.claim_id,
            )
        )
    rows.insert(rows.moment(5), rows.moment(6))
    later = update(Occupancy).where(Occupancy.starts_at == EVENING.start + 5 * HOUR)
    with pytest.raises(IntegrityError, match=REFUSED), session.begin_nested():
        session.execute(later.values(starts_at=EVENING.start + HOUR))


def statements(rows: Rows) -> list[tuple[str, str]]:
    """Return the ways of saying "insert, and never mind": (verb, tail)."""
    if rows.is_postgres:
        update_clause = "UPDATE SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at"
        return [
            ("INSERT INTO", "ON CONFLICT DO NOTHING"),
            ("INSERT INTO", f"ON CONFLICT (space_id, starts_at) DO {update_clause}"),
        ]
    return [
        ("INSERT OR REPLACE INTO", ""),
        ("REPLACE INTO", ""),
        ("INSERT OR IGNORE INTO", ""),
        ("INSERT OR FAIL INTO", ""),
        ("INSERT OR ABORT INTO", ""),
        ("INSERT INTO", "ON CONFLICT DO NOTHING"),
        ("INSERT INTO", "ON CONFLICT (space_id, starts_at) DO UPDATE SET ends_at = excluded.ends_at"),
    ]


@pytest.mark.parametrize(("start", "end"), [*OVERLAPPING, (-1, 9), (0, 3.5)])
def test_no_way_of_inserting_leaves_two_rows_that_overlap(rows: Rows, start: float, end: float) -> None:
    rows.insert(rows.moment(3), rows.moment(4))
    for how, tail in statements(rows):
        attempt = rows.session.begin_nested()
        with suppress(IntegrityError):
            rows.insert(rows.moment(start), rows.moment(end), how=how, tail=tail)
        (_, _, first_ends), (_, second_starts, _) = rows.hours()
        assert first_ends <= second_starts, (how, tail)
        attempt.rollback()


def test_ways_of_updating_leave_no_two_rows_that_overlap(rows: Rows) -> None:
    rows.insert(rows.moment(3), rows.moment(4))
    verbs = ["UPDATE"] if rows.is_postgres else ["UPDATE OR REPLACE", "UPDATE OR IGNORE", "UPDATE OR FAIL"]
    for verb in verbs:
        with pytest.raises(IntegrityError, match=REFUSED):
            rows.run(f"{verb} occupancy SET ends_at = {rows.moment(3.5)} WHERE starts_at = {rows.moment(0)}")
    assert rows.hours() == [(rows.space_id, 0, 2), (rows.space_id, 3, 4)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("{5}", "{5}"),
        ("{5}", "{4}"),
        ("{5}", "NULL"),
        ("NULL", "{5}"),
        ("NULL", "NULL"),
        ("{5}", "'abc'"),
        ("'abc'", "{5}"),
        ("''", "{5}"),
    ],
)
def test_a_row_without_two_ordered_times_is_refused(rows: Rows, start: str, end: str) -> None:
    fill = {f"{{{hour}}}": rows.moment(hour) for hour in (4, 5)}
    with pytest.raises((IntegrityError, DataError)):
        rows.insert(fill.get(start, start), fill.get(end, end))
    assert rows.hours() == [(rows.space_id, 0, 2)]


ODD_ON_SQLITE = ["'2027-01-01'", "'2027-01-12 16:00:00'", "'abc'", "1.5", "x'3132'", "''", "'0x10'", "1e20"]
ODD_ON_POSTGRESQL = ["'infinity'", "'-infinity'", "'abc'", "''", "'2027-02-30'"]


def test_what_is_no_moment_is_refused(rows: Rows) -> None:
    for odd in ODD_ON_POSTGRESQL if rows.is_postgres else ODD_ON_SQLITE:
        for start, end in [(odd, rows.moment(9)), (rows.moment(9), odd), (odd, odd)]:
            with pytest.raises((IntegrityError, DataError)):
                rows.insert(start, end)
        for column in ("starts_at", "ends_at"):
            with pytest.raises((IntegrityError, DataError)):
                rows.run(f"UPDATE occupancy SET {column} = {odd}")
    assert rows.hours() == [(rows.space_id, 0, 2)]


def test_a_row_belongs_to_a_space_and_a_claim_that_exist(rows: Rows) -> None:
    with pytest.raises(IntegrityError):
        rows.insert(rows.moment(5), rows.moment(6), space=987_654_321)
    with pytest.raises(IntegrityError):
        rows.run(f"UPDATE occupancy SET claim_id = 987654321 WHERE space_id = {rows.space_id}")


def test_a_claim_that_ends_takes_its_rows_with_it(rows: Rows) -> None:
    rows.run(f"DELETE FROM claims WHERE id = {rows.claim_id}")
    assert rows.hours() == []


@pytest.fixture
def bare_engine(fresh_database: Callable[[str], str], backend: str) -> Iterator[Engine]:
    """A database as an operator's own client sees it: without any of the service's code and settings."""
    engine = create_engine(fresh_database(backend))
    yield engine
    engine.dispose()


def test_a_plain_client_is_refused_too(bare_engine: Engine) -> None:
    is_postgres = bare_engine.dialect.name == "postgresql"
    if is_postgres:
        event.listen(
            bare_engine,
            "connect",
            lambda connection, record: connection.execute("SET timezone TO 'Asia/Tokyo'"),
        )
    moments = (
        [f"'2027-01-12 {hour}:00+02'" for hour in (18, 19, 20)] if is_postgres else ["1000", "2000", "3000"]
    )
    with bare_engine.begin() as connection:
        columns = "id, slug, name, district, street_address"
        connection.execute(text(f"INSERT INTO venues ({columns}) VALUES (1, 'v', 'V', '', '')"))
        connection.execute(text("INSERT INTO spaces (id, venue_id, name) VALUES (1, 1, 'S')"))
        connection.execute(text("INSERT INTO claims (id, kind) VALUES (1, 'occurrence')"))
        connection.execute(text(f"INSERT INTO occupancy VALUES (1, {moments[0]}, {moments[2]}, 1)"))
    with pytest.raises(IntegrityError, match=REFUSED), bare_engine.begin() as connection:
        connection.execute(text(f"INSERT INTO occupancy VALUES (1, {moments[1]}, {moments[2]}, 1)"))
