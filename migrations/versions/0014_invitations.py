"""Invitations by mail: who wants them, what was sent, mails with a calendar part."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

METHOD = "calendar_method IN ('REQUEST', 'CANCEL', 'PUBLISH')"
# By plain statements: Alembic would copy the whole table on SQLite to add a check
ADDED = (
    ("users", "wants_invitations", "BOOLEAN NOT NULL DEFAULT false"),
    (
        "outbox_messages",
        "calendar_method",
        f"VARCHAR(10) CONSTRAINT ck_outbox_messages_calendar_method CHECK ({METHOD})",
    ),
    ("outbox_messages", "calendar", "TEXT"),
    ("outbox_messages", "filling", "VARCHAR(60)"),
)


def upgrade() -> None:
    for table, column, kind in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.create_table(
        "sent_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox_messages.id"], name=op.f("fk_sent_invitations_mail_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sent_invitations_user_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_sent_invitations_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_invitations")),
        sa.UniqueConstraint(
            "user_id",
            "occurrence_id",
            "sequence",
            name=op.f("uq_sent_invitations_user_id_occurrence_id_sequence"),
        ),
    )
    op.create_index(op.f("ix_sent_invitations_mail_id"), "sent_invitations", ["mail_id"])
    op.create_index(op.f("ix_sent_invitations_occurrence_id"), "sent_invitations", ["occurrence_id"])


def downgrade() -> None:
    op.drop_table("sent_invitations")
    for table, column, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
