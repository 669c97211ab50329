"""What takes a space, and the refusal of an overlap by the database itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


# Rows of a space never overlap, so the only one that can stand in the way is the last that starts before
# the new one ends: one seek in the primary key.
OVERLAP = """
SELECT RAISE(ABORT, 'occupancy_no_overlap') WHERE (
    SELECT ends_at FROM occupancy
    WHERE space_id = NEW.space_id AND starts_at < NEW.ends_at {but_for}
    ORDER BY starts_at DESC LIMIT 1
) > NEW.starts_at
"""
BUT_FOR_ITSELF = "AND NOT (space_id = OLD.space_id AND starts_at = OLD.starts_at)"


def time_checks(table: str) -> list[sa.CheckConstraint]:
    """Refuse what is no moment: on SQLite anything but an integer, on PostgreSQL the infinities."""
    if op.get_bind().dialect.name == "postgresql":
        rule = "isfinite(starts_at) AND isfinite(ends_at)"
    else:
        rule = "typeof(starts_at) = 'integer' AND typeof(ends_at) = 'integer'"
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_times"))]


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )

    op.create_table(
        "occupancy",
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_order")),
        *time_checks("occupancy"),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_occupancy_claim_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_occupancy_space_id")),
        sa.PrimaryKeyConstraint("space_id", "starts_at", name=op.f("pk_occupancy")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_occupancy_claim_id"), "occupancy", ["claim_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE occupancy ADD CONSTRAINT ex_occupancy_no_overlap "
            "EXCLUDE USING gist (space_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)"
        )
        return
    for event, but_for in (("INSERT", ""), ("UPDATE", BUT_FOR_ITSELF)):
        op.execute(
            f"CREATE TRIGGER occupancy_no_overlap_{event.lower()} BEFORE {event} ON occupancy "
            f"BEGIN {OVERLAP.format(but_for=but_for)}; END"
        )


def downgrade() -> None:
    for table in ("occupancy", "claims"):
        op.drop_table(table)
