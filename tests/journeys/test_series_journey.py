"""A series as people meet it: asked for and mended, decided date by date, edited, and read from the feeds.

With a mouse, on a phone, with the keyboard alone and without JavaScript, and in each language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, NamedTuple

from playwright.sync_api import expect

from booking.timetable.interval import Interval
from tests.journeys.hands import Finger, Keyboard, Mouse
from tests.journeys.people import Person
from tests.journeys.seasons import EVENING, MORNING, TIMES, Season, season, use_on
from tests.journeys.series_steps import (
    confirm_all,
    confirm_range,
    dates_that,
    decline_first,
    feed_of_own,
    fill_request,
    let_others_take,
    mend,
    offer_instead_of_first,
    offers,
    open_edit,
    open_request,
    path_of,
    search,
)
from tests.journeys.steps import GARDEN, read_feed

# Dates of the season, counted from 1
BY_TIME, BY_ROOM, LEFT_OUT = 4, 13, 16  # clash at first, and are mended in three ways
OTHERWISE = 11  # is declined, or offered another time or room
EDITED, KEPT = 10, 18  # from there on an hour later, except one that clashes then and is kept as it was
MOVED = frozenset(range(EDITED, TIMES + 1)) - {OTHERWISE, BY_ROOM, LEFT_OUT, KEPT}
REASON = "Puutarhassa on ikkunoiden pesu."


@dataclass(frozen=True)
class Journey:
    """One way to go through it all. `offered`: what is not confirmed is offered instead, not declined."""

    wish: Season
    hands: type[Mouse]
    language: str
    javascript: bool = True
    offered: bool = False

    def person(self, town: Any, windows: Any) -> Person:
        """Return somebody with a window of their own."""
        page = windows.open(town.base_url, phone=self.hands is Finger, javascript=self.javascript)
        return Person(self.hands(page), self.language, self.javascript)


@dataclass
class Places:
    """Where each date is, by its number: in the garden, or in another room by its slug."""

    garden: dict[int, Interval]
    elsewhere: dict[str, dict[int, Interval]]

    @property
    def all(self) -> dict[int, Interval]:
        """Every date's time."""
        return self.garden | {number: use for room in self.elsewhere.values() for number, use in room.items()}

    def put(self, number: int, room: str, use: Interval) -> None:
        """Move a date."""
        self.garden.pop(number, None)
        (self.garden if room == GARDEN else self.elsewhere.setdefault(room, {}))[number] = use


class Told(NamedTuple):
    """What a feed tells of one date."""

    uid: str
    sequence: int


def told(address: str, wish: Season) -> dict[Interval, Told]:
    """Return the dates of a season that a feed tells to take place, by their time."""
    found = {}
    for event in read_feed(address):
        if wish.title in str(event["SUMMARY"]) and event["STATUS"] != "CANCELLED":
            assert event["STATUS"] == "CONFIRMED", event
            use = Interval(event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
            assert use not in found, f"{use} is told twice"
            found[use] = Told(str(event["UID"]), int(event["SEQUENCE"]))
    return found


def by_number(address: str, wish: Season, places: Mapping[int, Interval]) -> dict[int, Told]:
    """Return what a feed tells of each date by its number; it must tell of these, where they are, alone."""
    found = told(address, wish)
    assert set(found) == set(places.values())
    return {number: found[use] for number, use in places.items()}


def ask(booker: Person, wish: Season) -> Places:
    """Search, sign in on the way, ask, and mend the three dates that clash in three ways."""
    search(booker, wish)
    booker.look_over()
    booker.hand.press(booker.main.locator(f'a[href*="/rooms/{GARDEN}/request"]'))
    booker.fill_sign_in("varaaja")
    booker.press("Näytä päivät")
    days = booker.said("%(num)s päivä", "%(num)s päivää", TIMES, whole=True)
    expect(booker.page.get_by_role("heading", name=days)).to_be_visible()
    expect(offers(booker, wish.day(BY_TIME))).not_to_have_count(0)
    booker.look_over()
    start, end = mend(booker, wish.day(BY_TIME), "time")
    (room,) = mend(booker, wish.day(BY_ROOM), "room")
    mend(booker, wish.day(LEFT_OUT), "skip")
    booker.expect_said("Kaikki valitut päivät onnistuvat.")
    fill_request(booker, wish)
    booker.look_over()
    booker.press("Lähetä pyyntö %(num)s päivästä", "Lähetä pyyntö %(num)s päivästä", TIMES - 1)
    places = Places({number: wish.use(number) for number in range(1, TIMES + 1) if number != LEFT_OUT}, {})
    places.put(BY_TIME, GARDEN, use_on(wish.day(BY_TIME), start, end))
    places.put(BY_ROOM, room, wish.use(BY_ROOM))
    return places


def decide(approver: Person, journey: Journey, places: Places) -> None:
    """Confirm everything but one date; that is declined, or another time or room is offered instead."""
    approver.sign_in("paattaja")
    approver.open("/approvals")
    approver.look_over()
    open_request(approver, journey.wish)
    approver.look_over()
    confirm_range(approver, 1, OTHERWISE - 1)
    if journey.offered:
        left = TIMES - OTHERWISE - 1  # one date is left out, and one was confirmed at once in its other room
        confirm_range(approver, 2, left)
        room, day, start, end = offer_instead_of_first(approver, REASON)
        places.put(OTHERWISE, room, use_on(journey.wish.day(OTHERWISE), start, end))
        assert day == journey.wish.day(OTHERWISE).isoformat()
    else:
        decline_first(approver, REASON)
        confirm_all(approver)
        del places.garden[OTHERWISE]


def read_decisions(booker: Person, journey: Journey) -> None:
    """Find the series among one's own, read what was decided, and accept what was offered."""
    booker.follow_menu("Omat varaukset")
    booker.expect_heading("Omat varaukset")
    listed = booker.main.get_by_role("listitem").filter(has_text=journey.wish.title)
    expect(listed.filter(has_text=booker.said("osin vahvistettu"))).not_to_have_count(0)
    booker.look_over()
    to_answer = booker.said("Vastaa ehdotukseen").pattern
    name = re.compile(f"^{to_answer}") if journey.offered else journey.wish.title
    booker.hand.press(listed.get_by_role("link", name=name).first)
    booker.expect_said("Osa ajoista on vahvistettu.")
    expect(booker.main).to_contain_text(REASON)
    booker.look_over()
    if journey.offered:
        booker.press("Hyväksy ehdotus")
        booker.expect_done("Ehdotus on hyväksytty, ja varaus on vahvistettu.")
        booker.expect_said("Varaus on vahvistettu.")


def edit(booker: Person, wish: Season, path: str) -> None:
    """Have this and the following an hour later: look what changes, keep what clashes, save."""
    open_edit(booker, path, EDITED)
    booker.pick("tämä ja seuraavat")
    booker.write("Alkaa klo", wish.new_start)
    booker.write("Päättyy klo", wish.new_end)
    booker.press("Näytä muutokset")
    expect(offers(booker, wish.day(KEPT))).not_to_have_count(0)
    expect(booker.button("Tallenna muutokset")).to_have_count(0)
    booker.look_over()
    mend(booker, wish.day(KEPT), "keep")
    expect(dates_that(booker, "Odottaa omistajan suostumusta")).to_have_count(len(MOVED))
    for why in ("on muutettu erikseen ja pysyy sellaisenaan", "pysyy ennallaan, kuten valittiin"):
        expect(dates_that(booker, "Ei muutu").filter(has_text=booker.said(why))).not_to_have_count(0)
    booker.look_over()
    booker.press("Tallenna muutokset")
    booker.expect_done(
        "Siirtopyyntö on lähetetty. Entinen aika on voimassa, kunnes omistaja on päättänyt siirrosta."
    )
    booker.look_over()


def walk(town: Any, windows: Any, journey: Journey) -> None:
    """Walk the whole journey. The third person reads the feeds."""
    wish, booker, approver = journey.wish, journey.person(town, windows), journey.person(town, windows)
    at_first = [wish.use(number) for number in (BY_TIME, BY_ROOM, LEFT_OUT)]
    let_others_take(town, [*at_first, wish.later(KEPT)])
    places = ask(booker, wish)
    path = path_of(booker, wish)
    decide(approver, journey, places)
    read_decisions(booker, journey)
    secret = feed_of_own(booker)
    before = by_number(secret, wish, places.all)

    edit(booker, wish, path)
    assert by_number(secret, wish, places.all) == before, "a move is told before the owner has consented"
    open_request(approver, wish)
    approver.look_over()
    confirm_all(approver)

    for number in MOVED:
        places.put(number, GARDEN, wish.moved(number))
    after = by_number(secret, wish, places.all)
    assert {number: each.uid for number, each in after.items()} == {
        number: each.uid for number, each in before.items()
    }
    risen = {number for number, each in after.items() if each.sequence > before[number].sequence}
    assert risen == MOVED
    for room, dates in {GARDEN: places.garden, **places.elsewhere}.items():
        public = by_number(f"{town.base_url}/calendars/rooms/{room}.ics", wish, dates)
        assert public == {number: after[number] for number in dates}


def test_a_series_is_mended_decided_edited_and_read(town: Any, windows: Any) -> None:
    walk(town, windows, Journey(season("Kevätkausi hiirellä", 0, EVENING), Mouse, "fi"))


def test_the_same_journey_on_a_phone_in_swedish(town: Any, windows: Any) -> None:
    wish = season("Kevätkausi puhelimella", 0, MORNING)
    walk(town, windows, Journey(wish, Finger, "sv", offered=True))


def test_the_same_journey_with_the_keyboard_alone_in_english(town: Any, windows: Any) -> None:
    wish = season("Kevätkausi näppäimillä", 1, EVENING)
    walk(town, windows, Journey(wish, Keyboard, "en"))


def test_the_same_journey_without_javascript(town: Any, windows: Any) -> None:
    wish = season("Kevätkausi ilman skriptejä", 1, MORNING)
    walk(town, windows, Journey(wish, Mouse, "fi", javascript=False, offered=True))
