"""An outbox row as the mail that travels (RFC 5322), and the name of its file without a mail server."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from booking.outbox.models import OutboxMessage

_UNSAFE = re.compile(r"[^a-z0-9_-]+")


class UnusableAddress(ValueError):
    """An address to which no mail can ever be sent."""


def compose(row: OutboxMessage, mail_from: str) -> EmailMessage:
    """Return the mail of a row: UTF-8 plain text, the same bytes at every try.

    `mail_from` is `tilat@example.fi` or `Imatran tilat <tilat@example.fi>`. Raises UnusableAddress for a
    recipient that is no address; a line break in any header is refused by the mail library (ValueError).
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender(mail_from)
    mail["To"] = address_of(row.recipient)
    mail["Subject"] = row.subject
    mail["Date"] = format_datetime(row.created_at)
    mail["Message-ID"] = row.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    mail.set_content(row.body, cte="quoted-printable")
    mail["Content-Language"] = row.language
    return mail


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
