"""What a room's sheets of paper read, on both databases. How they look: tests/paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from booking.desk.sheets import papers
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from booking.timetable.zone import IsoWeek
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.support.statements import statements

WEEK = "2027-W02"


def evening(days: int, hour: int) -> Interval:
    start = datetime(2027, 1, 11, hour, tzinfo=UTC) + timedelta(days=days)
    return Interval(start, start + timedelta(hours=1))


def test_more_reservations_cost_no_more_statements(session: Any) -> None:
    room = make_room()
    actor = papers.VISITOR
    season = papers.season_asked("2026-winter", date(2027, 1, 1))
    costs = []
    for more in (range(1), range(1, 25)):
        for day in more:
            make_reservation(room, evening(day % 7, 6 + day // 7 * 2))
        facts = catalogue().room(room.slug)
        with statements() as sent:
            papers.week_sheet(facts, IsoWeek.parse(WEEK), NOW)
            papers.season_sheet(facts, season, actor, NOW, details=False)
        costs.append(len(sent))
    assert costs[0] == costs[1] == 4
