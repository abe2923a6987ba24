"""Schedules that were set up by command, and how far each schedule was dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of schedules; what is there stays as it is."""
    op.create_table(
        "schedules",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("cron", sa.String(200), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("topic", sa.Text),
        sa.Column("collections", sa.JSON, nullable=False),
        sa.Column("catch_up", sa.String(16), nullable=False),
        sa.Column("skip_if_empty", sa.Boolean, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_schedules"),
    )
    op.create_table(
        "schedule_progress",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("cron", sa.String(200), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("dealt_with", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_schedule_progress"),
    )
