"""Briefs that were composed, what each cites, and since when a revision is there."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of kept briefs; what is there stays as it is."""
    op.add_column("revisions", sa.Column("version", sa.Integer))
    op.create_table(
        "briefs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("elapsed_ms", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_briefs"),
    )
    op.create_table(
        "brief_editions",
        sa.Column("brief", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(500), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("composed_at", sa.String(40), nullable=False),
        sa.Column("since", sa.String(40)),
        sa.Column("snapshot", sa.Integer, nullable=False),
        sa.Column("collections", sa.JSON),
        sa.PrimaryKeyConstraint("brief", "channel", name="pk_brief_editions"),
        sa.ForeignKeyConstraint(
            ["brief"], ["briefs.id"], name="fk_brief_editions_brief", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_brief_editions_channel_topic_composed_at",
        "brief_editions",
        ["channel", "topic", "composed_at"],
    )
    op.create_index("ix_brief_editions_composed_at", "brief_editions", ["composed_at"])
    op.create_table(
        "brief_citations",
        sa.Column("brief", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reprint_of", sa.String(32)),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("brief", "position", name="pk_brief_citations"),
        sa.ForeignKeyConstraint(
            ["brief"], ["briefs.id"], name="fk_brief_citations_brief", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document", "revision"],
            ["revisions.document", "revisions.revision"],
            name="fk_brief_citations_document_revision",
        ),
    )
    op.create_index("ix_brief_citations_document", "brief_citations", ["document"])
