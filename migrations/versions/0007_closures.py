"""Closures and own use: blocks, their dates, and what was decided about whom they hit."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
