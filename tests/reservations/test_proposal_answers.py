"""A counter-offer is answered, taken back or left to lapse: by whom, until when, and what it leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.access.actor import VISITOR, Actor
from booking.access.roles import Role
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, WrongState
from booking.occupancy.models import Claim
from booking.reservations.decisions import confirm, decline, expire_pending, withdraw
from booking.reservations.history_words import words_of
from booking.reservations.models import Proposal
from booking.reservations.proposals import accept, expire_proposals, refuse, take_back
from booking.versions.service import Scope, current
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.mail import leave, mail
from tests.reservations.offering import HOUR, LATER, WEEK, moved, of, offered, rows
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

SECOND = timedelta(seconds=1)


@pytest.fixture
def guests(session: Any, town: Town) -> Any:
    """Another room of the same owner, which needs half an hour after each use."""
    return make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", turnaround_minutes=30)


def test_accepting_moves_the_date_confirms_it_and_keeps_its_name(
    session: Any, town: Town, guests: Any
) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    date, other = series.occurrences
    uid, made = date.uid, offered(town, series, room=guests)
    rival = make_reservation(guests, EVENING.shift(2 * HOUR), state="pending", booker=town.rival)
    accept(series.reference, made.id, actor=acting(town.booker), now=NOW + HOUR)
    assert (date.state, date.room_id, date.starts_at, date.ends_at) == (
        "confirmed",
        guests.id,
        LATER.start,
        LATER.end,
    )
    assert (date.uid, date.sequence, date.slot_starts_at) == (uid, 1, EVENING.start)
    assert (date.turnaround_minutes, date.is_exception, date.proposal) == (30, True, None)
    assert (made.state, made.closed_at, made.claim_id) == ("accepted", NOW + HOUR, None)
    assert rows(session) == of(guests, LATER.extend_end(HOUR / 2))
    assert session.get(Claim, date.claim_id).kind == "occurrence"
    assert (other.state, other.sequence, series.room_id) == ("pending", 0, town.room.id)
    assert states(rival) == ["declined"]
    step = last_step(series)
    assert (step.action, step.actor_id) == ("accept", town.booker.id)
    assert step.details["left"] == [[town.room.id, "2027-01-12T18:00:00+02:00", "2027-01-12T20:00:00+02:00"]]
    assert kinds_of_mail(session) == ["confirmed", "offer_accepted", "competing_lost"]
    assert mail(session, "offer_accepted").recipient == town.approver.email


def test_a_single_reservation_goes_to_the_room_it_was_offered(session: Any, town: Town, guests: Any) -> None:
    guests.terms_version = 4
    session.flush()
    reservation = of_choir(town)
    made = offered(town, reservation, room=guests)
    before = current(Scope.ROOM, [town.room.id, guests.id])
    in_transaction(lambda: accept(reservation.reference, made.id, actor=acting(town.booker), now=NOW))
    assert (reservation.room, reservation.terms_version) == (guests, 4)
    after = current(Scope.ROOM, [town.room.id, guests.id])
    assert all(after[room_id] > before[room_id] for room_id in before)


def test_refusing_frees_the_slot_and_the_date_goes_on_waiting(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    made = offered(town, reservation)
    refuse(reservation.reference, made.id, actor=acting(town.manager), now=NOW, reason=" Liian myöhään ")
    assert (made.state, states(reservation), rows(session)) == ("refused", ["pending"], [])
    assert reservation.occurrences[0].sequence == 0
    assert (last_step(reservation).action, last_step(reservation).actor_id) == (
        "refuse_offer",
        town.manager.id,
    )
    assert "Perustelu: Liian myöhään" in mail(session, "offer_refused").body
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert states(reservation) == ["confirmed"]


def test_an_offer_is_answered_before_its_deadline(session: Any, town: Town) -> None:
    reservation, booker = of_choir(town), acting(town.booker)
    made = offered(town, reservation)
    assert made.deadline_at is not None
    for answer in (accept, refuse):
        with pytest.raises(WrongState) as late:
            answer(reservation.reference, made.id, actor=booker, now=made.deadline_at)
        assert late.value.code == "offer_lapsed"
    assert expire_proposals(now=made.deadline_at - SECOND) == 0
    accept(reservation.reference, made.id, actor=booker, now=made.deadline_at - SECOND)
    with pytest.raises(WrongState) as closed:
        refuse(reservation.reference, made.id, actor=booker, now=NOW)
    assert closed.value.code == "proposal_closed"


def test_an_offer_that_nobody_answers_lapses_and_both_sides_hear(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    made = offered(town, reservation)
    assert expire_proposals(now=made.deadline_at) == 1
    assert (made.state, states(reservation), rows(session)) == ("expired", ["pending"], [])
    step = last_step(reservation)
    assert (step.action, step.actor_id, step.details["occurrences"]) == (
        "expire_offer",
        None,
        [reservation.occurrences[0].id],
    )
    assert kinds_of_mail(session) == ["offer_expired", "offer_expired"]
    assert expire_proposals(now=made.deadline_at) == 0


def test_lapsed_offers_of_one_reservation_are_told_in_one_mail_and_so_many_at_a_time(
    session: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.reservations.proposals.EXPIRED_AT_ONCE", 3)
    series = of_choir(town, *(EVENING.shift(n * WEEK) for n in range(4)))
    for n in range(4):
        offered(town, series, LATER.shift(n * WEEK), date=n)
    assert [expire_proposals(now=NOW + WEEK) for _ in range(3)] == [3, 1, 0]
    assert kinds_of_mail(session).count("offer_expired") == 4  # two runs, two sides


def test_an_approver_takes_an_offer_back(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    made = offered(town, reservation, now=NOW - HOUR)
    other = make_member(town.owner, Role.APPROVER)
    take_back(reservation.reference, made.id, actor=acting(other), now=NOW)
    assert (made.state, states(reservation), rows(session)) == ("withdrawn", ["pending"], [])
    assert (last_step(reservation).action, last_step(reservation).actor_id) == ("withdraw_offer", other.id)
    assert mail(session, "offer_withdrawn").recipient == town.booker.email
    with pytest.raises(WrongState):
        accept(reservation.reference, made.id, actor=acting(town.booker), now=NOW)


@pytest.mark.parametrize("end", ["confirm", "decline", "withdraw", "expire"])
def test_an_offer_ends_with_what_it_was_made_for(session: Any, town: Town, end: str) -> None:
    reservation, approver = of_choir(town), acting(town.approver)
    made = offered(town, reservation, LATER)  # over a part of the very time that was asked for
    steps: dict[str, Callable[[], object]] = {
        "confirm": lambda: confirm(reservation.reference, None, actor=approver, now=NOW),
        "decline": lambda: decline(reservation.reference, None, "Syy", actor=approver, now=NOW),
        "withdraw": lambda: withdraw(reservation.reference, None, actor=acting(town.booker), now=NOW),
        "expire": lambda: expire_pending(now=EVENING.start),
    }
    steps[end]()
    assert (made.state, made.claim_id, reservation.occurrences[0].proposal) == ("withdrawn", None, None)
    assert rows(session) == (of(town.room, EVENING) if end == "confirm" else [])


# Beside competitors


def test_a_request_that_was_offered_another_time_does_not_lose_by_itself(session: Any, town: Town) -> None:
    asked, rival = of_choir(town), make_reservation(town.room, state="pending", booker=town.rival)
    made = offered(town, asked, EVENING.shift(2 * HOUR))
    confirm(rival.reference, None, actor=acting(town.approver), now=NOW)
    assert (states(asked), made.state) == (["pending"], "open")
    accept(asked.reference, made.id, actor=acting(town.booker), now=NOW)
    assert states(asked) == states(rival) == ["confirmed"]
    assert rows(session) == of(town.room, EVENING, EVENING.shift(2 * HOUR))


@pytest.mark.parametrize("end", ["refuse", "take back", "lapse"])
def test_it_loses_when_the_offer_comes_to_nothing(session: Any, town: Town, end: str) -> None:
    asked, rival = of_choir(town), make_reservation(town.room, state="pending", booker=town.rival)
    made = offered(town, asked, EVENING.shift(2 * HOUR))
    confirm(rival.reference, None, actor=acting(town.approver), now=NOW)
    steps: dict[str, Callable[[], object]] = {
        "refuse": lambda: refuse(asked.reference, made.id, actor=acting(town.booker), now=NOW),
        "take back": lambda: take_back(asked.reference, made.id, actor=acting(town.approver), now=NOW),
        "lapse": lambda: expire_proposals(now=NOW + WEEK),
    }
    steps[end]()
    assert states(asked) == ["declined"]
    assert last_step(asked).action == "lose"
    assert mail(session, "competing_lost").recipient == town.booker.email
    assert rows(session) == of(town.room, EVENING)


def test_what_is_only_offered_to_another_does_not_make_a_request_lose(session: Any, town: Town) -> None:
    asked, other = of_choir(town), of_choir(town, EVENING.shift(WEEK))
    offered(town, other, EVENING.shift(HOUR))
    made = offered(town, asked, EVENING.shift(5 * HOUR))
    refuse(asked.reference, made.id, actor=acting(town.booker), now=NOW)
    assert states(asked) == ["pending"]


# Who may


def people(town: Town) -> dict[str, Actor]:
    """Return everybody who might try."""
    parish = make_organisation(kind="parish")
    return {
        "visitor": VISITOR,
        "stranger": acting(make_user()),
        "other association": acting(town.rival),
        "other owner": acting(make_member(parish, Role.APPROVER)),
        "member": acting(town.member),
        "booker": acting(town.booker),
        "manager": acting(town.manager),
        "approver": acting(town.approver),
        "owner's staff": acting(make_member(town.owner, Role.STAFF)),
    }


HIDDEN = {"visitor", "stranger", "other association", "other owner", "owner's staff"}


def met(act: Callable[[Actor], object], actor: Actor) -> str:
    """Return what somebody meets who tries."""
    try:
        act(actor)
    except NotFound:
        return "hidden"
    except Forbidden:
        return "forbidden"
    return "done"


def test_only_the_owners_approvers_offer_and_take_back(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    made: list[Proposal] = []
    for name, actor in people(town).items():
        expected = "done" if name == "approver" else "hidden" if name in HIDDEN else "forbidden"
        assert met(lambda who: made.append(offered(town, reservation, actor=who)), actor) == expected, name
        if not made:
            made.append(offered(town, reservation))
        found = met(lambda who: take_back(reservation.reference, made[-1].id, actor=who, now=NOW), actor)
        assert found == expected, name


@pytest.mark.parametrize("answer", [accept, refuse])
def test_only_the_bookers_side_answers(session: Any, town: Town, answer: Callable[..., object]) -> None:
    for week, (name, actor) in enumerate(people(town).items()):
        made = offered(town, of_choir(town, EVENING.shift(week * WEEK)), LATER.shift(week * WEEK))
        expected = "hidden" if name in HIDDEN else "done" if name in ("booker", "manager") else "forbidden"
        assert met(answering(answer, made), actor) == expected, name
        assert (made.state == "open") == (expected != "done"), name


def answering(answer: Callable[..., object], made: Proposal) -> Callable[[Actor], object]:
    """Return the act of answering this offer."""
    reference = made.occurrence.reservation.reference
    return lambda actor: answer(reference, made.id, actor=actor, now=NOW)


def test_who_has_left_the_association_does_not_answer_for_it(session: Any, town: Town) -> None:
    made = offered(town, of_choir(town))
    leave(session, town.booker)
    assert met(answering(accept, made), acting(town.booker)) == "hidden"
    assert mail(session, "offer_made").recipient == town.booker.email  # that was before


def test_a_proposal_is_known_in_its_own_reservation_and_by_its_own_side(session: Any, town: Town) -> None:
    made, other = offered(town, of_choir(town)), of_choir(town, EVENING.shift(WEEK))
    for act in (accept, refuse, take_back):
        with pytest.raises(NotFound):
            act(other.reference, made.id, actor=acting(town.booker), now=NOW)
    (date,) = of_choir(town, EVENING.shift(2 * WEEK), state="confirmed").occurrences
    (move,) = moved(town, (date, LATER.shift(2 * WEEK)))
    with pytest.raises(NotFound):
        accept(date.reservation.reference, move.id, actor=acting(town.booker), now=NOW)


def test_the_history_tells_what_was_proposed_also_when_it_is_answered(session: Any, town: Town) -> None:
    guests = make_room(owner=town.owner, name="Vierashuone", slug="vierashuone")
    series, booker = of_choir(town, EVENING, EVENING.shift(WEEK)), acting(town.booker)
    refuse(series.reference, offered(town, series, room=guests).id, actor=booker, now=NOW)
    accept(series.reference, offered(town, series).id, actor=booker, now=NOW)
    moved(town, (series.occurrences[0], EVENING))
    decline(series.reference, [series.occurrences[0].id], "Syy", actor=acting(town.approver), now=NOW)
    offer_one = "ti 12.1. → ti 12.1.2027 klo 19.00–21.00, Vierashuone"
    offer_two = "ti 12.1. → ti 12.1.2027 klo 19.00–21.00, Karelia-sali"
    assert [each.which for each in words_of(series).entries] == [
        offer_one,
        offer_one,
        offer_two,
        "ti 12.1.2027 klo 19.00–21.00, Karelia-sali",
        "ti 12.1. → ti 12.1.2027 klo 18.00–20.00, Karelia-sali",
    ]
