"""Rooms, what is known of them, and when they are busy. Anyone may ask."""

from datetime import timedelta
from typing import Any, Final

from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.guard import current_actor
from booking.access.permissions import Permission
from booking.api import answers, incoming, outgoing
from booking.api.endpoint import ApiBlueprint, Contract, endpoint
from booking.api.problems import reply
from booking.api.reading import InvalidRequest
from booking.errors import RuleViolation, Violation
from booking.reservations.queries import visible_occurrences
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.timetable.zone import day, local_date

DAYS_AT_FIRST: Final = 30
MOST_DAYS: Final = 366

blueprint = ApiBlueprint("api-rooms", __name__, url_prefix="/api/v1", description="Rooms and their calendars")


def filter_of(query: dict[str, Any]) -> Filter:
    """Return which rooms a query means."""
    return Filter(
        people=query.get("people", 0),
        kind=query.get("kind", ""),
        district=query.get("district", ""),
        owner=query.get("owner", ""),
        features=frozenset(query.get("feature", ())),
        text=query.get("q", ""),
        rooms=frozenset(query.get("room", ())),
    )


@endpoint(
    blueprint,
    "GET",
    "/rooms",
    Permission.ANYONE,
    _l("Tilat"),
    Contract(outgoing.RoomPage, query=incoming.RoomQuery),
)
def list_rooms(query: dict[str, Any]) -> Response:
    """List the rooms that match, by place and name."""
    wanted, rooms, after = filter_of(query), catalogue(), query.pop("after", None)
    found = [room for room in rooms.rooms if wanted.takes(room)]
    if after is not None:
        if after not in rooms.by_slug:
            raise InvalidRequest([Violation("unknown_cursor", "after")])
        passed = rooms.rooms.index(rooms.by_slug[after])
        later = {room.id for room in rooms.rooms[passed + 1 :]}
        found = [room for room in found if room.id in later]
    page = found[: query.get("limit", incoming.PAGE)]
    more = len(found) > len(page)
    following = url_for("api-rooms.list_rooms", **query, after=page[-1].slug) if more else None
    return reply({"items": [answers.room_item(room) for room in page], "next": following})


@endpoint(
    blueprint,
    "GET",
    "/rooms/<slug>",
    Permission.ANYONE,
    _l("Tilan tiedot"),
    Contract(outgoing.Room, query=incoming.Query, refuses=(404,)),
)
def show_room(query: dict[str, Any], slug: str) -> Response:
    """Show a room with its facts, opening hours and rules. What is not known is null."""
    rooms = catalogue()
    room = rooms.room(slug)
    return reply(answers.room_detail(room, rooms.sharing(room)))


@endpoint(
    blueprint,
    "GET",
    "/rooms/<slug>/calendar",
    Permission.ANYONE,
    _l("Tilan varaustilanne"),
    Contract(outgoing.Calendar, query=incoming.CalendarQuery, refuses=(404,)),
)
def show_calendar(query: dict[str, Any], slug: str) -> Response:
    """List the uses of a room's space, by default of the coming 30 days, as the caller may see them."""
    room = catalogue().room(slug)
    window = _window(query)
    seen = visible_occurrences([room], window, current_actor())
    # A request that only competes is nobody's business but its own people's and the approvers'
    items = [answers.busy_interval(each) for each in seen if each.holds or each.reference]
    ends = {"start": answers.moment(window.start), "end": answers.moment(window.end)}
    return reply({"room": room.slug, **ends, "items": items})


def _window(query: dict[str, Any]) -> Interval:
    today = day(local_date(clock.now(), clock.zone()), clock.zone())
    start = query.get("from_", today.start)
    end = query.get("to", start + timedelta(days=DAYS_AT_FIRST))
    if end <= start:
        raise RuleViolation([Violation("end_before_start", "to")])
    if end - start > timedelta(days=MOST_DAYS, hours=1):  # a year of whole days may have an hour more
        raise InvalidRequest([Violation("window_too_long", "to", {"days": MOST_DAYS})])
    return Interval(start, end)
