"""Which rooms are free, at one time or at all the times of a series. Anyone may ask."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Response
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.guard import current_actor
from booking.access.permissions import Permission
from booking.api import answers, incoming, outgoing
from booking.api.endpoint import ApiBlueprint, Contract, endpoint
from booking.api.problems import reply
from booking.api.reading import InvalidRequest
from booking.api.rooms import filter_of
from booking.availability.queries import DateAnswer, search, search_series
from booking.availability.search import Answer, RoomAnswer
from booking.errors import RuleViolation, Violation
from booking.reservations.models import LONGEST_DAYS
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern, PatternError, TooManyDates
from booking.timetable.recurrence import expand
from booking.timetable.zone import MissingTime, to_wall

MOST_MINUTES: Final = LONGEST_DAYS * 24 * 60
_SERIES_ONLY: Final = ("interval", "until", "skip")
_FIELDS: Final = {"end_before_start": "end", "overlaps_itself": "interval"}  # others are about `until`
_REASONS: Final = {Answer.FREE: "", Answer.PART: "taken", Answer.TAKEN: "taken", Answer.CLOSED: "closed"}

blueprint = ApiBlueprint("api-availability", __name__, url_prefix="/api/v1", description="Free rooms")

Found = Sequence[tuple[RoomFacts, Sequence[DateAnswer]]]


@endpoint(
    blueprint,
    "GET",
    "/availability",
    Permission.ANYONE,
    _l("Vapaat tilat"),
    Contract(
        outgoing.Availability,
        query=incoming.AvailabilityQuery,
        refuses=(404,),
        example={
            "items": [
                {
                    "room": "karelia-sali",
                    "free": True,
                    "approval": "by_approver",
                    "dates": [
                        {
                            "start": "2027-01-12T18:00:00+02:00",
                            "end": "2027-01-12T20:00:00+02:00",
                            "free": True,
                            "reason": None,
                        }
                    ],
                }
            ]
        },
    ),
)
def find_free_rooms(query: dict[str, Any]) -> Response:
    """Tell of every room that fits whether it is free, best first; with `repeat`, on each date."""
    use, wanted = _use(query), filter_of(query)
    if wanted.rooms:
        rooms = catalogue()
        for slug in sorted(wanted.rooms):
            rooms.room(slug)
    actor, now = current_actor(), clock.now()
    if "repeat" in query:
        found: Found = search_series(wanted, _series(query, use), actor=actor, now=now)
    else:
        found = [
            (each.room, [DateAnswer(use, _reason(each))])
            for each in search(wanted, use, actor=actor, now=now)
        ]
    return reply({"items": _items(found)})


def _use(query: dict[str, Any]) -> Interval:
    start, end = query["start"], query["end"]
    if end <= start:
        raise RuleViolation([Violation("end_before_start", "end")])
    if end - start > timedelta(minutes=MOST_MINUTES):
        raise RuleViolation([Violation("too_long", "end", {"minutes": MOST_MINUTES})])
    orphans = [name for name in _SERIES_ONLY if name in query and "repeat" not in query]
    if orphans:
        raise InvalidRequest([Violation("repeat_missing", "repeat")])
    return Interval(start, end)


def _series(query: dict[str, Any], use: Interval) -> list[Interval]:
    """Return the dates of the series. A date that the clocks skip has to be skipped in so many words."""
    if "until" not in query:
        raise InvalidRequest([Violation("field_missing", "until")])
    local = clock.zone()
    first, last = (to_wall(each, local).replace(tzinfo=None, fold=0) for each in (use.start, use.end))
    skip = frozenset(query.get("skip", ()))
    try:
        pattern = Pattern(query["repeat"], query.get("interval", 1), until=query["until"], skip=skip)
        slots = expand(pattern, first, last, local)
    except PatternError as error:
        params = {"limit": error.limit} if isinstance(error, TooManyDates) else {}
        violation = Violation(error.code, _FIELDS.get(error.code, "until"), params)
        raise RuleViolation([violation]) from error
    missing = [each.missing for each in slots if each.missing is not None]
    if missing:
        raise _missing(missing[0])
    uses = [each.interval for each in slots if each.interval is not None]
    if not uses:
        raise RuleViolation([Violation("no_dates", "skip")])
    return uses


def _missing(missing: MissingTime) -> RuleViolation:
    return RuleViolation([Violation("missing_time", "start", {"later": missing.later})])


def _reason(answer: RoomAnswer) -> str:
    return _REASONS.get(answer.answer, "rule")


def _items(found: Found) -> list[dict[str, Any]]:
    # Every room answers to the same dates: their times are written once
    written = {
        each.use: (answers.moment(each.use.start), answers.moment(each.use.end))
        for _, dates in found[:1]
        for each in dates
    }
    items = []
    for room, dates in found:
        shapes = []
        for each in dates:
            start, end = written[each.use]
            shapes.append(
                {"start": start, "end": end, "free": not each.reason, "reason": each.reason or None}
            )
        items.append(
            {
                "room": room.slug,
                "free": all(shape["free"] for shape in shapes),
                "approval": room.rules.approval,
                "dates": shapes,
            }
        )
    return items
