"""Every rule at its exact edge, through the request itself, after it was edited on the page.

What the rules say by themselves is in tests/rooms/test_rules.py; here is what is typed and what then holds.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.accounts.models import User
from booking.errors import Forbidden, RuleViolation, SlotTaken, WrongState
from booking.reservations import decisions
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, to_utc
from tests.desk.rules.keeping import edit, keep
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.support.client import PageClient

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Edit = Callable[..., Any]


@pytest.fixture
def room(session: Any, frozen: Callable[..., None]) -> Room:
    frozen(NOW)
    return make_room(owner=make_organisation(kind="city"), slug="karelia-sali", capacity=50)


@pytest.fixture
def edited(client: PageClient, room: Room) -> Edit:
    """`edited(rule="text")`: the keeper saves that on the page."""
    keep(client, room)
    return lambda **typed: edit(client, room, **typed)


@pytest.fixture
def person(session: Any) -> User:
    return make_user()


def at(day: str, clock: str, *, second: bool = False) -> datetime:
    return to_utc(datetime.fromisoformat(f"{day}T{clock}"), HELSINKI, second=second)


def asked(
    room: Room,
    person: User,
    start: datetime,
    minutes: int = 60,
    *,
    now: datetime = NOW,
    **changes: Any,
) -> Reservation:
    use = Interval(start, start + minutes * MINUTE)
    return request_reservation(request_for(room, use, **changes), actor=acting(person), now=now)


def refusal(*arguments: Any, **changes: Any) -> list[str]:
    """Return the codes with which a request is refused; none when it is taken."""
    try:
        asked(*arguments, **changes)
    except RuleViolation as error:
        return [each.code for each in error.violations]
    return []


def give_up(reservation: Reservation, person: User, now: datetime) -> None:
    decisions.cancel(reservation.reference, None, actor=acting(person), now=now, reason="")


EVENING = at("2027-01-12", "18:00")


@pytest.mark.parametrize(
    ("typed", "edge", "code"), [("45 min", 45, "too_short"), ("1 t 30 min", 90, "too_short")]
)
def test_the_shortest_use_to_the_minute(
    edited: Edit, room: Room, person: User, typed: str, edge: int, code: str
) -> None:
    edited(shortest_minutes=typed)
    assert refusal(room, person, EVENING, edge) == []
    assert refusal(room, person, EVENING + DAY, edge + 15) == []
    assert refusal(room, person, EVENING + 2 * DAY, edge - 15) == [code]
    assert code in refusal(room, person, EVENING + 2 * DAY, edge - 1)


@pytest.mark.parametrize(("typed", "edge"), [("2 t", 120), ("1 pv", 1440), ("14 pv", 20160)])
def test_the_longest_use_to_the_minute(edited: Edit, room: Room, person: User, typed: str, edge: int) -> None:
    edited(longest_minutes=typed)
    assert refusal(room, person, EVENING, edge) == []
    later = EVENING + 30 * DAY
    assert refusal(room, person, later, edge - 15) == []
    assert refusal(room, person, later, edge + 15) == ["too_long"]
    assert "too_long" in refusal(room, person, later, edge + 1)


@pytest.mark.parametrize(("typed", "grid"), [("15", 15), ("30", 30), ("60", 60)])
def test_the_grid_to_the_minute(edited: Edit, room: Room, person: User, typed: str, grid: int) -> None:
    edited(grid_minutes=typed)
    assert refusal(room, person, EVENING + grid * MINUTE, grid) == []
    for off in (-1, 1):
        start = EVENING + DAY + (grid + off) * MINUTE
        assert refusal(room, person, start, 60) == ["off_grid", "off_grid"]
    assert refusal(room, person, EVENING + DAY, 2 * grid + 1) == ["off_grid"]


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (at("2027-03-28", "02:00"), 60),  # to 04:00: the hour between is skipped
        (at("2027-03-28", "04:00"), 60),
        (at("2027-10-31", "03:00"), 60),  # the doubled hour, first and second time
        (at("2027-10-31", "03:00", second=True), 60),
        (at("2027-10-31", "02:00"), 180),  # to 04:00 by the clock
    ],
)
def test_the_grid_is_the_wall_clocks_when_the_clocks_change(
    edited: Edit, room: Room, person: User, start: datetime, minutes: int
) -> None:
    edited(grid_minutes="60", shortest_minutes="1 t")
    assert refusal(room, person, start, minutes) == []
    assert refusal(room, person, start + 30 * MINUTE, minutes) == ["off_grid", "off_grid"]


@pytest.mark.parametrize(("typed", "edge"), [("45 min", 45), ("2 t", 120), ("2 pv", 2880)])
def test_the_notice_to_the_minute(edited: Edit, room: Room, person: User, typed: str, edge: int) -> None:
    edited(notice_minutes=typed)
    assert refusal(room, person, EVENING, now=EVENING - edge * MINUTE) == []
    assert refusal(room, person, EVENING + DAY, now=EVENING + DAY - (edge + 1) * MINUTE) == []
    later = EVENING + 2 * DAY
    assert refusal(room, person, later, now=later - (edge - 1) * MINUTE) == ["too_soon"]


def test_without_notice_one_may_ask_until_it_begins(edited: Edit, room: Room, person: User) -> None:
    edited(notice_minutes="0")
    assert refusal(room, person, EVENING, now=EVENING) == []
    assert refusal(room, person, EVENING + DAY, now=EVENING + DAY + MINUTE) == ["in_the_past"]


@pytest.mark.parametrize(
    ("months", "today", "last"),
    [
        ("1", "2027-01-31", "2027-02-28"),
        ("1", "2028-01-31", "2028-02-29"),
        ("3", "2027-11-30", "2028-02-29"),
        ("12", "2028-02-29", "2029-02-28"),
        ("6", "2027-05-15", "2027-11-15"),
        ("0", "2027-05-15", "2027-05-15"),
    ],
)
def test_the_last_day_ahead_also_at_a_months_end(
    edited: Edit, room: Room, person: User, months: str, today: str, last: str
) -> None:
    edited(longest_ahead_months=months)
    now = at(today, "08:00")
    the_day = date.fromisoformat(last)
    assert refusal(room, person, at(last, "23:00"), now=now) == []
    after = (the_day + DAY).isoformat()
    assert refusal(room, person, at(after, "00:00"), now=now) == ["too_far_ahead"]


@pytest.mark.parametrize(
    ("days", "start", "deadline"),
    [
        ("7", at("2027-03-30", "18:00"), at("2027-03-23", "18:00")),  # summer time begins on the 28th
        ("3", at("2027-11-02", "18:00"), at("2027-10-30", "18:00")),  # and ends on 31 October
        ("0", at("2027-01-12", "18:00"), at("2027-01-12", "18:00")),
    ],
)
def test_the_booker_cancels_until_the_deadline_also_over_a_clock_change(
    edited: Edit, room: Room, person: User, days: str, start: datetime, deadline: datetime
) -> None:
    edited(cancellation_days=days)
    late, other = asked(room, person, start), asked(room, person, start + DAY)
    with pytest.raises((RuleViolation, WrongState)) as caught:
        give_up(late, person, deadline + timedelta(seconds=1))
    if days != "0":  # at zero days the use has begun by then
        assert [each.code for each in caught.value.violations] == ["too_late_to_cancel"]
    assert late.occurrences[0].state == "confirmed"
    give_up(other, person, deadline + DAY - timedelta(seconds=1 if days == "0" else 0))
    assert other.occurrences[0].state == "cancelled"


@pytest.mark.parametrize(("typed", "most"), [("1", 1), ("2", 2)])
def test_an_association_has_as_many_as_it_may_and_no_more(
    edited: Edit, room: Room, typed: str, most: int
) -> None:
    edited(most_active=typed)
    choir = make_organisation()
    booker = make_member(choir, Role.BOOKER)
    made = [asked(room, booker, EVENING + n * DAY, organisation_slug=choir.slug) for n in range(most)]
    more = EVENING + 10 * DAY
    assert refusal(room, booker, more, organisation_slug=choir.slug) == ["too_many_active"]
    assert refusal(room, booker, more + DAY) == [], "a person for themselves is not counted"
    give_up(made[0], booker, NOW)
    assert refusal(room, booker, more, organisation_slug=choir.slug) == []


def test_a_quota_is_lifted_by_its_word(edited: Edit, room: Room) -> None:
    edited(most_active="1")
    edited(most_active="rajaton")
    choir = make_organisation()
    booker = make_member(choir, Role.BOOKER)
    for n in range(3):
        assert refusal(room, booker, EVENING + n * DAY, organisation_slug=choir.slug) == []


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("anyone", {"person", "booker alone", "association", "owner's booker", "owner's member alone"}),
        ("associations", {"association", "owner's booker"}),
        ("members", {"owner's booker", "owner's member alone"}),
    ],
)
def test_who_may_book_for_each_role(
    edited: Edit, room: Room, person: User, typed: str, taken: set[str]
) -> None:
    edited(who_may_book=typed)
    owner, choir = room.owner, make_organisation()
    assert owner is not None
    booker, own = make_member(choir, Role.BOOKER), make_member(owner, Role.BOOKER)
    roles: dict[str, tuple[User, str | None]] = {
        "person": (person, None),
        "booker alone": (booker, None),
        "association": (booker, choir.slug),
        "owner's booker": (own, owner.slug),
        "owner's member alone": (make_member(owner, Role.MEMBER), None),
    }
    found = {
        who
        for n, (who, (user, slug)) in enumerate(roles.items())
        if refusal(room, user, EVENING + n * DAY, organisation_slug=slug) == []
    }
    assert found == taken
    with pytest.raises(Forbidden):  # a member without the role books for nobody
        asked(room, make_member(choir, Role.MEMBER), EVENING + 20 * DAY, organisation_slug=choir.slug)


@pytest.mark.parametrize(("typed", "state"), [("at_once", "confirmed"), ("by_approver", "pending")])
def test_a_request_is_confirmed_at_once_or_waits(
    edited: Edit, room: Room, person: User, typed: str, state: str
) -> None:
    edited(approval=typed)
    assert asked(room, person, EVENING).occurrences[0].state == state


def test_a_room_of_rounds_refuses_with_its_sentence(
    edited: Edit, room: Room, person: User, new_client: Callable[[], PageClient]
) -> None:
    edited(approval="by_round")
    assert refusal(room, person, EVENING) == ["by_round_only"]
    visitor = new_client()
    assert "Tilan vuorot jaetaan hakukierroksella" in visitor.get("/rooms/karelia-sali").get_data(True)


@pytest.mark.parametrize(("typed", "holds"), [("yes", True), ("no", False)])
def test_a_pending_request_holds_or_competes(
    edited: Edit, room: Room, person: User, typed: str, holds: bool
) -> None:
    edited(approval="by_approver", pending_holds=typed)
    asked(room, person, EVENING)
    if holds:
        with pytest.raises(SlotTaken):
            asked(room, make_user(), EVENING + 45 * MINUTE)
    else:
        assert asked(room, make_user(), EVENING).occurrences[0].state == "pending"


def test_a_turnaround_is_claimed_to_the_minute_and_by_new_uses_only(
    edited: Edit, room: Room, person: User
) -> None:
    edited()
    first = asked(room, person, EVENING)  # before the change: none
    edited(turnaround_minutes="30 min")
    assert first.occurrences[0].turnaround_minutes == 0
    second = asked(room, person, EVENING + 60 * MINUTE)  # right after the old one
    assert second.occurrences[0].turnaround_minutes == 30
    with pytest.raises(SlotTaken):
        asked(room, person, EVENING + 135 * MINUTE)
    assert refusal(room, person, EVENING + 150 * MINUTE) == []
    with pytest.raises(SlotTaken):  # its own turnaround would run into the first
        asked(room, person, EVENING - 75 * MINUTE)
    assert refusal(room, person, EVENING - 90 * MINUTE) == []


def test_people_to_the_last_one(edited: Edit, room: Room, person: User) -> None:
    edited()
    assert refusal(room, person, EVENING, people=49) == []
    assert refusal(room, person, EVENING + DAY, people=50) == []
    assert refusal(room, person, EVENING + 2 * DAY, people=51) == ["too_many_people"]
