"""Three hundred requests are one page: few statements, few bytes; more are more pages."""

import gzip
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from booking.audit.models import AuditEntry
from booking.desk.approvals.groups import queue
from booking.desk.approvals.listing import REQUESTS_A_PAGE, Asked
from booking.desk.approvals.publishing import add_starters
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.interval import Interval
from tests.desk.approvals.test_deciding_pages import text_of
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.offering import HOUR, WEEK
from tests.reservations.town import Town
from tests.support.statements import statements

LIGHTEST_PROMISED = 60_000  # bytes on the wire
FIRST = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def fill(session: Any, town: Town, uses: Sequence[Sequence[Interval]], *, clubs: int = 60) -> None:
    """Have a request for each of these lists of uses, in rooms of the city, by many different clubs."""
    bookers = [
        (make_organisation(name=f"Harrastajayhdistys {n * 7919 % 9973}", district="Rautio"), make_user())
        for n in range(clubs)
    ]
    rooms = [make_room(owner=town.owner, capacity=40 + n, name=f"Sali {n}") for n in range(10)]
    requests, dates = [], []
    for number, wanted in enumerate(uses, start=100_000):
        club, user = bookers[number % clubs]
        requests.append(
            {
                "id": number,
                "reference": f"{number * 48271 % 2147483647:08X}"[-8:],
                "room_id": rooms[number // 2 % 10].id,
                "organisation_id": club.id,
                "booker_id": user.id,
                "title": f"Harjoitus {number * 31 % 977}",
                "purpose": "training",
                "visibility": "public",
                "people": 10 + number % 25,
                "responsible": "Vastuuhenkilö",
                "note": "Tulemme jo puoli tuntia aiemmin." if number % 3 == 0 else "",
                "terms_version": 1,
                "pattern": None,
                "created_at": NOW - timedelta(hours=number % 200),
                "changed_at": NOW,
            }
        )
        dates += [_date(number, n, requests[-1]["room_id"], use) for n, use in enumerate(wanted)]
    session.execute(insert(Reservation), requests)
    session.execute(insert(Occurrence), dates)
    session.flush()


def _date(reservation_id: int, number: int, room_id: int, use: Interval) -> dict[str, Any]:
    return {
        "reservation_id": reservation_id,
        "room_id": room_id,
        "slot_starts_at": use.start,
        "starts_at": use.start,
        "ends_at": use.end,
        "turnaround_minutes": 0,
        "state": "pending",
        "uid": f"{reservation_id}-{number}@example.org",
        "created_at": NOW,
        "changed_at": NOW,
    }


def slot(number: int) -> Interval:
    """Return a time of its own for every twenty requests, two hours long."""
    start: datetime = FIRST + timedelta(hours=3 * (number // 20))
    return Interval(start, start + 2 * HOUR)


def clear(number: int) -> list[list[Interval]]:
    """Return so many single uses none of which competes: in pairs of one room an hour apart."""
    return [[slot(n) if n % 2 else slot(n).shift(2000 * HOUR)] for n in range(number)]


def pairs(number: int) -> list[list[Interval]]:
    """Return so many single uses that compete in pairs."""
    return [[slot(n)] for n in range(number)]


def series(number: int) -> list[list[Interval]]:
    """Return so many series of twelve weeks that compete in pairs."""
    return [[slot(n).shift(week * WEEK) for week in range(12)] for n in range(number)]


@pytest.mark.parametrize("kind", [clear, pairs, series])
def test_three_hundred_requests_are_a_light_page_of_as_many_statements_as_three(
    session: Any, client: Any, town: Town, kind: Callable[[int], list[list[Interval]]]
) -> None:
    add_starters(town.owner.slug, actor=acting(town.approver), now=NOW)
    client.sign_in(town.approver)

    def opened() -> tuple[int, bytes]:
        session.expire_all()
        with statements() as sent:
            answer = client.get("/approvals")
        assert answer.status_code == 200
        return len(sent), answer.get_data()

    fill(session, town, kind(4))
    few, _page = opened()
    session.execute(Occurrence.__table__.delete())
    session.execute(Reservation.__table__.delete())
    fill(session, town, kind(300))
    many, page = opened()
    assert many == few
    assert page.count(b"data-claim") == 300
    assert len(gzip.compress(page, 6)) < LIGHTEST_PROMISED


def test_more_than_a_page_goes_on_and_no_rivals_are_parted(session: Any, town: Town) -> None:
    fill(session, town, pairs(REQUESTS_A_PAGE + 11))
    approver = acting(town.approver)
    pages = [queue(approver, NOW, Asked(page=number)) for number in (1, 2)]
    shown = [[item.reference for group in page.groups for item in group.requests] for page in pages]
    assert [len(each) for each in shown] == [REQUESTS_A_PAGE, 11]
    assert not set(shown[0]) & set(shown[1])
    assert [len(group.requests) for page in pages for group in page.groups].count(1) == 1  # the odd one
    assert (pages[1].page.pages, pages[1].page.total, pages[1].waiting) == (2, 311, 311)
    assert queue(approver, NOW, Asked(page=99)).page.number == 2


def test_the_queue_is_narrowed_and_sorted(session: Any, client: Any, town: Town) -> None:
    fill(session, town, [*pairs(4), [slot(400)]])
    approver = acting(town.approver)

    def sizes(**asked: Any) -> list[int]:
        return [len(group.requests) for group in queue(approver, NOW, Asked(**asked)).groups]

    assert sorted(sizes()) == [1, 2, 2]
    assert sizes(show="competing") == [2, 2]
    assert sizes(show="clear") == [1]
    ages = [group.requests[0].sent_at for group in queue(approver, NOW, Asked(order="age")).groups]
    assert ages == sorted(ages)
    client.sign_in(town.approver)
    text = text_of(client.get("/approvals?show=competing&place=eiole&order=x"))
    assert "Valitse jokin vaihtoehdoista." in text
    assert "2 pyyntöä kilpailee" in text
    assert "Mikään pyyntö ei sovi rajauksiin." in text_of(client.get("/approvals?show=long"))


def test_long_waiting_is_three_days_to_the_second(session: Any, town: Town) -> None:
    fill(session, town, [[slot(0)]])
    session.query(Reservation).one().created_at = NOW - timedelta(days=3) + timedelta(seconds=1)
    session.flush()
    assert not queue(acting(town.approver), NOW, Asked(show="long")).groups
    assert queue(acting(town.approver), NOW + timedelta(seconds=1), Asked(show="long")).groups
    assert session.query(AuditEntry).count() == 0
