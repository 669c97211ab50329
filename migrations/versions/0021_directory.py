"""What organisations say about themselves in the directory: a profile, its tags, what they offer and look for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("about_sv", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("accessibility", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("checked_at", moment(), nullable=False),
        sa.Column("reminded_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_profiles_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_profiles")),
    )
    op.create_index(op.f("ix_profiles_checked_at"), "profiles", ["checked_at"])
    op.create_table(
        "profile_tags",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('theme', 'target', 'language')", name=op.f("ck_profile_tags_kind")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_profile_tags_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "code", name=op.f("pk_profile_tags")),
    )
    op.create_index(op.f("ix_profile_tags_kind_code"), "profile_tags", ["kind", "code"])
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("told_at", moment(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint("side IN ('offers', 'seeks')", name=op.f("ck_exchanges_side")),
        sa.CheckConstraint(
            "kind IN ('rooms', 'staff', 'equipment', 'helpers', 'transport', 'knowledge', 'other')",
            name=op.f("ck_exchanges_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_exchanges_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
    )
    op.create_index(op.f("ix_exchanges_organisation_id"), "exchanges", ["organisation_id"])
    op.create_index(op.f("ix_exchanges_ends_at"), "exchanges", ["ends_at"])


def downgrade() -> None:
    op.drop_table("exchanges")
    op.drop_table("profile_tags")
    op.drop_table("profiles")
