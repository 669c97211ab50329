"""Acting: one writing transaction by a person whose rights are read inside it."""

from collections.abc import Callable
from typing import TypeVar

from booking.access.actor import VISITOR, Actor
from booking.access.guard import current_actor
from booking.access.scopes import TokenScope
from booking.accounts.models import User
from booking.db import in_transaction, tried
from booking.errors import Forbidden
from booking.extensions import db
from booking.organisations.membership import actor_of

T = TypeVar("T")


def act(work: Callable[[Actor], T]) -> T:
    """Run `work` in one writing transaction with the person behind this request, and return its result.

    The person is read anew inside the transaction, so no right outlives its membership or its account. It is
    the same for a session and for an API token: both name the person in `g.actor`. `work` may run again after
    a deadlock, so it must have no effect outside the database.
    """
    sender = current_actor()
    return in_transaction(lambda: work(_fresh_actor(sender.user_id, sender.scopes)))


def try_out(work: Callable[[Actor], T]) -> T:
    """As `act`, and undo all of it: what `work` returned is what would happen."""
    sender = current_actor()
    return tried(lambda: work(_fresh_actor(sender.user_id, sender.scopes)))


def reader() -> Actor:
    """Return the person behind this request as they are now, for work that looks before it acts."""
    return _fresh_actor(current_actor().user_id, current_actor().scopes)


def act_as(user_id: int | None, work: Callable[[Actor], T]) -> T:
    """As `act`, for the person whom a signed link names. Raises Forbidden for one who may not sign in."""
    return in_transaction(lambda: work(_fresh_actor(user_id, None)))


def _fresh_actor(user_id: int | None, scopes: frozenset[TokenScope] | None) -> Actor:
    if user_id is None:
        return VISITOR
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or not user.is_active:
        raise Forbidden
    return actor_of(user, scopes=scopes)
