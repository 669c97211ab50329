"""Dates of an edit that are waited for, lie with another owner, or are one reservation too many."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.availability.fixes import Fix, FixKind
from booking.db import in_transaction
from booking.errors import RuleViolation
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.service import apply_edit, preview_edit
from booking.reservations.models import Companion, Reservation
from booking.reservations.series import segments_of
from booking.reservations.waiting.models import WaitingDate
from booking.timetable.pattern import Pattern
from tests.editing.conftest import EditedTown
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.town import kinds_of_mail, states

WEEK = timedelta(days=7)
TUESDAYS = [date(2027, 1, 12) + n * WEEK for n in range(6)]
THREE_WEEKS = Pattern("weekly", count=3)
FIVE_WEEKS = Pattern("weekly", until=TUESDAYS[4], weekdays=frozenset({1}))


def save(town: EditedTown, made: Reservation, **changes: Any) -> Reservation:
    edit = Edit(Scope.ALL, made.occurrences[0].id, **changes)
    actor = acting(town.people.booker)
    return in_transaction(lambda: apply_edit(made.reference, edit, actor=actor, now=NOW))


def test_a_new_date_that_is_taken_can_be_waited_for(town: EditedTown, session: Any) -> None:
    made = town.confirmed(THREE_WEEKS)
    make_reservation(town.people.room, EVENING.shift(4 * WEEK))
    edit = Edit(Scope.ALL, made.occurrences[0].id, pattern=FIVE_WEEKS)
    found = preview_edit(made.reference, edit, actor=acting(town.people.booker), now=NOW)
    (line,) = found.troubled
    assert line.found is not None
    assert [offer.fix.kind for offer in line.found.offers][-2:] == [FixKind.WAIT, FixKind.SKIP]
    save(town, made, pattern=FIVE_WEEKS, fixes=(Fix(TUESDAYS[4], FixKind.WAIT),))
    assert states(made) == ["confirmed"] * 3 + ["pending"]
    (waited,) = session.scalars(select(WaitingDate))
    assert (waited.state, waited.starts_at) == ("waiting", EVENING.start + 4 * WEEK)
    assert waited.entry.organisation_id == town.people.choir.id
    assert "waiting_joined" in kinds_of_mail(session)
    (segment,) = segments_of(made)
    assert segment.pattern.skip == {TUESDAYS[4]}


def test_dates_with_another_owner_are_not_asked_for_by_a_longer_series(
    town: EditedTown, session: Any
) -> None:
    make_room(slug="kirkkosali", name="Kirkkosali")
    fix = Fix(TUESDAYS[1], FixKind.ROOM, "kirkkosali")
    made = town.confirmed(THREE_WEEKS, fixes=(fix,))
    companion = session.get(Reservation, session.scalars(select(Companion.reservation_id)).one())
    assert [each.slot_starts_at.date() for each in companion.occurrences] == [TUESDAYS[1]]
    (segment,) = segments_of(made)
    save(town, made, pattern=Pattern("weekly", until=TUESDAYS[4], skip=segment.pattern.skip))
    assert [each.slot_starts_at.date() for each in made.occurrences] == [TUESDAYS[n] for n in (0, 2, 3, 4)]


def test_a_companion_is_edited_by_itself_and_gets_no_pattern(town: EditedTown, session: Any) -> None:
    chapel = make_room(slug="kirkkosali", name="Kirkkosali")
    make_room(slug="kappeli", name="Kappeli", owner=chapel.owner)
    fixes = tuple(Fix(TUESDAYS[n], FixKind.ROOM, "kirkkosali") for n in (1, 2))
    town.ask(THREE_WEEKS, fixes=fixes)
    companion = session.get(Reservation, session.scalars(select(Companion.reservation_id)).one())
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"pattern": FIVE_WEEKS}, "not_a_series"),
        ({"days": 1}, "nothing_changes"),  # each was chosen by itself, so each is an exception
    ]
    for more, code in refusals:
        with pytest.raises(RuleViolation) as refused:
            save(town, companion, **more)
        assert [each.code for each in refused.value.violations] == [code]
    edit = Edit(Scope.ONE, companion.occurrences[1].id, days=1, room="kappeli")
    apply_edit(companion.reference, edit, actor=acting(town.people.booker), now=NOW)
    assert companion.occurrences[1].starts_at == EVENING.start + 2 * WEEK + timedelta(days=1)
    assert companion.pattern is None


def test_a_room_takes_no_more_reservations_of_an_association_by_an_edit(
    town: EditedTown, session: Any
) -> None:
    town.studio.most_active = 1
    session.flush()
    town.ask(None, room_slug="studio", start=EVENING.start + 5 * WEEK, end=EVENING.end + 5 * WEEK)
    made = town.ask(THREE_WEEKS)
    with pytest.raises(RuleViolation) as refused:
        save(town, made, room="studio")
    assert [(each.code, each.field) for each in refused.value.violations] == [("too_many_active", "room")]
    town.studio.most_active = 2
    session.flush()
    save(town, made, room="studio")
    assert {each.room_id for each in made.occurrences} == {town.studio.id}


def test_an_edit_is_known_by_what_it_wants() -> None:
    pattern = Pattern(
        "weekly", until=TUESDAYS[4], weekdays=frozenset({0, 1, 2, 3}), skip=frozenset(TUESDAYS[:3])
    )
    again = Pattern(
        "weekly", until=TUESDAYS[4], weekdays=frozenset({3, 2, 1, 0}), skip=frozenset(TUESDAYS[2::-1])
    )
    fixes = (Fix(TUESDAYS[0], FixKind.SKIP), Fix(TUESDAYS[1], FixKind.KEEP))
    one = Edit(Scope.ALL, 7, pattern=pattern, fixes=fixes)
    assert one.mark == Edit(Scope.ALL, 7, pattern=again, fixes=fixes[::-1]).mark
    others = (
        Edit(Scope.ALL, 7, pattern=pattern),
        Edit(Scope.ALL, 8, pattern=pattern, fixes=fixes),
        Edit(Scope.ONE, 7),
    )
    assert len({one.mark, *(each.mark for each in others)}) == 4
