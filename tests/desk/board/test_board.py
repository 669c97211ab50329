"""The day board: own rooms first, one venue, links to move, as much asked for many as for few."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.reservations.day import day_rows, own_first
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room, make_venue
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

TODAY = date(2027, 1, 12)


def names(rooms: Any) -> list[str]:
    return [room.name for room in rooms]


def test_rooms_of_ones_own_owner_come_first_for_approver_keeper_and_staff(session: Any) -> None:
    city, venue = make_organisation(kind="city"), make_venue(name="Virta")
    make_room(name="A vieras", venue=venue)
    make_room(name="B oma", owner=city, venue=venue)
    for role in (Role.APPROVER, Role.MANAGER, Role.STAFF):
        actor = acting(make_member(city, role))
        assert names(own_first(catalogue().rooms, TODAY, actor))[0] == "B oma"
    for other in (make_member(city, Role.BOOKER), make_user()):
        assert names(own_first(catalogue().rooms, TODAY, acting(other)))[0] == "A vieras"


def test_a_bookers_rooms_of_that_day_come_first_and_on_another_day_do_not(session: Any) -> None:
    choir, venue = make_organisation(), make_venue(name="Virta")
    make_room(name="A vieras", venue=venue)
    used = make_room(name="B käytössä", venue=venue)
    make_reservation(used, organisation=choir)
    actor = acting(make_member(choir, Role.MEMBER))
    assert names(own_first(catalogue().rooms, TODAY, actor)) == ["B käytössä", "A vieras"]
    assert names(own_first(catalogue().rooms, TODAY + timedelta(days=1), actor))[0] == "A vieras"


def test_the_venue_is_kept_in_the_links(client: Any, frozen: Any) -> None:
    frozen(NOW)
    make_room(name="Sali", venue=make_venue(name="Virta"))
    make_room(name="Tupa", venue=make_venue(name="Rautio"))
    page = client.get("/day?date=2027-01-12&venue=Virta").get_data(as_text=True)
    assert ">Sali</a>" in page
    assert ">Tupa</a>" not in page
    assert "/day?date=2027-01-13&amp;venue=Virta" in page
    everything = client.get("/day?date=2027-01-12&venue=Ei+ole").get_data(as_text=True)
    assert ">Tupa</a>" in everything


def test_only_the_owners_approver_gets_links_to_move(client: Any, frozen: Any) -> None:
    frozen(NOW)
    city = make_organisation(kind="city")
    room = make_room(owner=city)
    reservation = make_reservation(room, title="Salaseura", visibility="private", contact="050 123 9876")
    move = f"/desk/reservations/{reservation.reference}/move/{reservation.occurrences[0].id}"
    for role, sees in ((Role.APPROVER, True), (Role.STAFF, False), (Role.MANAGER, False)):
        sign_in(client, make_member(city, role))
        page = client.get("/day?date=2027-01-12").get_data(as_text=True)
        assert (move in page) is sees
        assert ("Salaseura" in page) is sees
        assert "050 123" not in page
    sign_in(client, make_member(make_organisation(kind="parish"), Role.APPROVER))
    assert "Salaseura" not in client.get("/day?date=2027-01-12").get_data(as_text=True)


def test_only_what_is_of_the_shown_day_is_listed_to_move(client: Any, frozen: Any) -> None:
    frozen(NOW)
    city = make_organisation(kind="city")
    room = make_room(owner=city)
    day = timedelta(days=1)
    late = Interval(EVENING.start - day + timedelta(hours=5), EVENING.end - day + timedelta(hours=5))
    uses = {"Yön yli": late, "Tänään": EVENING, "Huomenna": Interval(EVENING.start + day, EVENING.end + day)}
    for title, use in uses.items():
        make_reservation(room, use, title=title)
    approver = make_member(city, Role.APPROVER)
    (row,) = day_rows(catalogue().rooms, TODAY, acting(approver), NOW)
    assert [each.use for each in row.movable] == [late, EVENING]
    sign_in(client, approver)
    page = client.get("/day?date=2027-01-12").get_data(as_text=True)
    assert "ti 12.1.2027 klo 18.00–20.00" in page
    assert "Huomenna" not in page


def test_a_date_is_typed_and_the_venue_and_language_are_kept(client: Any, frozen: Any) -> None:
    frozen(NOW)
    make_room(name="Sali", venue=make_venue(name="Virta"))
    make_room(name="Tupa", venue=make_venue(name="Rautio"))
    page = client.get("/day?date=13.1.2027&venue=Virta&lang=sv").get_data(as_text=True)
    assert re.search(r'<input[^>]*name="date"[^>]*value="2027-01-13"', page)
    assert "<option selected>Virta</option>" in page
    assert re.search(r'name="lang"\s+value="sv"', page)
    assert 'name="date"' in client.get("/day").get_data(as_text=True)


@pytest.mark.parametrize("typed", ["foo", "2027-02-31", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_shows_today_with_a_sentence_at_the_field(
    client: Any, frozen: Any, typed: str
) -> None:
    frozen(NOW)
    make_room(name="Sali")
    answer = client.get(f"/day?date={typed}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="date-error"' in page
    assert 'aria-describedby="date-error"' in page
    assert f'value="{typed}"' in page
    assert ">Sali</a>" in page


def test_a_stone_knows_the_grid_of_each_room_it_can_be_dropped_on(client: Any, frozen: Any) -> None:
    frozen(NOW)
    city = make_organisation(kind="city")
    make_reservation(make_room(owner=city, slug="tunnit", grid_minutes=60))
    make_room(name="Vieras", slug="vieras")
    sign_in(client, make_member(city, Role.APPROVER))
    page = client.get("/day?date=2027-01-12").get_data(as_text=True)
    assert 'data-room="tunnit" data-grid="60"' in page
    assert 'data-room="vieras"' not in page
    assert "Sen voi siirtää vain tilaan, josta päätät." in page


def test_the_board_asks_as_much_for_a_full_town_as_for_an_empty_one(session: Any) -> None:
    city = make_organisation(kind="city")
    actor = acting(make_member(city, Role.APPROVER))

    def asked() -> int:
        catalogue()
        with statements() as sent:
            day_rows(own_first(catalogue().rooms, TODAY, actor), TODAY, actor, NOW)
        return len(sent)

    make_room(owner=city)
    few = asked()
    for _number in range(5):
        room = make_room(owner=city)
        for hours in range(3):
            start = EVENING.start + timedelta(hours=hours)
            make_reservation(room, Interval(start, start + timedelta(hours=1)))
    session.expire_all()
    assert asked() == few


def test_who_and_when_stands_in_words_under_each_river(client: Any, frozen: Any) -> None:
    frozen(NOW)
    room, choir = make_room(name="Sali"), make_organisation(name="Kuoro Koskisointu")
    make_room(name="Tyhjä")
    make_reservation(room, EVENING, organisation=choir, title="Harjoitus")
    after = Interval(EVENING.end, EVENING.end + timedelta(hours=1))
    make_reservation(room, after, title="Salaseura", visibility="private")
    morning = Interval(EVENING.start - timedelta(hours=6), EVENING.start - timedelta(hours=4))
    make_block(room, on=(morning,), is_public=True)
    make_block(room, on=(Interval(morning.end, morning.end + timedelta(hours=1)),))
    page = client.get("/day?date=2027-01-12").get_data(as_text=True)
    lists = re.findall(r'<ul class="uses">(.*?)</ul>', page, re.DOTALL)
    told = [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in lists]
    assert told == ["12.00–14.00 Remontti 18.00–20.00 Kuoro Koskisointu, Harjoitus 20.00–21.00 varattu"]


def test_the_hours_stand_under_every_fifth_river(client: Any, frozen: Any) -> None:
    frozen(NOW)
    for _number in range(11):
        make_room()
    page = client.get("/day?date=2027-01-12").get_data(as_text=True)
    rows = page.split("<tbody>")[1].split("</tr>")[:11]
    assert [n for n, row in enumerate(rows) if "text-anchor" in row] == [0, 5, 10]
