"""Which rooms are free, at one time or at all the times of a series. Anyone may ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Response
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor
from booking.access.permissions import Permission
from booking.api import answers, incoming, outgoing
from booking.api.endpoint import ApiBlueprint, Contract, endpoint
from booking.api.patterns import pattern_of
from booking.api.problems import reply
from booking.api.rooms import filter_of
from booking.availability.patterns import DatesByRoom
from booking.availability.queries import DateAnswer, search, search_series
from booking.availability.search import Answer, RoomAnswer
from booking.errors import RuleViolation, Violation
from booking.reservations.models import LONGEST_DAYS
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern

MOST_MINUTES: Final = LONGEST_DAYS * 24 * 60
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
    use, pattern, wanted = _use(query), pattern_of(query), filter_of(query)
    if wanted.rooms:
        rooms = catalogue()
        for slug in sorted(wanted.rooms):
            rooms.room(slug)
    actor, now = current_actor(), clock.now()
    if pattern is not None:
        found: Found = _series(pattern, use, wanted, actor, now)
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
    return Interval(start, end)


def _series(pattern: Pattern, use: Interval, wanted: Filter, actor: Actor, now: datetime) -> Found:
    """Return what the rooms answer. A date that the clocks skip has to be skipped in so many words."""
    dates = DatesByRoom(pattern, use)
    missing = [slot.missing for slot in dates.require_some() if slot.missing is not None]
    if missing:
        raise RuleViolation([Violation("missing_time", "start", {"later": missing[0].later})])
    return search_series(wanted, dates, actor=actor, now=now)


def _reason(answer: RoomAnswer) -> str:
    return _REASONS.get(answer.answer, "rule")


def _items(found: Found) -> list[dict[str, Any]]:
    written: dict[Interval, tuple[str, str]] = {}  # most rooms answer to the same dates
    items = []
    for room, dates in found:
        shapes = []
        for each in dates:
            if each.use not in written:
                written[each.use] = (answers.moment(each.use.start), answers.moment(each.use.end))
            start, end = written[each.use]
            shapes.append(
                {"start": start, "end": end, "free": not each.reason, "reason": each.reason or None}
            )
        items.append(
            {
                "room": room.slug,
                "free": bool(shapes) and all(shape["free"] for shape in shapes),
                "approval": room.rules.approval,
                "dates": shapes,
            }
        )
    return items
