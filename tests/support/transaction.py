"""One outer transaction around a test: what it commits is there for it, and gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from booking.extensions import db

# A session that finds itself inside the test's transaction commits and rolls back a savepoint only.
db.session.session_factory.configure(join_transaction_mode="create_savepoint")


@contextmanager
def outer_transaction(app: Flask) -> Iterator[scoped_session[Session]]:
    """Push an app context and give its `db.session`; every session of the app writes into one transaction.

    The transaction is undone at the end. `db.engine` stays the real engine: whoever connects by it sees
    nothing of the test.
    """
    with app.app_context(), db.engine.connect() as connection, pytest.MonkeyPatch.context() as patch:
        transaction = connection.begin()

        def same_connection(self: Session, *args: Any, **kwargs: Any) -> Any:
            return connection

        patch.setattr(Session, "get_bind", same_connection)
        try:
            yield db.session
        finally:
            db.session.remove()
            if transaction.is_active:
                transaction.rollback()
