"""What the week, the day and the API's calendar show of a room's spaces: dates, and what only is held."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.access.actor import VISITOR, Actor
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.reservations.changes import hold, hold_of
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.queries import visible_occurrences
from booking.reservations.seen import Seen, unaccounted
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements

HOUR = timedelta(hours=1)
WEEK = Interval(datetime(2027, 1, 10, 22, tzinfo=UTC), datetime(2027, 1, 17, 22, tzinfo=UTC))
LATER = EVENING.shift(3 * HOUR)
THURSDAY = EVENING.shift(timedelta(days=2))


def propose(occurrence: Occurrence, side: str, use: Interval, room: Room | None = None) -> Proposal:
    """Propose another time, or room, as the services would leave it."""
    proposal = Proposal(
        occurrence=occurrence,
        side=side,
        room=room or occurrence.room,
        starts_at=use.start,
        ends_at=use.end,
        turnaround_minutes=occurrence.turnaround_minutes,
        state="open",
        created_by_id=occurrence.reservation.booker_id,
        created_at=NOW,
    )
    db.session.add(proposal)
    db.session.flush()
    if side == "owner":
        spaces = [space.id for space in (room or occurrence.room).spaces]
        taken = use.extend_end(timedelta(minutes=occurrence.turnaround_minutes))
        proposal.claim_id = occupancy.claim("offer", spaces, [taken])
    else:
        hold([(occurrence, hold_of(occurrence))], now=NOW)
    db.session.flush()
    return proposal


def seen_in(room: Room, actor: Actor = VISITOR, window: Interval = WEEK) -> list[Seen]:
    return visible_occurrences([catalogue().by_id[room.id]], window, actor)


def told(seen: list[Seen]) -> list[tuple[Interval, str, str]]:
    return [(each.use, each.state.value, each.title) for each in seen]


def test_an_offer_is_a_nameless_held_stretch_for_everybody(town: Town) -> None:
    made = of_choir(town, state="pending", title="Kuoroharjoitus")
    propose(made.occurrences[0], "owner", LATER)
    for reader in (VISITOR, acting(town.rival), acting(town.booker), acting(town.approver)):
        offered = [each for each in seen_in(town.room, reader) if each.use == LATER]
        assert [(each.state.value, each.holds, each.mine, each.look) for each in offered] == [
            ("pending", True, False, "pending")
        ]
        assert [(each.occurrence_id, each.label, each.reference) for each in offered] == [(0, "", None)]


def test_a_move_leaves_the_date_where_it_is_and_holds_the_new_slot_beside_it(town: Town) -> None:
    made = of_choir(town, state="confirmed", title="Kuoroharjoitus")
    propose(made.occurrences[0], "booker", Interval(EVENING.start, EVENING.end + HOUR))
    assert told(seen_in(town.room)) == [
        (EVENING, "confirmed", "Kuoroharjoitus"),
        (Interval(EVENING.end, EVENING.end + HOUR), "pending", ""),
    ]
    assert next(each.claimed for each in seen_in(town.room)) == EVENING


def test_a_turnaround_belongs_to_the_date_and_not_to_its_move(session: Any) -> None:
    room = make_room(turnaround_minutes=30)
    made = make_reservation(room, EVENING)
    propose(made.occurrences[0], "booker", Interval(EVENING.start + HOUR, EVENING.end + HOUR))
    half = timedelta(minutes=30)
    date, rest = seen_in(room)
    assert date.claimed == EVENING.extend_end(half)
    assert rest.use == Interval(EVENING.end + half, EVENING.end + HOUR + half)


def test_a_move_to_another_room_of_the_house_does_not_show_the_date_there(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    made = make_reservation(half_a, EVENING, title="Kerho")
    propose(made.occurrences[0], "booker", EVENING, whole)
    assert told(seen_in(half_a)) == [(EVENING, "confirmed", "Kerho")]
    assert told(seen_in(half_b)) == [(EVENING, "pending", "")]
    assert sorted(title for _use, _state, title in told(seen_in(whole))) == ["", "Kerho"]


def test_a_week_names_the_holiday_that_closes_and_dates_the_hours_after_midnight(
    client: Any, frozen: Any, town: Town
) -> None:
    frozen(NOW)
    late = make_room(hours=[(day, 8 * 60, 26 * 60) for day in range(7)], open_on_holidays=False)
    client.sign_in(town.booker)
    text = client.get(f"/rooms/{late.slug}?week=2027-W01").text
    assert '<span class="word">Loppiainen</span><span class="vh">, suljettu</span>' in text
    assert "Pyhäpäivinä suljettu." in text
    # the hour after Friday's midnight is Saturday's, and is asked for as such
    assert 'vapaa</span><span class="vh"> la 9.1. 00.00–01.00</span>' in text
    assert "date=2027-01-09&amp;start=00:00&amp;end=01:00" in text
    late.open_on_holidays = True
    db.session.flush()
    text = client.get(f"/rooms/{late.slug}?week=2027-W01").text
    assert "Loppiainen" not in text
    assert "Pyhäpäivinä auki kuten muulloinkin." in text


def test_a_move_to_another_day_is_not_in_the_week_of_the_other(town: Town) -> None:
    made = of_choir(town, state="confirmed", title="Kuoroharjoitus")
    next_week = EVENING.shift(timedelta(days=7))
    propose(made.occurrences[0], "booker", next_week)
    assert told(seen_in(town.room)) == [(EVENING, "confirmed", "Kuoroharjoitus")]
    after = Interval(WEEK.end, WEEK.end + timedelta(days=7))
    assert told(seen_in(town.room, window=after)) == [(next_week, "pending", "")]


def test_whatever_else_holds_a_space_is_seen_as_held(town: Town) -> None:
    town_spaces = [space.id for space in town.room.spaces]
    occupancy.claim("waiting", town_spaces, [THURSDAY])
    (held,) = seen_in(town.room)
    assert (held.use, held.state.value, held.space_ids) == (THURSDAY, "pending", tuple(town_spaces))


def test_a_held_request_keeps_its_name_for_those_who_may_know_it(town: Town) -> None:
    made = of_choir(town, state="declined")
    made.occurrences[0].state, made.occurrences[0].pending_holds = "pending", True
    hold([(made.occurrences[0], hold_of(made.occurrences[0]))], now=NOW)
    assert [(each.title, each.holds) for each in seen_in(town.room)] == [("", True)]
    assert [each.reference for each in seen_in(town.room, acting(town.member))] == [made.reference]


def test_a_date_is_told_by_its_own_title(town: Town) -> None:
    made = of_choir(town, EVENING, THURSDAY, state="confirmed", title="Kuoroharjoitus")
    made.occurrences[1].own_title = "Kevätkonsertti"
    db.session.flush()
    assert [each.title for each in seen_in(town.room)] == ["Kuoroharjoitus", "Kevätkonsertti"]


def test_the_own_title_of_a_private_or_pending_date_is_nobodys_business(town: Town) -> None:
    private = of_choir(town, EVENING, state="confirmed", visibility="private")
    asked = of_choir(town, THURSDAY, state="pending")
    for each in (*private.occurrences, *asked.occurrences):
        each.own_title = "Salaisuus"
    db.session.flush()
    assert [each.label for each in seen_in(town.room, acting(town.rival))] == ["", ""]
    assert [each.title for each in seen_in(town.room, acting(town.member))] == ["Salaisuus"] * 2


def test_two_statements_read_it_however_much_there_is(town: Town) -> None:
    for hour in range(0, 16, 2):
        use = Interval(WEEK.start + hour * HOUR, WEEK.start + (hour + 1) * HOUR)
        made = of_choir(town, use, state="confirmed")
        propose(made.occurrences[0], "booker", use.shift(timedelta(days=3)))
    reader = acting(town.rival)
    seen_in(town.room, reader)  # has the catalogue read
    with statements() as sent:
        assert len(seen_in(town.room, reader)) == 16
    assert len(sent) == 2


def test_the_week_shows_what_is_held_as_asked_for_and_does_not_offer_it(town: Town, client: Any) -> None:
    made = of_choir(town, state="confirmed", title="Kuoroharjoitus")
    propose(made.occurrences[0], "booker", LATER)
    client.sign_in(town.rival)
    text = client.get(f"/rooms/{town.room.slug}?week=2027-W02").text
    cells = re.findall(r'<td class="pending" rowspan="\d+">(.*?)</td>', text, re.S)
    assert len(cells) == 1
    assert "<a" not in cells[0]
    assert "odottaa käsittelyä" in cells[0]
    assert "ti 12.1. 21.00–23.00" in cells[0]


def test_the_day_and_the_api_show_it_too(town: Town, client: Any) -> None:
    made = of_choir(town, state="confirmed", title="Kuoroharjoitus")
    propose(made.occurrences[0], "booker", LATER)
    river = client.get("/day?date=2027-01-12").text
    assert "Kuoro Koskisointu, Kuoroharjoitus 18.00–20.00, odottaa käsittelyä 21.00–23.00," in river
    window = "from=2027-01-12T00:00&to=2027-01-13T00:00"
    items = client.get(f"/api/v1/rooms/{town.room.slug}/calendar?{window}").get_json()["items"]
    assert [(each["state"], each["busy"], each["title"], each["reference"]) for each in items] == [
        ("confirmed", True, "Kuoroharjoitus", made.reference),
        ("pending", True, None, None),
    ]


def test_what_is_held_beyond_a_date_is_told_space_by_space() -> None:
    """PURE: the date takes space 1; its claim holds 1 longer, and 2 and 3 as well."""
    longer = Interval(EVENING.start, EVENING.end + HOUR)
    found = unaccounted(
        [(1, longer, 7), (2, longer, 7), (3, longer, 7), (4, EVENING, 8)], {7: ((1,), EVENING)}
    )
    assert [(each.use, each.space_ids) for each in found] == [
        (EVENING, (4,)),
        (longer, (2, 3)),
        (Interval(EVENING.end, longer.end), (1,)),
    ]
