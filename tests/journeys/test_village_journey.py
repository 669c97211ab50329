"""A village society opens its house to others in one sitting, gets a request and confirms it."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.journeys.hands import Finger, Mouse
from tests.journeys.people import Person
from tests.journeys.steps import PASSWORD, Wish, claim_of, fill_request, result_of, search, send, working_day

ROAD, CODE = "Kuusikontie 4", "Avain on keltaisessa laatikossa, koodi 2468."


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as a phone takes one."""
    path = tmp_path / "kylätalo.jpg"
    Image.new("RGB", (2400, 1800), (40, 90, 70)).save(path, "JPEG")
    return path


def open_part(person: Person, name: str) -> None:
    """Go from the room's page at the desk to one of its parts."""
    link = person.main.get_by_role("heading", level=3).get_by_role("link", name=name, exact=True)
    with person.page.expect_navigation():
        person.hand.press(link)


def back_to_room(person: Person, house: str) -> None:
    """Go back to the room's page at the desk, if it is not open."""
    link = person.main.get_by_role("link", name=house, exact=True)
    if link.count():
        person.hand.press(link.first)
    person.expect_heading(house)


def make_draft(person: Person, house: str) -> None:
    """Begin: what the house is called, and where it stands."""
    person.follow_menu("Omistajan pöytä")
    person.hand.press(person.link("Omat tilat"))
    person.hand.press(person.link("Avaa uusi tila"))
    person.look_over()
    person.write("Tilan nimi", house)
    person.choose("Millainen tila", "kylätalo")
    person.write("Montako henkilöä mahtuu", 60)
    person.write("Talon tai paikan nimi", "Kuusikon kylätalo")
    person.write("Katuosoite", ROAD)
    person.press("Tee luonnos")
    person.expect_done("Luonnos on tehty.")
    person.expect_heading(house)


def tell_hours(person: Person) -> None:
    """The house is open in the evenings."""
    open_part(person, "Aukiolo")
    person.write("maanantai", "10-22")
    person.press("Kopioi maanantai arkipäiville")
    person.write("lauantai", "12–01")
    person.look_over()
    person.main.get_by_role("button", name="Näytä muutokset").last.click()
    person.expect_said("Yksikään varaus ei jää aukiolon ulkopuolelle.")
    person.press("Tallenna aukioloajat")
    person.expect_done("Aukioloajat on tallennettu.")


def tell_facts(person: Person) -> None:
    """What there is, and how one gets in on wheels."""
    open_part(person, "Tiedot")
    person.write("Kuvaus", "Valoisa sali, keittiö ja piha. Tuolit kuudellekymmenelle.")
    person.write("Yhteystieto, joka näkyy kaikille", "kylaseura@demo.example")
    person.choose("esteetön sisäänkäynti", "on")
    person.press("Tallenna tiedot")
    person.expect_done("Tiedot on tallennettu.")


def show_photo(person: Person, picture: Path) -> None:
    """A photo with its words."""
    open_part(person, "Kuvat")
    person.main.locator("input[type=file]").first.set_input_files(picture)
    person.hand.write(person.page.locator("#new-1-alt"), "Sali, jossa on pitkiä pöytiä ja uuni.")
    person.press("Lisää", whole=True)
    expect(person.main.get_by_role("img", name=re.compile("pitkiä pöytiä"))).to_be_visible()
    person.look_over()


def tell_rules(person: Person) -> None:
    """Who may come: tried on an example before it is saved."""
    open_part(person, "Säännöt")
    person.choose("Kuka saa varata", "yhdistykset ja ryhmät")
    person.write("Siivousaika käytön jälkeen", "30 min")
    person.hand.write(person.page.locator("#try_date"), working_day(0))
    person.press("Kokeile")
    expect(person.main).to_contain_text("Näillä säännöillä: odottaa päätöstä")
    person.look_over()
    person.main.get_by_role("button", name="Näytä muutokset").last.click()
    person.press("Tallenna säännöt")
    person.expect_done("Säännöt on tallennettu.")


def write_texts(person: Person, house: str) -> None:
    """Terms to agree to, and where the key is."""
    open_part(person, "Ehdot")
    person.write("Ehdot", "Siivotkaa jälkenne ja sammuttakaa uuni.")
    person.press("Tallenna ehdot")
    person.expect_done("Ehdot on tallennettu. Voimassa on versio %(number)s.")
    back_to_room(person, house)
    open_part(person, "Avain")
    person.main.locator("textarea").fill(CODE)
    person.press("Tallenna ohje")
    person.expect_done("Ohje on tallennettu.")


def publish(person: Person, house: str) -> str:
    """Look at the page as others will see it, and publish; return its address."""
    back_to_room(person, house)
    open_part(person, "Esikatselu")
    person.expect_said("Esikatselu")
    expect(person.main).to_contain_text(ROAD)
    expect(person.main).not_to_contain_text(CODE)
    person.hand.press(person.link("Takaisin muokkaamaan"))
    person.press("Julkaise", whole=True)
    person.expect_done("Tila on julkaistu.")
    person.hand.press(person.link("Katso julkinen sivu"))
    person.expect_heading(house)
    return person.page.url


def open_the_house(person: Person, house: str, picture: Path) -> str:
    """Everything from signing in to a published room, in one sitting; return its address."""
    person.open("/login")
    person.fill_sign_in("kylaseura")
    person.expect_heading("Omat varaukset")
    make_draft(person, house)
    for step in (tell_hours, tell_facts):
        step(person)
        back_to_room(person, house)
    show_photo(person, picture)
    back_to_room(person, house)
    tell_rules(person)
    back_to_room(person, house)
    write_texts(person, house)
    return publish(person, house)


def ask_for_it(hand: Mouse, house: str, wish: Wish) -> None:
    """The choir finds the house by searching and asks for it."""
    page = hand.page
    page.goto("/login")
    hand.write(page.locator("input[name=email]"), "varaaja@demo.example")
    hand.write(page.locator("input[name=password]"), PASSWORD)
    hand.press(page.get_by_role("main").get_by_role("button", name="Kirjaudu", exact=True))
    search(hand, wish)
    hand.press(result_of(page, house).get_by_role("link", name=house, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(house)
    expect(page.get_by_role("img", name=re.compile("pitkiä pöytiä")).first).to_be_visible()
    hand.press(page.get_by_role("link", name="Pyydä tilaa", exact=True))
    fill_request(hand, wish)
    send(hand, wish)
    expect(page.get_by_role("main")).to_contain_text("Pyyntö on lähetetty.")
    expect(page.get_by_role("main")).not_to_contain_text("2468")


def confirm(person: Person, wish: Wish) -> None:
    """The society's manager decides on it."""
    person.follow_menu("Hyväksynnät")
    claim: Locator = claim_of(person.page, wish.title)
    expect(claim).to_contain_text("Kuoro Koskisointu")
    person.hand.press(claim.get_by_role("button", name=re.compile("^Vahvista")).first)
    expect(person.page.get_by_role("status")).to_contain_text("Pyyntö on vahvistettu.")


HANDS = {
    "mouse": (Mouse, {}),
    "phone": (Finger, {"phone": True}),
    "without_script": (Mouse, {"javascript": False}),
}


@pytest.mark.parametrize("way", HANDS)
def test_a_village_society_opens_its_house_and_confirms_the_first_request(
    town: Any, windows: Any, picture: Path, way: str
) -> None:
    hand, window = HANDS[way]
    number = list(HANDS).index(way)
    house = f"Kuusikon sali {number + 1}"
    society = Person(hand(windows.open(town.base_url, **window)), javascript=way != "without_script")
    open_the_house(society, house, picture)
    wish = Wish(working_day(number), f"Kylätalon joulu {way}", people=40)
    ask_for_it(Mouse(windows.open(town.base_url)), house, wish)
    confirm(society, wish)
