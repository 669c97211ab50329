"""What is put in comes out again, in three parsers that have nothing to do with each other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.ical.calendar import calendar_bytes
from booking.ical.event import event_bytes
from booking.ical.lines import clean
from tests.ical.readers import (
    ReadCalendar,
    Reader,
    icaljs,
    read_with_icalendar,
    read_with_vobject,
)
from tests.ical.samples import HEAD, event, head

READERS = ("icalendar", "vobject", "ical.js")

# What the format, its parsers or the library give a meaning is drawn far more often than chance would.
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("\\\\\\;,:\"'^nNrt%=ä€😀 \n\r\t\x00\x0b\x0c\x1c\x85\u2028\u2029\ufeff\ud800"),
        st.characters(),
    ),
    max_size=200,
)
# ical.js 2.2.1 takes the comma after an escaped backslash for a part of the word before it.
ANY_WORD = ANY_TEXT.filter(lambda text: not clean(text).endswith("\\"))
SPRING = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def readers() -> Iterator[dict[str, Reader]]:
    """The three readers, node started once for the whole module."""
    with icaljs() as read_with_icaljs:
        yield dict(zip(READERS, (read_with_icalendar, read_with_vobject, read_with_icaljs), strict=True))


@pytest.fixture(params=READERS)
def read(request: pytest.FixtureRequest, readers: dict[str, Reader]) -> Reader:
    """Each reader in turn."""
    return readers[request.param]


@settings(deadline=None)
@given(texts=st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), categories=st.lists(ANY_WORD, max_size=3))
def test_any_text_comes_out_of_every_reader_as_it_went_in(
    readers: dict[str, Reader], texts: tuple[str, str, str], categories: list[str]
) -> None:
    summary, description, location = texts
    block = event_bytes(
        event(summary=summary, description=description, location=location, categories=tuple(categories))
    )
    feed = calendar_bytes(head(name=summary), [block])

    for name, read in readers.items():
        calendar = read(feed)
        seen = calendar.events[0]
        assert (seen.summary, seen.description, seen.location) == tuple(map(clean, texts)), name
        assert seen.categories == [word for word in map(clean, categories) if word], name
        assert (calendar.name, calendar.old_name) == (clean(summary), clean(summary)), name


@pytest.mark.parametrize(
    "text",
    [
        "C:\\New\\names",
        "\\N",
        "\\\\N \\\\n \\\\\\N",
        "a;b,c:d",
        "rivi\nrivi\n\n",
        " edessä ja perässä ",
        "ä" * 300,
        "\\" * 300,
        "\\;" * 200,
        "😀" * 90,
        "BEGIN:VEVENT\nEND:VCALENDAR",
    ],
)
def test_a_treacherous_text_comes_out_as_it_went_in(read: Reader, text: str) -> None:
    feed = calendar_bytes(head(name=text), [event_bytes(event(summary=text, description=text))])

    calendar = read(feed)

    assert (calendar.name, calendar.old_name) == (text, text)
    assert [(seen.summary, seen.description) for seen in calendar.events] == [(text, text)]


@pytest.mark.parametrize("around", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_every_quarter_of_an_hour_around_a_clock_change_is_read_as_the_same_instant(
    read: Reader, around: datetime
) -> None:
    starts = [around + timedelta(minutes=15 * step) for step in range(96)]
    lengths = [timedelta(minutes=15 * (1 + step % 16)) for step in range(96)]
    spans = [(start, start + length) for start, length in zip(starts, lengths, strict=True)]

    calendar = read(feed_of(spans))

    assert [(seen.start, seen.end) for seen in calendar.events] == spans


@settings(deadline=None)
@given(
    start=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    minutes=st.integers(1, 60 * 24 * 3),
)
def test_every_instant_of_sixty_years_is_read_as_the_same_instant(
    readers: dict[str, Reader], start: datetime, minutes: int
) -> None:
    start = start.replace(microsecond=0)
    span = (start, start + timedelta(minutes=minutes))

    for name, read in readers.items():
        seen = read(feed_of([span])).events[0]
        assert (seen.start, seen.end) == span, name


def test_an_empty_feed_is_a_calendar_with_a_name(read: Reader) -> None:
    assert read(calendar_bytes(HEAD, [])) == ReadCalendar(HEAD.name, HEAD.name, [])


def test_events_come_in_the_order_they_were_given(read: Reader) -> None:
    uids = [f"{number}@tilat.example" for number in (3, 1, 2)]

    calendar = read(calendar_bytes(HEAD, [event_bytes(event(uid=uid)) for uid in uids]))

    assert [seen.uid for seen in calendar.events] == uids


def feed_of(spans: list[tuple[datetime, datetime]]) -> bytes:
    """A feed with one event for each start and end."""
    return calendar_bytes(HEAD, [event_bytes(event(start=start, end=end)) for start, end in spans])
