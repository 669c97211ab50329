"""Patterns in Finnish words."""

from datetime import date, timedelta
from typing import Any

import pytest

from booking.availability.pattern_words import in_words
from booking.timetable.pattern import Pattern

TUESDAY = date(2027, 1, 12)
MAY = date(2027, 5, 31)


@pytest.fixture(autouse=True)
def request_context(app: Any) -> Any:
    with app.test_request_context("/?lang=fi") as context:
        yield context


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (Pattern("daily", until=MAY), "joka päivä 31.5.2027 asti"),
        (Pattern("daily", 2, count=1), "joka toinen päivä, 1 kerta"),
        (Pattern("daily", 3, count=5), "3 päivän välein, 5 kertaa"),
        (Pattern("weekly", until=MAY), "joka tiistai 31.5.2027 asti"),
        (Pattern("weekly", until=MAY, weekdays=frozenset({2})), "joka keskiviikko 31.5.2027 asti"),
        (
            Pattern("weekly", count=8, weekdays=frozenset({4, 0, 3})),
            "joka viikko maanantaisin, torstaisin ja perjantaisin, 8 kertaa",
        ),
        (
            Pattern("weekly", 2, count=10, weekdays=frozenset({0, 3})),
            "joka toinen viikko maanantaisin ja torstaisin, 10 kertaa",
        ),
        (Pattern("weekly", 4, until=MAY), "4 viikon välein tiistaisin 31.5.2027 asti"),
        (Pattern("monthly", count=3), "kuukauden 12. päivä, 3 kertaa"),
        (Pattern("monthly", count=3, monthly_by="weekday"), "kuukauden toinen tiistai, 3 kertaa"),
        (
            Pattern("monthly", 2, count=3, monthly_by="last_weekday"),
            "kuukauden viimeinen tiistai joka toinen kuukausi, 3 kertaa",
        ),
        (Pattern("monthly", 3, until=MAY), "kuukauden 12. päivä 3 kuukauden välein 31.5.2027 asti"),
        (Pattern("dates", dates=(date(2027, 2, 2), date(2027, 1, 19))), "12.1.2027, 19.1.2027 ja 2.2.2027"),
        (
            Pattern(
                "dates", dates=tuple(TUESDAY + timedelta(n) for n in range(9)), skip=frozenset({TUESDAY})
            ),
            "8 päivänä, ensimmäinen 13.1.2027 ja viimeinen 20.1.2027",
        ),
        (
            Pattern("weekly", until=MAY, skip_holidays=True, skip=frozenset({date(2027, 2, 9)})),
            "joka tiistai 31.5.2027 asti, ei pyhinä, paitsi 9.2.2027",
        ),
        (
            Pattern("weekly", until=MAY, skip_school_breaks=True),
            "joka tiistai 31.5.2027 asti, ei koulujen loma-aikoina",
        ),
        (
            Pattern("daily", until=MAY, skip_holidays=True, skip_school_breaks=True),
            "joka päivä 31.5.2027 asti, ei pyhinä eikä koulujen loma-aikoina",
        ),
        (
            Pattern("daily", until=MAY, skip=frozenset(TUESDAY + timedelta(n) for n in range(6))),
            "joka päivä 31.5.2027 asti, paitsi 6 päivänä",
        ),
        (
            Pattern("weekly", until=MAY, skip=frozenset({TUESDAY - timedelta(7), MAY + timedelta(1)})),
            "joka tiistai 31.5.2027 asti",
        ),
        (
            Pattern("weekly", 2, count=3, skip=frozenset(TUESDAY + timedelta(n) for n in (1, 7, 14, 42))),
            "joka toinen viikko tiistaisin, 3 kertaa, paitsi 26.1.2027",
        ),
        (
            Pattern("weekly", count=2, skip_school_breaks=True, skip=frozenset({TUESDAY + timedelta(14)})),
            "joka tiistai, 2 kertaa, ei koulujen loma-aikoina, paitsi 26.1.2027",
        ),
    ],
)
def test_a_pattern_reads_as_one_would_say_it(pattern: Pattern, words: str) -> None:
    assert in_words(pattern, TUESDAY) == words
