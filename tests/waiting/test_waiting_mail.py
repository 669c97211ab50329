"""What the mails about waiting say, to whom, when and in which language."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.outbox.models import OutboxMessage
from booking.reservations.waiting.models import WaitingEntry
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import make_user
from tests.reservations.mail import links, mail, posted
from tests.reservations.town import Town
from tests.waiting.line import free, pass_time, take, wait

WEEK = timedelta(days=7)
KINDS = ["waiting_joined", "waiting_offer", "waiting_lapsed", "waiting_passed"]


def live_through(town: Town, **changes: Any) -> WaitingEntry:
    """Have the choir wait for two dates: one is offered and not answered, the other never frees up."""
    taken = take(town, EVENING, EVENING.shift(WEEK))
    entry = wait(
        town.booker,
        town.room,
        EVENING,
        EVENING.shift(WEEK),
        organisation=town.choir,
        title="Konsertti",
        **changes,
    )
    free(town, taken, ids=[taken.occurrences[0].id])
    pass_time(NOW + timedelta(hours=24))
    pass_time(EVENING.shift(WEEK).start)
    return entry


def of_waiting(session: Any) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.subject_kind == "waiting")
    return list(session.scalars(query.order_by(OutboxMessage.id)))


def test_every_mail_has_its_facts_and_no_blank_lines_pile_up(session: Any, town: Town) -> None:
    town.room.contact = "tilat@example.org"
    session.flush()
    entry = live_through(town)
    mails = of_waiting(session)
    assert [each.kind for each in mails] == KINDS
    for each in mails:
        assert (each.recipient, each.subject_id) == (town.booker.email, entry.id)
        assert "\n\n\n" not in each.body, each.body
        assert each.body.startswith("Hei,\n\n"), each.body
        assert "Imatran tilat, http://localhost\nTähän viestiin ei voi vastata." in each.body, each.body
        assert "Tilan yhteystieto: tilat@example.org" in each.body
        assert not any(line != line.strip() for line in each.body.splitlines()), each.body
        assert "{" not in each.body, each.body
        for fact in ("Tila: Karelia-sali", "Tilaisuus: Konsertti", "Varaaja: Kuoro Koskisointu"):
            assert f"\n{fact}" in each.body, each.body
        assert f"\nJonotunnus: {entry.reference}\n" in each.body


def test_the_subject_says_what_has_happened(session: Any, town: Town) -> None:
    live_through(town)
    first = "Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert [each.subject for each in of_waiting(session)] == [
        f"Jonossa: {first} ja 1 muu aika",
        f"Aika vapautui: {first}",
        f"Tarjous päättyi: {first}",
        "Aika ei vapautunut: Karelia-sali, ti 19.1.2027 klo 18.00–20.00",
    ]


def test_an_offer_says_until_when_and_leads_to_the_answer(session: Any, town: Town) -> None:
    entry = live_through(town)
    told = mail(session, "waiting_offer")
    assert "Aika: ti 12.1.2027 klo 18.00–20.00\nVastaa viimeistään: ti 5.1.2027 klo 10.00\n" in told.body
    assert links(told.body, "/waiting/") == [f"http://localhost/waiting/{entry.reference}"]
    assert "Imatran kaupunki" in told.body, "who decides"
    assert "Vastaa" not in mail(session, "waiting_lapsed").body


def test_an_offer_waits_as_long_as_what_freed_it_can_be_undone(session: Any, town: Town) -> None:
    live_through(town)
    assert mail(session, "waiting_offer").next_attempt_at == NOW + timedelta(seconds=60)
    assert mail(session, "waiting_joined").next_attempt_at == NOW


def test_in_a_room_that_confirms_at_once_no_decision_is_promised(session: Any, town: Town) -> None:
    town.room.approval = "at_once"
    session.flush()
    live_through(town)
    told = mail(session, "waiting_offer").body
    assert "varaus vahvistuu heti" in told
    assert "päätök" not in told


def test_the_place_of_each_date_is_told(session: Any, town: Town) -> None:
    taken = take(town, EVENING, EVENING.shift(WEEK))
    wait(make_user(), town.room)
    wait(town.booker, town.room, EVENING, EVENING.shift(WEEK))
    told = posted(session, "waiting_joined")[-1].body
    assert taken.reference not in told
    assert (
        "klo 18.00–20.00\nPaikka jonossa: 2\nAika: ti 19.1.2027 klo 18.00–20.00\nPaikka jonossa: 1\n" in told
    )
    assert f"Varaaja: {town.booker.name}" in told


def test_a_mail_tells_nothing_of_who_had_the_slot(session: Any, town: Town) -> None:
    live_through(town)
    for each in of_waiting(session):
        for secret in (town.chess_club.name, town.rival.name, "Remontti"):
            assert secret not in each.subject + each.body


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
    town.booker.language = language
    session.flush()
    live_through(town)
    for each in of_waiting(session)[:3]:
        assert each.language == language
        assert f": {room}, {when}" in each.subject
        assert f": {when}\n" in each.body


def test_a_title_of_several_lines_does_not_change_the_subject(session: Any, town: Town) -> None:
    take(town)
    wait(town.booker, town.room, title="Harjoitus\nBcc: kaikki@example.org")
    assert "Bcc" not in mail(session, "waiting_joined").subject
