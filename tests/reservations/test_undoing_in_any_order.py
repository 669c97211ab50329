"""Decisions are undone, whatever happened before and between: all is as it was, or nothing is changed."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import func, select

from booking.db import in_transaction
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel, confirm, decline
from booking.reservations.models import Occurrence
from booking.reservations.proposals import refuse
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import undo
from tests.reservations.picture import picture
from tests.reservations.test_proposals_in_any_order import EXAMPLES, Negotiation
from tests.reservations.test_what_is_held import STEPS, lengths, slots, some


class Reconsidering(Negotiation):
    """The same town, in which the owner thinks better of what it decided."""

    @rule(
        which=some,
        first=st.booleans(),
        step=st.sampled_from(["confirm", "decline", "cancel"]),
        between=st.sampled_from(["nothing", "ask", "wait", "withdraw", "offer", "refuse", "confirm"]),
        room=some,
        slot=slots,
        length=lengths,
    )
    def decide_and_undo(
        self, which: int, first: bool, step: str, between: str, room: int, slot: int, length: int
    ) -> None:
        before, mails = picture(db.session), self._mails()
        known = self._decision(step, which, first)
        if known is None:
            assert picture(db.session) == before
            return
        new_mails = self._mails() - mails
        decided = picture(db.session)
        self._between(between, which, first, room, slot, length)
        is_alone = picture(db.session) == decided
        then = picture(db.session)
        try:
            in_transaction(lambda: undo([known], actor=self.approver, now=self.now))
        except WrongState:
            assert picture(db.session) == then
            assert not is_alone, "nothing came between, so nothing may keep it from being undone"
            return
        after = picture(db.session)
        assert not new_mails & self._mails(), "no mail of an undone decision goes out"
        if is_alone:
            assert after == before
        dates = {row[0]: row for row in after["dates"]}
        touched = {int(each) for each in db.session.get_one(DecisionRecord, known).changes["dates"]}
        for row in before["dates"]:
            if row[0] in touched:
                assert dates[row[0]] == row

    def _decision(self, step: str, which: int, first: bool) -> int | None:
        """Decide on one of the reservations that are open to it; return the decision's number."""
        state = "confirmed" if step == "cancel" else "pending"
        date = self._one(
            which,
            select(Occurrence).where(Occurrence.state == state, Occurrence.starts_at > self.now),
        )
        if date is None:
            return None
        ids, reference = ([date.id] if first else None), date.reservation.reference
        work: dict[str, Any] = {
            "confirm": lambda: confirm(reference, ids, actor=self.approver, now=self.now),
            "decline": lambda: decline(reference, ids, "Syy", actor=self.approver, now=self.now),
            "cancel": lambda: cancel(reference, ids, "Syy", actor=self.approver, now=self.now),
        }
        last = db.session.scalar(select(func.max(DecisionRecord.id))) or 0
        try:
            in_transaction(work[step])
        except (SlotTaken, RuleViolation, WrongState):
            return None
        made = db.session.scalar(select(func.max(DecisionRecord.id))) or 0
        return made if made > last else None

    def _between(self, what: str, which: int, first: bool, room: int, slot: int, length: int) -> None:
        """Have something else happen: one of the steps that are rules of the town besides."""
        steps: dict[str, Any] = {
            "nothing": lambda: None,
            "ask": lambda: self.ask(room=room, slot=slot, length=length),
            "wait": lambda: self.a_series_waits(room=room, slot=slot, length=length),
            "withdraw": lambda: self.withdraw(which=which + 1, first=first),
            "confirm": lambda: self.confirm(which=which + 1, first=first),
            "offer": lambda: self.offer(which=which, room=room, slot=slot, length=length),
            "refuse": lambda: self.answer(which=which, how=refuse),
        }
        steps[what]()

    def _mails(self) -> set[int]:
        db.session.expire_all()
        return set(db.session.scalars(select(OutboxMessage.id)))


def test_what_is_undone_is_as_it_was(app: Any, backend: str) -> None:
    machine = type("ReconsideringOnThisDatabase", (Reconsidering,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
