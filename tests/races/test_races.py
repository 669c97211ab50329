"""Many at once for the same space, over HTTP, against four real processes, on both databases."""

from collections import Counter
from itertools import combinations

from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, parse_time
from tests.races.conftest import HOUR, ROUNDS, Arena, day
from tests.races.crowd import Answer


def use_of(answer: Answer) -> Interval:
    """Return the use that was asked for."""
    body = answer.sending.body
    return Interval(*(parse_time(body[end], HELSINKI) for end in ("start", "end")))


def split(answers: list[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Return (accepted, refused). Any other status than 201, 200 or 409 fails."""
    statuses = Counter(each.status for each in answers)
    odd = [(each.status, each.body) for each in answers if each.status not in (200, 201, 409)]
    assert not odd, (statuses, odd[:3])
    return [each for each in answers if each.status < 300], [each for each in answers if each.status == 409]


def test_of_fifty_who_ask_for_one_slot_one_gets_it(arena: Arena) -> None:
    accepted = 0
    for number in range(ROUNDS):
        sendings = [arena.ask(arena.at_once, day(number), 2, place) for place in range(50)]
        won, lost = split(arena.crowd.send(sendings))
        assert (len(won), len(lost)) == (1, 49)
        assert {each.body["code"] for each in lost} == {"slot_taken"}
        assert won[0].body["state"] == "confirmed"
        accepted += len(won)
    assert accepted == ROUNDS
    assert arena.count("SELECT count(*) FROM occurrences WHERE state = 'confirmed'") == ROUNDS
    assert arena.count("SELECT count(*) FROM reservations WHERE title LIKE 'Kilpailija%'") == ROUNDS
    assert arena.nothing_overlaps()


def test_of_overlapping_but_different_times_those_that_fit_are_taken(arena: Arena) -> None:
    sizes = set()
    for number in range(ROUNDS):
        sendings = [
            arena.ask(arena.at_once, day(number) + place * HOUR / 4, 0.5 + place % 5 / 2, place)
            for place in range(24)
        ]
        won, lost = split(arena.crowd.send(sendings))
        sizes.add(len(won))
        assert won
        assert not any(use_of(one).overlaps(use_of(other)) for one, other in combinations(won, 2))
        for each in lost:
            assert any(use_of(each).overlaps(use_of(winner)) for winner in won), use_of(each)
    assert max(sizes) > 1, "several fit beside each other on a day, so more than one must get through"
    assert arena.nothing_overlaps()


def test_a_whole_hall_and_its_halves_never_meet(arena: Arena) -> None:
    half_a, half_b, whole = arena.hall
    spaces = {half_a: {"A"}, half_b: {"B"}, whole: {"A", "B"}}
    for number in range(ROUNDS):
        sendings = [arena.ask(arena.hall[place % 3], day(number), 2, place) for place in range(24)]
        won, lost = split(arena.crowd.send(sendings))
        rooms = sorted(each.sending.body["room"] for each in won)
        assert rooms in ([whole], sorted([half_a, half_b])), "one whole, or both its halves"
        taken = set().union(*(spaces[room] for room in rooms))
        assert taken == {"A", "B"}
        assert len(lost) == len(sendings) - len(rooms)
    assert arena.nothing_overlaps()


def test_approvers_who_confirm_competing_requests_at_once_confirm_only_what_fits(arena: Arena) -> None:
    for requests in arena.rounds:
        sendings = [arena.confirm(request, place) for place, request in enumerate(requests)]
        use = {sending.path: request.use for sending, request in zip(sendings, requests, strict=True)}
        won, lost = split(arena.crowd.send(sendings))
        confirmed = [use[each.sending.path] for each in won]
        assert confirmed
        assert not any(one.overlaps(other) for one, other in combinations(confirmed, 2))
        for each in lost:
            assert any(use[each.sending.path].overlaps(winner) for winner in confirmed)
            assert each.body["code"] in ("wrong_state", "slot_taken")
    assert arena.count("SELECT count(*) FROM occurrences WHERE state = 'pending'") == 0
    assert arena.nothing_overlaps()
