"""The address of a person's own feed in a mail: the outbox stores its name, the sent mail has the secret."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from booking.accounts.models import User
from booking.calendars.feeds import address
from booking.calendars.models import Subscription
from booking.calendars.offers import private_path
from booking.calendars.service import token_for
from booking.extensions import db
from booking.outbox.filling import MARK, register_filler

_KIND: Final = "own-feed"


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """What stands for the address in the stored mail, and the name by which it is found at sending."""

    filling: str
    mark: str = MARK


def own_feed(reader: User) -> FeedAddress | None:
    """Return the address of the feed of all that a person books, None if there is none. One statement."""
    row = db.session.execute(
        select(Subscription.id, Subscription.generation).where(
            Subscription.user_id == reader.id, Subscription.kind == "mine", Subscription.revoked_at.is_(None)
        )
    ).first()
    return FeedAddress(f"{_KIND} {row.id} {row.generation} {reader.language}") if row else None


def _address(named: str) -> str:
    subscription_id, generation, language = named.split()
    return address(private_path(token_for(int(subscription_id), int(generation))), language)


register_filler(_KIND, _address)
