"""Photos of rooms, and prices by customer group."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


ADDED = (
    (
        "reservations",
        "price_cents",
        "INTEGER CONSTRAINT ck_reservations_price_cents CHECK (price_cents >= 0)",
    ),
    ("reservations", "price_terms", "JSON"),
    (
        "waiting_entries",
        "age",
        "VARCHAR(20) DEFAULT 'any' NOT NULL"
        " CONSTRAINT ck_waiting_entries_age CHECK (age IN ('any', 'under_18', 'over_65'))",
    ),
)


def upgrade() -> None:
    create_photos()
    create_prices()
    for table, column, kind in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def create_photos() -> None:
    op.create_table(
        "photo_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_photo_files")),
    )
    op.create_table(
        "room_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("alt_sv", sa.String(length=300), nullable=False),
        sa.Column("alt_en", sa.String(length=300), nullable=False),
        sa.Column("large", sa.String(length=64), nullable=False),
        sa.Column("large_width", sa.Integer(), nullable=False),
        sa.Column("large_height", sa.Integer(), nullable=False),
        sa.Column("small", sa.String(length=64), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("added_at", moment(), nullable=False),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_room_photos_alt")),
        sa.CheckConstraint(
            "large_width > 0 AND large_height > 0 AND small_width > 0 AND small_height > 0",
            name=op.f("ck_room_photos_size"),
        ),
        sa.ForeignKeyConstraint(["large"], ["photo_files.sha256"], name=op.f("fk_room_photos_large")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_photos_room_id")),
        sa.ForeignKeyConstraint(["small"], ["photo_files.sha256"], name=op.f("fk_room_photos_small")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_photos")),
    )
    op.create_index(op.f("ix_room_photos_room_id_position"), "room_photos", ["room_id", "position"])
    op.create_index(op.f("ix_room_photos_large"), "room_photos", ["large"])
    op.create_index(op.f("ix_room_photos_small"), "room_photos", ["small"])


def create_prices() -> None:
    op.create_table(
        "room_prices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=20), nullable=False),
        sa.Column("age", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "customer IN ('everyone', 'association', 'group', 'person', 'company')",
            name=op.f("ck_room_prices_customer"),
        ),
        sa.CheckConstraint("age IN ('any', 'under_18', 'over_65')", name=op.f("ck_room_prices_age")),
        sa.CheckConstraint(
            "basis IN ('free', 'hour', 'use', 'season', 'share')", name=op.f("ck_room_prices_basis")
        ),
        sa.CheckConstraint(
            "amount BETWEEN 0 AND 10000000 AND (basis <> 'free' OR amount = 0)"
            " AND (basis <> 'share' OR amount BETWEEN 1 AND 100)",
            name=op.f("ck_room_prices_amount"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_prices_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_prices")),
    )
    op.create_index(
        "uq_room_prices_for_whom", "room_prices", ["room_id", "customer", "age", "basis"], unique=True
    )
    op.execute(
        "INSERT INTO room_prices (room_id, customer, age, basis, amount)"
        " SELECT id, 'everyone', 'any', CASE WHEN price_cents_per_hour = 0 THEN 'free' ELSE 'hour' END,"
        " price_cents_per_hour FROM rooms WHERE price_cents_per_hour BETWEEN 0 AND 10000000 ORDER BY id"
    )
    op.execute("ALTER TABLE rooms DROP COLUMN price_cents_per_hour")


def drop_prices() -> None:
    """Only a price for everyone by the hour has a place in the older table."""
    op.execute("ALTER TABLE rooms ADD COLUMN price_cents_per_hour INTEGER")
    op.execute(
        "UPDATE rooms SET price_cents_per_hour = (SELECT min(amount) FROM room_prices"
        " WHERE room_id = rooms.id AND customer = 'everyone' AND age = 'any' AND basis IN ('free', 'hour'))"
    )
    op.drop_table("room_prices")


def downgrade() -> None:
    for table, column, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    drop_prices()
    op.drop_table("room_photos")
    op.drop_table("photo_files")
