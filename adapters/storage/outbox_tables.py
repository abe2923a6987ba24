"""The tables of the outbox: due times that were dealt with, and the parts of their briefs."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.storage.tables import metadata

# Every time is ISO 8601 in UTC, to the microsecond: such texts sort as their times do.

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", String(25), primary_key=True),
    Column("schedule", String(200), nullable=False),
    Column("due", String(40), nullable=False),
    Column("channel", Text, nullable=False),
    Column("composed", String(40), nullable=False),
    Column("deadline", String(40), nullable=False),
    Column("brief", String(64)),
    Column("ending", String(16), nullable=False),  # briefs.parts.Ending, from the parts
    Column("unsent", Text),  # why there are no parts, where there are none
    Column("untold", Boolean, nullable=False),  # whether it has ended in a way nobody was told of
    # The ending that people know of, and since when.
    Column("told", String(16)),
    Column("told_at", String(40)),
    UniqueConstraint("schedule", "due"),
    Index(None, "ending", "channel"),
    Index(None, "due"),
    Index(None, "untold"),
)

parts = Table(
    "parts",
    metadata,
    Column(
        "occurrence", String(25), ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False
    ),
    Column("part", Integer, nullable=False),  # from 1
    Column("key", String(25), primary_key=True),
    Column("channel", Text, nullable=False),  # as the occurrence has it, for the index below
    Column("body", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("documents", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # briefs.parts.State
    Column("tries", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", String(40)),
    Column("not_before", String(40)),
    Column("first_claimed", String(40)),
    Column("claimed", String(40)),
    Column("remote_id", Text),
    Column("link", Text),
    Column("sent_at", String(40)),
    Column("reason", Text),
    UniqueConstraint("occurrence", "part"),
    Index(None, "channel", "claimed"),
)
