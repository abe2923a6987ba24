"""What was asked for on chat platforms, and the conversation that an answer was given in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the inbox, and let answers name their conversation; what is there stays as it is."""
    op.add_column("answers", sa.Column("thread", sa.Text))
    op.create_index("ix_answers_thread_asked_at", "answers", ["thread", "asked_at"])
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("received_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
