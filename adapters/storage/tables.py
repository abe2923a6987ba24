"""The tables. Only portable types: the same schema is to serve PostgreSQL later."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0006"
"""The newest migration. A test compares it with the folder of migrations."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection", String(200), nullable=False),
    Column("source", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # the current one
    # The id of the first document of the same text, where this one repeats it.
    Column("reprint_of", String(32)),
    Column("removed", Boolean, nullable=False),
    # Grows with each change of any document: what another process asks for to keep up.
    Column("changed", Integer, nullable=False),
    UniqueConstraint("collection", "source"),
    Index(None, "changed"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("document", String(32), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("outlet", Text),
    Column("author", Text),
    Column(
        "published", String(40)
    ),  # ISO 8601, as precise as its source: a date, a time, an offset
    Column("url", Text),
    Column("text", Text, nullable=False),
    Column("text_digest", String(64), nullable=False),
    Column("sketch", LargeBinary, nullable=False),  # uint32 little-endian: briefs.reprints
    Column("loaded_at", String(40), nullable=False),  # ISO 8601 in UTC
    # The library's version that it came with: unlike a clock, it says for sure what came later.
    # Null: before there were briefs, for which alone it matters.
    Column("version", Integer),
    # How it came about: what the loader found, the text before cleaning (null where nothing was
    # dropped), which dropped lines were restored, and what a person stated.
    Column("digest", String(64), nullable=False),
    Column("raw", Text),
    Column("restored", JSON, nullable=False),
    Column("stated", JSON, nullable=False),
    Column("bare", Boolean, nullable=False),  # whether its head was read
    Column("extracted", Boolean, nullable=False),  # whether it came out of a page's markup
    Column("via", Text),  # the feed that it was found in
    Index(None, "text_digest"),
)

dropped_lines = Table(
    "dropped_lines",
    metadata,
    Column("document", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("reason", String(40), nullable=False),
    ForeignKeyConstraint(["document", "revision"], ["revisions.document", "revisions.revision"]),
)

fetches = Table(
    "fetches",
    metadata,
    Column("url", Text, primary_key=True),  # with what it was read for
    Column("etag", Text),
    Column("modified", Text),
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("document", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    # Which model, and which way of cutting a text up, made these rows.
    Column("scheme", String(200), nullable=False),
    Column("sentences", LargeBinary, nullable=False),  # int32 little-endian: start, end, heading
    Column("passages", LargeBinary, nullable=False),  # int32 little-endian: start, end, first, last
    # The stems of the sentences, 32 bits each, flat, and how many each sentence has: uint32, int32.
    Column("terms", LargeBinary, nullable=False),
    Column("term_counts", LargeBinary, nullable=False),
    Column("dimensions", Integer, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # float32 little-endian, one row a segment
    ForeignKeyConstraint(["document", "revision"], ["revisions.document", "revisions.revision"]),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", Text, nullable=False),
    # A keyed hash, never who it is: adapters.storage.asker_key. Null: nobody can be told apart.
    Column("asker", String(64)),
    Column("asked_at", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
    Column("snapshot", Integer, nullable=False),  # the library's version that it was computed on
    Column("scope", JSON, nullable=False),
    Column("question", Text, nullable=False),
    Column("understood", Text),
    Column("reason", Text),
    Column("confidence", Float, nullable=False),
    Column("searched", JSON, nullable=False),
    Column("elapsed_ms", Float, nullable=False),
    # What is said around the citations: the origins of each statement, and the differences.
    Column("origins", JSON, nullable=False),
    Column("differences", JSON, nullable=False),
    # The conversation that it was given in; null: nothing goes on from it.
    Column("thread", Text),
    Index(None, "asker"),
    Index(None, "asked_at"),
    Index(None, "thread", "asked_at"),
)

answer_citations = Table(
    "answer_citations",
    metadata,
    Column("answer", String(32), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(16), nullable=False),  # adapters.storage.answer_rows
    # Which statement it is of, or which value of all the differences, from 0.
    Column("part", Integer, nullable=False),
    Column("number", Integer),  # null for a context
    Column("document", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    # As it was then: outlets are counted by it.
    Column("reprint_of", String(32)),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    ForeignKeyConstraint(["document", "revision"], ["revisions.document", "revisions.revision"]),
    Index(None, "document"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("answer", String(32), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String(64), primary_key=True),  # a keyed hash, as `answers.asker`
    Column("useful", Boolean, nullable=False),
    Column("why", Text),
    Column("given_at", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
    Index(None, "person"),
)

briefs = Table(
    "briefs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    # What is said around the citations: adapters.storage.brief_rows.
    Column("content", JSON, nullable=False),
    Column("elapsed_ms", Float, nullable=False),
)

# The same brief may be composed for several channels, of which each has its own last one.
brief_editions = Table(
    "brief_editions",
    metadata,
    Column("brief", String(64), ForeignKey("briefs.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(500), primary_key=True),  # empty: for nobody in particular
    Column("topic", Text, nullable=False),  # in small letters; empty: none
    Column("composed_at", String(40), nullable=False),  # ISO 8601 in UTC, to the microsecond
    Column("since", String(40)),
    Column("snapshot", Integer, nullable=False),  # the library's version that it was composed on
    Column("collections", JSON),  # null: all
    # The occurrence that it was composed for, of adapters.storage.outbox_tables, until it is known
    # that it was delivered. Null: it counts as told to the channel, whatever comes.
    Column("occurrence", String(25)),
    Index(None, "channel", "topic", "composed_at"),
    Index(None, "composed_at"),
)

brief_citations = Table(
    "brief_citations",
    metadata,
    Column("brief", String(64), ForeignKey("briefs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(16), nullable=False),  # adapters.storage.brief_rows
    # Which one of its role's parts it is of, from 0.
    Column("part", Integer, nullable=False),
    Column("number", Integer),  # null for what is no citation
    Column("document", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    # As it was then: outlets are counted by it.
    Column("reprint_of", String(32)),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    ForeignKeyConstraint(["document", "revision"], ["revisions.document", "revisions.revision"]),
    Index(None, "document"),
)
