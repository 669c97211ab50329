"""Ready reasons: kept in three languages, sent in the booker's, stored as they were sent."""

from collections.abc import Callable
from typing import Any

import pytest

from booking.audit.service import history
from booking.desk.approvals.publishing import MOST_TEMPLATES, Wording, add_starters, write_reason
from booking.desk.approvals.starters import STARTERS
from booking.errors import RuleViolation
from booking.reservations.models import Reason
from booking.reservations.reason_templates import LONGEST_TEMPLATE, ReasonTemplate
from tests.desk.approvals.test_deciding_pages import page_of, text_of
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW
from tests.factories.users import acting
from tests.reservations.mail import posted
from tests.reservations.town import Town, of_choir, states

FLOOR = Wording("Lattia lakataan.", "Golvet lackas.", "")


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


@pytest.fixture
def floor(town: Town, session: Any) -> ReasonTemplate:
    """The city's only ready reason; it has no English text."""
    write_reason(town.owner.slug, None, FLOOR, actor=acting(town.approver), now=NOW)
    return session.query(ReasonTemplate).one()


@pytest.mark.parametrize(
    ("language", "sent"),
    [("fi", "Lattia lakataan."), ("sv", "Golvet lackas."), ("en", "Lattia lakataan.")],
)
@pytest.mark.parametrize("place", ["/approvals", ""])
def test_the_booker_gets_it_in_their_own_language_with_the_approvers_words(
    session: Any, client: Any, town: Town, floor: ReasonTemplate, language: str, sent: str, place: str
) -> None:
    town.booker.language = language
    request = of_choir(town)
    client.sign_in(town.approver)
    body = client.get(place or page_of(request)).get_data(as_text=True)
    assert f'data-ready="{language}"' in body
    assert sent in body  # what is sent is on the page
    values = {"action": "decline", "template": floor.id, "reason": "Torstai sopii."}
    assert client.submit(values, action=page_of(request)).status_code == 303
    assert states(request) == ["declined"]
    assert session.query(Reason).one().text == f"{sent}\nTorstai sopii."
    (mail,) = posted(session, "declined")
    assert f"{sent}\nTorstai sopii." in mail.body


def test_a_ready_reason_alone_is_a_reason_and_editing_it_changes_nothing_sent(
    session: Any, client: Any, town: Town, floor: ReasonTemplate
) -> None:
    request = of_choir(town)
    client.sign_in(town.approver)
    client.get("/approvals")
    client.submit({"action": "decline", "template": floor.id}, action=page_of(request))
    changed = Wording("Katto maalataan.")
    write_reason(town.owner.slug, floor.id, changed, actor=acting(town.approver), now=NOW)
    assert session.query(Reason).one().text == "Lattia lakataan."


def test_a_ready_reason_that_is_gone_or_anothers_is_refused_and_what_was_typed_is_kept(
    session: Any, client: Any, town: Town, floor: ReasonTemplate
) -> None:
    request = of_choir(town)
    foreign = ReasonTemplate(
        owner_id=make_organisation().id, position=1, text_fi="Vieras", text_sv="", text_en="", changed_at=NOW
    )
    session.add(foreign)
    session.flush()
    client.sign_in(town.approver)
    client.get("/approvals")
    for template in (foreign.id, 999_999):
        sent = {"action": "decline", "template": template, "reason": "Omat sanat"}
        answer = client.submit(sent, action=page_of(request))
        assert (answer.status_code, states(request)) == (422, ["pending"])
        assert "Perustelupohjaa ei enää ole." in text_of(answer)
        assert client.form(action=page_of(request)).values["reason"] == ["Omat sanat"]
        assert "Vieras" not in answer.get_data(as_text=True)


def test_a_reason_too_long_together_is_refused(
    session: Any, client: Any, town: Town, floor: ReasonTemplate
) -> None:
    request = of_choir(town)
    client.sign_in(town.approver)
    client.get("/approvals")
    sent = {"action": "decline", "template": floor.id, "reason": "x" * 490}
    answer = client.submit(sent, action=page_of(request))
    assert (answer.status_code, states(request)) == (422, ["pending"])
    form = client.form(action=page_of(request)).values
    assert (form["template"], form["reason"]) == ([str(floor.id)], ["x" * 490])


def test_an_owner_begins_with_a_set_and_edits_it(session: Any, client: Any, town: Town) -> None:
    client.sign_in(town.approver)
    address = f"/desk/reasons/{town.owner.slug}"
    client.get(address)
    token = client.form(having="text_fi").values["csrf_token"][0]

    def send(**values: Any) -> Any:
        return client.post(address, data={"csrf_token": token, **values})

    assert send(action="starters").status_code == 303
    known = session.query(ReasonTemplate).order_by(ReasonTemplate.position).all()
    first, second = known[0].id, known[1].id
    assert [(each.text_fi, each.text_sv, each.text_en) for each in known] == list(STARTERS)
    assert send(action="starters").status_code == 422
    client.get(f"{address}?edit={first}")
    assert client.form(having="text_fi").values["text_sv"][0].strip() == STARTERS[0][1]
    page = client.get(address).get_data(as_text=True)
    for part in page.split('value="remove"')[:-1]:  # each is asked for twice: in a fold of its own
        assert "eikä sitä voi palauttaa" in part.rpartition("<details")[2]
        assert "</details>" not in part.rpartition("<details")[2]
    send(edit=first, text_fi="Uusi", text_sv="", text_en="")
    send(edit=second, action="remove")
    session.expire_all()
    texts = [each.text_fi for each in session.query(ReasonTemplate).order_by(ReasonTemplate.position)]
    assert texts == ["Uusi", *(each[0] for each in STARTERS[2:])]
    assert [each.action for each in history("organisation", town.owner.id)] == [
        "add_starter_reasons",
        "write_reason",
        "remove_reason",
    ]
    answer = send(text_fi="", text_sv="Bara svenska")
    assert answer.status_code == 422
    assert "Kirjoita perustelu suomeksi." in text_of(answer)
    assert client.form(having="text_fi").values["text_sv"][0].strip() == "Bara svenska"
    assert send(edit=second, text_fi="Poistettu").status_code == 404


def test_there_are_limits(session: Any, town: Town) -> None:
    keeper = acting(town.approver)
    write_reason(town.owner.slug, None, Wording("x" * LONGEST_TEMPLATE), actor=keeper, now=NOW)
    for wording in (Wording("x" * (LONGEST_TEMPLATE + 1)), Wording("x", en="y" * (LONGEST_TEMPLATE + 1))):
        with pytest.raises(RuleViolation):
            write_reason(town.owner.slug, None, wording, actor=keeper, now=NOW)
    with pytest.raises(RuleViolation):
        add_starters(town.owner.slug, actor=keeper, now=NOW)
    for n in range(2, MOST_TEMPLATES + 1):
        write_reason(town.owner.slug, None, Wording(f"Syy {n}"), actor=keeper, now=NOW)
    with pytest.raises(RuleViolation):
        write_reason(town.owner.slug, None, Wording("Liikaa"), actor=keeper, now=NOW)
    assert all(len(text) <= LONGEST_TEMPLATE for each in STARTERS for text in each)
