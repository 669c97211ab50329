"""Edits and decisions in any order: what is held is what has to be, names stay, exceptions survive."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.availability.fixes import Fix, FixKind
from booking.db import in_transaction
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.occupancy.models import Claim, Occupancy
from booking.reservations.changes import claimed, hold_of
from booking.reservations.decisions import cancel, confirm, decline, expire_pending, withdraw
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.lifecycle import ACTIVE, HOLDING
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.proposals import accept, expire_proposals, offer, refuse, take_back
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.support.effort import times
from tests.support.transaction import outer_transaction

EXAMPLES = {"sqlite": times(3), "postgresql": times(1)}
STEPS = 30
DAY = timedelta(days=1)
FIRST = date(2027, 1, 12)
TIMES = [
    Times(time(18), time(20)),
    Times(time(18), time(19)),
    Times(time(19), time(22)),
    Times(time(23), time(1), 1),
]
PATTERNS = [
    Pattern("daily", count=4),
    Pattern("weekly", count=3, weekdays=frozenset({1, 3})),
    Pattern("weekly", 2, until=FIRST + 40 * DAY),
    Pattern("dates", dates=(FIRST + 2 * DAY, FIRST + 9 * DAY)),
]

FROM = {"confirm": "pending", "decline": "pending", "withdraw": "pending", "cancel": "confirmed"}
MOST = 8  # reservations

some = st.integers(0, 1000)
fixes = st.builds(
    Fix, st.integers(0, 14).map(lambda n: FIRST + n * DAY), st.sampled_from([FixKind.SKIP, FixKind.KEEP])
)


@dataclass(frozen=True)
class Known:
    """What a date was at the last look."""

    uid: str
    sequence: int
    shown: tuple[object, ...]
    is_exception: bool


def shown(each: Occurrence) -> tuple[object, ...]:
    return (each.room_id, each.starts_at, each.ends_at, each.state, each.title)


class Series(RuleBasedStateMachine):
    """A hall in halves and two rooms: series are asked for, decided, edited, cancelled; time goes by."""

    app: Any

    @initialize()
    def build(self) -> None:
        self.opened = ExitStack()
        self.opened.enter_context(outer_transaction(self.app))
        owner, self.choir = make_organisation(kind="city"), make_organisation()
        self.approver: Actor = acting(make_member(owner, Role.APPROVER))
        self.booker: Actor = acting(make_member(self.choir, Role.BOOKER))
        half, _other, whole = make_divisible_hall(owner=owner, turnaround_minutes=30, cancellation_days=1)
        holding = make_room(owner=owner, pending_holds=True, cancellation_days=0)
        self.rooms: list[Room] = [half, whole, holding, make_room(owner=owner, approval="at_once")]
        self.now = NOW
        self.known: dict[int, Known] = {}
        self.steps = 0
        db.session.commit()
        for room in (0, 1, 2, 3):
            self.ask(room, room % 2, 0)
        self.decide(0, "confirm", whole=True)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @rule(room=some, pattern=some, times=some)
    def ask(self, room: int, pattern: int, times: int) -> None:
        if (db.session.scalar(select(func.count(Reservation.id))) or 0) >= MOST:
            return
        use = TIMES[times % 3].on(FIRST, self.app.config["ZONE"]).interval or EVENING
        request = request_for(
            self.rooms[room % len(self.rooms)],
            use,
            pattern=PATTERNS[pattern % len(PATTERNS)],
            organisation_slug=self.choir.slug,
        )
        self._try(lambda: request_reservation(request, actor=self.booker, now=self.now))

    @rule(
        which=some,
        scope=st.sampled_from(Scope),
        times=st.none() | st.sampled_from(TIMES),
        room=st.none() | st.integers(0, 3),
        days=st.sampled_from([0, 0, 0, 1, -1, 3]),
        fixes=st.lists(fixes, max_size=3),
    )
    def move(self, which: int, scope: Scope, room: int | None, fixes: list[Fix], **changes: Any) -> None:
        slug = self.rooms[room].slug if room is not None else None
        self._edit(which, Edit(scope, 0, room=slug, fixes=tuple(fixes), **changes))

    @rule(
        which=some,
        scope=st.sampled_from([Scope.FOLLOWING, Scope.ALL]),
        pattern=st.sampled_from(PATTERNS),
        times=st.none() | st.sampled_from(TIMES),
        fixes=st.lists(fixes, max_size=3),
    )
    def repeat_otherwise(self, which: int, fixes: list[Fix], **changes: Any) -> None:
        self._edit(which, Edit(**changes, date_id=0, fixes=tuple(fixes)))

    @rule(which=some, scope=st.sampled_from(Scope), title=st.sampled_from(["Harjoitus", "Konsertti"]))
    def rename(self, which: int, scope: Scope, title: str) -> None:
        self._edit(which, Edit(scope, 0, title=title))

    def _edit(self, which: int, edit: Edit) -> None:
        chosen = self._date(which, *ACTIVE)
        if chosen is None or chosen.starts_at <= self.now:
            return
        edit = replace(edit, date_id=chosen.id)
        kept = {
            each.id: (each.room_id, each.starts_at, each.ends_at)
            for each in chosen.reservation.occurrences
            if each.is_exception and not (edit.scope is Scope.ONE and each is chosen)
        }
        begun = {
            each.id: shown(each) for each in chosen.reservation.occurrences if each.starts_at <= self.now
        }
        reference = chosen.reservation.reference
        self._try(lambda: apply_edit(reference, edit, actor=self.booker, now=self.now))
        for number, place in kept.items():
            found = db.session.get_one(Occurrence, number)
            assert (found.room_id, found.starts_at, found.ends_at) == place, "an exception was moved"
        for number, was in begun.items():
            assert shown(db.session.get_one(Occurrence, number)) == was, "what had begun changed"

    @rule(which=some, how=st.sampled_from(["confirm", "decline", "withdraw", "cancel"]), whole=st.booleans())
    def decide(self, which: int, how: str, whole: bool) -> None:
        """Decide on one date, or on all of a reservation that is open to it, moves too."""
        chosen = self._date(which, *(ACTIVE if whole else [FROM[how]]))
        if chosen is None:
            return
        reference, ids, now = chosen.reservation.reference, None if whole else [chosen.id], self.now
        steps: dict[str, Callable[[], object]] = {
            "confirm": lambda: confirm(reference, ids, actor=self.approver, now=now),
            "decline": lambda: decline(reference, ids, "Syy", actor=self.approver, now=now),
            "withdraw": lambda: withdraw(reference, ids, actor=self.booker, now=now),
            "cancel": lambda: cancel(reference, ids, "Syy", actor=self.booker, now=now),
        }
        self._try(steps[how])

    @rule(which=some, room=some, hours=st.integers(-3, 3))
    def offer(self, which: int, room: int, hours: int) -> None:
        chosen = self._date(which, "pending")
        if chosen is not None:
            use = Interval(chosen.starts_at, chosen.ends_at).shift(timedelta(hours=hours))
            slug, reference, number = self.rooms[room % 4].slug, chosen.reservation.reference, chosen.id
            self._try(
                lambda: offer(
                    reference, number, room_slug=slug, use=use, message="", actor=self.approver, now=self.now
                )
            )

    @rule(which=some, how=st.sampled_from(["accept", "refuse", "take_back"]))
    def answer(self, which: int, how: str) -> None:
        proposals = db.session.scalars(
            select(Proposal).where(Proposal.state == "open").order_by(Proposal.id)
        ).all()
        if not proposals:
            return
        chosen = proposals[which % len(proposals)]
        reference, number, by_owner = (
            chosen.occurrence.reservation.reference,
            chosen.id,
            chosen.side == "owner",
        )
        if how == "take_back":
            actor = self.approver if by_owner else self.booker
            self._try(lambda: take_back(reference, number, actor=actor, now=self.now))
        elif by_owner:
            step = accept if how == "accept" else refuse
            self._try(lambda: step(reference, number, actor=self.booker, now=self.now))

    @rule(days=st.integers(0, 3))
    def time_goes_by(self, days: int) -> None:
        self.now = max(self.now, EVENING.start - 5 * DAY) + days * DAY
        in_transaction(lambda: expire_pending(now=self.now))
        in_transaction(lambda: expire_proposals(now=self.now))
        db.session.expire_all()

    @invariant()
    def exactly_what_the_lifecycle_says_is_held(self) -> None:
        if not hasattr(self, "rooms"):
            return
        expected: set[tuple[Any, ...]] = set()
        claims: set[int | None] = set()
        for each in db.session.scalars(select(Occurrence)):
            parts = hold_of(each)
            assert (each.claim_id is not None) == bool(parts)
            claims |= {each.claim_id} if parts else set()
            expected |= {
                (space_id, taken.start, taken.end, each.claim_id)
                for space_id, taken in occupancy.rows_of_hold(parts)
            }
            if each.proposal is not None and each.proposal.claim_id is not None:
                claims.add(each.proposal.claim_id)
        rows = self._rows()
        offers = {row for row in rows if row[3] not in {claim for *_row, claim in expected}}
        assert set(rows) - offers == expected
        assert {row[3] for row in offers} <= claims
        assert set(db.session.scalars(select(Claim.id))) == claims
        for earlier, later in pairwise(rows):
            assert earlier[0] != later[0] or earlier[2] <= later[1]

    @invariant()
    def names_stay_and_calendars_hear_of_every_change(self) -> None:
        if not hasattr(self, "rooms"):
            return
        every = db.session.scalars(select(Occurrence)).all()
        assert len({each.uid for each in every}) == len(every)
        now = {each.id: Known(each.uid, each.sequence, shown(each), each.is_exception) for each in every}
        for number, before in self.known.items():
            after = now[number]
            assert after.uid == before.uid
            assert after.sequence >= before.sequence
            assert after.sequence > before.sequence or after.shown == before.shown
            assert after.is_exception or not before.is_exception, "an exception was lost"
        self.known = now

    @invariant()
    def what_waits_can_still_be_confirmed(self) -> None:
        if not hasattr(self, "rooms"):
            return
        every = db.session.scalars(select(Occurrence)).all()
        confirmed = [each for each in every if each.state in HOLDING]
        for each in every:
            if each.state == "pending" and each.claim_id is None and each.proposal is None:
                spaces = {space.id for space in each.room.spaces}
                for other in confirmed:
                    shares = not spaces.isdisjoint(space.id for space in other.room.spaces)
                    assert not (shares and claimed(other).overlaps(claimed(each)))

    def _date(self, which: int, *states: str) -> Occurrence | None:
        query = select(Occurrence).where(Occurrence.state.in_(states)).order_by(Occurrence.id)
        found = db.session.scalars(query).all()
        return found[which % len(found)] if found else None

    def _try(self, step: Callable[[], object]) -> None:
        """Take a step as a request does: it is in the history, or it was refused and left nothing behind."""
        rows, entries = self._rows(), self._entries()
        with suppress(SlotTaken, RuleViolation, WrongState):
            in_transaction(step)
            assert self._entries() > entries
            self.steps += 1
            db.session.expire_all()
            return
        assert (self._rows(), self._entries()) == (rows, entries)

    def _entries(self) -> int:
        return db.session.scalar(select(func.count(AuditEntry.id))) or 0

    def _rows(self) -> list[Any]:
        rows = select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        return [
            tuple(row) for row in db.session.execute(rows.order_by(Occupancy.space_id, Occupancy.starts_at))
        ]


def test_edits_and_decisions_go_together_in_any_order(app: Any, backend: str) -> None:
    machine = type("SeriesOnThisDatabase", (Series,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[backend],
            stateful_step_count=STEPS,
            phases=[Phase.generate],  # to make a failure smaller would take minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_a_reservation_is_still_there_after_all_its_dates_moved(app: Any, backend: str) -> None:
    """The machine's own footing: what it edits is a series that the service wrote."""
    with outer_transaction(app):
        owner, choir = make_organisation(kind="city"), make_organisation()
        room, booker = make_room(owner=owner, approval="at_once"), acting(make_member(choir, Role.BOOKER))
        asked = request_for(room, EVENING, pattern=PATTERNS[0], organisation_slug=choir.slug)
        made = in_transaction(lambda: request_reservation(asked, actor=booker, now=NOW))
        edit = Edit(Scope.ALL, made.occurrences[0].id, days=1)
        in_transaction(lambda: apply_edit(made.reference, edit, actor=booker, now=NOW))
        found = db.session.scalars(select(Reservation)).one()
        open_dates = [each.slot_starts_at.date() for each in found.occurrences if each.state == "confirmed"]
        assert sorted(open_dates) == [FIRST + n * DAY for n in range(1, 5)]
