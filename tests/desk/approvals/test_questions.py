"""An approver asks before deciding, the booker's side answers, and nobody else reads it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from booking.access.roles import Role
from booking.audit.service import history
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.reservations.decisions import confirm, decline
from booking.reservations.questions.models import QuestionMessage
from booking.reservations.questions.pages import Standing, standings
from booking.reservations.questions.service import answer, ask
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import acting
from tests.reservations.mail import posted
from tests.reservations.offering import WEEK, moved
from tests.reservations.town import Town, last_step, of_choir
from tests.support.statements import statements

QUESTION = "Tarvitsetteko pianoa?\nEntä esiintymislavaa?"
ANSWER = "Pianoa kyllä, lavaa ei."


@pytest.fixture
def asked(town: Town) -> Any:
    """A request of the choir that has been asked about."""
    reservation = of_choir(town)
    ask(reservation.reference, QUESTION, actor=acting(town.approver), now=NOW)
    return reservation


def page_of(client: Any, person: Any, address: str) -> str:
    client.sign_in(person)
    return str(client.get(address).get_data(as_text=True))


def test_the_question_goes_to_the_booker_and_the_answer_to_the_approvers(
    session: Any, town: Town, asked: Any
) -> None:
    second = make_member(town.owner, Role.APPROVER, email="toinen@example.org")
    answer(asked.reference, ANSWER, actor=acting(town.booker), now=NOW)
    (question,) = posted(session, "question_asked")
    assert question.recipient == town.booker.email
    assert QUESTION in question.body
    answers = posted(session, "question_answered")
    assert {each.recipient for each in answers} == {town.approver.email, second.email}
    assert all(ANSWER in each.body for each in answers)


def test_the_history_knows_that_something_was_asked_and_not_what(
    session: Any, town: Town, asked: Any
) -> None:
    step = last_step(asked)
    assert (step.action, step.actor_id) == ("ask", town.approver.id)
    assert step.details == {"message": session.query(QuestionMessage).one().id}
    session.execute(delete(QuestionMessage))  # erasable: the history stays
    assert [each.action for each in history("reservation", asked.id)] == ["ask"]


def test_both_sides_see_the_exchange_with_who_and_when(client: Any, town: Town, asked: Any) -> None:
    answer(asked.reference, ANSWER, actor=acting(town.booker), now=NOW + timedelta(hours=1))
    for person in (town.booker, town.member, town.approver):
        page = page_of(client, person, f"/reservations/{asked.reference}")
        for words in ("Tarvitsetteko pianoa?", ANSWER, town.approver.name, town.booker.name, "klo 11.00"):
            assert words in page
    assert "Tarvitsetteko pianoa?" in page_of(client, town.approver, f"/approvals/{asked.reference}/question")


def test_the_public_and_another_owner_never_see_it(client: Any, town: Town, asked: Any) -> None:
    confirm(asked.reference, None, actor=acting(town.approver), now=NOW)
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    for person in (None, parish, town.rival):
        client.sign_out()
        if person is not None:
            client.sign_in(person)
        answered = client.get(f"/reservations/{asked.reference}")
        assert answered.status_code == 200
        assert "Tarvitsetteko" not in answered.get_data(as_text=True)


def test_another_owners_approver_neither_reads_nor_asks_and_a_member_does_not_answer(
    client: Any, session: Any, town: Town, asked: Any
) -> None:
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    client.sign_in(parish)
    address = f"/approvals/{asked.reference}/question"
    assert client.get(address).status_code == 404
    client.get("/approvals")
    with pytest.raises(NotFound):
        ask(asked.reference, "Mitä?", actor=acting(parish), now=NOW)
    with pytest.raises(Forbidden):
        answer(asked.reference, "Näin.", actor=acting(town.member), now=NOW)
    with pytest.raises(Forbidden):
        answer(asked.reference, "Näin.", actor=acting(town.approver), now=NOW)
    assert session.query(QuestionMessage).count() == 1


@pytest.mark.parametrize(("text", "code"), [(" \n ", "question_missing"), ("x" * 501, "too_much_text")])
def test_a_question_has_words_and_not_too_many(town: Town, text: str, code: str) -> None:
    reservation = of_choir(town)
    with pytest.raises(RuleViolation) as caught:
        ask(reservation.reference, text, actor=acting(town.approver), now=NOW)
    assert [each.code for each in caught.value.violations] == [code]
    ask(reservation.reference, "x" * 500, actor=acting(town.approver), now=NOW)


def test_a_decision_closes_the_exchange(town: Town, asked: Any) -> None:
    decline(asked.reference, None, "Tila on remontissa.", actor=acting(town.approver), now=NOW)
    for act, person in ((ask, town.approver), (answer, town.booker)):
        with pytest.raises(WrongState, match="question_closed"):
            act(asked.reference, "Vielä tämä.", actor=acting(person), now=NOW)


def test_nothing_is_asked_once_the_request_has_begun(town: Town) -> None:
    reservation = of_choir(town)
    with pytest.raises(WrongState, match="question_closed"):
        ask(reservation.reference, QUESTION, actor=acting(town.approver), now=EVENING.start)
    ask(
        reservation.reference, QUESTION, actor=acting(town.approver), now=EVENING.start - timedelta(seconds=1)
    )


def test_a_move_and_a_partly_decided_series_can_be_asked_about(town: Town) -> None:
    confirmed = of_choir(town, state="confirmed")
    with pytest.raises(WrongState, match="question_closed"):
        ask(confirmed.reference, QUESTION, actor=acting(town.approver), now=NOW)
    moved(town, (confirmed.occurrences[0], EVENING.shift(timedelta(hours=3))))
    ask(confirmed.reference, QUESTION, actor=acting(town.approver), now=NOW)
    series = of_choir(town, EVENING.shift(WEEK), EVENING.shift(2 * WEEK))
    confirm(series.reference, [series.occurrences[0].id], actor=acting(town.approver), now=NOW)
    ask(series.reference, QUESTION, actor=acting(town.approver), now=NOW)


def test_what_was_not_asked_is_not_answered(town: Town) -> None:
    with pytest.raises(WrongState, match="nothing_asked"):
        answer(of_choir(town).reference, ANSWER, actor=acting(town.booker), now=NOW)


def test_whose_turn_it_is_takes_one_statement_for_all(session: Any, town: Town, asked: Any) -> None:
    others = [of_choir(town, EVENING.shift(n * WEEK)) for n in range(1, 4)]
    for each in others[:2]:
        ask(each.reference, QUESTION, actor=acting(town.approver), now=NOW)
    answer(others[0].reference, ANSWER, actor=acting(town.booker), now=NOW)
    with statements() as sent:
        found = standings([asked.reference, *(each.reference for each in others)])
    assert len(sent) == 1
    assert {reference: each.standing for reference, each in found.items()} == {
        asked.reference: Standing.AWAITS,
        others[0].reference: Standing.ANSWERED,
        others[1].reference: Standing.AWAITS,
    }


def test_asking_and_answering_by_the_pages(client: Any, frozen: Any, town: Town) -> None:
    frozen(NOW)
    reservation = of_choir(town)
    client.sign_in(town.approver)
    client.get(f"/approvals/{reservation.reference}/question")
    refused = client.submit({"question": "  "}, having="question")
    assert refused.status_code == 422
    assert "Kirjoita kysymys" in refused.get_data(as_text=True)
    sent = client.submit({"question": QUESTION}, having="question")
    assert sent.status_code == 303
    assert "Kysymys on lähetetty varaajalle." in client.follow(sent).get_data(as_text=True)
    client.sign_in(town.booker)
    client.get(f"/reservations/{reservation.reference}")
    long = client.submit({"answer": "y" * 501}, having="answer")
    assert long.status_code == 422
    assert "y" * 501 in long.get_data(as_text=True)
    sent = client.submit({"answer": ANSWER}, having="answer")
    assert sent.status_code == 303
    assert ANSWER in client.follow(sent).get_data(as_text=True)
    client.sign_in(town.approver)
    page = client.get("/approvals").get_data(as_text=True)
    assert "Kysymys: vastattu" in page
