"""Deciding, withdrawing, cancelling and expiring: who may, when, and what it leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.service import held
from booking.outbox.models import OutboxMessage
from booking.reservations.changes import competing
from booking.reservations.decisions import (
    EXPIRED_AT_ONCE,
    cancel,
    confirm,
    decline,
    expire_pending,
    withdraw,
)
from booking.reservations.models import Reason, Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.reservations.conftest import Town

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


def of_choir(town: Town, *uses: Interval, state: str = "pending", **changes: Any) -> Reservation:
    """Return a reservation of the choir's booker in the town's room."""
    room = changes.pop("room", town.room)
    return make_reservation(room, *uses, state=state, booker=town.booker, organisation=town.choir, **changes)


def states(reservation: Reservation) -> list[str]:
    return [each.state for each in reservation.occurrences]


def last_step(reservation: Reservation) -> AuditEntry:
    return history("reservation", reservation.id)[-1]


def kinds_of_mail(session: Any) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def codes(refused: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [each.code for each in refused.value.violations]


# The four steps


def test_confirming_claims_the_use_and_its_turnaround(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 30
    reservation = of_choir(town)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    (occurrence,) = reservation.occurrences
    assert occurrence.state == "confirmed"
    assert held(occurrence.claim_id or 0) == [
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


# Competition


def ask(town: Town, room: Room, use: Interval = EVENING) -> Reservation:
    """Have the choir's booker ask for a room by the service."""
    request = request_for(room, use, organisation_slug=town.choir.slug)
    return request_reservation(request, actor=acting(town.booker), now=NOW)


def test_confirming_one_declines_those_that_no_longer_fit(session: Any, town: Town) -> None:
    won = of_choir(town)
    same, earlier, later = (of_choir(town, EVENING.shift(shift)) for shift in (0 * HOUR, -HOUR, HOUR))
    beside, next_week = of_choir(town, EVENING.shift(2 * HOUR)), of_choir(town, EVENING.shift(WEEK))
    elsewhere = of_choir(town, room=make_room())
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    for lost in (same, earlier, later):
        assert states(lost) == ["declined"]
        step = last_step(lost)
        assert (step.action, step.actor_id) == ("lose", None)
        assert lost.occurrences[0].sequence == 1
    for kept in (beside, next_week, elsewhere):
        assert states(kept) == ["pending"]
        assert history("reservation", kept.id) == []
    assert kinds_of_mail(session) == ["confirmed", "competing_lost", "competing_lost", "competing_lost"]


def test_the_turnaround_of_each_counts_in_the_competition(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 60
    won, before, after = (of_choir(town, EVENING.shift(hours * HOUR)) for hours in (0, -2, 2))
    far = of_choir(town, EVENING.shift(3 * HOUR))
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    assert states(before) == states(after) == ["declined"]
    assert states(far) == ["pending"]


def test_a_long_use_loses_to_a_short_one_inside_it(session: Any, town: Town) -> None:
    town.room.longest_minutes = 14 * 24 * 60
    long = of_choir(town, Interval(EVENING.start - 13 * DAY, EVENING.start + DAY))
    short = of_choir(town)
    confirm(short.reference, None, actor=acting(town.approver), now=NOW)
    assert states(long) == ["declined"]


def test_confirming_a_half_declines_the_whole_and_leaves_the_other_half(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    first, other, all_of_it = (ask(town, room) for room in (half_a, half_b, whole))
    assert [each.reservation for each in competing(first.occurrences[0])] == [all_of_it]
    assert {each.reservation for each in competing(all_of_it.occurrences[0])} == {first, other}
    confirm(first.reference, None, actor=acting(town.approver), now=NOW)
    assert (states(other), states(all_of_it)) == (["pending"], ["declined"])
    confirm(other.reference, None, actor=acting(town.approver), now=NOW)
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 2


def test_competing_requests_are_shown_oldest_first(session: Any, town: Town) -> None:
    wish = of_choir(town)
    younger = of_choir(town, created_at=NOW - 2 * HOUR)
    older = of_choir(town, created_at=NOW - 3 * HOUR)
    assert [each.reservation for each in competing(wish.occurrences[0])] == [older, younger]


def test_one_mail_tells_of_all_dates_that_one_reservation_lost(session: Any, town: Town) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    lost, won = of_choir(town, *uses), of_choir(town, *uses[:2])
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    assert states(lost) == ["declined", "declined", "pending"]
    assert kinds_of_mail(session) == ["confirmed", "competing_lost"]
    assert last_step(lost).details["occurrences"] == [each.id for each in lost.occurrences[:2]]


def test_a_series_does_not_compete_with_itself(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(3 * HOUR))
    town.room.turnaround_minutes = 0
    assert competing(series.occurrences[0]) == []


# Time goes by


def test_a_request_nobody_decided_expires_when_it_begins(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    due, coming = of_choir(town), of_choir(town, EVENING.shift(2 * HOUR))
    assert expire_pending(now=EVENING.start - timedelta(seconds=1)) == 0
    assert expire_pending(now=EVENING.start) == 1
    assert (states(due), states(coming)) == (["expired"], ["pending"])
    assert due.occurrences[0].claim_id is None
    assert coming.occurrences[0].claim_id is not None
    step = last_step(due)
    assert (step.action, step.actor_id, step.at) == ("expire", None, EVENING.start)
    assert kinds_of_mail(session) == ["expired"]
    assert expire_pending(now=EVENING.start) == 0


def test_expiry_leaves_what_is_decided_and_takes_a_series_at_a_time(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(DAY))
    make_occurrence(series, EVENING.shift(WEEK), state="pending")
    make_occurrence(series, EVENING.shift(-DAY), state="declined")
    of_choir(town, EVENING.shift(HOUR), state="confirmed")
    assert expire_pending(now=EVENING.start + 2 * DAY) == 2
    assert kinds_of_mail(session) == ["expired"]
    assert len(history("reservation", series.id)) == 1


def test_expiry_takes_so_many_at_a_time(session: Any, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.reservations.decisions.EXPIRED_AT_ONCE", 2)
    assert EXPIRED_AT_ONCE > 2
    for hours in range(3):
        of_choir(town, EVENING.shift(hours * HOUR))
    later = EVENING.start + DAY
    assert [expire_pending(now=later) for _ in range(3)] == [2, 1, 0]


# What feeds are told


def versions(town: Town, rooms: list[Room]) -> dict[tuple[Scope, int], int]:
    """Return the counters of these rooms, of the town's associations and of its people."""
    of = {
        Scope.ROOM: [room.id for room in rooms],
        Scope.ORGANISATION: [town.choir.id, town.chess_club.id],
        Scope.USER: [town.booker.id, town.rival.id, town.approver.id],
    }
    return {(scope, key): value for scope, ids in of.items() for key, value in current(scope, ids).items()}


def test_a_change_raises_the_versions_of_every_calendar_that_shows_it(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    rooms = [half_a, half_b, whole, town.room]
    steps: list[Callable[[], object]] = [
        lambda: ask(town, half_a),
        lambda: confirm(latest(session), None, actor=acting(town.approver), now=NOW),
        lambda: cancel(latest(session), None, "Syy", actor=acting(town.booker), now=NOW),
        lambda: ask(town, half_a),
        lambda: decline(latest(session), None, "Syy", actor=acting(town.approver), now=NOW),
        lambda: ask(town, half_a),
        lambda: withdraw(latest(session), None, actor=acting(town.booker), now=NOW),
        lambda: ask(town, half_a),
        lambda: expire_pending(now=EVENING.start),
    ]
    for step in steps:
        before = versions(town, rooms)
        in_transaction(step)
        raised = {key for key, value in versions(town, rooms).items() if value > before[key]}
        assert raised == {
            (Scope.ROOM, half_a.id),
            (Scope.ROOM, whole.id),
            (Scope.ORGANISATION, town.choir.id),
            (Scope.USER, town.booker.id),
        }


def latest(session: Any) -> str:
    return str(session.scalar(select(Reservation.reference).order_by(Reservation.id.desc()).limit(1)))


def test_the_losers_calendars_are_told_too(session: Any, town: Town) -> None:
    lost = make_reservation(town.room, state="pending", booker=town.rival, organisation=town.chess_club)
    won = of_choir(town)
    before = versions(town, [town.room])
    in_transaction(lambda: confirm(won.reference, None, actor=acting(town.approver), now=NOW))
    after = versions(town, [town.room])
    assert states(lost) == ["declined"]
    for key in [(Scope.ORGANISATION, town.chess_club.id), (Scope.USER, town.rival.id)]:
        assert after[key] > before[key]


def test_a_refused_step_raises_no_version(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    before = versions(town, [town.room])
    with pytest.raises(Forbidden):
        in_transaction(lambda: confirm(reservation.reference, None, actor=acting(town.booker), now=NOW))
    assert versions(town, [town.room]) == before
