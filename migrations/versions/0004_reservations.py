"""Reservations, their dates, and the words given with decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def time_checks(table: str) -> list[sa.CheckConstraint]:
    """Refuse what is no moment, and a use of more than 14 days."""
    if op.get_bind().dialect.name == "postgresql":
        rule = "isfinite(starts_at) AND isfinite(ends_at)"
        longest = "ends_at <= starts_at + 14 * 24 * INTERVAL '1 hour'"
    else:
        rule = "typeof(starts_at) = 'integer' AND typeof(ends_at) = 'integer'"
        longest = "ends_at <= starts_at + 14 * 24 * 3600"
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_times")),
        sa.CheckConstraint(longest, name=op.f(f"ck_{table}_longest")),
    ]


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("booker_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.JSON(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('meeting', 'rehearsal', 'training', 'course', 'event', 'other')",
            name=op.f("ck_reservations_purpose"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'private', 'event')", name=op.f("ck_reservations_visibility")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_reservations_people")),
        sa.ForeignKeyConstraint(["booker_id"], ["users.id"], name=op.f("fk_reservations_booker_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reservations_organisation_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_reservations_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("reference", name=op.f("uq_reservations_reference")),
    )
    op.create_index(op.f("ix_reservations_booker_id"), "reservations", ["booker_id"])
    op.create_index(op.f("ix_reservations_organisation_id"), "reservations", ["organisation_id"])
    op.create_index(op.f("ix_reservations_room_id"), "reservations", ["room_id"])

    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("slot_starts_at", moment(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("turnaround_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=300), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'declined', 'withdrawn', 'expired', 'cancelled', 'used', 'no_show')",
            name=op.f("ck_occurrences_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrences_order")),
        *time_checks("occurrences"),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_occurrences_claim_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_occurrences_reservation_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_occurrences_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_occurrences_claim_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_occurrences_uid")),
    )
    op.create_index(op.f("ix_occurrences_reservation_id"), "occurrences", ["reservation_id"])
    op.create_index(op.f("ix_occurrences_room_id_starts_at"), "occurrences", ["room_id", "starts_at"])
    op.create_index(op.f("ix_occurrences_state_starts_at"), "occurrences", ["state", "starts_at"])

    op.create_table(
        "reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_entry_id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_entry_id"], ["audit_entries.id"], name=op.f("fk_reasons_audit_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_reasons_reservation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
        sa.UniqueConstraint("audit_entry_id", name=op.f("uq_reasons_audit_entry_id")),
    )
    op.create_index(op.f("ix_reasons_reservation_id"), "reasons", ["reservation_id"])


def downgrade() -> None:
    for table in ("reasons", "occurrences", "reservations"):
        op.drop_table(table)
