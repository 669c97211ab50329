"""The page of an edit, as a browser without JavaScript sends it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.reservations.decisions import cancel, confirm
from booking.reservations.models import Reservation
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.editing.conftest import EditedTown
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.asking import buttons, text_of
from tests.reservations.mail import mail
from tests.reservations.offering import offered
from tests.support.client import PageClient

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
FOUR_WEEKS = Pattern("weekly", count=4)


@pytest.fixture
def booker(client: PageClient, town: EditedTown, frozen: Any) -> PageClient:
    """The choir's booker at a browser."""
    frozen(NOW)
    client.sign_in(town.people.booker)
    return client


def address(made: Reservation, number: int = 0) -> str:
    return f"/reservations/{made.reference}/edit?date={made.occurrences[number].id}"


def press(booker: PageClient, name: str = "preview", value: str = "1", **typed: Any) -> Any:
    """Type into the page's form and press one of its buttons."""
    return booker.submit({**typed, name: value}, having="seen")


def uses(made: Reservation) -> list[Interval]:
    return [Interval(each.starts_at, each.ends_at) for each in made.occurrences]


def test_the_form_shows_what_is_there_and_saves_nothing_before_it_is_looked_at(
    booker: PageClient, town: EditedTown
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    before = uses(made)
    answer = booker.get(address(made, 1))
    assert answer.status_code == 200
    values = booker.form(having="seen").values
    assert (values["date"], values["start"], values["end"]) == (["2027-01-19"], ["18:00"], ["20:00"])
    assert (values["room"], values["people"], values["until"]) == (["karelia-sali"], ["20"], ["2027-02-02"])
    assert (values["repeat"], values["weekday"], values["scope"]) == (["weekly"], ["1"], ["one"])
    assert "Mitä muuttuu" not in text_of(answer)
    assert "Tallenna muutokset" not in text_of(answer)

    words = text_of(press(booker, scope="following", end="19:00"))
    assert "Muuttuu heti ti 19.1.2027 klo 18.00–20.00 → klo 18.00–19.00" in words
    assert "ti 12.1.2027 klo" not in words.partition("Mitä muuttuu")[2]
    assert uses(made) == before

    answer = press(booker, "save")
    assert answer.status_code == 303
    assert "Muutokset on tallennettu." in text_of(booker.follow(answer))
    assert uses(made) == [before[0]] + [Interval(each.start, each.end - HOUR) for each in before[1:]]


def test_saving_what_was_not_shown_shows_it_first(booker: PageClient, town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    before = uses(made)
    booker.get(address(made))
    words = text_of(press(booker, "save", end="19:00"))
    assert "Katso ensin, mitä muuttuu, ja tallenna sitten." in words
    answer = press(booker, "save", end="19:30")
    assert "Katso ensin" in text_of(answer)
    cancel(made.reference, [made.occurrences[3].id], "", actor=acting(town.people.booker), now=NOW)
    answer = press(booker, "save")
    assert (answer.status_code, uses(made)) == (409, before)
    assert "Varaus on muuttunut sillä välin." in text_of(answer)
    assert press(booker, "save").status_code == 303
    assert made.occurrences[0].ends_at == EVENING.end - HOUR / 2


def test_each_date_in_trouble_is_mended_with_a_button_or_all_alike(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    for n in (1, 2, 3):
        make_reservation(town.people.room, EVENING.shift(n * WEEK + 2 * HOUR))
    booker.get(address(made))
    answer = press(booker, scope="all", start="19:00", end="21:00")
    words = text_of(answer)
    assert "Nämä eivät onnistu ti 19.1.2027 klo 19.00–21.00 varattu" in words
    assert "Odottaa omistajan suostumusta Entinen aika on voimassa" in words
    assert "ti 12.1.2027 klo 18.00–20.00 → klo 19.00–21.00" in words
    assert "Tallenna muutokset" not in words
    assert "2027-01-19 keep" in buttons(answer, "take")
    assert "2027-01-19 room studio" in buttons(answer, "take_all")

    press(booker, "take", "2027-01-19 keep")
    press(booker, "take", "2027-01-26 skip")
    answer = press(booker, "take_all", "2027-02-02 room studio")
    words = text_of(answer)
    assert "ti 19.1.2027 klo 18.00–20.00 pysyy ennallaan, kuten valittiin" in words
    assert "Perutaan ti 26.1.2027 klo 18.00–20.00" in words
    assert "ti 2.2.2027 klo 18.00–20.00 → klo 19.00–21.00, Studio" in words
    words = text_of(press(booker, "untake", "2027-01-26"))
    assert "Nämä eivät onnistu ti 26.1.2027" in words
    press(booker, "take", "2027-01-26 keep")
    assert press(booker, "save").status_code == 303
    assert [each.proposal is not None for each in made.occurrences] == [True, False, False, True]
    assert mail(session, "edited_by_booker").subject.startswith(
        "Varauksen muutos odottaa päätöstä: Karelia-sali"
    )
    told = mail(session, "edited").body
    assert "ti 2.2.2027 klo 18.00–20.00, Karelia-sali\n→ ti 2.2.2027 klo 19.00–21.00, Studio" in told


def test_a_pattern_that_changes_says_what_ends_what_comes_and_what_stays(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.ask(FOUR_WEEKS)
    confirm(made.reference, [made.occurrences[1].id], actor=acting(town.people.approver), now=NOW)
    made.occurrences[2].is_exception = True
    cancelled = cancel(
        made.reference, [made.occurrences[1].id], "", actor=acting(town.people.booker), now=NOW
    )
    assert cancelled.occurrences[1].state == "cancelled"
    booker.get(address(made))
    words = text_of(press(booker, scope="all", until="9.2.2027", weekday=["1", "3"]))
    assert "Uudet päivät, jotka odottavat päätöstä to 14.1.2027 klo 18.00–20.00, Karelia-sali" in words
    assert "ti 9.2.2027 klo 18.00–20.00, Karelia-sali" in words
    assert "Ei muutu ti 19.1.2027 klo 18.00–20.00 on päättynyt aiemmin, eikä sitä pyydetä uudelleen" in words
    assert "ti 26.1.2027 klo 18.00–20.00 on muutettu erikseen ja pysyy sellaisenaan" in words
    words = text_of(press(booker, scope="all", until="9.2.2027", weekday=["3"]))
    assert "ti 12.1.2027 klo 18.00–20.00 → to 14.1.2027 klo 18.00–20.00" in words
    assert "perutaan" not in words
    assert press(booker, "save").status_code == 303
    session.refresh(made)
    thursdays = [each for each in made.occurrences if each.starts_at.weekday() == 3]
    assert [each.state for each in thursdays] == ["pending"] * 2


def test_what_is_wrong_is_said_beside_its_field(booker: PageClient, town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    booker.get(address(made))
    for typed, words in (
        ({"start": "20:00", "end": "19:00"}, "Loppu on ennen alkua."),
        ({"people": "90", "scope": "all"}, "mahtuu 50"),
        ({"until": "1.3.2027"}, "Toistoa voi muuttaa vain useammalta päivältä kerralla."),
        ({"until": "1.1.2027", "scope": "all"}, "Viimeinen päivä on ennen ensimmäistä."),
        ({"note": "Hei", "scope": "following"}, "Tämä koskee koko varausta."),
        ({"title": ""}, "Täytä tämä kohta."),
    ):
        booker.get(address(made))
        answer = press(booker, **typed)
        assert (answer.status_code, words in text_of(answer)) == (422, True), typed
    booker.get(address(made))
    assert "Mikään ei muutu." in text_of(press(booker))
    assert press(booker, "save").status_code == 409


def test_a_single_reservation_has_neither_scope_nor_pattern(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    room = make_room(owner=town.people.owner, name="Sali", slug="sali", terms="Kengät pois.")
    made = town.confirmed(None)
    booker.get(f"/reservations/{made.reference}/edit")
    form = booker.form(having="seen")
    assert not form.has("scope")
    assert not form.has("repeat")
    words = text_of(press(booker, room="sali", date="13.1.2027", title="Konsertti", note="Piano"))
    assert "Tilaisuus: Harjoitus → Konsertti" in words
    assert "ti 12.1.2027 klo 18.00–20.00 → ke 13.1.2027 klo 18.00–20.00, Sali" in words
    assert "Tallentamalla hyväksymme uuden tilan ehdot." in words
    assert press(booker, "save").status_code == 303
    (only,) = made.occurrences
    assert (made.title, made.note, only.proposal.room_id) == ("Konsertti", "Piano", room.id)
    booker.get(address(made))
    assert booker.form(having="seen").values["room"] == ["sali"], "where its booker wants it by now"


def test_strangers_and_dates_that_are_over_have_no_form(
    booker: PageClient, new_client: Any, town: EditedTown
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    for person, status in ((town.people.rival, 403), (town.people.approver, 403), (town.people.member, 403)):
        other = new_client()
        other.sign_in(person)
        assert other.get(address(made)).status_code == status
    assert booker.get(f"/reservations/{made.reference}/edit?date=999999").status_code == 404
    assert booker.get("/reservations/EIOLE123/edit").status_code == 404
    cancel(made.reference, None, "", actor=acting(town.people.booker), now=NOW)
    assert booker.get(address(made)).status_code == 409
    assert booker.get(f"/reservations/{made.reference}/edit").status_code == 409


@pytest.mark.parametrize("junk", [{"take": "roskaa"}, {"untake": "eilen"}, {"fix": "2027-01-12 room ei-ole"}])
def test_junk_in_a_button_changes_nothing(booker: PageClient, town: EditedTown, junk: dict[str, str]) -> None:
    made = town.confirmed(FOUR_WEEKS)
    booker.get(address(made))
    answer = booker.submit({"end": "19:00", **junk}, having="seen")
    assert (answer.status_code, "Muuttuu heti" in text_of(answer)) == (200, True)


def test_the_page_of_the_reservation_leads_here(booker: PageClient, town: EditedTown, session: Any) -> None:
    made = town.confirmed(None)
    assert session.scalars(select(Reservation)).one() is made
    page = booker.get(f"/reservations/{made.reference}").text
    assert f"/reservations/{made.reference}/edit?date={made.occurrences[0].id}" in page


def test_who_only_asks_for_a_move_is_told_that_the_old_time_holds(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.confirmed(None)
    booker.get(address(made))
    press(booker, start="19:00", end="21:00")
    words = text_of(booker.follow(press(booker, "save")))
    assert "Siirtopyyntö on lähetetty. Entinen aika on voimassa, kunnes omistaja on päättänyt" in words
    told = mail(session, "edited")
    assert told.subject.startswith("Siirtopyyntö on lähetetty: Karelia-sali")
    assert "Muutos" not in told.subject + told.body
    assert "Entinen aika on voimassa, kunnes päätös on tehty:" in told.body


def test_an_edit_says_that_the_owners_offer_ends_with_it(
    booker: PageClient, town: EditedTown, session: Any
) -> None:
    made = town.ask(None)
    offered(town.people, made, EVENING.shift(2 * HOUR), room=town.studio)
    booker.get(address(made))
    words = text_of(press(booker, start="17:00", end="19:00"))
    assert "Omistajan ehdotus raukeaa" in words
    assert "ti 12.1.2027 klo 20.00–22.00, Studio" in words
    press(booker, "save")
    for kind in ("edited", "edited_by_booker"):
        body = mail(session, kind).body
        assert "Omistajan ehdotus raukesi, koska pyyntö muuttui:" in body
        assert "→ ti 12.1.2027 klo 20.00–22.00, Studio" in body
    assert "Omistajan ehdotus raukeaa" not in text_of(booker.get(address(made)))
