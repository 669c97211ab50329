"""What an owner does about what is in the way: keep it, offer something else, cancel it with a reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.desk.closures import choosing
from booking.desk.closures.choosing import choices_of
from booking.desk.closures.models import Closure
from booking.desk.closures.service import end
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken
from booking.occupancy.models import BlockDate, Occupancy
from booking.outbox.models import OutboxMessage
from booking.reservations import decisions, proposals
from booking.reservations.in_the_way import in_the_way_of
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import WaitingDate
from booking.reservations.waiting.service import accept, refuse
from booking.timetable.interval import Interval
from tests.desk.closures.closing import HOUR, shut
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.requesting import ask
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states
from tests.waiting.line import free, take, wait

AROUND = Interval(EVENING.start - HOUR, EVENING.end + HOUR)


def choose(
    town: Town, closure: Closure, choice: str, *of: Reservation, reason: str = "Lattia", **at: Any
) -> Any:
    """Have the approver choose for the first date of these reservations; for all the rest without any."""
    ids = [each.occurrences[0].id for each in of] or None
    actor, now = acting(at.pop("by", town.approver)), at.pop("now", NOW)
    return in_transaction(lambda: choosing.choose(closure.id, choice, ids, reason, actor=actor, now=now))


def held_by_block(session: Any) -> list[Interval]:
    rows = session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at)
        .join(BlockDate, BlockDate.claim_id == Occupancy.claim_id)
        .order_by(Occupancy.starts_at)
    )
    return [Interval(*row) for row in rows]


def unsolved(closure: Closure) -> list[int]:
    found = in_the_way_of([closure.block], NOW)[closure.block_id].conflicts
    choices = choices_of([closure.id])[closure.id]
    return [
        each.occurrence.id for each in found if not choosing.is_settled(each, choices.get(each.occurrence.id))
    ]


@pytest.mark.parametrize("kind", ["closure", "own_use"])
def test_a_kept_reservation_that_is_cancelled_falls_to_the_closure_and_not_to_who_waits(
    session: Any, town: Town, kind: str
) -> None:
    kept = take(town)
    waiting = wait(town.booker, town.room, organisation=town.choir)
    closure = shut(town.approver, town.room, kind=kind)
    assert unsolved(closure) == [kept.occurrences[0].id]
    assert choose(town, closure, "keep", kept).kept == 1
    assert unsolved(closure) == []
    assert states(kept) == ["confirmed"]
    free(town, kept)
    assert held_by_block(session) == [
        Interval(AROUND.start, EVENING.start),
        EVENING,
        Interval(EVENING.end, AROUND.end),
    ]
    assert [each.state for each in waiting.dates] == ["waiting"]
    in_transaction(lambda: end(closure.id, actor=acting(town.approver), now=NOW))
    assert [each.state for each in waiting.dates] == ["offered"]


def test_an_offer_that_waits_is_left_and_falls_to_the_closure(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(town.booker, town.room, organisation=town.choir)
    free(town, taken)
    closure = shut(town.approver, town.room)
    (promised,) = in_the_way_of([closure.block], NOW)[closure.block_id].promised
    assert (promised.kind, promised.start) == ("waiting", EVENING.start)
    (date,) = entry.dates
    in_transaction(lambda: refuse(entry.reference, date.id, actor=acting(town.booker), now=NOW))
    assert sum((each.duration for each in held_by_block(session)), timedelta()) == AROUND.duration


def test_an_offer_made_before_the_closure_can_still_be_taken(session: Any, town: Town) -> None:
    taken = take(town)
    entry = wait(town.booker, town.room, organisation=town.choir)
    free(town, taken)
    closure = shut(town.approver, town.room)
    (date,) = entry.dates
    made = in_transaction(lambda: accept(entry.reference, date.id, actor=acting(town.booker), now=NOW))
    assert unsolved(closure) == [made.occurrences[0].id]


@pytest.mark.parametrize(
    ("before", "short"),
    [(timedelta(days=14), False), (timedelta(days=14) - timedelta(seconds=1), True), (HOUR, True)],
)
def test_less_than_fourteen_days_notice_is_recorded_and_said(
    session: Any, town: Town, before: timedelta, short: bool
) -> None:
    now = EVENING.start - before
    hit = of_choir(town, EVENING, state="confirmed")
    closure = shut(town.approver, town.room, now=now)
    done = choose(town, closure, "cancel", hit, now=now)
    assert (done.cancelled, done.short) == (1, int(short))
    assert states(hit) == ["cancelled"]
    step = last_step(hit)
    assert (step.details["by"], step.details["short_notice"]) == ("owner", short)
    assert history("closure", closure.id)[-1].details["short_notice"] == int(short)
    (choice,) = choices_of([closure.id])[closure.id].values()
    assert (choice.choice, choice.short_notice) == ("cancel", short)
    (mail,) = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "cancelled"))
    assert ("vähintään 14 päivää" in mail.body) == short
    assert "Lattia" in mail.body


def test_to_cancel_needs_a_reason(session: Any, town: Town) -> None:
    hit = of_choir(town, EVENING, state="confirmed")
    closure = shut(town.approver, town.room)
    with pytest.raises(RuleViolation) as refused:
        choose(town, closure, "cancel", hit, reason=" ")
    assert [(each.code, each.field) for each in refused.value.violations] == [("reason_missing", "reason")]
    assert states(hit) == ["confirmed"]


def test_all_the_rest_are_cancelled_and_what_only_asks_is_declined(session: Any, town: Town) -> None:
    hall = make_divisible_hall(owner=town.owner)
    first = of_choir(town, EVENING, state="confirmed", room=hall[0])
    kept = of_choir(town, EVENING, state="confirmed", room=hall[1])
    asking = of_choir(town, EVENING, room=hall[2])
    closure = shut(town.approver, hall[2])
    choose(town, closure, "keep", kept)
    done = choose(town, closure, "cancel")
    assert (done.cancelled, done.declined) == (1, 1)
    assert (states(first), states(kept), states(asking)) == (["cancelled"], ["confirmed"], ["declined"])
    assert unsolved(closure) == []


def test_a_half_closed_leaves_the_other_half_alone(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    of_choir(town, EVENING, state="confirmed", room=half_b)
    closure = shut(town.approver, half_a)
    assert unsolved(closure) == []
    with pytest.raises(RuleViolation) as refused:
        ask(town, whole)
    assert refused.value.violations[0].code == "closed_by_owner"
    with pytest.raises(SlotTaken):
        ask(town, half_b)


def test_an_offer_moves_a_confirmed_date_when_it_is_accepted(session: Any, town: Town) -> None:
    other = make_room(owner=town.owner, kind="meeting")
    hit = of_choir(town, EVENING, state="confirmed")
    (date,) = hit.occurrences
    uid, sequence = date.uid, date.sequence
    closure = shut(town.approver, town.room, start=datetime(2027, 1, 12), hours=24)  # noqa: DTZ001
    done = choose(town, closure, "offer", hit)
    assert (done.offered, done.left) == (1, 0)
    assert unsolved(closure) == []
    assert (states(hit), date.room_id) == (["confirmed"], town.room.id)
    proposal = date.proposal
    assert proposal is not None
    assert proposal.room_id == other.id
    assert proposal.claim_id is not None
    in_transaction(lambda: proposals.accept(hit.reference, proposal.id, actor=acting(town.booker), now=NOW))
    assert (states(hit), date.room_id, date.uid) == (["confirmed"], other.id, uid)
    assert date.sequence > sequence
    assert sum((each.duration for each in held_by_block(session)), timedelta()) == timedelta(days=1)
    assert "confirmed" in kinds_of_mail(session)


@pytest.mark.parametrize("how", ["refuse", "expire", "take back"])
def test_an_offer_that_comes_to_nothing_leaves_a_confirmed_date_as_it_was(
    session: Any, town: Town, how: str
) -> None:
    make_room(owner=town.owner, kind="meeting")
    hit = of_choir(town, EVENING, state="confirmed")
    closure = shut(town.approver, town.room)
    choose(town, closure, "offer", hit)
    proposal = hit.occurrences[0].proposal
    assert proposal is not None
    number, until, claim = proposal.id, proposal.deadline_at, proposal.claim_id
    booker, approver = acting(town.booker), acting(town.approver)
    steps = {
        "refuse": lambda: proposals.refuse(hit.reference, number, actor=booker, now=NOW),
        "expire": lambda: proposals.expire_proposals(now=until),
        "take back": lambda: proposals.take_back(hit.reference, number, actor=approver, now=NOW),
    }
    in_transaction(steps[how])
    assert (states(hit), hit.occurrences[0].starts_at) == (["confirmed"], EVENING.start)
    assert session.scalars(select(Occupancy).where(Occupancy.claim_id == claim)).all() == []
    assert unsolved(closure) == [hit.occurrences[0].id]


def test_what_a_block_wants_is_offered_to_nobody(session: Any, town: Town) -> None:
    """Also where the date itself still holds it: an hour later would be in the closure."""
    hit = of_choir(town, EVENING, state="confirmed")
    shut(town.approver, town.room)
    with pytest.raises(SlotTaken):
        in_transaction(
            lambda: proposals.offer(
                hit.reference,
                hit.occurrences[0].id,
                room_slug=town.room.slug,
                use=Interval(EVENING.start, EVENING.end - HOUR),
                message="",
                actor=acting(town.approver),
                now=NOW,
            )
        )


def test_a_request_that_waits_for_a_closed_time_cannot_be_confirmed_and_tells_why(
    session: Any, town: Town
) -> None:
    asking = of_choir(town, EVENING)
    shut(town.approver, town.room)
    with pytest.raises(SlotTaken):
        decisions.confirm(asking.reference, None, actor=acting(town.approver), now=NOW)


def test_nobody_joins_the_line_for_a_closed_time(session: Any, town: Town) -> None:
    take(town)
    shut(town.approver, town.room)
    with pytest.raises(RuleViolation) as refused:
        wait(town.booker, town.room, organisation=town.choir)
    assert refused.value.violations[0].code == "closed_by_owner"
    assert session.scalars(select(WaitingDate)).all() == []


def test_only_who_decides_chooses_for_a_reservation(session: Any, town: Town) -> None:
    """A keeper without that right closes rooms; so does the keeper of a room that shares the space."""
    hit = of_choir(town, EVENING, state="confirmed")
    keeper = make_member(town.owner, Role.MANAGER)
    closure = shut(keeper, town.room)
    for choice in ("keep", "offer", "cancel"):
        with pytest.raises(Forbidden):
            choose(town, closure, choice, hit, by=keeper)
    assert states(hit) == ["confirmed"]
    stranger = make_member(make_organisation(kind="parish"), Role.APPROVER)
    with pytest.raises(NotFound):
        choose(town, closure, "cancel", hit, by=stranger)


def test_what_is_not_in_the_way_is_not_chosen_for(session: Any, town: Town) -> None:
    later = make_reservation(town.room, EVENING.shift(timedelta(days=7)))
    closure = shut(town.approver, town.room)
    with pytest.raises(NotFound):
        choose(town, closure, "cancel", later)
    with pytest.raises(RuleViolation):
        choose(town, closure, "keep")


def test_cleaning_alone_is_told_apart_from_the_use(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 90
    session.flush()
    before = of_choir(town, EVENING.shift(-3 * HOUR), state="confirmed")
    closure = shut(town.approver, town.room)
    (conflict,) = in_the_way_of([closure.block], NOW)[closure.block_id].conflicts
    assert (conflict.occurrence, conflict.part) == (before.occurrences[0], "cleaning")


def test_a_request_for_a_closed_time_says_so(session: Any, town: Town) -> None:
    shut(town.approver, town.room)
    with pytest.raises(RuleViolation) as refused:
        ask(town)
    assert [each.code for each in refused.value.violations] == ["closed_by_owner"]
