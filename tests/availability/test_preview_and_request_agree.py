"""The preview says of each date what asking for it comes to, and everything it offers can be had."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from booking.access.actor import Actor
from booking.availability.fixes import Fix, FixKind
from booking.availability.patterns import slots_of
from booking.availability.series import Preview, like_it, preview
from booking.availability.wishes import Wish, use_on, wishes_of
from booking.errors import RuleViolation, SlotTaken
from booking.extensions import db
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.timetable.recurrence import Slot
from booking.timetable.zone import HELSINKI, day, local_date, to_wall
from tests.availability.towns import QUARTER, Plan, build, close_plans, outcome
from tests.factories.reservations import NOW, request_for
from tests.factories.users import acting, make_user
from tests.support.effort import times
from tests.support.transaction import outer_transaction

EXAMPLES = {"sqlite": times(5), "postgresql": times(2)}
DAYS = (1, 2, 7)  # after the first date
MOST_TURNS = 8
PROBLEMS = {"": "free", "closed": "rule", "itself": "taken"}

Asking = Callable[[RoomFacts, Interval], str]


@pytest.fixture
def sized(backend: str) -> settings:
    """As many examples as the database allows in some seconds."""
    return settings(
        max_examples=EXAMPLES[backend],
        phases=[Phase.generate],  # to make a failure smaller would take minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def test_each_date_is_judged_as_if_asked_for_after_those_before_it(app: Any, sized: settings) -> None:
    @sized
    @given(close_plans)
    def judged(plan: Plan) -> None:
        with outer_transaction(app):
            room, actor, wishes = a_series(plan)
            ask = asking(actor)
            had: list[Preview] = []
            for each in look(wishes, actor):
                use = use_of(each.wish)
                expected = ask(room, use)
                if expected != "rule" and beside(had, room, use) is False:
                    expected = "taken"
                assert PROBLEMS.get(each.problem, each.problem) == expected, each
                assert (each.problem == "itself") == (expected == "taken" and beside(had, room, use) is False)
                if not each.problem:
                    had.append(each)

    judged()


def test_what_is_offered_for_a_date_can_be_had_and_nothing_nearer_is_left_out(
    app: Any, sized: settings
) -> None:
    @sized
    @given(close_plans)
    def offered(plan: Plan) -> None:
        with outer_transaction(app):
            room, actor, wishes = a_series(plan)
            ask = asking(actor)
            found = look(wishes, actor)
            had = [each for each in found if not each.problem]
            for each in (each for each in found if each.problem):
                for offer in each.offers:
                    if offer.room is not None and offer.use is not None:
                        assert ask(offer.room, offer.use) == "free", offer
                        assert beside(had, offer.room, offer.use)
                        assert chosen(each.wish, offer.fix, room) == (offer.room, offer.use)
                check_rooms(each, had, ask)
                check_time(each, had, ask)

    offered()


def test_a_choice_goes_to_exactly_those_dates_for_which_it_would_do(app: Any, sized: settings) -> None:
    @sized
    @given(close_plans)
    def alike(plan: Plan) -> None:
        with outer_transaction(app):
            _room, actor, wishes = a_series(plan)
            ask = asking(actor)
            found = look(wishes, actor)
            had = [each for each in found if not each.problem]
            for fix in {offer.fix for each in found for offer in each.offers}:
                expected = [each.wish.on for each in found if each.problem and would_do(fix, each, had, ask)]
                assert [each.on for each in like_it(found, fix)] == expected, fix

    alike()


def test_a_series_that_is_mended_date_by_date_is_taken_whole(app: Any, sized: settings) -> None:
    @sized
    @given(close_plans)
    def mended(plan: Plan) -> None:
        with outer_transaction(app):
            made = build(plan)
            room, actor, use = catalogue().by_id[made[0].id], acting(make_user()), plan.use()
            first = local_date(use.start, HELSINKI)
            pattern = Pattern("dates", dates=tuple(first + timedelta(days) for days in DAYS))
            try:
                slots = slots_of(pattern, wall(use.start), wall(use.end), room)
            except RuleViolation:
                return  # a use of several days meets itself
            fixes: dict[date, Fix] = {}
            for turn in range(MOST_TURNS):
                request = request_for(made[0], use, pattern=pattern, fixes=tuple(fixes.values()))
                wishes = wishes_of(room, slots, fixes.values(), HELSINKI, catalogue().room)
                found = look(wishes, actor)
                problems = [each for each in found if each.problem]
                fits = not problems and any(each.is_booked for each in wishes)
                own_claims = asked(request, actor)
                assert (own_claims is not None) == fits, (found, fixes)
                if not problems:
                    break
                best, skip = problems[0].offers[0].fix, problems[0].offers[-1].fix
                fixes |= {each.on: each for each in like_it(found, best if turn < MOST_TURNS // 2 else skip)}
            assert not problems
            if fits:
                assert not any(each.problem for each in look(wishes, actor, own_claims=own_claims or ()))

    mended()


def a_series(plan: Plan) -> tuple[RoomFacts, Actor, list[Wish]]:
    """Build the town; return its first room, who asks, and the wish on several days."""
    made = build(plan)
    rooms = catalogue()
    room = rooms.by_id[made[0].id]
    uses = [plan.use().shift(timedelta(days)) for days in (0, *DAYS)]
    slots = [Slot(local_date(use.start, HELSINKI), use) for use in uses]
    return room, acting(make_user()), wishes_of(room, slots, (), HELSINKI, rooms.room)


def look(wishes: Sequence[Wish], actor: Actor, **more: Any) -> list[Preview]:
    return preview(wishes, wanted=Filter(people=1), actor=actor, now=NOW, **more)


def asking(actor: Actor) -> Asking:
    """Return a function that asks for a room and undoes it; nothing changes in between, so once is enough."""

    @cache
    def ask(slug: str, use: Interval) -> str:
        return outcome(catalogue().room(slug), use, actor)

    return lambda room, use: ask(room.slug, use)


def asked(request: ReservationRequest, actor: Actor) -> Collection[int] | None:
    """Ask for a whole series; return its claims, which stay, or None when it is refused."""
    attempt = db.session.begin_nested()
    try:
        made = request_reservation(request, actor=actor, now=NOW)
    except (SlotTaken, RuleViolation):
        attempt.rollback()
        return None
    return [each.claim_id for each in made.occurrences if each.claim_id is not None]


def beside(had: Sequence[Preview], room: RoomFacts, use: Interval) -> bool:
    """Whether the use leaves the dates that work alone."""
    claimed = room.rules.claimed(use)
    return not any(
        set(each.wish.room.space_ids) & set(room.space_ids)
        and each.wish.room.rules.claimed(use_of(each.wish)).overlaps(claimed)
        for each in had
    )


def chosen(wish: Wish, fix: Fix, room: RoomFacts) -> tuple[RoomFacts, Interval | None]:
    """Return where and when the date is with a choice."""
    slot = Slot(wish.on, wish.slot)
    (moved,) = wishes_of(room, [slot], [replace(fix, on=wish.on)], HELSINKI, catalogue().room)
    return moved.room, moved.use


def would_do(fix: Fix, found: Preview, had: Sequence[Preview], ask: Asking) -> bool:
    if fix.kind in (FixKind.SKIP, FixKind.WAIT):
        return fix.kind is FixKind.SKIP or found.problem == "taken"
    room, use = chosen(found.wish, fix, found.wish.room)
    return use is not None and ask(room, use) == "free" and beside(had, room, use)


def check_rooms(found: Preview, had: Sequence[Preview], ask: Asking) -> None:
    """As many other rooms are offered as there are, up to two."""
    use = use_of(found.wish)
    others = [room for room in catalogue().rooms if room.id != found.wish.room.id]
    free = [room for room in others if ask(room, use) == "free" and beside(had, room, use)]
    offered = [offer for offer in found.offers if offer.fix.kind is FixKind.ROOM]
    assert len(offered) == min(2, len(free))


def check_time(found: Preview, had: Sequence[Preview], ask: Asking) -> None:
    """The other time is the nearest of that day, tried one by one."""
    room, use, today = found.wish.room, use_of(found.wish), day(found.wish.on, HELSINKI)
    starts = [today.start + n * QUARTER for n in range(int(today.duration / QUARTER))]
    moved = [Interval(start, start + use.duration) for start in starts if start != use.start]
    possible = [each for each in moved if beside(had, room, each) and ask(room, each) == "free"]
    nearest = min((abs(each.start - use.start) for each in possible), default=None)
    offered = [offer.use for offer in found.offers if offer.fix.kind is FixKind.TIME]
    if offered and offered[0] is not None:
        assert abs(offered[0].start - use.start) == nearest
    else:
        best = [each for each in possible if abs(each.start - use.start) == nearest]
        assert not any(by_wall_clock(each) == each for each in best[:1])


def by_wall_clock(use: Interval) -> Interval | None:
    """Return the use that its times of day mean: a choice can say no more."""
    start, end = wall(use.start), wall(use.end)
    return use_on(start.date(), start.time(), end.time(), HELSINKI)


def use_of(wish: Wish) -> Interval:
    assert wish.use is not None
    return wish.use


def wall(moment: datetime) -> datetime:
    return to_wall(moment, HELSINKI).replace(tzinfo=None, fold=0)
