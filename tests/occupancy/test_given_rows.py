"""Rows brought by a question: they arrive as they were, and the statement is compiled once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from booking.occupancy.given_rows import table_of
from booking.occupancy.queries import held_within, taken_dates, taken_rows
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING
from tests.factories.rooms import make_room
from tests.support.effort import times
from tests.support.statements import statements

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


def test_what_is_brought_is_what_arrives(session: Any) -> None:
    @settings(max_examples=times(20))
    @given(st.lists(st.tuples(st.integers(0, 2**31 - 1), MOMENTS, MOMENTS), max_size=30))
    def arrives(rows: list[tuple[int, datetime, datetime]]) -> None:
        table = table_of("brought", numbers="n", moments="starts_at ends_at")
        asked = select(table.c.n, table.c.starts_at, table.c.ends_at)
        found = session.execute(asked, {"brought": rows}).all()
        assert sorted(map(tuple, found)) == sorted(rows)

    arrives()


def test_the_statement_is_the_same_for_one_row_and_for_many_and_is_kept_compiled(session: Any) -> None:
    room = make_room()
    space_ids = [space.id for space in room.spaces]
    sent = []
    for number in (1, 200):
        wanted = [(space_ids[0], EVENING)] * number
        with statements() as texts:
            taken_rows(wanted)
            held_within(wanted)
            taken_dates([room.id], [EVENING] * number)
            taken_dates([room.id], [EVENING] * number, besides=[7])
        sent.append(texts)
    assert sent[0] == sent[1]
    assert len(sent[0]) == 4


def test_a_statement_with_rows_has_a_key_to_be_kept_by() -> None:
    table = table_of("brought", numbers="n", moments="at")
    assert select(table.c.n, table.c.at)._generate_cache_key() is not None


def test_a_naive_moment_is_refused(session: Any) -> None:
    table = table_of("brought", numbers="n", moments="at")
    with pytest.raises(StatementError, match="an aware datetime is needed"):
        session.execute(select(table.c.at), {"brought": [(1, datetime(2027, 1, 1))]})  # noqa: DTZ001


def test_asking_about_no_date_asks_nothing(session: Any) -> None:
    room = make_room()
    with statements() as sent:
        assert taken_rows([]) == set()
        assert held_within([]) == []
        assert taken_dates([room.id], []) == {}
    assert sent == []
    assert taken_rows([(room.spaces[0].id, Interval(EVENING.start, EVENING.end))]) == set()
