"""What other features add to my page and to a reservation's: the line, marking, giving back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.offering import offered
from tests.reservations.series import TUESDAYS, plain, series_of, stored, weekly
from tests.reservations.town import Town, of_choir
from tests.waiting.line import take, wait

SECOND = date(2027, 1, 19)


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


def section(text: str, heading: str) -> str:
    """The text of a page's section, without its heading; empty when there is none."""
    for part in text.split("<section")[1:]:
        inside = part.partition("</section>")[0]
        if f">{heading}</h2>" in inside:
            return plain(inside.partition("</h2>")[2])
    return ""


def test_a_series_tells_the_dates_it_waits_for_to_its_own_side(town: Town, client: Any) -> None:
    take(town, weekly(1), weekly(2))
    pattern = stored(replace(TUESDAYS, skip=frozenset({SECOND})))
    made = series_of(town, "confirmed", pattern=pattern)
    wait(town.booker, town.room, weekly(1), organisation=town.choir, title="Kuoroharjoitus")
    wait(town.booker, town.room, weekly(2), organisation=town.choir, title="Aivan muu")
    address = f"/reservations/{made.reference}"
    client.sign_in(town.member)
    waited = section(client.get(address).text, "Jonossa")
    assert waited.startswith("ti 19.1.2027 klo 18.00–20.00 Kuoroharjoitus Karelia-sali")
    assert "Aivan muu" not in waited
    client.sign_in(town.approver)
    assert section(client.get(address).text, "Jonossa") == ""


def test_my_page_has_what_i_wait_for_and_what_i_can_mark(town: Town, client: Any) -> None:
    take(town, weekly(1))
    wait(town.booker, town.room, weekly(1), organisation=town.choir, title="Kuoroharjoitus")
    past = make_reservation(
        town.room, weekly(-2), booker=town.booker, organisation=town.choir, title="Mennyt"
    )
    client.sign_in(town.booker)
    text = client.get("/my").text
    assert section(text, "Jonossa").startswith("ti 19.1.2027")
    assert section(text, "Merkitse toteutuneet").endswith("Mennyt · Karelia-sali · 1 aika merkitsemättä")
    assert past.title in section(text, "Menneet ja päättyneet")


def test_a_few_past_dates_are_marked_on_the_page_and_many_behind_a_link(
    town: Town, client: Any, frozen: Callable[[datetime], None]
) -> None:
    few = series_of(town, "confirmed", "confirmed", "used")
    many = series_of(town, *["confirmed"] * 6, room=make_room())
    frozen(weekly(8).start)
    client.sign_in(town.booker)
    shown = client.get(f"/reservations/{few.reference}").text
    assert shown.count('name="attendance-') == 3
    linked = client.get(f"/reservations/{many.reference}").text
    assert section(linked, "Merkitse toteutuneet") == "Kerro, käytettiinkö tilaa ja montako tuli ›"
    assert f"/reservations/{many.reference}/after-use" in linked


def test_a_date_too_near_to_cancel_can_be_given_back(
    town: Town, client: Any, frozen: Callable[[datetime], None]
) -> None:
    made = series_of(town, "confirmed", "confirmed", "confirmed")
    frozen(weekly(0).start - timedelta(days=2))
    client.sign_in(town.booker)
    address = f"/reservations/{made.reference}"
    text = client.get(address).text
    assert "Seuraavan ajan (ti 12.1.) perumisaika on jo ohi." in plain(text)
    assert section(text, "Luovuta aika takaisin").count("ti 12.1.2027") == 1
    assert "ti 12.1.2027" not in section(text, "Peru varaus")
    client.submit(action=f"{address}/give-back")
    assert [each.state for each in made.occurrences] == ["cancelled", "confirmed", "confirmed"]


def test_who_cannot_answer_an_offer_is_told_who_does(town: Town, client: Any) -> None:
    made = of_choir(town)
    offered(town, made)
    for person, mine in ((town.booker, True), (town.member, False), (town.approver, False)):
        client.sign_in(person)
        pages = [client.get(f"/reservations/{made.reference}").text]
        pages += [client.get("/my").text] if person is not town.approver else []
        for text in pages:
            assert ("Vastaa ehdotukseen" in text) is mine
            assert ("Yhdistyksen varaaja vastaa viimeistään pe 8.1.2027" in text) is not mine


def test_the_deadline_to_cancel_and_the_calendar_are_told_to_whom_they_concern(
    town: Town, client: Any
) -> None:
    made = of_choir(town, state="confirmed")
    told = {}
    for name in ("booker", "member", "approver"):
        client.sign_in(getattr(town, name))
        text = client.get(f"/reservations/{made.reference}").text
        told[name] = ("voi perua viimeistään" in text, "Tilaa omat varaukset kalenteriin" in text)
    assert told == {"booker": (True, True), "member": (False, True), "approver": (False, False)}


def test_only_a_series_has_exceptions(town: Town, client: Any) -> None:
    made = of_choir(town, state="confirmed")
    made.occurrences[0].is_exception = True
    client.sign_in(town.booker)
    assert "poikkeaa sarjasta" not in client.get(f"/reservations/{made.reference}").text


def test_paper_has_no_links_to_what_is_done_on_screen(town: Town, client: Any) -> None:
    made = of_choir(town, EVENING, weekly(1), state="confirmed")
    made.occurrences[0].state = "declined"
    client.sign_in(town.booker)
    paper = re.sub(
        r'<(p|a|ul|form|section)[^>]*class="no-print".*?</\1>',
        "",
        client.get(f"/reservations/{made.reference}").text.partition("<main")[2],
        flags=re.DOTALL,
    )
    for words in ("Muuta", "Tilaa omat varaukset", "Etsi sille"):
        assert words not in paper
