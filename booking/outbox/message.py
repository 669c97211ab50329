"""PURE: a mail as its author hands it over. Features compose, `outbox.delivery` sends."""

from dataclasses import dataclass

CALENDAR_METHODS = ("REQUEST", "CANCEL", "PUBLISH")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a mail brings to the reader's calendar: a whole VCALENDAR with its METHOD (RFC 5546).

    `method` is one of CALENDAR_METHODS. `text` is what is sent at every try, so it tells of the moment that
    the mail tells of, whatever has happened since.
    """

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One plain-text mail to one person, in their language (fi, sv or en).

    `kind` is a code such as `request_received`. `subject_kind` and `subject_id` name the thing it tells of,
    so that an undone decision can take its mail back (`outbox.service.take_back`). `filling` names a secret
    that takes the place of `outbox.filling.MARK` in the body when the mail is sent, if there is one.
    """

    kind: str
    recipient: str
    language: str
    subject: str
    body: str
    subject_kind: str
    subject_id: int
    calendar: CalendarPart | None = None
    filling: str | None = None
