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
from booking.availability.queries import refuse_hopeless, search
from booking.availability.results import PAGE_SIZE, Asked, Result, count, results
from booking.availability.search import Answer
from booking.errors import RuleViolation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.web.paging import page_of
from booking.web.sentences import sentence

blueprint = Blueprint("availability", __name__)
FREE_SOON = 6
ASKING = ("date", "start", "end", "people")


@blueprint.get("/", endpoint="search")
@requires(Permission.ANYONE)
def search_rooms() -> ResponseReturnValue:
    """Answer a wish for a room, or ask for one."""
    now = clock.now()
    form = SearchForm()
    form.suggest(now)
    use = _wished(form, now) if any(name in request.args for name in ASKING) else None
    if use is None:
        status = 422 if form.errors else 200
        return render_template(
            "availability/search.html", form=form, searched=False, asked=None, soon=_free_soon(now)
        ), status
    answers = search(form.filter(), use, actor=current_actor(), now=now)
    counts = count(answers)
    shown, page = page_of(answers, PAGE_SIZE)
    return render_template(
        "availability/search.html",
        form=form,
        searched=True,
        asked=Asked(use.start, use.end, form.filter().people),
        results=results(shown, use, now=now, stamp=catalogue().stamp),
        counts=counts,
        page=page,
        alternatives=choose(None, use, answers) if not counts.free else [],
        largest=catalogue().largest,
    )


def _wished(form: SearchForm, now: datetime) -> Interval | None:
    if not form.validate():
        return None
    try:
        use = form.use()
        refuse_hopeless(use, now)
        return use
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence(broken.code, broken.params))
        return None


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
