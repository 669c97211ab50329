"""What the fields of a series read, what they say when it cannot be, and what comes back from an address."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import url_for
from hypothesis import given
from werkzeug.datastructures import MultiDict

from booking.availability.pattern_form import PatternFields
from booking.availability.patterns import pattern_query, slots_of
from booking.errors import RuleViolation
from booking.rooms.facts import RoomFacts
from booking.timetable.pattern import Break, Pattern, PatternError
from booking.web.forms import BaseForm, LocalDateField, QueryForm
from booking.web.sentences import known_codes, sentence, sentence_for
from tests.timetable.moments import wall
from tests.timetable.patterns import patterns_with_leave

FIRST = date(2027, 1, 12)
MAY = date(2027, 5, 31)


@pytest.fixture(autouse=True)
def request_context(app: Any) -> Any:
    with app.test_request_context("/?lang=fi") as context:
        yield context


class InAddress(PatternFields, QueryForm):
    """A search."""


class Dated(PatternFields, QueryForm):
    """A search that says when."""

    date = LocalDateField()


class Posted(PatternFields, BaseForm):
    """A request."""

    class Meta:
        csrf = False


def read(**fields: Any) -> InAddress:
    form = InAddress(MultiDict(fields))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("fields", "pattern"),
    [
        ({"repeat": "daily", "until": "31.5.2027"}, Pattern("daily", until=MAY)),
        ({"repeat": "weekly", "count": "10", "interval": "2"}, Pattern("weekly", 2, count=10)),
        (
            {"repeat": "weekly", "until": "2027-05-31", "weekday": ["0", "3"], "skip_holidays": "y"},
            Pattern("weekly", until=MAY, weekdays=frozenset({0, 3}), skip_holidays=True),
        ),
        ({"repeat": "monthly_day", "count": "3"}, Pattern("monthly", count=3)),
        ({"repeat": "monthly_weekday", "count": "3"}, Pattern("monthly", count=3, monthly_by="weekday")),
        (
            {"repeat": "monthly_last_weekday", "count": "3", "skip_school_breaks": "y"},
            Pattern("monthly", count=3, monthly_by="last_weekday", skip_school_breaks=True),
        ),
        ({"repeat": "monthly", "count": "3"}, Pattern("monthly", count=3)),
        (
            {"repeat": "monthly", "by": "weekday", "count": "3"},
            Pattern("monthly", count=3, monthly_by="weekday"),
        ),
        (
            {"repeat": "dates", "dates": "ti 19.1.2027, 2. 2. 2027\nja 2027-02-09"},
            Pattern("dates", dates=(date(2027, 1, 19), date(2027, 2, 2), date(2027, 2, 9))),
        ),
        (
            {"repeat": "weekly", "until": "2027-05-31", "skip": ["2027-01-19", "26.1.2027;2.2.2027"]},
            Pattern(
                "weekly",
                until=MAY,
                skip=frozenset({date(2027, 1, 19), date(2027, 1, 26), date(2027, 2, 2)}),
            ),
        ),
    ],
)
def test_a_pattern_is_read_as_people_and_browsers_write_it(fields: dict[str, Any], pattern: Pattern) -> None:
    form = read(**fields)
    assert (form.pattern(), form.errors) == (pattern, {})


@pytest.mark.parametrize("fields", [{}, {"repeat": ""}, {"repeat": "", "skip_holidays": "y", "weekday": "2"}])
def test_once_is_no_pattern_whatever_else_was_filled_in(fields: dict[str, Any]) -> None:
    form = read(**fields)
    assert (form.pattern(), form.errors) == (None, {})


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"repeat": "yearly"}, "repeat", "Valitse"),
        ({"repeat": "monthly_sometimes"}, "repeat", "Valitse"),
        ({"repeat": "monthly", "by": "mood"}, "repeat", "Valitse"),
        ({"repeat": "weekly"}, "until", "Kerro viimeinen päivä tai kertojen määrä"),
        ({"repeat": "weekly", "until": "2027-05-31", "count": "3"}, "until", "annettu molemmat. Tyhjennä"),
        ({"until": "2027-05-31"}, "repeat", "toistuu, tai tyhjennä viimeinen päivä"),
        ({"repeat": "", "count": "3"}, "repeat", "toistuu, tai tyhjennä kertojen määrä"),
        ({"repeat": "weekly", "until": "toukokuu"}, "until", "12.1.2027"),
        ({"repeat": "weekly", "count": "0"}, "count", "1–1000"),
        ({"repeat": "weekly", "count": "3", "interval": "0"}, "interval", "1–1000"),
        ({"repeat": "weekly", "count": "3", "weekday": "7"}, "weekday", "Valitse"),
        ({"repeat": "weekly", "count": "3", "weekday": "ti"}, "weekday", "Valitse"),
        ({"repeat": "daily", "count": "3", "weekday": "1"}, "weekday", "ei kuulu"),
        ({"repeat": "weekly", "count": "3", "dates": "19.1.2027"}, "dates", "ei kuulu"),
        ({"repeat": "dates"}, "dates", "Yhtään päivää"),
        ({"repeat": "dates", "dates": "19.1.2027", "count": "3"}, "count", "ei kuulu"),
        ({"repeat": "dates", "dates": "19.1.2027", "until": "31.5.2027"}, "until", "ei kuulu"),
        ({"repeat": "dates", "dates": "19.1.2027, huomenna"}, "dates", "12.1.2027"),
        ({"repeat": "weekly", "count": "3", "skip": "30.2.2027"}, "skip", "ei ole kalenterissa"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(fields: dict[str, Any], field: str, words: str) -> None:
    form = read(**fields)
    assert form.pattern() is None
    assert list(form.errors) == [field]
    assert words in " ".join(form.errors[field])


def test_what_cannot_be_read_is_shown_as_it_was_typed() -> None:
    form = read(repeat="dates", dates="19.1.2027 huomenna")
    assert "19.1.2027 huomenna" in form.dates()
    assert "19.1.2027, 2.2.2027" in read(repeat="dates", dates="2027-01-19 2027-02-02").dates()


@given(patterns_with_leave(FIRST))
def test_a_pattern_comes_back_from_an_address_as_it_was(pattern: Pattern) -> None:
    address = url_for("availability.search", **pattern_query(pattern))
    form = InAddress(MultiDict(parse_qsl(urlsplit(address).query)))
    assert form.validate(), form.errors
    assert form.pattern() == in_order(pattern)


@given(patterns_with_leave(FIRST))
def test_a_pattern_comes_back_from_a_form_that_was_filled_in_with_it(pattern: Pattern) -> None:
    shown = Posted(MultiDict())
    shown.prefill(pattern)
    form = Posted(MultiDict((field.name, value) for field in shown for value in sent_by(field)))
    assert form.validate(), form.errors
    assert form.pattern() == in_order(pattern)


def test_once_can_be_filled_in() -> None:
    form = read(repeat="weekly", count="3")
    form.prefill(None)
    assert form.repeat.data == ""


def test_the_fields_few_need_are_shown_open_when_they_say_something() -> None:
    assert not read(repeat="weekly", until="2027-05-31").refined
    assert read(repeat="weekly", count="3").refined
    assert read(repeat="weekly", until="2027-05-31", skip="huomenna").refined


def test_the_dates_of_a_room_leave_out_the_breaks_of_its_venue() -> None:
    pattern = Pattern("weekly", count=2, skip_school_breaks=True)
    evening = wall("2027-02-23 18:00"), wall("2027-02-23 20:00")
    winter = Break(date(2027, 3, 1), date(2027, 3, 7))
    assert [slot.date.day for slot in slots_of(pattern, *evening, None)] == [23, 2]
    assert [slot.date.day for slot in slots_of(pattern, *evening, room_with(winter))] == [23, 9]


@pytest.mark.parametrize(
    ("pattern", "field", "code"),
    [
        (Pattern("weekly", until=date(2027, 1, 11)), "until", "until_before_start"),
        (Pattern("daily", count=401), "count", "too_many_dates"),
        (Pattern("daily", until=date(2030, 1, 1)), "until", "too_many_dates"),
        (Pattern("weekly", 1000, count=900), "count", "count_out_of_reach"),
    ],
)
def test_a_series_without_end_or_beginning_is_refused_in_words(
    pattern: Pattern, field: str, code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        slots_of(pattern, wall("2027-01-12 18:00"), wall("2027-01-12 20:00"), None)
    (broken,) = refused.value.violations
    assert (broken.field, broken.code) == (field, code)
    assert sentence_for(broken) != sentence("unheard_of")


@pytest.mark.parametrize("error", PatternError.__subclasses__(), ids=lambda error: error.code)
def test_every_way_a_pattern_cannot_be_has_a_sentence(error: type[PatternError]) -> None:
    assert error.code in known_codes()


def in_order(pattern: Pattern) -> Pattern:
    """A list of dates is a set in any order."""
    return replace(pattern, dates=tuple(sorted(set(pattern.dates))))


def sent_by(field: Any) -> list[str]:
    """Return what a browser sends of a field as it is shown."""
    if field.type == "SelectMultipleField":
        return [str(value) for value in field.data]
    if field.type == "BooleanField":
        return ["y"] if field.data else []
    return [field.data if field.type == "RepeatField" else field._value()]


def room_with(*breaks: Break) -> RoomFacts:
    """Return a room whose venue has these school breaks."""
    return cast(RoomFacts, SimpleNamespace(school_breaks=breaks))


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (
            "2027-01-31",
            ["kuukauden 31. päivä", "kuukauden viides sunnuntai", "kuukauden viimeinen sunnuntai"],
        ),
        ("huomenna", [f"joka kuukausi, {each}viikonpäivä" for each in ("sama ", "viimeinen ")]),
    ],
)
def test_the_monthly_choices_are_worded_by_the_forms_date(on: str, said: list[str]) -> None:
    form = Dated(MultiDict({"date": on}))
    labels = [str(choice.label) for choice in form.repeat.iter_choices()]
    assert [each for each in labels if "kuukau" in each][-len(said) :] == said
