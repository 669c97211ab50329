"""What feeds tell of blocks: a name for ever for each date, when it was made and when it last changed."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Added by plain statements: Alembic would copy the whole table on SQLite
ADDED = (
    ("blocks", "changed_at", "{moment}"),
    ("block_dates", "uid", "VARCHAR(300) NOT NULL DEFAULT ''"),
    ("block_dates", "sequence", "INTEGER NOT NULL DEFAULT 0"),
    ("block_dates", "created_at", "{moment} NOT NULL DEFAULT {epoch}"),
    ("block_dates", "changed_at", "{moment} NOT NULL DEFAULT {epoch}"),
)
MADE = """
UPDATE block_dates SET created_at = made.created_at, changed_at = made.created_at
FROM (SELECT block_id, created_at FROM closures) AS made WHERE made.block_id = block_dates.block_id
"""


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        words = {"moment": "TIMESTAMP WITH TIME ZONE", "epoch": "to_timestamp(0)"}
    else:
        words = {"moment": "INTEGER", "epoch": "0"}
    for table, column, kind in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind.format(**words)}")
    op.execute(MADE)
    host = current_app.config["SETTINGS"].host
    names = [
        {"id": each, "uid": f"{uuid4().hex}@{host}"}
        for each in bind.scalars(sa.text("SELECT id FROM block_dates"))
    ]
    if names:
        bind.execute(sa.text("UPDATE block_dates SET uid = :uid WHERE id = :id"), names)
    op.create_index("uq_block_dates_uid", "block_dates", ["uid"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_block_dates_uid", "block_dates")
    for table, column, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
