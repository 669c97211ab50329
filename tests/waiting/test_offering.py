"""What frees up is offered, in the transaction that frees it, to the first in the line whom it fits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.audit.service import history
from booking.clock import now as real_now
from booking.db import in_transaction
from booking.errors import SlotTaken
from booking.occupancy.models import Claim, Occupancy
from booking.reservations.decisions import cancel, decline, expire_pending, withdraw
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.reservations.waiting import offering
from booking.reservations.waiting.offering import may_be_offered, offer_free
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.reservations.mail import leave, posted
from tests.reservations.town import Town
from tests.waiting.line import free, states, steps, take, the_date, wait, what_is_held

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def test_the_first_in_the_line_is_offered_the_slot_and_holds_it(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 30
    taken = take(town)
    later, first = (wait(make_user(), town.room, now=NOW + shift) for shift in (MINUTE, timedelta()))
    free(town, taken, now=NOW + HOUR)
    assert states(first, later) == ["offered", "waiting"]
    date = the_date(first)
    assert date.deadline_at == NOW + 25 * HOUR
    assert date.changed_at == NOW + HOUR
    assert what_is_held(first) == [(town.room.spaces[0].id, EVENING.extend_end(timedelta(minutes=30)))]
    assert session.scalar(select(Claim.kind).where(Claim.id == date.claim_id)) == "waiting"
    assert steps(first) == [("join", first.user_id), ("offer", None)]
    assert history("waiting", first.id)[-1].details == {"dates": [date.id]}


def test_of_two_who_joined_in_the_same_second_the_first_is_first(session: Any, town: Town) -> None:
    taken = take(town)
    entries = [wait(make_user(), town.room) for _ in range(3)]
    free(town, taken)
    assert states(*entries) == ["offered", "waiting", "waiting"]


def test_nobody_else_gets_what_is_offered(session: Any, town: Town) -> None:
    taken = take(town)
    wait(make_user(), town.room)
    free(town, taken)
    for room_approval in ("by_approver", "at_once"):
        town.room.approval = room_approval
        session.flush()
        with pytest.raises(SlotTaken):
            request_reservation(request_for(town.room), actor=acting(town.rival), now=NOW)


def test_who_needs_more_than_is_free_is_passed_over_and_keeps_the_place(session: Any, town: Town) -> None:
    early, late = take(town), take(town, EVENING.shift(2 * HOUR))
    whole_evening = wait(make_user(), town.room, Interval(EVENING.start, EVENING.end + HOUR))
    fits = wait(make_user(), town.room, EVENING)
    free(town, early)
    assert states(whole_evening, fits) == ["waiting", "offered"]
    free(town, late)
    assert states(whole_evening, fits) == ["waiting", "offered"]


def test_two_who_fit_beside_each_other_are_both_offered(session: Any, town: Town) -> None:
    taken = take(town, Interval(EVENING.start, EVENING.start + 4 * HOUR))
    uses = [EVENING, EVENING.shift(HOUR), EVENING.shift(2 * HOUR)]
    entries = [wait(make_user(), town.room, use) for use in uses]
    free(town, taken)
    assert states(*entries) == ["offered", "waiting", "offered"]


def test_the_cleaning_after_a_use_must_fit_too(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 30
    taken = take(town)
    take(town, EVENING.shift(3 * HOUR))
    late, fits = wait(make_user(), town.room, EVENING.shift(HOUR)), wait(make_user(), town.room)
    free(town, taken)
    assert states(late, fits) == ["waiting", "offered"]


def test_half_a_hall_frees_up_for_those_whom_a_half_is_enough(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    in_a, in_b = take(town, room=half_a), take(town, room=half_b)
    all_of_it, only_b, only_a = (wait(make_user(), room) for room in (whole, half_b, half_a))
    free(town, in_b)
    assert states(all_of_it, only_b, only_a) == ["waiting", "offered", "waiting"]
    free(town, in_a)
    assert states(all_of_it, only_b, only_a) == ["waiting", "offered", "offered"]


def test_a_whole_hall_that_frees_up_goes_to_the_first_or_to_both_halves(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    this, next_week = take(town, room=whole), take(town, EVENING.shift(WEEK), room=whole)
    all_of_it, only_a = wait(make_user(), whole), wait(make_user(), half_a)
    free(town, this)
    assert states(all_of_it, only_a) == ["offered", "waiting"]
    halves = [wait(make_user(), room, EVENING.shift(WEEK)) for room in (half_a, half_b, whole)]
    free(town, next_week)
    assert states(*halves) == ["offered", "offered", "waiting"]


def test_a_freed_series_offers_each_date_and_tells_it_in_one_mail(session: Any, town: Town) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(4)]
    taken = take(town, *uses)
    one, series = wait(town.booker, town.room, uses[1]), wait(make_user(), town.room, *uses)
    free(town, taken, ids=[each.id for each in taken.occurrences[:3]])
    assert states(one) == ["offered"]
    assert states(series) == ["offered", "waiting", "offered", "waiting"]
    told = posted(session, "waiting_offer")
    assert [each.subject_id for each in told] == [one.id, series.id]
    assert told[1].body.count("Vastaa viimeistään") == 2


FREEING: dict[str, Callable[[Town, Reservation], object]] = {
    "cancelled by the booker": lambda town, it: cancel(
        it.reference, None, "", actor=acting(town.rival), now=NOW
    ),
    "declined": lambda town, it: decline(it.reference, None, "Syy", actor=acting(town.approver), now=NOW),
    "withdrawn": lambda town, it: withdraw(it.reference, None, actor=acting(town.rival), now=NOW),
}


@pytest.mark.parametrize("how", FREEING)
def test_it_does_not_matter_how_a_slot_frees_up(session: Any, town: Town, how: str) -> None:
    town.room.pending_holds, town.room.cancellation_days = True, 0
    session.flush()
    taken = take(town, state="confirmed" if how.startswith("cancelled") else "pending")
    entry = wait(make_user(), town.room)
    in_transaction(lambda: FREEING[how](town, taken))
    assert states(entry) == ["offered"]


def test_an_expired_request_leaves_the_rest_of_its_time_to_who_waits(session: Any, town: Town) -> None:
    town.room.pending_holds, town.room.notice_minutes = True, 0
    session.flush()
    take(town, Interval(EVENING.start - 2 * HOUR, EVENING.start + HOUR), state="pending")
    entry = wait(make_user(), town.room)
    at = EVENING.start - 2 * HOUR
    in_transaction(lambda: expire_pending(now=at))
    assert states(entry) == ["offered"]
    assert the_date(entry).deadline_at == EVENING.start - HOUR, "half of the two hours that are left"


def test_what_begins_or_has_ended_is_offered_to_nobody(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(make_user(), town.room)
    free(town, taken, now=EVENING.start - 2 * HOUR)
    assert states(entry) == ["waiting"], "the room takes requests two hours before at the latest"
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 0


@pytest.mark.parametrize(
    ("before", "to_answer"),
    [
        (72 * HOUR, 24 * HOUR),
        (48 * HOUR, 24 * HOUR),
        (47 * HOUR, 23.5 * HOUR),
        (6 * HOUR, 3 * HOUR),
        (4 * HOUR, 2 * HOUR),
        (3 * HOUR, HOUR),
        (2 * HOUR + MINUTE, MINUTE),
    ],
)
def test_there_is_a_day_to_answer_or_half_the_time_while_the_room_takes_requests(
    session: Any, town: Town, before: timedelta, to_answer: timedelta
) -> None:
    taken = take(town)
    entry = wait(make_user(), town.room)
    moment = EVENING.start - before
    free(town, taken, now=moment)
    assert states(entry) == ["offered"]
    assert the_date(entry).deadline_at == moment + to_answer


# Who may not book any more is passed over


def test_a_person_whose_account_is_closed_is_passed_over(session: Any, town: Town) -> None:
    taken = take(town)
    gone, here = wait(make_user(), town.room), wait(make_user(), town.room)
    gone.user.closed_at = real_now()
    session.flush()
    free(town, taken)
    assert states(gone, here) == ["waiting", "offered"]


@pytest.mark.parametrize("then", [None, Role.MEMBER])
def test_an_association_whose_only_booker_may_not_book_is_passed_over(
    session: Any, town: Town, then: Role | None
) -> None:
    taken, organisation = take(town), make_organisation()
    booker = make_member(organisation, Role.BOOKER)
    lost, here = wait(booker, town.room, organisation=organisation), wait(make_user(), town.room)
    leave(session, booker, then=then)
    free(town, taken)
    assert states(lost, here) == ["waiting", "offered"]
    assert not may_be_offered(the_date(lost), NOW)


def test_the_managers_are_offered_what_a_booker_who_left_waited_for(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(town.booker, town.room, organisation=town.choir)
    leave(session, town.booker)
    free(town, taken)
    assert states(entry) == ["offered"]
    assert [each.recipient for each in posted(session, "waiting_offer")] == [town.manager.email]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("state", "draft"),
        ("owner", None),
        ("approval", "by_round"),
        ("who_may_book", "members"),
        ("capacity", 3),
        ("longest_minutes", 60),
        ("notice_minutes", 14 * 24 * 60),
    ],
)
def test_a_room_that_takes_the_request_no_more_is_offered_to_nobody(
    session: Any, town: Town, rule: str, value: Any
) -> None:
    taken = take(town)
    entry = wait(town.booker, town.room, people=4)
    approver = acting(town.approver)
    setattr(town.room, rule, value)
    session.flush()
    reference = taken.reference
    canceller = acting(town.rival) if rule == "owner" else approver
    in_transaction(lambda: cancel(reference, None, "Syy", actor=canceller, now=NOW))
    assert states(entry) == ["waiting"]
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 0


def test_who_has_as_many_reservations_as_allowed_is_passed_over_until_one_ends(
    session: Any, town: Town
) -> None:
    town.room.most_active = 1
    session.flush()
    taken = take(town)
    full = wait(town.booker, town.room, organisation=town.choir)
    other = make_reservation(town.room, EVENING.shift(WEEK), booker=town.booker, organisation=town.choir)
    free(town, taken)
    assert states(full) == ["waiting"]
    assert in_transaction(lambda: offer_free(now=NOW)) == 0
    free(town, other)
    assert states(full) == ["waiting"], "another week has freed up"
    assert in_transaction(lambda: offer_free(now=NOW)) == 1
    assert states(full) == ["offered"]


def test_what_is_free_by_a_change_of_rules_is_offered_by_the_periodic_work(
    session: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "LOOKED_AT_ONCE", 2)
    town.room.turnaround_minutes = 30
    take(town, EVENING.shift(2 * HOUR))
    entries = [wait(make_user(), town.room) for _ in range(3)]
    assert in_transaction(lambda: offer_free(now=NOW)) == 0
    town.room.turnaround_minutes = 0
    session.flush()
    assert in_transaction(lambda: offer_free(now=NOW)) == 1
    assert states(*entries) == ["offered", "waiting", "waiting"]


def test_a_transaction_that_fails_offers_nothing(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(make_user(), town.room)

    def fail() -> None:
        cancel(taken.reference, None, "Syy", actor=acting(town.approver), now=NOW)
        raise KeyError

    with pytest.raises(KeyError):
        in_transaction(fail)
    assert states(entry) == ["waiting"]
    assert posted(session, "waiting_offer") == []


def test_what_is_taken_again_in_the_same_transaction_is_not_offered(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(make_user(), town.room)

    def move() -> None:
        cancel(taken.reference, None, "Syy", actor=acting(town.approver), now=NOW)
        make_reservation(town.room, EVENING.shift(HOUR))

    in_transaction(move)
    assert states(entry) == ["waiting"]


def test_another_rooms_line_is_left_alone(session: Any, town: Town) -> None:
    other = make_room(owner=town.owner)
    taken = take(town)
    take(town, room=other)
    entry = wait(make_user(), other)
    free(town, taken)
    assert states(entry) == ["waiting"]
