"""The `Library` over the database."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, delete, insert, select, update

from adapters.storage.database import Database
from adapters.storage.tables import documents, embeddings, revisions
from briefs.model import (
    Document,
    EmbeddedDocument,
    Published,
    Segments,
    Words,
)
from briefs.shard import sentence_words

_SPANS = np.dtype("<i4")
_VECTORS = np.dtype("<f4")
_TERMS = np.dtype("<u4")


class SqlLibrary:
    """Documents, revisions and vectors, each change in one transaction."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Keep documents in a database; `now` says when they were loaded, aware."""
        self._database = database
        self._now = now

    def documents(self) -> list[Document]:
        """Return every document in its current revision."""
        with self._database.reading() as connection:
            return [_document(row) for row in connection.execute(_current())]

    def by_source(self, collection: str, source: str) -> Document | None:
        """Return the document that was loaded from a source."""
        query = _current().where(documents.c.collection == collection, documents.c.source == source)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _document(row)

    def by_text(self, collection: str, text: str, outlet: str | None) -> Document | None:
        """Return a document of the same text and outlet, from whatever source."""
        query = _current().where(
            documents.c.collection == collection,
            revisions.c.text_digest == _digest(text),
            revisions.c.outlet.is_(None) if outlet is None else revisions.c.outlet == outlet,
        )
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(documents.c.id)).first()
        return None if row is None else _document(row)

    def save(self, embedded: EmbeddedDocument, scheme: str) -> bool:
        """Keep a new document or the next revision of one, with its vectors, or nothing at all.

        Returns False, and keeps nothing, where another process was faster with this revision.
        """
        document = embedded.document
        with self._database.writing() as connection:
            there = connection.execute(
                select(documents.c.revision).where(documents.c.id == document.id)
            ).scalar()
            if (there or 0) + 1 != document.revision:
                return False
            if there is None:
                connection.execute(
                    insert(documents).values(
                        id=document.id,
                        collection=document.collection,
                        source=document.source,
                        revision=document.revision,
                    )
                )
            else:
                connection.execute(
                    update(documents)
                    .where(documents.c.id == document.id)
                    .values(revision=document.revision)
                )
            connection.execute(
                insert(revisions).values(
                    document=document.id,
                    revision=document.revision,
                    title=document.title,
                    outlet=document.outlet,
                    author=document.author,
                    published=None
                    if document.published is None
                    else document.published.isoformat(),
                    url=document.url,
                    text=document.text,
                    text_digest=_digest(document.text),
                    loaded_at=self._now().astimezone(UTC).isoformat(),
                )
            )
            connection.execute(insert(embeddings).values(**_embedding(embedded, scheme)))
        return True

    def save_vectors(self, embedded: EmbeddedDocument, scheme: str) -> None:
        """Keep vectors of another scheme for a revision, in place of those that are there."""
        document = embedded.document
        with self._database.writing() as connection:
            connection.execute(
                delete(embeddings).where(
                    embeddings.c.document == document.id,
                    embeddings.c.revision == document.revision,
                )
            )
            connection.execute(insert(embeddings).values(**_embedding(embedded, scheme)))

    def embedded(self, scheme: str) -> list[EmbeddedDocument]:
        """Return every document whose vectors were made by this scheme."""
        query = (
            _current()
            .add_columns(*embeddings.c)
            .join(
                embeddings,
                (embeddings.c.document == documents.c.id)
                & (embeddings.c.revision == documents.c.revision),
            )
            .where(embeddings.c.scheme == scheme)
        )
        with self._database.reading() as connection:
            return [_embedded(row) for row in connection.execute(query)]


def _current() -> Select[Any]:
    """Select documents with what their current revision says, in the order of their ids."""
    return (
        select(
            documents.c.id,
            documents.c.revision,
            documents.c.collection,
            documents.c.source,
            revisions.c.title,
            revisions.c.outlet,
            revisions.c.author,
            revisions.c.published,
            revisions.c.url,
            revisions.c.text,
        )
        .join(
            revisions,
            (revisions.c.document == documents.c.id)
            & (revisions.c.revision == documents.c.revision),
        )
        .order_by(documents.c.id)
    )


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        revision=row.revision,
        collection=row.collection,
        source=row.source,
        title=row.title,
        outlet=row.outlet,
        author=row.author,
        published=_published(row.published),
        url=row.url,
        text=row.text,
    )


def _published(stored: str | None) -> Published | None:
    if stored is None:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)


def _embedding(embedded: EmbeddedDocument, scheme: str) -> dict[str, object]:
    words = embedded.words or sentence_words(embedded.document, embedded.segments)
    return {
        "document": embedded.document.id,
        "revision": embedded.document.revision,
        "scheme": scheme,
        "sentences": embedded.segments.sentence_spans.astype(_SPANS, copy=False).tobytes(),
        "passages": embedded.segments.passage_spans.astype(_SPANS, copy=False).tobytes(),
        "terms": words.numbers.astype(_TERMS, copy=False).tobytes(),
        "term_counts": words.lengths.astype(_SPANS, copy=False).tobytes(),
        "dimensions": embedded.vectors.shape[1],
        "vectors": embedded.vectors.astype(_VECTORS, copy=False).tobytes(),
    }


def _embedded(row: Row[Any]) -> EmbeddedDocument:
    return EmbeddedDocument(
        document=_document(row),
        segments=Segments.of_spans(
            np.frombuffer(row.sentences, dtype=_SPANS).reshape(-1, 3),
            np.frombuffer(row.passages, dtype=_SPANS).reshape(-1, 4),
        ),
        vectors=np.frombuffer(row.vectors, dtype=_VECTORS).reshape(-1, row.dimensions),
        words=Words(
            numbers=np.frombuffer(row.terms, dtype=_TERMS),
            lengths=np.frombuffer(row.term_counts, dtype=_SPANS),
        ),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
