"""Whatever happens in whatever order: no overlap, and what a block wants is its own or was held before."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.db import in_transaction
from booking.desk.closures import choosing, service
from booking.desk.closures.models import Closure
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy.models import Block, BlockDate, Claim, Occupancy, block_spaces
from booking.reservations import proposals
from booking.reservations.decisions import cancel, confirm, decline, expire_pending
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import save_edit
from booking.reservations.models import Occurrence, Proposal
from booking.reservations.service import request_reservation
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.models import WaitingDate
from booking.reservations.waiting.offering import offer_free
from booking.reservations.waiting.service import accept, lapse_due, refuse
from booking.timetable.interval import Interval, merge, subtract
from tests.desk.closures.closing import EVENING_WALL, wanted
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.races.conftest import OVERLAPS
from tests.support.transaction import outer_transaction

HOUR = timedelta(hours=1)
EXAMPLES = {"sqlite": 6, "postgresql": 3}
STEPS = 40
REFUSED = (SlotTaken, RuleViolation, WrongState, Forbidden, NotFound)
HAPPENINGS = (
    *("close", "wait", "give_back") * 3,
    *("change_closure", "ask", "answer", "edit", "offer", "answer_offer") * 2,
    *("end_closure", "choose", "confirm", "time_goes_by"),
)


class Town(RuleBasedStateMachine):
    """A hall in halves that is decided on, and a room that confirms at once; closures on top of it all."""

    app: Any

    @initialize()
    def build(self) -> None:
        self.opened = ExitStack()
        self.opened.enter_context(outer_transaction(self.app))
        owner = make_organisation(kind="city")
        self.approver: Actor = acting(make_member(owner, Role.APPROVER))
        self.choirs = [make_organisation() for _ in range(2)]
        self.bookers = [make_member(choir, Role.BOOKER) for choir in self.choirs]
        self.rooms = [
            *make_divisible_hall(owner=owner, turnaround_minutes=30, pending_holds=True),
            make_room(owner=owner, approval="at_once", cancellation_days=0),
        ]
        self.now = NOW
        db.session.commit()
        for room in self.rooms[1:]:
            for slot in (0, 2):
                self._request(room, slot, 1.5, slot)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @rule(chance=st.randoms(use_true_random=True))
    def something_happens(self, chance: Random) -> None:
        """One rule for all: a machine of many tries each of them for long, and seldom one after another."""
        which, who, where = (chance.randrange(1000) for _ in range(3))
        self.before = self._held_or_wanted()
        getattr(self, f"_{chance.choice(HAPPENINGS)}")(which, who, where)

    def _ask(self, which: int, who: int, where: int) -> None:
        self._request(self.rooms[where % 4], which % 4, 1 + which % 3, who)

    def _wait(self, which: int, who: int, where: int) -> None:
        use = self._use(which % 4, 1 + which % 2)
        request = request_for(self.rooms[where % 4], use, organisation_slug=self.choirs[who % 2].slug)
        self._try(lambda: join(request, [use], actor=self._booker(who), now=self.now))

    def _close(self, which: int, who: int, where: int) -> None:
        kind = ("closure", "own_use")[who % 2]
        plan = wanted(*self._some_rooms(where), start=self._wall(which % 4), hours=1 + who % 4, kind=kind)
        self._try(lambda: service.close(plan, actor=self.approver, now=self.now))

    def _change_closure(self, which: int, who: int, where: int) -> None:
        closure = self._one(select(Closure).where(Closure.removed_at.is_(None)), which)
        if closure is not None:
            number = closure.id
            kind, begins = closure.block.kind, self._wall(who % 4)
            plan = wanted(*self._some_rooms(where), start=begins, hours=1 + which % 4, kind=kind)
            self._try(lambda: service.change(number, plan, actor=self.approver, now=self.now))

    def _end_closure(self, which: int, who: int, where: int) -> None:
        closure = self._one(select(Closure).where(Closure.removed_at.is_(None)), which)
        if closure is not None:
            number = closure.id
            self._try(lambda: service.end(number, actor=self.approver, now=self.now))

    def _choose(self, which: int, who: int, where: int) -> None:
        closure = self._one(select(Closure).where(Closure.removed_at.is_(None)), which)
        if closure is not None:
            number, choice = closure.id, ("keep", "offer", "cancel")[who % 3]
            self._try(lambda: choosing.choose(number, choice, None, "Syy", actor=self.approver, now=self.now))

    def _give_back(self, which: int, who: int, where: int) -> None:
        reference, state = self._open_date(which)
        step = cancel if state == "confirmed" else decline
        if reference:
            self._try(lambda: step(reference, None, "Syy", actor=self.approver, now=self.now))

    def _confirm(self, which: int, who: int, where: int) -> None:
        reference, state = self._open_date(which)
        if state == "pending":
            self._try(lambda: confirm(reference, None, actor=self.approver, now=self.now))

    def _edit(self, which: int, who: int, where: int) -> None:
        """Have its booker move a date by an hour, or make it shorter."""
        date = self._one(select(Occurrence).where(Occurrence.state.in_(("pending", "confirmed"))), which)
        if date is not None:
            reference, actor = date.reservation.reference, acting(date.reservation.booker)
            start = date.starts_at + (0, 1, -1)[where % 3] * HOUR
            edit = Edit(Scope.ONE, date.id, times=Times.of(Interval(start, start + HOUR), self.zone))
            self._try(lambda: save_edit(reference, edit, actor=actor, now=self.now))

    def _offer(self, which: int, who: int, where: int) -> None:
        date = self._one(select(Occurrence).where(Occurrence.state.in_(("pending", "confirmed"))), which)
        if date is not None:
            reference, number, slug = date.reservation.reference, date.id, self.rooms[where % 4].slug
            use = self._use(who % 4, 1)
            self._try(
                lambda: proposals.offer(
                    reference, number, room_slug=slug, use=use, message="", actor=self.approver, now=self.now
                )
            )

    def _answer_offer(self, which: int, who: int, where: int) -> None:
        proposal = self._one(select(Proposal).where(Proposal.state == "open"), which)
        if proposal is not None and proposal.side == "owner":
            reservation, number = proposal.occurrence.reservation, proposal.id
            reference, actor = reservation.reference, acting(reservation.booker)
            step = proposals.refuse if where % 3 == 0 else proposals.accept
            self._try(lambda: step(reference, number, actor=actor, now=self.now))

    def _answer(self, which: int, who: int, where: int) -> None:
        date = self._one(select(WaitingDate).where(WaitingDate.state == "offered"), which)
        if date is not None:
            step = refuse if where % 2 else accept
            reference, number, actor = date.entry.reference, date.id, acting(date.entry.user)
            self._try(lambda: step(reference, number, actor=actor, now=self.now))

    def _time_goes_by(self, which: int, who: int, where: int) -> None:
        self.now = min(self.now + (1 + which % 30) * HOUR, EVENING.end)
        for work in (expire_pending, proposals.expire_proposals, lapse_due, offer_free):
            self._try(lambda work=work: work(now=self.now))

    @invariant()
    def no_two_hold_the_same(self) -> None:
        if hasattr(self, "rooms"):
            assert db.session.scalar(text(OVERLAPS)) == 0

    @invariant()
    def what_a_block_wants_is_held(self) -> None:
        if not hasattr(self, "rooms"):
            return
        held = self._held()
        for _block, space_id, want in self._wants():
            assert not subtract([want], held.get(space_id, [])), "it is free, and a block wants it"

    @invariant()
    def nobody_gains_what_a_block_wants(self) -> None:
        """What others hold of it they have held before, or it came with the closure over them."""
        if not hasattr(self, "rooms") or not hasattr(self, "before"):
            return
        wanted_before, others_before = self.before
        _wanted_now, others_now = self._held_or_wanted()
        for space_id, intervals in others_now.items():
            gained = subtract(intervals, others_before.get(space_id, []))
            for each in gained:
                still = [
                    want for want in wanted_before.get(space_id, []) if want in self._all_wanted(space_id)
                ]
                assert not any(each.overlaps(want) for want in still), "a block should have had it"

    @invariant()
    def exactly_the_blocks_and_the_offers_have_claims(self) -> None:
        if not hasattr(self, "rooms"):
            return
        known = set(db.session.scalars(select(BlockDate.claim_id)))
        for model in (Occurrence, Proposal, WaitingDate):
            known |= set(db.session.scalars(select(model.claim_id).where(model.claim_id.is_not(None))))
        assert set(db.session.scalars(select(Claim.id))) == known

    def _wants(self) -> list[tuple[int, int, Interval]]:
        rows = db.session.execute(
            select(Block.id, block_spaces.c.space_id, BlockDate.starts_at, BlockDate.ends_at)
            .join(BlockDate, BlockDate.block_id == Block.id)
            .join(block_spaces, block_spaces.c.block_id == Block.id)
        )
        found = [(block, space, Interval(start, end)) for block, space, start, end in rows]
        return [each for each in found if each[2].end > self.now]

    def _all_wanted(self, space_id: int) -> list[Interval]:
        return [want for _block, space, want in self._wants() if space == space_id]

    def _held(self, *, by_others: bool = False) -> dict[int, list[Interval]]:
        query = select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at).join(
            Claim, Claim.id == Occupancy.claim_id
        )
        if by_others:
            query = query.where(Claim.kind != "block")
        found: dict[int, list[Interval]] = {}
        for space_id, start, end in db.session.execute(query):
            found.setdefault(space_id, []).append(Interval(start, end))
        return {space_id: list(merge(each)) for space_id, each in found.items()}

    def _held_or_wanted(self) -> tuple[dict[int, list[Interval]], dict[int, list[Interval]]]:
        wants: dict[int, list[Interval]] = {}
        for _block, space_id, want in self._wants():
            wants.setdefault(space_id, []).append(want)
        return wants, self._held(by_others=True)

    def _some_rooms(self, where: int) -> list[Any]:
        return [self.rooms[where % 4]] if where % 3 else [self.rooms[where % 3], self.rooms[3]]

    def _use(self, slot: float, length: float) -> Interval:
        return Interval(EVENING.start + slot * HOUR, EVENING.start + (slot + length) * HOUR)

    def _wall(self, slot: int) -> datetime:
        return EVENING_WALL + (slot + 1) * HOUR

    @property
    def zone(self) -> Any:
        return self.app.config["ZONE"]

    def _booker(self, who: int) -> Actor:
        return acting(self.bookers[who % 2])

    def _request(self, room: Any, slot: float, length: float, who: int) -> None:
        request = request_for(room, self._use(slot, length), organisation_slug=self.choirs[who % 2].slug)
        self._try(lambda: request_reservation(request, actor=self._booker(who), now=self.now))

    def _open_date(self, which: int) -> tuple[str, str]:
        date = self._one(select(Occurrence).where(Occurrence.state.in_(("pending", "confirmed"))), which)
        return (date.reservation.reference, date.state) if date is not None else ("", "")

    def _one(self, query: Any, which: int) -> Any:
        every = sorted(db.session.scalars(query), key=lambda each: int(each.id))
        return every[which % len(every)] if every else None

    def _try(self, step: Callable[[], object]) -> None:
        with suppress(*REFUSED):
            in_transaction(step)


def test_a_block_has_what_it_wants_in_any_order_of_things(app: Any, backend: str) -> None:
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
