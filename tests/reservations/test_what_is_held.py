"""Whatever happens in whatever order, the occupancy table holds exactly what the lifecycle says it holds."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.reservations.decisions import cancel, confirm, decline, expire_pending, withdraw
from booking.reservations.lifecycle import State, holds_space
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.support.effort import times
from tests.support.transaction import outer_transaction

HALF_HOUR = timedelta(minutes=30)
EXAMPLES = {"sqlite": times(5), "postgresql": times(2)}
STEPS = 25

slots = st.integers(0, 5)
lengths = st.integers(1, 3)
some = st.integers(0, 1000)


class Town(RuleBasedStateMachine):
    """Two halls in halves and a room that holds what is asked for; requests and decisions in any order."""

    app: Any

    @initialize()
    def build(self) -> None:
        self.opened = ExitStack()
        self.opened.enter_context(outer_transaction(self.app))
        owner, choir = make_organisation(kind="city"), make_organisation()
        self.approver: Actor = acting(make_member(owner, Role.APPROVER))
        self.booking_user = make_member(choir, Role.BOOKER)
        self.booker: Actor = acting(self.booking_user)
        self.choir = choir
        self.rooms = [
            *make_divisible_hall(owner=owner, turnaround_minutes=30),
            *make_divisible_hall(owner=owner, cancellation_days=0),
            make_room(owner=owner, pending_holds=True, turnaround_minutes=15, grid_minutes=15),
        ]
        for room in self.rooms[3:6]:
            for slot in range(3):  # something to decide on from the first step
                use = self._use(slot, 2)
                make_reservation(
                    room, use, state="pending", booker=self.booking_user, organisation=self.choir
                )
        self.rooms[0].approval = "at_once"  # a half that confirms beside a whole that is decided on
        self.now = NOW
        self.uids: dict[int, str] = {}
        db.session.commit()

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @rule(room=some, slot=slots, length=lengths)
    def ask(self, room: int, slot: int, length: int) -> None:
        request = request_for(self._room(room), self._use(slot, length), organisation_slug=self.choir.slug)
        self._try(lambda: request_reservation(request, actor=self.booker, now=self.now))

    @rule(room=some, slot=slots, length=lengths)
    def a_series_waits(self, room: int, slot: int, length: int) -> None:
        chosen, use = self._room(room), self._use(slot, length)
        uses = [use, use.shift(timedelta(days=1))]
        taken = [each for each in uses if not self._is_free(chosen, each)]
        if not taken:
            make_reservation(
                chosen, *uses, state="pending", booker=self.booking_user, organisation=self.choir
            )
            db.session.commit()

    @rule(which=some, first=st.booleans())
    def confirm(self, which: int, first: bool) -> None:
        self._decide(which, first, lambda ref, ids: confirm(ref, ids, actor=self.approver, now=self.now))

    @rule(which=some, first=st.booleans())
    def decline(self, which: int, first: bool) -> None:
        self._decide(
            which, first, lambda ref, ids: decline(ref, ids, "Syy", actor=self.approver, now=self.now)
        )

    @rule(which=some, first=st.booleans())
    def withdraw(self, which: int, first: bool) -> None:
        self._decide(which, first, lambda ref, ids: withdraw(ref, ids, actor=self.booker, now=self.now))

    @rule(which=some, first=st.booleans(), by_owner=st.booleans())
    def cancel(self, which: int, first: bool, by_owner: bool) -> None:
        actor = self.approver if by_owner else self.booker
        self._decide(which, first, lambda ref, ids: cancel(ref, ids, "Syy", actor=actor, now=self.now))

    @rule(slot=slots)
    def time_goes_by(self, slot: int) -> None:
        self.now = max(self.now, EVENING.start + slot * HALF_HOUR - timedelta(days=1))
        self._try(lambda: expire_pending(now=self.now))
        overdue = select(Occurrence).where(Occurrence.state == "pending", Occurrence.starts_at <= self.now)
        assert db.session.scalars(overdue).all() == []

    @invariant()
    def exactly_what_the_lifecycle_says_is_held(self) -> None:
        if not hasattr(self, "rooms"):
            return
        expected, claims = set(), set()
        for each in db.session.scalars(select(Occurrence)):
            holds = holds_space(State(each.state), pending_holds=each.room.pending_holds)
            assert (each.claim_id is not None) == holds, (each.state, each.claim_id)
            if holds:
                claims.add(each.claim_id)
                until = each.ends_at + timedelta(minutes=each.turnaround_minutes)
                expected |= {(space.id, each.starts_at, until, each.claim_id) for space in each.room.spaces}
        assert set(self._rows()) == expected
        assert set(db.session.scalars(select(Claim.id))) == claims

    @invariant()
    def nothing_overlaps(self) -> None:
        if hasattr(self, "rooms"):
            for earlier, later in pairwise(self._rows()):
                assert earlier[0] != later[0] or earlier[2] <= later[1]

    @invariant()
    def what_waits_can_still_be_confirmed(self) -> None:
        if not hasattr(self, "rooms"):
            return
        for each in db.session.scalars(select(Occurrence).where(Occurrence.state == "pending")):
            if each.claim_id is None:
                assert self._is_free(each.room, Interval(each.starts_at, each.ends_at))

    @invariant()
    def every_change_is_in_the_history_and_no_date_changes_its_name(self) -> None:
        if not hasattr(self, "rooms"):
            return
        for reservation in db.session.scalars(select(Reservation)):
            steps = [each for each in history("reservation", reservation.id) if each.action != "request"]
            for each in reservation.occurrences:
                assert each.sequence == sum(each.id in step.details["occurrences"] for step in steps)
                assert self.uids.setdefault(each.id, each.uid) == each.uid

    def _room(self, number: int) -> Room:
        return self.rooms[number % len(self.rooms)]

    def _use(self, slot: int, length: int) -> Interval:
        start = EVENING.start + slot * HALF_HOUR
        return Interval(start, start + length * HALF_HOUR)

    def _is_free(self, room: Room, use: Interval) -> bool:
        claimed = use.extend_end(timedelta(minutes=room.turnaround_minutes))
        spaces = {space.id for space in room.spaces}
        return not any(
            space in spaces and start < claimed.end and claimed.start < end
            for space, start, end, _ in self._rows()
        )

    def _rows(self) -> list[Any]:
        rows = select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        return [
            tuple(row) for row in db.session.execute(rows.order_by(Occupancy.space_id, Occupancy.starts_at))
        ]

    def _decide(self, which: int, first: bool, step: Callable[[str, list[int] | None], object]) -> None:
        every = db.session.scalars(select(Reservation).order_by(Reservation.id)).all()
        if every:
            chosen = every[which % len(every)]
            ids = [chosen.occurrences[0].id] if first else None
            self._try(lambda: step(chosen.reference, ids))

    def _try(self, step: Callable[[], object]) -> None:
        """Take a step as a request does; one that is refused leaves nothing behind."""
        before = self._rows()
        with suppress(SlotTaken, RuleViolation, WrongState):
            in_transaction(step)
            return
        assert self._rows() == before


def test_what_is_held_is_what_the_lifecycle_says(app: Any, backend: str) -> None:
    machine = type("TownOnThisDatabase", (Town,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],  # to make a failure smaller would take minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
