"""Calendars from outside: where they are, how they stand, what they tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    create_sources()
    create_what_they_tell()


def create_sources() -> None:
    op.create_table(
        "outside_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("all_day", sa.String(length=10), nullable=False),
        sa.Column("transparent", sa.String(length=10), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("removed_at", moment(), nullable=True),
        sa.Column("next_attempt_at", moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fetched_at", moment(), nullable=True),
        sa.Column("read_at", moment(), nullable=True),
        sa.Column("failing_since", moment(), nullable=True),
        sa.Column("emptied_at", moment(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("failing", sa.JSON(), nullable=False),
        sa.CheckConstraint("all_day IN ('block', 'skip')", name=op.f("ck_outside_sources_all_day")),
        sa.CheckConstraint("transparent IN ('block', 'skip')", name=op.f("ck_outside_sources_transparent")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_outside_sources_created_by_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_outside_sources_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_sources")),
    )
    op.create_index(op.f("ix_outside_sources_room_id"), "outside_sources", ["room_id"])
    op.create_index(
        "ix_outside_sources_due",
        "outside_sources",
        ["next_attempt_at"],
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )


def create_what_they_tell() -> None:
    op.create_table(
        "outside_files",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["outside_sources.id"], name=op.f("fk_outside_files_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_outside_files")),
    )
    op.create_table(
        "outside_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["blocks.id"], name=op.f("fk_outside_events_block_id")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["outside_sources.id"], name=op.f("fk_outside_events_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_events")),
        sa.UniqueConstraint("block_id", name=op.f("uq_outside_events_block_id")),
    )
    op.create_index("uq_outside_events_source_key", "outside_events", ["source_id", "key"], unique=True)
    op.create_table(
        "outside_clashes",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("told_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_outside_clashes_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["outside_sources.id"], name=op.f("fk_outside_clashes_source_id")
        ),
        sa.PrimaryKeyConstraint("source_id", "occurrence_id", name=op.f("pk_outside_clashes")),
    )
    op.create_index(op.f("ix_outside_clashes_occurrence_id"), "outside_clashes", ["occurrence_id"])


def downgrade() -> None:
    for table in ("outside_clashes", "outside_events", "outside_files", "outside_sources"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM occupancy WHERE claim_id IN (SELECT claim_id FROM block_dates"
        " JOIN blocks ON blocks.id = block_dates.block_id WHERE kind = 'outside')"
    )
    op.execute("DELETE FROM block_dates WHERE block_id IN (SELECT id FROM blocks WHERE kind = 'outside')")
    op.execute("DELETE FROM blocks WHERE kind = 'outside'")
    op.execute("DELETE FROM claims WHERE kind = 'block' AND id NOT IN (SELECT claim_id FROM block_dates)")
