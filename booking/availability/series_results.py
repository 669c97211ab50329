"""Which rooms suit a series, as the page shows it: groups, counts, and in words what does not work."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from booking.availability.pattern_words import in_words
from booking.availability.patterns import DatesByRoom, pattern_query
from booking.availability.queries import DateAnswer
from booking.availability.results import Asked
from booking.clock import zone
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import RoomSummary, summary
from booking.rooms.rules import last_day_to_book
from booking.timetable.pattern import Pattern
from booking.timetable.zone import local_date
from booking.web.filters import date_long
from booking.web.sentences import sentence

MOST_SHOWN = 6  # dates in trouble that a card lists; more are folded

Found = Sequence[tuple[RoomFacts, Sequence[DateAnswer]]]


@dataclass(frozen=True, slots=True)
class SeriesAsked:
    """The wish. `first` is its first use as it was asked for; `total` is None when rooms' dates differ."""

    first: Asked
    pattern: Pattern
    words: str
    total: int | None
    missing: Sequence[tuple[date, str]]
    """Dates on which the clocks skip the time, with the sentence that says so."""

    @property
    def query(self) -> dict[str, Any]:
        """The wish as the query of an address."""
        return self.first.query | pattern_query(self.pattern)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why some dates do not work."""

    words: str
    dates: Sequence[date]


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """One room's answer. `group` is all, some or none; `barred` why it takes nothing from who asks."""

    room: RoomSummary
    group: str
    free: int
    total: int
    barred: str
    troubles: Sequence[Trouble]
    folded: bool


@dataclass(frozen=True, slots=True)
class SeriesCounts:
    """How many rooms suit all dates, some or none, over all pages; `by_approval` of those for all."""

    all: int
    some: int
    none: int
    by_approval: int


@dataclass(frozen=True, slots=True)
class TooFar:
    """Dates that no room takes yet: how many, the last one that can be booked, and the search until then."""

    count: int
    last: date
    query: dict[str, Any] | None


def asked_series(dates: DatesByRoom, people: int) -> SeriesAsked:
    """Return the wish in words."""
    first = dates.use
    missing = [(on, sentence("missing_time", {"later": each.later})) for on, each in dates.missing.items()]
    return SeriesAsked(
        first=Asked(first.start, first.end, people),
        pattern=dates.pattern,
        words=in_words(dates.pattern, local_date(first.start, zone())),
        total=dates.total,
        missing=missing,
    )


def count_series(found: Found) -> SeriesCounts:
    """Count the rooms by group."""
    groups = Counter(_group(answers) for _room, answers in found)
    by_approval = sum(
        _group(answers) == "all" and room.rules.approval != "at_once" for room, answers in found
    )
    return SeriesCounts(groups["all"], groups["some"], groups["none"], by_approval)


def series_results(found: Found, *, stamp: int = 0) -> list[SeriesResult]:
    """Return these answers, one page of them, in words."""
    shown = []
    for room, answers in found:
        bad = [each for each in answers if each.reason]
        barred = _barred(answers)
        shown.append(
            SeriesResult(
                room=summary(room, stamp),
                group=_group(answers),
                free=len(answers) - len(bad),
                total=len(answers),
                barred=barred,
                troubles=[] if barred else _troubles(bad),
                folded=len(bad) > MOST_SHOWN,
            )
        )
    return shown


def too_far(
    rooms: Iterable[RoomFacts],
    dates: DatesByRoom,
    asked: SeriesAsked,
    narrowing: dict[str, Any],
    now: datetime,
) -> TooFar | None:
    """Return which dates are beyond what any of the rooms takes today, or None.

    `narrowing`: what else was asked of the rooms, for the search that ends in time.
    """
    last = max((last_day_to_book(room.rules, now, zone()) for room in rooms), default=None)
    days = {local_date(use.start, zone()) for use in dates.all_uses}
    beyond = sum(on > last for on in days) if last is not None else 0
    if last is None or not beyond:
        return None
    query = None
    if asked.pattern.frequency != "dates" and min(days) <= last:
        sooner = replace(asked.pattern, until=last, count=None)
        query = narrowing | asked.first.query | pattern_query(sooner)
    return TooFar(beyond, last, query)


def _group(answers: Sequence[DateAnswer]) -> str:
    free = sum(not each.reason for each in answers)
    return "none" if not free else "all" if free == len(answers) else "some"


def _barred(answers: Sequence[DateAnswer]) -> str:
    """Return why the room takes no date at all from who asks: the one rule that is about the room."""
    if not answers:
        return str(_("Kaikki päivät ovat koulujen loma-aikaa."))
    first = answers[0].violations
    return (
        sentence(first[0].code, first[0].params)
        if first and first[0].field in ("room", "organisation")
        else ""
    )


def _troubles(bad: Sequence[DateAnswer]) -> list[Trouble]:
    """Group the dates by what is wrong with them, the most frequent reason first."""
    by_words: dict[str, list[date]] = {}
    for each in bad:
        by_words.setdefault(_why(each), []).append(local_date(each.use.start, zone()))
    return [
        Trouble(words, dates) for words, dates in sorted(by_words.items(), key=lambda each: -len(each[1]))
    ]


_SHORT: dict[str, Callable[[dict[str, Any]], str]] = {
    "closed_holiday": lambda params: _("Suljettu pyhänä"),
    "closed_exception": lambda params: _("Poikkeuksellisesti suljettu tai auki eri aikaan"),
    "closed_outside_hours": lambda params: _("Ei auki koko aikaa"),
    "closed_closed_day": lambda params: _("Ei auki"),
    "closed_by_owner": lambda params: _("Omistaja on sulkenut tilan"),
    "too_far_ahead": lambda params: _(
        "Liian kaukana, varata voi %(date)s asti", date=date_long(params["date"])
    ),
}


def _why(answer: DateAnswer) -> str:
    """Return the reason without its date, so that several dates can share it."""
    if not answer.violations:
        return str(_("Varattu"))
    broken = answer.violations[0]
    short = _SHORT.get(broken.code)
    return str(short(broken.params)) if short else sentence(broken.code, broken.params).rstrip(".")
