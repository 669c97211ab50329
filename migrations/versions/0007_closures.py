"""Closures and own use: blocks, their dates, and what was decided about whom they hit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    create_blocks()
    create_closures()


def create_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('closure', 'own_use', 'outside')", name=op.f("ck_blocks_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_table(
        "block_spaces",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["blocks.id"], name=op.f("fk_block_spaces_block_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_block_spaces_space_id")),
        sa.PrimaryKeyConstraint("block_id", "space_id", name=op.f("pk_block_spaces")),
    )
    op.create_index(op.f("ix_block_spaces_space_id"), "block_spaces", ["space_id"])
    op.create_table(
        "block_dates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_block_dates_order")),
        sa.ForeignKeyConstraint(["block_id"], ["blocks.id"], name=op.f("fk_block_dates_block_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_block_dates_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_dates")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_block_dates_claim_id")),
    )
    op.create_index(op.f("ix_block_dates_block_id_starts_at"), "block_dates", ["block_id", "starts_at"])
    op.create_index(op.f("ix_block_dates_ends_at"), "block_dates", ["ends_at"])


def create_closures() -> None:
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("removed_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(["block_id"], ["blocks.id"], name=op.f("fk_closures_block_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_closures_created_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_closures_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
        sa.UniqueConstraint("block_id", name=op.f("uq_closures_block_id")),
    )
    op.create_index(op.f("ix_closures_owner_id"), "closures", ["owner_id"])
    op.create_table(
        "closure_rooms",
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name=op.f("fk_closure_rooms_closure_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_closure_rooms_room_id")),
        sa.PrimaryKeyConstraint("closure_id", "room_id", name=op.f("pk_closure_rooms")),
    )
    op.create_index(op.f("ix_closure_rooms_room_id"), "closure_rooms", ["room_id"])
    op.create_table(
        "closure_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.Column("chosen_at", moment(), nullable=False),
        sa.CheckConstraint(
            "choice IN ('keep', 'offer', 'cancel', 'decline')", name=op.f("ck_closure_choices_choice")
        ),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["users.id"], name=op.f("fk_closure_choices_chosen_by_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name=op.f("fk_closure_choices_closure_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_closure_choices_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_choices")),
    )
    op.create_index(
        "uq_closure_choices_closure_occurrence",
        "closure_choices",
        ["closure_id", "occurrence_id"],
        unique=True,
    )
    op.create_index(op.f("ix_closure_choices_occurrence_id"), "closure_choices", ["occurrence_id"])


def downgrade() -> None:
    op.execute("DELETE FROM occupancy WHERE claim_id IN (SELECT id FROM claims WHERE kind = 'block')")
    for table in (
        "closure_choices",
        "closure_rooms",
        "closures",
        "block_dates",
        "block_spaces",
        "blocks",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM claims WHERE kind = 'block'")
