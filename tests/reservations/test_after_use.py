"""After the use: who marks what, when, and what stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.occupancy.models import Occupancy
from booking.reservations.after_use.queries import count_to_mark, to_mark, to_mark_by_booker
from booking.reservations.after_use.service import CROWD, Mark, mark
from booking.reservations.models import Reservation
from booking.versions.service import Scope, current
from tests.factories.organisations import make_member, make_membership
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
AFTER = EVENING.end + HOUR


def past(town: Town, **changes: Any) -> Reservation:
    return of_choir(town, state=changes.pop("state", "confirmed"), **changes)


def marks(reservation: Reservation, used: bool = True, attendance: int | None = None) -> list[Mark]:
    return [Mark(each.id, used, attendance) for each in reservation.occurrences]


@pytest.mark.parametrize(
    ("used", "attendance", "state", "step", "kept"),
    [
        (True, 24, "used", "mark_used", 24),
        (True, None, "used", "mark_used", None),
        (True, 0, "used", "mark_used", 0),
        (False, None, "no_show", "mark_no_show", 0),
        (False, 0, "no_show", "mark_no_show", 0),
    ],
)
def test_a_date_is_marked_with_who_when_and_how_many(
    session: Any, town: Town, used: bool, attendance: int | None, state: str, step: str, kept: int | None
) -> None:
    reservation = past(town)
    mark(reservation.reference, marks(reservation, used, attendance), actor=acting(town.booker), now=AFTER)
    (date,) = reservation.occurrences
    assert (date.state, date.attendance, date.sequence, date.changed_at) == (state, kept, 1, AFTER)
    entry = last_step(reservation)
    assert (entry.action, entry.actor_id, entry.at) == (step, town.booker.id, AFTER)
    assert entry.details == {"occurrences": [date.id], "by": "booker"}
    assert kinds_of_mail(session) == []


def test_a_no_show_frees_no_past_time_and_calendars_are_told(session: Any, town: Town) -> None:
    reservation = past(town)
    claim = reservation.occurrences[0].claim_id
    held = select(Occupancy.claim_id, Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
    rows, version = session.execute(held).all(), current(Scope.ROOM, [town.room.id])[town.room.id]
    wanted, approver = marks(reservation, used=False), acting(town.approver)
    in_transaction(lambda: mark(reservation.reference, wanted, actor=approver, now=EVENING.start))
    assert reservation.occurrences[0].claim_id == claim is not None
    assert session.execute(held).all() == rows
    assert current(Scope.ROOM, [town.room.id])[town.room.id] == version + 1


def test_only_what_has_begun_is_marked(session: Any, town: Town) -> None:
    reservation = past(town)
    with pytest.raises(WrongState) as refused:
        mark(
            reservation.reference,
            marks(reservation),
            actor=acting(town.booker),
            now=EVENING.start - timedelta(seconds=1),
        )
    assert refused.value.code == "not_begun"
    mark(reservation.reference, marks(reservation), actor=acting(town.booker), now=EVENING.start)
    assert states(reservation) == ["used"]


@pytest.mark.parametrize("state", ["pending", "declined", "withdrawn", "expired", "cancelled"])
@pytest.mark.parametrize("used", [True, False])
def test_what_never_took_place_is_not_marked(session: Any, town: Town, state: str, used: bool) -> None:
    reservation = past(town, state=state)
    with pytest.raises(WrongState):
        mark(reservation.reference, marks(reservation, used), actor=acting(town.approver), now=AFTER)
    assert states(reservation) == [state]


def test_the_bookers_side_and_the_owners_approvers_mark_and_nobody_else(session: Any, town: Town) -> None:
    for person in (town.booker, town.manager, make_member(town.choir, Role.BOOKER), town.approver):
        reservation = past(town)
        mark(reservation.reference, marks(reservation), actor=acting(person), now=AFTER)
        assert states(reservation) == ["used"]
        assert last_step(reservation).details["by"] == ("owner" if person is town.approver else "booker")
        session.delete(reservation.occurrences[0])  # its time can be had again
        session.execute(Occupancy.__table__.delete())
    other = make_room().owner
    assert other is not None
    public = past(town)
    for person in (
        town.member,
        town.rival,
        make_user(is_admin=True),
        make_member(other, Role.APPROVER),
        make_member(town.owner, Role.STAFF),
    ):
        with pytest.raises(Forbidden):
            mark(public.reference, marks(public), actor=acting(person), now=AFTER)
    hidden = past(town, room=make_room(owner=town.owner), visibility="private")
    with pytest.raises(NotFound):
        mark(hidden.reference, marks(hidden), actor=acting(town.rival), now=AFTER)


def test_a_wrong_mark_is_mended_by_who_made_it(session: Any, town: Town) -> None:
    reservation, booker = past(town), acting(town.booker)
    for used, attendance in ((True, 12), (False, None), (True, 14)):
        mark(reservation.reference, marks(reservation, used, attendance), actor=booker, now=AFTER)
    (date,) = reservation.occurrences
    assert (date.state, date.attendance, date.sequence) == ("used", 14, 3)


def test_a_number_is_mended_without_a_new_state(session: Any, town: Town) -> None:
    reservation, booker = past(town), acting(town.booker)
    mark(reservation.reference, marks(reservation, True, 12), actor=booker, now=AFTER)
    mark(reservation.reference, marks(reservation, True, 21), actor=booker, now=AFTER)
    (date,) = reservation.occurrences
    assert (date.state, date.attendance, date.sequence) == ("used", 21, 1)
    assert [each.action for each in history("reservation", reservation.id)] == ["mark_used", "mark_used"]


def test_marking_the_same_twice_leaves_one_step(session: Any, town: Town) -> None:
    reservation = past(town)
    for _ in range(2):
        mark(reservation.reference, marks(reservation, True, 12), actor=acting(town.booker), now=AFTER)
    assert len(history("reservation", reservation.id)) == 1


def test_what_an_approver_has_marked_the_bookers_side_cannot_change(session: Any, town: Town) -> None:
    reservation = past(town)
    mark(reservation.reference, marks(reservation, True), actor=acting(town.booker), now=AFTER)
    mark(reservation.reference, marks(reservation, False), actor=acting(town.approver), now=AFTER)
    with pytest.raises(Forbidden) as refused:
        mark(reservation.reference, marks(reservation, True), actor=acting(town.booker), now=AFTER)
    assert refused.value.code == "marked_by_owner"
    mark(reservation.reference, marks(reservation, False), actor=acting(town.booker), now=AFTER)  # as it is
    assert states(reservation) == ["no_show"]
    mark(reservation.reference, marks(reservation, True), actor=acting(town.approver), now=AFTER)
    assert states(reservation) == ["used"]


def test_who_is_both_marks_as_the_owner(session: Any, town: Town) -> None:
    make_membership(town.approver, town.choir, Role.BOOKER)
    reservation = past(town)
    mark(reservation.reference, marks(reservation), actor=acting(town.approver), now=AFTER)
    assert last_step(reservation).details["by"] == "owner"


@pytest.mark.parametrize(
    ("capacity", "attendance", "fits"),
    [(50, 100, True), (50, 101, False), (50, -1, False), (None, CROWD, True), (None, CROWD + 1, False)],
)
def test_attendance_can_be_twice_what_the_room_takes(
    session: Any, town: Town, capacity: int | None, attendance: int, fits: bool
) -> None:
    town.room.capacity = capacity
    session.flush()
    reservation = past(town)
    wanted = marks(reservation, True, attendance)
    if fits:
        mark(reservation.reference, wanted, actor=acting(town.booker), now=AFTER)
        assert reservation.occurrences[0].attendance == attendance
        return
    with pytest.raises(RuleViolation) as refused:
        mark(reservation.reference, wanted, actor=acting(town.booker), now=AFTER)
    (broken,) = refused.value.violations
    assert (broken.code, broken.field) == (
        "attendance_impossible",
        f"attendance-{reservation.occurrences[0].id}",
    )
    assert states(reservation) == ["confirmed"]


def test_nobody_came_to_a_no_show(session: Any, town: Town) -> None:
    reservation = past(town)
    with pytest.raises(RuleViolation) as refused:
        mark(reservation.reference, marks(reservation, False, 5), actor=acting(town.booker), now=AFTER)
    assert [each.code for each in refused.value.violations] == ["attendance_of_no_show"]


def test_some_dates_of_a_series_are_marked_and_the_rest_stay(session: Any, town: Town) -> None:
    series = of_choir(town, *(EVENING.shift(week * WEEK) for week in range(4)), state="confirmed")
    ids = [each.id for each in series.occurrences]
    wanted = [Mark(ids[0], True, 20), Mark(ids[1], False), Mark(ids[2], True)]
    mark(series.reference, wanted, actor=acting(town.booker), now=AFTER + 2 * WEEK)
    assert states(series) == ["used", "no_show", "used", "confirmed"]
    other = past(town, room=make_room(owner=town.owner))
    with pytest.raises(NotFound):
        mark(series.reference, marks(other), actor=acting(town.booker), now=AFTER)


# What is left to mark


def test_what_is_to_be_marked_has_ended_lately_and_is_still_confirmed(session: Any, town: Town) -> None:
    now = EVENING.end + 60 * DAY
    too_old = of_choir(town, EVENING, state="confirmed")
    old = of_choir(town, EVENING.shift(HOUR * 3), state="confirmed")
    going_on = of_choir(town, EVENING.shift(60 * DAY + HOUR), state="confirmed")
    for week, state in enumerate(["used", "no_show", "cancelled", "pending"], start=1):
        of_choir(town, EVENING.shift(week * WEEK), state=state)
    listed = to_mark([town.owner.id], now, limit=20, offset=0)
    assert [each.reference for each in listed] == [old.reference]
    assert count_to_mark([town.owner.id], now) == 1
    assert [each.reference for each in to_mark_by_booker(acting(town.manager), now, limit=9)] == [
        old.reference
    ]
    assert too_old.reference != going_on.reference


def test_everybody_is_asked_about_their_own(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK), state="confirmed")
    personal = make_reservation(town.room, EVENING.shift(HOUR * 3), booker=town.booker)
    elsewhere = make_reservation(make_room(), booker=town.rival, organisation=town.chess_club)
    now = AFTER + WEEK

    def asked(actor: Any) -> list[tuple[str, int]]:
        return [(each.reference, each.count) for each in to_mark_by_booker(actor, now, limit=9)]

    assert asked(acting(town.booker)) == [(series.reference, 2), (personal.reference, 1)]
    assert asked(acting(town.manager)) == [(series.reference, 2)]
    assert asked(acting(town.member)) == []
    assert asked(acting(town.rival)) == [(elsewhere.reference, 1)]
    assert count_to_mark([town.owner.id], now) == 3
    latest_first = [each.start for each in to_mark([town.owner.id], now, limit=9, offset=0)]
    assert latest_first == sorted(latest_first, reverse=True)
    assert to_mark([town.owner.id], NOW, limit=9, offset=0) == []
