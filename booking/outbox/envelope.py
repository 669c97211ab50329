"""An outbox row as the mail that travels (RFC 5322), and the name of its file without a mail server."""

import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from booking.outbox.filling import body_of
from booking.outbox.models import OutboxMessage

CALENDAR_FILE = "varaus.ics"
_SUBJECT_LINE = 75  # characters; with the space before it no line has more than 76 (RFC 2047, 2)
_IN_THE_MAIL = ("REQUEST", "CANCEL")  # what mail programs answer to by themselves
_UNSAFE = re.compile(r"[^a-z0-9_-]+")


class UnusableAddress(ValueError):
    """An address to which no mail can ever be sent."""


def compose(row: OutboxMessage, mail_from: str) -> EmailMessage:
    """Return the mail of a row: UTF-8 plain text, the same bytes at every try.

    One with a calendar part has it as an attachment too; an invitation or a cancellation stands beside the
    text as its other form (RFC 6047), which is where Outlook, Gmail and Apple Mail look for it.
    `mail_from` is `tilat@example.fi` or `Imatran tilat <tilat@example.fi>`. Raises UnusableAddress for a
    recipient that is no address; a line break in any header is refused by the mail library (ValueError).
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender(mail_from)
    mail["To"] = address_of(row.recipient)
    mail.set_raw("Subject", _subject(row.subject))
    mail["Date"] = format_datetime(row.created_at)
    mail["Message-ID"] = row.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    mail.set_content(body_of(row), cte="quoted-printable")
    mail["Content-Language"] = row.language
    if row.calendar and row.calendar_method:
        _enclose(mail, row.calendar, row.calendar_method)
        _name_boundaries(mail, row.message_id)
    return mail


def _subject(text: str) -> str:
    """Return the subject as it travels, in lines: encoded words (RFC 2047) from its first letter to its last.

    Where the library folds a text that has both plain and encoded words, it adds and loses spaces; in here no
    space stands outside of an encoded word, and lines this short are not folded again.
    """
    if text != "".join(text.splitlines()):
        raise ValueError("a subject with a linefeed")
    return Header(text, "utf-8", _SUBJECT_LINE, "Subject").encode(linesep="\r\n")


def _enclose(mail: EmailMessage, calendar: str, method: str) -> None:
    # In base64 no mail server breaks a line or touches a letter of it
    if method in _IN_THE_MAIL:
        mail.add_alternative(
            calendar, subtype="calendar", charset="utf-8", cte="base64", params={"method": method}
        )
    mail.add_attachment(
        calendar.encode("utf-8"),
        maintype="application",
        subtype="ics",
        filename=CALENDAR_FILE,
        params={"name": CALENDAR_FILE},
    )


def _name_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Give the borders between the parts names of this mail's own; the library would draw them by lot."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"={sha256(f'{message_id} {number}'.encode()).hexdigest()[:40]}")


def sender(mail_from: str) -> Address:
    """Return MAIL_FROM as an address with its name. Raises UnusableAddress."""
    name, spec = parseaddr(mail_from)
    bare = address_of(spec)
    return Address(display_name=name, username=bare.username, domain=bare.domain)


def address_of(text: str) -> Address:
    """Return one bare address; its domain in ASCII (IDNA). Raises UnusableAddress, also for two in one."""
    if not text.isprintable() or any(letter.isspace() for letter in text):
        raise UnusableAddress(text)
    name, at, domain = text.rpartition("@")
    try:
        address = Address(addr_spec=f"{name}{at}{domain.encode('idna').decode('ascii')}")
    except (MessageError, ValueError, IndexError, AttributeError) as error:  # the parser's, for odd input
        raise UnusableAddress(text) from error
    if not address.username or not address.domain:
        raise UnusableAddress(text)
    return address


def file_name(row: OutboxMessage) -> str:
    """Return the name of the mail's file: the same at every try, sorted by id, without personal data."""
    kind = _UNSAFE.sub("-", row.kind.lower())
    return f"{row.id:06}-{kind}-{row.message_id.strip('<>')[:8]}.eml"
