"""What is measured, each a function that does it once."""

from datetime import UTC, date, datetime, timedelta

from booking import clock
from booking.access.actor import VISITOR
from booking.availability.queries import search_series
from booking.availability.series import preview
from booking.availability.wishes import wishes_of
from booking.calendars.events import written
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.timetable.recurrence import Slot, expand
from booking.timetable.zone import local_date
from tests.bench.blocking import block_with_outside
from tests.bench.outside import EVENTS, OUTSIDE_DATES, outside_calendar, read_outside
from tests.bench.stage import FEEDS, Stage, Work

PEOPLE = 12
DATES = 52
_DAY = timedelta(days=1)


def works(today: date) -> dict[str, Work]:
    """Return everything that is measured, by its name in the table."""
    tuesday = today + _DAY * ((1 - today.weekday()) % 7 + 7)
    return {
        "empty page": lambda stage, n: _get(stage, "/privacy"),
        "search page, one slot": lambda stage, n: _get(stage, _slot(tuesday + _DAY * (n % 20), n)),
        "availability API, one slot": lambda stage, n: _get(stage, _api(tuesday + _DAY * (n % 20), n)),
        "availability API, 20 Tuesdays": lambda stage, n: _get(stage, _series(tuesday, n, 20)),
        "search page, 20 Tuesdays": lambda stage, n: _get(stage, _search_series(tuesday, n, 20)),
        "52 dates in all rooms": lambda stage, n: _dates_in_all_rooms(stage, tuesday, n),
        "preview of 52 dates": lambda stage, n: _preview(stage, tuesday, n),
        "room's week page": lambda stage, n: _get(
            stage, f"/rooms/{stage.rooms[n % len(stage.rooms)]}?week={_week(tuesday + 7 * _DAY * (n % 8))}"
        ),
        "create a reservation": lambda stage, n: _create(stage, tuesday, n),
        "read 5,000 outside events": _outside(today),
        "block with 5,000 outside events": lambda stage, n: _expect(block_with_outside(stage), EVENTS),
    } | {name: work for size in FEEDS for name, work in _feeds(size).items()}


def _outside(today: date) -> Work:
    """Read a stranger's calendar in a process of its own; nothing is stored."""
    first = datetime(today.year, today.month, today.day, tzinfo=UTC)
    data = outside_calendar(first)
    return lambda stage, n: _expect(read_outside(data, first), OUTSIDE_DATES)


def _feeds(size: int) -> dict[str, Work]:
    path = f"/calendars/rooms/syote-{size}.ics"
    tags: dict[str, str] = {}

    def unchanged(stage: Stage, n: int) -> None:
        key = stage.name
        if key not in tags:
            tags[key] = stage.client.get(path).headers["ETag"]
        answer = stage.client.get(path, headers={"If-None-Match": tags[key]})
        _expect(answer.status_code, 304)

    def cold(stage: Stage, n: int) -> None:
        written.cache_clear()
        _get(stage, path)

    name = f"{size:,}-event feed"
    return {
        f"{name}, cold": cold,
        f"{name}, warm": lambda stage, n: _get(stage, path),
        f"{name}, 304": unchanged,
    }


def _slot(on: date, n: int) -> str:
    start = 9 + n % 9
    return f"/?people={PEOPLE}&date={on}&start={start:02}:00&end={start + 2:02}:00"


def _api(on: date, n: int) -> str:
    start = datetime(on.year, on.month, on.day, 9 + n % 9)  # noqa: DTZ001 - wall clock, as the API takes it
    return (
        f"/api/v1/availability?start={start:%Y-%m-%dT%H:%M}&end={start + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    )


def _series(tuesday: date, n: int, dates: int) -> str:
    return f"{_api(tuesday, n)}&repeat=weekly&count={dates}"


def _search_series(tuesday: date, n: int, dates: int) -> str:
    return f"{_slot(tuesday, n)}&repeat=weekly&count={dates}"


def _dates_in_all_rooms(stage: Stage, tuesday: date, n: int) -> None:
    """Ask which rooms suit 52 dates best: the statement and the ranking, without a page."""
    with stage.app.app_context():
        found = search_series(Filter(people=PEOPLE), _uses(tuesday, n), actor=VISITOR, now=clock.now())
        _expect(len(found[0][1]), DATES)


def _preview(stage: Stage, tuesday: date, n: int) -> None:
    """Preview 52 dates in one room, with offers in all the others for those that do not work."""
    with stage.app.app_context():
        room = catalogue().room(stage.rooms[n % len(stage.rooms)])
        slots = [Slot(local_date(use.start, clock.zone()), use) for use in _uses(tuesday, n)]
        wishes = wishes_of(room, slots, (), clock.zone(), catalogue().room)
        shown = preview(wishes, wanted=Filter(people=PEOPLE), actor=VISITOR, now=clock.now())
        _expect(len(shown), DATES)


def _uses(tuesday: date, n: int) -> list[Interval]:
    first = datetime(tuesday.year, tuesday.month, tuesday.day, 9 + n % 9)  # noqa: DTZ001 - wall clock
    pattern = Pattern("weekly", count=DATES)
    slots = expand(pattern, first, first + timedelta(hours=2), clock.zone())
    return [slot.interval for slot in slots if slot.interval is not None]


def _week(on: date) -> str:
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"


def _create(stage: Stage, tuesday: date, n: int) -> None:
    """Take a slot that was found free before the clock ran; see `find_free`."""
    room, start = stage.free[n]
    body = {
        "room": room,
        "title": "Mittaus",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "people": 2,
        "purpose": "meeting",
        "visibility": "public",
        "organisation": stage.organisation,
    }
    answer = stage.client.post(
        "/api/v1/reservations", json=body, headers={"Authorization": f"Bearer {stage.token}"}
    )
    _expect(answer.status_code, 201)


def find_free(stage: Stage, today: date, wanted: int) -> None:
    """Note so many free hours in rooms that confirm at once, at most one a room and day."""
    at_once = {
        room["slug"]
        for room in _all_rooms(stage)
        if room["approval"] == "at_once" and not room["slug"].startswith("syote-")
    }
    day = today + 7 * _DAY
    while len(stage.free) < wanted:
        start = datetime(day.year, day.month, day.day, 10)  # noqa: DTZ001 - wall clock
        end = start + timedelta(hours=1)
        path = f"/api/v1/availability?start={start:%Y-%m-%dT%H:%M}&end={end:%Y-%m-%dT%H:%M}"
        items = stage.client.get(path).get_json()["items"]
        stage.free += [(each["room"], start) for each in items if each["free"] and each["room"] in at_once]
        day += _DAY


def _all_rooms(stage: Stage) -> list[dict[str, str]]:
    path: str | None = "/api/v1/rooms"
    found: list[dict[str, str]] = []
    while path:
        page = stage.client.get(path).get_json()
        found += page["items"]
        path = page["next"]
    return found


def _get(stage: Stage, path: str) -> None:
    _expect(stage.client.get(path).status_code, 200)


def _expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise AssertionError(f"answered {found}, not {wanted}")
