"""An owner's decision can be undone for a minute: everything it changed is as it was, and nobody was told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import NotFound, WrongState
from booking.outbox.delivery import deliver_due
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel, confirm, decline, withdraw
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.proposals import offer, refuse
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import forget_old, undo
from booking.reservations.waiting.models import WaitingDate
from booking.reservations.waiting.service import accept as accept_waiting
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.mail import posted
from tests.reservations.offering import HOUR, LATER, WEEK, moved, offered, rows
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir
from tests.waiting.line import states as waiting_states
from tests.waiting.line import wait

SECOND = timedelta(seconds=1)
SOON = NOW + 30 * SECOND


def decided(session: Any, work: Callable[[], Any]) -> int:
    """Do it in a transaction and return the number of the decision it has made."""
    in_transaction(work)
    return int(session.scalar(select(DecisionRecord.id).order_by(DecisionRecord.id.desc()).limit(1)))


def undone(town: Town, decision: int, **changes: Any) -> Any:
    values = {"actor": acting(town.approver), "now": SOON} | changes
    return in_transaction(lambda: undo(decision, **values))


def picture(session: Any) -> dict[str, Any]:
    """Return all that a decision may change, without the history: states, places, holds, proposals, line."""
    session.expire_all()
    return {
        "dates": [
            (
                each.id,
                each.state,
                each.room_id,
                each.starts_at,
                each.ends_at,
                each.turnaround_minutes,
                each.is_exception,
                each.reminded_at,
                each.claim_id is None,
            )
            for each in session.scalars(select(Occurrence).order_by(Occurrence.id))
        ],
        "rooms": [
            (each.id, each.room_id, each.terms_version)
            for each in session.scalars(select(Reservation).order_by(Reservation.id))
        ],
        "proposals": [
            (each.id, each.state, each.closed_at, each.claim_id is None)
            for each in session.scalars(select(Proposal).order_by(Proposal.id))
        ],
        "line": [
            (each.id, each.state, each.deadline_at, each.claim_id is None)
            for each in session.scalars(select(WaitingDate).order_by(WaitingDate.id))
        ],
        "held": rows(session),
    }


def test_confirming_is_undone_with_what_it_did_to_competitors(session: Any, town: Town) -> None:
    mine, theirs = of_choir(town), of_choir(town, EVENING.shift(HOUR))
    before, sequences = picture(session), [each.sequence for each in mine.occurrences]
    decision = decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    assert kinds_of_mail(session) == ["confirmed", "competing_lost"]
    assert {each.state for each in session.scalars(select(Occurrence))} == {"confirmed", "declined"}
    found = undone(town, decision)
    assert picture(session) == before
    assert kinds_of_mail(session) == []
    assert [each.id for each in found.reservations] == [mine.id, theirs.id]
    assert mine.occurrences[0].sequence > sequences[0] + 1, "feeds may have shown it: SEQUENCE rises"
    for each in (mine, theirs):
        step = last_step(each)
        assert (step.action, step.actor_id) == ("undo", town.approver.id)
    assert [each.action for each in history("reservation", mine.id)] == ["confirm", "undo"]


def test_declining_is_undone_with_the_offer_it_ended_and_the_offers_mail(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    mine = of_choir(town)
    other = make_room(owner=town.owner)
    in_transaction(lambda: offered(town, mine, room=other))
    before = picture(session)
    (told,) = posted(session, "offer_made")
    words = told.body
    decision = decided(
        session, lambda: decline(mine.reference, None, "Remontti", actor=acting(town.approver), now=SOON)
    )
    assert kinds_of_mail(session) == ["declined"]
    undone(town, decision, now=SOON + 10 * SECOND)
    assert picture(session) == before
    (again,) = posted(session, "offer_made")
    assert again.body == words
    assert kinds_of_mail(session) == ["offer_made"]


@pytest.mark.parametrize("step", [confirm, decline])
def test_a_move_that_was_decided_waits_again(session: Any, town: Town, step: Any) -> None:
    other = make_room(owner=town.owner, terms_version=7, turnaround_minutes=45)
    booked = of_choir(town, state="confirmed")
    in_transaction(lambda: moved(town, (booked.occurrences[0], LATER), room=other))
    before = picture(session)
    words = ["Ei käy"] if step is decline else []
    decision = decided(
        session, lambda: step(booked.reference, None, *words, actor=acting(town.approver), now=NOW)
    )
    assert picture(session) != before
    undone(town, decision)
    assert picture(session) == before
    assert booked.room.id == town.room.id
    assert booked.occurrences[0].room.id == town.room.id


def test_an_owners_cancellation_is_undone_with_what_the_line_was_offered(session: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    first, second = wait(make_user(), town.room), wait(make_user(), town.room)
    before = picture(session)
    decision = decided(
        session, lambda: cancel(booked.reference, None, "Oma juhla", actor=acting(town.approver), now=NOW)
    )
    assert waiting_states(first, second) == ["offered", "waiting"]
    assert "waiting_offer" in kinds_of_mail(session)
    undone(town, decision)
    assert picture(session) == before
    assert not {"waiting_offer", "cancelled"} & set(kinds_of_mail(session))
    assert history("waiting", first.id)[-1].action == "undo"


def test_a_cancellation_by_the_booker_is_no_decision(session: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    in_transaction(lambda: cancel(booked.reference, None, "", actor=acting(town.booker), now=NOW))
    assert session.query(DecisionRecord).count() == 0


def test_the_minute_ends_when_the_mail_is_due_not_later_and_not_sooner(session: Any, town: Town) -> None:
    for wait_seconds, possible in ((59, True), (60, False)):
        mine = of_choir(town, EVENING.shift(wait_seconds * WEEK))
        decision = decided(
            session, lambda it=mine: confirm(it.reference, None, actor=acting(town.approver), now=NOW)
        )
        at = NOW + wait_seconds * SECOND
        if possible:
            undone(town, decision, now=at)
            assert deliver_due(now=lambda at=at: at).delivered == 0
        else:
            with pytest.raises(WrongState, match="too_late_to_undo"):
                undone(town, decision, now=at)
            assert deliver_due(now=lambda at=at: at).delivered == 1
        assert mine.occurrences[0].state == ("pending" if possible else "confirmed")


def test_a_mail_that_a_worker_has_taken_keeps_the_decision(session: Any, town: Town) -> None:
    mine = of_choir(town)
    decision = decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    (letter,) = posted(session, "confirmed")
    letter.attempts = 1  # by a machine whose clock is ahead
    session.commit()
    with pytest.raises(WrongState, match="too_late_to_undo"):
        undone(town, decision)
    assert mine.occurrences[0].state == "confirmed"


def test_only_the_owners_approvers_undo_and_only_once(session: Any, town: Town) -> None:
    mine = of_choir(town)
    decision = decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    for person in (parish, town.booker, town.manager):
        with pytest.raises(NotFound):
            undone(town, decision, actor=acting(person))
    with pytest.raises(NotFound):
        undone(town, decision + 1)
    colleague = make_member(town.owner, Role.APPROVER)
    undone(town, decision, actor=acting(colleague))
    assert last_step(mine).actor_id == colleague.id
    with pytest.raises(WrongState, match="already_undone"):
        undone(town, decision)


def test_what_has_changed_since_keeps_everything_and_says_what(session: Any, town: Town) -> None:
    approver = acting(town.approver)
    mine, theirs = of_choir(town), of_choir(town, EVENING.shift(HOUR))
    decision = decided(session, lambda: confirm(mine.reference, None, actor=approver, now=NOW))
    in_transaction(lambda: cancel(mine.reference, None, "", actor=acting(town.booker), now=SOON))
    before = picture(session)
    with pytest.raises(WrongState, match="undo_date_changed") as caught:
        undone(town, decision)
    assert caught.value.params["title"] == mine.title
    assert picture(session) == before
    assert theirs.occurrences[0].state == "declined"
    assert "competing_lost" in kinds_of_mail(session)


def test_an_offer_of_the_line_that_was_accepted_keeps_the_cancellation(session: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    waiting_user = make_user()
    entry = wait(waiting_user, town.room)
    decision = decided(
        session, lambda: cancel(booked.reference, None, "Syy", actor=acting(town.approver), now=NOW)
    )
    in_transaction(
        lambda: accept_waiting(entry.reference, entry.dates[0].id, actor=acting(waiting_user), now=SOON)
    )
    with pytest.raises(WrongState, match="undo_offer_answered"):
        undone(town, decision)


def test_a_slot_that_somebody_got_meanwhile_keeps_the_decision(session: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    asked = of_choir(town, EVENING.shift(WEEK))
    approver = acting(town.approver)
    for reservation, step in ((booked, cancel), (asked, decline)):
        use = reservation.occurrences[0].starts_at - EVENING.start
        decision = decided(
            session, lambda it=reservation, do=step: do(it.reference, None, "Syy", actor=approver, now=NOW)
        )
        of_choir(town, EVENING.shift(use), state="confirmed")
        session.commit()
        with pytest.raises(WrongState, match="undo_slot_taken"):
            undone(town, decision)


def test_a_rival_lost_for_good_since_keeps_the_decision(session: Any, town: Town) -> None:
    mine, theirs = of_choir(town), of_choir(town)
    proposal = in_transaction(lambda: offered(town, theirs, EVENING.shift(WEEK)))
    decision = decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    assert theirs.occurrences[0].state == "pending", "its offer is its way out"
    in_transaction(lambda: refuse(theirs.reference, proposal.id, actor=acting(town.booker), now=SOON))
    assert theirs.occurrences[0].state == "declined"
    with pytest.raises(WrongState, match="undo_rival_lost"):
        undone(town, decision)


def test_decisions_of_one_transaction_are_undone_together(session: Any, town: Town) -> None:
    asked = [of_choir(town, EVENING.shift(n * WEEK)) for n in range(3)]
    before = picture(session)

    def work() -> None:
        for each in asked:
            confirm(each.reference, None, actor=acting(town.approver), now=NOW)

    decision = decided(session, work)
    assert session.query(DecisionRecord).count() == 1
    found = undone(town, decision)
    assert (found.dates, len(found.reservations)) == (3, 3)
    assert picture(session) == before


def test_who_joined_the_line_in_that_minute_does_not_get_ahead_of_the_requests(
    session: Any, town: Town
) -> None:
    mine = of_choir(town)
    decision = decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    entry = wait(make_user(), town.room)
    undone(town, decision)
    assert waiting_states(entry) == ["waiting"]
    assert rows(session) == []
    in_transaction(lambda: withdraw(mine.reference, None, actor=acting(town.booker), now=SOON))


def test_the_other_decisions_of_that_minute_stay(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    first, second = (each.id for each in series.occurrences)
    approver = acting(town.approver)
    decided(session, lambda: confirm(series.reference, [first], actor=approver, now=NOW))
    latter = decided(
        session, lambda: decline(series.reference, [second], "Syy", actor=approver, now=NOW + SECOND)
    )
    undone(town, latter)
    assert [each.state for each in series.occurrences] == ["confirmed", "pending"]
    assert kinds_of_mail(session) == ["confirmed"]


def test_what_cannot_be_undone_any_more_is_forgotten(session: Any, town: Town) -> None:
    mine = of_choir(town)
    decided(session, lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    forget_old(NOW + timedelta(minutes=59))
    assert session.query(DecisionRecord).count() == 1
    forget_old(NOW + timedelta(hours=1, seconds=1))
    assert session.query(DecisionRecord).count() == 0
    assert session.query(OutboxMessage).count() == 1


def test_a_counter_offer_that_waits_for_the_owner_is_still_offered(session: Any, town: Town) -> None:
    mine = of_choir(town)
    approver = acting(town.approver)
    in_transaction(
        lambda: offer(
            mine.reference,
            mine.occurrences[0].id,
            room_slug=town.room.slug,
            use=EVENING.shift(WEEK),
            message="",
            actor=approver,
            now=NOW,
        )
    )
    before = picture(session)
    decision = decided(session, lambda: confirm(mine.reference, None, actor=approver, now=NOW))
    undone(town, decision)
    assert picture(session) == before
