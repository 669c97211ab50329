"""What happened in the demonstration, in the order of time: each step at its moment, by its own person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.accounts.service import user_with_email
from booking.demo.people import ASSOCIATIONS, CITY, PARISH, address
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.organisations.membership import actor_of
from booking.reservations import decisions
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from booking.timetable.zone import to_utc_or_after

APPROVERS = {CITY: "paattaja", PARISH: "seurakunta"}
BOOKERS = {each.slug: each.mailbox for each in ASSOCIATIONS}


@dataclass(order=True)
class _Step:
    """Something that happened at a moment; `order` keeps steps of one moment in their order."""

    moment: datetime
    order: int
    do: Callable[[datetime], None] = field(compare=False)


class Timeline:
    """Collects steps and takes them in the order of time. `references` are those of what was asked for."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.references: dict[int, str] = {}
        self._steps: list[_Step] = []
        self._actors: dict[str, Actor] = {}

    def add(self, moment: datetime, do: Callable[[datetime], None]) -> None:
        """Have something done at a moment, at the latest now."""
        self._steps.append(_Step(min(moment, self.now), len(self._steps), do))

    def play(self, tick: Callable[[int], None]) -> None:
        """Take all steps; `tick` is called after each."""
        for step in sorted(self._steps):
            step.do(step.moment)
            tick(1)

    def actor(self, mailbox: str) -> Actor:
        """Return one of the demonstration's people."""
        if mailbox not in self._actors:
            user = user_with_email(address(mailbox))
            if user is None:
                raise LookupError(mailbox)
            self._actors[mailbox] = actor_of(user)
        return self._actors[mailbox]

    def approver(self, room_slug: str) -> Actor | None:
        """Return who decides on the room, None where it confirms by itself."""
        room = catalogue().room(room_slug)
        if room.rules.approval == "at_once":
            return None
        return self.actor(APPROVERS[room.owner_slug])

    def ask(self, number: int, request: ReservationRequest, booker: Actor, moment: datetime) -> None:
        """Ask; what the room's hours or another use forbid that week simply does not take place."""
        try:
            self.references[number] = request_reservation(request, actor=booker, now=moment).reference
        except (RuleViolation, SlotTaken):
            return

    def confirm(self, number: int, room_slug: str, moment: datetime) -> None:
        """Confirm what was asked for, if it was and the room wants it."""
        reference, approver = self.references.get(number), self.approver(room_slug)
        if reference is None or approver is None:
            return
        try:
            decisions.confirm(reference, None, actor=approver, now=moment)
        except WrongState:  # it lost to a competing one
            return


def use_of(on: date, hours: tuple[int, int], zone: ZoneInfo) -> Interval:
    """Return a use from its day and the minutes of the day at which it begins and ends."""
    midnight = datetime.combine(on, time.min)
    start, end = (to_utc_or_after(midnight + timedelta(minutes=minutes), zone) for minutes in hours)
    return Interval(start, end)
