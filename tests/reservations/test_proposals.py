"""The owner's counter-offer: what it holds, until when, and what cannot be offered."""

from datetime import timedelta
from typing import Any

import pytest

from booking.db import in_transaction
from booking.errors import NotFound, RuleViolation, SlotTaken, WrongState
from booking.occupancy.models import Claim
from booking.reservations.changes import close_proposals
from booking.reservations.counter_offers import deadline_of
from booking.reservations.models import Reason
from booking.reservations.proposals import accept, offer, refuse
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI, parse_time
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import mail
from tests.reservations.offering import DAY, HOUR, LATER, WEEK, of, offered, rows
from tests.reservations.town import Town, last_step, of_choir, states


@pytest.fixture
def guests(session: Any, town: Town) -> Any:
    """Another room of the same owner, which needs half an hour after each use."""
    return make_room(
        owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=20, turnaround_minutes=30
    )


def test_an_offer_takes_its_slot_and_leaves_the_date_waiting(session: Any, town: Town, guests: Any) -> None:
    reservation = of_choir(town)
    made = offered(town, reservation, room=guests, message=" Salissa on vaalit. ")
    assert states(reservation) == ["pending"]
    assert rows(session) == of(guests, LATER.extend_end(HOUR / 2))
    assert session.get(Claim, made.claim_id).kind == "offer"
    (date,) = reservation.occurrences
    assert (made.side, made.state, made.message) == ("owner", "open", "Salissa on vaalit.")
    assert (date.proposal, date.sequence, date.claim_id) == (made, 0, None)
    step = last_step(reservation)
    assert (step.action, step.actor_id, step.details["occurrences"]) == ("offer", town.approver.id, [date.id])
    assert session.query(Reason.text).filter_by(audit_entry_id=step.id).scalar() == "Salissa on vaalit."


def test_an_offer_is_told_with_its_deadline_once_it_cannot_be_undone(
    session: Any, town: Town, guests: Any
) -> None:
    made = offered(town, of_choir(town), room=guests, message="Salissa on vaalit.")
    told = mail(session, "offer_made")
    assert (told.recipient, told.next_attempt_at) == (town.booker.email, NOW + timedelta(minutes=1))
    assert "ti 12.1.2027 klo 19.00–21.00, Vierashuone" in told.body
    assert "Omistajan viesti: Salissa on vaalit." in told.body
    assert f"/reservations/{made.occurrence.reservation.reference}#offers" in told.body
    assert "pe 8.1.2027 klo 14.00 asti" in told.body  # half of eight days and eight hours


@pytest.mark.parametrize(
    ("left", "until"),
    [(30 * DAY, WEEK), (14 * DAY, WEEK), (8 * DAY, 4 * DAY), (3 * HOUR, 1.5 * HOUR)],
)
def test_an_offer_lasts_a_week_or_half_of_the_time_that_is_left(
    session: Any, town: Town, left: timedelta, until: timedelta
) -> None:
    now = EVENING.start - left
    assert offered(town, of_choir(town), now=now).deadline_at == now + until


@pytest.mark.parametrize(
    ("ends", "start", "until"),
    [
        ("2027-01-12T21:59", "2027-01-20T18:00", "2027-01-12T21:59"),
        ("2027-01-12T22:00", "2027-01-20T18:00", "2027-01-13T09:00"),
        ("2027-01-13T05:15", "2027-01-20T18:00", "2027-01-13T09:00"),
        ("2027-01-13T07:59", "2027-01-20T18:00", "2027-01-13T09:00"),
        ("2027-01-13T08:00", "2027-01-20T18:00", "2027-01-13T08:00"),
        ("2027-01-13T05:15", "2027-01-13T09:01", "2027-01-13T09:00"),
        ("2027-01-13T05:15", "2027-01-13T09:00", "2027-01-13T05:15"),  # the use begins by then
        ("2027-03-28T02:30", "2027-04-10T18:00", "2027-03-28T09:00"),  # the night the clocks change
    ],
)
def test_an_offer_that_would_end_at_night_lasts_until_the_morning(
    app: Any, ends: str, start: str, until: str
) -> None:
    first, end, begins = (parse_time(each, HELSINKI) for each in (until, ends, start))
    now = end - min(WEEK, begins - end)
    with app.app_context():
        assert deadline_of(begins, now) == first


def test_an_offer_leaves_its_reader_an_hour_to_answer(session: Any, town: Town) -> None:
    for use, now in ((LATER, EVENING.start - 2 * HOUR), (LATER.shift(-DAY), LATER.start - DAY - 2 * HOUR)):
        with pytest.raises(RuleViolation) as refused:
            offered(town, of_choir(town), use, now=now + timedelta(minutes=1))
        assert [each.code for each in refused.value.violations] == ["no_time_to_answer"]
        made = offered(town, of_choir(town), use, now=now)
        assert made.deadline_at == now + HOUR
        close_proposals([made.occurrence], now=now)


def test_the_earlier_of_both_times_decides_how_long_an_offer_lasts(session: Any, town: Town) -> None:
    made = offered(town, of_choir(town), EVENING.shift(-6 * DAY))
    assert made.deadline_at == NOW + (EVENING.start - 6 * DAY - NOW) / 2


def test_a_new_offer_takes_the_place_of_the_old(session: Any, town: Town, guests: Any) -> None:
    reservation = of_choir(town)
    old = offered(town, reservation)
    new = offered(town, reservation, room=guests)
    assert (old.state, old.closed_at, old.claim_id) == ("withdrawn", NOW, None)
    assert reservation.occurrences[0].proposal is new
    assert rows(session) == of(guests, LATER.extend_end(HOUR / 2))
    again = offered(town, reservation, room=guests)  # the very same: its own claim stands in nobody's way
    assert (new.state, again.state) == ("withdrawn", "open")


def between(first: timedelta, last: timedelta) -> Interval:
    """Return the time from and until so long after the evening's start."""
    return Interval(EVENING.start + first, EVENING.start + last)


@pytest.mark.parametrize(
    ("use", "rest"),
    [
        (LATER, [between(2 * HOUR, 3 * HOUR)]),
        (between(-HOUR, 3 * HOUR), [between(-HOUR, 0 * HOUR), between(2 * HOUR, 3 * HOUR)]),
        (between(0 * HOUR, HOUR), []),
        (between(2 * HOUR, 3 * HOUR), [between(2 * HOUR, 3 * HOUR)]),
    ],
)
def test_an_offer_over_what_the_date_holds_itself_takes_the_rest_only(
    session: Any, town: Town, use: Interval, rest: list[Interval]
) -> None:
    town.room.pending_holds = True
    session.flush()
    reservation, booker = of_choir(town), acting(town.booker)
    made = offered(town, reservation, use)
    assert rows(session) == of(town.room, EVENING, *rest)
    assert (made.claim_id is None) == (not rest)
    refuse(reservation.reference, made.id, actor=booker, now=NOW)
    assert rows(session) == of(town.room, EVENING)
    made = offered(town, reservation, use)
    accept(reservation.reference, made.id, actor=booker, now=NOW)
    assert rows(session) == of(town.room, use)


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (EVENING, "offer_is_the_request"),
        (EVENING.shift(-30 * DAY), "in_the_past"),
        (EVENING.shift(NOW - EVENING.start), "in_the_past"),
        (EVENING.shift(timedelta(minutes=7)), "off_grid"),
        (EVENING.shift(8 * HOUR), "closed_outside_hours"),
        (EVENING.extend_end(20 * DAY), "too_long"),
    ],
)
def test_what_cannot_be_had_is_not_offered(session: Any, town: Town, use: Interval, code: str) -> None:
    for each in town.room.opening_hours:
        each.opens = 8 * 60
    session.flush()
    with pytest.raises(RuleViolation) as refused:
        offered(town, of_choir(town), use)
    assert code in [each.code for each in refused.value.violations]


def test_another_owners_room_an_unknown_one_and_one_too_small_are_not_offered(
    session: Any, town: Town, guests: Any
) -> None:
    reservation = of_choir(town, people=30)
    hidden = make_room(owner=town.owner, state="draft")
    for room, code in [
        (make_room(), "not_the_owners_room"),
        (hidden, "not_the_owners_room"),
        (guests, "too_many_people"),
    ]:
        with pytest.raises(RuleViolation) as refused:
            offered(town, reservation, room=room)
        assert [each.code for each in refused.value.violations] == [code]
    assert rows(session) == []


def test_an_approver_may_pass_over_notice_and_lengths(session: Any, town: Town) -> None:
    town.room.notice_minutes, town.room.longest_minutes, town.room.shortest_minutes = 14 * 1440, 60, 60
    session.flush()
    assert offered(town, of_choir(town), LATER).state == "open"


def test_a_taken_slot_is_not_offered_and_the_old_offer_stays(session: Any, town: Town, guests: Any) -> None:
    reservation = of_choir(town)
    old = offered(town, reservation)
    make_reservation(guests, EVENING.shift(2 * HOUR))
    session.commit()
    with pytest.raises(SlotTaken) as refused:
        in_transaction(lambda: offered(town, reservation, room=guests))
    assert refused.value.conflicts == (LATER.extend_end(HOUR / 2),)
    assert (old.state, reservation.occurrences[0].proposal) == ("open", old)


def test_the_time_of_another_date_of_the_same_series_is_not_offered(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(DAY))
    with pytest.raises(SlotTaken):
        offered(town, series, LATER.shift(DAY))


@pytest.mark.parametrize("state", ["declined", "withdrawn", "cancelled"])
def test_a_date_that_is_over_or_given_up_is_offered_no_other_time(
    session: Any, town: Town, state: str
) -> None:
    with pytest.raises(WrongState):
        offered(town, of_choir(town, state=state), EVENING.shift(3 * HOUR))


def test_what_has_begun_is_offered_nothing(session: Any, town: Town) -> None:
    with pytest.raises(WrongState):
        offered(town, of_choir(town), LATER.shift(DAY), now=EVENING.start)


def test_another_reservations_date_is_not_found(session: Any, town: Town) -> None:
    mine, other = of_choir(town), of_choir(town, EVENING.shift(WEEK))
    with pytest.raises(NotFound):
        offer(
            mine.reference,
            other.occurrences[0].id,
            room_slug=town.room.slug,
            use=LATER,
            message="",
            actor=acting(town.approver),
            now=NOW,
        )
