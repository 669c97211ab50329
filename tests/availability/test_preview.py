"""What the preview of a series says of each date, what it offers, and in how many statements."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.availability.fixes import Fix, FixKind
from booking.availability.series import Preview, like_it, preview
from booking.availability.wishes import wishes_of
from booking.clock import zone
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.recurrence import Slot
from booking.timetable.zone import local_date
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import (
    every_day,
    make_divisible_hall,
    make_opening_exception,
    make_room,
    make_venue,
)
from tests.factories.users import acting
from tests.support.statements import statements

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
WEEKS = [EVENING.shift(n * WEEK) for n in range(4)]
DATES = [date(2027, 1, 12) + n * WEEK for n in range(4)]


def look(
    room: Room,
    uses: Sequence[Interval] = WEEKS,
    fixes: Iterable[Fix] = (),
    *,
    people: int = 1,
    actor: Actor = VISITOR,
    **more: Any,
) -> list[Preview]:
    """Preview these uses of a room."""
    slots = [Slot(local_date(use.start, zone()), use) for use in uses]
    rooms = catalogue()
    wishes = wishes_of(rooms.by_id[room.id], slots, fixes, zone(), rooms.room)
    return preview(wishes, wanted=Filter(people=people), actor=actor, now=NOW, **more)


def problems(found: Sequence[Preview]) -> list[str]:
    return [each.problem for each in found]


def kinds(found: Preview) -> list[str]:
    return [offer.fix.kind.value for offer in found.offers]


def test_each_date_says_whether_it_works_and_what_would_mend_it(session: Any) -> None:
    room = make_room()
    make_reservation(room, WEEKS[1])
    make_opening_exception(room, DATES[2], (16 * 60, 19 * 60))

    found = look(room)

    assert problems(found) == ["", "taken", "closed", ""]
    assert [kinds(each) for each in found] == [[], ["time", "wait", "skip"], ["time", "skip"], []]
    assert [each.code for each in found[2].violations] == ["closed_exception"]
    assert found[2].offers[0].fix == Fix(DATES[2], FixKind.TIME, "", time(17), time(19))
    assert found[2].offers[0].use == WEEKS[2].shift(-HOUR)


def test_other_rooms_are_those_at_the_same_place_of_the_same_kind_then_those_that_fit(session: Any) -> None:
    here = make_venue()
    room = make_room(venue=here, kind="hall", capacity=30)
    make_room(kind="kitchen", capacity=30)
    like, large = make_room(kind="hall", capacity=40), make_room(kind="hall", capacity=300)
    beside = make_room(venue=here, kind="kitchen", capacity=90)
    make_room(venue=here, kind="hall", capacity=20)
    make_reservation(room)

    assert [offer.fix.room for offer in look(room, people=24)[0].offers if offer.room is not None][1:] == [
        beside.slug,
        like.slug,
    ]
    make_reservation(beside, EVENING.shift(HOUR))
    assert [offer.fix.room for offer in look(room, people=24)[0].offers][1:3] == [like.slug, large.slug]
    assert kinds(look(room, people=24, needs_rooms=False)[0]) == ["time", "wait", "skip"]


def test_a_date_that_is_not_booked_has_no_problem(session: Any) -> None:
    room = make_room()
    make_reservation(room, *WEEKS)
    fixes = [
        Fix(on, kind) for on, kind in zip(DATES, (FixKind.SKIP, FixKind.WAIT, FixKind.KEEP), strict=False)
    ]

    assert problems(look(room, fixes=fixes)) == ["", "", "", "taken"]


def test_a_choice_is_judged_like_any_other_wish(session: Any) -> None:
    room, other = make_room(), make_room()
    make_reservation(room, WEEKS[0], WEEKS[1])
    make_reservation(other, WEEKS[1])
    fixes = [
        Fix(DATES[0], FixKind.TIME, "", time(20), time(22)),
        Fix(DATES[1], FixKind.ROOM, other.slug),
        Fix(DATES[2], FixKind.ROOM, other.slug, time(20), time(22)),
        Fix(DATES[3], FixKind.TIME, "", time(20), time(20, 10)),
    ]

    found = look(room, fixes=fixes)

    assert problems(found) == ["", "taken", "", "rule"]
    assert [offer.fix.room for offer in found[1].offers] == [other.slug, ""]
    assert found[1].offers[0].fix.start == time(16)


def test_a_date_that_meets_an_earlier_one_says_so_and_one_of_the_two_is_enough_to_change(
    session: Any,
) -> None:
    room, other = make_room(turnaround_minutes=23 * 60), make_room()
    days = [EVENING.shift(timedelta(days=n)) for n in range(3)]

    found = look(room, days)

    assert problems(found) == ["", "itself", ""]
    assert [each.code for each in found[1].violations] == ["overlaps_itself"]
    assert kinds(found[1]) == ["room", "skip"]
    moved = [Fix(DATES[0] + timedelta(days=1), FixKind.ROOM, other.slug)]
    assert problems(look(room, days, moved)) == ["", "", ""]


def test_the_whole_hall_is_no_way_out_while_its_half_is_used_by_the_series(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall(turnaround_minutes=23 * 60)

    found = look(half_a, [EVENING, EVENING.shift(timedelta(days=1))])

    assert problems(found) == ["", "itself"]
    assert [offer.fix.room for offer in found[1].offers] == ["", half_b.slug, ""]
    assert whole.slug not in {fix.room for fix in found[1].works}


def test_the_claims_of_the_reservation_itself_stand_in_nobodys_way(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    mine = make_reservation(half_a, *WEEKS)
    make_reservation(half_b, WEEKS[1])
    own = {each.claim_id for each in mine.occurrences if each.claim_id}

    assert problems(look(half_a)) == ["taken"] * 4
    assert problems(look(half_a, own_claims=own)) == [""] * 4
    assert problems(look(whole, own_claims=own)) == ["", "taken", "", ""]
    offered = look(half_b, own_claims=own)[1].offers
    assert half_a.slug in {offer.fix.room for offer in offered}
    assert half_a.slug not in {offer.fix.room for offer in look(half_b)[1].offers}


def test_a_room_that_is_closed_to_whoever_asks_offers_no_time_of_its_own(session: Any) -> None:
    choir = make_organisation()
    actor = acting(make_member(choir, Role.BOOKER))
    room, other = make_room(who_may_book="associations"), make_room(who_may_book="associations")
    anyones = make_room()

    found = look(room, actor=actor, organisation_id=None)

    assert problems(found) == ["rule"] * 4
    assert [offer.fix.room for offer in found[0].offers] == [anyones.slug, ""]
    assert problems(look(room, actor=actor, organisation_id=choir.id)) == [""] * 4
    assert problems(look(room, actor=actor)) == [""] * 4
    make_reservation(room)
    both = look(room, actor=actor)[0].offers
    assert {other.slug, anyones.slug} <= {offer.fix.room for offer in both}


def test_too_many_people_break_a_rule_that_only_a_larger_room_mends(session: Any) -> None:
    room, large = make_room(capacity=10), make_room(capacity=20)

    found = look(room, people=11)

    assert problems(found) == ["rule"] * 4
    assert [offer.fix.room for offer in found[0].offers] == [large.slug, ""]


def test_a_time_that_the_clocks_skip_is_told_and_can_be_left_out(session: Any) -> None:
    room = make_room()
    rooms = catalogue()
    slots = [Slot(DATES[0], EVENING)]
    odd = [Fix(date(2027, 3, 28), FixKind.TIME, "", time(3, 30), time(5))]
    slots += [Slot(date(2027, 3, 28), EVENING.shift(75 * timedelta(days=1)))]
    wishes = wishes_of(rooms.by_id[room.id], slots, odd, zone(), rooms.room)

    found = preview(wishes, wanted=Filter(), actor=VISITOR, now=NOW)

    assert problems(found) == ["", "missing"]
    assert found[1].violations[0].params["later"].time() == time(4)
    assert kinds(found[1]) == ["skip"]


def test_a_time_that_times_of_day_cannot_say_is_not_offered(session: Any) -> None:
    room = make_room()
    doubled = Interval(datetime(2027, 10, 31, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))
    make_reservation(room, doubled.shift(-HOUR), doubled)

    (found,) = look(room, [doubled])

    assert (found.problem, kinds(found)) == ("taken", ["wait", "skip"])  # 3-4 again would be nearest


def test_the_same_choice_goes_to_every_date_for_which_it_would_do(session: Any) -> None:
    room, other = make_room(hours=every_day(14 * 60, 22 * 60)), make_room()
    make_reservation(room, *WEEKS[:3])
    make_reservation(room, WEEKS[1].shift(2 * HOUR))
    make_reservation(other, WEEKS[2])
    make_opening_exception(room, DATES[3])

    found = look(room)

    assert problems(found) == ["taken", "taken", "taken", "closed"]

    def dates(fix: Fix) -> list[date]:
        alike = like_it(found, fix)
        assert {replace.kind for replace in alike} <= {fix.kind}
        return [each.on for each in alike]

    assert dates(Fix(DATES[0], FixKind.SKIP)) == DATES
    assert dates(Fix(DATES[0], FixKind.WAIT)) == DATES[:3]
    assert dates(Fix(DATES[0], FixKind.ROOM, other.slug)) == [DATES[0], DATES[1], DATES[3]]
    early, late = found[1].offers[0].fix, found[0].offers[0].fix
    assert (early.start, late.start) == (time(16), time(16))
    assert dates(early) == DATES[:3]
    assert dates(Fix(DATES[0], FixKind.TIME, "", time(9), time(11))) == []


@pytest.mark.parametrize("dates", [1, 52])
def test_a_preview_is_two_statements_whatever_the_number_of_dates_and_rooms(session: Any, dates: int) -> None:
    owner = make_organisation()
    room, *others = [make_room(owner=owner, turnaround_minutes=15 * (n % 3)) for n in range(200)]
    uses = [EVENING.shift(n * WEEK) for n in range(52)]
    make_reservation(room, *uses[::3])
    make_reservation(others[0], *uses[::2])
    catalogue()

    with statements() as sent:
        found = look(room, uses[:dates])

    assert len(sent) == 2, sent
    assert all("occupancy" in each for each in sent)
    assert sum(bool(each.problem) for each in found) == -(-dates // 3)


def test_a_series_without_trouble_asks_once_and_one_without_dates_never(session: Any) -> None:
    room = make_room()
    catalogue()
    with statements() as sent:
        look(room)
    assert len(sent) == 1
    with statements() as sent:
        assert look(room, fixes=[Fix(on, FixKind.SKIP) for on in DATES])
    assert sent == []
