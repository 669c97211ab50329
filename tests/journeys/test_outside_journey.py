"""An owner ties a calendar kept elsewhere to a room; it changes there, and the room's week follows."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from booking import clock
from booking.db import in_transaction
from booking.demo.people import CHOIR, CITY, organisation
from booking.extensions import db
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from tests.factories.rooms import make_room
from tests.journeys.hands import Finger, Mouse
from tests.journeys.inside import actor_with, inside
from tests.journeys.people import Person
from tests.journeys.steps import HELSINKI
from tests.support.server import serve

HELD, PATH = "Kuoron leiri", "/salainen-avain/sali.ics"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Elsewhere:
    """A calendar on this machine: each event as its name, its first hour in UTC and its title."""

    def __init__(self) -> None:
        self.events: list[tuple[str, datetime, str]] = []
        there = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = there.body()
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_all: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}{PATH}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def body(self) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Muualla//FI", "X-WR-CALNAME:Salin kalenteri"]
        for uid, start, title in self.events:
            times = [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + 2 * HOUR:%Y%m%dT%H%M%SZ}"]
            lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{start:%Y%m%dT%H%M%SZ}", *times]
            lines += [f"SUMMARY:{title}", "END:VEVENT"]
        return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    there = Elsewhere()
    yield there
    there.close()


@pytest.fixture(scope="module")
def town(
    demo_database: Callable[[], str], databases: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The demonstration, with leave to ask this machine for calendars."""
    url = demo_database()
    folder = tmp_path_factory.mktemp("town")
    with serve(url, folder, workers=1, DEMO="1", OUTSIDE_NETWORKS="127.0.0.0/8") as server:
        yield server
    databases.drop(url)


def make_held_room(town: Any, slug: str) -> datetime:
    """Make a room of the city's that the choir has two hours of, eight days from now; return when."""
    with inside(town):
        now, booker = clock.now(), actor_with("varaaja")
        start = (now.astimezone(HELSINKI) + 8 * DAY).replace(hour=12, minute=0, second=0, microsecond=0)
        first = start.astimezone(UTC)
        wanted = ReservationRequest(slug, first, first + 2 * HOUR, HELD, "rehearsal", "public", 5, CHOIR)
        make_room(owner=organisation(CITY), slug=slug, name=f"Tupa {slug}", approval="at_once")
        db.session.commit()
        in_transaction(lambda: request_reservation(wanted, actor=booker, now=now))
    return start


def week_of(person: Person, slug: str, start: datetime) -> str:
    """Return the words of the room's week, as anybody sees it."""
    year, week, _day = start.isocalendar()
    person.open(f"/rooms/{slug}?week={year}-W{week:02}")
    return person.main.inner_text()


@pytest.mark.parametrize(
    ("slug", "hand", "window"),
    [("pirtti", Mouse, {}), ("kammari", Finger, {"phone": True, "javascript": False})],
)
def test_a_calendar_kept_elsewhere_takes_the_room_and_is_followed(
    town: Any, windows: Any, elsewhere: Elsewhere, slug: str, hand: Any, window: dict[str, Any]
) -> None:
    start = make_held_room(town, slug)
    utc = start.astimezone(UTC)
    elsewhere.events = [("leiri", utc + HOUR, "Muualta sovittu"), ("ilta", utc + 5 * HOUR, "Iltapiiri")]
    keeper = Person(hand(windows.open(town.base_url, **window)), javascript=window.get("javascript", True))
    anybody = Person(Mouse(windows.open(town.base_url)))
    keeper.sign_in("paattaja")
    keeper.follow_menu("Omistajan pöytä")
    keeper.hand.press(keeper.link("Ulkoiset kalenterit"))
    keeper.hand.press(keeper.link("Lisää kalenteri"))
    keeper.expect_heading("Lisää ulkoinen kalenteri")
    keeper.hand.choose(keeper.field("Tila"), f"Tupa {slug}, {_venue(keeper, slug)}")
    keeper.write("Kalenterin osoite", elsewhere.address)
    keeper.press("Katso, mitä tästä tulee")
    keeper.expect_said("Näin kävisi")
    assert {HELD in keeper.main.inner_text(), "Muualta sovittu" in keeper.main.inner_text()} == {True}
    keeper.look_over()
    assert "Varattu" not in week_of(anybody, slug, start).replace(HELD, "")
    keeper.press("Tallenna")
    keeper.expect_done("Kalenteri on tallennettu.")
    keeper.look_over()
    assert PATH not in keeper.page.content()
    assert HELD in keeper.main.inner_text()
    seen = week_of(anybody, slug, start)
    assert HELD in seen
    assert f"{start + 5 * HOUR:%-H}" in seen
    assert "Iltapiiri" not in seen
    taken = seen.lower().count("varattu")
    assert taken >= 1
    elsewhere.events = [("leiri", utc + 2 * HOUR, "Muualta sovittu")]
    keeper.press("Hae nyt")
    keeper.expect_done("2 tapahtumaa muuttui.")
    keeper.expect_said("Tapahtumat eivät osu varauksiin.")
    after = week_of(anybody, slug, start)
    assert after != seen
    assert HELD in after


def _venue(person: Person, slug: str) -> str:
    """Return the venue's name as the list of rooms writes it."""
    options = person.field("Tila").locator("option").all_inner_texts()
    (label,) = [each.strip() for each in options if each.strip().startswith(f"Tupa {slug}, ")]
    return label.partition(", ")[2]
