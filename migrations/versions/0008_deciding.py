"""Deciding: the owners' published criteria and templates of reasons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KIND = (
    "kind IN ('', 'hall', 'meeting', 'sports', 'event', 'studio', 'kitchen', 'youth', 'village', 'outdoor')"
)


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "published_criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("text_fi", sa.Text(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.CheckConstraint(KIND, name=op.f("ck_published_criteria_kind")),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 60", name=op.f("ck_published_criteria_answer_days")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_published_criteria_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_criteria")),
    )
    op.create_index(
        "uq_published_criteria_owner_id_kind", "published_criteria", ["owner_id", "kind"], unique=True
    )
    op.create_table(
        "reason_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_fi", sa.String(length=400), nullable=False),
        sa.Column("text_sv", sa.String(length=400), nullable=False),
        sa.Column("text_en", sa.String(length=400), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_reason_templates_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_templates")),
    )
    op.create_index(
        op.f("ix_reason_templates_owner_id_position"), "reason_templates", ["owner_id", "position"]
    )


def downgrade() -> None:
    op.drop_table("reason_templates")
    op.drop_table("published_criteria")
