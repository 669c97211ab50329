"""Taking spaces and giving them back by the service."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.db import in_transaction
from booking.errors import SlotTaken
from booking.occupancy import service as occupancy
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.queries import taken_between, taken_dates, taken_slots
from booking.occupancy.service import Part
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, claim_spaces
from tests.factories.rooms import make_divisible_hall, make_room, make_space

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def hours(start: float, end: float) -> Interval:
    """Return an interval in hours after the evening's start."""
    return Interval(EVENING.start + start * HOUR, EVENING.start + end * HOUR)


def rows(session: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(Occupancy)))


def test_a_half_booked_hall_is_taken_as_a_whole_and_the_other_half_is_free(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    claim_spaces(half_a, EVENING)
    with pytest.raises(SlotTaken):
        claim_spaces(whole, EVENING)
    claim_spaces(half_b, EVENING)
    assert rows(session) == 2


def test_a_whole_hall_takes_both_halves(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    claim_spaces(whole, EVENING)
    for half in (half_a, half_b):
        with pytest.raises(SlotTaken):
            claim_spaces(half, hours(1, 3))
        claim_spaces(half, hours(2, 3))
    assert rows(session) == 4


def test_a_refused_claim_leaves_nothing(session: Any) -> None:
    half_a, _, whole = make_divisible_hall()
    claim_spaces(half_a, hours(10, 11))
    claims = session.scalar(select(func.count()).select_from(Claim))
    with pytest.raises(SlotTaken) as refused:
        occupancy.claim("occurrence", [each.id for each in whole.spaces], [hours(0, 2), hours(10, 12)])
    assert refused.value.conflicts == (hours(10, 12),)
    assert session.scalar(select(func.count()).select_from(Claim)) == claims
    assert rows(session) == 1


def test_two_claims_that_overlap_each_other_are_refused_by_the_database(session: Any) -> None:
    space = make_space()
    with pytest.raises(SlotTaken), session.begin_nested():
        occupancy.claim_all(
            "occurrence", [[Part((space.id,), hours(0, 2))], [Part((space.id,), hours(1, 3))]]
        )
    assert rows(session) == 0


def test_the_parts_of_one_claim_are_joined_where_they_meet_on_a_space(session: Any) -> None:
    half_a, half_b, _ = make_divisible_hall()
    a, b = half_a.spaces[0].id, half_b.spaces[0].id
    old, new = Part((a,), hours(0, 2)), Part((a, b), hours(1, 3))
    (claim_id,) = occupancy.claim_all("occurrence", [[old, new]])
    assert occupancy.held([claim_id]) == {claim_id: sorted([(a, hours(0, 3)), (b, hours(1, 3))])}


def test_many_claims_are_made_in_their_order_or_none_of_them(session: Any) -> None:
    space = make_space()
    wanted = [[Part((space.id,), hours(n, n + 1))] for n in (6, 2, 4)]
    made = occupancy.claim_all("occurrence", wanted)
    held = occupancy.held(made)
    assert [held[claim_id] for claim_id in made] == [[(space.id, hours(n, n + 1))] for n in (6, 2, 4)]
    with pytest.raises(SlotTaken) as refused:
        occupancy.claim_all(
            "occurrence", [[Part((space.id,), hours(10, 11))], [Part((space.id,), hours(4, 5))]]
        )
    assert refused.value.conflicts == (hours(4, 5),)
    assert rows(session) == 3
    assert occupancy.claim_all("occurrence", []) == []


def test_what_a_transaction_gives_back_is_told_once_before_it_commits(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(occupancy, "_listeners", {1: lambda released, now: heard.append((released, now))})
    room = make_room()
    space_id = room.spaces[0].id
    claims = [claim_spaces(room, hours(n, n + 1)) for n in (5, 7)]

    def give_back() -> None:
        for claim_id in claims:
            occupancy.release([claim_id], now=NOW)
        assert heard == []

    in_transaction(give_back)
    assert heard == [([(space_id, hours(5, 6)), (space_id, hours(7, 8))], NOW)]


def test_nobody_is_told_of_time_that_has_passed(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(occupancy, "_listeners", {1: lambda released, now: heard.append(released)})
    claim_id = claim_spaces(make_room(), EVENING)
    in_transaction(lambda: occupancy.release([claim_id], now=EVENING.end))
    assert heard == []


def test_what_the_look_before_misses_the_database_refuses(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room()
    claim_spaces(room, EVENING)
    monkeypatch.setattr(occupancy, "require_free", lambda parts: None)
    with pytest.raises(SlotTaken) as refused, session.begin_nested():
        claim_spaces(room, hours(1, 3))
    assert refused.value.conflicts == (hours(1, 3),)
    assert rows(session) == 1


def test_what_is_released_can_be_taken_again(session: Any) -> None:
    room = make_room()
    first, kept = claim_spaces(room, EVENING), claim_spaces(room, hours(5, 6))
    occupancy.release([first], now=NOW)
    assert occupancy.held([first, kept])[kept] == [(room.spaces[0].id, hours(5, 6))]
    claim_spaces(room, hours(1, 3))
    occupancy.release([], now=NOW)
    assert rows(session) == 2


def test_a_claim_tells_what_it_holds_by_space_and_time(session: Any) -> None:
    _, _, whole = make_divisible_hall()
    ids = sorted(each.id for each in whole.spaces)
    made = occupancy.claim("occurrence", list(reversed(ids)), [hours(5, 6), hours(0, 1)])
    expected = [(each, use) for each in ids for use in (hours(0, 1), hours(5, 6))]
    assert occupancy.held([made]) == {made: expected}


TAKEN = [(0, 2), (4, 6), (6, 7), (30, 60)]
WISHES = [
    (-1, 0),
    (-1, 0.5),
    (0, 2),
    (1, 1.5),
    (2, 4),
    (1.5, 4),
    (3, 5),
    (6, 6.5),
    (7, 30),
    (7, 31),
    (40, 41),
    (60, 61),
]


def test_taken_slots_are_those_that_overlap_a_row(session: Any) -> None:
    room, other = make_room(), make_room()
    for start, end in TAKEN:
        claim_spaces(room, hours(start, end))
    claim_spaces(other, hours(-100, 100))
    wishes = [hours(start, end) for start, end in WISHES]
    expected = [wish for wish in wishes if any(wish.overlaps(hours(start, end)) for start, end in TAKEN)]
    assert taken_slots([room.spaces[0].id], wishes) == expected
    assert 0 < len(expected) < len(wishes)
    assert taken_slots([room.spaces[0].id], []) == []


def test_taken_dates_add_each_rooms_own_turnaround(session: Any) -> None:
    quick, slow = make_room(turnaround_minutes=0), make_room(turnaround_minutes=60)
    for room in (quick, slow):
        claim_spaces(room, hours(2, 3))
    wishes = [hours(0, 2), hours(0, 1), hours(0, 1.5), hours(3, 4), hours(2, 3)]
    found = taken_dates([quick.id, slow.id], wishes)
    assert set(found) == {(quick.id, 4), (slow.id, 0), (slow.id, 2), (slow.id, 4)}


def test_taken_dates_of_a_hall_look_at_every_part(session: Any) -> None:
    half_a, half_b, whole = make_divisible_hall()
    claim_spaces(half_b, EVENING)
    claim_spaces(half_a, EVENING.shift(WEEK))
    rooms = [half_a.id, half_b.id, whole.id]
    wishes = [EVENING, EVENING.shift(WEEK), EVENING.shift(2 * WEEK)]
    assert taken_dates(rooms, wishes).keys() == {
        (half_b.id, 0),
        (whole.id, 0),
        (half_a.id, 1),
        (whole.id, 1),
    }
    assert taken_dates(rooms, []) == taken_dates([], wishes) == {}


def test_what_is_taken_in_a_window_reaches_over_its_edges(session: Any) -> None:
    room, free = make_room(), make_space()
    for start, end in TAKEN:
        claim_spaces(room, hours(start, end))
    ids = [room.spaces[0].id, free.id]
    assert taken_between(ids, hours(1, 31)) == {
        ids[0]: [hours(1, 2), hours(4, 6), hours(6, 7), hours(30, 60)],
        ids[1]: [],
    }
    assert taken_between(ids, hours(2, 4)) == {ids[0]: [], ids[1]: []}
    assert taken_between(ids, hours(40, 50))[ids[0]] == [hours(40, 60)]
    assert taken_between(ids, hours(4, 5))[ids[0]] == [hours(4, 6)]
    assert taken_between(ids, hours(60, 70))[ids[0]] == []
    assert taken_between([], hours(0, 1)) == {}
