"""What the mails say, to whom, in which language and when they may go."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.clock import now as real_now
from booking.organisations.models import Membership
from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import cancel, confirm, decline, expire_pending, withdraw
from booking.reservations.models import Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import OpeningHoursRow
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.town import Town

MINUTE = timedelta(minutes=1)


def posted(session: Any, kind: str) -> list[OutboxMessage]:
    """Return the mails of a kind in the outbox, oldest first."""
    return list(
        session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
    )


def mail(session: Any, kind: str) -> OutboxMessage:
    """Return the only mail of a kind."""
    (found,) = posted(session, kind)
    return found


def ask(town: Town, **changes: Any) -> Reservation:
    """Have the choir's booker ask for the room."""
    request = request_for(town.room, organisation_slug=town.choir.slug, people=24, **changes)
    return request_reservation(request, actor=acting(town.booker), now=NOW)


def links(body: str, part: str) -> list[str]:
    """Return the addresses in a mail that contain a text."""
    return [word for word in body.split() if word.startswith("http") and part in word]


def test_a_request_tells_the_booker_and_the_approvers_at_once(session: Any, town: Town) -> None:
    make_member(town.owner, Role.STAFF)
    ask(town)
    received, to_decide = mail(session, "request_received"), mail(session, "request_to_decide")
    assert (received.recipient, to_decide.recipient) == (town.booker.email, town.approver.email)
    assert received.next_attempt_at == to_decide.next_attempt_at == NOW
    assert received.subject == "Pyyntö on perillä: Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert to_decide.subject == "Uusi pyyntö odottaa päätöstä: Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert "muutkin voivat pyytää sitä" in received.body
    assert "24 hengelle" in to_decide.body
    assert "Varaaja: Kuoro Koskisointu" in to_decide.body


def test_a_mail_leads_to_the_reservation(session: Any, town: Town) -> None:
    reservation = ask(town)
    for kind in ("request_received", "request_to_decide"):
        assert links(mail(session, kind).body, "/reservations/") == [
            f"http://localhost/reservations/{reservation.reference}"
        ]


def test_no_blank_lines_pile_up_and_every_mail_ends_with_the_service(session: Any, town: Town) -> None:
    every_kind(town)
    mails = session.scalars(select(OutboxMessage)).all()
    assert {each.kind for each in mails} == {
        "request_received",
        "request_to_decide",
        "confirmed",
        "declined",
        "withdrawn",
        "withdrawn_by_booker",
        "cancelled",
        "cancelled_by_booker",
        "competing_lost",
        "expired",
    }
    for each in mails:
        assert "\n\n\n" not in each.body, each.body
        assert each.body.startswith("Hei,\n\n"), each.body
        assert "Imatran tilat, http://localhost\nTähän viestiin ei voi vastata." in each.body, each.body
        assert not any(line != line.strip() for line in each.body.splitlines()), each.body
        assert "{" not in each.body, each.body


def every_kind(town: Town) -> None:
    """Have every kind of mail posted."""
    booker, approver = acting(town.booker), acting(town.approver)
    week = timedelta(days=7)
    lost = ask(town)
    won = ask(town)
    confirm(won.reference, None, actor=approver, now=NOW)
    assert lost.occurrences[0].state == "declined"
    cancel(won.reference, None, "Sairastapaus", actor=booker, now=NOW)
    declined = ask(town)
    decline(declined.reference, None, "Remontti", actor=approver, now=NOW)
    withdrawn = ask(town)
    withdraw(withdrawn.reference, None, actor=booker, now=NOW)
    late = ask(town, start=EVENING.start + week, end=EVENING.end + week)
    expire_pending(now=late.occurrences[0].starts_at)


def test_a_decision_waits_until_it_can_no_longer_be_undone(session: Any, town: Town) -> None:
    lost, won = ask(town), ask(town)
    approver = acting(town.approver)
    confirm(won.reference, None, actor=approver, now=NOW)
    cancel(won.reference, None, "Vesivahinko", actor=approver, now=NOW + MINUTE)
    assert lost.occurrences[0].state == "declined"
    assert mail(session, "confirmed").next_attempt_at == NOW + MINUTE
    assert mail(session, "competing_lost").next_attempt_at == NOW + MINUTE
    assert mail(session, "cancelled").next_attempt_at == NOW + 2 * MINUTE
    third = ask(town)
    decline(third.reference, None, "Remontti", actor=approver, now=NOW)
    assert mail(session, "declined").next_attempt_at == NOW + MINUTE


def test_what_the_booker_does_is_told_at_once(session: Any, town: Town) -> None:
    booker = acting(town.booker)
    first, second = ask(town), ask(town)
    withdraw(first.reference, None, actor=booker, now=NOW)
    confirm(second.reference, None, actor=acting(town.approver), now=NOW)
    cancel(second.reference, None, "", actor=booker, now=NOW)
    for kind in ("withdrawn", "withdrawn_by_booker", "cancelled", "cancelled_by_booker"):
        assert mail(session, kind).next_attempt_at == NOW
    assert mail(session, "withdrawn_by_booker").recipient == town.approver.email
    assert mail(session, "cancelled_by_booker").recipient == town.approver.email
    assert mail(session, "cancelled").recipient == town.booker.email


def test_the_associations_managers_hear_when_the_booker_has_left(session: Any, town: Town) -> None:
    reservation = ask(town)
    leave(session, town.booker)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert mail(session, "confirmed").recipient == town.manager.email


def test_the_associations_managers_hear_when_the_booker_has_closed_the_account(
    session: Any, town: Town
) -> None:
    reservation = ask(town)
    town.booker.closed_at = real_now()
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert mail(session, "confirmed").recipient == town.manager.email


def test_a_booker_who_is_only_a_member_by_now_still_hears(session: Any, town: Town) -> None:
    reservation = ask(town)
    leave(session, town.booker, then=Role.MEMBER)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert mail(session, "confirmed").recipient == town.booker.email


def leave(session: Any, user: User, then: Role | None = None) -> None:
    """End the person's membership, or turn it into another role."""
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    if then:
        membership.role = then
    else:
        membership.ended_at = real_now()
    session.flush()


def test_an_approver_who_has_left_is_not_told(session: Any, town: Town) -> None:
    other = make_member(town.owner, Role.APPROVER)
    leave(session, town.approver)
    ask(town)
    assert mail(session, "request_to_decide").recipient == other.email


@pytest.mark.parametrize(
    ("language", "room", "when"),
    [
        ("fi", "Karelia-sali", "ti 12.1.2027 klo 18.00–20.00"),
        ("sv", "Karelensalen", "tis 12.1.2027 kl. 18.00–20.00"),
        ("en", "Karelia Hall", "Tue 12 Jan 2027, 18:00–20:00"),
    ],
)
def test_each_reader_is_written_to_in_their_language(
    session: Any, town: Town, language: str, room: str, when: str
) -> None:
    town.room.name_sv, town.room.name_en = "Karelensalen", "Karelia Hall"
    town.approver.language = language
    session.flush()
    ask(town)
    to_decide, received = mail(session, "request_to_decide"), mail(session, "request_received")
    assert to_decide.subject.endswith(f": {room}, {when}")
    assert room in to_decide.body
    assert to_decide.language == language
    assert "Karelia-sali, ti 12.1.2027 klo" in received.subject


def test_the_loser_of_a_competition_gets_alternatives_that_lead_to_a_filled_form(
    session: Any, town: Town
) -> None:
    make_room(owner=town.owner, name="Vierashuone", slug="vierashuone", capacity=40, venue=town.room.venue)
    lost, won = ask(town), ask(town)
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "competing_lost")
    assert told.subject_id == lost.id
    same_room, other_room = (urlsplit(each) for each in links(told.body, "/request?"))
    assert (same_room.path, other_room.path) == ("/rooms/karelia-sali/request", "/rooms/vierashuone/request")
    assert parse_qs(other_room.query) == {
        "date": ["2027-01-12"],
        "start": ["18:00"],
        "end": ["20:00"],
        "people": ["24"],
    }
    assert parse_qs(same_room.query) != parse_qs(other_room.query)
    assert "Vierashuone, ti 12.1.2027 klo 18.00–20.00" in told.body


def test_the_loser_does_not_learn_who_won(session: Any, town: Town) -> None:
    ask(town)
    request = request_for(town.room, title="Salainen ottelu", organisation_slug=town.chess_club.slug)
    won = request_reservation(request, actor=acting(town.rival), now=NOW)
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "competing_lost")
    assert told.recipient == town.booker.email
    for secret in ("Salainen ottelu", town.chess_club.name, town.rival.name, won.reference):
        assert secret not in told.subject + told.body


def test_without_alternatives_the_search_is_offered(session: Any, town: Town) -> None:
    town.room.opening_hours = [OpeningHoursRow(weekday=1, opens=18 * 60, closes=20 * 60)]
    session.flush()
    ask(town)
    won = ask(town)
    confirm(won.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "competing_lost").body
    assert "Etsi toinen aika tai tila:\nhttp://localhost/\n" in told
    assert "/request?" not in told


def test_the_reason_of_a_decision_is_told(session: Any, town: Town) -> None:
    approver = acting(town.approver)
    declined, confirmed = ask(town), ask(town)
    decline(declined.reference, None, "Lattia lakataan", actor=approver, now=NOW)
    confirm(confirmed.reference, None, actor=approver, now=NOW)
    cancel(confirmed.reference, None, "Vaalit", actor=approver, now=NOW)
    assert "Perustelu: Lattia lakataan" in mail(session, "declined").body
    cancelled = mail(session, "cancelled").body
    assert "Perustelu: Vaalit" in cancelled
    assert "Imatran kaupunki, perui varauksen" in cancelled


def test_the_code_of_the_door_is_never_in_a_mail(session: Any, town: Town) -> None:
    town.room.access_instructions = "Ovikoodi 1234"
    session.flush()
    reservation = ask(town)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "confirmed").body
    assert "1234" not in told
    assert "Ohjeet avaimesta tai ovikoodista näkyvät varauksen sivulla vuorokautta ennen käyttöä." in told


def test_the_last_moment_to_cancel_is_told(session: Any, town: Town) -> None:
    reservation = ask(town)
    confirm(reservation.reference, None, actor=acting(town.approver), now=NOW)
    assert "peru varaus viimeistään ti 5.1.2027 klo 18.00" in mail(session, "confirmed").body


def test_a_cancellation_that_is_late_from_the_start_is_not_promised(session: Any, town: Town) -> None:
    reservation = ask(town)
    late = EVENING.start - timedelta(days=6)
    confirm(reservation.reference, None, actor=acting(town.approver), now=late)
    assert "Perumisaika on jo ohi." in mail(session, "confirmed").body


@pytest.mark.parametrize(
    ("days", "date", "until"),
    [(-7, "ti 12.1.2027", "ti 5.1.2027"), (-6, "ti 19.1.2027", "ti 12.1.2027")],
)
def test_of_a_series_the_first_date_that_can_still_be_cancelled_is_told(
    session: Any, town: Town, days: int, date: str, until: str
) -> None:
    uses = [EVENING, EVENING.shift(timedelta(days=7))]
    series = make_reservation(town.room, *uses, state="pending", booker=town.booker, organisation=town.choir)
    confirm(series.reference, None, actor=acting(town.approver), now=EVENING.start + timedelta(days=days))
    body = mail(session, "confirmed").body
    assert f"jonka voi vielä perua, on {date}. Sen voi perua viimeistään {until} klo 18.00." in body
    assert "Perumisaika on jo ohi" not in body


def test_of_a_series_whose_every_date_is_too_late_that_is_told(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(timedelta(days=1))]
    series = make_reservation(town.room, *uses, state="pending", booker=town.booker, organisation=town.choir)
    confirm(series.reference, None, actor=acting(town.approver), now=EVENING.start - timedelta(days=5))
    body = mail(session, "confirmed").body
    assert "Perumisaika on jo ohi." in body
    assert "jonka voi vielä perua" not in body


def test_several_dates_are_told_in_one_mail(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(timedelta(days=7)), EVENING.shift(timedelta(days=14))]
    series = make_reservation(town.room, *uses, state="pending", booker=town.booker, organisation=town.choir)
    confirm(series.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "confirmed")
    assert told.subject == (
        "Varaus on vahvistettu: Karelia-sali, ti 12.1.2027 klo 18.00–20.00 ja 2 muuta aikaa"
    )
    for line in ("12.1.2027", "19.1.2027", "26.1.2027"):
        assert f"Aika: ti {line} klo 18.00–20.00" in told.body


def test_a_date_with_a_title_of_its_own_is_told_by_it(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(timedelta(days=7))]
    series = make_reservation(
        town.room, *uses, state="pending", title="Harjoitus", booker=town.booker, organisation=town.choir
    )
    series.occurrences[1].own_title = "Konsertti"
    approver = acting(town.approver)
    decline(series.reference, [series.occurrences[1].id], "Remontti", actor=approver, now=NOW)
    alone = mail(session, "declined").body
    assert "Tilaisuus: Konsertti" in alone
    assert "Harjoitus" not in alone
    withdraw(series.reference, [series.occurrences[0].id], actor=acting(town.booker), now=NOW)
    assert "Tilaisuus: Harjoitus" in mail(session, "withdrawn").body


def test_of_several_dates_those_with_a_title_of_their_own_name_it(session: Any, town: Town) -> None:
    uses = [EVENING, EVENING.shift(timedelta(days=7))]
    series = make_reservation(
        town.room, *uses, state="pending", title="Harjoitus", booker=town.booker, organisation=town.choir
    )
    series.occurrences[1].own_title = "Konsertti"
    confirm(series.reference, None, actor=acting(town.approver), now=NOW)
    told = mail(session, "confirmed").body
    assert "Aika: ti 12.1.2027 klo 18.00–20.00\nAika: ti 19.1.2027 klo 18.00–20.00, Konsertti\n" in told
    assert "Tilaisuus: Harjoitus" in told


def test_a_title_of_several_lines_does_not_change_the_subject(session: Any, town: Town) -> None:
    ask(town, title="Harjoitus\nBcc: kaikki@example.org")
    received = mail(session, "request_received")
    assert "Bcc" not in received.subject
    assert received.subject.startswith("Pyyntö on perillä: Karelia-sali")
