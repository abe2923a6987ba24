"""Between the domain's values and the rows that keep them."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Row

from briefs.model import (
    Document,
    Dropped,
    EmbeddedDocument,
    Origination,
    Published,
    Segments,
    Stated,
    Vectors,
    Words,
)
from briefs.reprints import Sketch
from briefs.shard import sentence_words

_SPANS = np.dtype("<i4")
_VECTORS = np.dtype("<f4")
_TERMS = np.dtype("<u4")


def digest(text: str) -> str:
    """Return what a text is looked up by."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_of(row: Row[Any]) -> Document:
    """Return the document of a row."""
    return Document(
        id=row.id,
        revision=row.revision,
        collection=row.collection,
        source=row.source,
        title=row.title,
        outlet=row.outlet,
        author=row.author,
        published=published_of(row.published),
        url=row.url,
        text=row.text,
        reprint_of=row.reprint_of,
    )


def origination_of(row: Row[Any], dropped: tuple[Dropped, ...]) -> Origination:
    """Return how the revision of a row came about."""
    stated = dict(row.stated)
    stated["published"] = published_of(stated.get("published"))
    return Origination(
        digest=row.digest,
        raw=row.raw,
        dropped=dropped,
        restored=tuple(row.restored),
        stated=Stated(**stated),
        bare=row.bare,
        extracted=row.extracted,
        via=row.via,
    )


def revision_values(document: Document, origination: Origination, found: Sketch) -> dict[str, Any]:
    """Return what is kept of a revision, but for when it was loaded."""
    stated = origination.stated
    return {
        "document": document.id,
        "revision": document.revision,
        "title": document.title,
        "outlet": document.outlet,
        "author": document.author,
        "published": _printed(document.published),
        "url": document.url,
        "text": document.text,
        "text_digest": digest(document.text),
        "sketch": found.astype(_TERMS, copy=False).tobytes(),
        "digest": origination.digest,
        "raw": origination.raw,
        "bare": origination.bare,
        "extracted": origination.extracted,
        "via": origination.via,
        "restored": list(origination.restored),
        "stated": {
            "title": stated.title,
            "outlet": stated.outlet,
            "author": stated.author,
            "published": _printed(stated.published),
        },
    }


def dropped_values(document: Document, dropped: tuple[Dropped, ...]) -> list[dict[str, Any]]:
    """Return the dropped lines of a revision."""
    return [
        {
            "document": document.id,
            "revision": document.revision,
            "number": each.number,
            "text": each.text,
            "reason": str(each.reason),
        }
        for each in dropped
    ]


def embedding_values(embedded: EmbeddedDocument, scheme: str) -> dict[str, Any]:
    """Return the vectors of a revision, with what they belong to."""
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


def places_of(sizes: Sequence[Any]) -> dict[str, Vectors]:
    """Return for documents where each one's vectors are to be put: all in one matrix.

    It is in the order in which an index has its documents, so that the index need not copy it. Of
    vectors of different lengths there is none.

    Args:
        sizes: Of each document its id and collection, the length of its vectors, and their bytes.
    """
    lengths = {row.dimensions for row in sizes}
    if len(lengths) != 1:
        return {}
    dimensions = lengths.pop()
    counts = [row.size // (_VECTORS.itemsize * max(dimensions, 1)) for row in sizes]
    matrix = np.empty((sum(counts), dimensions), dtype=np.float32)
    places: dict[str, Vectors] = {}
    last = 0
    for row, count in sorted(
        zip(sizes, counts, strict=True), key=lambda each: (each[0].collection, each[0].id)
    ):
        places[row.id] = matrix[last : last + count]
        last += count
    return places


def embedded_of(row: Row[Any], place: Vectors | None = None) -> EmbeddedDocument:
    """Return the document of a row with its vectors.

    Arrays are views of what was read; but vectors are copied where there is a place for them.
    """
    vectors = np.frombuffer(row.vectors, dtype=_VECTORS).reshape(-1, row.dimensions)
    if place is not None:
        place[:] = vectors
    return EmbeddedDocument(
        document=document_of(row),
        segments=Segments.of_spans(
            np.frombuffer(row.sentences, dtype=_SPANS).reshape(-1, 3),
            np.frombuffer(row.passages, dtype=_SPANS).reshape(-1, 4),
        ),
        vectors=vectors if place is None else place,
        words=Words(
            numbers=np.frombuffer(row.terms, dtype=_TERMS),
            lengths=np.frombuffer(row.term_counts, dtype=_SPANS),
        ),
    )


def sketch_of(stored: bytes) -> Sketch:
    """Return a sketch as it was kept."""
    return np.frombuffer(stored, dtype=_TERMS)


def published_of(stored: str | None) -> Published | None:
    """Return a date as precise as it was kept."""
    if stored is None:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)


def _printed(published: Published | None) -> str | None:
    return None if published is None else published.isoformat()
