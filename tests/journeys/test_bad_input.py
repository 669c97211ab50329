"""Bad input: a clear sentence in the reader's language beside its field, and nothing typed is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browserless import Browserless
from tests.journeys.hands import Mouse
from tests.journeys.samples import ask_database
from tests.journeys.steps import PASSWORD, sign_in, working_day
from tests.journeys.wording import LANGUAGES, words
from tests.support.browser import assert_accessible

REQUEST = "/rooms/karelia-sali/request"
A_MEGABYTE = 1024 * 1024
MISSING = "Tätä kellonaikaa ei ole: kellot siirretään silloin kesäaikaan. Seuraava aika on klo %(time)s."
NO_WEEK = "Viikkoa ei ole. Kirjoita viikko osoitteeseen muodossa 2027-W03."
UNREADABLE = "Osoitteessa tai lomakkeessa on merkkejä, joita ei voi lukea. Mitään ei tallennettu."


GOOD = {
    "date": str(working_day(0)),
    "start": "18:00",
    "end": "20:00",
    "title": "Kevätkonsertti & kahvit",
    "purpose": "event",
    "people": "120",
    "responsible": "Äänenjohtaja Ö",
    "contact": "050 000 0000",
    "note": "Ensimmäinen rivi\nToinen rivi",
}
BAD = {
    "a start in the past": ({"date": "2024-01-09"}, "start", "Aika on jo mennyt. Valitse tuleva aika."),
    "an end before its start": (
        {"start": "20:00", "end": "18:00"},
        "end",
        "Loppu on ennen alkua. Valitse loppu, joka on alun jälkeen.",
    ),
    "the hour the clocks skip": ({"date": "2027-03-28", "start": "03:30", "end": "05:30"}, "start", MISSING),
    "ten thousand people": (
        {"people": "10000"},
        "people",
        "Tilaan mahtuu %(capacity)s henkeä, pyynnössä on %(people)s. "
        "Valitse suurempi tila tai pienennä määrää.",
    ),
}


def typed(page: Page) -> dict[str, str]:
    """Return what is in the request form, without what the page wrote there for itself."""
    values: dict[str, str] = page.evaluate(
        "Object.fromEntries(new FormData(document.querySelector('main form')))"
    )
    return {name: value for name, value in values.items() if name not in ("csrf_token", "price_shown")}


def fill(page: Page, values: dict[str, str]) -> None:
    """Put values into the request form by the names of its fields."""
    for name, value in values.items():
        field = page.locator(f"main form [name={name}]")
        if name == "purpose":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form [name=visibility][value=event]").check()
    page.locator("main form [name=accept_terms]").check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_asked_for_is_said_beside_its_field_and_nothing_is_lost(
    town: Any, windows: Any, language: str
) -> None:
    page = windows.open(town.base_url)
    sign_in(Mouse(page), "varaaja")
    windows.expect_fault("422")
    for case, (changes, name, sentence) in BAD.items():
        page.goto(f"{REQUEST}?lang={language}")
        fill(page, GOOD | changes)
        before = typed(page)
        page.locator("main form button[type=submit]:not([name])").click()
        expect(page.locator("#problems")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert typed(page) == before, case
        field = page.locator(f"main form [name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(words(sentence, language))
        assert (page.url.partition("?")[0]).endswith(REQUEST)
        assert_accessible(page)
    assert ask_database(town, "SELECT count(*) FROM reservations WHERE title = ?", GOOD["title"]) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_that_cannot_be_is_answered_beside_its_field(town: Any, windows: Any, language: str) -> None:
    page = windows.open(town.base_url)
    windows.expect_fault("422")
    for query, name, value in (
        ("date=2027-03-28&start=03:30&end=05:00&people=10", "start", "03:30"),
        ("date=2027-02-30&start=18:00&end=20:00&people=10", "date", "2027-02-30"),
        ("date=2027-01-12&start=20:00&end=18:00&people=10", "end", "18:00"),
        ("date=2027-01-12&start=18:00&end=20:00&people=-5", "people", "-5"),
        ("date=2027-01-12&start=18:00&end=20:00&people=monta", "people", "monta"),
    ):
        page.goto(f"/?{query}&lang={language}")
        field = page.locator(f"main form [name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(r"\w{3,}.*\."))
        expect(field).to_have_value(value)
        expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/rooms/ei-ole", "Tilaa ei löydy. Se on voitu poistaa käytöstä tai osoite on väärä."),
        (
            "/rooms/karelia-sali?week=2027-W99",
            "Viikkoa ei ole. Kirjoita viikko osoitteeseen muodossa 2027-W03.",
        ),
        ("/rooms/karelia-sali?week=ensi", NO_WEEK),
        (
            "/reservations/EIOLE",
            "Varausta ei ole tai sen näkee vasta kirjautuneena. Kirjaudu sisään ja avaa osoite uudelleen.",
        ),
    ],
)
def test_what_is_not_there_is_said_in_words(town: Any, path: str, sentence: str, language: str) -> None:
    answer = Browserless(town.base_url).get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status == 404
    assert answer.page.language == language
    assert words(sentence, language).search(answer.text), answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2027-02-30", "Päivää %(text)s ei ole kalenterissa."),
        ("huomenna", "Kirjoita päivä muodossa 12.1.2027."),
    ],
)
def test_a_day_that_is_none_is_said_beside_its_field(
    town: Any, typed: str, sentence: str, language: str
) -> None:
    answer = Browserless(town.base_url).get(f"/day?date={typed}&lang={language}")
    assert answer.status == 422
    assert answer.page.language == language
    assert words(sentence, language).search(answer.text), answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/?people=%ff", "/rooms?q=%c3%28", "/rooms/%ff", "/day?date=%80"])
def test_an_address_that_is_not_utf_8_is_refused_in_words(town: Any, path: str, language: str) -> None:
    answer = Browserless(town.base_url).get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status == 400
    assert answer.page.language == language
    assert words(UNREADABLE, language).search(answer.text), answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_not_utf_8_or_is_huge_is_refused_whole(town: Any, language: str) -> None:
    person = Browserless(town.base_url)
    person.sign_in("varaaja@demo.example", PASSWORD)
    before = ask_database(town, "SELECT count(*) FROM reservations")
    path = f"{REQUEST}?lang={language}"
    token = person.token(path).encode()

    unreadable = person.post(path, b"csrf_token=" + token + b"&title=Konsertti%ff%fe")
    assert unreadable.status == 400
    assert words(UNREADABLE, language).search(unreadable.text)

    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        body = b"csrf_token=" + token + b"&note=" + b"a" * A_MEGABYTE
        if kind.startswith("multipart"):
            body = (
                b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
                + b"a" * A_MEGABYTE
                + b"\r\n--x--\r\n"
            )
        huge = person.send("POST", path, body, kind)
        assert huge.status == 413
        assert huge.page.language == language
        advice = "Lyhennä tekstiä tai pienennä tiedostoa ja lähetä uudelleen. Mitään ei tallennettu."
        assert words(advice, language).search(huge.text), huge.text
    assert ask_database(town, "SELECT count(*) FROM reservations") == before


def test_a_form_without_its_token_says_what_to_do(town: Any) -> None:
    person = Browserless(town.base_url)
    person.sign_in("varaaja@demo.example", PASSWORD)
    answer = person.post(REQUEST, b"title=Konsertti")
    assert answer.status == 400
    assert "lataa se uudelleen ja lähetä lomake" in answer.text
