"""People."""

from itertools import count
from typing import Any

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.accounts.passwords import hash_password
from booking.clock import now
from booking.extensions import db
from booking.organisations.membership import actor_of
from tests.support.signed_in import be_signed_in

_numbers = count(1)


def make_user(*, password: str | None = None, **changes: Any) -> User:
    """Return a person who may sign in; without `password` nobody knows one (hashing takes its time)."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"henkilo{number}@example.org",
        "name": f"Henkilö {number}",
        "password_hash": hash_password(password) if password else None,
        "created_at": now(),
        "confirmed_at": now(),
        # an administrator without a second factor gets nowhere
        "second_factor_at": now() if changes.get("is_admin") else None,
    }
    user = User(**values | changes)
    db.session.add(user)
    db.session.flush()
    return user


def sign_in(client: Any, user: User) -> None:
    """Have a PageClient's browser be signed in as the person, without the time a password takes."""
    be_signed_in(client.raw, user)


def acting(user: User) -> Actor:
    """Return the person as services know them, with the roles of this moment."""
    return actor_of(user)
