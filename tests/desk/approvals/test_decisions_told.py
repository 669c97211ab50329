"""What the approver's pages say of what is decided already, of a decision made, and of a refused one."""

from collections.abc import Callable
from typing import Any

import pytest

from booking.reservations.decisions import confirm, decline
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting
from tests.reservations.asking import focused
from tests.reservations.offering import LATER, WEEK, moved, offered
from tests.reservations.series import plain
from tests.reservations.town import Town, of_choir, states


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def weekly(town: Town, count: int, **changes: Any) -> Any:
    """Return the choir's request for so many evenings, a week apart."""
    return of_choir(town, *(EVENING.shift(n * WEEK) for n in range(count)), **changes)


def text_of(answer: Any) -> str:
    return plain(answer.get_data(as_text=True))


def test_a_series_in_the_queue_says_how_its_other_dates_stand(session: Any, client: Any, town: Town) -> None:
    series, approver = weekly(town, 5), acting(town.approver)
    ids = [each.id for each in series.occurrences]
    client.sign_in(town.approver)
    assert "Sarjassa" not in text_of(client.get("/approvals"))
    confirm(series.reference, ids[:2], actor=approver, now=NOW)
    decline(series.reference, ids[2:3], "Vaalit", actor=approver, now=NOW)
    text = text_of(client.get("/approvals"))
    assert "2 aikaa · 2 vapaana Sarjassa 5 aikaa: 2 vahvistettu, 1 hylätty." in text
    decline(series.reference, ids[3:4], "Vaalit", actor=approver, now=NOW)
    assert "Sarjassa 5 aikaa: 2 vahvistettu, 2 hylätty." in text_of(client.get("/approvals"))


def test_a_move_says_what_it_holds_and_what_a_no_leaves(session: Any, client: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    moved(town, (booked.occurrences[0], LATER))
    client.sign_in(town.approver)
    for address in ("/approvals", f"/approvals/{booked.reference}"):
        text = text_of(client.get(address))
        assert "Uusi aika on pidossa. Jos siirron hylkää, entinen aika jää voimaan." in text


# A decision that was made


def decide(client: Any, town: Town, series: Any, **sent: Any) -> str:
    """Decide in the queue and return what the next page says of it."""
    answer = client.submit(sent, action=f"/approvals/{series.reference}")
    assert answer.status_code == 303
    return text_of(client.follow(answer))


def test_a_decision_about_some_dates_says_how_many_and_what_waits(
    session: Any, client: Any, town: Town
) -> None:
    series = weekly(town, 5)
    ids = [each.id for each in series.occurrences]
    client.sign_in(town.approver)
    client.get("/approvals")
    no = {"action": "decline", "reason": "Vaalit"}
    assert "1 aika hylätty, 4 odottaa." in decide(client, town, series, occurrences=ids[:1], **no)
    yes = {"action": "confirm"}
    assert "2 aikaa vahvistettu, 2 odottaa." in decide(client, town, series, occurrences=ids[1:3], **yes)
    assert "2 aikaa hylätty. " in decide(client, town, series, **no)


def test_a_declined_move_says_that_the_old_time_stands(session: Any, client: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    moved(town, (booked.occurrences[0], LATER))
    client.sign_in(town.approver)
    client.get("/approvals")
    said = decide(client, town, booked, action="decline", reason="Vaalit")
    assert "Siirtoa ei hyväksytty; entinen aika on voimassa." in said
    assert "hylätty" not in said


@pytest.mark.parametrize(("lost", "words"), [(1, "yhden"), (2, "2")])
def test_who_lost_by_a_decision_is_counted(
    session: Any, client: Any, town: Town, lost: int, words: str
) -> None:
    won = of_choir(town)
    for _each in range(lost):
        make_reservation(town.room, LATER, state="pending")
    client.sign_in(town.approver)
    client.get("/approvals")
    said = decide(client, town, won, action="confirm")
    assert f"Pyyntö on vahvistettu. Samalla hylättiin {words} kilpailevan pyynnön ajat" in said


def test_all_that_was_fewer_than_the_page_showed_says_so(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 4)
    client.sign_in(town.approver)
    client.get("/approvals")
    decline(series.reference, [series.occurrences[0].id], "Vaalit", actor=acting(town.approver), now=NOW)
    said = decide(client, town, series, action="confirm")
    assert "3 aikaa vahvistettu. Sivulla näkyi 1 aika enemmän: siitä on jo päätetty" in said


# A decision that was refused


def test_what_was_refused_is_above_the_queue_with_the_way_to_it(
    session: Any, client: Any, town: Town
) -> None:
    first, series = of_choir(town), weekly(town, 3, title="Kevät")
    client.sign_in(town.approver)
    client.get("/approvals")
    address = f"/approvals/{series.reference}"
    answer = client.submit({"action": "decline"}, action=address)
    assert answer.status_code == 422
    assert focused(answer) == "Päätöstä ei tehty"
    body = answer.get_data(as_text=True)
    assert f'<a href="#r-{series.reference}-reason">Kuoro Koskisointu: Kirjoita syy.' in body
    assert f'id="r-{series.reference}-reason"' in body
    assert client.page.title.startswith("Korjattavaa: ")
    answer = client.submit({"action": "none"}, action=address)
    assert f'<a href="#r-{series.reference}-error">' in answer.get_data(as_text=True)
    decline(first.reference, None, "Vaalit", actor=acting(town.approver), now=NOW)
    answer = client.submit({"action": "confirm"}, action=f"/approvals/{first.reference}")
    assert answer.status_code == 409
    assert "<li>Tilanne on jo muuttunut" in answer.get_data(as_text=True)
    client.get(address)
    answer = client.submit({"action": "decline"}, action=address)
    assert focused(answer) == "Päätöstä ei tehty"
    assert '<a href="#request-reason">' in answer.get_data(as_text=True)
    assert set(states(series)) == {"pending"}


# Words that are too long

LONG = "x" * 501


@pytest.mark.parametrize("address", ["/approvals", "/approvals/{}"])
def test_a_reason_that_is_too_long_is_refused_and_kept(
    session: Any, client: Any, town: Town, address: str
) -> None:
    series = weekly(town, 3)
    client.sign_in(town.approver)
    client.get(address.format(series.reference))
    action = f"/approvals/{series.reference}"
    answer = client.submit({"action": "decline", "reason": LONG}, action=action)
    assert (answer.status_code, set(states(series))) == (422, {"pending"})
    assert "Lyhennä teksti enintään 500 merkkiin." in text_of(answer)
    assert client.form(action=action).values["reason"] == [LONG]
    lines = "x" * 249 + "\r\n" + "x" * 250  # a browser counts the line's end as one
    assert client.submit({"action": "decline", "reason": lines}, action=action).status_code == 303


def test_long_words_of_the_booker_are_refused_and_kept(
    session: Any, client: Any, town: Town, frozen: Callable[..., None]
) -> None:
    booked, asked = of_choir(town, state="confirmed"), of_choir(town, EVENING.shift(WEEK))
    made = offered(town, asked, LATER.shift(WEEK))
    client.sign_in(town.booker)
    show, show_asked = f"/reservations/{booked.reference}", f"/reservations/{asked.reference}"
    for page, action, moment in [
        (show_asked, f"{show_asked}/offers/{made.id}/refuse", NOW),
        (show, f"{show}/cancel", NOW),
        (show, f"{show}/give-back", EVENING.start - WEEK / 7),
    ]:
        frozen(moment)
        client.get(page)
        token = client.page.forms[-1].values["csrf_token"][0]
        ids = [str(booked.occurrences[0].id)] if page == show else []
        answer = client.post(action, data={"reason": LONG, "csrf_token": token, "occurrences": ids})
        assert answer.status_code == 422, action
        assert "Lyhennä teksti enintään 500 merkkiin." in text_of(answer)
        assert f">{LONG}</textarea>" in answer.get_data(as_text=True)
    assert (states(booked), made.state) == (["confirmed"], "open")
