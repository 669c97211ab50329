"""A corpus of calendars as programs write and break them, and as somebody would write them to hurt us."""

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendars.outside import reading as within
from booking.calendars.outside import reading_apart
from booking.calendars.outside.reading_apart import COMMAND, OCTETS, SECONDS, question, read_apart
from booking.calendars.outside.readings import Reading, Rules, Unreadable
from booking.timetable.zone import HELSINKI
from tests.calendars.outside import launcher
from tests.calendars.outside.writing import WINDOW, calendar, codes, event, reading, refusal, spans
from tests.support.effort import times

CORPUS = {path.name: path.read_bytes() for path in sorted(Path(__file__).parent.glob("corpus/*.ics"))}
PATIENT = 60.0  # the suite's machine may be busy with much else; what is too slow is tested by itself

AT_SIX = ["12.1. 18:00-19:00"]
GOOGLE = [
    "5.1. 17:30-19:00", "12.1. 17:30-19:00", "15.1. 10:00-12:00", "20.1. 16:00-17:30", "2.2. 17:30-19:00",
    "9.2. 17:30-19:00",
]  # fmt: skip
APPLE = ["13.1. 18:00-20:00", "10.2. 18:00-20:00", "10.3. 18:00-20:00"]

READ: dict[str, tuple[str, list[str], list[tuple[int, str]]]] = {
    "google.ics": ("Nuorisotalon sali", GOOGLE, []),
    "mixed-ends.ics": ("Nuorisotalon sali", GOOGLE, []),
    "apple.ics": ("Seurakuntasali", APPLE, []),
    "two-calendars.ics": ("Seurakuntasali", [*AT_SIX, *APPLE], []),
    "outlook.ics": (
        "Kokoushuone 2",
        [
            "26.3. 09:00-10:00", "2.4. 09:00-10:00", "9.4. 09:00-10:00", "1.6. 00:00-2.6. 00:00",
            "29.10. 13:00-1.11. 13:00",
        ],
        [],
    ),
    "latin-1.ics": ("Työväentalo", AT_SIX, []),
    "bom.ics": ("Työväentalo", AT_SIX, []),
    "utf-16.ics": ("Työväentalo", AT_SIX, []),
    "cr-only.ics": ("Työväentalo", AT_SIX, []),
    "nuls.ics": ("Työväentalo", AT_SIX, []),
    "unfolded.ics": ("", AT_SIX, []),
    "many-faults.ics": (
        "",
        AT_SIX,
        [
            (3, "calendar_no_start"), (8, "calendar_bad_time"), (13, "calendar_end_before_start"),
            (17, "calendar_unknown_zone"), (24, "calendar_bad_rule"),
        ],
    ),
    "bomb-secondly.ics": ("", AT_SIX, [(7, "calendar_rule_too_often")]),
    "bomb-times.ics": ("", AT_SIX, [(7, "calendar_rule_too_often")]),
    "bomb-count.ics": ("", AT_SIX, [(7, "calendar_rule_too_long")]),
    "bomb-rules.ics": ("", AT_SIX, [(12, "calendar_too_many_rules")]),
    "bomb-zone.ics": ("", AT_SIX, [(308, "calendar_unknown_zone")]),
    "bomb-moved.ics": ("", AT_SIX, [(9, "calendar_event_too_long")]),
    "bomb-long.ics": (
        "",
        ["12.1. 18:00-8.11. 18:00", "13.1. 18:00-9.11. 18:00", "14.1. 18:00-10.11. 18:00"],
        [(3, "calendar_event_too_long"), (17, "calendar_bad_time")],
    ),
}  # fmt: skip
REFUSED = {
    "page.html.ics": (1, "calendar_is_a_page"),
    "json.ics": (1, "calendar_is_none"),
    "truncated.ics": (60, "calendar_cut_off"),
    "wrong-end.ics": (5, "calendar_wrong_end"),
    "deep.ics": (9, "calendar_too_deep"),
    "bomb-zones.ics": (500, "calendar_too_many_zones"),
    "bomb-hourly.ics": (15, "calendar_too_many_dates"),
}


@pytest.mark.parametrize("name", READ)
def test_a_calendar_of_the_corpus_is_read(name: str) -> None:
    found = reading(CORPUS[name])
    assert (found.name, spans(found), codes(found.problems)) == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_the_corpus_is_refused(name: str) -> None:
    assert refusal(CORPUS[name]) == [REFUSED[name]]


def test_all_of_the_corpus_is_expected_to_be_something() -> None:
    assert CORPUS.keys() == READ.keys() | REFUSED.keys() | {"bomb-never.ics"}


def test_titles_survive_but_private_ones_do_not() -> None:
    found = [each.title for each in reading(CORPUS["google.ics"]).events]
    assert found == ["Sähly", "Sähly", "", "Sähly, siirretty", "Sähly", "Sähly"]
    assert b"Kahden kesken" in CORPUS["google.ics"]
    assert reading(CORPUS["latin-1.ics"]).events[0].title == "Näytelmäpiiri – pöytä"


# In a process of its own


def apart(data: bytes, seconds: float = PATIENT) -> Reading | list[str]:
    """What the other process reads, or the codes for which it refuses."""
    try:
        return read_apart(data, zone=HELSINKI, window=WINDOW, rules=Rules(), seconds=seconds)
    except Unreadable as refused:
        return [problem.code for problem in refused.problems]


def memory(data: bytes) -> tuple[int, bytes]:
    """The most memory, in kilobytes, that the reader held for a file, and its answer ("" for none)."""
    done = subprocess.run(
        [sys.executable, launcher.__file__, *COMMAND],
        input=question(data, HELSINKI, WINDOW, Rules(), PATIENT),
        capture_output=True,
        check=True,
    )
    head, _newline, answer = done.stdout.partition(b"\n")
    status, most = map(int, head.split())
    assert status in (0, 3), (status, done.stderr)
    return most, answer


def test_another_process_reads_the_same() -> None:
    for name in ("google.ics", "many-faults.ics"):
        assert apart(CORPUS[name]) == reading(CORPUS[name])
    assert apart(CORPUS["truncated.ics"]) == ["calendar_cut_off"]


def test_what_never_ends_is_refused_inside_or_killed_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(within, "MOST_SECONDS", 0.3)
    (refused,) = refusal(CORPUS["bomb-never.ics"])
    assert refused[1] == "calendar_too_slow"
    assert refused[0] in range(3, 308)  # the line of an event
    assert apart(CORPUS["bomb-never.ics"], seconds=0.01) == ["calendar_too_slow"]
    assert SECONDS < 10


def test_the_other_process_is_not_told_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "salainen")
    told = subprocess.run(["env"], env=None, capture_output=True, check=True).stdout
    assert b"salainen" in told
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*args: object, **kwargs: object) -> object:
        seen.append(dict(kwargs["env"]))  # type: ignore[call-overload]
        return run(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    assert isinstance(apart(CORPUS["latin-1.ics"]), Reading)
    assert seen
    assert "SECRET_KEY" not in seen[0]


@pytest.mark.parametrize("code", ["calendar_too_big", "calendar_reader_failed"])
def test_a_reader_that_fails_changes_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    if code == "calendar_too_big":
        monkeypatch.setattr(reading_apart, "OCTETS", 30 * 2**20)
        data = calendar(event("DTSTART:20270112T180000", "SUMMARY:" + "x" * 4_000_000))
    else:
        monkeypatch.setattr(reading_apart, "COMMAND", (sys.executable, "-c", "raise ZeroDivisionError"))
        data = CORPUS["latin-1.ics"]
    assert apart(data) == [code]


MILLIONS = 5_000_000
BEGIN = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20270112T180000\nDURATION:PT1H\n"
LINES = BEGIN + b"%sEND:VEVENT\nEND:VCALENDAR\n"
MOST_KILOBYTES = 200_000
HUGE = {
    "folds": LINES % (b"SUMMARY:" + b"\n a" * (MILLIONS // 3) + b"\n"),
    "blank lines": LINES % (b"\r" * MILLIONS),
    "parameters": LINES % (b"SUMMARY" + b";A=B" * (MILLIONS // 4) + b":x\n"),
    "quotes": LINES % (b"SUMMARY;A=" + b'"' * MILLIONS + b":x\n"),
    "dates": LINES % (b"RDATE:" + b"20270112T180000," * (MILLIONS // 16) + b"\n"),
    "properties": LINES % (b"SEQUENCE:1\n" * (MILLIONS // 11)),
    "events": b"BEGIN:VCALENDAR\n"
    + b"BEGIN:VEVENT\nUID:\nEND:VEVENT\n" * (MILLIONS // 29)
    + b"END:VCALENDAR\n",
}


@pytest.mark.parametrize("name", list(HUGE)[:: 1 if times(1) > 1 else 3])
def test_five_megabytes_of_anything_stay_within_the_memory(name: str) -> None:
    most, answer = memory(HUGE[name])
    assert most < MOST_KILOBYTES
    assert answer.startswith(b'{"')
    assert OCTETS // 1024 < MOST_KILOBYTES + 5_000


# Broken at random


def broken(data: bytes, chance: random.Random) -> bytes:
    """The same with some bytes changed, lines doubled, swapped or left out, or its end cut off."""
    for _time in range(chance.randint(1, 6)):
        kind = chance.randrange(5)
        lines = data.split(b"\n")
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        if kind == 0:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            del lines[at]
        elif kind == 3:
            spot = chance.randrange(len(data) + 1)
            piece = bytes(
                chance.choice(b'0192T:;=,-+Z"\\\r\n \x00\xff') for _byte in range(chance.randint(1, 3))
            )
            data = data[:spot] + piece + data[spot + chance.randint(0, 3) :]
            continue
        else:
            return data[: chance.randrange(len(data) + 1)]
        data = b"\n".join(lines)
    return data


SMALL: Sequence[bytes] = [
    data for name, data in CORPUS.items() if len(data) < 3_000 and "bomb-never" not in name
]


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False))
@settings(max_examples=times(200))
def test_a_broken_calendar_is_read_or_refused_and_nothing_else(data: bytes, chance: random.Random) -> None:
    try:
        found = reading(broken(data, chance))
    except Unreadable as refused:
        found = Reading("", [], refused.problems)
    assert found.events or all(problem.code.startswith("calendar_") for problem in found.problems)
    assert len({(each.uid, each.recurrence) for each in found.events}) == len(found.events)
    assert all(each.start < each.end and each.end > WINDOW.start for each in found.events)


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False))
@settings(max_examples=times(4))
def test_a_broken_calendar_takes_little_memory(data: bytes, chance: random.Random) -> None:
    most, answer = memory(broken(data, chance))
    assert most < MOST_KILOBYTES
    assert answer.startswith(b'{"')


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: b"BEGIN:VCALENDAR\n" + text.encode("utf-8"))
)
@settings(max_examples=times(100))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        found = reading(data)
    except Unreadable as refused:
        found = Reading("", [], refused.problems[1:])
    assert found == Reading(found.name, [], [])
