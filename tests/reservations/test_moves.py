"""The booker's move of a confirmed date: what it holds, who decides on it, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.occupancy.models import Claim
from booking.reservations.decisions import cancel, confirm, decline
from booking.reservations.models import Reservation
from booking.reservations.proposals import expire_proposals, take_back
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import mail
from tests.reservations.offering import DAY, HOUR, LATER, WEEK, moved, of, rows
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

HALF = timedelta(minutes=30)
BOTH = Interval(EVENING.start, LATER.end)


@pytest.fixture
def guests(session: Any, town: Town) -> Any:
    """Another room of the same owner, which needs half an hour after each use."""
    return make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", turnaround_minutes=30)


@pytest.fixture
def booked(session: Any, town: Town) -> Reservation:
    """A confirmed reservation of the choir's."""
    return of_choir(town, state="confirmed")


def test_a_move_holds_old_and_new_joined_where_they_meet(
    session: Any, town: Town, booked: Reservation
) -> None:
    (date,) = booked.occurrences
    (move,) = moved(town, (date, LATER))
    assert rows(session) == of(town.room, BOTH)
    assert (date.state, date.starts_at, date.sequence, date.proposal) == ("confirmed", EVENING.start, 0, move)
    assert (move.side, move.claim_id, move.deadline_at) == ("booker", None, None)
    assert session.get(Claim, date.claim_id).kind == "occurrence"
    assert (kinds_of_mail(session), history("reservation", booked.id)) == ([], [])  # the caller's


def test_a_move_to_another_room_holds_both_rooms_with_the_turnaround_of_each(
    session: Any, town: Town, booked: Reservation, guests: Any
) -> None:
    moved(town, (booked.occurrences[0], LATER), room=guests)
    assert rows(session) == sorted(of(town.room, EVENING) + of(guests, LATER.extend_end(HALF)))


def test_a_new_move_takes_the_place_of_the_old(session: Any, town: Town, booked: Reservation) -> None:
    (date,) = booked.occurrences
    (old,) = moved(town, (date, LATER))
    (new,) = moved(town, (date, EVENING.shift(DAY)))
    assert (old.state, new.state, date.proposal) == ("withdrawn", "open", new)
    assert rows(session) == of(town.room, EVENING, EVENING.shift(DAY))


def test_a_taken_slot_is_not_moved_to(session: Any, town: Town, booked: Reservation) -> None:
    make_reservation(town.room, EVENING.shift(2 * HOUR))
    before = rows(session)
    session.commit()
    with pytest.raises(SlotTaken):
        in_transaction(lambda: moved(town, (booked.occurrences[0], LATER)))
    assert rows(session) == before
    assert booked.occurrences[0].proposal is None


def test_only_confirmed_dates_move_and_only_to_their_owners_rooms(session: Any, town: Town) -> None:
    with pytest.raises(WrongState):
        moved(town, (of_choir(town).occurrences[0], LATER))
    date = of_choir(town, EVENING.shift(WEEK), state="confirmed").occurrences[0]
    with pytest.raises(RuleViolation):
        moved(town, (date, LATER), room=make_room())


# Deciding


def test_confirming_a_move_takes_the_date_there(session: Any, town: Town, guests: Any) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK), state="confirmed")
    date, other = series.occurrences
    uid, (move,) = date.uid, moved(town, (date, LATER), room=guests)
    rival = make_reservation(guests, EVENING.shift(3 * HOUR), state="pending", booker=town.rival)
    before = current(Scope.ROOM, [town.room.id, guests.id])
    in_transaction(lambda: confirm(series.reference, None, actor=acting(town.approver), now=NOW + HOUR))
    assert (date.state, date.room_id) == ("confirmed", guests.id)
    assert Interval(date.starts_at, date.ends_at) == LATER
    assert (date.uid, date.sequence, date.slot_starts_at) == (uid, 1, EVENING.start)
    assert (date.turnaround_minutes, date.changed_at) == (30, NOW + HOUR)
    assert (move.state, move.closed_at, date.proposal) == ("accepted", NOW + HOUR, None)
    assert rows(session) == sorted(of(guests, LATER.extend_end(HALF)) + of(town.room, EVENING.shift(WEEK)))
    assert (other.sequence, states(rival)) == (0, ["declined"])
    step = last_step(series)
    assert (step.action, step.actor_id, step.details["occurrences"]) == (
        "confirm_move",
        town.approver.id,
        [date.id],
    )
    assert step.details["left"] == [[town.room.id, "2027-01-12T18:00:00+02:00", "2027-01-12T20:00:00+02:00"]]
    assert kinds_of_mail(session) == ["move_confirmed", "competing_lost"]
    told = mail(session, "move_confirmed")
    assert told.next_attempt_at == NOW + HOUR + timedelta(minutes=1)
    assert (
        "ti 12.1.2027 klo 18.00–20.00, Karelia-sali\n→ ti 12.1.2027 klo 19.00–21.00, Vierashuone" in told.body
    )
    after = current(Scope.ROOM, [town.room.id, guests.id])
    assert all(after[room_id] > before[room_id] for room_id in before)


def test_a_series_whose_dates_have_all_moved_is_the_new_rooms(session: Any, town: Town, guests: Any) -> None:
    series, approver = of_choir(town, EVENING, EVENING.shift(WEEK), state="confirmed"), acting(town.approver)
    first, second = series.occurrences
    moved(town, (first, LATER), (second, LATER.shift(WEEK)), room=guests)
    confirm(series.reference, [first.id], actor=approver, now=NOW)
    assert series.room_id == town.room.id
    confirm(series.reference, [second.id], actor=approver, now=NOW)
    assert (series.room_id, series.room) == (guests.id, guests)


def test_declining_a_move_leaves_the_date_where_it_is(session: Any, town: Town, booked: Reservation) -> None:
    (date,) = booked.occurrences
    (move,) = moved(town, (date, LATER))
    with pytest.raises(RuleViolation):
        decline(booked.reference, [date.id], " ", actor=acting(town.approver), now=NOW)
    decline(booked.reference, [date.id], "Iltavuoro on täynnä", actor=acting(town.approver), now=NOW)
    assert (move.state, date.state, date.sequence) == ("refused", "confirmed", 0)
    assert rows(session) == of(town.room, EVENING)
    assert last_step(booked).action == "decline_move"
    told = mail(session, "move_declined")
    assert (told.recipient, told.next_attempt_at) == (town.booker.email, NOW + timedelta(minutes=1))
    assert "Perustelu: Iltavuoro on täynnä" in told.body


def test_pending_dates_and_moves_are_decided_together_what_moves_first(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, state="confirmed")
    waiting = make_occurrence(series, EVENING.shift(HOUR - WEEK), state="pending")
    session.expire(series, ["occurrences"])
    date = series.occurrences[1]
    moved(town, (date, EVENING.shift(2 * HOUR)))
    waiting.starts_at, waiting.ends_at = (
        EVENING.start - HOUR,
        EVENING.start + HOUR,
    )  # over what the move leaves
    session.flush()
    confirm(series.reference, None, actor=acting(town.approver), now=NOW)
    assert rows(session) == of(
        town.room, Interval(EVENING.start - HOUR, EVENING.start + HOUR), EVENING.shift(2 * HOUR)
    )
    assert kinds_of_mail(session) == ["move_confirmed", "confirmed"]
    assert [each.action for each in history("reservation", series.id)] == ["confirm_move", "confirm"]


def test_a_confirmed_date_without_a_move_is_not_open_to_a_decision(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK), state="confirmed")
    first, second = series.occurrences
    moved(town, (first, LATER))
    for act in (
        lambda: confirm(series.reference, [first.id, second.id], actor=acting(town.approver), now=NOW),
        lambda: decline(series.reference, [second.id], "Syy", actor=acting(town.approver), now=NOW),
    ):
        with pytest.raises(WrongState):
            act()
    assert (first.sequence, kinds_of_mail(session)) == (0, [])


@pytest.mark.parametrize("to", [LATER, EVENING.shift(-DAY)])
def test_a_move_is_not_confirmed_once_its_old_or_new_time_has_begun(
    session: Any, town: Town, booked: Reservation, to: Interval
) -> None:
    moved(town, (booked.occurrences[0], to))
    begun = min(EVENING.start, to.start)
    with pytest.raises(WrongState) as refused:
        confirm(booked.reference, None, actor=acting(town.approver), now=begun)
    assert refused.value.code == "already_begun"
    decline(booked.reference, None, "Myöhässä", actor=acting(town.approver), now=begun)


# Ending


@pytest.mark.parametrize("to", [LATER, EVENING.shift(-DAY)])
def test_a_move_lapses_when_its_old_or_new_time_begins(
    session: Any, town: Town, booked: Reservation, to: Interval
) -> None:
    (move,) = moved(town, (booked.occurrences[0], to))
    begun = min(EVENING.start, to.start)
    assert expire_proposals(now=begun - timedelta(seconds=1)) == 0
    assert expire_proposals(now=begun) == 1
    assert (move.state, states(booked), rows(session)) == ("expired", ["confirmed"], of(town.room, EVENING))
    assert (last_step(booked).action, last_step(booked).actor_id) == ("expire_move", None)
    assert kinds_of_mail(session) == ["move_expired", "move_expired"]


def test_the_bookers_side_takes_its_move_back_and_nobody_else(
    session: Any, town: Town, booked: Reservation
) -> None:
    (move,) = moved(town, (booked.occurrences[0], LATER))
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    for person, refused in [
        (town.approver, Forbidden),
        (town.member, Forbidden),
        (parish, Forbidden),  # what is confirmed and public may be seen by all
        (town.rival, Forbidden),
    ]:
        with pytest.raises(refused):
            take_back(booked.reference, move.id, actor=acting(person), now=NOW)
    booked.visibility = "private"
    with pytest.raises(NotFound):
        take_back(booked.reference, move.id, actor=acting(parish), now=NOW)
    take_back(booked.reference, move.id, actor=acting(town.manager), now=NOW)
    assert (move.state, rows(session)) == ("withdrawn", of(town.room, EVENING))
    assert last_step(booked).action == "withdraw_move"
    assert mail(session, "move_withdrawn").recipient == town.approver.email


def test_a_move_ends_with_its_date(session: Any, town: Town, booked: Reservation) -> None:
    (move,) = moved(town, (booked.occurrences[0], LATER))
    cancel(booked.reference, None, "Syy", actor=acting(town.approver), now=NOW)
    assert (move.state, rows(session)) == ("withdrawn", [])


def test_who_decides_on_a_move_is_who_decides_on_the_room(
    session: Any, town: Town, booked: Reservation
) -> None:
    moved(town, (booked.occurrences[0], LATER))
    acts: list[Callable[[Any], object]] = [
        lambda actor: confirm(booked.reference, None, actor=actor, now=NOW),
        lambda actor: decline(booked.reference, None, "Syy", actor=actor, now=NOW),
    ]
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    for act in acts:
        for person in (town.booker, town.manager, town.member, town.rival, parish):
            with pytest.raises(Forbidden):
                act(acting(person))
    assert rows(session) == of(town.room, BOTH)
