"""Put mail into the outbox and take it back: in the caller's transaction, so that it goes out if and only if
what it tells of has happened.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete

from booking.extensions import db
from booking.outbox.message import CalendarPart, Message
from booking.outbox.models import OutboxMessage

_LONGEST_SUBJECT = 300  # characters: the column's
_LONGEST_HOST = 80  # a Message-ID has 120 characters in all


def post(message: Message, *, now: datetime, wait_seconds: int = 0) -> OutboxMessage:
    """Add a mail that is due `wait_seconds` from now, and return it with its id. Flushes, never commits.

    The subject is put on one line: it carries titles that people have typed.
    """
    row = OutboxMessage(
        kind=message.kind,
        recipient=message.recipient,
        language=message.language,
        subject=_one_line(message.subject),
        body=message.body,
        calendar_method=message.calendar.method if message.calendar else None,
        calendar=message.calendar.text if message.calendar else None,
        filling=message.filling,
        message_id=_new_message_id(),
        subject_kind=message.subject_kind,
        subject_id=message.subject_id,
        created_at=now,
        next_attempt_at=now + timedelta(seconds=wait_seconds),
        attempts=0,
    )
    db.session.add(row)
    db.session.flush()
    return row


def take_back(subject_kind: str, subject_id: int, kinds: Collection[str]) -> list[Message]:
    """Remove the mails of these kinds about one thing that have not gone out; return them."""
    about = (OutboxMessage.subject_kind == subject_kind, OutboxMessage.subject_id == subject_id)
    return _remove(*about, OutboxMessage.kind.in_(kinds))


def take_back_untried(mail_ids: Collection[int]) -> list[Message]:
    """Remove those of these mails that no worker has ever taken to send; return them."""
    return _remove(OutboxMessage.id.in_(mail_ids), OutboxMessage.attempts == 0)


def _remove(*conditions: ColumnElement[bool]) -> list[Message]:
    db.session.flush()
    removed = db.session.execute(
        delete(OutboxMessage)
        .where(*conditions, OutboxMessage.delivered_at.is_(None))
        .returning(
            OutboxMessage.kind,
            OutboxMessage.recipient,
            OutboxMessage.language,
            OutboxMessage.subject,
            OutboxMessage.body,
            OutboxMessage.subject_kind,
            OutboxMessage.subject_id,
            OutboxMessage.calendar_method,
            OutboxMessage.calendar,
            OutboxMessage.filling,
        )
    )
    return [
        Message(*words[:7], CalendarPart(words[7], words[8]) if words[7] else None, words[9])
        for words in removed
    ]


def _one_line(subject: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in subject)
    return " ".join(printable.split())[:_LONGEST_SUBJECT]


def _new_message_id() -> str:
    """Return an id in the form of RFC 5322, 3.6.4: it stays the same however often the mail is tried."""
    host = current_app.config["SETTINGS"].host[-_LONGEST_HOST:].lstrip(".-")
    right = f"[{host}]" if ":" in host else host
    return f"<{secrets.token_hex(16)}@{right}>"
