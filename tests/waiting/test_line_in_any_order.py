"""Whatever happens in whatever order, nobody waits for what is free, and exactly what is said is held."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.clock import now as real_now
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.organisations.models import Membership
from booking.reservations.decisions import cancel, confirm, decline, expire_pending
from booking.reservations.lifecycle import State, holds_space
from booking.reservations.models import Occurrence
from booking.reservations.service import request_reservation
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.models import WaitingDate
from booking.reservations.waiting.offering import may_be_offered, offer_free
from booking.reservations.waiting.queries import part_of
from booking.reservations.waiting.service import accept, lapse_due, leave, refuse
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.support.effort import times
from tests.support.transaction import outer_transaction

HOUR = timedelta(hours=1)
EXAMPLES = {"sqlite": times(4), "postgresql": times(2)}
STEPS = 40
ASKING = (SlotTaken, RuleViolation, WrongState, Forbidden, NotFound)
GIVING_BACK = (WrongState, Forbidden, NotFound)  # never because of who waits

HAPPENINGS = (
    *("wait",) * 4,
    *("give_back", "answer") * 2,
    *("ask", "confirm", "leave", "time_goes_by", "a_right_comes_or_goes"),
)


class Line(RuleBasedStateMachine):
    """A hall in halves, decided on, and a room that confirms at once; three associations, one booker each."""

    app: Any

    @initialize()
    def build(self) -> None:
        self.opened = ExitStack()
        self.opened.enter_context(outer_transaction(self.app))
        owner = make_organisation(kind="city")
        self.approver: Actor = acting(make_member(owner, Role.APPROVER))
        self.choirs = [make_organisation() for _ in range(3)]
        self.bookers = [make_member(choir, Role.BOOKER) for choir in self.choirs]
        self.rooms = [
            *make_divisible_hall(owner=owner, turnaround_minutes=30, pending_holds=True),
            make_room(owner=owner, approval="at_once"),
        ]
        self.now = NOW
        db.session.commit()
        for room in self.rooms[2:]:  # the evening is full before the first step
            for slot in (0, 2):
                self._request(room, Interval(self._hour(slot), self._hour(slot + 1.5)), slot)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @rule(chance=st.randoms(use_true_random=True))
    def something_happens(self, chance: Random) -> None:
        """One rule for all: a machine of many tries each of them for long, and seldom one after another."""
        which, who, where = (chance.randrange(1000) for _ in range(3))
        getattr(self, f"_{chance.choice(HAPPENINGS)}")(which, who, where, chance.choice((-1, 0, 0, 1)))

    def _ask(self, which: int, who: int, where: int, shift: int) -> None:
        self._request(self.rooms[where % 4], self._use(which % 4, 1 + which % 3), who)

    def _wait(self, which: int, who: int, where: int, shift: int) -> None:
        """Wait for the time of something that is held, or for a part of it, in its room or beside it."""
        date = self._one(select(Occurrence).where(Occurrence.claim_id.is_not(None)), which)
        if date is not None:
            rooms = self.rooms[:3] if date.room in self.rooms[:3] else self.rooms[3:]
            use = Interval(date.starts_at, date.ends_at).shift(shift * HOUR)
            slug = self.choirs[who % 3].slug
            request = request_for(rooms[where % len(rooms)], use, organisation_slug=slug)
            self._try(lambda: join(request, [use], actor=self._booker(who), now=self.now), ASKING)

    def _give_back(self, which: int, who: int, where: int, shift: int) -> None:
        reference, state = self._open_date(which)
        step = cancel if state == "confirmed" else decline
        if reference:
            self._try(lambda: step(reference, None, "Syy", actor=self.approver, now=self.now))

    def _confirm(self, which: int, who: int, where: int, shift: int) -> None:
        reference, state = self._open_date(which)
        if state == "pending":
            self._try(lambda: confirm(reference, None, actor=self.approver, now=self.now), ASKING)

    def _answer(self, which: int, who: int, where: int, shift: int) -> None:
        date = self._one(select(WaitingDate).where(WaitingDate.state == "offered"), which)
        if date is not None:
            answer = refuse if shift == 0 else accept
            reference, number, actor = date.entry.reference, date.id, acting(date.entry.user)
            self._try(lambda: answer(reference, number, actor=actor, now=self.now), ASKING)

    def _leave(self, which: int, who: int, where: int, shift: int) -> None:
        date = self._one(select(WaitingDate).where(WaitingDate.state.in_(("waiting", "offered"))), which)
        if date is not None:
            reference, actor = date.entry.reference, acting(date.entry.user)
            self._try(lambda: leave(reference, None, actor=actor, now=self.now))

    def _time_goes_by(self, which: int, who: int, where: int, shift: int) -> None:
        self.now = min(self.now + (1 + which % 30) * HOUR, EVENING.end)
        self._try(lambda: expire_pending(now=self.now))
        self._try(lambda: lapse_due(now=self.now))

    def _a_right_comes_or_goes(self, which: int, who: int, where: int, shift: int) -> None:
        query = select(Membership).where(Membership.user_id == self.bookers[who % 3].id)
        membership = db.session.scalars(query).one()
        membership.ended_at = None if membership.ended_at else real_now()
        db.session.commit()
        self._try(lambda: offer_free(now=self.now))

    @invariant()
    def nobody_waits_for_what_is_free(self) -> None:
        if not hasattr(self, "rooms"):
            return
        rows = self._rows()
        for date in db.session.scalars(select(WaitingDate).where(WaitingDate.state == "waiting")):
            part = part_of(date)
            taken = any(
                space in part.space_ids and start < part.interval.end and part.interval.start < end
                for space, start, end, _claim in rows
            )
            assert taken or not may_be_offered(date, self.now), "it is free, and they may book it"

    @invariant()
    def exactly_the_dates_and_the_offers_are_held(self) -> None:
        if not hasattr(self, "rooms"):
            return
        expected = set()
        for each in db.session.scalars(select(Occurrence)):
            holds = holds_space(State(each.state), pending_holds=each.pending_holds)
            assert (each.claim_id is not None) == holds
            until = each.ends_at + timedelta(minutes=each.turnaround_minutes)
            if holds:
                expected |= {(space.id, each.starts_at, until, each.claim_id) for space in each.room.spaces}
        for date in db.session.scalars(select(WaitingDate)):
            assert (date.claim_id is not None) == (date.state == "offered")
            if date.claim_id is not None:
                spaces, interval = part_of(date)
                expected |= {(space, interval.start, interval.end, date.claim_id) for space in spaces}
        assert set(self._rows()) == expected
        assert set(db.session.scalars(select(Claim.id))) == {row[3] for row in expected}

    @invariant()
    def what_was_accepted_is_a_reservation_and_nothing_waits_too_long(self) -> None:
        if not hasattr(self, "rooms"):
            return
        for date in db.session.scalars(select(WaitingDate)):
            assert (date.reservation is not None) == (date.state == "accepted")
            assert date.state != "offered" or date.deadline_at > self.now
            assert date.state != "waiting" or date.starts_at > self.now

    def _use(self, slot: int, length: int) -> Interval:
        return Interval(self._hour(slot), self._hour(slot + length))

    def _hour(self, number: float) -> datetime:
        return EVENING.start + number * HOUR

    def _booker(self, who: int) -> Actor:
        return acting(self.bookers[who % 3])

    def _request(self, room: Any, use: Interval, who: int) -> None:
        request = request_for(room, use, organisation_slug=self.choirs[who % 3].slug)
        self._try(lambda: request_reservation(request, actor=self._booker(who), now=self.now), ASKING)

    def _open_date(self, which: int) -> tuple[str, str]:
        date = self._one(select(Occurrence).where(Occurrence.state.in_(("pending", "confirmed"))), which)
        return (date.reservation.reference, date.state) if date is not None else ("", "")

    def _one(self, query: Any, which: int) -> Any:
        every = sorted(db.session.scalars(query), key=lambda each: int(each.id))
        return every[which % len(every)] if every else None

    def _rows(self) -> list[Any]:
        rows = select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        return [tuple(row) for row in db.session.execute(rows)]

    def _try(self, step: Callable[[], object], refusals: tuple[type[Exception], ...] = GIVING_BACK) -> None:
        """Take a step as a request does; one that is refused leaves nothing behind."""
        before = self._rows()
        with suppress(*refusals):
            in_transaction(step)
            return
        assert self._rows() == before


def test_nobody_waits_for_what_is_free_in_any_order_of_things(app: Any, backend: str) -> None:
    machine = type("LineOnThisDatabase", (Line,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],  # to make a failure smaller would take minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
