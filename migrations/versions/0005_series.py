"""Series decided date by date: proposals, the waiting list, what happened after, school breaks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Added by plain statements: Alembic would copy the whole table on SQLite to add a check
ADDED = (
    ("reservations", "approvers_reminded_at", "{moment}"),
    ("occurrences", "pending_holds", "BOOLEAN NOT NULL DEFAULT false"),
    ("occurrences", "is_exception", "BOOLEAN NOT NULL DEFAULT false"),
    ("occurrences", "is_dropped", "BOOLEAN NOT NULL DEFAULT false"),
    ("occurrences", "own_title", "VARCHAR(120)"),
    ("occurrences", "own_people", "INTEGER CONSTRAINT ck_occurrences_own_people CHECK (own_people > 0)"),
    ("occurrences", "attendance", "INTEGER CONSTRAINT ck_occurrences_attendance CHECK (attendance >= 0)"),
    ("occurrences", "reminded_at", "{moment}"),
)
PURPOSE = "purpose IN ('meeting', 'rehearsal', 'training', 'course', 'event', 'other')"
WAITING_STATE = "state IN ('waiting', 'offered', 'accepted', 'refused', 'lapsed', 'left', 'passed')"


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    bind = op.get_bind()
    written = "TIMESTAMP WITH TIME ZONE" if bind.dialect.name == "postgresql" else "INTEGER"
    for table, column, kind in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind.format(moment=written)}")
    op.execute("UPDATE occurrences SET pending_holds = true WHERE claim_id IS NOT NULL")
    create_proposals()
    create_companions()
    create_waiting_list()
    create_reviews()
    create_school_breaks()


def create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("turnaround_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("deadline_at", moment(), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("is_alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("closed_at", moment(), nullable=True),
        sa.CheckConstraint("side IN ('booker', 'owner')", name=op.f("ck_proposals_side")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_proposals_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_proposals_order")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_proposals_claim_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_proposals_created_by_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_proposals_occurrence_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_proposals_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_proposals_claim_id")),
    )
    op.create_index(op.f("ix_proposals_occurrence_id"), "proposals", ["occurrence_id"])
    op.create_index(op.f("ix_proposals_state_deadline_at"), "proposals", ["state", "deadline_at"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_proposals_open",
        "proposals",
        ["occurrence_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def create_companions() -> None:
    op.create_table(
        "companions",
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("main_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["main_id"], ["reservations.id"], name=op.f("fk_companions_main_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_companions_reservation_id")
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_companions")),
    )
    op.create_index(op.f("ix_companions_main_id"), "companions", ["main_id"])


def create_waiting_list() -> None:
    op.create_table(
        "waiting_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_waiting_entries_purpose")),
        sa.CheckConstraint(
            "visibility IN ('public', 'private', 'event')", name=op.f("ck_waiting_entries_visibility")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_waiting_entries_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_waiting_entries_organisation_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_waiting_entries_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_waiting_entries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
        sa.UniqueConstraint("reference", name=op.f("uq_waiting_entries_reference")),
    )
    for column in ("room_id", "organisation_id", "user_id"):
        op.create_index(op.f(f"ix_waiting_entries_{column}"), "waiting_entries", [column])
    op.create_table(
        "waiting_dates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("deadline_at", moment(), nullable=True),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", moment(), nullable=False),
        sa.CheckConstraint(WAITING_STATE, name=op.f("ck_waiting_dates_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_waiting_dates_order")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_waiting_dates_claim_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["waiting_entries.id"], name=op.f("fk_waiting_dates_entry_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_waiting_dates_reservation_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_waiting_dates_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_dates")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_waiting_dates_claim_id")),
    )
    op.create_index(op.f("ix_waiting_dates_entry_id"), "waiting_dates", ["entry_id"])
    op.create_index(
        op.f("ix_waiting_dates_room_id_state_starts_at"), "waiting_dates", ["room_id", "state", "starts_at"]
    )
    op.create_index(op.f("ix_waiting_dates_state_deadline_at"), "waiting_dates", ["state", "deadline_at"])


def create_reviews() -> None:
    op.create_table(
        "no_show_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("season_start", sa.Date(), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", moment(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_no_show_reviews_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_no_show_reviews_owner_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["users.id"], name=op.f("fk_no_show_reviews_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_show_reviews")),
    )
    op.create_index(op.f("ix_no_show_reviews_organisation_id"), "no_show_reviews", ["organisation_id"])
    op.create_index(
        op.f("ix_no_show_reviews_owner_id_organisation_id_season_start"),
        "no_show_reviews",
        ["owner_id", "organisation_id", "season_start"],
    )


def create_school_breaks() -> None:
    op.create_table(
        "school_breaks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_school_breaks_order")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_school_breaks_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_breaks")),
    )
    op.create_index(op.f("ix_school_breaks_venue_id"), "school_breaks", ["venue_id"])


def downgrade() -> None:
    for table in (
        "school_breaks",
        "no_show_reviews",
        "waiting_dates",
        "waiting_entries",
        "companions",
        "proposals",
    ):
        op.drop_table(table)
    for table, column, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
