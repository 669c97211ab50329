"""An edit that is saved: rows, claims, history, calendars and mail."""

from datetime import time
from typing import Any

import pytest

from booking.audit.service import history
from booking.availability.fixes import Fix, FixKind
from booking.errors import RuleViolation, SlotTaken
from booking.reservations.decisions import cancel, confirm, decline
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit, preview_edit
from booking.reservations.series import segments_of
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.editing.conftest import EditedTown
from tests.editing.saving import DAY, FOUR_WEEKS, HOUR, LATER, SHORTER, TUESDAYS, WEEK, evenings, save, uses
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.offering import of, rows
from tests.reservations.town import kinds_of_mail, last_step, states


def test_what_is_smaller_changes_at_once_and_keeps_its_name(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    before = [(each.id, each.uid, each.slot_starts_at, each.sequence) for each in made.occurrences]
    save(town, made, times=SHORTER)
    assert uses(made.occurrences) == [
        Interval(each.start, each.end - HOUR / 2) for each in evenings(0, 1, 2, 3)
    ]
    after = [(each.id, each.uid, each.slot_starts_at, each.sequence) for each in made.occurrences]
    assert after == [(*name, sequence + 1) for *name, sequence in before]
    assert rows(session) == of(town.people.room, *uses(made.occurrences))
    assert states(made) == ["confirmed"] * 4
    assert [f"{each.end:%H:%M}" for each in segments_of(made)] == ["19:30"]
    assert kinds_of_mail(session)[-2:] == ["edited", "edited_by_booker"]


def test_what_moves_awaits_consent_and_holds_both_times(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 2, Scope.FOLLOWING, times=LATER)
    assert uses(made.occurrences) == evenings(0, 1, 2, 3)
    assert [each.proposal is not None for each in made.occurrences] == [False, False, True, True]
    both = [Interval(each.start, each.end + HOUR) for each in evenings(2, 3)]
    assert rows(session) == of(town.people.room, *evenings(0, 1), *both)
    assert [each.sequence for each in made.occurrences] == [1] * 4, "calendars show nothing new yet"
    step = last_step(made)
    assert (step.action, step.details["scope"], step.details["kinds"]) == ("edit", "following", ["times"])
    assert [each["id"] for each in step.details["asked"]] == [each.id for each in made.occurrences[2:]]

    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    assert uses(made.occurrences) == evenings(0, 1) + evenings(2, 3, later=HOUR)
    assert [each.is_exception for each in made.occurrences] == [False] * 4
    assert [(each.start, each.first) for each in segments_of(made)] == [
        (time(18), TUESDAYS[0]),
        (time(19), TUESDAYS[2]),
    ]


def test_one_date_that_moves_is_an_exception_and_outlives_an_edit_of_the_series(town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 1, Scope.ONE, times=LATER, days=1)
    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    exception = made.occurrences[1]
    place = (exception.starts_at, exception.uid)
    assert place[0] == EVENING.start + WEEK + DAY + HOUR
    save(town, made, times=SHORTER)
    save(town, made, pattern=Pattern("weekly", 2, until=TUESDAYS[6]))
    assert (exception.starts_at, exception.uid) == place
    assert exception.state == "confirmed"
    assert states(made) == ["confirmed", "confirmed", "confirmed", "cancelled", "pending", "pending"]


def test_a_longer_pattern_asks_for_new_dates_only(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    cancel(made.reference, [made.occurrences[1].id], "", actor=acting(town.people.booker), now=NOW)
    save(town, made, pattern=Pattern("weekly", until=TUESDAYS[5]))
    assert states(made) == ["confirmed", "cancelled", "confirmed", "confirmed", "pending", "pending"]
    assert uses(made.occurrences) == evenings(0, 1, 2, 3, 4, 5)
    assert len({each.uid for each in made.occurrences}) == 6
    assert last_step(made).details["added"] == [each.id for each in made.occurrences[4:]]


def test_dropped_dates_are_cancelled_or_withdrawn_and_can_be_asked_for_anew(
    town: EditedTown, session: Any
) -> None:
    made = town.ask(FOUR_WEEKS)
    confirm(made.reference, [made.occurrences[2].id], actor=acting(town.people.approver), now=NOW)
    save(town, made, 2, Scope.FOLLOWING, pattern=Pattern("weekly", weekdays=frozenset({3, 4}), count=2))
    assert states(made)[:4] == ["pending", "pending", "cancelled", "withdrawn"]
    dropped = made.occurrences[2:4]
    assert [each.is_dropped for each in made.occurrences] == [False, False, True, True, False, False]
    assert [each.action for each in history("reservation", made.id)][-3:] == ["cancel", "withdraw", "edit"]
    assert rows(session) == []
    thursday = next(
        each for each in made.occurrences if each.state == "pending" and each.starts_at.weekday() == 3
    )
    save(
        town,
        made,
        made.occurrences.index(thursday),
        Scope.FOLLOWING,
        pattern=Pattern("dates", dates=(TUESDAYS[3],)),
    )
    session.refresh(made)
    asked_anew = [each for each in made.occurrences if each.slot_starts_at.date() == TUESDAYS[3]]
    assert [each.state for each in asked_anew] == ["withdrawn", "pending"]
    assert asked_anew[0] in dropped
    assert asked_anew[0].uid != asked_anew[1].uid


def test_a_pending_date_moves_at_once_to_what_is_free_and_claims_if_it_holds(
    town: EditedTown, session: Any
) -> None:
    holding = make_room(owner=town.people.owner, name="Sali", slug="sali", pending_holds=True)
    made = town.ask(FOUR_WEEKS)
    save(town, made, room="sali", times=LATER)
    assert uses(made.occurrences) == evenings(0, 1, 2, 3, later=HOUR)
    assert rows(session) == of(holding, *uses(made.occurrences))
    assert (states(made), made.room.slug) == (["pending"] * 4, "sali")
    save(town, made, times=Times(time(19, 30), time(21, 30)))
    assert rows(session) == of(holding, *uses(made.occurrences))


def test_a_request_that_goes_to_a_room_free_at_once_is_confirmed_there(
    town: EditedTown, session: Any
) -> None:
    made = town.ask(FOUR_WEEKS)
    save(town, made, 3, Scope.ONE, room="mokki")
    assert states(made) == ["pending"] * 3 + ["confirmed"]
    assert rows(session) == of(town.cabin, EVENING.shift(3 * WEEK))
    assert [each.action for each in history("reservation", made.id)][-2:] == ["confirm", "edit"]
    assert made.room.slug == "karelia-sali"


def test_a_rival_who_no_longer_fits_is_declined(town: EditedTown, session: Any) -> None:
    made = town.ask(None, room_slug="mokki")
    rival = make_reservation(town.people.room, EVENING.shift(HOUR), state="pending")
    save(town, made, 0, Scope.ONE, room="karelia-sali")
    assert states(rival) == ["pending"], "the move may still be declined"
    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    assert states(rival) == ["declined"]
    wide = make_reservation(town.cabin, EVENING.shift(4 * HOUR), state="pending")
    save(town, made, 0, Scope.ONE, room="mokki", times=Times(time(21), time(23)))
    assert states(wide) == ["declined"]


def test_what_is_taken_refuses_the_whole_edit_until_each_date_is_mended(
    town: EditedTown, session: Any
) -> None:
    made = town.confirmed(FOUR_WEEKS)
    for n, by in ((1, 2 * HOUR), (2, 2 * HOUR), (3, 2 * HOUR)):
        make_reservation(town.people.room, EVENING.shift(n * WEEK + by))
    before = rows(session)
    with pytest.raises(SlotTaken) as refused:
        save(town, made, times=LATER)
    assert list(refused.value.conflicts) == evenings(1, 2, 3, later=HOUR)
    assert rows(session) == before
    fixes = (
        Fix(TUESDAYS[1], FixKind.KEEP),
        Fix(TUESDAYS[2], FixKind.SKIP),
        Fix(TUESDAYS[3], FixKind.ROOM, "studio", time(19), time(21)),
    )
    found = preview_edit(
        made.reference,
        Edit(Scope.ALL, made.occurrences[0].id, times=LATER),
        actor=acting(town.people.booker),
        now=NOW,
    )
    assert [line.problem for line in found.lines] == ["", "taken", "taken", "taken"]
    assert [offer.fix.kind.value for offer in found.lines[1].found.offers] == [
        "time",
        "room",
        "room",
        "keep",
        "skip",
    ]
    save(town, made, times=LATER, fixes=fixes)
    assert states(made) == ["confirmed", "confirmed", "cancelled", "confirmed"]
    assert [each.is_exception for each in made.occurrences] == [False] * 4
    assert [bool(each.proposal and each.proposal.is_alone) for each in made.occurrences] == [
        False,
        False,
        False,
        True,
    ]
    assert [each.proposal is not None for each in made.occurrences] == [True, False, False, True]
    (segment,) = segments_of(made)
    assert segment.pattern.skip == {TUESDAYS[2]}
    # the date that was skipped does not come back with a longer series
    save(town, made, pattern=Pattern("weekly", until=TUESDAYS[4], skip=segment.pattern.skip))
    assert len(made.occurrences) == 5


def test_a_date_of_its_own_stands_in_nobodys_way_but_what_it_keeps_does(
    town: EditedTown, session: Any
) -> None:
    """Every day an hour later passes over its own old times; a move that awaits consent keeps the old."""
    town.cabin.longest_minutes = town.people.room.longest_minutes = 1440
    session.flush()
    daily = town.ask(Pattern("daily", count=3), end=EVENING.start + 23 * HOUR, room_slug="mokki")
    assert [each.ends_at - each.starts_at for each in daily.occurrences] == [23 * HOUR] * 3
    save(town, daily, times=Times(time(19), time(18), 1))
    assert [each.starts_at for each in daily.occurrences] == [
        EVENING.start + HOUR + n * DAY for n in range(3)
    ]
    hall = town.confirmed(Pattern("daily", count=2), end=EVENING.start + 24 * HOUR)
    with pytest.raises(RuleViolation) as refused:
        save(town, hall, times=Times(time(19), time(19), 1))
    assert [(each.code, each.on) for each in refused.value.violations] == [("overlaps_itself", TUESDAYS[0])]


def test_a_late_date_is_left_alone_in_a_series_and_refused_alone(town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    now = EVENING.start - 3 * DAY
    actor = acting(town.people.booker)
    alone = Edit(Scope.ONE, made.occurrences[0].id, times=SHORTER)
    with pytest.raises(RuleViolation) as refused:
        apply_edit(made.reference, alone, actor=actor, now=now)
    assert [each.code for each in refused.value.violations] == ["too_late_to_change"]
    apply_edit(made.reference, Edit(Scope.ALL, alone.date_id, times=SHORTER), actor=actor, now=now)
    assert [each.ends_at - each.starts_at for each in made.occurrences] == [2 * HOUR] + [1.5 * HOUR] * 3
    apply_edit(made.reference, Edit(Scope.ONE, alone.date_id, title="Vielä ehtii"), actor=actor, now=now)
    assert made.occurrences[0].title == "Vielä ehtii"


def test_a_single_reservation_is_edited_whole(town: EditedTown, session: Any) -> None:
    made = town.confirmed(None)
    save(town, made, 0, Scope.ALL, title="Konsertti", times=LATER, days=2, room="studio", note="Piano")
    (only,) = made.occurrences
    assert (made.title, only.own_title, made.note) == ("Konsertti", None, "Piano")
    assert (only.is_exception, only.proposal.starts_at) == (False, EVENING.start + 2 * DAY + HOUR)
    assert rows(session) == sorted(
        of(town.people.room, EVENING) + of(town.studio, EVENING.shift(2 * DAY + HOUR))
    )
    decline(made.reference, None, "Ei käy", actor=acting(town.people.approver), now=NOW)
    assert rows(session) == of(town.people.room, EVENING)
    with pytest.raises(RuleViolation) as refused:
        save(town, made, pattern=FOUR_WEEKS, times=LATER, room="studio", people=31)
    assert [each.code for each in refused.value.violations] == ["too_many_people"]
    with pytest.raises(RuleViolation) as refused:
        save(town, made)
    assert [each.code for each in refused.value.violations] == ["nothing_changes"]
