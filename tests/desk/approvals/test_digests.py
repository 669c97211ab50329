"""One mail a day instead of one for each thing: at seven on the wall clock, once, and of what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.db import in_transaction
from booking.desk.approvals.digests import send_digests
from booking.reservations.decisions import confirm
from booking.reservations.digest.choice import URGENT, choose, next_digest
from booking.reservations.digest.models import DigestItem, MailChoice
from booking.reservations.questions.service import answer, ask
from booking.reservations.reminders import remind_approvers
from booking.reservations.service import request_reservation
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.reservations.mail import leave, mail, posted
from tests.reservations.offering import WEEK
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements

DAY = timedelta(days=1)
SEVEN = datetime(2027, 1, 5, 5, tzinfo=UTC)  # 7.00 in Helsinki, the morning after NOW


@pytest.fixture
def daily(town: Town) -> Any:
    """The town's approver, who has chosen one mail a day."""
    in_transaction(lambda: choose(is_daily=True, actor=acting(town.approver), now=NOW))
    return town.approver


def request(town: Town, use: Any = EVENING, now: datetime = NOW, **changes: Any) -> Any:
    values = {"organisation_slug": town.choir.slug} | changes
    return in_transaction(
        lambda: request_reservation(request_for(town.room, use, **values), actor=acting(town.booker), now=now)
    )


def send(now: datetime = SEVEN) -> int:
    return in_transaction(lambda: send_digests(now=now))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2027, 1, 5, 4, 59, 59, tzinfo=UTC), SEVEN),
        (SEVEN, SEVEN + DAY),
        # The nights in which the clock is put forward and back
        (datetime(2027, 3, 27, 6, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC)),
        (datetime(2027, 10, 30, 6, tzinfo=UTC), datetime(2027, 10, 31, 5, tzinfo=UTC)),
    ],
)
def test_it_is_seven_on_the_wall_clock(app: Any, session: Any, now: datetime, due: datetime) -> None:
    assert next_digest(now) == due


def test_what_comes_is_kept_for_the_morning_and_what_waits_is_told_with_its_age(
    session: Any, town: Town, daily: Any
) -> None:
    colleague = make_member(town.owner, Role.APPROVER, email="heti@example.org")
    old = of_choir(town, EVENING.shift(WEEK), title="Vanha pyyntö", created_at=SEVEN - 4 * DAY)
    asked = request(town, title="Uusi harjoitus")
    assert [each.recipient for each in posted(session, "request_to_decide")] == [colleague.email]
    assert send(SEVEN - timedelta(seconds=1)) == 0
    assert send() == 1
    digest = mail(session, "daily_digest")
    assert digest.recipient == daily.email
    news, _, waiting = digest.body.partition("Päätöstä odottaa, vanhin ensin:")
    assert "Uusi pyyntö\nKuoro Koskisointu: Uusi harjoitus" in news
    assert waiting.index("odottanut 4 päivää") < waiting.index("odottanut 21 tuntia")
    assert f"/approvals/{old.reference}" in waiting
    assert f"/approvals/{asked.reference}" in waiting
    assert session.query(DigestItem).count() == 0


def test_it_comes_once_a_day_whoever_asks_and_once_after_a_pause(
    session: Any, town: Town, daily: Any
) -> None:
    request(town, EVENING.shift(8 * WEEK))
    assert [send(), send(), send(SEVEN + timedelta(hours=16))] == [1, 0, 0]
    assert send(SEVEN + 5 * DAY + timedelta(hours=3)) == 1
    assert session.get(MailChoice, daily.id).next_digest_at == SEVEN + 6 * DAY
    assert send(SEVEN + 6 * DAY) == 1
    assert len(posted(session, "daily_digest")) == 3


def test_nothing_is_sent_when_there_is_nothing(session: Any, town: Town, daily: Any) -> None:
    assert send() == 1
    assert posted(session, "daily_digest") == []


@pytest.mark.parametrize(("begins_in", "kept"), [(URGENT, 0), (URGENT + timedelta(minutes=30), 1)])
def test_what_begins_within_two_days_is_told_at_once(
    session: Any, town: Town, daily: Any, begins_in: timedelta, kept: int
) -> None:
    use = EVENING.shift(NOW + begins_in - EVENING.start)
    request(town, use)
    assert session.query(DigestItem).count() == kept
    assert len(posted(session, "request_to_decide")) == 1 - kept


def test_answers_are_kept_too_and_told_in_the_readers_language(session: Any, town: Town, daily: Any) -> None:
    daily.language = "sv"
    asked = request(town)
    in_transaction(lambda: ask(asked.reference, "Montako?", actor=acting(daily), now=NOW))
    in_transaction(lambda: answer(asked.reference, "Kuusi.", actor=acting(town.booker), now=NOW))
    assert posted(session, "question_answered") == []
    send()
    digest = mail(session, "daily_digest")
    assert digest.language == "sv"
    assert "Bokaren svarade på frågan" in digest.body
    assert "Kuusi." not in digest.body


def test_the_reminder_of_what_waits_long_is_in_it_already_except_of_what_is_near(
    session: Any, town: Town, daily: Any
) -> None:
    of_choir(town, EVENING.shift(WEEK), created_at=NOW - 4 * DAY)
    in_transaction(lambda: remind_approvers(now=NOW))
    assert posted(session, "approver_reminder") == []
    near = of_choir(town, EVENING.shift(NOW + DAY - EVENING.start), created_at=NOW - 4 * DAY, title="Pian")
    in_transaction(lambda: remind_approvers(now=NOW))
    assert near.title in mail(session, "approver_reminder").body


def test_who_decides_no_more_is_told_nothing(session: Any, town: Town, daily: Any) -> None:
    request(town)
    leave(session, daily)
    send()
    assert posted(session, "daily_digest") == []
    assert session.query(DigestItem).count() == 0


def test_another_owners_requests_are_not_in_it(session: Any, town: Town, daily: Any) -> None:
    parish = make_organisation(kind="parish")
    of_choir(town, room=make_room(owner=parish), title="Muualla")
    of_choir(town, title="Täällä")
    send()
    body = mail(session, "daily_digest").body
    assert "Täällä" in body
    assert "Muualla" not in body


def test_who_turns_it_off_gets_what_was_kept_and_then_single_mails(
    session: Any, town: Town, daily: Any
) -> None:
    request(town, title="Pidetty")
    in_transaction(lambda: choose(is_daily=False, actor=acting(daily), now=NOW))
    request(town, EVENING.shift(WEEK), title="Heti")
    assert len(posted(session, "request_to_decide")) == 1
    send()
    body = mail(session, "daily_digest").body
    assert "Pidetty" in body
    assert "Heti" not in body
    assert send(SEVEN + DAY) == 0


def test_what_is_decided_meanwhile_waits_no_more(session: Any, town: Town, daily: Any) -> None:
    asked = request(town, title="Päätetty")
    in_transaction(lambda: confirm(asked.reference, None, actor=acting(daily), now=NOW))
    send()
    body = mail(session, "daily_digest").body
    assert "Päätöstä odottaa" not in body
    assert "Päätetty" in body


def test_the_number_of_statements_does_not_grow_with_the_lines(session: Any, town: Town, daily: Any) -> None:
    counts = []
    for weeks in (range(1, 3), range(3, 12)):
        for n in weeks:
            request(town, EVENING.shift(n * WEEK))
        session.expire_all()
        with statements() as sent:
            send_digests(now=SEVEN + len(counts) * DAY)
        counts.append(len([each for each in sent if "DELETE" not in each]))
    assert counts[0] == counts[1]


def test_choosing_by_the_page(client: Any, frozen: Any, session: Any, town: Town) -> None:
    frozen(NOW)
    client.sign_in(town.approver)
    page = client.get("/approvals/settings").get_data(as_text=True)
    assert "kahden päivän sisällä" in page
    assert client.submit({"mails": "joskus"}, having="mails").status_code == 422
    sent = client.submit({"mails": "daily"}, having="mails")
    assert "Ensimmäinen tulee ti 5.1.2027 klo 07.00." in text_of(client.follow(sent))
    assert session.get(MailChoice, town.approver.id).is_daily
    sent = client.submit({"mails": "at_once"}, having="mails")
    assert "viestin heti" in text_of(client.follow(sent))
