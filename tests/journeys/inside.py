"""What happens in a served town without anybody at a page: the test does it through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from booking.access.actor import Actor
from booking.accounts.service import user_with_email
from booking.app import create_app
from booking.extensions import db
from booking.organisations.membership import actor_of
from tests.support.settings import settings_for


@contextmanager
def inside(town: Any) -> Iterator[None]:
    """Have `db.session` be the town's inside the block."""
    app = create_app(settings_for(town.database_url, town.instance_dir))
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def actor_with(mailbox: str) -> Actor:
    """Return one of the demonstration's people as they act."""
    user = user_with_email(f"{mailbox}@demo.example")
    assert user is not None
    return actor_of(user)
