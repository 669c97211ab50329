"""What people do with a series, step by step, in any language of the interface."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from playwright.sync_api import Locator, expect

from booking import clock
from booking.db import in_transaction
from booking.reservations import decisions
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.journeys.inside import actor_with, inside
from tests.journeys.people import Person
from tests.journeys.seasons import TIMES, Season
from tests.journeys.steps import GARDEN, claim_of

REQUEST_OF_ITS_OWN = "%(offer)s, lähtee omana pyyntönään: %(owner)s"


def let_others_take(town: Any, uses: Iterable[Interval]) -> None:
    """Have another association ask for the garden, and the city confirm it."""
    with inside(town):
        booker, approver, now = actor_with("iltarusko"), actor_with("paattaja"), clock.now()

        def take(use: Interval) -> None:
            wanted = ReservationRequest(
                GARDEN, use.start, use.end, "Tanssit", "event", "event", 40, "elakelaiskerho-iltarusko"
            )
            made = request_reservation(wanted, actor=booker, now=now)
            decisions.confirm(made.reference, None, actor=approver, now=now)

        in_transaction(lambda: [take(use) for use in uses])


def search(person: Person, season: Season) -> None:
    """Ask the home page which places for a feast suit all dates."""
    person.open("/")
    person.write("hengelle", season.people)
    person.write("Päivä", season.dates[0])
    person.write("Alkaa klo", season.start)
    person.write("Päättyy klo", season.end)
    person.choose("Toistuu", "joka viikko")
    person.unfold("Toistuvan varauksen päivät")
    person.write("Montako kertaa", TIMES)
    person.unfold("Lisää rajauksia")
    person.choose("Millainen tila", "juhlatila")
    person.press("Näytä vapaat tilat")


def fill_request(person: Person, season: Season) -> None:
    """Fill in what the request page asks beside the dates."""
    person.hand.choose(person.field("Varaaja"), "Kuoro Koskisointu")
    person.write("Tilaisuus", season.title)
    person.choose("Käyttö", "harjoitus")
    person.pick("avoin tilaisuus: kuka tahansa saa tulla")
    person.write("Yhteystieto", "050 000 0000")
    person.write("Viesti omistajalle (vapaaehtoinen)", "Tarvitsemme tuolit riveihin.")
    person.hand.press(person.field("Hyväksymme tilan ehdot"))


def offers(person: Person, day: date, choice: str = "") -> Locator:
    """Return the buttons that mend a date, or mend it so, in a room of the same owner."""
    buttons = person.main.locator(f'button[name="take"][value^="{day} {choice}"]')
    return buttons.filter(has_not_text=person.said(REQUEST_OF_ITS_OWN))


def mend(person: Person, day: date, choice: str) -> list[str]:
    """Take the first offer of that kind for a date; return what it says in the form: room and times."""
    button = offers(person, day, choice).first
    value = button.get_attribute("value") or ""
    person.hand.press(button)
    expect(person.main.locator(f'button[name="untake"][value="{day}"]')).to_have_count(1)
    expect(offers(person, day)).to_have_count(0)
    return value.split()[2:]


def path_of(person: Person, season: Season) -> str:
    """Return the path of the reservation whose page is open."""
    expect(person.page.get_by_role("heading", level=1)).to_have_text(season.title)
    found = re.search(r"/reservations/[^/?]+", person.page.url)
    assert found, f"the receipt is at {person.page.url}"
    return found.group()


def open_request(person: Person, season: Season) -> None:
    """Go from the approver's queue to the request's own page."""
    person.follow_menu("Hyväksynnät")
    person.expect_heading("Hyväksynnät")
    claim = claim_of(person.page, season.title)
    name = re.compile(f"^{person.said('Päätä päivä kerrallaan').pattern}")
    person.hand.press(claim.get_by_role("link", name=name))
    expect(person.page.get_by_role("heading", level=1)).to_have_text(season.title)


def confirm_range(person: Person, first: int, last: int) -> None:
    """Confirm from one to another of the dates that are still open, counted from 1."""
    person.pick("väli")
    for text, number in (("Välin alku", first), ("Välin loppu", last)):
        field = person.field(text)
        labels = [each.strip() for each in field.locator("option").all_inner_texts()]
        person.hand.choose(field, labels[number])
    done = "%(num)s aika vahvistettu", "%(num)s aikaa vahvistettu"
    _decide(person, "Vahvista", done, last - first + 1)


def confirm_all(person: Person) -> None:
    """Confirm what is still open."""
    person.pick("kaikki (%(count)s)")
    person.press("Vahvista")
    person.expect_said("Kaikista ajoista on päätetty.")


def decline_first(person: Person, reason: str) -> None:
    """Decline the first of the dates that are still open, by marking it."""
    person.hand.press(_marks(person).first)
    person.pick("merkityt ajat")
    person.unfold("Hylkää ja kerro syy")
    person.write("Syy, joka lähetetään pyytäjälle", reason)
    _decide(person, "Hylkää", ("%(num)s aika hylätty", "%(num)s aikaa hylätty"), 1)


def _decide(person: Person, button: str, done: tuple[str, str], number: int) -> None:
    """Press the button, after which so many dates fewer can be marked; the last one alone cannot."""
    left = _marks(person).count() - number
    person.press(button)
    expect(_marks(person)).to_have_count(left if left > 1 else 0)
    expect(person.page.get_by_role("status")).to_contain_text(person.said(*done, number))


def _marks(person: Person) -> Locator:
    return person.main.get_by_role("checkbox")


def offer_instead_of_first(person: Person, message: str) -> list[str]:
    """Offer the first suggestion instead of the first open date, and return it: room, date, start, end."""
    person.hand.press(person.link("Ehdota toista aikaa tai tilaa").first)
    person.expect_heading("Ehdota toista aikaa tai tilaa")
    person.look_over()
    person.hand.write(person.field("Viesti varaajalle (vapaaehtoinen)").first, message)
    suggestion = person.button("Ehdota: %(when)s, %(room)s").first
    value = suggestion.get_attribute("value") or ""
    person.hand.press(suggestion)
    person.expect_done("Ehdotus on lähetetty. Aika on varattuna varaajalle %(moment)s asti.")
    return value.split()


def feed_of_own(person: Person) -> str:
    """Return the address of the secret feed of one's own reservations; it is made where there is none yet."""
    person.follow_menu("Kalenterit")
    person.expect_heading("Kalenterit")
    if person.radio("Omat varaukset").count():
        person.pick("Omat varaukset")
        person.press("Tee osoite")
        person.expect_done("Kalenterin osoite on valmis.")
    return person.main.locator('input[id^="feed-"]').first.input_value()


def open_edit(person: Person, path: str, place: int) -> None:
    """Go from the page of a series to the edit of the date that stands there among all, counted from 1."""
    person.open(path)
    dates = person.main.locator('[aria-labelledby="dates"]')
    person.unfold(dates.locator("summary"))
    name = re.compile(f"^{person.said('Muuta').pattern}")
    person.hand.press(dates.get_by_role("listitem").nth(place - 1).get_by_role("link", name=name))
    person.expect_heading("Muuta varausta")


def dates_that(person: Person, heading: str) -> Locator:
    """Return the dates under a heading of what an edit would change."""
    found = person.main.locator("#fix").get_by_role("heading", name=person.said(heading, whole=True))
    return found.locator("xpath=following::ul[1]/li")
