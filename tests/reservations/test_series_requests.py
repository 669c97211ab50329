"""Asking for a series: all its dates or none, each in its room's state, and every reason for refusing."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from booking.audit.service import history
from booking.availability.fixes import Fix, FixKind
from booking.errors import NotFound, RuleViolation, SlotTaken, Violation
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.service import held
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Companion, Occurrence, Reservation
from booking.reservations.series import segments_of
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import (
    make_divisible_hall,
    make_opening_exception,
    make_room,
    make_school_break,
)
from tests.factories.users import acting
from tests.reservations.asking import DATES, FIRST, WEEK, WEEKLY, ask, asked
from tests.reservations.town import Town, kinds_of_mail
from tests.support.statements import statements

HOUR = timedelta(hours=1)
HELSINKI = ZoneInfo("Europe/Helsinki")


def refused(act: Callable[[], object]) -> Sequence[Violation]:
    """Return the rules that an act breaks."""
    with pytest.raises(RuleViolation) as caught:
        act()
    return caught.value.violations


def named(violations: Sequence[Violation]) -> list[tuple[str, date | None]]:
    return [(each.code, each.on) for each in violations]


def count(session: Any, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)))


def walls(reservation: Reservation) -> list[str]:
    """Return the starts of the dates on the wall clock."""
    return [f"{each.starts_at.astimezone(HELSINKI):%d.%m. %H:%M}" for each in reservation.occurrences]


def test_a_series_is_one_reservation_with_a_date_each_and_keeps_its_pattern(session: Any, town: Town) -> None:
    made = ask(town)
    assert walls(made) == ["12.01. 18:00", "19.01. 18:00", "26.01. 18:00", "02.02. 18:00"]
    assert {each.state for each in made.occurrences} == {"pending"}
    assert len({each.uid for each in made.occurrences}) == 4
    assert [each.slot_starts_at for each in made.occurrences] == [each.starts_at for each in made.occurrences]
    assert not any(each.is_exception for each in made.occurrences)
    (segment,) = segments_of(made)
    assert (segment.first, segment.start, segment.end, segment.pattern) == (FIRST, time(18), time(20), WEEKLY)


def test_it_is_one_entry_in_the_history_and_one_mail_to_each_side(session: Any, town: Town) -> None:
    made = ask(town)
    assert [entry.action for entry in history("reservation", made.id)] == ["request"]
    assert kinds_of_mail(session) == ["request_received", "request_to_decide"]


def test_all_dates_are_had_or_none(session: Any, town: Town) -> None:
    room = make_room(approval="at_once")
    make_reservation(room, EVENING.shift(2 * WEEK + HOUR))
    before = [count(session, model) for model in (Reservation, Occurrence, Claim, Occupancy, OutboxMessage)]
    with pytest.raises(SlotTaken) as caught:
        ask(town, room)
    assert caught.value.conflicts == (EVENING.shift(2 * WEEK),)
    after = [count(session, model) for model in (Reservation, Occurrence, Claim, Occupancy, OutboxMessage)]
    assert after == before


def test_each_date_claims_its_use_and_the_turnaround_where_the_room_confirms_at_once(
    session: Any, town: Town
) -> None:
    room = make_room(approval="at_once", turnaround_minutes=30)
    made = ask(town, room)
    taken = held([each.claim_id for each in made.occurrences])
    assert {each.state for each in made.occurrences} == {"confirmed"}
    assert [taken[each.claim_id][0][1] for each in made.occurrences] == [
        EVENING.extend_end(30 * timedelta(minutes=1)).shift(n * WEEK) for n in range(4)
    ]


def test_each_date_has_the_state_of_its_own_room(session: Any, town: Town) -> None:
    at_once = make_room(owner=town.owner, approval="at_once")
    holding = make_room(owner=town.owner, pending_holds=True)
    fixes = (Fix(DATES[1], FixKind.ROOM, at_once.slug), Fix(DATES[2], FixKind.ROOM, holding.slug))
    made = ask(town, fixes=fixes)
    assert [each.state for each in made.occurrences] == ["pending", "confirmed", "pending", "pending"]
    assert [each.claim_id is not None for each in made.occurrences] == [False, True, True, False]
    assert kinds_of_mail(session) == ["confirmed", "request_received", "request_to_decide"]


def test_with_holds_every_pending_date_takes_its_space(session: Any, town: Town) -> None:
    made = request_reservation(asked(town), actor=acting(town.booker), now=NOW, holds=True)
    assert {each.state for each in made.occurrences} == {"pending"}
    assert all(each.claim_id is not None and each.pending_holds for each in made.occurrences)


def test_choices_for_single_dates_are_exceptions_that_keep_their_slot(session: Any, town: Town) -> None:
    garden = make_room(owner=town.owner)
    fixes = (
        Fix(DATES[1], FixKind.TIME, "", time(17, 30), time(19, 30)),
        Fix(DATES[2], FixKind.ROOM, garden.slug, time(22), time(1)),
        Fix(DATES[3], FixKind.SKIP),
    )
    made = ask(town, fixes=fixes)
    assert walls(made) == ["12.01. 18:00", "19.01. 17:30", "26.01. 22:00"]
    assert [each.is_exception for each in made.occurrences] == [False, True, True]
    assert [each.slot_starts_at for each in made.occurrences] == [
        EVENING.shift(n * WEEK).start for n in range(3)
    ]
    assert made.occurrences[2].ends_at == EVENING.shift(2 * WEEK + 5 * HOUR).end
    assert segments_of(made)[0].pattern.skip == {DATES[3]}


def test_what_is_skipped_or_waited_for_is_not_asked_for_even_where_it_is_taken(
    session: Any, town: Town
) -> None:
    room = make_room(approval="at_once")
    make_reservation(room, EVENING.shift(WEEK), EVENING.shift(2 * WEEK))
    made = ask(town, room, fixes=(Fix(DATES[1], FixKind.SKIP), Fix(DATES[2], FixKind.WAIT)))
    assert walls(made) == ["12.01. 18:00", "02.02. 18:00"]
    everything = tuple(Fix(on, FixKind.SKIP) for on in DATES)
    assert named(refused(lambda: ask(town, fixes=everything))) == [("no_dates_left", None)]


def test_dates_in_another_owners_room_are_a_companion_for_its_approvers(session: Any, town: Town) -> None:
    parish = make_organisation(name="Seurakunta")
    church = make_room(owner=parish, approval="at_once", terms_version=7)
    made = ask(town, fixes=(Fix(DATES[1], FixKind.ROOM, church.slug),))
    (link,) = session.scalars(select(Companion))
    companion = session.get(Reservation, link.reservation_id)
    assert (link.main_id, companion.room_id, companion.terms_version) == (made.id, church.id, 7)
    assert (companion.title, companion.organisation_id) == (made.title, made.organisation_id)
    assert companion.pattern is None
    assert [each.state for each in companion.occurrences] == ["confirmed"]
    assert len(made.occurrences) == 3


def test_a_series_that_lies_in_another_owners_room_as_a_whole_has_no_companion(
    session: Any, town: Town
) -> None:
    church = make_room()
    made = ask(town, fixes=tuple(Fix(on, FixKind.ROOM, church.slug) for on in DATES))
    assert {each.room_id for each in made.occurrences} == {made.room_id} == {church.id}
    assert count(session, Companion) == 0


def test_a_taken_date_in_another_owners_room_keeps_the_whole_series_from_being_made(
    session: Any, town: Town
) -> None:
    church = make_room(approval="at_once")
    make_reservation(church, EVENING.shift(WEEK))
    with pytest.raises(SlotTaken):
        ask(town, fixes=(Fix(DATES[1], FixKind.ROOM, church.slug),))
    assert count(session, Reservation) == 1
    with pytest.raises(NotFound):
        ask(town, fixes=(Fix(DATES[1], FixKind.ROOM, "ei-ole"),))


def test_the_rules_of_every_room_that_is_asked_for_hold(session: Any, town: Town) -> None:
    small = make_room(owner=town.owner, capacity=5, longest_minutes=60, most_active=1)
    fixes = (Fix(DATES[1], FixKind.ROOM, small.slug),)
    assert named(refused(lambda: ask(town, fixes=fixes, people=6))) == [
        ("too_many_people", DATES[1]),
        ("too_long", DATES[1]),
    ]
    hour = (Fix(DATES[1], FixKind.ROOM, small.slug, time(18), time(19)),)
    ask(town, fixes=hour)
    assert named(refused(lambda: ask(town, fixes=hour))) == [("too_many_active", None)]


def test_a_quota_counts_a_series_once(session: Any, town: Town) -> None:
    room = make_room(most_active=2)
    ask(town, room)
    ask(town, room, EVENING.shift(2 * HOUR))
    assert named(refused(lambda: ask(town, room, EVENING.shift(4 * HOUR)))) == [("too_many_active", None)]


def test_a_wall_clock_time_holds_over_both_changes_of_the_clocks(session: Any, town: Town) -> None:
    room = make_room(longest_ahead_months=14)
    made = ask(town, room, pattern=Pattern("weekly", count=52))
    assert {wall[7:] for wall in walls(made)} == {"18:00"}
    assert {each.starts_at.hour for each in made.occurrences} == {15, 16}


def test_a_date_on_which_the_clocks_skip_the_time_is_named_until_it_is_mended(
    session: Any, town: Town
) -> None:
    night = datetime(2027, 3, 14, 1, 30, tzinfo=ZoneInfo("UTC"))  # Sunday 03:30 in Helsinki
    use = Interval(night, night + HOUR)
    pattern = Pattern("weekly", count=3)
    gone = date(2027, 3, 28)
    assert named(refused(lambda: ask(town, use=use, pattern=pattern))) == [("missing_time", gone)]
    mended = (Fix(gone, FixKind.TIME, "", time(4, 30), time(5, 30)),)
    made = ask(town, use=use, pattern=pattern, fixes=mended)
    assert walls(made) == ["14.03. 03:30", "21.03. 03:30", "28.03. 04:30"]
    worse = (Fix(date(2027, 3, 21), FixKind.SKIP), Fix(gone, FixKind.TIME, "", time(3), time(5)))
    assert named(refused(lambda: ask(town, use=use, pattern=pattern, fixes=worse))) == [
        ("missing_time", gone)
    ]


def test_a_date_that_meets_an_earlier_one_with_its_turnaround_is_named(session: Any, town: Town) -> None:
    room = make_room(turnaround_minutes=23 * 60)
    daily = Pattern("daily", count=3)
    second, third = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    assert named(refused(lambda: ask(town, room, pattern=daily))) == [
        ("overlaps_itself", second),
        ("overlaps_itself", third),
    ]
    ask(town, room, pattern=daily, fixes=(Fix(second, FixKind.SKIP),))


@pytest.mark.parametrize("beside", [True, False])
def test_dates_that_were_moved_onto_each_other_are_named_over_shared_spaces_too(
    session: Any, town: Town, beside: bool
) -> None:
    half_a, half_b, whole = make_divisible_hall(approval="at_once")
    night = Interval(EVENING.start + 3 * HOUR, EVENING.end + 5 * HOUR)  # 21:00 to 01:00
    second = FIRST + timedelta(days=1)
    fixes = (Fix(second, FixKind.ROOM, (half_b if beside else whole).slug, time(0), time(2)),)

    def act() -> Reservation:
        return ask(town, half_a, night, pattern=Pattern("daily", count=2), fixes=fixes)

    if beside:
        assert walls(act()) == ["12.01. 21:00", "13.01. 00:00"]
    else:
        assert [code for code, _on in named(refused(act))] == ["overlaps_itself"]


def test_a_holiday_and_a_closed_date_are_named_and_can_be_left_out_of_the_pattern(
    session: Any, town: Town
) -> None:
    room = make_room(open_on_holidays=False)
    make_opening_exception(room, date(2027, 5, 11))
    may = Interval(*(datetime(2027, 5, 4, hour, tzinfo=ZoneInfo("UTC")) for hour in (15, 17)))
    pattern = Pattern("weekly", count=4, weekdays=frozenset({1, 3}))
    broken = refused(lambda: ask(town, room, may, pattern=pattern))
    assert named(broken) == [("closed_holiday", date(2027, 5, 6)), ("closed_exception", date(2027, 5, 11))]
    skipping = Pattern(
        "weekly",
        count=4,
        weekdays=frozenset({1, 3}),
        skip_holidays=True,
        skip=frozenset({date(2027, 5, 11)}),
    )
    assert walls(ask(town, room, may, pattern=skipping)) == ["04.05. 18:00", "13.05. 18:00", "18.05. 18:00"]


def test_the_school_breaks_of_the_asked_rooms_venue_are_left_out_on_request(session: Any, town: Town) -> None:
    make_school_break(DATES[1], DATES[2], venue=town.room.venue)
    pattern = Pattern("weekly", until=DATES[3], skip_school_breaks=True)
    assert walls(ask(town, pattern=pattern)) == ["12.01. 18:00", "02.02. 18:00"]
    assert len(ask(town, make_room(), pattern=pattern).occurrences) == 4


def test_dates_too_far_ahead_and_too_soon_are_each_named(session: Any, town: Town) -> None:
    room = make_room(longest_ahead_months=1, notice_minutes=9 * 24 * 60)
    broken = refused(lambda: ask(town, room, pattern=Pattern("weekly", count=6)))
    assert named(broken) == [
        ("too_soon", FIRST),
        ("too_far_ahead", date(2027, 2, 9)),
        ("too_far_ahead", date(2027, 2, 16)),
    ]


@pytest.mark.parametrize(
    ("pattern", "code", "field"),
    [
        (Pattern("weekly", until=FIRST - timedelta(days=1)), "until_before_start", "until"),
        (Pattern("daily", count=401), "too_many_dates", "count"),
        (Pattern("monthly", interval=900, count=3), "count_out_of_reach", "count"),
        (Pattern("weekly", count=1, skip=frozenset({FIRST})), "no_dates_left", "fix"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused_by_name(
    session: Any, town: Town, pattern: Pattern, code: str, field: str
) -> None:
    (broken,) = refused(lambda: ask(town, pattern=pattern))
    assert (broken.code, broken.field) == (code, field)


def test_a_year_of_dates_reads_no_more_often_than_four_and_writes_two_rows_each(
    session: Any, town: Town
) -> None:
    reads, writes = [], []
    for hours, times in ((0, 4), (2, 4), (4, 52)):
        room = make_room(approval="at_once", longest_ahead_months=14)
        with statements() as sent:
            ask(town, room, EVENING.shift(hours * HOUR), pattern=Pattern("weekly", count=times))
            session.flush()
        writes.append(sum(each.startswith("INSERT") for each in sent))
        reads.append(len(sent) - writes[-1])
    assert reads[1] == reads[2]
    assert writes[2] - writes[1] <= 2 * 48  # SQLite tells the ids of one row at a time
