"""Offers, moves and decisions in any order: what is held is exactly what the dates and proposals say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from booking.audit.service import history
from booking.extensions import db
from booking.occupancy.models import Claim
from booking.reservations.changes import for_change
from booking.reservations.decisions import confirm, decline, expire_pending
from booking.reservations.lifecycle import HOLDING, State, holds_space
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.policy import require_booker
from booking.reservations.proposals import (
    accept,
    expire_proposals,
    offer,
    propose_moves,
    refuse,
    take_back,
)
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval, merge, subtract
from tests.factories.reservations import EVENING
from tests.reservations.test_what_is_held import HALF_HOUR, STEPS, Town, lengths, slots, some
from tests.support.effort import times

EXAMPLES = {"sqlite": times(6), "postgresql": times(2)}
CHANGES = {"confirm", "decline", "lose", "withdraw", "expire", "cancel", "accept", "confirm_move", "undo"}


class Negotiation(Town):
    """The same town, in which other times and rooms are proposed and answered too."""

    @rule(which=some, room=some, slot=slots, length=lengths)
    def offer(self, which: int, room: int, slot: int, length: int) -> None:
        date = self._one(which, select(Occurrence).where(Occurrence.state == "pending"))
        if date is None:
            return
        self._try(
            lambda: offer(
                date.reservation.reference,
                date.id,
                room_slug=self._room(room).slug,
                use=self._use(slot, length),
                message="",
                actor=self.approver,
                now=self.now,
            )
        )

    @rule(which=some, room=some, slot=slots, length=lengths)
    def propose_a_move(self, which: int, room: int, slot: int, length: int) -> None:
        confirmed = select(Occurrence).where(Occurrence.state == "confirmed", Occurrence.starts_at > self.now)
        date = self._one(which, confirmed)
        if date is not None:
            self._try(lambda: self._move(date.id, self._room(room).slug, self._use(slot, length)))

    @rule(which=some, how=st.sampled_from([accept, refuse, take_back]))
    def answer(self, which: int, how: Callable[..., object]) -> None:
        proposal = self._one(which, select(Proposal).where(Proposal.state == "open"))
        if proposal is None:
            return
        offered = proposal.side == "owner"
        act = how if offered else take_back
        actor = self.approver if offered and act is take_back else self.booker
        reference, proposal_id = proposal.occurrence.reservation.reference, proposal.id
        self._try(lambda: act(reference, proposal_id, actor=actor, now=self.now))

    @rule(which=some, yes=st.booleans())
    def decide_on_a_move(self, which: int, yes: bool) -> None:
        moves = select(Proposal).where(Proposal.state == "open", Proposal.side == "booker")
        move = self._one(which, moves)
        if move is None:
            return
        reference, ids = move.occurrence.reservation.reference, [move.occurrence_id]
        if yes:
            self._try(lambda: confirm(reference, ids, actor=self.approver, now=self.now))
        else:
            self._try(lambda: decline(reference, ids, "Syy", actor=self.approver, now=self.now))

    @rule(slot=slots)
    def time_goes_by(self, slot: int) -> None:
        self.now = max(self.now, EVENING.start + slot * HALF_HOUR - timedelta(days=1))
        self._try(lambda: expire_proposals(now=self.now))
        self._try(lambda: expire_pending(now=self.now))
        for proposal in db.session.scalars(select(Proposal).where(Proposal.state == "open")):
            assert proposal.deadline_at is None or proposal.deadline_at > self.now
            assert min(proposal.starts_at, proposal.occurrence.starts_at) > self.now

    @invariant()
    def exactly_what_the_lifecycle_says_is_held(self) -> None:
        if not hasattr(self, "rooms"):
            return
        expected: set[tuple[int, Any, Any, int]] = set()
        for each in db.session.scalars(select(Occurrence)):
            proposal, own = each.proposal, self._taken(each)
            if not holds_space(State(each.state), pending_holds=each.pending_holds):
                own = {}
            offered: dict[int, list[Interval]] = {}
            if proposal is not None and proposal.side == "owner":
                assert each.state == "pending"
                for space_id, wanted in self._taken(proposal).items():
                    offered[space_id] = list(subtract(wanted, own.get(space_id, ())))
            elif proposal is not None:
                assert each.state == "confirmed"
                for space_id, wanted in self._taken(proposal).items():
                    own[space_id] = list(merge([*own.get(space_id, ()), *wanted]))
            expected |= self._rows_of(each.claim_id, own)
            expected |= self._rows_of(proposal.claim_id if proposal else None, offered)
        assert set(self._rows()) == expected
        assert set(db.session.scalars(select(Claim.id))) == {row[3] for row in expected}

    @invariant()
    def what_waits_can_still_be_confirmed(self) -> None:
        """Or was offered something else; what is only proposed to others stands in its way for a while."""
        if not hasattr(self, "rooms"):
            return
        every = db.session.scalars(select(Occurrence)).all()
        for each in every:
            if each.state == "pending" and each.claim_id is None and each.proposal is None:
                mine = self._taken(each)
                for other in every:
                    if other.state in HOLDING and other.reservation_id != each.reservation_id:
                        for space_id, (taken,) in self._taken(other).items():
                            assert not any(taken.overlaps(wish) for wish in mine.get(space_id, ()))

    @invariant()
    def every_change_is_in_the_history_and_no_date_changes_its_name(self) -> None:
        if not hasattr(self, "rooms"):
            return
        for reservation in db.session.scalars(select(Reservation)):
            steps = [each for each in history("reservation", reservation.id) if each.action in CHANGES]
            for each in reservation.occurrences:
                assert each.sequence == sum(each.id in step.details["occurrences"] for step in steps)
                assert self.uids.setdefault(each.id, each.uid) == each.uid
                assert sum(proposal.state == "open" for proposal in each.proposals) <= 1

    def _move(self, date_id: int, slug: str, use: Interval) -> None:
        date, room = db.session.get_one(Occurrence, date_id), catalogue().room(slug)
        for_change(date.reservation.reference, require_booker, self.booker, also=[room])
        propose_moves([(date, room, use)], actor=self.booker, now=self.now)

    def _one(self, which: int, query: Any) -> Any:
        """Return one of what a query finds, or None."""
        found = db.session.scalars(query.order_by("id")).all()
        return found[which % len(found)] if found else None

    def _taken(self, slot: Occurrence | Proposal) -> dict[int, list[Interval]]:
        """Return what a slot takes of each of its room's spaces."""
        until = slot.ends_at + timedelta(minutes=slot.turnaround_minutes)
        return {space.id: [Interval(slot.starts_at, until)] for space in slot.room.spaces}

    def _rows_of(
        self, claim_id: int | None, by_space: dict[int, list[Interval]]
    ) -> set[tuple[int, Any, Any, int]]:
        found = [(space_id, each) for space_id, intervals in by_space.items() for each in intervals]
        assert (claim_id is not None) == bool(found)
        return {(space_id, each.start, each.end, claim_id or 0) for space_id, each in found}


def test_what_is_held_is_what_dates_and_proposals_say(app: Any, backend: str) -> None:
    machine = type("NegotiationOnThisDatabase", (Negotiation,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
