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


def upgrade() -> None:
    create_photos()


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


def downgrade() -> None:
    op.drop_table("room_photos")
    op.drop_table("photo_files")
