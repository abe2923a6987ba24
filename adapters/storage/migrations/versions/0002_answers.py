"""Answers that were given, what each cites, and what people say of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of kept answers; what is there stays as it is."""
    op.create_table(
        "answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("asker", sa.String(64)),
        sa.Column("asked_at", sa.String(40), nullable=False),
        sa.Column("snapshot", sa.Integer, nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("understood", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("searched", sa.JSON, nullable=False),
        sa.Column("elapsed_ms", sa.Float, nullable=False),
        sa.Column("origins", sa.JSON, nullable=False),
        sa.Column("differences", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_asker", "answers", ["asker"])
    op.create_index("ix_answers_asked_at", "answers", ["asked_at"])
    op.create_table(
        "answer_citations",
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reprint_of", sa.String(32)),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("answer", "position", name="pk_answer_citations"),
        sa.ForeignKeyConstraint(
            ["answer"], ["answers.id"], name="fk_answer_citations_answer", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document", "revision"],
            ["revisions.document", "revisions.revision"],
            name="fk_answer_citations_document_revision",
        ),
    )
    op.create_index("ix_answer_citations_document", "answer_citations", ["document"])
    op.create_table(
        "verdicts",
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("given_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("answer", "person", name="pk_verdicts"),
        sa.ForeignKeyConstraint(
            ["answer"], ["answers.id"], name="fk_verdicts_answer", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_verdicts_person", "verdicts", ["person"])
