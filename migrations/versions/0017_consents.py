"""Which version of the terms of use a person has accepted, and when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def moment() -> sa.types.TypeEngine:
    """Whole seconds since 1970 on SQLite, timestamptz on PostgreSQL (`booking.db.UTCDateTime`)."""
    return sa.Integer().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id")),
        sa.PrimaryKeyConstraint("user_id", "document", "version", name=op.f("pk_consents")),
    )


def downgrade() -> None:
    op.drop_table("consents")
