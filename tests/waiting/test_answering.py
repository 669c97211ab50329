"""Answering an offer: taking it, refusing it, leaving the line, letting it lapse; then the next is asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.accounts.models import User
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.occupancy.models import Claim, Occupancy
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import confirm, decline
from booking.reservations.models import Reservation
from booking.reservations.waiting import service
from booking.reservations.waiting.models import WaitingEntry
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting, make_user
from tests.reservations.mail import leave as leave_association
from tests.reservations.mail import posted
from tests.reservations.town import Town, kinds_of_mail
from tests.waiting.line import free, pass_time, states, steps, take, the_date, wait, what_is_held

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def accept(entry: WaitingEntry, person: User, now: datetime = NOW, place: int = 0) -> Reservation:
    reference, date_id, actor = entry.reference, entry.dates[place].id, acting(person)
    return in_transaction(lambda: service.accept(reference, date_id, actor=actor, now=now))


def refuse(entry: WaitingEntry, person: User, now: datetime = NOW, place: int = 0) -> None:
    reference, date_id, actor = entry.reference, entry.dates[place].id, acting(person)
    in_transaction(lambda: service.refuse(reference, date_id, actor=actor, now=now))


def leave(entry: WaitingEntry, person: User, ids: list[int] | None = None, now: datetime = NOW) -> None:
    reference, actor = entry.reference, acting(person)
    in_transaction(lambda: service.leave(reference, ids, actor=actor, now=now))


@pytest.fixture
def offered(session: Any, town: Town) -> WaitingEntry:
    """The choir's entry, to which EVENING is offered until a day after NOW."""
    taken = take(town)
    entry = wait(
        town.booker,
        town.room,
        organisation=town.choir,
        title="Konsertti",
        people=24,
        visibility="private",
        contact="050 000 0000",
        note="Tuolit",
        responsible="Vastuuhenkilö",
    )
    free(town, taken)
    assert states(entry) == ["offered"]
    return entry


def test_in_a_room_by_approval_the_request_waits_for_its_decision_and_holds_its_space(
    session: Any, town: Town, offered: WaitingEntry
) -> None:
    made = accept(offered, town.booker)
    (occurrence,) = made.occurrences
    assert (occurrence.state, occurrence.pending_holds) == ("pending", True)
    assert occurrence.claim_id is not None
    assert (made.title, made.people, made.visibility) == ("Konsertti", 24, "private")
    assert (made.organisation, made.booker) == (town.choir, town.booker)
    assert (made.contact, made.note, made.responsible) == ("050 000 0000", "Tuolit", "Vastuuhenkilö")
    assert states(offered) == ["accepted"]
    assert the_date(offered).reservation is made
    assert what_is_held(offered) == []
    assert session.scalars(select(Claim.kind)).all() == ["occurrence"]
    confirm(made.reference, None, actor=acting(town.approver), now=NOW)
    assert occurrence.state == "confirmed"


def test_in_a_room_that_confirms_at_once_the_reservation_is_confirmed(
    session: Any, town: Town, offered: WaitingEntry
) -> None:
    town.room.approval = "at_once"
    session.flush()
    made = accept(offered, town.booker)
    assert [each.state for each in made.occurrences] == ["confirmed"]
    assert posted(session, "confirmed")[-1].recipient == town.booker.email


def test_taking_an_offer_is_recorded_on_both_sides(session: Any, town: Town, offered: WaitingEntry) -> None:
    made = accept(offered, town.booker)
    assert steps(offered) == [("join", town.booker.id), ("offer", None), ("accept", town.booker.id)]
    assert history("waiting", offered.id)[-1].details == {
        "dates": [the_date(offered).id],
        "reservation": made.id,
    }
    assert [each.action for each in history("reservation", made.id)] == ["request"]


def test_who_accepts_twice_gets_one_reservation(session: Any, town: Town, offered: WaitingEntry) -> None:
    made = accept(offered, town.booker)
    assert accept(offered, town.manager) is made
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 1
    with pytest.raises(WrongState):
        refuse(offered, town.booker)
    with pytest.raises(WrongState):
        leave(offered, town.booker)


def test_any_booker_of_the_association_may_answer(session: Any, town: Town, offered: WaitingEntry) -> None:
    for person in (town.member, town.approver):
        with pytest.raises(Forbidden):
            accept(offered, person)
    for person in (town.rival, make_user()):
        with pytest.raises(NotFound):
            refuse(offered, person)
    assert states(offered) == ["offered"]
    made = accept(offered, town.manager)
    assert made.booker is town.manager


def test_who_has_left_the_association_answers_for_it_no_more(
    session: Any, town: Town, offered: WaitingEntry
) -> None:
    leave_association(session, town.booker)
    with pytest.raises(NotFound):
        accept(offered, town.booker)


def test_an_offer_ends_at_its_deadline(session: Any, town: Town, offered: WaitingEntry) -> None:
    deadline = the_date(offered).deadline_at
    assert deadline is not None
    assert pass_time(deadline - SECOND) == 0
    for answer in (accept, refuse):
        with pytest.raises(WrongState) as late:
            answer(offered, town.booker, now=deadline)
        assert late.value.code == "offer_ended"
    assert accept(offered, town.booker, now=deadline - SECOND).reference


def test_what_lapses_goes_to_the_next_and_so_on(session: Any, town: Town, offered: WaitingEntry) -> None:
    second, third = (wait(make_user(), town.room) for _ in range(2))
    deadline = NOW + 24 * HOUR
    assert pass_time(deadline) == 1
    assert states(offered, second, third) == ["lapsed", "offered", "waiting"]
    refuse(second, second.user, now=deadline + HOUR)
    assert states(offered, second, third) == ["lapsed", "refused", "offered"]
    assert the_date(third).deadline_at == deadline + 25 * HOUR
    leave(third, third.user, now=deadline + 2 * HOUR)
    assert states(offered, second, third) == ["lapsed", "refused", "left"]
    assert session.scalar(select(func.count()).select_from(Claim)) == 0
    assert [each.recipient for each in posted(session, "waiting_lapsed")] == [town.booker.email]
    assert steps(offered)[-1] == ("lapse", None)
    assert pass_time(deadline + 3 * HOUR) == 0


def test_a_declined_request_goes_to_the_next(session: Any, town: Town, offered: WaitingEntry) -> None:
    second = wait(make_user(), town.room)
    made = accept(offered, town.booker)
    assert states(second) == ["waiting"]
    in_transaction(lambda: decline(made.reference, None, "Syy", actor=acting(town.approver), now=NOW))
    assert states(second) == ["offered"]


def test_who_waits_may_leave(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(WEEK)]
    take(town, *uses)
    entry = wait(make_user(), town.room, *uses)
    leave(entry, entry.user, [entry.dates[0].id])
    assert states(entry) == ["left", "waiting"]
    with pytest.raises(WrongState):
        leave(entry, entry.user, [each.id for each in entry.dates])
    leave(entry, entry.user)
    assert states(entry) == ["left", "left"]
    with pytest.raises(WrongState):
        leave(entry, entry.user)
    assert steps(entry)[1:] == [("leave", entry.user_id)] * 2


def test_another_entrys_date_is_not_found(session: Any, town: Town, offered: WaitingEntry) -> None:
    other = wait(town.booker, town.room)
    for number in (the_date(offered).id, 987654321):
        with pytest.raises(NotFound):
            leave(other, town.booker, [number])
        with pytest.raises(NotFound):
            in_transaction(
                lambda number=number: service.accept(
                    other.reference, number, actor=acting(town.booker), now=NOW
                )
            )
    with pytest.raises(NotFound):
        in_transaction(lambda: service.leave("EIOLE123", None, actor=acting(town.booker), now=NOW))


def test_a_date_that_waits_cannot_be_accepted(session: Any, town: Town, offered: WaitingEntry) -> None:
    second = wait(make_user(), town.room)
    for answer in (accept, refuse):
        with pytest.raises(WrongState):
            answer(second, second.user)


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        ("capacity", 10, "too_many_people"),
        ("longest_minutes", 60, "too_long"),
        ("most_active", 1, "too_many_active"),
    ],
)
def test_when_the_rooms_rules_have_changed_the_offer_stands_and_is_not_taken(
    session: Any, town: Town, offered: WaitingEntry, rule: str, value: int, code: str
) -> None:
    make_reservation(town.room, EVENING.shift(WEEK), booker=town.booker, organisation=town.choir)
    setattr(town.room, rule, value)
    session.flush()
    with pytest.raises(RuleViolation) as refused:
        accept(offered, town.booker)
    assert [each.code for each in refused.value.violations] == [code]
    assert states(offered) == ["offered"]
    assert what_is_held(offered) != []


def test_with_less_cleaning_than_was_offered_the_rest_goes_to_who_waits_for_it(
    session: Any, town: Town
) -> None:
    town.room.turnaround_minutes = 60
    session.flush()
    taken = take(town)
    first = wait(make_user(), town.room)
    free(town, taken)
    after = wait(make_user(), town.room, Interval(EVENING.end, EVENING.end + HOUR))
    town.room.turnaround_minutes = 0
    session.flush()
    accept(first, first.user)
    assert states(after) == ["offered"]


def test_what_nobody_gave_back_in_time_has_passed(session: Any, town: Town) -> None:
    take(town, EVENING, EVENING.shift(WEEK))
    entry = wait(make_user(), town.room, EVENING, EVENING.shift(WEEK))
    last = EVENING.start - 2 * HOUR
    assert pass_time(last - SECOND) == 0
    assert pass_time(last) == 1
    assert states(entry) == ["passed", "waiting"]
    assert steps(entry)[-1] == ("pass", None)
    (told,) = posted(session, "waiting_passed")
    assert told.recipient == entry.user.email
    assert "12.1.2027" in told.body
    assert "19.1.2027" not in told.body


def test_so_many_end_in_one_run(session: Any, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.reservations.waiting.service.ENDED_AT_ONCE", 2)
    take(town)
    for _ in range(3):
        wait(make_user(), town.room)
    assert [pass_time(EVENING.start) for _ in range(3)] == [2, 1, 0]


def test_an_offer_that_is_given_up_before_its_mail_went_out_is_not_told(
    session: Any, town: Town, offered: WaitingEntry
) -> None:
    assert posted(session, "waiting_offer")[0].next_attempt_at == NOW + timedelta(seconds=60)
    refuse(offered, town.booker, now=NOW + SECOND)
    assert posted(session, "waiting_offer") == []


def test_a_mail_that_tells_of_another_offer_too_still_goes_out(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(WEEK)]
    taken = take(town, *uses)
    entry = wait(make_user(), town.room, *uses)
    free(town, taken)
    refuse(entry, entry.user)
    assert states(entry) == ["refused", "offered"]
    assert len(posted(session, "waiting_offer")) == 1


def test_taking_an_offer_that_was_told_sends_the_ordinary_mails(
    session: Any, town: Town, offered: WaitingEntry
) -> None:
    mails = session.scalar(select(func.max(OutboxMessage.id)))
    accept(offered, town.booker)
    assert kinds_of_mail(session)[-2:] == ["request_received", "request_to_decide"]
    assert session.scalar(select(func.count()).where(OutboxMessage.id > mails)) == 2
