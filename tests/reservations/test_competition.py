"""What a decision does to others: those who competed lose, those nobody decided on expire, feeds are told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden
from booking.occupancy.models import Occupancy
from booking.reservations.changes import competing
from booking.reservations.decisions import (
    EXPIRED_AT_ONCE,
    cancel,
    confirm,
    decline,
    expire_pending,
    withdraw,
)
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.mail import posted
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def ask(town: Town, room: Room, use: Interval = EVENING) -> Reservation:
    """Have the choir's booker ask for a room by the service."""
    request = request_for(room, use, organisation_slug=town.choir.slug)
    return request_reservation(request, actor=acting(town.booker), now=NOW)


def test_confirming_one_declines_those_that_no_longer_fit(session: Any, town: Town) -> None:
    won = of_choir(town)
    same, earlier, later = (of_choir(town, EVENING.shift(shift)) for shift in (0 * HOUR, -HOUR, HOUR))
    beside, next_week = of_choir(town, EVENING.shift(2 * HOUR)), of_choir(town, EVENING.shift(WEEK))
    elsewhere = of_choir(town, room=make_room())
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    for lost in (same, earlier, later):
        assert states(lost) == ["declined"]
        step = last_step(lost)
        assert (step.action, step.actor_id) == ("lose", None)
        assert lost.occurrences[0].sequence == 1
    for kept in (beside, next_week, elsewhere):
        assert states(kept) == ["pending"]
        assert history("reservation", kept.id) == []
    assert kinds_of_mail(session) == ["confirmed", "competing_lost", "competing_lost", "competing_lost"]


def test_the_turnaround_of_each_counts_in_the_competition(session: Any, town: Town) -> None:
    town.room.turnaround_minutes = 60
    won, before, after = (of_choir(town, EVENING.shift(hours * HOUR)) for hours in (0, -2, 2))
    far = of_choir(town, EVENING.shift(3 * HOUR))
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    assert states(before) == states(after) == ["declined"]
    assert states(far) == ["pending"]
    for told in posted(session, "competing_lost"):  # nobody else got it: the cleaning is in the way
        assert told.subject.startswith("Aika ei ole enää vapaa: ")
        assert "niin lähelle, että pyydetty aika ei enää mahdu" in told.body


def test_a_long_use_loses_to_a_short_one_inside_it(session: Any, town: Town) -> None:
    town.room.longest_minutes = 14 * 24 * 60
    long = of_choir(town, Interval(EVENING.start - 13 * DAY, EVENING.start + DAY))
    short = of_choir(town)
    confirm(short.reference, None, actor=acting(town.approver), now=NOW)
    assert states(long) == ["declined"]


def test_confirming_a_half_declines_the_whole_and_leaves_the_other_half(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    first, other, all_of_it = (ask(town, room) for room in (half_a, half_b, whole))
    assert [each.reservation for each in competing(first.occurrences[0])] == [all_of_it]
    assert {each.reservation for each in competing(all_of_it.occurrences[0])} == {first, other}
    confirm(first.reference, None, actor=acting(town.approver), now=NOW)
    assert (states(other), states(all_of_it)) == (["pending"], ["declined"])
    confirm(other.reference, None, actor=acting(town.approver), now=NOW)
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 2


def test_competing_requests_are_shown_oldest_first(session: Any, town: Town) -> None:
    wish = of_choir(town)
    younger = of_choir(town, created_at=NOW - 2 * HOUR)
    older = of_choir(town, created_at=NOW - 3 * HOUR)
    assert [each.reservation for each in competing(wish.occurrences[0])] == [older, younger]


def test_one_mail_tells_of_all_dates_that_one_reservation_lost(session: Any, town: Town) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    lost, won = of_choir(town, *uses), of_choir(town, *uses[:2])
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    assert states(lost) == ["declined", "declined", "pending"]
    assert kinds_of_mail(session) == ["confirmed", "competing_lost"]
    assert last_step(lost).details["occurrences"] == [each.id for each in lost.occurrences[:2]]


def test_a_series_does_not_compete_with_itself(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(3 * HOUR))
    town.room.turnaround_minutes = 0
    assert competing(series.occurrences[0]) == []


# Time goes by


def test_a_request_nobody_decided_expires_when_it_begins(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    due, coming = of_choir(town), of_choir(town, EVENING.shift(2 * HOUR))
    assert expire_pending(now=EVENING.start - timedelta(seconds=1)) == 0
    assert expire_pending(now=EVENING.start) == 1
    assert (states(due), states(coming)) == (["expired"], ["pending"])
    assert due.occurrences[0].claim_id is None
    assert coming.occurrences[0].claim_id is not None
    step = last_step(due)
    assert (step.action, step.actor_id, step.at) == ("expire", None, EVENING.start)
    assert kinds_of_mail(session) == ["expired"]
    assert expire_pending(now=EVENING.start) == 0


def test_expiry_leaves_what_is_decided_and_takes_a_series_at_a_time(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(DAY))
    make_occurrence(series, EVENING.shift(WEEK), state="pending")
    make_occurrence(series, EVENING.shift(-DAY), state="declined")
    of_choir(town, EVENING.shift(HOUR), state="confirmed")
    assert expire_pending(now=EVENING.start + 2 * DAY) == 2
    assert kinds_of_mail(session) == ["expired"]
    assert len(history("reservation", series.id)) == 1


def test_expiry_takes_so_many_at_a_time(session: Any, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.reservations.decisions.EXPIRED_AT_ONCE", 2)
    assert EXPIRED_AT_ONCE > 2
    for hours in range(3):
        of_choir(town, EVENING.shift(hours * HOUR))
    later = EVENING.start + DAY
    assert [expire_pending(now=later) for _ in range(3)] == [2, 1, 0]


# What feeds are told


def versions(town: Town, rooms: list[Room]) -> dict[tuple[Scope, int], int]:
    """Return the counters of these rooms, of the town's associations and of its people."""
    of = {
        Scope.ROOM: [room.id for room in rooms],
        Scope.ORGANISATION: [town.choir.id, town.chess_club.id],
        Scope.USER: [town.booker.id, town.rival.id, town.approver.id],
    }
    return {(scope, key): value for scope, ids in of.items() for key, value in current(scope, ids).items()}


def test_a_change_raises_the_versions_of_every_calendar_that_shows_it(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    rooms = [half_a, half_b, whole, town.room]
    steps: list[Callable[[], object]] = [
        lambda: ask(town, half_a),
        lambda: confirm(latest(session), None, actor=acting(town.approver), now=NOW),
        lambda: cancel(latest(session), None, "Syy", actor=acting(town.booker), now=NOW),
        lambda: ask(town, half_a),
        lambda: decline(latest(session), None, "Syy", actor=acting(town.approver), now=NOW),
        lambda: ask(town, half_a),
        lambda: withdraw(latest(session), None, actor=acting(town.booker), now=NOW),
        lambda: ask(town, half_a),
        lambda: expire_pending(now=EVENING.start),
    ]
    for step in steps:
        before = versions(town, rooms)
        in_transaction(step)
        raised = {key for key, value in versions(town, rooms).items() if value > before[key]}
        assert raised == {
            (Scope.ROOM, half_a.id),
            (Scope.ROOM, whole.id),
            (Scope.ORGANISATION, town.choir.id),
            (Scope.USER, town.booker.id),
        }


def latest(session: Any) -> str:
    return str(session.scalar(select(Reservation.reference).order_by(Reservation.id.desc()).limit(1)))


def test_the_losers_calendars_are_told_too(session: Any, town: Town) -> None:
    lost = make_reservation(town.room, state="pending", booker=town.rival, organisation=town.chess_club)
    won = of_choir(town)
    before = versions(town, [town.room])
    in_transaction(lambda: confirm(won.reference, None, actor=acting(town.approver), now=NOW))
    after = versions(town, [town.room])
    assert states(lost) == ["declined"]
    for key in [(Scope.ORGANISATION, town.chess_club.id), (Scope.USER, town.rival.id)]:
        assert after[key] > before[key]


def test_a_refused_step_raises_no_version(session: Any, town: Town) -> None:
    reservation = of_choir(town)
    before = versions(town, [town.room])
    with pytest.raises(Forbidden):
        in_transaction(lambda: confirm(reservation.reference, None, actor=acting(town.booker), now=NOW))
    assert versions(town, [town.room]) == before
