"""When and by what kind of program each secret feed was last fetched."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Plain statements: Alembic's batch mode would make the table anew and drop its triggers.
ADDED = (
    ("fetched_at", "{moment}"),
    (
        "fetched_by",
        "VARCHAR(20) CONSTRAINT ck_subscriptions_fetched_by CHECK"
        " (fetched_by IN ('google', 'apple', 'outlook', 'thunderbird', 'android', 'other'))",
    ),
)


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    moment = "TIMESTAMP WITH TIME ZONE" if is_postgresql else "INTEGER"
    for column, kind in ADDED:
        op.execute(f"ALTER TABLE subscriptions ADD COLUMN {column} {kind.format(moment=moment)}")


def downgrade() -> None:
    for column, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE subscriptions DROP COLUMN {column}")
