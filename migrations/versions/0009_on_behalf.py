"""Bookings on behalf of people who phone or visit, and whom to call."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.execute("ALTER TABLE reservations ADD COLUMN on_behalf BOOLEAN NOT NULL DEFAULT false")
    op.create_table(
        "behalves",
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint("language IN ('fi', 'sv', 'en')", name=op.f("ck_behalves_language")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_behalves_reservation_id")
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_behalves")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("occurrence_ids", sa.JSON(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("told_at", moment(), nullable=True),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_calls_reservation_id")
        ),
        sa.ForeignKeyConstraint(["told_by_id"], ["users.id"], name=op.f("fk_calls_told_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_told_at_reservation_id"), "calls", ["told_at", "reservation_id"])
    op.create_index(op.f("ix_calls_reservation_id"), "calls", ["reservation_id"])


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("behalves")
    op.execute("ALTER TABLE reservations DROP COLUMN on_behalf")
