"""The tables of schedules, on the same metadata as the others."""

from sqlalchemy import JSON, Boolean, Column, String, Table, Text

from adapters.storage.tables import metadata

schedules = Table(
    "schedules",
    metadata,
    # The name without regard to case: `briefs.scheduling.key_of`.
    Column("key", String(80), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("channel", Text, nullable=False),
    Column("cron", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("topic", Text),
    Column("collections", JSON, nullable=False),
    Column("catch_up", String(16), nullable=False),
    Column("skip_if_empty", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("created_at", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
)

# Those of the configuration have a row here too, and none above.
schedule_progress = Table(
    "schedule_progress",
    metadata,
    Column("key", String(80), primary_key=True),
    # The times that it was dealt with by; by others, nothing was missed.
    Column("cron", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("dealt_with", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
)
