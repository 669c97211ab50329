"""How Alembic reaches the database of the application that runs it."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine

database = current_app.extensions["migrate"].db


def engine() -> Engine:
    """Return the application's own engine, with its SQLite manners."""
    return database.engine


def run(connection: Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        compare_type=True,
        # SQLite alters by copying the table; what it drops on the way, a migration makes again
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(url=str(engine().url), target_metadata=database.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine().connect().execution_options(writes=True) as connection:
        run(connection)
        connection.commit()
