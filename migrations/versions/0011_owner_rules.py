"""Owners' default rules, and which rules a room has of its own."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RULES = (
    "who_may_book",
    "approval",
    "pending_holds",
    "grid_minutes",
    "shortest_minutes",
    "longest_minutes",
    "turnaround_minutes",
    "notice_minutes",
    "longest_ahead_months",
    "cancellation_days",
    "most_active",
)
CHECKS = {
    "who_may_book": "who_may_book IN ('anyone', 'associations', 'members')",
    "approval": "approval IN ('at_once', 'by_approver', 'by_round')",
    "grid": "grid_minutes IN (15, 30, 60)",
    "length": "shortest_minutes > 0 AND longest_minutes >= shortest_minutes",
    "longest": "longest_minutes <= 20160",
    "turnaround": "turnaround_minutes BETWEEN 0 AND 1440",
}


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "owner_rules",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("who_may_book", sa.String(length=20), nullable=False),
        sa.Column("approval", sa.String(length=20), nullable=False),
        sa.Column("pending_holds", sa.Boolean(), nullable=False),
        sa.Column("grid_minutes", sa.Integer(), nullable=False),
        sa.Column("shortest_minutes", sa.Integer(), nullable=False),
        sa.Column("longest_minutes", sa.Integer(), nullable=False),
        sa.Column("turnaround_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("longest_ahead_months", sa.Integer(), nullable=False),
        sa.Column("cancellation_days", sa.Integer(), nullable=False),
        sa.Column("most_active", sa.Integer(), nullable=True),
        sa.Column("changed_at", moment(), nullable=False),
        *(sa.CheckConstraint(check, name=op.f(f"ck_owner_rules_{name}")) for name, check in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_owner_rules_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_owner_rules")),
    )
    op.execute("ALTER TABLE rooms ADD COLUMN own_rules JSON NOT NULL DEFAULT '[]'")
    # What is in force stays in force: each room there is has all its rules of its own
    own = sa.literal(json.dumps(RULES), sa.String()).cast(sa.JSON() if _is_postgresql() else sa.String())
    op.execute(sa.update(sa.table("rooms", sa.column("own_rules"))).values(own_rules=own))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    op.execute("ALTER TABLE rooms DROP COLUMN own_rules")
    op.drop_table("owner_rules")
