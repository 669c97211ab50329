"""The approver's queue and the page of one request: what is shown, chosen and decided."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.desk.approvals.groups import queue
from booking.reservations.decisions import confirm, decline
from booking.reservations.models import Reservation
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import posted
from tests.reservations.offering import HOUR, LATER, WEEK, moved, offered
from tests.reservations.town import Town, of_choir, states
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def weekly(town: Town, count: int, **changes: Any) -> Reservation:
    """Return the choir's request for so many evenings, a week apart."""
    return of_choir(town, *(EVENING.shift(n * WEEK) for n in range(count)), **changes)


def opened(client: Any, person: Any, address: str = "/approvals") -> str:
    """Sign in, open a page and return its text without its markup."""
    client.sign_in(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return text_of(answer)


def text_of(answer: Any) -> str:
    body = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", body)


def page_of(reservation: Reservation) -> str:
    return f"/approvals/{reservation.reference}"


# The queue


def test_requests_that_compete_stand_together_oldest_first(session: Any, town: Town) -> None:
    young = of_choir(town, LATER, title="Nuori", created_at=NOW - 2 * HOUR)
    old = of_choir(town, title="Vanha", created_at=NOW - 3 * HOUR)
    of_choir(town, EVENING.shift(WEEK), title="Toinen päivä")
    groups = queue(acting(town.approver), NOW).groups
    assert [[item.title for item in group.requests] for group in groups] == [
        ["Vanha", "Nuori"],
        ["Toinen päivä"],
    ]
    assert all(item.competes for item in groups[0].requests)
    labels = [stone.label for stone in groups[0].river.stones if stone.state == "pending"]
    assert sorted(labels) == sorted([town.choir.name] * 2)
    assert {old.reference, young.reference} == {item.reference for item in groups[0].requests}


def test_a_series_is_one_item_with_how_its_dates_stand(session: Any, client: Any, town: Town) -> None:
    weekly(town, 20, title="Kuoron ilta")
    make_reservation(town.room, EVENING.shift(WEEK))
    for week in (2, 3):
        make_reservation(town.room, EVENING.shift(week * WEEK), state="pending", title="Kilpailija")
    text = opened(client, town.approver)
    assert text.count("Kuoron ilta") == 1
    assert "20 aikaa · 17 vapaana · 2 kilpailee · 1 varattu" in text
    assert "ti 12.1. – ti 25.5.2027" in text
    assert "3 pyyntöä kilpailee samoista ajoista, vanhin ensin." in text
    assert "kaikki, jotka voi vahvistaa (19)" in text
    (group,) = queue(acting(town.approver), NOW).groups
    assert group.river is None


def test_what_was_offered_instead_stands_in_nobodys_way_but_others(
    session: Any, client: Any, town: Town
) -> None:
    asked = of_choir(town)
    offered(town, asked, LATER)
    rival = make_reservation(town.room, EVENING.shift(2 * HOUR), state="pending")
    items = [item for group in queue(acting(town.approver), NOW).groups for item in group.requests]
    problems = {item.reference: item.problem for item in items}
    assert problems == {asked.reference: None, rival.reference: "Aika on jo varattu."}
    text = opened(client, town.approver)
    assert "Ehdotettu: ti 12.1.2027 klo 19.00–21.00. Vastausaika päättyy pe 8.1.2027 klo 14.00." in text


def test_a_move_is_shown_from_where_to_where_and_confirmed(session: Any, client: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    moved(town, (booked.occurrences[0], LATER))
    text = opened(client, town.approver)
    assert "siirto" in text
    assert "ti 12.1.2027 klo 18.00–20.00 → ti 12.1.2027 klo 19.00–21.00" in text
    answer = client.submit({"action": "confirm"}, action=page_of(booked))
    assert answer.status_code == 303
    assert booked.occurrences[0].starts_at == LATER.start
    assert "Mikään pyyntö ei odota." in text_of(client.follow(answer))


def test_only_ones_own_rooms_are_in_the_queue(session: Any, client: Any, town: Town) -> None:
    of_choir(town, title="Kaupungin")
    make_reservation(make_room(), state="pending", title="Muiden")
    text = opened(client, town.approver)
    assert "Kaupungin" in text
    assert "Muiden" not in text


def test_the_queue_asks_as_little_for_many_requests_as_for_few(session: Any, town: Town) -> None:
    approver = acting(town.approver)

    def asked() -> int:
        session.flush()
        session.expire_all()
        with statements() as sent:
            groups = queue(approver, NOW).groups
        assert groups
        return len(sent)

    weekly(town, 2)
    of_choir(town, EVENING.shift(timedelta(days=1)))
    moved(
        town,
        (of_choir(town, EVENING.shift(-WEEK / 7), state="confirmed").occurrences[0], LATER.shift(3 * HOUR)),
    )
    few = asked()
    weekly(town, 52)
    for n in range(30):
        of_choir(town, EVENING.shift(n * WEEK + (n % 3) * HOUR))
    assert asked() == few <= 9


# Choosing on the page of a request


@pytest.mark.parametrize(
    ("sent", "decided"),
    [
        ({"which": "all"}, [0, 1, 2, 3, 4]),
        ({"which": "chosen", "occurrences": [1, 3]}, [1, 3]),
        ({"which": "range", "from_date": 1, "to_date": 3}, [1, 2, 3]),
        ({"which": "range", "from_date": 4, "to_date": 4}, [4]),
        ({"which": "all", "occurrences": [1, 2]}, [1, 2]),  # the first choice is left as it was
        ({"which": "all", "from_date": 3, "to_date": 4}, [3, 4]),
        ({"occurrences": [2]}, [2]),
    ],
)
def test_all_some_or_a_range_of_dates_are_confirmed(
    session: Any, client: Any, town: Town, sent: dict[str, Any], decided: list[int]
) -> None:
    series = weekly(town, 5)
    ids = [each.id for each in series.occurrences]
    opened(client, town.approver, page_of(series))
    values = {
        name: value if name == "which" else [ids[n] for n in value] if isinstance(value, list) else ids[value]
        for name, value in sent.items()
    }
    if "which" not in sent:
        values["which"] = None
    answer = client.submit(values | {"action": "confirm"}, action=page_of(series))
    assert answer.status_code == 303
    assert [n for n, state in enumerate(states(series)) if state == "confirmed"] == decided


def test_what_stands_in_nobodys_way_is_confirmed_at_once(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 4)
    make_reservation(town.room, LATER.shift(WEEK))
    opened(client, town.approver, page_of(series))
    form = client.form(action=page_of(series))
    assert form.values["which"] == ["free"]
    client.submit({"action": "confirm"}, action=page_of(series))
    assert states(series) == ["confirmed", "pending", "confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"which": "all", "occurrences": [1], "from_date": 1}, "Valinta on ristiriitainen"),
        ({"which": "range", "occurrences": [1]}, "Valinta on ristiriitainen"),
        ({"which": "chosen", "occurrences": [1], "to_date": 1}, "Valinta on ristiriitainen"),
        ({"which": "chosen"}, "Valitse ainakin yksi aika."),
        ({"which": "range", "from_date": 1}, "Valitse välin ensimmäinen ja viimeinen aika."),
        ({"which": "range", "from_date": 2, "to_date": 1}, "Valitse välin ensimmäinen ja viimeinen aika."),
    ],
)
def test_an_unclear_choice_decides_nothing_and_is_kept(
    session: Any, client: Any, town: Town, sent: dict[str, Any], sentence: str
) -> None:
    series = weekly(town, 3)
    ids = [each.id for each in series.occurrences]
    opened(client, town.approver, page_of(series))
    values = {
        name: value if name == "which" else [ids[n] for n in value] if isinstance(value, list) else ids[value]
        for name, value in sent.items()
    }
    answer = client.submit(values | {"action": "decline", "reason": "Remontti"}, action=page_of(series))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert set(states(series)) == {"pending"}
    kept = client.form(action=page_of(series)).values
    assert kept["which"] == [sent["which"]]
    assert kept["reason"] == ["Remontti"]
    assert kept.get("occurrences", []) == [str(ids[n]) for n in sent.get("occurrences", [])]


def test_all_chosen_instead_of_the_free_ones_contradicts_marks(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 3)
    make_reservation(town.room, LATER.shift(WEEK))
    opened(client, town.approver, page_of(series))
    sent = {"occurrences": [series.occurrences[0].id], "action": "confirm"}
    assert client.submit(sent | {"which": "all"}, action=page_of(series)).status_code == 422
    opened(client, town.approver, page_of(series))
    client.submit(sent, action=page_of(series))
    assert states(series) == ["confirmed", "pending", "pending"]


def test_the_enter_key_on_a_choice_decides_nothing(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 3)
    opened(client, town.approver, page_of(series))
    answer = client.submit({"which": "all", "action": "none"}, action=page_of(series))
    assert (answer.status_code, set(states(series))) == (422, {"pending"})
    assert "Paina Vahvista tai Hylkää." in text_of(answer)


def test_declining_some_dates_needs_a_reason_and_tells_it(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 3)
    ids = [each.id for each in series.occurrences]
    opened(client, town.approver, page_of(series))
    sent = {"which": "chosen", "occurrences": ids[1:], "action": "decline"}
    answer = client.submit(sent, action=page_of(series))
    assert (answer.status_code, set(states(series))) == (422, {"pending"})
    assert "Kirjoita syy." in text_of(answer)
    client.submit(sent | {"reason": "Remontti"}, action=page_of(series))
    assert states(series) == ["pending", "declined", "declined"]
    (told,) = posted(session, "declined")
    assert "Perustelu: Remontti" in told.body


def test_confirming_what_is_taken_names_the_dates_and_does_nothing(
    session: Any, client: Any, town: Town
) -> None:
    series = weekly(town, 3)
    opened(client, town.approver, page_of(series))
    make_reservation(town.room, LATER.shift(WEEK))
    answer = client.submit({"which": "all", "action": "confirm"}, action=page_of(series))
    assert answer.status_code == 409
    assert "on jo varattu: ti 19.1.2027 klo 18.00–20.00." in text_of(answer)
    assert set(states(series)) == {"pending"}


def test_what_another_approver_has_decided_meanwhile_is_said_above(
    session: Any, client: Any, town: Town
) -> None:
    reservation = of_choir(town)
    opened(client, town.approver, page_of(reservation))
    decline(reservation.reference, None, "Syy", actor=acting(town.approver), now=NOW)
    answer = client.submit({"action": "confirm"}, action=page_of(reservation))
    assert answer.status_code == 409
    assert "Tilanne on jo muuttunut" in text_of(answer)


# The page of one request


def test_one_request_shows_every_date_with_what_competes_and_what_is_in_the_way(
    session: Any, client: Any, town: Town
) -> None:
    series = weekly(town, 5, title="Kuoron ilta")
    ids = [each.id for each in series.occurrences]
    confirm(series.reference, ids[:1], actor=acting(town.approver), now=NOW)
    decline(series.reference, ids[1:2], "Lattia lakataan", actor=acting(town.approver), now=NOW)
    make_reservation(town.room, LATER.shift(2 * WEEK), title="Vaalit", organisation=town.chess_club)
    rival = make_reservation(
        town.room, LATER.shift(3 * WEEK), title="Turnaus", organisation=town.chess_club, state="pending"
    )
    other = make_reservation(town.room, EVENING.shift(9 * WEEK), state="pending", title="Muu")
    offered(town, other, EVENING.shift(4 * WEEK))
    text = opened(client, town.approver, page_of(series))
    assert "3 aikaa · 1 kilpailee · 2 varattu" in text
    assert "vahvistettu" in text
    assert "Perustelu: Lattia lakataan" in text
    assert "Tiellä on: Shakkikerho: Vaalit" in text
    assert "Kilpailee: Shakkikerho: Turnaus" in text
    assert "ehdotettu toiselle: Muu" in text
    answer = client.submit(
        {"which": "chosen", "occurrences": [ids[3]], "action": "confirm"}, action=page_of(series)
    )
    assert answer.location.endswith(page_of(series))
    assert (states(series)[3], states(rival)) == ("confirmed", ["declined"])


def test_a_date_that_was_lost_says_why(session: Any, client: Any, town: Town) -> None:
    lost, won = weekly(town, 2), of_choir(town)
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    text = opened(client, town.approver, page_of(lost))
    assert "Perustelu: Pyyntö hylättiin, koska aika ei ollut enää vapaa" in text
    assert '<p class="letter">Perustelu' in client.get(page_of(lost)).get_data(as_text=True)


def test_a_decision_on_its_page_that_is_refused_stays_there(session: Any, client: Any, town: Town) -> None:
    series = weekly(town, 3)
    opened(client, town.approver, page_of(series))
    answer = client.submit({"which": "chosen", "action": "confirm"}, action=page_of(series))
    assert answer.status_code == 422
    assert "Valitse ainakin yksi aika." in text_of(answer)
    assert client.page.headings == [series.title]


def test_a_request_of_one_date_and_one_that_is_decided_have_their_pages(
    session: Any, client: Any, town: Town
) -> None:
    reservation = of_choir(town)
    opened(client, town.approver, page_of(reservation))
    assert client.submit({"action": "confirm"}, action=page_of(reservation)).status_code == 303
    assert states(reservation) == ["confirmed"]
    assert "Kaikista ajoista on päätetty." in opened(client, town.approver, page_of(reservation))


def test_who_does_not_decide_on_the_room_does_not_see_the_page(session: Any, client: Any, town: Town) -> None:
    pending, public = of_choir(town), of_choir(town, EVENING.shift(WEEK), state="confirmed")
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    client.sign_in(parish)
    for reservation, status in [(pending, 404), (public, 403)]:
        assert client.get(page_of(reservation)).status_code == status
        date = reservation.occurrences[0].id
        assert client.get(f"{page_of(reservation)}/offers/{date}").status_code == status
    assert client.get("/approvals/EIOLE123").status_code == 404
