"""Whole series at once for the same rooms, over HTTP, against four real processes, on both databases."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, parse_time
from tests.races.conftest import HOUR, Arena, day
from tests.races.crowd import Answer, Sending
from tests.support.effort import times

DATES = 52
OTHERS = 20
ROUNDS = times(2)
WEEK = timedelta(weeks=1)


def test_a_series_of_52_dates_races_20_others_and_each_gets_all_of_its_dates_or_none(arena: Arena) -> None:
    accepted = 0
    for number in range(ROUNDS):
        sendings = [_series(arena, arena.hall[2], day(number), 0)]
        sendings += [_other(arena, number, place) for place in range(1, OTHERS + 1)]
        answers = arena.crowd.send(sendings)
        _refuse_odd(answers)
        won = [each for each in answers if each.status == 201]
        accepted += len(won)
        assert won, "they cannot all lose: somebody was first"
        for each in won:
            assert len(each.body["occurrences"]) == each.sending.body.get("count", 1)
            assert each.body["state"] == "confirmed"
        _nothing_of_theirs_meets(arena, won)
        assert arena.nothing_overlaps()
    assert accepted > ROUNDS, "several fit beside each other, so more than one a round must get through"
    _every_series_is_whole(arena)


def test_series_that_are_cancelled_while_others_ask_for_their_slots_break_nothing(arena: Arena) -> None:
    half_a, half_b, whole = arena.hall
    for number in range(ROUNDS):
        held = arena.crowd.send([_series(arena, whole, day(number), 0)])[0]
        assert held.status == 201
        cancelled = Sending(f"/api/v1/reservations/{held.body['reference']}/cancel", {}, held.sending.token)
        rivals = [
            _series(arena, (half_a, half_b, whole)[place % 3], day(number), place)
            for place in range(1, OTHERS + 1)
        ]
        answers = arena.crowd.send([*rivals[:10], cancelled, *rivals[10:]])
        _refuse_odd(answers)
        assert answers[10].status == 200
        won = [each for each in answers if each.status == 201]
        _nothing_of_theirs_meets(arena, won)
        assert arena.nothing_overlaps()
    _every_series_is_whole(arena)


def _series(arena: Arena, room: str, start: datetime, place: int, **changes: Any) -> Sending:
    asked = arena.ask(room, start, 2, place)
    return replace(asked, body=asked.body | {"repeat": "weekly", "count": DATES} | changes)


def _other(arena: Arena, number: int, place: int) -> Sending:
    """Return a rival: a series over the same half or hall at another hour, or one date in its middle."""
    room = arena.hall[place % 3]
    start = day(number) + (place % 5 - 2) * HOUR
    if place % 4 == 0:
        return arena.ask(room, start + place * WEEK, 2, place)
    if place % 4 == 1:  # from half to half: the spaces of both rooms, in whatever order its dates come
        wall = start.astimezone(HELSINKI).date()
        halves = [arena.hall[0], arena.hall[1]]
        other = halves[place % 2]
        instead = [{"date": str(wall + n * WEEK), "room": other} for n in range(0, DATES, 3)]
        return _series(arena, halves[1 - place % 2], start, place, instead=instead)
    return _series(arena, room, start, place)


def _refuse_odd(answers: list[Answer]) -> None:
    odd = [(each.status, each.body) for each in answers if each.status not in (200, 201, 409)]
    assert not odd, (Counter(each.status for each in answers), odd[:3])
    assert {each.body["code"] for each in answers if each.status == 409} <= {"slot_taken"}


def _nothing_of_theirs_meets(arena: Arena, won: list[Answer]) -> None:
    half_a, half_b, whole = arena.hall
    spaces = {half_a: {"A"}, half_b: {"B"}, whole: {"A", "B"}}
    held = [
        [
            (spaces[each["room"]], Interval(*(parse_time(each[end], HELSINKI) for end in ("start", "end"))))
            for each in answer.body["occurrences"]
        ]
        for answer in won
    ]
    for one, other in combinations(held, 2):
        for its, use in one:
            assert not any(its & others and use.overlaps(taken) for others, taken in other)


def _every_series_is_whole(arena: Arena) -> None:
    assert (
        arena.count(
            "SELECT count(*) FROM (SELECT reservation_id FROM occurrences GROUP BY reservation_id "
            f"HAVING count(*) NOT IN (1, {DATES})) AS halved"
        )
        == 0
    )
