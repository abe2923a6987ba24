"""Documents, their revisions, what was dropped from each, and its vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("collection", sa.String(200), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reprint_of", sa.String(32)),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("collection", "source", name="uq_documents_collection_source"),
    )
    op.create_index("ix_documents_changed", "documents", ["changed"])
    op.create_table(
        "revisions",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("published", sa.String(40)),
        sa.Column("url", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_digest", sa.String(64), nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
        sa.Column("loaded_at", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("raw", sa.Text),
        sa.Column("restored", sa.JSON, nullable=False),
        sa.Column("stated", sa.JSON, nullable=False),
        sa.Column("bare", sa.Boolean, nullable=False),
        sa.Column("extracted", sa.Boolean, nullable=False),
        sa.Column("via", sa.Text),
        sa.PrimaryKeyConstraint("document", "revision", name="pk_revisions"),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_revisions_document"),
    )
    op.create_index("ix_revisions_text_digest", "revisions", ["text_digest"])
    op.create_table(
        "dropped_lines",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("document", "revision", "number", name="pk_dropped_lines"),
        sa.ForeignKeyConstraint(
            ["document", "revision"],
            ["revisions.document", "revisions.revision"],
            name="fk_dropped_lines_document_revision",
        ),
    )
    op.create_table(
        "fetches",
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.PrimaryKeyConstraint("url", name="pk_fetches"),
    )
    op.create_table(
        "embeddings",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("scheme", sa.String(200), nullable=False),
        sa.Column("sentences", sa.LargeBinary, nullable=False),
        sa.Column("passages", sa.LargeBinary, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("term_counts", sa.LargeBinary, nullable=False),
        sa.Column("dimensions", sa.Integer, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("document", "revision", name="pk_embeddings"),
        sa.ForeignKeyConstraint(
            ["document", "revision"],
            ["revisions.document", "revisions.revision"],
            name="fk_embeddings_document_revision",
        ),
    )
