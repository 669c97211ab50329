"""Asking for a room: what is let through, in which state, and every reason for refusing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.actor import VISITOR
from booking.access.roles import Role
from booking.audit.service import history
from booking.errors import Forbidden, NotFound, RuleViolation, SlotTaken
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.service import held
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.service import request_reservation
from booking.reservations.writing import REFERENCE_ALPHABET, REFERENCE_LENGTH
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import every_day, make_divisible_hall, make_opening_exception, make_room
from tests.factories.users import acting, make_user
from tests.reservations.town import Town

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def ask(town: Town, room: Room | None = None, use: Interval = EVENING, **changes: Any) -> Reservation:
    """Have the choir's booker ask for a room."""
    values = {"organisation_slug": town.choir.slug} | changes
    return request_reservation(
        request_for(room or town.room, use, **values), actor=acting(town.booker), now=NOW
    )


def refused(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the (code, field) of the rules an act breaks."""
    with pytest.raises(RuleViolation) as caught:
        act()
    return [(each.code, each.field) for each in caught.value.violations]


def nothing_was_written(session: Any) -> bool:
    return not any(
        session.scalar(select(func.count()).select_from(model))
        for model in (Reservation, Occurrence, Occupancy, Claim, OutboxMessage)
    )


def test_a_room_by_approval_makes_a_pending_request_that_holds_nothing(session: Any, town: Town) -> None:
    reservation = ask(town, title="  Kevätkonsertti ", people=24, note=" tuolit ", responsible="")
    (occurrence,) = reservation.occurrences
    assert (occurrence.state, occurrence.claim_id, occurrence.sequence) == ("pending", None, 0)
    assert (occurrence.starts_at, occurrence.ends_at) == (EVENING.start, EVENING.end)
    assert occurrence.slot_starts_at == EVENING.start
    assert reservation.title == "Kevätkonsertti"
    assert reservation.note == "tuolit"
    assert reservation.responsible == town.booker.name
    assert (reservation.booker_id, reservation.organisation_id) == (town.booker.id, town.choir.id)
    assert (reservation.created_at, reservation.changed_at) == (NOW, NOW)
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 0


def test_a_room_at_once_confirms_by_itself_and_claims_the_turnaround(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=30)
    (occurrence,) = ask(town, room).occurrences
    assert occurrence.state == "confirmed"
    assert (occurrence.starts_at, occurrence.ends_at) == (EVENING.start, EVENING.end)
    assert occurrence.turnaround_minutes == 30
    assert occurrence.claim_id is not None
    assert held([occurrence.claim_id])[occurrence.claim_id] == [
        (room.spaces[0].id, EVENING.extend_end(30 * MINUTE))
    ]


def test_a_pending_request_holds_its_time_where_the_room_says_so(session: Any, town: Town) -> None:
    room = make_room(pending_holds=True)
    (occurrence,) = ask(town, room).occurrences
    assert occurrence.state == "pending"
    assert held([occurrence.claim_id])[occurrence.claim_id] == [(room.spaces[0].id, EVENING)]
    with pytest.raises(SlotTaken):
        ask(town, room, EVENING.shift(HOUR))


def test_requests_compete_for_a_room_that_does_not_hold(session: Any, town: Town) -> None:
    first, second = ask(town), ask(town)
    assert first.reference != second.reference
    assert first.occurrences[0].state == second.occurrences[0].state == "pending"


@pytest.mark.parametrize("approval", ["at_once", "by_approver"])
def test_nobody_gets_even_a_request_for_taken_time(session: Any, town: Town, approval: str) -> None:
    room = make_room(approval=approval)
    make_reservation(room)
    for use in (EVENING, EVENING.shift(HOUR), EVENING.shift(-HOUR)):
        with pytest.raises(SlotTaken) as caught:
            ask(town, room, use)
        assert caught.value.conflicts == (use,)
    ask(town, room, EVENING.shift(2 * HOUR))
    ask(town, room, EVENING.shift(-2 * HOUR))


def test_the_turnaround_counts_on_both_sides(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=60)
    make_reservation(room)
    for shift in (2 * HOUR, -2 * HOUR, 2.5 * HOUR, -2.5 * HOUR):
        with pytest.raises(SlotTaken):
            ask(town, room, EVENING.shift(shift))
    ask(town, room, EVENING.shift(3 * HOUR))
    ask(town, room, EVENING.shift(-3 * HOUR))


def test_the_turnaround_may_run_past_closing(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=60, hours=every_day(8 * 60, 20 * 60))
    assert ask(town, room).occurrences[0].state == "confirmed"


def test_a_later_change_of_the_turnaround_leaves_old_claims(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=0)
    old = ask(town, room)
    room.turnaround_minutes = 60
    session.flush()
    assert held([old.occurrences[0].claim_id])[old.occurrences[0].claim_id] == [(room.spaces[0].id, EVENING)]
    new = ask(town, room, EVENING.shift(2 * HOUR))
    assert held([new.occurrences[0].claim_id])[new.occurrences[0].claim_id][0][1] == EVENING.shift(
        2 * HOUR
    ).extend_end(HOUR)


def test_a_half_booked_hall_is_taken_as_a_whole(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(approval="at_once")
    ask(town, half_a)
    with pytest.raises(SlotTaken):
        ask(town, whole)
    ask(town, half_b)
    ask(town, whole, EVENING.shift(2 * HOUR))
    for half in (half_a, half_b):
        with pytest.raises(SlotTaken):
            ask(town, half, EVENING.shift(3 * HOUR))


def test_confirming_at_once_declines_the_requests_that_waited_for_the_same_space(
    session: Any, town: Town
) -> None:
    half_a, half_b, whole = make_divisible_hall()
    waiting, beside = ask(town, whole), ask(town, half_b)
    half_a.approval = "at_once"
    session.flush()
    ask(town, half_a)
    assert waiting.occurrences[0].state == "declined"
    assert beside.occurrences[0].state == "pending"


def test_the_reference_can_be_said_over_the_phone_and_the_uid_names_the_host(
    session: Any, town: Town
) -> None:
    reservation = ask(town)
    assert len(reservation.reference) == REFERENCE_LENGTH
    assert set(reservation.reference) <= set(REFERENCE_ALPHABET)
    assert reservation.occurrences[0].uid.endswith("@localhost")


def test_the_request_is_the_first_entry_of_the_history(session: Any, town: Town) -> None:
    pending, confirmed = ask(town), ask(town, make_room(approval="at_once"))
    for reservation, state in ((pending, "pending"), (confirmed, "confirmed")):
        (entry,) = history("reservation", reservation.id)
        assert (entry.action, entry.actor_id, entry.at) == ("request", town.booker.id, NOW)
        assert entry.details == {"state": state}


def test_the_terms_in_force_are_kept_with_the_reservation(session: Any, town: Town) -> None:
    town.room.terms_version = 3
    session.flush()
    assert ask(town).terms_version == 3


# Who


def test_a_visitor_is_refused(session: Any, town: Town) -> None:
    with pytest.raises(Forbidden):
        request_reservation(request_for(town.room), actor=VISITOR, now=NOW)


def test_only_bookers_managers_approvers_and_staff_book_for_an_organisation(session: Any, town: Town) -> None:
    request = request_for(town.room, organisation_slug=town.choir.slug)
    for role in Role:
        actor = acting(make_member(town.choir, role))
        if role is Role.MEMBER:
            with pytest.raises(Forbidden) as caught:
                request_reservation(request, actor=actor, now=NOW)
            assert caught.value.code == "not_a_booker"
        else:
            request_reservation(request, actor=actor, now=NOW)
    with pytest.raises(Forbidden):
        request_reservation(request, actor=acting(town.rival), now=NOW)
    with pytest.raises(Forbidden):
        request_reservation(request, actor=acting(make_user(is_admin=True)), now=NOW)


def test_an_unknown_room_or_one_not_published_is_not_found(session: Any, town: Town) -> None:
    for room in (make_room(state="draft"), make_room(state="retired")):
        with pytest.raises(NotFound):
            ask(town, room)
    with pytest.raises(NotFound):
        ask(town, room_slug="ei-ole")


def test_an_unknown_association_is_named(session: Any, town: Town) -> None:
    assert refused(lambda: ask(town, organisation_slug="ei-ole")) == [
        ("unknown_organisation", "organisation")
    ]


def test_a_room_for_associations_asks_for_whom(session: Any, town: Town) -> None:
    room = make_room(who_may_book="associations")
    assert refused(lambda: ask(town, room, organisation_slug=None)) == [("associations_only", "organisation")]
    ask(town, room)


def test_a_room_for_anyone_takes_a_person_for_themselves(session: Any, town: Town) -> None:
    reservation = ask(town, organisation_slug=None)
    assert reservation.organisation_id is None


def test_a_room_for_the_owners_members_takes_only_them(session: Any, town: Town) -> None:
    room = make_room(owner=town.owner, who_may_book="members")
    assert refused(lambda: ask(town, room)) == [("owners_members_only", "room")]
    member = acting(make_member(town.owner, Role.MEMBER))
    request = request_for(room)
    assert request_reservation(request, actor=member, now=NOW).organisation_id is None


def test_a_room_without_an_owner_or_for_rounds_only_takes_no_request(session: Any, town: Town) -> None:
    assert refused(lambda: ask(town, make_room(owner=None))) == [("owner_unknown", "room")]
    assert refused(lambda: ask(town, make_room(approval="by_round"))) == [("by_round_only", "room")]


# What and when


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, [("title_missing", "title")]),
        ({"title": "x" * 121}, [("too_much_text", "title")]),
        ({"note": "x" * 2001}, [("too_much_text", "note")]),
        ({"people": 0}, [("people_missing", "people")]),
        ({"people": -3}, [("people_missing", "people")]),
        ({"people": 51}, [("too_many_people", "people")]),
        ({"people": 10_000}, [("too_many_people", "people")]),
        ({"purpose": "party"}, [("unknown_purpose", "purpose")]),
        ({"visibility": "secret"}, [("unknown_visibility", "visibility")]),
        ({"end": EVENING.start}, [("end_before_start", "end")]),
        ({"end": EVENING.start - HOUR}, [("end_before_start", "end")]),
        (
            {"title": "", "people": 0, "end": EVENING.start},
            [("title_missing", "title"), ("people_missing", "people"), ("end_before_start", "end")],
        ),
    ],
)
def test_what_no_room_would_take_is_refused(
    session: Any, town: Town, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused(lambda: ask(town, **changes)) == expected
    assert nothing_was_written(session)


def test_all_that_is_wrong_is_told_at_once(session: Any, town: Town) -> None:
    use = Interval(EVENING.start + 10 * MINUTE, EVENING.start + 20 * MINUTE)
    found = refused(lambda: ask(town, use=use, title="", people=100))
    assert found == [
        ("title_missing", "title"),
        ("too_many_people", "people"),
        ("too_short", "end"),
        ("off_grid", "start"),
        ("off_grid", "end"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW - HOUR, NOW + HOUR, [("in_the_past", "start")]),
        (
            NOW - MINUTE,
            NOW + 59 * MINUTE,
            [("in_the_past", "start"), ("off_grid", "start"), ("off_grid", "end")],
        ),
        (NOW + HOUR, NOW + 2 * HOUR, [("too_soon", "start")]),
        (NOW + 1.5 * HOUR, NOW + 2.5 * HOUR, [("too_soon", "start")]),
        (EVENING.start, EVENING.start + 30 * MINUTE, [("too_short", "end")]),
        (EVENING.start, EVENING.start + 5 * HOUR, [("too_long", "end")]),
        (EVENING.start, EVENING.start + timedelta(days=36500), [("too_long", "end")]),
        (EVENING.start + 15 * MINUTE, EVENING.end, [("off_grid", "start")]),
        (EVENING.start, EVENING.end + timedelta(seconds=1), [("off_grid", "end")]),
        (
            datetime(2027, 5, 5, 9, tzinfo=UTC),
            datetime(2027, 5, 5, 11, tzinfo=UTC),
            [("too_far_ahead", "date")],
        ),
    ],
)
def test_a_time_that_breaks_the_rules_is_refused_by_name(
    session: Any, town: Town, start: datetime, end: datetime, expected: list[tuple[str, str]]
) -> None:
    room = make_room(shortest_minutes=60, longest_minutes=240, longest_ahead_months=4)
    assert refused(lambda: ask(town, room, Interval(start, end))) == expected
    assert nothing_was_written(session)


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (NOW + 2 * HOUR, 60),
        (EVENING.start, 60),
        (EVENING.start, 240),
        (EVENING.start + 30 * MINUTE, 90),
        (datetime(2027, 5, 4, 20, 30, tzinfo=UTC), 60),  # the last day, 23:30 in Helsinki
    ],
)
def test_the_edges_of_the_rules_are_allowed(session: Any, town: Town, start: datetime, minutes: int) -> None:
    room = make_room(shortest_minutes=60, longest_minutes=240, longest_ahead_months=4)
    assert ask(town, room, Interval(start, start + minutes * MINUTE)).reference


def test_a_closed_room_says_why(session: Any, town: Town) -> None:
    tuesday = date(2027, 1, 12)
    room = make_room(hours=[(1, 10 * 60, 19 * 60), (4, 18 * 60, 25 * 60)], open_on_holidays=False)
    assert refused(lambda: ask(town, room)) == [("closed_outside_hours", "start")]
    assert refused(lambda: ask(town, room, EVENING.shift(timedelta(days=1)))) == [
        ("closed_closed_day", "start")
    ]
    good_friday = EVENING.shift(timedelta(days=73)).shift(-HOUR)
    assert refused(lambda: ask(town, room, good_friday)) == [("closed_holiday", "start")]
    make_opening_exception(room, tuesday)
    assert refused(lambda: ask(town, room, EVENING.shift(-4 * HOUR))) == [("closed_exception", "start")]


def test_a_dance_past_midnight_is_open(session: Any, town: Town) -> None:
    room = make_room(hours=[(4, 18 * 60, 25 * 60)], approval="at_once")
    friday = datetime(2027, 1, 15, 20, tzinfo=UTC)  # 22:00 in Helsinki
    assert ask(town, room, Interval(friday, friday + 3 * HOUR)).occurrences[0].state == "confirmed"
    assert refused(lambda: ask(town, room, Interval(friday, friday + 3.5 * HOUR))) == [
        ("closed_outside_hours", "start")
    ]


def test_a_room_of_unknown_size_refuses_nobody(session: Any, town: Town) -> None:
    assert ask(town, make_room(capacity=None), people=10_000).people == 10_000


# The quota


def test_a_quota_counts_reservations_with_a_date_to_come(session: Any, town: Town) -> None:
    room = make_room(most_active=2)
    series = [EVENING.shift(timedelta(days=7 * week)) for week in range(1, 4)]
    make_reservation(room, *series, state="confirmed", organisation=town.choir)
    make_reservation(room, EVENING.shift(timedelta(days=-30)), organisation=town.choir)  # over by now
    make_reservation(room, state="cancelled", organisation=town.choir)
    make_reservation(room, state="declined", organisation=town.choir)
    make_reservation(make_room(), organisation=town.choir)  # another room
    make_reservation(room, EVENING.shift(timedelta(days=40)), organisation=town.chess_club)
    second = ask(town, room)
    assert refused(lambda: ask(town, room, EVENING.shift(2 * HOUR))) == [("too_many_active", "organisation")]
    second.occurrences[0].state = "withdrawn"
    session.flush()
    ask(town, room, EVENING.shift(2 * HOUR))


def test_a_quota_does_not_bind_a_person_who_books_for_themselves(session: Any, town: Town) -> None:
    room = make_room(most_active=1)
    for _ in range(2):
        ask(town, room, organisation_slug=None)


def test_a_broken_rule_is_told_before_a_taken_time(session: Any, town: Town) -> None:
    room = make_room(most_active=1, capacity=10)
    make_reservation(room, organisation=town.choir)
    assert refused(lambda: ask(town, room, people=11)) == [("too_many_people", "people")]
    assert refused(lambda: ask(town, room)) == [("too_many_active", "organisation")]


def test_a_refused_request_leaves_nothing(session: Any, town: Town) -> None:
    for bad in ({"organisation_slug": "ei-ole"}, {"people": 1000}, {"title": ""}):
        with pytest.raises(RuleViolation):
            ask(town, **bad)
    with pytest.raises(Forbidden):
        request_reservation(
            request_for(town.room, organisation_slug=town.choir.slug), actor=acting(town.member), now=NOW
        )
    assert nothing_was_written(session)
