"""Calendars from outside: what they block, how they are followed, and what is never lost over it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.calendars.outside import service
from booking.calendars.outside.clashes import clashes_of, closures_met
from booking.calendars.outside.models import OutsideClash, OutsideEvent, OutsideFile, OutsideSource
from booking.calendars.outside.readings import Problem, Rules
from booking.calendars.outside.service import Asked, Got
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound
from booking.occupancy.models import Block, BlockDate, Claim, Occupancy
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current
from tests.calendars.outside.telling import (
    HOUR,
    SECRET,
    WEEK,
    added,
    heard,
    hours,
    reading,
    told,
    wanted,
    weeks,
)
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_divisible_hall
from tests.factories.users import acting
from tests.support.statements import statements


def held(session: Any) -> list[Interval]:
    """Return what blocks hold, by start."""
    rows = session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at)
        .join(Claim, Claim.id == Occupancy.claim_id)
        .where(Claim.kind == "block")
        .order_by(Occupancy.starts_at, Occupancy.space_id)
    )
    return [Interval(*row) for row in rows]


def ids(session: Any) -> dict[str, tuple[int, ...]]:
    """Return the rows of each event to come: its own, its block's, its date's and its claim's."""
    rows = session.execute(
        select(OutsideEvent.key, OutsideEvent.id, OutsideEvent.block_id, BlockDate.id, BlockDate.claim_id)
        .join(BlockDate, BlockDate.block_id == OutsideEvent.block_id)
        .order_by(OutsideEvent.key)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def asked_now(source: OutsideSource, actor: Any, now: datetime = NOW) -> Asked:
    """Take the source to be asked for."""
    return in_transaction(lambda: service.ask_now(source.id, actor=actor, now=now))


def source_of(session: Any) -> OutsideSource:
    return session.scalars(select(OutsideSource).execution_options(populate_existing=True)).one()


def test_an_added_calendar_blocks_what_is_free_and_waits_for_the_rest(
    session: Any, keeper: Any, hall: Any
) -> None:
    reservation = make_reservation(hall, hours(1, 2))
    added(keeper, hall, told("a", hours(0, 4)), told("b", hours(10, 11)))
    assert held(session) == [hours(0, 1), hours(2, 4), hours(10, 11)]
    actor = acting(keeper)
    in_transaction(lambda: cancel(reservation.reference, None, "Syy", actor=actor, now=NOW))
    assert held(session) == [hours(0, 1), hours(1, 2), hours(2, 4), hours(10, 11)]


def test_the_whole_hall_is_blocked_in_all_its_halves(session: Any, parish: Any, keeper: Any) -> None:
    _half, _other, whole = make_divisible_hall(owner=parish)
    added(keeper, whole, told("a"))
    assert held(session) == [EVENING, EVENING]


def test_what_does_not_change_keeps_its_rows_and_nothing_is_written(
    session: Any, keeper: Any, hall: Any
) -> None:
    source = added(keeper, hall, *weeks(5))
    before, version = ids(session), current(Scope.ROOM, [hall.id])
    audited = session.scalar(select(func.count()).select_from(AuditEntry))
    applied = heard(source, keeper, *weeks(5))
    assert applied.is_nothing
    assert (ids(session), current(Scope.ROOM, [hall.id])) == (before, version)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == audited


def test_a_moved_a_new_a_renamed_and_a_removed_event_change_and_the_rest_stays(
    session: Any, keeper: Any, hall: Any
) -> None:
    source = added(keeper, hall, *weeks(4))
    before, version = ids(session), current(Scope.ROOM, [hall.id])[hall.id]
    stays, moves, renames, _goes = weeks(4)
    later = told(moves.uid, EVENING.shift(WEEK + HOUR))
    applied = heard(
        source, keeper, stays, later, told(renames.uid, EVENING.shift(2 * WEEK), "Bändi"), told("uusi")
    )
    assert (applied.added, applied.moved, applied.retitled, applied.removed) == (1, 1, 1, 1)
    after = ids(session)
    kept = [key for key in after if after[key] == before.get(key)]
    same_block = [key for key in after if key in before and after[key][:2] == before[key][:2]]
    assert (len(after), len(kept), len(same_block)) == (4, 2, 3)
    assert held(session) == [EVENING, EVENING.shift(WEEK + HOUR), EVENING.shift(2 * WEEK)]
    assert sorted(session.scalars(select(Block.title))) == ["Bändi", "Kuoro", "Kuoro", "Kuoro"]
    assert current(Scope.ROOM, [hall.id])[hall.id] == version + 1
    assert len(set(session.scalars(select(Claim.id)))) == 4


def test_a_recurrence_is_followed_by_its_own_name(session: Any, keeper: Any, hall: Any) -> None:
    series = [told("sarja", EVENING.shift(n * WEEK), recurrence=f"r{n}") for n in range(3)]
    source = added(keeper, hall, *series)
    before = ids(session)
    heard(
        source, keeper, series[0], told("sarja", EVENING.shift(WEEK + 2 * HOUR), recurrence="r1"), series[2]
    )
    after = ids(session)
    assert after.keys() == before.keys()
    assert sum(after[key] == before[key] for key in after) == 2
    assert held(session)[1] == EVENING.shift(WEEK + 2 * HOUR)


def test_what_has_been_stays_and_only_the_future_follows(session: Any, keeper: Any, hall: Any) -> None:
    source = added(
        keeper,
        hall,
        told("eilen", EVENING),
        told("nyt", EVENING.shift(WEEK)),
        told("sitten", hours(400, 401)),
    )
    during = EVENING.start + WEEK + HOUR
    heard(source, keeper, now=during)
    assert held(session) == [EVENING, Interval(EVENING.start + WEEK, during)]
    assert session.scalars(select(OutsideEvent)).all() == []
    heard(source, keeper, told("eilen", hours(500, 501)), now=during)
    assert held(session) == [EVENING, Interval(EVENING.start + WEEK, during), hours(500, 501)]


def test_an_event_that_goes_on_can_be_made_longer(session: Any, keeper: Any, hall: Any) -> None:
    source = added(keeper, hall, told("nyt", EVENING))
    heard(source, keeper, told("nyt", hours(0, 5)), now=EVENING.start + HOUR)
    assert held(session) == [hours(0, 5)]
    heard(source, keeper, told("nyt", hours(0, 5)), now=EVENING.start + 2 * HOUR)
    assert held(session) == [hours(0, 5)]


def test_what_a_removed_calendar_gives_back_falls_to_who_wants_it_next(
    session: Any, keeper: Any, hall: Any
) -> None:
    source = added(keeper, hall, told("a", hours(0, 2)), told("b", hours(5, 6)))
    closure = make_block(hall, on=(hours(1, 3),))
    assert held(session) == [hours(0, 2), hours(2, 3), hours(5, 6)]
    actor = acting(keeper)
    in_transaction(lambda: service.remove(source.id, actor=actor, now=NOW))
    assert held(session) == [hours(1, 2), hours(2, 3)]
    assert session.scalars(select(Block.id)).all() == [closure.id]
    gone = source_of(session)
    assert (gone.address, gone.next_attempt_at, gone.removed_at) == ("", None, NOW)
    with pytest.raises(NotFound):
        service.find(source.id, actor)


def test_a_reading_that_comes_too_late_is_not_used(session: Any, keeper: Any, hall: Any) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    asked = asked_now(source, actor)
    again = asked_now(source, actor)
    late = Got(reading(told("b", hours(9, 10))))
    assert in_transaction(lambda: service.take_in(asked, late, now=NOW)) is None
    assert not in_transaction(lambda: service.note_failure(asked, [Problem(0, "x")], now=NOW))
    in_transaction(lambda: service.pause(source.id, actor=actor, now=NOW))
    assert in_transaction(lambda: service.take_in(again, late, now=NOW)) is None
    assert held(session) == [EVENING]


def test_a_calendar_that_empties_suddenly_is_asked_about_first(session: Any, keeper: Any, hall: Any) -> None:
    source = added(keeper, hall, *weeks(12))
    assert heard(source, keeper).emptied
    assert len(held(session)) == 12
    assert source_of(session).emptied_at == NOW
    assert heard(source, keeper, *weeks(11)).removed == 1
    assert source_of(session).emptied_at is None
    heard(source, keeper, told("viikko-3", EVENING.shift(3 * WEEK)))
    assert heard(source, keeper, accept_empty=True).removed == 11
    assert (held(session), source_of(session).emptied_at) == ([], None)


def test_a_failure_changes_nothing_but_the_state_and_waits_longer_each_time(
    session: Any, keeper: Any, hall: Any
) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    waits = []
    for n in range(9):
        now = NOW + n * HOUR
        asked = asked_now(source, actor)
        problems = [Problem(7, "bad", {"what": "x"})]
        in_transaction(partial(service.note_failure, asked, problems, now=now))
        waits.append((source_of(session).next_attempt_at - now).total_seconds() / 60)
    assert all(0.79 * 15 * 2**n <= wait <= 1.21 * 15 * 2**n for n, wait in enumerate(waits[:6]))
    assert waits[-1] <= 24 * 60 * 1.21
    failed = source_of(session)
    assert (failed.failing_since, failed.failing, failed.failures) == (NOW, [[7, "bad", {"what": "x"}]], 9)
    assert held(session) == [EVENING]
    heard(source, keeper, told("a"))
    assert (source_of(session).failing_since, source_of(session).failing) == (None, [])


@pytest.mark.parametrize(
    ("failures", "least", "most"), [(1, 12, 18), (2, 24, 36), (7, 768, 1152), (99, 1152, 1728)]
)
def test_the_wait_doubles_from_a_quarter_of_an_hour_to_a_day(failures: int, least: int, most: int) -> None:
    waits = [service.wait_after(failures, chance) / timedelta(minutes=1) for chance in (0, 1)]
    assert waits == [pytest.approx(least), pytest.approx(most)]


def test_clashes_are_listed_and_told_once_by_one_mail(
    session: Any, parish: Any, keeper: Any, hall: Any
) -> None:
    other = make_member(parish, Role.APPROVER)
    meets, asks = make_reservation(hall, hours(0, 1)), make_reservation(hall, hours(30, 31), state="pending")
    make_reservation(hall, hours(100, 101))
    source = added(keeper, hall, told("a", hours(0.5, 2)))
    (found,) = clashes_of([source.id], NOW)[source.id].conflicts
    assert found.occurrence.reservation_id == meets.id
    mails = session.scalars(select(OutboxMessage)).all()
    assert [each.recipient for each in mails] == [other.email]  # who added it has seen what it meets
    assert meets.title in mails[0].body
    assert SECRET not in mails[0].body
    heard(source, keeper, told("a", hours(0, 2)), told("b", hours(30, 32)), told("c", hours(29, 32)))
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()[1:]
    assert sorted(each.recipient for each in mails) == sorted([keeper.email, other.email])
    assert asks.title in mails[0].body
    assert meets.title not in mails[0].body
    heard(source, keeper, told("b", hours(30, 32)))
    assert len(session.scalars(select(OutsideClash)).all()) == 1
    heard(source, keeper, told("a", hours(0, 2)), told("b", hours(30, 32)))
    assert len(session.scalars(select(OutboxMessage)).all()) == 5


def test_a_closure_that_an_event_meets_is_listed(session: Any, keeper: Any, hall: Any) -> None:
    make_block(hall, on=(hours(0, 2), hours(50, 60)))
    (space,) = hall.spaces
    met = closures_met([space.id], [hours(1, 3), hours(60, 61)], NOW)
    assert [(each.kind, each.interval) for each in met] == [("closure", hours(0, 2))]


def test_titles_are_for_keepers_until_they_are_shown_to_all(session: Any, keeper: Any, hall: Any) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    assert session.scalars(select(Block.is_public)).all() == [False]
    before, version = ids(session), current(Scope.ROOM, [hall.id])[hall.id]
    shown = wanted(hall, is_public=True)
    in_transaction(lambda: service.change(source.id, shown, None, actor=actor, now=NOW))
    assert session.scalars(select(Block.is_public)).all() == [True]
    assert (ids(session), current(Scope.ROOM, [hall.id])[hall.id]) == (before, version + 1)


def test_a_file_is_kept_to_be_read_again_and_replaced_by_a_newer_one(
    session: Any, keeper: Any, hall: Any
) -> None:
    actor = acting(keeper)
    asks = wanted(hall, address="", file_name="sali.ics", rules=Rules(all_day="skip"))
    first, second = Got(reading(told("a")), content=b"first"), Got(reading(told("b")), content=b"second")
    source = in_transaction(lambda: service.add(asks, first, actor=actor, now=NOW))
    assert asked_now(source, actor).content == b"first"
    in_transaction(lambda: service.change(source.id, asks, second, actor=actor, now=NOW))
    asked = asked_now(source, actor)
    assert (asked.content, asked.rules) == (b"second", Rules(all_day="skip"))
    in_transaction(lambda: service.remove(source.id, actor=actor, now=NOW))
    assert session.scalars(select(OutsideFile)).all() == []


def test_once_a_day_all_of_it_is_asked_for_so_that_the_window_moves_on(
    session: Any, keeper: Any, hall: Any
) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    today, tomorrow = asked_now(source, actor), asked_now(source, actor, NOW + WEEK / 7)
    assert (today.etag, tomorrow.etag) == ('"1"', "")


def test_pausing_keeps_what_is_blocked_and_resuming_asks_at_once(
    session: Any, keeper: Any, hall: Any
) -> None:
    source, actor = added(keeper, hall, told("a")), acting(keeper)
    in_transaction(lambda: service.pause(source.id, actor=actor, now=NOW))
    heard(source, keeper, told("a"))
    assert source_of(session).is_paused
    assert held(session) == [EVENING]
    in_transaction(lambda: service.resume(source.id, actor=actor, now=NOW))
    assert source_of(session).next_attempt_at == NOW


def test_another_owners_people_find_and_add_nothing(session: Any, keeper: Any, hall: Any) -> None:
    source = added(keeper, hall, told("a"))
    stranger = acting(make_member(make_organisation(kind="city"), Role.APPROVER))
    for step in (service.find, service.for_change):
        with pytest.raises(NotFound):
            step(source.id, stranger)
    with pytest.raises(NotFound):
        service.ask_now(source.id, actor=stranger, now=NOW)
    with pytest.raises(Forbidden):
        service.add(wanted(hall), Got(reading()), actor=stranger, now=NOW)


def test_the_record_tells_nothing_of_the_address_or_the_events(session: Any, keeper: Any, hall: Any) -> None:
    source = added(keeper, hall, told("a"))
    heard(source, keeper, told("b", hours(5, 6), "Salainen kokous"))
    kept = repr([each.details for each in session.scalars(select(AuditEntry))])
    assert "kalenteri.example" not in kept
    assert "Salainen" not in kept


def test_many_events_come_and_go_in_a_handful_of_statements(session: Any, keeper: Any, hall: Any) -> None:
    actor, counts = acting(keeper), []
    assert catalogue().by_id[hall.id].owner_id  # read before anything is counted
    for number in (20, 500):
        many = [told(f"{number}-{n}", hours(2 * n, 2 * n + 1), f"Vuoro {n}") for n in range(number)]
        with statements() as sent:
            source = added(keeper, hall, *many)
        with statements() as going:
            in_transaction(partial(service.remove, source.id, actor=actor, now=NOW))
        counts.append((len(sent), len(going)))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 45
