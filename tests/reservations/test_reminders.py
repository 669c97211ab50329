"""Reminders: who hears when, what they are told, and that nobody hears it twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.reservations.decisions import expire_pending
from booking.reservations.models import Reservation
from booking.reservations.reminders import remind_approvers, remind_bookers
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.mail import leave, links, mail, posted
from tests.reservations.offering import LATER, offered
from tests.reservations.town import Town, kinds_of_mail, of_choir

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
DAY_BEFORE = EVENING.start - DAY


def confirmed(town: Town, *uses: Interval, **changes: Any) -> Reservation:
    return of_choir(town, *uses, state="confirmed", **changes)


# Before the use


@pytest.mark.parametrize(
    ("moment", "reminded"),
    [
        (DAY_BEFORE - timedelta(seconds=1), 0),
        (DAY_BEFORE, 1),
        (EVENING.start - timedelta(seconds=1), 1),
        (EVENING.start, 0),
        (EVENING.start + HOUR, 0),
    ],
)
def test_a_use_is_reminded_of_from_a_day_before_until_it_begins(
    session: Any, town: Town, moment: datetime, reminded: int
) -> None:
    reservation = confirmed(town)
    assert remind_bookers(now=moment) == reminded
    assert kinds_of_mail(session) == ["reminder"] * reminded
    assert reservation.occurrences[0].reminded_at == (moment if reminded else None)


def test_a_day_is_24_hours_also_when_the_clocks_change(session: Any, town: Town) -> None:
    sunday = datetime(2027, 10, 31, 16, tzinfo=UTC)  # 18:00 in winter time, a night of 25 hours before it
    confirmed(town, Interval(sunday, sunday + HOUR))
    assert remind_bookers(now=sunday - DAY - timedelta(seconds=1)) == 0
    assert remind_bookers(now=sunday - DAY) == 1  # 19:00 in summer time
    assert "su 31.10.2027 klo 18.00–19.00" in mail(session, "reminder").subject


def test_a_use_in_the_doubled_hour_is_reminded_of_at_its_own_time(session: Any, town: Town) -> None:
    second_three = datetime(2027, 10, 31, 1, tzinfo=UTC)
    confirmed(town, Interval(second_three, second_three + HOUR))
    assert remind_bookers(now=second_three - DAY - MINUTE) == 0
    assert remind_bookers(now=second_three - DAY) == 1


def test_nobody_is_reminded_twice(session: Any, town: Town) -> None:
    confirmed(town)
    assert [remind_bookers(now=DAY_BEFORE + each * MINUTE) for each in range(3)] == [1, 0, 0]
    assert kinds_of_mail(session) == ["reminder"]


def test_a_date_that_moves_is_reminded_of_anew(session: Any, town: Town) -> None:
    (occurrence,) = confirmed(town).occurrences
    remind_bookers(now=DAY_BEFORE)
    occurrence.starts_at += DAY
    occurrence.ends_at += DAY
    occurrence.reminded_at = None
    session.flush()
    assert remind_bookers(now=DAY_BEFORE + HOUR) == 0
    assert remind_bookers(now=DAY_BEFORE + DAY) == 1


@pytest.mark.parametrize(
    "state", ["pending", "declined", "withdrawn", "expired", "cancelled", "used", "no_show"]
)
def test_only_what_is_confirmed_is_reminded_of_and_nobody_else_learns_the_code(
    session: Any, town: Town, state: str
) -> None:
    town.room.access_instructions = "Ovikoodi 1234"
    of_choir(town, state=state)
    assert remind_bookers(now=DAY_BEFORE) == 0
    assert kinds_of_mail(session) == []


@pytest.mark.parametrize(("hours", "reminded"), [(1, 0), (2, 0), (3, 1)])
def test_who_was_told_of_it_within_three_hours_is_not_reminded_yet(
    session: Any, town: Town, hours: int, reminded: int
) -> None:
    (occurrence,) = confirmed(town).occurrences
    occurrence.changed_at = EVENING.start - 10 * HOUR
    session.flush()
    assert remind_bookers(now=EVENING.start - 10 * HOUR + hours * HOUR) == reminded


def test_each_date_of_a_series_is_reminded_of_by_itself(session: Any, town: Town) -> None:
    series = confirmed(town, *(EVENING.shift(week * WEEK) for week in range(3)))
    assert remind_bookers(now=DAY_BEFORE) == 1
    assert remind_bookers(now=DAY_BEFORE + WEEK) == 1
    assert [each.reminded_at is not None for each in series.occurrences] == [True, True, False]


def test_a_batch_is_small_and_the_next_takes_the_rest(
    session: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.reservations.reminders.DATES_AT_ONCE", 2)
    reservation = confirmed(town)
    for hours in (3, 6):
        make_occurrence(reservation, EVENING.shift(-hours * HOUR))
    assert [remind_bookers(now=DAY_BEFORE) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("language", "subject", "way_in"),
    [
        ("fi", "Karelia-sali, ti 12.1.2027 klo 18.00–20.00", "Ovikoodi 1234"),
        ("sv", "Karelensalen, tis 12.1.2027 kl. 18.00–20.00", "Ovikoodi 1234"),
        ("en", "Karelia Hall, Tue 12 Jan 2027, 18:00–20:00", "Ovikoodi 1234"),
    ],
)
def test_a_reminder_says_when_where_how_to_get_in_and_how_to_give_it_up(
    session: Any, town: Town, language: str, subject: str, way_in: str
) -> None:
    town.room.name_sv, town.room.name_en = "Karelensalen", "Karelia Hall"
    town.room.access_instructions = "  Avain on naulassa.\n\n\nOvikoodi 1234 "
    town.room.venue.street_address = "Virrankatu 1"
    town.booker.language = language
    session.flush()
    reservation = confirmed(town)
    reservation.occurrences[0].own_title = "Kenraaliharjoitus"
    remind_bookers(now=DAY_BEFORE)
    told = mail(session, "reminder")
    assert (told.recipient, told.language) == (town.booker.email, language)
    assert told.subject.endswith(subject)
    for part in ("Virrankatu 1", f"Avain on naulassa.\n{way_in}\n", "Kenraaliharjoitus"):
        assert part in told.body
    (link,) = links(told.body, "/give-up/")
    assert link.endswith(f"?lang={language}")
    assert f"http://localhost/reservations/{reservation.reference}" in told.body
    assert "\n\n\n" not in told.body
    assert not any(line != line.strip() for line in told.body.splitlines()), told.body


def test_before_the_deadline_the_link_cancels_and_after_it_gives_back(session: Any, town: Town) -> None:
    town.room.cancellation_days = 0
    session.flush()
    confirmed(town)
    remind_bookers(now=DAY_BEFORE)
    assert "peru aika" in mail(session, "reminder").body
    town.room.cancellation_days = 7
    session.flush()
    confirmed(town, EVENING.shift(WEEK))
    remind_bookers(now=DAY_BEFORE + WEEK)
    assert "luovuta aika takaisin" in posted(session, "reminder")[-1].body


def test_a_booker_who_is_only_a_member_by_now_is_told_whom_to_ask(session: Any, town: Town) -> None:
    confirmed(town)
    leave(session, town.booker, then=Role.MEMBER)
    remind_bookers(now=DAY_BEFORE)
    told = mail(session, "reminder")
    assert told.recipient == town.booker.email
    assert links(told.body, "/give-up/") == []
    assert "pyydä yhdistyksen varaajia" in told.body


def test_the_managers_are_reminded_when_the_booker_has_left(session: Any, town: Town) -> None:
    confirmed(town)
    leave(session, town.booker)
    remind_bookers(now=DAY_BEFORE)
    assert mail(session, "reminder").recipient == town.manager.email


# Requests that wait


@pytest.mark.parametrize(("age", "reminded"), [(3 * DAY, 0), (3 * DAY + timedelta(seconds=1), 1)])
def test_approvers_hear_of_a_request_that_has_waited_for_more_than_three_days(
    session: Any, town: Town, age: timedelta, reminded: int
) -> None:
    reservation = of_choir(town, created_at=NOW - age)
    assert remind_approvers(now=NOW) == reminded
    assert kinds_of_mail(session) == ["approver_reminder"] * reminded
    assert reservation.approvers_reminded_at == (NOW if reminded else None)


def test_they_hear_again_after_three_more_days_and_not_before(session: Any, town: Town) -> None:
    of_choir(town, created_at=NOW - 4 * DAY)
    moments = [NOW, NOW + HOUR, NOW + 3 * DAY - MINUTE, NOW + 3 * DAY, NOW + 3 * DAY + HOUR]
    assert [remind_approvers(now=moment) for moment in moments] == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("state", ["confirmed", "declined", "withdrawn", "expired", "cancelled"])
def test_what_awaits_no_decision_is_not_told(session: Any, town: Town, state: str) -> None:
    of_choir(town, state=state)
    of_choir(town, EVENING.shift(-4 * WEEK))  # pending, but begun: it is about to expire
    assert remind_approvers(now=NOW) == 0


def test_what_waits_for_an_answer_to_an_offer_is_not_told(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK), created_at=NOW - 4 * DAY)
    offered(town, series)
    assert remind_approvers(now=NOW) == 1
    told = mail(session, "approver_reminder").body
    assert "ti 19.1.2027" in told
    assert "ti 12.1.2027" not in told
    offered(town, series, LATER.shift(WEEK), date=1)
    assert remind_approvers(now=NOW + 3 * DAY) == 0


def test_each_approver_gets_one_mail_of_their_own_owners_requests(session: Any, town: Town) -> None:
    other = make_member(town.owner, Role.APPROVER, language="en")
    parish_hall = make_room(name="Seurakuntasali")
    make_reservation(parish_hall, state="pending")
    series = of_choir(town, *(EVENING.shift(week * WEEK) for week in range(3)), title="Kuoroharjoitus")
    of_choir(town, EVENING.shift(DAY), title="Salaseura", visibility="private")
    counts = [remind_approvers(now=NOW) for _ in range(3)]
    assert sorted(counts) == [0, 1, 2]
    assert counts[-1] == 0
    first, second = posted(session, "approver_reminder")
    assert (first.recipient, second.recipient) == (town.approver.email, other.email)
    assert first.subject == "2 pyyntöä on odottanut päätöstä yli kolme päivää"
    assert "Karelia-sali, ti 12.1.2027 klo 18.00–20.00 ja 2 muuta aikaa" in first.body
    assert "Kuoro Koskisointu: Kuoroharjoitus" in first.body
    assert "Kuoro Koskisointu: Salaseura" in first.body
    assert "Seurakuntasali" not in first.body
    assert links(first.body, "/approvals") == ["http://localhost/approvals"]
    assert "Tue 12 Jan 2027" in second.body
    assert "\n\n\n" not in first.body
    assert series.approvers_reminded_at == NOW


def test_a_long_list_is_cut_and_the_rest_counted(
    session: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.reservations.reminders.LISTED", 1)
    for _ in range(3):
        of_choir(town)
    assert remind_approvers(now=NOW) == 3
    assert "Lisäksi 2 muuta pyyntöä odottaa." in mail(session, "approver_reminder").body


def test_an_owner_without_approvers_holds_nobody_up(session: Any, town: Town) -> None:
    make_reservation(make_room(), state="pending")
    assert [remind_approvers(now=NOW) for _ in range(2)] == [1, 0]
    assert kinds_of_mail(session) == []


# Requests nobody decided


def test_a_series_that_expires_date_by_date_says_so_and_how_many_still_wait(session: Any, town: Town) -> None:
    of_choir(town, *(EVENING.shift(week * WEEK) for week in range(3)))
    for week in range(3):
        expire_pending(now=EVENING.start + week * WEEK)
    first, second, third = posted(session, "expired")
    assert first.subject == "Sarjan aika vanheni: Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert "Sarjan 2 muuta aikaa odottaa yhä päätöstä." in first.body
    assert "Sarjan 1 muu aika odottaa yhä päätöstä." in second.body
    assert "Sarjan muita aikoja tämä ei koske." in third.body


def test_a_single_request_expires_as_a_whole(session: Any, town: Town) -> None:
    of_choir(town)
    expire_pending(now=EVENING.start)
    told = mail(session, "expired")
    assert told.subject.startswith("Pyyntö vanheni: ")
    assert "Sarjan" not in told.body
