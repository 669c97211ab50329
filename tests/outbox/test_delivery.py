"""Delivering mail: over real SMTP, with everything that can go wrong there, and into files."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from booking.outbox.delivery import (
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Tally,
    count_given_up,
    count_overdue,
    deliver_due,
    wait_after,
)
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.post_office import MailFolder, MailServer, NotDelivered
from booking.outbox.service import post, take_back
from tests.outbox.mailbox import Mailbox, closed_port, mail_server
from tests.support.settings import settings_for

NOW = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
FROM = "Imatran tilat <tilat@demo.example>"


def put(recipient: str = "kuoro@demo.example", **changes: Any) -> int:
    """Put a mail into the outbox and return its id."""
    message = Message("confirmed", recipient, "fi", "Vahvistettu ä", "Tila on teidän.\n", "reservation", 7)
    row = in_transaction(lambda: post(replace(message, **changes), now=NOW))
    return row.id


def deliver(office: Any, at: datetime = NOW) -> Tally:
    return deliver_due(now=lambda: at, post_office=office)


def stored(message_id: int) -> OutboxMessage:
    db.session.expire_all()
    return db.session.get_one(OutboxMessage, message_id)


def test_a_due_mail_reaches_its_reader_once(session: Any) -> None:
    number, box = put(), Mailbox()
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(delivered=1)
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally()
    assert box.recipients == ["kuoro@demo.example"]
    assert box.senders == ["tilat@demo.example"]
    assert box.mails[0]["Message-ID"] == stored(number).message_id
    assert box.mails[0]["Subject"] == "Vahvistettu ä"
    assert box.mails[0].get_content().strip() == "Tila on teidän."
    assert stored(number).delivered_at == NOW


def test_a_mail_that_waits_for_an_undo_is_not_sent_before(session: Any) -> None:
    message = Message("confirmed", "kuoro@demo.example", "fi", "s", "b", "reservation", 7)
    in_transaction(lambda: post(message, now=NOW, wait_seconds=60))
    box = Mailbox()
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM), NOW + timedelta(seconds=59)) == Tally()
        assert deliver(MailServer(f"smtp://{address}", FROM), NOW + timedelta(seconds=60)).delivered == 1


def test_the_mail_due_longest_goes_first(session: Any) -> None:
    put(subject="toinen")
    first = put(subject="ensimmäinen")
    stored(first).next_attempt_at = NOW - timedelta(hours=1)
    session.commit()
    box = Mailbox()
    with mail_server(box) as address:
        deliver(MailServer(f"smtp://{address}", FROM))
    assert [mail["Subject"] for mail in box.mails] == ["ensimmäinen", "toinen"]


def test_a_refused_recipient_is_given_up_at_once_and_the_others_get_their_mail(session: Any) -> None:
    gone, there = put("poissa@demo.example"), put()
    box = Mailbox()
    box.on_recipient["poissa@demo.example"] = "550 5.1.1 No such user"
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(delivered=1, given_up=1)
    assert stored(gone).given_up_at == NOW
    assert stored(gone).last_error == "550 5.1.1 No such user"
    assert stored(there).delivered_at == NOW
    assert count_given_up() == 1


def test_a_mail_the_server_refuses_for_good_is_given_up(session: Any) -> None:
    number, box = put(), Mailbox()
    box.on_data = "554 5.6.0 Not wanted"
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(given_up=1)
    assert stored(number).given_up_at == NOW


def test_a_full_mailbox_is_tried_again_and_gets_the_same_mail(session: Any) -> None:
    number, box = put(), Mailbox()
    box.on_recipient["kuoro@demo.example"] = "452 4.2.2 Mailbox full"
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(postponed=1)
        again_at = stored(number).next_attempt_at
        assert NOW + timedelta(seconds=48) <= again_at <= NOW + timedelta(seconds=72)
        assert deliver(MailServer(f"smtp://{address}", FROM), again_at - timedelta(seconds=1)) == Tally()
        box.on_recipient.clear()
        assert deliver(MailServer(f"smtp://{address}", FROM), again_at) == Tally(delivered=1)
    assert stored(number).attempts == 2
    assert stored(number).last_error is None
    assert len(box.mails) == 1


def test_a_refused_sender_is_the_operators_fault_and_not_given_up(session: Any) -> None:
    number, box = put(), Mailbox()
    box.on_sender = "553 5.7.1 Sender not allowed"
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(postponed=1)
    assert stored(number).given_up_at is None


def test_a_server_that_is_gone_costs_one_mail_a_try_and_leaves_the_rest_due(session: Any) -> None:
    first, second = put(), put()
    assert deliver(MailServer(f"smtp://{closed_port()}", FROM)) == Tally(postponed=1)
    assert stored(first).attempts == 1
    assert "refused" in str(stored(first).last_error)
    assert (stored(second).attempts, stored(second).next_attempt_at) == (0, NOW)


def test_a_server_that_hangs_up_in_the_middle_is_tried_again(session: Any) -> None:
    number, box = put(), Mailbox()
    box.on_data = "421 4.3.2 Going down"
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)).postponed == 1
        box.on_data = ""
        assert deliver(MailServer(f"smtp://{address}", FROM), NOW + timedelta(minutes=2)).delivered == 1
    assert stored(number).attempts == 2


def test_after_twelve_tries_it_is_given_up(session: Any) -> None:
    number, at = put(), NOW
    office = f"smtp://{closed_port()}"
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert stored(number).given_up_at is None
        deliver(MailServer(office, FROM), at)
        assert stored(number).attempts == attempt
        at = stored(number).next_attempt_at
    assert stored(number).given_up_at is not None
    assert deliver(MailServer(office, FROM), at + timedelta(days=9)) == Tally()


def test_the_waits_double_from_a_minute_to_six_hours_give_or_take_a_fifth() -> None:
    middles = [wait_after(attempts, 0.5) for attempts in range(1, MOST_ATTEMPTS)]
    assert middles[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert middles[-1] == LONGEST_WAIT
    assert wait_after(1, 0.0) == timedelta(seconds=48)
    assert wait_after(1, 1.0) == timedelta(seconds=72)
    assert wait_after(10_000, 0.5) == LONGEST_WAIT


def test_an_unusable_address_is_given_up_without_asking_the_server(session: Any) -> None:
    number, box = put("a@b.example, c@d.example"), Mailbox()
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", FROM)) == Tally(given_up=1)
    assert box.recipients == []
    assert stored(number).last_error == "not a usable address"


def test_an_unusable_sender_loses_no_mail(session: Any) -> None:
    number, box = put(), Mailbox()
    with mail_server(box) as address:
        assert deliver(MailServer(f"smtp://{address}", "Imatran tilat")) == Tally(postponed=1)
    assert "MAIL_FROM" in str(stored(number).last_error)


def test_a_mail_taken_back_on_its_way_is_no_fault(session: Any) -> None:
    put()

    class Slow(MailFolder):
        def deliver(self, row: OutboxMessage) -> None:
            in_transaction(lambda: take_back("reservation", 7, {"confirmed"}))

    assert deliver(Slow(Path("unused"), FROM)).delivered == 1
    assert session.query(OutboxMessage).count() == 0


def test_a_worker_that_died_leaves_its_mail_to_another_after_the_lease(session: Any, tmp_path: Path) -> None:
    number = put()

    class Killed(MailFolder):
        def deliver(self, row: OutboxMessage) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(Killed(tmp_path, FROM))
    assert deliver(MailFolder(tmp_path, FROM), NOW + LEASE - timedelta(seconds=1)) == Tally()
    assert deliver(MailFolder(tmp_path, FROM), NOW + LEASE) == Tally(delivered=1)
    assert stored(number).attempts == 2


def test_nothing_is_taken_once_the_worker_is_told_to_stop(session: Any, tmp_path: Path) -> None:
    number = put()
    office = MailFolder(tmp_path, FROM)
    assert deliver_due(now=lambda: NOW, post_office=office, stopping=lambda: True) == Tally()
    assert stored(number).attempts == 0


def test_mail_is_encrypted_when_the_server_offers_it(session: Any) -> None:
    put()
    box = Mailbox()
    with mail_server(box, tls="starttls") as address:
        deliver(MailServer(f"smtp://{address}", FROM))
    assert box.encrypted == [True]


def test_mail_goes_over_smtps_with_a_password_that_has_odd_letters(session: Any) -> None:
    put()
    box = Mailbox()
    with mail_server(box, tls="smtps", login=True) as address:
        assert deliver(MailServer(f"smtps://tilat%40x:right@{address}", FROM)).delivered == 1
    assert box.logins == [(b"tilat@x", b"right")]


def test_a_wrong_password_is_said_and_loses_no_mail(session: Any) -> None:
    number, box = put(), Mailbox()
    with mail_server(box, tls="starttls", login=True) as address:
        assert deliver(MailServer(f"smtp://tilat:wrong@{address}", FROM)) == Tally(postponed=1)
    assert "535" in str(stored(number).last_error)


def test_without_a_server_mail_is_written_into_files(session: Any, tmp_path: Path) -> None:
    number = put()
    folder = tmp_path / "mail"
    assert deliver(MailFolder(folder, FROM)) == Tally(delivered=1)
    (file,) = folder.iterdir()
    assert file.name.startswith(f"{number:06}-confirmed-")
    assert file.suffix == ".eml"
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "kuoro@demo.example"


def test_a_folder_that_cannot_be_written_to_loses_no_mail(session: Any, tmp_path: Path) -> None:
    number = put()
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert deliver(MailFolder(tmp_path / "mail", FROM)) == Tally(postponed=1)
    assert deliver(MailFolder(tmp_path / "other", FROM), NOW + timedelta(minutes=2)) == Tally(delivered=1)
    assert stored(number).delivered_at is not None
    assert list((tmp_path / "other").glob(".*")) == []


def test_a_check_says_whether_mail_could_go_out_and_sends_none(session: Any, tmp_path: Path) -> None:
    box = Mailbox()
    with mail_server(box) as address, MailServer(f"smtp://{address}", FROM) as office:
        office.check()
    assert box.mails == []
    with pytest.raises(NotDelivered, match="refused"):
        MailServer(f"smtp://{closed_port()}", FROM).check()
    MailFolder(tmp_path / "mail", FROM).check()
    (tmp_path / "file").write_text("")
    with pytest.raises(NotDelivered):
        MailFolder(tmp_path / "file", FROM).check()


def test_a_mail_that_nobody_sends_is_overdue_after_ten_minutes(session: Any) -> None:
    put()
    assert count_overdue(NOW + timedelta(minutes=9)) == 0
    assert count_overdue(NOW + timedelta(minutes=11)) == 1


def test_several_workers_at_once_deliver_each_mail_once(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    mails, workers = 60, 4
    box = Mailbox()
    together = threading.Barrier(workers)

    def work(address: str) -> Tally:
        with app.app_context():
            together.wait(30)
            return deliver(MailServer(f"smtp://{address}", FROM))

    with app.app_context(), mail_server(box) as address, ThreadPoolExecutor(workers) as threads:
        for number in range(mails):
            put(f"reader{number}@demo.example")
        tallies = list(threads.map(work, [address] * workers))
        assert sum(tally.delivered for tally in tallies) == mails
        assert sorted(box.recipients) == sorted(f"reader{number}@demo.example" for number in range(mails))
        assert {row.attempts for row in db.session.query(OutboxMessage)} == {1}
        db.session.remove()
        db.engine.dispose()
