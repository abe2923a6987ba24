"""Due times that were dealt with, the parts of their briefs, and which briefs were for them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of the outbox; what is there stays as it is."""
    op.create_table(
        "occurrences",
        sa.Column("id", sa.String(25), nullable=False),
        sa.Column("schedule", sa.String(200), nullable=False),
        sa.Column("due", sa.String(40), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("composed", sa.String(40), nullable=False),
        sa.Column("deadline", sa.String(40), nullable=False),
        sa.Column("brief", sa.String(64)),
        sa.Column("ending", sa.String(16), nullable=False),
        sa.Column("unsent", sa.Text),
        sa.Column("untold", sa.Boolean, nullable=False),
        sa.Column("told", sa.String(16)),
        sa.Column("told_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
        sa.UniqueConstraint("schedule", "due", name="uq_occurrences_schedule_due"),
    )
    op.create_index("ix_occurrences_ending_channel", "occurrences", ["ending", "channel"])
    op.create_index("ix_occurrences_due", "occurrences", ["due"])
    op.create_index("ix_occurrences_untold", "occurrences", ["untold"])
    op.create_table(
        "parts",
        sa.Column("occurrence", sa.String(25), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("key", sa.String(25), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", sa.String(40)),
        sa.Column("not_before", sa.String(40)),
        sa.Column("first_claimed", sa.String(40)),
        sa.Column("claimed", sa.String(40)),
        sa.Column("remote_id", sa.Text),
        sa.Column("link", sa.Text),
        sa.Column("sent_at", sa.String(40)),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_parts"),
        sa.ForeignKeyConstraint(
            ["occurrence"],
            ["occurrences.id"],
            name="fk_parts_occurrence",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("occurrence", "part", name="uq_parts_occurrence_part"),
    )
    op.create_index("ix_parts_channel_claimed", "parts", ["channel", "claimed"])
    op.add_column("brief_editions", sa.Column("occurrence", sa.String(25)))
