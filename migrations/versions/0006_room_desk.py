"""The versions of rooms' terms, and since when a room has been public."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    written = "TIMESTAMP WITH TIME ZONE" if is_postgresql else "INTEGER"
    now = "now()" if is_postgresql else "CAST(strftime('%s', 'now') AS INTEGER)"
    op.execute(f"ALTER TABLE rooms ADD COLUMN published_at {written}")
    op.execute(f"UPDATE rooms SET published_at = {now} WHERE state <> 'draft'")
    op.create_table(
        "room_terms",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_room_terms_version")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_terms_room_id")),
        sa.PrimaryKeyConstraint("room_id", "version", name=op.f("pk_room_terms")),
    )
    op.execute(
        "INSERT INTO room_terms (room_id, version, text, created_at) "
        f"SELECT id, terms_version, terms, {now} FROM rooms WHERE terms <> '' AND terms_version > 0"
    )


def downgrade() -> None:
    op.drop_table("room_terms")
    op.execute("ALTER TABLE rooms DROP COLUMN published_at")
