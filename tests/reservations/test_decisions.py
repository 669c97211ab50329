"""Deciding, withdrawing, cancelling and expiring: who may, when, and what it leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.service import held
from booking.reservations.decisions import (
    cancel,
    confirm,
    decline,
    withdraw,
)
from booking.reservations.models import Reason, Reservation
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

Act = Callable[[Reservation, Actor, datetime], Reservation]

ACTS: dict[str, Act] = {
    "confirm": lambda it, actor, now: confirm(it.reference, None, actor=actor, now=now),
    "decline": lambda it, actor, now: decline(it.reference, None, "Syy", actor=actor, now=now),
    "withdraw": lambda it, actor, now: withdraw(it.reference, None, actor=actor, now=now),
    "cancel": lambda it, actor, now: cancel(it.reference, None, "Syy", actor=actor, now=now),
}


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [each.code for each in refused.value.violations]


# The four steps


def test_confirming_claims_the_use_and_its_turnaround(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 30
    reservation = of_choir(town)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    (occurrence,) = reservation.occurrences
    assert occurrence.state == "confirmed"
    assert held([occurrence.claim_id])[occurrence.claim_id] == [
        (town.room.spaces[0].id, EVENING.extend_end(timedelta(minutes=30)))
    ]


def test_confirming_what_held_already_keeps_its_claim(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    reservation = of_choir(town)
    claim_id = reservation.occurrences[0].claim_id
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert reservation.occurrences[0].claim_id == claim_id is not None


@pytest.mark.parametrize(
    ("act", "before", "result"),
    [
        ("decline", "pending", "declined"),
        ("withdraw", "pending", "withdrawn"),
        ("cancel", "confirmed", "cancelled"),
    ],
)
def test_what_comes_to_nothing_gives_its_time_back(
    session: Any, town: Town, act: str, before: str, result: str
) -> None:
    town.room.pending_holds = True
    session.flush()
    reservation = of_choir(town, state=before)
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 1
    person = town.booker if act == "withdraw" else town.approver
    ACTS[act](reservation, acting(person), NOW)
    assert states(reservation) == [result]
    assert reservation.occurrences[0].claim_id is None
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 0
    assert session.scalar(select(func.count()).select_from(Claim)) == 0
    make_reservation(town.room)  # the time can be had again


@pytest.mark.parametrize("act", ACTS)
def test_a_step_is_told_in_the_history_and_raises_the_sequence(session: Any, town: Town, act: str) -> None:
    reservation = of_choir(town, state="confirmed" if act == "cancel" else "pending")
    (occurrence,) = reservation.occurrences
    uid, slot = occurrence.uid, occurrence.slot_starts_at
    person = town.booker if act == "withdraw" else town.approver
    moment = NOW + HOUR
    ACTS[act](reservation, acting(person), moment)
    session.refresh(occurrence)
    assert (occurrence.uid, occurrence.slot_starts_at, occurrence.sequence) == (uid, slot, 1)
    assert (occurrence.changed_at, reservation.changed_at) == (moment, moment)
    step = last_step(reservation)
    assert (step.action, step.actor_id, step.at) == (act, person.id, moment)
    assert step.details["occurrences"] == [occurrence.id]
    if act == "cancel":
        assert step.details["by"] == "owner"
        assert step.details["short_notice"] is True  # eight days
    words = session.scalars(select(Reason.text).where(Reason.audit_entry_id == step.id)).all()
    assert words == ([] if act in ("confirm", "withdraw") else ["Syy"])


def test_each_change_of_state_raises_the_sequence_by_one(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    cancel(reservation.reference, None, "Syy", actor=acting(town.booker), now=NOW)
    assert reservation.occurrences[0].sequence == 2
    assert [each.action for each in history("reservation", reservation.id)] == ["confirm", "cancel"]


def test_an_owners_cancellation_with_good_notice_is_not_short(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    cancel(
        reservation.reference,
        None,
        "Syy",
        actor=acting(town.approver),
        now=EVENING.start - timedelta(days=14),
    )
    assert last_step(reservation).details["short_notice"] is False


# Who


NOT_SEEN, SEEN_ONLY, ALLOWED = "not found", "forbidden", "allowed"


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what(session: Any, town: Town, act: str, visibility: str) -> None:
    state = "confirmed" if act == "cancel" else "pending"
    reservation = of_choir(town, state=state, visibility=visibility)
    other_owner = make_room().owner
    assert other_owner is not None
    # only a confirmed public reservation is there for all to see
    stranger = SEEN_ONLY if (state, visibility) == ("confirmed", "public") else NOT_SEEN
    on_the_bookers_side = ALLOWED if act in ("withdraw", "cancel") else SEEN_ONLY
    expected = {
        VISITOR: stranger,
        acting(make_user()): stranger,
        acting(make_user(is_admin=True)): stranger,
        acting(town.rival): stranger,
        acting(make_member(other_owner, Role.APPROVER)): stranger,
        acting(make_member(town.owner, Role.STAFF)): stranger,
        acting(make_member(town.owner, Role.MANAGER)): stranger,
        acting(town.member): SEEN_ONLY,
        acting(town.booker): on_the_bookers_side,
        acting(town.manager): on_the_bookers_side,
        acting(make_member(town.choir, Role.BOOKER)): on_the_bookers_side,
        acting(town.approver): SEEN_ONLY if act == "withdraw" else ALLOWED,
    }
    for actor, outcome in expected.items():
        attempt = session.begin_nested()
        try:
            ACTS[act](reservation, actor, NOW)
        except NotFound:
            found = NOT_SEEN
        except Forbidden:
            found = SEEN_ONLY
        else:
            found = ALLOWED
        attempt.rollback()
        assert found == outcome, actor


def test_who_has_left_the_association_has_no_part_in_what_they_booked(session: Any, town: Town) -> None:
    reservation = make_reservation(town.room, state="pending", booker=make_user(), organisation=town.choir)
    with pytest.raises(NotFound):
        withdraw(reservation.reference, None, actor=acting(reservation.booker), now=NOW)


def test_a_person_withdraws_what_they_asked_for_themselves_and_nobody_else_does(
    session: Any, town: Town
) -> None:
    reservation = make_reservation(town.room, state="pending", booker=town.booker)
    for other in (town.manager, town.rival, make_user()):
        with pytest.raises(NotFound):
            withdraw(reservation.reference, None, actor=acting(other), now=NOW)
    withdraw(reservation.reference, None, actor=acting(town.booker), now=NOW)
    assert states(reservation) == ["withdrawn"]


@pytest.mark.parametrize("act", ACTS)
def test_an_unknown_reference_is_not_found(session: Any, town: Town, act: str) -> None:
    unknown = Reservation(reference="EIOLE234")
    with pytest.raises(NotFound):
        ACTS[act](unknown, acting(town.approver), NOW)


def test_permission_comes_before_state(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="declined")
    with pytest.raises(NotFound):
        confirm(reservation.reference, None, actor=acting(town.rival), now=NOW)
    with pytest.raises(Forbidden):
        confirm(reservation.reference, None, actor=acting(town.member), now=NOW)
    with pytest.raises(WrongState):
        confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)


# State and rules

STATES = ("pending", "confirmed", "declined", "withdrawn", "expired", "cancelled", "used", "no_show")
CLOSED = [
    (act, state)
    for act in ACTS
    for state in STATES
    if state != ("confirmed" if act == "cancel" else "pending")
]


@pytest.mark.parametrize(("act", "state"), CLOSED)
def test_only_an_open_date_can_be_changed(session: Any, town: Town, act: str, state: str) -> None:
    reservation = of_choir(town, state=state)
    person = town.booker if act == "withdraw" else town.approver
    with pytest.raises(WrongState) as refused:
        ACTS[act](reservation, acting(person), NOW)
    assert refused.value.params["state"] == state
    assert states(reservation) == [state]
    assert history("reservation", reservation.id) == []
    assert kinds_of_mail(session) == []


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_an_approver_who_says_no_says_why(session: Any, town: Town, reason: str) -> None:
    approver = acting(town.approver)
    pending, confirmed = of_choir(town), of_choir(town, EVENING.shift(WEEK), state="confirmed")
    with pytest.raises(RuleViolation) as refused:
        decline(pending.reference, None, reason, actor=approver, now=NOW)
    assert codes(refused) == ["reason_missing"]
    with pytest.raises(RuleViolation) as refused:
        cancel(confirmed.reference, None, reason, actor=approver, now=NOW)
    assert codes(refused) == ["reason_missing"]
    assert states(pending) + states(confirmed) == ["pending", "confirmed"]


def test_a_missing_reason_is_told_before_a_wrong_state(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="withdrawn")
    for act in (decline, cancel):
        with pytest.raises(RuleViolation):
            act(reservation.reference, None, "", actor=acting(town.approver), now=NOW)


def test_the_booker_cancels_until_the_deadline_and_owes_no_reason(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    deadline = EVENING.start - 7 * DAY
    with pytest.raises(RuleViolation) as refused:
        cancel(
            reservation.reference, None, "", actor=acting(town.booker), now=deadline + timedelta(seconds=1)
        )
    assert codes(refused) == ["too_late_to_cancel"]
    assert refused.value.violations[0].params == {"days": 7, "moment": deadline}
    cancel(reservation.reference, None, "", actor=acting(town.booker), now=deadline)
    assert states(reservation) == ["cancelled"]
    assert last_step(reservation).details["by"] == "booker"


def test_the_owner_cancels_until_the_start(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    with pytest.raises(WrongState):
        cancel(reservation.reference, None, "Syy", actor=acting(town.approver), now=EVENING.start)
    cancel(reservation.reference, None, "Syy", actor=acting(town.approver), now=EVENING.start - HOUR)
    assert last_step(reservation).details["short_notice"] is True


def test_what_has_begun_is_not_confirmed_any_more(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    with pytest.raises(WrongState):
        confirm(reservation.reference, None, actor=acting(town.approver), now=EVENING.start)
    assert states(reservation) == ["pending"]


def test_what_is_taken_by_now_cannot_be_confirmed(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    make_reservation(town.room, EVENING.shift(HOUR))
    with pytest.raises(SlotTaken) as refused:
        in_transaction(lambda: confirm(reservation.reference, None, actor=acting(town.approver), now=NOW))
    assert refused.value.conflicts == (EVENING,)
    assert states(reservation) == ["pending"]
    assert kinds_of_mail(session) == []
    assert history("reservation", reservation.id) == []


# Some dates of a series


def test_dates_are_decided_one_by_one(session: Any, town: Town) -> None:
    series = of_choir(town, *(EVENING.shift(week * WEEK) for week in range(4)))
    approver, ids = acting(town.approver), [each.id for each in series.occurrences]
    confirm(series.reference, ids[:2], actor=approver, now=NOW)
    decline(series.reference, [ids[3]], "Vaalit", actor=approver, now=NOW)
    assert states(series) == ["confirmed", "confirmed", "pending", "declined"]
    assert [each.details["occurrences"] for each in history("reservation", series.id)] == [ids[:2], [ids[3]]]
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 2
    withdraw(series.reference, None, actor=acting(town.booker), now=NOW)  # what is still open
    assert states(series) == ["confirmed", "confirmed", "withdrawn", "declined"]
    assert [each.sequence for each in series.occurrences] == [1, 1, 1, 1]


def test_one_date_that_is_not_open_stops_the_whole_step(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    ids = [each.id for each in series.occurrences]
    confirm(series.reference, ids[:1], actor=acting(town.approver), now=NOW)
    with pytest.raises(WrongState):
        confirm(series.reference, ids, actor=acting(town.approver), now=NOW)
    assert states(series) == ["confirmed", "pending"]


def test_another_reservations_date_is_not_found(session: Any, town: Town) -> None:
    mine, other = of_choir(town), of_choir(town, EVENING.shift(WEEK))
    for ids in ([other.occurrences[0].id], [mine.occurrences[0].id, other.occurrences[0].id], [987654321]):
        with pytest.raises(NotFound):
            confirm(mine.reference, ids, actor=acting(town.approver), now=NOW)
    assert states(mine) + states(other) == ["pending", "pending"]


def test_a_step_on_no_date_at_all_is_refused(session: Any, town: Town) -> None:
    with pytest.raises(WrongState):
        confirm(of_choir(town).reference, [], actor=acting(town.approver), now=NOW)
