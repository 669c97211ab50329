"""A taken evening is waited for, given back by the link in a reminder, offered, and taken."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from booking import clock
from booking.db import in_transaction
from booking.demo.people import CHOIR, CITY, organisation
from booking.extensions import db
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from tests.factories.rooms import make_room
from tests.journeys.hands import Finger, Keyboard, Mouse
from tests.journeys.inside import actor_with, inside
from tests.journeys.people import Person
from tests.journeys.steps import HELSINKI, let_a_minute_pass, link_in_mail, read_feed

SOON, LENGTH = timedelta(hours=14), timedelta(hours=2)  # of a use within a day one is reminded
HELD, WANTED = "Kuoron ilta", "Jäsenen ilta"
HOLDER, WAITER = "varaaja", "jasen"


@dataclass(frozen=True)
class Taken:
    """A room that is open day and night, so that any hour of the clock will do, and its taken use."""

    slug: str
    start: datetime
    end: datetime


def take_soon(town: Any, slug: str) -> Taken:
    """Make the room, and have had the choir take it yesterday for two hours within a day from now."""
    with inside(town):
        now, booker = clock.now(), actor_with(HOLDER)
        start = (now + SOON).replace(minute=0, second=0, microsecond=0)
        wanted = ReservationRequest(slug, start, start + LENGTH, HELD, "rehearsal", "public", 5, CHOIR)
        make_room(owner=organisation(CITY), slug=slug, name="Yötupa", approval="at_once")
        db.session.commit()
        in_transaction(lambda: request_reservation(wanted, actor=booker, now=now - timedelta(days=1)))
    return Taken(slug, start, start + LENGTH)


def join_line(person: Person, taken: Taken) -> str:
    """Ask for the taken time, join the line for it, and return the path of what is waited for."""
    start, end = taken.start.astimezone(HELSINKI), taken.end.astimezone(HELSINKI)
    when = f"date={start:%Y-%m-%d}&start={start:%H:%M}&end={end:%H:%M}"
    person.open(f"/rooms/{taken.slug}/request?{when}&people=5")
    person.expect_said("Varattu klo %(time)s asti")
    person.write("Tilaisuus", WANTED)
    person.choose("Käyttö", "kokous")
    person.write("Yhteystieto", "050 000 0001")
    person.hand.press(person.field("Hyväksymme tilan ehdot"))
    person.press("Ilmoittaudu jonoon")
    person.expect_said("Ilmoittautuminen jonoon on perillä.")
    person.expect_said("Paikka jonossa: %(place)s")
    person.look_over()
    found = re.search(r"/waiting/[^/?]+", person.page.url)
    assert found
    return found.group()


def give_back(person: Person, link: str) -> None:
    """Follow the link of a reminder without signing in, and give the time back."""
    person.page.goto(link)
    person.expect_heading("Luovuta aika takaisin")
    expect(person.main).to_contain_text(HELD)
    person.look_over()
    person.press("Luovuta aika takaisin")
    person.expect_heading("Varaus on peruttu")


def take_offered(person: Person, link: str) -> None:
    """Follow the link of an offer, and take what is offered."""
    person.open(link)
    person.expect_said("Aika vapautui: %(when)s")
    person.look_over()
    person.press("Varaa aika")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(WANTED)
    person.expect_said("Varaus on tehty ja vahvistettu.")


@pytest.mark.parametrize(
    ("hands", "language", "javascript"),
    [(Finger, "sv", False), (Keyboard, "en", True)],
    ids=["on-a-phone-in-swedish-without-javascript", "with-the-keyboard-in-english"],
)
def test_who_waits_gets_the_time_that_is_given_back(
    town: Any, windows: Any, hands: type[Mouse], language: str, javascript: bool
) -> None:
    def window() -> Mouse:
        return hands(windows.open(town.base_url, phone=hands is Finger, javascript=javascript))

    taken = take_soon(town, f"yotupa-{language}")
    waiter = Person(window(), language, javascript)
    waiter.sign_in(WAITER)
    waiting = join_line(waiter, taken)

    town.flask("jobs", "run", "--once")  # writes the reminder
    town.flask("jobs", "run", "--once")  # sends it, in its reader's language: Finnish
    give_back(Person(window(), javascript=javascript), link_in_mail(town, HOLDER, "/give-up/"))
    let_a_minute_pass(town)
    town.flask("jobs", "run", "--once")
    take_offered(waiter, link_in_mail(town, WAITER, waiting))

    told = read_feed(f"{town.base_url}/calendars/rooms/{taken.slug}.ics")
    stands = [event["DTSTART"].dt.astimezone(UTC) for event in told if event["STATUS"] == "CONFIRMED"]
    assert stands == [taken.start]
    assert any(HELD in str(event["SUMMARY"]) and event["STATUS"] == "CANCELLED" for event in told)
