"""A room that is no longer in use, with the history it left."""

from datetime import date, datetime, timedelta

from booking import clock
from booking.demo.people import CHOIR, CITY
from booking.demo.timeline import BOOKERS, Timeline, use_of
from booking.desk.rooms import states
from booking.desk.rooms.opening import NewRoom, open_room
from booking.extensions import db
from booking.reservations.request import ReservationRequest
from booking.rooms.models import OpeningHoursRow
from booking.timetable.zone import local_date

NAME, SLUG, NUMBER = "Virran entinen kerhohuone", "virran-entinen-kerhohuone", 30_000
OPENED, ASKED, USED, CLOSED = (timedelta(days=days) for days in (200, 40, 12, 8))


def plan_retired(timeline: Timeline) -> None:
    """Open a club room of the city long ago, have it used once, and take it out of use since."""
    approver = timeline.actor("paattaja")
    zone = clock.zone()

    def on(before: timedelta) -> date:
        return local_date(timeline.now - before, zone)

    new = NewRoom(organisation=CITY, name=NAME, kind="meeting", capacity=12, venue="kulttuuritalo-virta")
    room = open_room(new, actor=approver, now=timeline.now - OPENED).room
    room.name_sv, room.name_en = "Virtas tidigare klubbrum", "Virta's former club room"
    room.example_facts = ["capacity", "room"]
    room.approval, room.who_may_book = "at_once", "anyone"
    room.opening_hours = [OpeningHoursRow(weekday=day, opens=8 * 60, closes=21 * 60) for day in range(7)]
    room.open_on_holidays = True
    db.session.flush()
    states.publish(SLUG, actor=approver, now=timeline.now - OPENED)
    use = use_of(on(USED), (17 * 60, 19 * 60), zone)
    request = ReservationRequest(
        room_slug=SLUG,
        start=use.start,
        end=use.end,
        title="Nuottien järjestely",
        purpose="meeting",
        visibility="public",
        people=6,
        organisation_slug=CHOIR,
    )
    booker = timeline.actor(BOOKERS[CHOIR])
    timeline.add(timeline.now - ASKED, lambda moment: timeline.ask(NUMBER, request, booker, moment))
    timeline.add(timeline.now - CLOSED, lambda moment: _retire(timeline, moment))


def _retire(timeline: Timeline, moment: datetime) -> None:
    states.retire(SLUG, actor=timeline.actor("paattaja"), now=moment)
