"""The versions of rooms' terms, and what else rooms need to be kept at the desk."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
