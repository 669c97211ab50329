"""Joining the line: for what, by whom, at which place, and every reason for refusing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.actor import VISITOR
from booking.audit.service import history
from booking.availability.fixes import read_fix
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.organisations.models import Organisation
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Reservation
from booking.reservations.waiting.joining import ask_or_wait, join
from booking.reservations.waiting.models import WaitingEntry
from booking.reservations.waiting.queries import places
from booking.reservations.writing import REFERENCE_ALPHABET, REFERENCE_LENGTH
from booking.rooms.models import Room
from booking.timetable.pattern import Pattern
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.reservations.mail import mail
from tests.reservations.town import Town, of_choir
from tests.waiting.line import states, steps, take, the_date, wait, what_is_held

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def refused(work: Callable[[], object]) -> list[str]:
    """Return the codes of the rules that some work breaks; nothing is written then."""
    with pytest.raises(RuleViolation) as caught:
        work()
    return [each.code for each in caught.value.violations]


def test_joining_keeps_the_request_and_takes_nothing(session: Any, town: Town) -> None:
    take(town)
    entry = wait(
        town.booker,
        town.room,
        organisation=town.choir,
        title=" Konsertti ",
        people=24,
        contact="050 000 0000",
        note="Tuolit",
    )
    assert len(entry.reference) == REFERENCE_LENGTH
    assert set(entry.reference) <= set(REFERENCE_ALPHABET)
    assert (entry.title, entry.people, entry.note) == ("Konsertti", 24, "Tuolit")
    assert (entry.responsible, entry.contact) == (town.booker.name, "050 000 0000")
    assert (entry.user, entry.organisation, entry.room) == (town.booker, town.choir, town.room)
    date = the_date(entry)
    assert (date.starts_at, date.ends_at, date.state) == (EVENING.start, EVENING.end, "waiting")
    assert what_is_held(entry) == []
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1


def test_joining_is_recorded_by_ids_alone_and_told(session: Any, town: Town) -> None:
    take(town)
    first = wait(make_user(), town.room)
    entry = wait(town.booker, town.room, organisation=town.choir)
    assert steps(entry) == [("join", town.booker.id)]
    assert history("waiting", entry.id)[0].details == {"dates": [the_date(entry).id]}
    assert first.reference != entry.reference
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == town.booker.email)).one()
    assert told.subject == "Jonossa: Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert "Paikka jonossa: 2" in told.body
    assert f"http://localhost/waiting/{entry.reference}" in told.body
    assert (told.subject_kind, told.subject_id) == ("waiting", entry.id)


def test_what_is_free_is_not_waited_for(session: Any, town: Town) -> None:
    assert refused(lambda: wait(town.booker, town.room, organisation=town.choir)) == ["not_taken"]
    take(town, EVENING.shift(2 * HOUR))
    assert refused(lambda: wait(town.booker, town.room, organisation=town.choir)) == ["not_taken"]


def test_what_only_competes_is_not_waited_for_but_what_holds_is(session: Any, town: Town) -> None:
    make_reservation(town.room, state="pending")
    assert refused(lambda: wait(town.booker, town.room)) == ["not_taken"]
    town.room.pending_holds = True
    session.flush()
    make_reservation(town.room, EVENING.shift(HOUR), state="pending")
    assert states(wait(town.booker, town.room)) == ["waiting"]


def test_a_slot_of_which_a_part_or_the_cleaning_is_taken_can_be_waited_for(session: Any, town: Town) -> None:
    take(town, EVENING.shift(HOUR))
    assert states(wait(town.booker, town.room)) == ["waiting"]
    other = make_room(owner=town.owner, turnaround_minutes=30)
    take(town, EVENING.shift(2 * HOUR), room=other)
    assert states(wait(town.booker, other)) == ["waiting"]


def test_a_half_is_waited_for_while_the_whole_is_taken(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    take(town, room=whole)
    take(town, EVENING.shift(WEEK), room=half_b)
    assert states(wait(town.booker, half_a)) == ["waiting"]
    assert states(wait(town.booker, whole, EVENING.shift(WEEK))) == ["waiting"]
    assert refused(lambda: wait(town.booker, half_a, EVENING.shift(WEEK))) == ["not_taken"]


def test_nobody_waits_for_what_they_hold_themselves(session: Any, town: Town) -> None:
    of_choir(town, EVENING.shift(HOUR), state="confirmed")
    assert refused(lambda: wait(town.manager, town.room, organisation=town.choir)) == ["already_yours"]
    assert states(wait(town.booker, town.room)) == ["waiting"]  # for themselves: the choir holds it
    make_reservation(town.room, EVENING.shift(WEEK), booker=town.booker)
    assert refused(lambda: wait(town.booker, town.room, EVENING.shift(WEEK))) == ["already_yours"]
    assert states(wait(town.booker, town.room, EVENING.shift(WEEK), organisation=town.choir)) == ["waiting"]


def test_who_joins_twice_waits_once(session: Any, town: Town) -> None:
    take(town)
    first = wait(town.booker, town.room, organisation=town.choir)
    again = wait(town.manager, town.room, organisation=town.choir, title="Toinen", now=NOW + HOUR)
    assert again is first, "an association has one place in the line"
    alone = wait(town.booker, town.room)
    assert alone is not first
    assert wait(town.booker, town.room) is alone
    assert session.scalar(select(func.count()).select_from(WaitingEntry)) == 2
    assert steps(first) == [("join", town.booker.id)]


def test_a_series_joins_for_the_dates_that_it_does_not_wait_for_yet(session: Any, town: Town) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    take(town, *uses)
    first = wait(town.booker, town.room, uses[1])
    series = wait(town.booker, town.room, *uses)
    assert [date.starts_at for date in series.dates] == [uses[0].start, uses[2].start]
    assert wait(town.booker, town.room, uses[1]) is first


def test_a_free_date_of_a_series_is_named(session: Any, town: Town) -> None:
    take(town)
    with pytest.raises(RuleViolation) as caught:
        wait(town.booker, town.room, EVENING, EVENING.shift(WEEK))
    (broken,) = caught.value.violations
    assert (broken.code, str(broken.on)) == ("not_taken", "2027-01-19")
    assert session.scalar(select(func.count()).select_from(WaitingEntry)) == 0


def test_the_form_and_the_rooms_rules_are_those_of_asking(session: Any, town: Town) -> None:
    strict = make_room(
        owner=town.owner,
        capacity=10,
        who_may_book="associations",
        longest_minutes=60,
    )
    take(town, EVENING.shift(-HOUR), room=strict)
    assert refused(lambda: wait(town.booker, strict, title=" ", people=11)) == [
        "title_missing",
        "associations_only",
        "too_many_people",
        "too_long",
    ]
    for broken, now in (("in_the_past", EVENING.start + MINUTE), ("too_soon", EVENING.start - 119 * MINUTE)):
        other = make_room(owner=town.owner)
        take(town, room=other)
        assert refused(lambda room=other, at=now: wait(town.booker, room, now=at)) == [broken]


def test_who_may_not_book_may_not_wait(session: Any, town: Town) -> None:
    take(town)
    for person, organisation in ((town.member, town.choir), (town.booker, town.chess_club)):
        with pytest.raises(Forbidden):
            wait(person, town.room, organisation=organisation)
    with pytest.raises(Forbidden):
        join(request_for(town.room), [EVENING], actor=VISITOR, now=NOW)
    town.room.state = "draft"
    session.flush()
    with pytest.raises(NotFound):
        wait(town.booker, town.room)


def test_an_unbookable_room_has_no_line(session: Any, town: Town) -> None:
    nobodys, by_round = make_room(owner=None), make_room(owner=town.owner, approval="by_round")
    for room, code in ((nobodys, "owner_unknown"), (by_round, "by_round_only")):
        take(town, room=room)
        assert refused(lambda room=room: wait(town.booker, room)) == [code]


def test_the_place_in_the_line_counts_those_who_want_a_part_of_the_same(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    take(town, room=whole)
    take(town, EVENING.shift(2 * HOUR), room=whole)
    a, b = wait(make_user(), half_a), wait(make_user(), half_b)
    all_of_it = wait(make_user(), whole)
    late_a, later = wait(make_user(), half_a), wait(make_user(), half_a, EVENING.shift(2 * HOUR))
    dates = [the_date(entry) for entry in (a, b, all_of_it, late_a, later)]
    assert list(places(dates).values()) == [1, 1, 3, 3, 1]
    assert places([]) == {}


def series_request(town: Town, organisation: Organisation, room: Room, *fixes: str) -> Any:
    pattern = Pattern("weekly", weekdays=frozenset({1}), count=3)
    return request_for(
        room,
        organisation_slug=organisation.slug,
        pattern=pattern,
        fixes=tuple(read_fix(each) for each in fixes),
    )


def test_a_series_books_what_is_free_and_waits_for_what_is_chosen(session: Any, town: Town) -> None:
    take(town, EVENING.shift(WEEK))
    request = series_request(town, town.choir, town.room, "2027-01-19 wait")
    reservation, entry = in_transaction(lambda: ask_or_wait(request, actor=acting(town.booker), now=NOW))
    assert reservation is not None
    assert entry is not None
    assert [each.starts_at for each in reservation.occurrences] == [
        EVENING.start,
        EVENING.shift(2 * WEEK).start,
    ]
    assert the_date(entry).starts_at == EVENING.shift(WEEK).start
    assert mail(session, "waiting_joined").recipient == town.booker.email


def test_a_series_may_wait_for_every_date_and_an_ordinary_request_waits_for_none(
    session: Any, town: Town
) -> None:
    uses = [EVENING.shift(week * WEEK) for week in range(3)]
    taken = take(town, *uses)
    request = series_request(town, town.choir, town.room, *(f"{day} wait" for day in days(taken)))
    reservation, entry = in_transaction(lambda: ask_or_wait(request, actor=acting(town.booker), now=NOW))
    assert reservation is None
    assert entry is not None
    assert states(entry) == ["waiting"] * 3
    other = make_room(owner=town.owner)
    plain = request_for(other)
    reservation, entry = in_transaction(lambda: ask_or_wait(plain, actor=acting(town.booker), now=NOW))
    assert reservation is not None
    assert entry is None


def test_a_series_that_waits_for_a_free_date_books_nothing(session: Any, town: Town) -> None:
    request = series_request(town, town.choir, town.room, "2027-01-19 wait")
    with pytest.raises(RuleViolation):
        in_transaction(lambda: ask_or_wait(request, actor=acting(town.booker), now=NOW))
    assert session.scalar(select(func.count()).select_from(Reservation)) == 0


def days(reservation: Reservation) -> list[str]:
    return [each.starts_at.date().isoformat() for each in reservation.occurrences]
