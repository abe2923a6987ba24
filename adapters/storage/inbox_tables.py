"""The table of what was asked for on chat platforms, on the same metadata as the others."""

from sqlalchemy import Column, Index, String, Table, Text

from adapters.storage.tables import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("key", String(200), primary_key=True),
    # What was typed, and by whom, until it is done; then nothing of it is kept.
    Column("payload", Text),
    Column("received_at", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
    Index(None, "received_at"),
)
