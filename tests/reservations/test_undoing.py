"""An owner's decision can be undone for a minute: everything it changed is as it was, and nobody was told."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import NotFound, WrongState
from booking.occupancy.models import Occupancy
from booking.outbox.delivery import deliver_due
from booking.outbox.models import OutboxMessage
from booking.reservations.behalf.models import Call
from booking.reservations.decisions import cancel, confirm, decline, withdraw
from booking.reservations.models import Occurrence
from booking.reservations.proposals import offer, refuse
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import forget_old, undo
from booking.reservations.waiting.service import accept as accept_waiting
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.asking import text_of
from tests.reservations.mail import posted
from tests.reservations.offering import HOUR, LATER, WEEK, moved, offered, rows
from tests.reservations.picture import picture
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
    return in_transaction(lambda: undo([decision], **values))


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


def test_what_a_closure_took_of_a_cancelled_date_it_gives_back(session: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    around = EVENING.extend_end(HOUR)
    block = make_block(town.room, on=(around,))
    session.commit()
    before = picture(session)
    decision = decided(
        session, lambda: cancel(booked.reference, None, "Remontti", actor=acting(town.approver), now=NOW)
    )
    assert sum(row[1].duration.total_seconds() for row in rows(session)) == 3 * 3600
    undone(town, decision)
    assert picture(session) == before
    in_transaction(lambda: cancel(booked.reference, None, "", actor=acting(town.booker), now=SOON))
    assert {each.claim_id for each in session.query(Occupancy)} == {block.dates[0].claim_id}


def test_what_staff_would_have_told_by_phone_is_not_told(session: Any, town: Town) -> None:
    make_member(town.owner, Role.STAFF)
    mine, told = of_choir(town, on_behalf=True), of_choir(town, EVENING.shift(WEEK), on_behalf=True)
    for each in (mine, told):
        each.organisation = None
    session.commit()
    approver = acting(town.approver)
    decision = decided(session, lambda: confirm(mine.reference, None, actor=approver, now=NOW))
    assert session.query(Call).count() == 1
    undone(town, decision)
    assert session.query(Call).count() == 0
    decision = decided(session, lambda: confirm(told.reference, None, actor=approver, now=NOW))
    session.query(Call).one().told_at = SOON
    session.commit()
    with pytest.raises(WrongState, match="undo_told"):
        undone(town, decision)


def test_several_decisions_are_undone_all_or_none(session: Any, town: Town) -> None:
    asked = [of_choir(town, EVENING.shift(n * WEEK)) for n in range(3)]
    before = picture(session)
    approver = acting(town.approver)
    numbers = [
        decided(session, lambda it=each: confirm(it.reference, None, actor=approver, now=NOW))
        for each in asked
    ]
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    with pytest.raises(NotFound):
        in_transaction(lambda: undo(numbers, actor=acting(parish), now=SOON))
    found = in_transaction(lambda: undo(numbers, actor=approver, now=SOON))
    assert (found.dates, picture(session)) == (3, before)
    again = [
        decided(session, lambda it=each: confirm(it.reference, None, actor=approver, now=NOW))
        for each in asked
    ]
    in_transaction(lambda: cancel(asked[0].reference, None, "", actor=acting(town.booker), now=SOON))
    with pytest.raises(WrongState, match="undo_date_changed"):
        in_transaction(lambda: undo(again, actor=approver, now=SOON))
    assert [each.occurrences[0].state for each in asked] == ["cancelled", "confirmed", "confirmed"]


def test_the_button_after_a_decision_undoes_it(client: Any, frozen: Any, session: Any, town: Town) -> None:
    frozen(NOW)
    mine = of_choir(town)
    of_choir(town)  # a rival, so that it is no clear one
    client.sign_in(town.approver)
    client.get("/approvals")
    answer = client.submit({"action": "confirm"}, action=f"/approvals/{mine.reference}")
    page = text_of(client.follow(answer))
    assert "Viestit lähtevät klo 10.01.00. Siihen asti päätöksen voi kumota." in page
    number = session.query(DecisionRecord).one().id
    answer = client.submit(action=f"/approvals/undo/{number}")
    assert answer.status_code == 303
    page = text_of(client.follow(answer))
    assert "Päätös on kumottu. Viestejä ei lähetetty. 2 aikaa on ennallaan." in page
    assert mine.occurrences[0].state == "pending"


def test_one_button_undoes_all_clear_ones(client: Any, frozen: Any, session: Any, town: Town) -> None:
    frozen(NOW)
    asked = [of_choir(town, EVENING.shift(n * WEEK)) for n in range(2)]
    client.sign_in(town.approver)
    page = client.get("/approvals").get_data(as_text=True)
    stamps = re.findall(r'name="request"\s+value="([^"]+)"', page)
    answer = client.submit({"request": stamps}, action="/approvals/clear")
    client.follow(answer)
    numbers = [each.id for each in session.query(DecisionRecord).order_by(DecisionRecord.id)]
    assert len(numbers) == 2
    client.submit(action=f"/approvals/undo/{numbers[0]}")
    assert [each.occurrences[0].state for each in asked] == ["pending", "pending"]


def test_the_requests_pages_carry_the_button_while_time_is_left_and_for_approvers(
    client: Any, frozen: Any, town: Town
) -> None:
    frozen(NOW)
    mine = of_choir(town)
    in_transaction(lambda: confirm(mine.reference, None, actor=acting(town.approver), now=NOW))
    addresses = (f"/approvals/{mine.reference}", f"/reservations/{mine.reference}")
    client.sign_in(town.approver)
    for address in addresses:
        assert "Kumoa päätös" in client.get(address).get_data(as_text=True)
    client.sign_in(town.booker)
    assert "Kumoa päätös" not in client.get(addresses[1]).get_data(as_text=True)
    frozen(NOW + 60 * SECOND)
    client.sign_in(town.approver)
    for address in addresses:
        assert "Kumoa päätös" not in client.get(address).get_data(as_text=True)


def test_too_late_is_said_and_another_owner_finds_nothing(
    client: Any, frozen: Any, session: Any, town: Town
) -> None:
    frozen(NOW)
    mine = of_choir(town)
    client.sign_in(town.approver)
    client.get(f"/approvals/{mine.reference}")
    client.submit({"action": "confirm"}, action=f"/approvals/{mine.reference}")
    client.get(f"/approvals/{mine.reference}")
    number = session.query(DecisionRecord).one().id
    frozen(NOW + 60 * SECOND)
    answer = client.submit(action=f"/approvals/undo/{number}")
    assert "minuutti on kulunut" in text_of(client.follow(answer))
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    client.sign_in(parish)
    client.get("/approvals/settings")
    token = client.form(having="mails").values
    refused = client.post(f"/approvals/undo/{number}", data={"csrf_token": token["csrf_token"]})
    assert refused.status_code == 404
    assert mine.occurrences[0].state == "confirmed"
