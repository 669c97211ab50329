"""Bookings on behalf in the demonstration: one for somebody who phones, one for the pensioners' club.

The first had to be cancelled an hour ago, and nobody has told yet: there is one call to make.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from booking import clock
from booking.demo.people import CITY
from booking.demo.programme import ELDERS, at
from booking.demo.timeline import APPROVERS, Timeline, use_of
from booking.errors import RuleViolation, SlotTaken
from booking.reservations import decisions
from booking.reservations.behalf.caller import Caller
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date

STAFF = "palvelu"
_TRIES = 10  # days: another use or the room's hours may be in the way
_DAY = timedelta(days=1)
_FROM, _UNTIL = at(13, 16)


def plan_behalf(timeline: Timeline) -> None:
    """Add what the city's service point does for two callers to what happens."""
    references: list[str] = []

    def book_for_club(moment: datetime) -> None:
        _book(timeline, _of_club(timeline), moment)

    def book(moment: datetime) -> None:
        references.extend(_book(timeline, _of_person(timeline), moment))

    def cancel(moment: datetime) -> None:
        approver = timeline.actor(APPROVERS[CITY])
        reason = "Huoneen vesivahinkoa korjataan koko viikko."
        for reference in references:
            decisions.cancel(reference, None, reason, actor=approver, now=moment)

    timeline.add(timeline.now - 3 * _DAY, book_for_club)
    timeline.add(timeline.now - 2 * _DAY, book)
    timeline.add(timeline.now - timedelta(hours=1), cancel)


def _of_person(timeline: Timeline) -> ReservationRequest:
    use = _day_ahead(timeline, 18)
    return ReservationRequest(
        room_slug="vierashuone",
        start=use.start,
        end=use.end,
        title="Sukukokous",
        purpose="meeting",
        visibility="private",
        people=12,
        responsible="Soittaja ilman sähköpostia",
        contact="050 000 0000",
        caller=Caller(who="Soitti itse palvelupisteeseen"),
    )


def _of_club(timeline: Timeline) -> ReservationRequest:
    use = _day_ahead(timeline, 9)
    return ReservationRequest(
        room_slug="taiteilijalampio",
        start=use.start,
        end=use.end,
        title="Iltaruskon muistelukahvit",
        purpose="meeting",
        visibility="public",
        people=25,
        organisation_slug=ELDERS,
        responsible="Kerhon puheenjohtaja",
        contact="050 000 0001",
        caller=Caller(who="Kerhon rahastonhoitaja soitti"),
    )


def _day_ahead(timeline: Timeline, days: int) -> Interval:
    return use_of(local_date(timeline.now, clock.zone()) + days * _DAY, (_FROM, _UNTIL), clock.zone())


def _book(timeline: Timeline, wanted: ReservationRequest, moment: datetime) -> list[str]:
    """Book on the first day from the wanted one on that the room can be had; return the reference."""
    for more in range(_TRIES):
        tried = replace(wanted, start=wanted.start + more * _DAY, end=wanted.end + more * _DAY)
        try:
            return [request_reservation(tried, actor=timeline.actor(STAFF), now=moment).reference]
        except (RuleViolation, SlotTaken):
            continue
    return []
