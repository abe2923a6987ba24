"""The `Library` over the database."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from adapters.storage.database import Database
from adapters.storage.rows import (
    digest,
    document_of,
    dropped_values,
    embedded_of,
    embedding_values,
    origination_of,
    places_of,
    revision_values,
    sketch_of,
)
from adapters.storage.tables import documents, dropped_lines, embeddings, fetches, revisions
from briefs.model import Document, Dropped, EmbeddedDocument, Held, Revision
from briefs.ports import Changes, Kept, Moved, Validators
from briefs.reprints import Sketch


class SqlLibrary:
    """Documents, revisions and vectors, each change in one transaction."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Keep documents in a database; `now` says when they were loaded, aware."""
        self._database = database
        self._now = now

    def version(self) -> int:
        """Return a number that grows with every change, whichever process made it."""
        with self._database.reading() as connection:
            return _version(connection)

    def changes(self, since: int, scheme: str) -> Changes:
        """Return what has changed since a version; since 0, everything that is there."""
        # A removed document's vectors are not read, and those of another scheme count as none.
        wanted = _of_current(embeddings) & (embeddings.c.scheme == scheme) & ~documents.c.removed
        query = (
            _current()
            .add_columns(*embeddings.c)
            .outerjoin(embeddings, wanted)
            .where(documents.c.changed > since)
        )
        sizes = (
            select(
                documents.c.id,
                documents.c.collection,
                embeddings.c.dimensions,
                func.length(embeddings.c.vectors).label("size"),
            )
            .join(embeddings, wanted)
            .where(documents.c.changed > since)
        )
        embedded: list[EmbeddedDocument] = []
        unembedded: list[Document] = []
        removed: set[str] = set()
        with self._database.reading() as connection:
            version = _version(connection)
            places = places_of(connection.execute(sizes).all())
            for row in connection.execute(query):
                if row.removed:
                    removed.add(row.id)
                elif row.vectors is None:
                    unembedded.append(document_of(row))
                else:
                    embedded.append(embedded_of(row, places.get(row.id)))
        return Changes(
            version=version,
            embedded=tuple(embedded),
            removed=frozenset(removed),
            unembedded=tuple(unembedded),
        )

    def moved(self, since: int) -> Moved:
        """Return which documents have come and gone since a version; since 0, all."""
        current = select(documents.c.id, documents.c.removed).join(
            revisions, _of_current(revisions)
        )
        loaded = ~documents.c.removed & (func.coalesce(revisions.c.version, 0) > since)
        # A removed document changes no more: it was removed when it last did.
        removed = documents.c.removed & (documents.c.changed > since)
        query = current if since == 0 else current.where(loaded | removed)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return Moved(
            loaded=frozenset(row.id for row in rows if not row.removed),
            removed=frozenset(row.id for row in rows if row.removed),
        )

    def documents(self) -> list[Document]:
        """Return every document in its current revision, the removed ones left out."""
        with self._database.reading() as connection:
            return [
                document_of(row)
                for row in connection.execute(_current().where(~documents.c.removed))
            ]

    def sources(self, collection: str) -> dict[str, str]:
        """Return what each document of a collection was loaded from, the removed ones left out."""
        query = (
            select(documents.c.id, documents.c.source)
            .where(~documents.c.removed, documents.c.collection == collection)
            .order_by(documents.c.id)
        )
        with self._database.reading() as connection:
            return {row.id: row.source for row in connection.execute(query)}

    def held(self, document: str) -> Held | None:
        """Return a document by its id, a removed one too."""
        return self._held(_current().where(documents.c.id == document))

    def revision(self, document: str, number: int) -> Revision | None:
        """Return one revision of a document, an old one and one of a removed document too."""
        query = (
            _states(revisions.c.document == documents.c.id)
            .add_columns(documents.c.revision.label("newest"))
            .where(documents.c.id == document, revisions.c.revision == number)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            return Revision(
                document=document_of(row),
                dropped=_dropped(connection, row),
                newest=row.newest,
                removed=row.removed,
            )

    def by_source(self, collection: str, source: str) -> Held | None:
        """Return the document that was loaded from a source, a removed one too."""
        return self._held(
            _current().where(documents.c.collection == collection, documents.c.source == source)
        )

    def by_text(self, collection: str, text: str, outlet: str | None) -> Document | None:
        """Return a document of the same text and outlet, from whatever source."""
        query = _current().where(*_of_text(collection, text, outlet))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else document_of(row)

    def sketches(self, collection: str) -> dict[str, tuple[str, Sketch]]:
        """Return what each document's text is recognised by: its `Document.copy` and its sketch."""
        query = (
            select(documents.c.id, documents.c.reprint_of, revisions.c.sketch)
            .join(revisions, _of_current(revisions))
            .where(~documents.c.removed, documents.c.collection == collection)
        )
        with self._database.reading() as connection:
            return {
                row.id: (row.reprint_of or row.id, sketch_of(row.sketch))
                for row in connection.execute(query)
            }

    def save(self, kept: Sequence[Kept], scheme: str) -> list[bool]:
        """Keep documents and revisions with their vectors, all of them or, on an error, none.

        Returns for each whether it was kept: not where another process was faster with this
        revision, or with the same text of the same outlet from elsewhere.
        """
        with self._database.writing() as connection:
            return [self._save(connection, each, scheme) for each in kept]

    def save_vectors(self, embedded: Sequence[EmbeddedDocument], scheme: str) -> None:
        """Keep vectors of another scheme for revisions, in place of those that are there."""
        with self._database.writing() as connection:
            for each in embedded:
                connection.execute(
                    delete(embeddings).where(
                        embeddings.c.document == each.document.id,
                        embeddings.c.revision == each.document.revision,
                    )
                )
                connection.execute(insert(embeddings).values(**embedding_values(each, scheme)))
                _touch(connection, each.document.id)

    def remove(self, documents: Sequence[str]) -> None:
        """Let documents answer no more; their revisions stay."""
        with self._database.writing() as connection:
            for document in documents:
                _touch(connection, document, removed=True)

    def validators(self, url: str) -> Validators:
        """Return what to ask a server with whether a page has changed."""
        with self._database.reading() as connection:
            row = connection.execute(select(fetches).where(fetches.c.url == url)).first()
        return Validators() if row is None else Validators(etag=row.etag, modified=row.modified)

    def save_validators(self, url: str, validators: Validators) -> None:
        """Keep what a server gave."""
        with self._database.writing() as connection:
            connection.execute(delete(fetches).where(fetches.c.url == url))
            connection.execute(
                insert(fetches).values(url=url, etag=validators.etag, modified=validators.modified)
            )

    def _held(self, query: Select[Any]) -> Held | None:
        with self._database.reading() as connection:
            row = connection.execute(query.add_columns(*_ORIGINATION)).first()
            if row is None:
                return None
            dropped = _dropped(connection, row)
        return Held(
            document=document_of(row),
            origination=origination_of(row, dropped),
            removed=row.removed,
        )

    def _save(self, connection: Connection, kept: Kept, scheme: str) -> bool:
        document = kept.embedded.document
        there = connection.execute(
            select(documents.c.revision, documents.c.removed).where(documents.c.id == document.id)
        ).first()
        if (0 if there is None else there.revision) + 1 != document.revision:
            return False
        if there is not None and there.removed != kept.revives:
            return False
        if there is None or there.removed:
            # Another process may have loaded the same text from elsewhere meanwhile.
            same = _of_text(document.collection, document.text, document.outlet)
            if connection.execute(_current().where(*same)).first() is not None:
                return False
        if there is None:
            connection.execute(
                insert(documents).values(
                    id=document.id,
                    collection=document.collection,
                    source=document.source,
                    revision=document.revision,
                    reprint_of=document.reprint_of,
                    removed=False,
                    changed=_version(connection) + 1,
                )
            )
        else:
            _touch(
                connection,
                document.id,
                revision=document.revision,
                reprint_of=document.reprint_of,
                removed=False,
            )
        values = revision_values(document, kept.origination, kept.sketch)
        values["loaded_at"] = self._now().astimezone(UTC).isoformat()
        values["version"] = _version(connection)
        connection.execute(insert(revisions).values(**values))
        lines = dropped_values(document, kept.origination.dropped)
        if lines:
            connection.execute(insert(dropped_lines), lines)
        connection.execute(insert(embeddings).values(**embedding_values(kept.embedded, scheme)))
        return True


_ORIGINATION = (
    revisions.c.digest,
    revisions.c.raw,
    revisions.c.restored,
    revisions.c.stated,
    revisions.c.bare,
    revisions.c.extracted,
    revisions.c.via,
)


def _of_text(collection: str, text: str, outlet: str | None) -> tuple[Any, ...]:
    """Return the conditions that a document answers, and is of this text and outlet."""
    stored = revisions.c.outlet
    return (
        ~documents.c.removed,
        documents.c.collection == collection,
        revisions.c.text_digest == digest(text),
        stored.is_(None) if outlet is None else stored == outlet,
    )


def _of_current(table: Any) -> Any:
    """Return the condition that a row is of a document's current revision."""
    return (table.c.document == documents.c.id) & (table.c.revision == documents.c.revision)


def _current() -> Select[Any]:
    """Select documents with what their current revision says, in the order of their ids."""
    return _states(_of_current(revisions)).order_by(documents.c.id)


def _states(of_which: Any) -> Select[Any]:
    """Select documents with what those of their revisions say for which a condition holds."""
    return select(
        documents.c.id,
        revisions.c.revision,
        documents.c.collection,
        documents.c.source,
        documents.c.reprint_of,
        documents.c.removed,
        revisions.c.title,
        revisions.c.outlet,
        revisions.c.author,
        revisions.c.published,
        revisions.c.url,
        revisions.c.text,
    ).join(revisions, of_which)


def _dropped(connection: Connection, row: Row[Any]) -> tuple[Dropped, ...]:
    """Return what was dropped from the revision of a row."""
    lines = connection.execute(
        select(dropped_lines)
        .where(dropped_lines.c.document == row.id, dropped_lines.c.revision == row.revision)
        .order_by(dropped_lines.c.number)
    )
    return tuple(Dropped(number=line.number, text=line.text, reason=line.reason) for line in lines)


def _version(connection: Connection) -> int:
    return int(connection.execute(select(func.max(documents.c.changed))).scalar() or 0)


def _touch(connection: Connection, document: str, **values: object) -> None:
    """Change a document's row, so that every process hears of it."""
    connection.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(changed=_version(connection) + 1, **values)
    )
