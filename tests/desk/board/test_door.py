"""The display beside a door: what it shows anyone, by the moment."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.desk.board.door import Door, door_of
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.blocks import make_block
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import every_day, make_room
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements

HOUR = timedelta(hours=1)
NOON = datetime(2027, 1, 12, 10, tzinfo=UTC)  # Tuesday 12:00 in Helsinki


def a_room(**changes: Any) -> Room:
    return make_room(name="Karelia-sali", slug="karelia", hours=every_day(8 * 60, 22 * 60), **changes)


def door(room: Room, at: datetime) -> Door:
    return door_of(catalogue().room(room.slug), at)


def told(shown: Any) -> tuple[int, int, str, str]:
    """Return when it begins and ends on the clock of Helsinki, how it stands and what it says."""
    return ((shown.start + 2 * HOUR).hour, (shown.end + 2 * HOUR).hour, shown.state, shown.label)


def test_it_says_what_is_now_next_and_later_today(session: Any) -> None:
    room, choir = a_room(), make_organisation(name="Kuoro")
    make_reservation(room, EVENING, organisation=choir, title="Harjoitus")
    shown = door(room, NOON)
    assert told(shown.now) == (8, 18, "free", "")
    assert told(shown.next) == (18, 20, "taken", "Kuoro, Harjoitus")
    assert [told(each) for each in shown.rest] == [
        (18, 20, "taken", "Kuoro, Harjoitus"),
        (20, 22, "free", ""),
        (22, 8, "closed", ""),
    ]


def test_now_moves_on_at_the_very_moment(session: Any) -> None:
    room = a_room()
    make_reservation(room, EVENING, title="Harjoitus")
    second = timedelta(seconds=1)
    assert door(room, EVENING.start - second).now.state == "free"
    assert door(room, EVENING.start).now.state == "taken"
    assert door(room, EVENING.end - second).now.state == "taken"
    assert door(room, EVENING.end).now.state == "free"


def test_what_is_private_and_what_is_only_asked_for_stays_untold(session: Any) -> None:
    room = a_room(pending_holds=True)
    later = Interval(EVENING.end, EVENING.end + HOUR)
    make_reservation(room, EVENING, title="Salaseura", visibility="private")
    make_reservation(room, later, title="Toive", state="pending")
    shown = door(room, NOON)
    assert [(each.state, each.label) for each in shown.rest[:2]] == [("taken", ""), ("pending", "")]


def test_a_request_that_only_competes_leaves_the_room_free(session: Any) -> None:
    room = a_room()
    make_reservation(room, EVENING, title="Toive", state="pending")
    assert door(room, EVENING.start).now.state == "free"


def test_a_dance_past_midnight_is_now_after_midnight_too_and_has_its_own_times(session: Any) -> None:
    room = make_room(hours=every_day(600, 25 * 60))
    dance = Interval(NOON + 9 * HOUR, NOON + 13 * HOUR)  # 21:00-01:00
    make_reservation(room, dance, title="Tanssit")
    shown = door(room, NOON + 12 * HOUR + HOUR / 2)
    assert told(shown.now) == (21, 1, "taken", "Tanssit")


def test_tomorrow_comes_with_it_and_is_next_when_today_is_over(session: Any) -> None:
    room = a_room()
    tomorrow = Interval(EVENING.start + timedelta(days=1), EVENING.end + timedelta(days=1))
    make_reservation(room, tomorrow, title="Huominen")
    shown = door(room, NOON)
    assert shown.next.label == "Huominen"
    assert shown.on(shown.next) != shown.today
    assert all(shown.on(each) == shown.today for each in shown.rest)


def test_the_stretches_leave_no_gap_so_that_the_clock_alone_can_move_on(session: Any) -> None:
    room = a_room()
    make_reservation(room, EVENING)
    stretches = door(room, NOON).stretches
    assert all(one.end == two.start for one, two in itertools.pairwise(stretches))
    assert stretches[0].start <= NOON - 12 * HOUR
    assert stretches[-1].end >= NOON + 36 * HOUR


def test_who_has_booked_sees_no_more_at_the_door_than_who_walks_by(client: Any, frozen: Any) -> None:
    frozen(NOON)
    booker = make_user()
    make_reservation(
        a_room(), EVENING, booker=booker, title="Salaseura", visibility="private", contact="050 123 9876"
    )
    sign_in(client, booker)
    page = client.get("/rooms/karelia/door").get_data(as_text=True)
    assert "Salaseura" not in page
    assert "050 123" not in page
    assert "18.00–20.00" in page


def test_the_worker_may_serve_that_door_and_nothing_else(client: Any) -> None:
    a_room()
    answer = client.open("/rooms/karelia/door/worker.js", method="GET")
    assert answer.headers["Service-Worker-Allowed"] == "/rooms/karelia/door"
    assert answer.mimetype == "text/javascript"
    drawing = client.open("/rooms/karelia/door/qr.svg", method="GET")
    assert drawing.mimetype == "image/svg+xml"
    for address in ("/rooms/ei-ole/door/worker.js", "/rooms/ei-ole/door/qr.svg"):
        assert client.open(address, method="GET").status_code == 404


def test_it_asks_as_much_for_a_full_day_as_for_an_empty_one(session: Any) -> None:
    room = a_room()

    def asked() -> int:
        catalogue()
        with statements() as sent:
            door(room, NOON)
        return len(sent)

    empty = asked()
    for number in range(8):
        start = NOON + number * HOUR
        make_reservation(room, Interval(start, start + HOUR))
    assert asked() == empty


def test_closed_time_says_when_the_room_opens_whatever_closes_it(client: Any, frozen: Any) -> None:
    frozen(EVENING.end)  # Tuesday 20.00
    room = make_room(slug="karelia", hours=[(0, 840, 1200), (1, 840, 1200)])  # Mondays and Tuesdays 14-20
    thursday = NOON + timedelta(days=2)
    make_block(room, on=(Interval(thursday, thursday + timedelta(days=4, hours=4)),))
    shown = door(room, EVENING.end)
    assert told(shown.now) == (20, 16, "closed", "")  # until Monday 16.00, two hours after the hours begin
    assert not shown.rest
    page = client.get("/rooms/karelia/door").get_data(as_text=True)
    now = " ".join(re.sub(r"<[^>]+>", " ", page.split("data-now>")[1].split("</p>")[0]).split())
    assert now == "Suljettu aukeaa ma klo 16.00"
    assert 'data-until="aukeaa ma klo 16.00"' in page
    assert re.search(r"data-rest\s+hidden", page)


def test_a_stay_of_days_says_until_when_and_a_long_closure_promises_nothing(client: Any, frozen: Any) -> None:
    frozen(NOON)
    room = a_room(longest_minutes=5 * 1440)
    make_reservation(room, Interval(NOON - 20 * HOUR, NOON + 50 * HOUR), title="Leiri")
    page = client.get("/rooms/karelia/door").get_data(as_text=True)
    assert "to klo 14.00 asti" in page.split("data-now>")[1].split("</p>")[0]
    make_block(room, on=(Interval(NOON + 50 * HOUR, NOON + timedelta(days=40)),))
    frozen(NOON + 60 * HOUR)
    later = door(room, NOON + 60 * HOUR)
    assert later.now.state == "closed"
    assert later.ends_at(later.now) is None
    assert "aukeaa" not in client.get("/rooms/karelia/door").get_data(as_text=True)
