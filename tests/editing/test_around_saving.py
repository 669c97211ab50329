"""Around an edit that is saved: who may, what was looked at, words, calendars, mail and statements."""

from typing import Any

import pytest

from booking.availability.fixes import Fix, FixKind
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.reservations.decisions import cancel, confirm, decline
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.service import apply_edit, preview_edit
from booking.timetable.pattern import Pattern
from booking.versions.service import Scope as Counter
from booking.versions.service import current
from tests.editing.conftest import EditedTown
from tests.editing.saving import DAY, FOUR_WEEKS, HOUR, LATER, SHORTER, TUESDAYS, save, uses
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import mail
from tests.reservations.town import last_step
from tests.support.statements import statements


def test_titles_and_people_go_where_the_scope_says(town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 1, Scope.ONE, title="Kenraaliharjoitus")
    save(town, made, 2, Scope.FOLLOWING, title="Kevätharjoitus", people=25)
    assert [each.title for each in made.occurrences] == [
        "Harjoitus",
        "Kenraaliharjoitus",
        "Kevätharjoitus",
        "Kevätharjoitus",
    ]
    assert [each.people for each in made.occurrences] == [20, 20, 25, 25]
    assert [each.is_exception for each in made.occurrences] == [False] * 4
    assert [each.sequence for each in made.occurrences] == [1, 2, 2, 2]
    save(town, made, 0, Scope.ALL, title="Kuoro", note="Tuolit valmiiksi", visibility="private")
    assert [each.title for each in made.occurrences] == [
        "Kuoro",
        "Kenraaliharjoitus",
        "Kevätharjoitus",
        "Kevätharjoitus",
    ]
    assert (made.title, made.note, made.visibility) == ("Kuoro", "Tuolit valmiiksi", "private")
    with pytest.raises(RuleViolation) as refused:
        save(town, made, 0, Scope.FOLLOWING, note="Vain näille", people=60)
    assert [each.code for each in refused.value.violations] == ["only_for_all", "too_many_people"]


def test_only_the_bookers_side_may_edit_and_only_what_goes_on(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    edit = Edit(Scope.ONE, made.occurrences[0].id, times=SHORTER)
    for person, error in ((town.people.approver, Forbidden), (town.people.member, Forbidden)):
        with pytest.raises(error):
            apply_edit(made.reference, edit, actor=acting(person), now=NOW)
    with pytest.raises(NotFound):
        apply_edit(
            made.reference, Edit(Scope.ONE, 999999, times=SHORTER), actor=acting(town.people.booker), now=NOW
        )
    with pytest.raises(WrongState, match="already_begun"):
        apply_edit(made.reference, edit, actor=acting(town.people.booker), now=EVENING.start)
    elsewhere = make_room(slug="muualla")
    assert elsewhere.owner_id != town.people.owner.id
    with pytest.raises(RuleViolation) as refused:
        save(town, made, room="muualla")
    assert {each.code for each in refused.value.violations} == {"not_the_owners_room"}


def test_what_was_not_looked_at_is_not_saved(town: EditedTown) -> None:
    made, actor = town.confirmed(FOUR_WEEKS), acting(town.people.booker)
    edit = Edit(Scope.ALL, made.occurrences[0].id, times=SHORTER)
    seen = preview_edit(made.reference, edit, actor=actor, now=NOW).seen
    cancel(made.reference, [made.occurrences[3].id], "", actor=actor, now=NOW)
    with pytest.raises(WrongState, match="changed_meanwhile"):
        apply_edit(made.reference, edit, actor=actor, now=NOW, seen=seen)
    seen = preview_edit(made.reference, edit, actor=actor, now=NOW).seen
    apply_edit(made.reference, edit, actor=actor, now=NOW, seen=seen)
    assert made.occurrences[0].ends_at == EVENING.end - HOUR / 2


def test_both_sides_are_told_what_becomes_of_which_dates(town: EditedTown, session: Any) -> None:
    made = town.confirmed(FOUR_WEEKS)
    fixes = (Fix(TUESDAYS[2], FixKind.SKIP),)
    save(
        town, made, times=LATER, title="Konsertti", pattern=Pattern("weekly", until=TUESDAYS[4]), fixes=fixes
    )
    told, news = mail(session, "edited"), mail(session, "edited_by_booker")
    assert told.recipient == "varaaja@example.org"
    assert news.recipient == "paattaja@example.org"
    for body in (told.body, news.body):
        assert "ti 19.1.2027 klo 18.00–20.00, Karelia-sali\n→ ti 19.1.2027 klo 19.00–21.00" in body
        assert "odottavat päätöstä:\nti 9.2.2027 klo 19.00–21.00, Karelia-sali\n\n" in body
        assert "Perutut päivät:\nti 26.1.2027 klo 18.00–20.00, Karelia-sali\n\n" in body
        assert "Aika: ti 26.1." not in body
    assert "/approvals" in news.body
    assert made.occurrences[2].id not in last_step(made).details["occurrences"]


def test_the_calendars_of_old_and_new_rooms_are_told(town: EditedTown) -> None:
    made = town.ask(FOUR_WEEKS)
    rooms = [town.people.room.id, town.studio.id]
    before = current(Counter.ROOM, rooms)
    save(town, made, room="studio")
    after = current(Counter.ROOM, rooms)
    assert [after[each] - before[each] for each in rooms] == [1, 1]


def test_looking_takes_as_many_statements_for_many_dates_as_for_few(town: EditedTown, session: Any) -> None:
    counts = []
    for pattern, slug in (
        (Pattern("weekly", count=3), "karelia-sali"),
        (Pattern("weekly", count=40), "studio"),
    ):
        made = town.confirmed(pattern, room_slug=slug)
        edit = Edit(Scope.ALL, made.occurrences[0].id, times=LATER)
        session.expire_all()
        with statements() as sent:
            found = preview_edit(made.reference, edit, actor=acting(town.people.booker), now=NOW)
        assert len(found.lines) == pattern.count
        counts.append(len(sent))
    assert counts[0] == counts[1] < 12


def test_a_move_that_came_to_nothing_leaves_its_date_in_the_series(town: EditedTown) -> None:
    made, approver = town.confirmed(FOUR_WEEKS), acting(town.people.approver)
    save(town, made, 1, Scope.ONE, times=LATER)
    decline(made.reference, None, "Täynnä", actor=approver, now=NOW)
    save(town, made, 2, Scope.ONE, times=LATER)
    confirm(made.reference, None, actor=approver, now=NOW)
    assert [each.is_exception for each in made.occurrences] == [False, False, True, False]
    save(town, made, 0, Scope.ALL, times=SHORTER)
    shorter = [each.ends_at - each.starts_at == 1.5 * HOUR for each in made.occurrences]
    assert shorter == [True, True, False, True]


def test_while_a_date_waits_to_be_moved_alone_an_edit_of_the_series_leaves_it(town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 1, Scope.ONE, times=LATER)
    save(town, made, 0, Scope.ALL, times=SHORTER)
    assert made.occurrences[1].proposal is not None
    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    assert uses(made.occurrences)[1] == EVENING.shift(7 * DAY + HOUR)


def test_a_move_of_the_whole_series_makes_no_exceptions(town: EditedTown) -> None:
    made = town.confirmed(FOUR_WEEKS)
    save(town, made, 0, Scope.ALL, times=LATER)
    confirm(made.reference, None, actor=acting(town.people.approver), now=NOW)
    assert [each.is_exception for each in made.occurrences] == [False] * 4
