"""Short ways to read the outbox, and to have somebody leave an association."""

from typing import Any

from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.clock import now
from booking.organisations.models import Membership
from booking.outbox.models import OutboxMessage


def posted(session: Any, kind: str) -> list[OutboxMessage]:
    """Return the mails of a kind in the outbox, oldest first."""
    return list(
        session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
    )


def mail(session: Any, kind: str) -> OutboxMessage:
    """Return the only mail of a kind."""
    (found,) = posted(session, kind)
    return found


def links(body: str, part: str) -> list[str]:
    """Return the addresses in a mail that contain a text."""
    return [word for word in body.split() if word.startswith("http") and part in word]


def leave(session: Any, user: User, then: Role | None = None) -> None:
    """End the person's membership, or turn it into another role."""
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    if then:
        membership.role = then
    else:
        membership.ended_at = now()
    session.flush()
