"""The search page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.availability import sentences  # noqa: F401 - registers its sentences
from booking.availability.alternatives import choose
from booking.availability.forms import PEOPLE_AT_FIRST, SearchForm
from booking.availability.patterns import DatesByRoom
from booking.availability.queries import refuse_hopeless, search, search_series
from booking.availability.results import PAGE_SIZE, Asked, Result, count, results
from booking.availability.search import Answer
from booking.availability.series_results import asked_series, count_series, series_results, too_far
from booking.errors import RuleViolation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.web.paging import page_of

blueprint = Blueprint("availability", __name__)
FREE_SOON = 6
ASKING = ("date", "start", "end", "people")
REPEATING = ("repeat", "until", "count", "interval", "weekday", "dates", "skip")


@blueprint.get("/", endpoint="search")
@requires(Permission.ANYONE)
def search_rooms() -> ResponseReturnValue:
    """Answer a wish for a room, or ask for one."""
    now = clock.now()
    form = SearchForm()
    form.suggest(now)
    asked = any(name in request.args for name in ASKING)
    if (asked or any(name in request.args for name in REPEATING)) and not form.validate():
        return _question(form, now)
    if not asked:
        return _question(form, now)
    try:
        use = form.use()
        refuse_hopeless(use, now)
        pattern = form.pattern()
        return _found(form, use, now) if pattern is None else _found_series(form, pattern, use, now)
    except RuleViolation as error:
        form.show_violations(error.violations)
        return _question(form, now)


def _question(form: SearchForm, now: datetime) -> ResponseReturnValue:
    """Ask, and say what is wrong with what was asked."""
    status = 422 if form.errors else 200
    return render_template(
        "availability/search.html",
        form=form,
        asked=None,
        series=None,
        soon=None if form.errors else _free_soon(now),
    ), status


def _found(form: SearchForm, use: Interval, now: datetime) -> str:
    answers = search(form.filter(), use, actor=current_actor(), now=now)
    counts = count(answers)
    shown, page = page_of(answers, PAGE_SIZE)
    return render_template(
        "availability/search.html",
        form=form,
        asked=Asked(use.start, use.end, form.filter().people),
        series=None,
        results=results(shown, use, now=now, stamp=catalogue().stamp),
        counts=counts,
        page=page,
        alternatives=choose(None, use, answers) if not counts.free else [],
        largest=catalogue().largest,
    )


def _found_series(form: SearchForm, pattern: Pattern, use: Interval, now: datetime) -> str:
    """Answer a wish for a series. Raises RuleViolation for one that cannot be."""
    dates = DatesByRoom(pattern, use)
    dates.require_some()
    found = search_series(form.filter(), dates, actor=current_actor(), now=now)
    series = asked_series(dates, form.filter().people)
    shown, page = page_of(found, PAGE_SIZE)
    return render_template(
        "availability/search.html",
        form=form,
        asked=series.first,
        series=series,
        results=series_results(shown, stamp=catalogue().stamp),
        counts=count_series(found),
        page=page,
        too_far=too_far([room for room, _answers in found], dates, series, form.narrowing(), now),
        largest=catalogue().largest,
    )


@dataclass(frozen=True, slots=True)
class Soon:
    """Rooms that can be had for an hour soon."""

    asked: Asked
    results: Sequence[Result]


def _free_soon(now: datetime) -> Soon:
    """Return some rooms that can be had for an hour, from the first hour that the usual notice allows."""
    start = now.replace(minute=0, second=0) + timedelta(hours=3)
    use = Interval(start, start + timedelta(hours=1))
    answers = search(Filter(), use, actor=current_actor(), now=now)
    free = [each for each in answers if each.answer is Answer.FREE][:FREE_SOON]
    shown = results(free, use, now=now, stamp=catalogue().stamp)
    return Soon(Asked(use.start, use.end, PEOPLE_AT_FIRST), shown)
