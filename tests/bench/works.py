"""What is measured, each a function that does it once."""

from datetime import date, datetime, timedelta

from booking.calendars.events import written
from tests.bench.stage import FEEDS, Stage, Work

PEOPLE = 12
_DAY = timedelta(days=1)


def works(today: date) -> dict[str, Work]:
    """Return everything that is measured, by its name in the table."""
    tuesday = today + _DAY * ((1 - today.weekday()) % 7 + 7)
    return {
        "empty page": lambda stage, n: _get(stage, "/privacy"),
        "search page, one slot": lambda stage, n: _get(stage, _slot(tuesday + _DAY * (n % 20), n)),
        "availability API, one slot": lambda stage, n: _get(stage, _api(tuesday + _DAY * (n % 20), n)),
        "availability API, 20 Tuesdays": lambda stage, n: _get(stage, _series(tuesday, n)),
        "room's week page": lambda stage, n: _get(
            stage, f"/rooms/{stage.rooms[n % len(stage.rooms)]}?week={_week(tuesday + 7 * _DAY * (n % 8))}"
        ),
        "create a reservation": lambda stage, n: _create(stage, tuesday, n),
    } | {name: work for size in FEEDS for name, work in _feeds(size).items()}


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

    return {
        f"feed of {size}, cold": cold,
        f"feed of {size}, events known": lambda stage, n: _get(stage, path),
        f"feed of {size}, 304": unchanged,
    }


def _slot(on: date, n: int) -> str:
    start = 9 + n % 9
    return f"/?people={PEOPLE}&date={on}&start={start:02}:00&end={start + 2:02}:00"


def _api(on: date, n: int) -> str:
    start = datetime(on.year, on.month, on.day, 9 + n % 9)  # noqa: DTZ001 - wall clock, as the API takes it
    return (
        f"/api/v1/availability?start={start:%Y-%m-%dT%H:%M}&end={start + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    )


def _series(tuesday: date, n: int) -> str:
    return f"{_api(tuesday, n)}&repeat=weekly&until={tuesday + 19 * 7 * _DAY}"


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
