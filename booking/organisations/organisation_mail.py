"""What the mails about an organisation share: what they are about, and where they lead."""

from typing import Final

from booking.accounts.models import User
from booking.organisations.models import Organisation
from booking.outbox.message import Message
from booking.web.addresses import outside_url

SUBJECT: Final = "organisation"
"""What the mails are about."""


def about(organisation: Organisation, kind: str, reader: User, subject: str, body: str) -> Message:
    """Return the mail to one person about an organisation, in the language it is written in: theirs."""
    return Message(kind, reader.email, reader.language, subject, body, SUBJECT, organisation.id)


def page_of(organisation: Organisation) -> str:
    """Return the address of its page."""
    return outside_url("organisations.show", slug=organisation.slug)


def members_of(organisation: Organisation) -> str:
    """Return the address of the page of its members."""
    return outside_url("members.show", slug=organisation.slug)
