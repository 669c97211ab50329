"""Who has looked at contact details, when accounts were last used, and what people have to say about the
service.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("users", sa.Column("used_at", moment(), nullable=True))
    op.add_column("users", sa.Column("warned_at", moment(), nullable=True))
    seconds = op.get_bind().dialect.name == "sqlite"
    this_moment = "CAST(strftime('%s', 'now') AS INTEGER)" if seconds else "now()"
    op.execute(f"UPDATE users SET used_at = {this_moment}")  # nobody knows when they were: as of today
    op.create_table(
        "contact_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"], name=op.f("fk_contact_views_viewer_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_contact_views_reservation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_views")),
        sa.UniqueConstraint(
            "reservation_id",
            "viewer_id",
            "on_day",
            name=op.f("uq_contact_views_reservation_id_viewer_id_on_day"),
        ),
    )
    op.create_index(op.f("ix_contact_views_viewer_id_on_day"), "contact_views", ["viewer_id", "on_day"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("page", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("reminded_at", moment(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('accessibility', 'data', 'other')", name=op.f("ck_feedback_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feedback_user_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_feedback_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_answered_at_created_at"), "feedback", ["answered_at", "created_at"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("contact_views")
    op.drop_column("users", "warned_at")
    op.drop_column("users", "used_at")
