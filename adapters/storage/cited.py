"""What kept answers and briefs cite: revisions as they were, and what has become of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Row, Select, select, tuple_

from adapters.storage.rows import document_of
from adapters.storage.tables import documents, revisions
from briefs.model import Citation, Context, Document

Revisions: TypeAlias = Mapping[tuple[str, int], Document]
"""Documents by id and revision."""

AT_ONCE = 5_000
"""How many revisions one query asks for: a database takes so many values and no more."""

_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What has become of documents since they were cited, by their ids."""

    updated: frozenset[str]
    withdrawn: frozenset[str]


def revisions_of(connection: Connection, spans: Iterable[Row[Any]]) -> Revisions:
    """Return the revisions that spans are of."""
    wanted = sorted({(span.document, span.revision) for span in spans})
    query: Select[Any] = select(
        documents.c.id,
        documents.c.collection,
        documents.c.source,
        documents.c.reprint_of,
        revisions.c.revision,
        revisions.c.title,
        revisions.c.outlet,
        revisions.c.author,
        revisions.c.published,
        revisions.c.url,
        revisions.c.text,
    ).join(revisions, revisions.c.document == documents.c.id)
    of_which = tuple_(revisions.c.document, revisions.c.revision)
    return {
        (row.id, row.revision): document_of(row)
        for some in _portions(wanted)
        for row in connection.execute(query.where(of_which.in_(some)))
    }


def became(connection: Connection, spans: Sequence[Row[Any]]) -> Became:
    """Return what has become of the documents of spans since the revisions that they are of."""
    query = select(documents.c.id, documents.c.revision, documents.c.removed)
    state = [
        row
        for some in _portions(sorted({span.document for span in spans}))
        for row in connection.execute(query.where(documents.c.id.in_(some)))
    ]
    newest = {each.id: each.revision for each in state}
    return Became(
        updated=frozenset(span.document for span in spans if span.revision < newest[span.document]),
        withdrawn=frozenset(each.id for each in state if each.removed),
    )


def document_then(span: Row[Any], known: Revisions) -> Document:
    """Return the document of a span as it counted when it was cited."""
    document = known[span.document, span.revision]
    if document.reprint_of == span.reprint_of:
        return document
    return replace(document, reprint_of=span.reprint_of)


def span_values(quoted: Citation | Context | Document) -> dict[str, Any]:
    """Return what is kept of a span, or of a document as a whole."""
    document = quoted if isinstance(quoted, Document) else quoted.document
    return {
        "number": quoted.number if isinstance(quoted, Citation) else None,
        "document": document.id,
        "revision": document.revision,
        "reprint_of": document.reprint_of,
        "start": 0 if isinstance(quoted, Document) else quoted.start,
        "end": 0 if isinstance(quoted, Document) else quoted.end,
    }


def _portions(items: Sequence[_Each]) -> Iterator[Sequence[_Each]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
