"""What people write into forms, and what they are told when it cannot be read."""

from datetime import date, time
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import Length, NumberRange

from booking.web.forms import (
    ChoiceField,
    LocalDateField,
    LocalTimeField,
    NumberField,
    Optional,
    QueryForm,
    Required,
    read_date,
    read_time,
)


@pytest.fixture(autouse=True)
def request_context(app: Any) -> Any:
    with app.test_request_context("/?lang=fi") as context:
        yield context


class Wish(QueryForm):
    day = LocalDateField(validators=[Required()])
    start = LocalTimeField(validators=[Optional()])
    people = NumberField(validators=[Optional(), NumberRange(1, 500)])
    kind = ChoiceField(choices={"": "kaikki", "hall": "sali"})
    title = StringField(validators=[Required(), Length(max=10)])
    password = PasswordField()


class Visibility(QueryForm):
    shown = RadioField(choices={"public": "julkinen", "private": "yksityinen"})


def wish(**fields: str) -> Wish:
    form = Wish(MultiDict({"day": "2027-01-12", "title": "Harjoitus"} | fields))
    form.validate()
    return form


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-12",
        "12.1.2027",
        "12.01.2027",
        " 12. 1. 2027 ",
        "ti 12.1.2027",
        "Ti 12.1.2027",
        "ti\u00a012.1.2027",
    ],
)
def test_a_date_is_read_as_people_and_browsers_write_it(text: str) -> None:
    assert read_date(text) == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("huomenna", "Kirjoita päivä muodossa 12.1.2027."),
        ("12.1.", "Kirjoita päivä muodossa 12.1.2027."),
        ("12/1/2027", "Kirjoita päivä muodossa 12.1.2027."),
        ("31.2.2027", "Päivää 31.2.2027 ei ole kalenterissa."),
        ("2027-02-30", "Päivää 2027-02-30 ei ole kalenterissa."),
        ("1.1.1999", "Vuoden pitää olla 2000–2100."),
        ("1999-01-01", "Vuoden pitää olla 2000–2100."),
        ("2101-01-01", "Vuoden pitää olla 2000–2100."),
        ("١٢.١.٢٠٢٧", "Kirjoita päivä muodossa 12.1.2027."),
    ],
)
def test_a_date_that_cannot_be_read_gets_its_own_sentence(text: str, sentence: str) -> None:
    form = wish(day=text)
    assert form.day.errors == [sentence]
    assert f'value="{text}"' in form.day()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("18:00", time(18)),
        ("18.00", time(18)),
        ("18", time(18)),
        ("8", time(8)),
        ("1830", time(18, 30)),
        ("klo 18.30", time(18, 30)),
        ("18:30:00", time(18, 30)),
        ("24", time(0)),
        ("24.00", time(0)),
        ("0.15", time(0, 15)),
    ],
)
def test_a_time_is_read_as_people_and_browsers_write_it(text: str, read: time) -> None:
    assert read_time(text) == read


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("illalla", "Kirjoita kellonaika muodossa 18.00."),
        ("18.5", "Kirjoita kellonaika muodossa 18.00."),
        ("25", "Kellonaikaa 25 ei ole."),
        ("18.60", "Kellonaikaa 18.60 ei ole."),
        ("24.30", "Kellonaikaa 24.30 ei ole."),
    ],
)
def test_a_time_that_cannot_be_read_gets_its_own_sentence(text: str, sentence: str) -> None:
    assert wish(start=text).start.errors == [sentence]


@pytest.mark.parametrize(
    ("text", "number", "errors"),
    [
        ("12", 12, []),
        ("1 2", 12, []),
        ("", None, []),
        ("kaksi", None, ["Kirjoita luku numeroin, esimerkiksi 12."]),
        ("1,5", None, ["Kirjoita luku numeroin, esimerkiksi 12."]),
        ("0", 0, ["Luvun pitää olla 1–500."]),
        ("10000", 10000, ["Luvun pitää olla 1–500."]),
        ("9" * 5000, None, ["Luku on liian suuri."]),
    ],
)
def test_a_number_is_read_or_refused_in_words(text: str, number: int | None, errors: list[str]) -> None:
    form = wish(people=text)
    assert form.people.data == number
    assert list(form.people.errors) == errors


def test_text_loses_outer_spaces_and_control_characters_and_a_password_does_not() -> None:
    form = wish(title="  Kuo\x00ro\r\nA ", password="  salainen ")
    assert form.title.data == "Kuoro\nA"
    assert form.password.data == "  salainen "


def test_two_spellings_of_one_letter_are_one() -> None:
    assert wish(title="a\u0308iti").title.data == "äiti"


def test_a_field_with_spaces_only_is_empty() -> None:
    assert wish(title="   ").title.errors == ["Täytä tämä kohta."]


def test_a_choice_that_was_not_sent_is_all() -> None:
    form = wish()
    assert not form.errors
    assert form.kind.data == ""


def test_an_invented_choice_is_refused() -> None:
    assert wish(kind="castle").kind.errors == ["Valitse jokin vaihtoehdoista."]


def test_a_choice_without_an_empty_one_must_be_made() -> None:
    form = Visibility(MultiDict({"other": "1"}))
    assert not form.validate()
    assert form.shown.errors == ["Valitse jokin vaihtoehdoista."]


def test_a_sentence_can_be_added_to_a_field_and_to_the_form() -> None:
    form = wish()
    form.add_error("start", "Aika on jo varattu.")
    form.add_error("elsewhere", "Jokin muu.")
    assert form.start.errors == ["Aika on jo varattu."]
    assert form.form_errors == ["Jokin muu."]
