"""How associations are made, verified, joined, merged and archived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENTS = ("verified_at", "turned_down_at", "archived_at")


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    written = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute("ALTER TABLE organisations ADD COLUMN business_id VARCHAR(9)")
    for column in MOMENTS:
        op.execute(f"ALTER TABLE organisations ADD COLUMN {column} {written}")
    op.execute(
        "UPDATE organisations SET verified_at = created_at"
    )  # those that are here have long been known
    in_use = sa.text("business_id IS NOT NULL AND archived_at IS NULL")
    op.create_index(
        "uq_organisations_business_id", "organisations", ["business_id"], unique=True,
        sqlite_where=in_use, postgresql_where=in_use,
    )  # fmt: skip
    _create_invitations()
    _create_requests()
    op.create_table(
        "merged_organisations",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", moment(), nullable=False),
        sa.CheckConstraint("organisation_id <> into_id", name=op.f("ck_merged_organisations_two")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_merged_organisations_organisation_id")),
        sa.ForeignKeyConstraint(["into_id"], ["organisations.id"], name=op.f("fk_merged_organisations_into_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_merged_organisations")),
    )  # fmt: skip
    op.create_index("ix_merged_organisations_into_id", "merged_organisations", ["into_id"])


def _create_invitations() -> None:
    op.create_table(
        "membership_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("closed_at", moment(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('member', 'booker', 'manager', 'approver', 'staff')", name=op.f("ck_membership_invitations_role")),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_membership_invitations_closed")),
        sa.CheckConstraint("outcome IN ('accepted', 'declined', 'withdrawn')", name=op.f("ck_membership_invitations_outcome")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_membership_invitations_organisation_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["users.id"], name=op.f("fk_membership_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_membership_invitations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_invitations")),
    )  # fmt: skip
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_membership_invitations_open", "membership_invitations", ["organisation_id", "email"], unique=True,
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_index("ix_membership_invitations_email", "membership_invitations", ["email"])


def _create_requests() -> None:
    op.create_table(
        "join_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("closed_at", moment(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_join_requests_closed")),
        sa.CheckConstraint("outcome IN ('accepted', 'declined', 'withdrawn')", name=op.f("ck_join_requests_outcome")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_join_requests_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_join_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )  # fmt: skip
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_join_requests_open", "join_requests", ["organisation_id", "user_id"], unique=True,
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_index("ix_join_requests_user_id", "join_requests", ["user_id"])


def downgrade() -> None:
    op.drop_table("merged_organisations")
    op.drop_table("join_requests")
    op.drop_table("membership_invitations")
    op.drop_index("uq_organisations_business_id", table_name="organisations")
    for column in (*reversed(MOMENTS), "business_id"):
        op.execute(f"ALTER TABLE organisations DROP COLUMN {column}")
