"""Whatever happens to reservations, who applies the mails has exactly what is confirmed in the calendar."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.calendars import feeds
from booking.db import in_transaction
from booking.errors import DomainError
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel, confirm, decline, withdraw
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.proposals import accept, offer, refuse
from booking.reservations.service import request_reservation
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import undo
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.calendars.reading import Event, events
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.invitations.inbox import Inbox
from tests.support.effort import times
from tests.support.transaction import outer_transaction

EXAMPLES = {"sqlite": times(8), "postgresql": times(4)}
STEPS = (
    *("confirm", "confirm", "decline", "withdraw", "cancel", "owner_cancels", "undo", "undo"),
    *("move", "move", "retitle", "to_other_room", "offer", "accept", "accept", "refuse", "wait", "work"),
)
SHOWN = ("UID", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "URL")


class Town:
    """Two rooms, one free at once, a booker who wants invitations, and a worker who sends the mail."""

    def __init__(self) -> None:
        owner, choir = make_organisation(kind="city"), make_organisation()
        self.reader = make_member(choir, Role.BOOKER, wants_invitations=True)
        self.booker, self.approver = acting(self.reader), acting(make_member(owner, Role.APPROVER))
        self.rooms = [make_room(owner=owner), make_room(owner=owner, approval="at_once")]
        self.now, self.sent, self.touched = NOW, [], 0
        self.sent: list[bytes]
        for room, pattern, days in ((0, None, 0), (1, None, 0), (0, Pattern("weekly", count=3), 1)):
            wish = request_for(
                self.rooms[room],
                EVENING.shift(timedelta(days=days)),
                organisation_slug=choir.slug,
                pattern=pattern,
            )
            in_transaction(lambda wish=wish: request_reservation(wish, actor=self.booker, now=self.now))

    def take(self, step: str, which: int, number: int) -> None:
        """Take a step of the service with one of the reservations, as far as it can be taken."""
        self.work()
        self.now += timedelta(seconds=20)
        with suppress(DomainError):
            in_transaction(lambda: getattr(self, step)(which, number))

    def work(self, *_drawn: int) -> None:
        """Send what is due, in the worker's order."""
        due = (
            select(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.next_attempt_at <= self.now)
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        )
        for mail in db.session.scalars(due).all():
            mail.delivered_at, mail.attempts = self.now, 1
            if mail.calendar is not None:
                assert mail.recipient == self.reader.email
                self.sent.append(mail.calendar.encode("utf-8"))
        db.session.commit()

    def wait(self, which: int, number: int) -> None:
        self.now += timedelta(minutes=number)

    def confirm(self, which: int, number: int) -> None:
        confirm(*self._some(which, number), actor=self.approver, now=self.now)

    def decline(self, which: int, number: int) -> None:
        decline(*self._some(which, number), "Syy", actor=self.approver, now=self.now)

    def withdraw(self, which: int, number: int) -> None:
        withdraw(*self._some(which, number), actor=self.booker, now=self.now)

    def cancel(self, which: int, number: int) -> None:
        cancel(*self._some(which, number), "", actor=self.booker, now=self.now)

    def owner_cancels(self, which: int, number: int) -> None:
        cancel(*self._some(which, number), "Syy", actor=self.approver, now=self.now)

    def undo(self, which: int, number: int) -> None:
        last = db.session.scalar(select(func.max(DecisionRecord.id)))
        if last is not None:
            undo([last], actor=self.approver, now=self.now)

    def move(self, which: int, number: int) -> None:
        start = 12 + number
        self._edit(which, number, times=Times(time(start), time(start + 2)))

    def retitle(self, which: int, number: int) -> None:
        self._edit(which, number, title=f"Tilaisuus {number}; pitkä, {'ä' * 40}")

    def to_other_room(self, which: int, number: int) -> None:
        self._edit(which, number, room=self.rooms[number % 2].slug)

    def offer(self, which: int, number: int) -> None:
        date = self._date(which, number)
        use = Interval(date.starts_at, date.ends_at).shift(timedelta(hours=number % 3 - 1))
        room = self.rooms[number % 2].slug
        reference = date.reservation.reference
        offer(reference, date.id, room_slug=room, use=use, message="", actor=self.approver, now=self.now)

    def accept(self, which: int, number: int) -> None:
        self._answer(which, accept)

    def refuse(self, which: int, number: int) -> None:
        self._answer(which, refuse)

    def _answer(self, which: int, answer: Any) -> None:
        reservation = self._reservation(which)
        for each in reservation.occurrences:
            if each.proposal is not None:
                answer(reservation.reference, each.proposal.id, actor=self.booker, now=self.now)
                return

    def _edit(self, which: int, number: int, **changes: Any) -> None:
        date = self._date(which, number)
        edit = Edit(Scope.ONE if number % 2 else Scope.ALL, date.id, **changes)
        apply_edit(date.reservation.reference, edit, actor=self.booker, now=self.now)

    def _reservation(self, which: int) -> Reservation:
        db.session.expire_all()
        return db.session.scalars(select(Reservation).order_by(Reservation.id)).all()[which]

    def _date(self, which: int, number: int) -> Occurrence:
        dates = self._reservation(which).occurrences
        return dates[number % len(dates)]

    def _some(self, which: int, number: int) -> tuple[str, list[int] | None]:
        """Return a reservation with all of its open dates, or with one."""
        reservation = self._reservation(which)
        return reservation.reference, [self._date(which, number).id] if number % 2 else None

    def feed(self) -> dict[str, tuple[str, ...]]:
        """Return what the person's own feed shows as confirmed, by UID."""
        start = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
        data = feeds.feed_bytes(feeds.of_person(self.booker, "/x.ics"), language="fi", start=start)
        return shown(events(data))


def shown(found: list[Event]) -> dict[str, tuple[str, ...]]:
    return {
        each["UID"]: tuple(each[name] for name in SHOWN) for each in found if each["STATUS"] == "CONFIRMED"
    }


def calendar_after(mails: list[bytes]) -> dict[str, tuple[str, ...]]:
    inbox = Inbox()
    for data in mails:
        inbox.take(data)
    return shown(list(inbox.newest.values()))


def without_older(mails: list[bytes], chance: Random) -> list[bytes]:
    """Lose mails by lot, but of each date not the last one."""
    last = {event["UID"]: number for number, data in enumerate(mails) for event in events(data)}
    return [data for n, data in enumerate(mails) if n in last.values() or chance.random() < 0.5]


def live(town: Town, steps: list[tuple[str, int, int]], chance: Random) -> None:
    for step, which, number in steps:
        town.take(step, which, number)
    town.now += timedelta(hours=1)
    town.work()
    expected = town.feed()
    assert calendar_after(town.sent) == expected
    chance.shuffle(shuffled := without_older(town.sent, chance))
    assert calendar_after(shuffled) == expected, "mails may be lost and late"
    heard: dict[str, tuple[int, str]] = {}
    for data in town.sent:
        for event in events(data):
            sequence, status = heard.get(event["UID"], (-1, "CANCELLED"))
            assert int(event["SEQUENCE"]) > sequence, "in the order they are sent each is newer"
            assert (event["STATUS"], status) != ("CANCELLED", "CANCELLED"), "only what was invited to ends"
            heard[event["UID"]] = int(event["SEQUENCE"]), event["STATUS"]


def test_the_calendar_that_takes_the_mails_in_has_what_is_confirmed(app: Any, backend: str) -> None:
    @settings(
        max_examples=EXAMPLES[backend],
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 7)), min_size=8, max_size=25
        ),
        chance=st.randoms(use_true_random=False),
    )
    def lived(steps: list[tuple[str, int, int]], chance: Random) -> None:
        with outer_transaction(app):
            live(Town(), steps, chance)

    lived()
