"""Three no-shows in a season: a warning, and a person's review. Never a ban."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import Forbidden, RuleViolation, WrongState
from booking.outbox.models import OutboxMessage
from booking.reservations.after_use.models import NoShowReview
from booking.reservations.after_use.review import Case, open_cases, review
from booking.reservations.after_use.service import Mark, mark
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.reservations.undoing.keeping import TIME_TO_UNDO
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import leave, mail, posted
from tests.reservations.town import Town, of_choir

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
NOW = EVENING.start + 6 * WEEK  # 23.2.2027
WINTER = date(2026, 9, 1)


def series(town: Town, count: int = 5, **changes: Any) -> Reservation:
    """Return a confirmed series of the choir, week by week."""
    return of_choir(
        town, *(EVENING.shift(week * WEEK) for week in range(count)), state="confirmed", **changes
    )


def leave_unused(
    town: Town, reservation: Reservation, *numbers: int, used: bool = False, now: datetime = NOW
) -> None:
    """Have the approver mark these dates of a reservation."""
    marks = [Mark(reservation.occurrences[number].id, used) for number in numbers]
    in_transaction(lambda: mark(reservation.reference, marks, actor=acting(town.approver), now=now))


def cases(town: Town, now: datetime = NOW) -> list[Case]:
    return open_cases([town.owner.id], now)


def look(town: Town, note: str = "Sovittu", now: datetime = NOW) -> NoShowReview:
    return review(town.owner.id, town.choir.id, WINTER, note, actor=acting(town.approver), now=now)


# The warning


def test_two_no_shows_are_nobodys_business(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1)
    assert posted(session, "no_show_warning") == []
    assert cases(town) == []


def test_the_third_warns_the_associations_booker_and_managers_once(session: Any, town: Town) -> None:
    other = make_member(town.choir, Role.MANAGER, language="en")
    reservation = series(town)
    for number in range(4):
        leave_unused(town, reservation, number)
    told = posted(session, "no_show_warning")
    assert {each.recipient for each in told} == {town.booker.email, town.manager.email, other.email}
    assert len(told) == 3
    (first,) = [each for each in told if each.recipient == town.booker.email]
    assert first.subject == "Kolmas vuoro jäi käyttämättä: Karelia-sali, ti 26.1.2027 klo 18.00–20.00"
    for day in ("12.1.2027", "19.1.2027", "26.1.2027"):
        assert f"Karelia-sali, ti {day} klo 18.00–20.00" in first.body
    assert "2.2.2027" not in first.body
    assert "Kuoro Koskisointu" in first.body
    assert "Palvelu ei estä varaamasta." in first.body
    assert "\n\n\n" not in first.body
    assert first.next_attempt_at == NOW + timedelta(seconds=TIME_TO_UNDO)
    (english,) = [each for each in told if each.recipient == other.email]
    assert "Tue 12 Jan 2027" in english.body


def test_three_at_once_warn_too(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2, 3)
    assert len(posted(session, "no_show_warning")) == 2


def test_only_the_managers_are_warned_when_the_booker_has_left(session: Any, town: Town) -> None:
    reservation = series(town)
    leave(session, town.booker)
    leave_unused(town, reservation, 0, 1, 2)
    assert mail(session, "no_show_warning").recipient == town.manager.email


def test_a_mark_that_is_mended_within_the_minute_takes_the_warning_back(session: Any, town: Town) -> None:
    reservation = series(town)
    leave_unused(town, reservation, 0, 1, 2)
    leave_unused(town, reservation, 2, used=True)
    assert posted(session, "no_show_warning") == []
    assert cases(town) == []
    leave_unused(town, reservation, 3)
    assert len(posted(session, "no_show_warning")) == 2


def test_other_seasons_owners_and_associations_are_counted_apart(session: Any, town: Town) -> None:
    summer = datetime(2027, 6, 1, 10, tzinfo=UTC)
    winter = series(town, 2)
    leave_unused(town, winter, 0, 1)
    later = of_choir(town, Interval(summer, summer + HOUR), state="confirmed")
    leave_unused(town, later, 0, now=summer + WEEK)
    elsewhere = series(town, 1, room=make_room(name="Seurakuntasali"))
    owner = elsewhere.room.owner
    assert owner is not None
    priest = make_member(owner, Role.APPROVER)
    in_transaction(
        lambda: mark(
            elsewhere.reference, [Mark(elsewhere.occurrences[0].id, False)], actor=acting(priest), now=NOW
        )
    )
    club = make_reservation(
        make_room(owner=town.owner), EVENING, booker=town.rival, organisation=town.chess_club
    )
    leave_unused(town, club, 0)
    assert session.query(OutboxMessage).count() == 0
    assert open_cases([town.owner.id, owner.id], summer + WEEK) == []


def test_the_seasons_change_at_midnight_on_the_wall_clock(session: Any, town: Town) -> None:
    midnight = datetime(2027, 5, 31, 21, tzinfo=UTC)  # 1.6.2027 at 00:00 in Helsinki
    late = [Interval(midnight - n * HOUR, midnight - (n - 1) * HOUR) for n in (3, 2, 1)]
    leave_unused(town, of_choir(town, *late, state="confirmed"), 0, 1, 2, now=midnight + WEEK)
    (found,) = cases(town, midnight + WEEK)
    assert found.season.first == WINTER
    summer = of_choir(town, Interval(midnight, midnight + HOUR), state="confirmed")
    leave_unused(town, summer, 0, now=midnight + WEEK)
    (found,) = cases(town, midnight + WEEK)
    assert len(found.no_shows) == 3


def test_who_books_alone_is_on_no_list(session: Any, town: Town) -> None:
    alone = make_reservation(
        town.room, *(EVENING.shift(week * WEEK) for week in range(4)), booker=town.booker
    )
    leave_unused(town, alone, 0, 1, 2, 3)
    assert posted(session, "no_show_warning") == []
    assert cases(town) == []


# The review


def test_three_no_shows_are_listed_with_their_dates(session: Any, town: Town) -> None:
    reservation = series(town)
    leave_unused(town, reservation, 0, 1, 3)
    (found,) = cases(town)
    assert (found.organisation, found.season.first) == ("Kuoro Koskisointu", WINTER)
    assert [each.start for each in found.no_shows] == [
        reservation.occurrences[number].starts_at for number in (0, 1, 3)
    ]
    assert found.reviewed is None


def test_a_review_clears_the_list_and_a_fourth_no_show_brings_it_back(session: Any, town: Town) -> None:
    reservation = series(town)
    leave_unused(town, reservation, 0, 1, 2)
    look(town, " Avain oli kateissa. ", now=NOW + HOUR)
    assert cases(town, NOW + 2 * HOUR) == []
    leave_unused(town, reservation, 3, now=NOW + 2 * HOUR)
    (found,) = cases(town, NOW + 2 * HOUR)
    assert len(found.no_shows) == 4
    assert found.reviewed is not None
    assert (found.reviewed.note, found.reviewed.who) == ("Avain oli kateissa.", town.approver.name)
    look(town, "", now=NOW + 3 * HOUR)
    assert cases(town, NOW + 3 * HOUR) == []
    assert session.query(NoShowReview).count() == 2


def test_a_used_date_marked_after_the_review_does_not_bring_it_back(session: Any, town: Town) -> None:
    reservation = series(town)
    leave_unused(town, reservation, 0, 1, 2)
    look(town, now=NOW + HOUR)
    leave_unused(town, reservation, 3, used=True, now=NOW + 2 * HOUR)
    assert cases(town, NOW + 3 * HOUR) == []


def test_last_seasons_case_can_still_be_reviewed_and_older_ones_are_past(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2)
    summer, next_winter = datetime(2027, 7, 1, tzinfo=UTC), datetime(2027, 9, 2, tzinfo=UTC)
    assert len(cases(town, summer)) == 1
    assert cases(town, next_winter) == []


def test_a_review_is_recorded_without_its_words(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2)
    look(town, "Salaisuus", now=NOW + HOUR)
    entry = history("organisation", town.choir.id)[-1]
    assert (entry.action, entry.actor_id) == ("review_no_shows", town.approver.id)
    assert entry.details == {"owner": town.owner.id, "season": "2026-09-01"}


def test_only_the_owners_approvers_review(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2)
    other = make_member(make_organisation(), Role.APPROVER)
    for person in (town.booker, town.manager, other, make_member(town.owner, Role.STAFF)):
        with pytest.raises(Forbidden):
            review(town.owner.id, town.choir.id, WINTER, "", actor=acting(person), now=NOW)


def test_what_is_reviewed_or_was_never_a_case_cannot_be_reviewed(session: Any, town: Town) -> None:
    with pytest.raises(WrongState):
        look(town)
    leave_unused(town, series(town), 0, 1, 2)
    look(town, now=NOW + HOUR)
    with pytest.raises(WrongState):
        look(town, now=NOW + HOUR)


def test_a_note_has_its_length(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2)
    with pytest.raises(RuleViolation):
        look(town, "a" * 501)
    assert look(town, "a" * 500).note == "a" * 500


def test_who_is_on_the_list_books_as_before(session: Any, town: Town) -> None:
    leave_unused(town, series(town), 0, 1, 2)
    request = request_for(town.room, EVENING.shift(20 * WEEK), organisation_slug=town.choir.slug)
    made = request_reservation(request, actor=acting(town.booker), now=NOW)
    assert made.occurrences[0].state == "pending"
