"""What a token may do and until when, and when an administrator acts for an organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# The record is read newest first, all of it or by one of these
AUDIT_INDEXES = (
    ("ix_audit_entries_at_id", ["at", "id"]),
    ("ix_audit_entries_actor_id_at_id", ["actor_id", "at", "id"]),
    ("ix_audit_entries_action_at_id", ["action", "at", "id"]),
    ("ix_audit_entries_subject_kind_at_id", ["subject_kind", "at", "id"]),
)


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    # tokens that are there already go on doing all they did, for as long as they did
    op.add_column(
        "api_tokens",
        sa.Column("scopes", sa.String(length=40), nullable=False, server_default="read book decide"),
    )
    op.add_column("api_tokens", sa.Column("expires_at", moment(), nullable=True))
    op.add_column("api_tokens", sa.Column("warned_at", moment(), nullable=True))
    op.create_index("ix_api_tokens_expires_at", "api_tokens", ["expires_at"])
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("decides", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("ended_at", moment(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_stand_ins_order")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stand_ins_user_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_stand_ins_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
    )
    op.create_index(
        "uq_stand_ins_current",
        "stand_ins",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_stand_ins_organisation_id", "stand_ins", ["organisation_id"])
    for name, columns in AUDIT_INDEXES:
        op.create_index(name, "audit_entries", columns)


def downgrade() -> None:
    for name, _ in AUDIT_INDEXES:
        op.drop_index(name, "audit_entries")
    op.drop_table("stand_ins")
    op.drop_index("ix_api_tokens_expires_at", "api_tokens")
    for column in ("warned_at", "expires_at", "scopes"):
        op.drop_column("api_tokens", column)
