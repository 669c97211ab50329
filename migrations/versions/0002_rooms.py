"""Venues, rooms, the spaces they are made of, and when they are open."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=False),
        sa.Column("street_address", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("changed_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("slug", name=op.f("uq_venues_slug")),
    )

    op.create_table(
        "spaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_spaces_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
    )
    op.create_index(op.f("ix_spaces_venue_id"), "spaces", ["venue_id"])

    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_sv", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Float(), nullable=True),
        sa.Column("price_cents_per_hour", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("access_instructions", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("sourced_facts", sa.String(length=500), nullable=False),
        sa.Column("example_facts", sa.JSON(), nullable=False),
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
        sa.Column("open_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("changed_at", moment(), nullable=True),
        sa.CheckConstraint(
            "approval IN ('at_once', 'by_approver', 'by_round')", name=op.f("ck_rooms_approval")
        ),
        sa.CheckConstraint(
            "kind IN ('hall', 'meeting', 'sports', 'event', 'studio', 'kitchen', 'youth', 'village', 'outdoor')",
            name=op.f("ck_rooms_kind"),
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f("ck_rooms_state")),
        sa.CheckConstraint(
            "who_may_book IN ('anyone', 'associations', 'members')", name=op.f("ck_rooms_who_may_book")
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_rooms_capacity")),
        sa.CheckConstraint("grid_minutes IN (15, 30, 60)", name=op.f("ck_rooms_grid")),
        sa.CheckConstraint("longest_minutes <= 20160", name=op.f("ck_rooms_longest")),
        sa.CheckConstraint(
            "shortest_minutes > 0 AND longest_minutes >= shortest_minutes", name=op.f("ck_rooms_length")
        ),
        sa.CheckConstraint("turnaround_minutes BETWEEN 0 AND 1440", name=op.f("ck_rooms_turnaround")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_rooms_owner_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_rooms_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("slug", name=op.f("uq_rooms_slug")),
    )
    op.create_index(op.f("ix_rooms_owner_id"), "rooms", ["owner_id"])
    op.create_index(op.f("ix_rooms_venue_id"), "rooms", ["venue_id"])

    op.create_table(
        "room_spaces",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_spaces_room_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_room_spaces_space_id")),
        sa.PrimaryKeyConstraint("room_id", "space_id", name=op.f("pk_room_spaces")),
    )
    op.create_index(op.f("ix_room_spaces_space_id"), "room_spaces", ["space_id"])

    op.create_table(
        "room_features",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("feature", sa.String(length=30), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "feature IN ('step_free', 'accessible_toilet', 'lift', 'induction_loop', 'guide_dogs', 'kitchen', 'projector', 'sound_system', 'piano', 'stage', 'wifi', 'whiteboard', 'changing_rooms')",
            name=op.f("ck_room_features_feature"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_features_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_features")),
    )
    op.create_index("uq_room_features_room_feature", "room_features", ["room_id", "feature"], unique=True)

    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("closes > opens AND closes <= opens + 1440", name=op.f("ck_opening_hours_closes")),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", name=op.f("ck_opening_hours_opens")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_opening_hours_season"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_opening_hours_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_room_id"), "opening_hours", ["room_id"])

    op.create_table(
        "opening_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR (opens BETWEEN 0 AND 1439 AND closes > opens AND closes <= opens + 1440)",
            name=op.f("ck_opening_exceptions_hours"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_opening_exceptions_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_exceptions")),
    )
    op.create_index(
        op.f("ix_opening_exceptions_room_id_on_date"), "opening_exceptions", ["room_id", "on_date"]
    )


def downgrade() -> None:
    for table in (
        "opening_exceptions",
        "opening_hours",
        "room_features",
        "room_spaces",
        "rooms",
        "spaces",
        "venues",
    ):
        op.drop_table(table)
