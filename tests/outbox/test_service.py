"""Putting mail into the outbox and taking it back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.db import in_transaction
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post, take_back

NOW = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
MESSAGE = Message(
    "confirmed", "kuoro@demo.example", "fi", "Vahvistettu", "Tila on teidän.\n", "reservation", 7
)


def test_a_posted_mail_is_due_at_once_and_undelivered(session: Any) -> None:
    row = post(MESSAGE, now=NOW)
    assert (row.next_attempt_at, row.created_at, row.attempts) == (NOW, NOW, 0)
    assert row.delivered_at is None
    assert row.given_up_at is None


def test_a_decisions_mail_waits(session: Any) -> None:
    assert post(MESSAGE, now=NOW, wait_seconds=60).next_attempt_at == NOW + timedelta(seconds=60)


def test_each_mail_has_a_message_id_of_its_own_at_our_host(session: Any) -> None:
    first, second = post(MESSAGE, now=NOW), post(MESSAGE, now=NOW)
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@localhost>")


def test_a_mail_goes_with_its_transaction(session: Any) -> None:
    def fail() -> None:
        post(MESSAGE, now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        in_transaction(fail)
    assert session.query(OutboxMessage).count() == 0


@pytest.mark.parametrize("typed", ["Kahvit\r\nBcc: kaikki@x.example", "Kahvit\x00\u2028 tai\tteet"])
def test_a_title_cannot_add_a_line_to_the_subject(session: Any, typed: str) -> None:
    subject = post(replace(MESSAGE, subject=typed), now=NOW).subject
    assert subject.startswith("Kahvit ")
    assert subject.isprintable()


def test_a_very_long_subject_is_cut_to_its_column(session: Any) -> None:
    assert len(post(replace(MESSAGE, subject="ä" * 400), now=NOW).subject) == 300


def test_taking_back_leaves_other_things_other_kinds_and_what_has_gone_out(session: Any) -> None:
    taken = post(MESSAGE, now=NOW)
    other_kind = post(replace(MESSAGE, kind="declined"), now=NOW)
    other_thing = post(replace(MESSAGE, subject_id=8), now=NOW)
    sent = post(MESSAGE, now=NOW)
    sent.delivered_at = NOW
    assert len(take_back("reservation", 7, {"confirmed"})) == 1
    left = {row.id for row in session.query(OutboxMessage)}
    assert left == {other_kind.id, other_thing.id, sent.id}
    assert taken.id not in left
