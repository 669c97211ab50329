"""A series is decided date by date: all of it, a part, or what is left; nothing by halves."""

from datetime import timedelta
from typing import Any

import pytest

from booking.audit.service import history
from booking.db import in_transaction
from booking.errors import NotFound, SlotTaken, WrongState
from booking.reservations.changes import competing_with, lose_competitors
from booking.reservations.decisions import confirm, decline, expire_pending, withdraw
from booking.reservations.models import Reservation
from booking.reservations.proposals import accept
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import every_day, make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.mail import links, mail, posted
from tests.reservations.offering import DAY, HOUR, LATER, WEEK, of, offered, rows
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states
from tests.support.statements import statements


def weekly(town: Town, count: int, **changes: Any) -> Reservation:
    """Return the choir's request for so many evenings, a week apart."""
    return of_choir(town, *(EVENING.shift(n * WEEK) for n in range(count)), **changes)


def evenings(*weeks: int) -> list[Interval]:
    return [EVENING.shift(n * WEEK) for n in weeks]


def ids(series: Reservation, *numbers: int) -> list[int]:
    return [series.occurrences[n].id for n in numbers]


def test_eighteen_are_confirmed_one_is_declined_and_one_goes_to_another_room(
    session: Any, town: Town
) -> None:
    guests = make_room(owner=town.owner, name="Vierashuone", slug="vierashuone")
    series, approver = weekly(town, 20), acting(town.approver)
    uids = [each.uid for each in series.occurrences]
    confirm(series.reference, ids(series, *range(18)), actor=approver, now=NOW)
    decline(series.reference, ids(series, 18), "Vaalit", actor=approver, now=NOW)
    made = offered(town, series, LATER.shift(19 * WEEK), room=guests, date=19)
    accept(series.reference, made.id, actor=acting(town.booker), now=NOW)
    assert states(series) == ["confirmed"] * 18 + ["declined", "confirmed"]
    assert rows(session) == sorted(of(town.room, *evenings(*range(18))) + of(guests, LATER.shift(19 * WEEK)))
    assert [each.uid for each in series.occurrences] == uids
    assert [each.sequence for each in series.occurrences] == [1] * 20
    assert [each.slot_starts_at for each in series.occurrences] == [
        each.start for each in evenings(*range(20))
    ]
    assert [each.is_exception for each in series.occurrences] == [False] * 19 + [True]
    assert [each.action for each in history("reservation", series.id)] == [
        "confirm",
        "decline",
        "offer",
        "accept",
    ]
    assert kinds_of_mail(session) == ["confirmed", "declined", "confirmed", "offer_accepted"]


def test_one_date_that_is_taken_stops_them_all_and_is_named(session: Any, town: Town) -> None:
    series = weekly(town, 4)
    make_reservation(town.room, LATER.shift(2 * WEEK))
    before = rows(session)
    session.commit()
    for chosen in (None, ids(series, 0, 2), ids(series, 2)):
        with pytest.raises(SlotTaken) as refused:
            in_transaction(
                lambda chosen=chosen: confirm(series.reference, chosen, actor=acting(town.approver), now=NOW)
            )
        assert refused.value.conflicts == tuple(evenings(2))
    assert (set(states(series)), rows(session), kinds_of_mail(session)) == ({"pending"}, before, [])
    confirm(series.reference, ids(series, 0, 1, 3), actor=acting(town.approver), now=NOW)
    assert states(series) == ["confirmed", "confirmed", "pending", "confirmed"]


def test_what_is_left_is_decided_without_naming_it(session: Any, town: Town) -> None:
    series, approver = weekly(town, 3), acting(town.approver)
    confirm(series.reference, ids(series, 1), actor=approver, now=NOW)
    decline(series.reference, None, "Remontti", actor=approver, now=NOW)
    assert states(series) == ["declined", "confirmed", "declined"]
    for act in (
        lambda: confirm(series.reference, None, actor=approver, now=NOW),
        lambda: decline(series.reference, None, "Syy", actor=approver, now=NOW),
        lambda: confirm(series.reference, ids(series, 0), actor=approver, now=NOW),
    ):
        with pytest.raises(WrongState):
            act()
    with pytest.raises(NotFound):
        confirm(series.reference, [*ids(series, 1), 987654321], actor=approver, now=NOW)


def test_dates_in_several_rooms_of_an_owner_are_decided_and_lost_each_in_its_own(
    session: Any, town: Town
) -> None:
    half_a, half_b, whole = make_divisible_hall(owner=town.owner)
    series = weekly(town, 2)
    make_occurrence(series, EVENING.shift(2 * WEEK), state="pending", room=half_a)
    session.expire(series, ["occurrences"])
    rivals = [
        make_reservation(room, EVENING.shift(2 * WEEK), state="pending") for room in (whole, half_b, half_a)
    ]
    beside = make_reservation(town.room, EVENING.shift(2 * WEEK), state="pending")
    confirm(series.reference, None, actor=acting(town.approver), now=NOW)
    assert rows(session) == sorted(of(town.room, *evenings(0, 1)) + of(half_a, *evenings(2)))
    assert [states(each) for each in rivals] == [["declined"], ["pending"], ["declined"]]
    assert states(beside) == ["pending"]


def test_two_series_that_compete_share_what_each_won(session: Any, town: Town) -> None:
    series, approver = weekly(town, 4), acting(town.approver)
    rival = make_reservation(
        town.room,
        *(LATER.shift(n * WEEK) for n in range(1, 5)),
        state="pending",
        booker=town.rival,
        organisation=town.chess_club,
    )
    confirm(series.reference, ids(series, 0, 1), actor=approver, now=NOW)
    confirm(rival.reference, ids(rival, 1, 2), actor=approver, now=NOW)
    assert states(series) == ["confirmed", "confirmed", "declined", "declined"]
    assert states(rival) == ["declined", "confirmed", "confirmed", "pending"]
    assert kinds_of_mail(session) == ["confirmed", "competing_lost"] * 2
    assert last_step(series).details["occurrences"] == ids(series, 2, 3)


def test_a_mail_about_some_dates_says_so_and_how_the_others_stand(session: Any, town: Town) -> None:
    series, approver = weekly(town, 5), acting(town.approver)
    won = make_reservation(town.room, *evenings(4), state="pending")
    confirm(series.reference, ids(series, 0, 1), actor=approver, now=NOW)
    told = mail(session, "confirmed")
    assert told.subject.startswith("Osa varauksen ajoista on vahvistettu: Karelia-sali, ti 12.1.2027")
    assert "tämä viesti koskee 2 aikaa, kaikkiaan aikoja on 5. Muut ajat: 3 odottaa." in told.body
    decline(series.reference, ids(series, 2), "Vaalit", actor=approver, now=NOW)
    told = mail(session, "declined")
    assert told.subject.startswith("Osa varauksen ajoista on hylätty: ")
    assert "Muut ajat: 2 vahvistettu, 2 odottaa." in told.body
    assert confirm(won.reference, None, actor=approver, now=NOW).lost == 1
    told = mail(session, "competing_lost")
    assert told.subject.startswith("Osa varauksen ajoista ei ole enää vapaana: ")
    assert "Muut ajat: 2 vahvistettu, 1 hylätty, 1 odottaa." in told.body


def test_lost_dates_are_told_with_what_is_free_instead_of_each(session: Any, town: Town) -> None:
    make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=40, venue=town.room.venue)
    weekly(town, 5, people=24)
    won = make_reservation(town.room, *evenings(0, 1, 3, 4), state="pending")
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "competing_lost").body
    for day in ("12.1.2027", "19.1.2027", "2.2.2027"):
        assert f"Ajan ti {day} klo 18.00–20.00 sijaan:\n" in told
    assert "Ajan ti 26.1." not in told  # it is not lost
    assert "Ajan ti 9.2." not in told  # the first few
    offers = links(told, "/request?")
    assert len(offers) == 6
    assert all("people=24" in each for each in offers)
    assert [each for each in offers if "vierashuone" in each and "2027-01-19" in each]
    assert "Etsi toinen aika tai tila:\nhttp://localhost/\n" in told


def test_a_mail_names_the_room_of_each_date_that_is_elsewhere(session: Any, town: Town) -> None:
    series = weekly(town, 2)
    guests = make_room(owner=town.owner, name="Vierashuone")
    make_occurrence(series, EVENING.shift(2 * WEEK), state="pending", room=guests)
    session.expire(series, ["occurrences"])
    confirm(series.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "confirmed").body
    assert "Tila: Karelia-sali" in told
    assert "Aika: ti 19.1.2027 klo 18.00–20.00\n" in told
    assert "Aika: ti 26.1.2027 klo 18.00–20.00, Vierashuone\n" in told


def test_an_expired_date_of_a_series_leaves_the_others_and_its_offer_ends(session: Any, town: Town) -> None:
    series = weekly(town, 3)
    guests = make_room(owner=town.owner, hours=every_day(8 * 60, 22 * 60))
    made = offered(town, series, LATER, room=guests)
    assert expire_pending(now=EVENING.start) == 1
    assert (states(series), made.state) == (["expired", "pending", "pending"], "withdrawn")
    assert rows(session) == []
    withdraw(series.reference, None, actor=acting(town.booker), now=EVENING.start)
    assert states(series) == ["expired", "withdrawn", "withdrawn"]
    assert len(posted(session, "expired")) == 1


def test_a_decision_asks_as_little_for_fifty_two_dates_as_for_five(session: Any, town: Town) -> None:
    def asked(series: Reservation) -> int:
        session.expire_all()
        catalogue()
        with statements() as sent:
            confirm(series.reference, None, actor=acting(town.approver), now=NOW)
        return sum("INTO claims" not in each for each in sent)  # SQLite gives one id at a time

    few = asked(weekly(town, 5))
    garden = make_room(owner=town.owner)
    many = weekly(town, 52, room=garden)
    rival = make_reservation(garden, *evenings(*range(10)), state="pending")
    assert asked(many) <= few + 20  # the loser's step and mail, which are one each
    assert set(states(rival)) == {"declined"}


def test_who_competes_is_asked_once_for_all_dates(session: Any, town: Town) -> None:
    series = weekly(town, 52)
    rival = make_reservation(town.room, LATER.shift(3 * WEEK), LATER.shift(4 * WEEK), state="pending")
    make_reservation(make_room(), *evenings(3), state="pending")
    session.expire_all()
    dates = list(series.occurrences)
    catalogue()
    with statements() as sent:
        found = competing_with(dates)
    assert len(sent) <= 3  # the rivals, and what is proposed for them
    assert {each.id: found[each.id] for each in dates if found[each.id]} == {
        dates[3].id: [rival.occurrences[0]],
        dates[4].id: [rival.occurrences[1]],
    }
    lose_competitors([], now=NOW)
    assert competing_with([]) == {}


def test_a_date_of_many_days_competes_with_all_it_covers(session: Any, town: Town) -> None:
    long = of_choir(town, Interval(EVENING.start, EVENING.start + 13 * DAY))
    short = make_reservation(town.room, EVENING.shift(12 * DAY - HOUR), state="pending")
    (date,) = short.occurrences
    assert [each.reservation for each in competing_with([date])[date.id]] == [long]
    assert timedelta(days=13) == long.occurrences[0].ends_at - long.occurrences[0].starts_at
