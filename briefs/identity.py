"""Which document a source is: the rules of identity, as pure decisions.

Identity is per collection. The same source is the same document for ever; the same text of the
same outlet is not loaded twice; the same text of another outlet is a document of its own.
"""

import base64
import hashlib

from briefs.model import Document, Held, LoadedFile, Status

_ID_LENGTH = 10


def document_id(collection: str, source: str) -> str:
    """Return the id of a source's document: 10 characters that are stable across revisions."""
    digest = hashlib.sha256(f"{collection}\0{source}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_LENGTH]


def placed(
    loaded: LoadedFile, collection: str, there: Held | None, twin: Document | None
) -> tuple[Status, Document]:
    """Decide what a loaded source is to the library.

    Args:
        loaded: What was loaded, cleaned and completed.
        collection: Where it is to go.
        there: What was loaded from this source before, a removed document too.
        twin: A document of the same text and outlet from another source.

    Returns:
        `unchanged` or `duplicate` with the document that is there already; `added` or `updated`
        with the revision to keep.
    """
    alive = there is not None and not there.removed
    if there is not None and alive and _same(loaded, there.document):
        return Status.UNCHANGED, there.document
    if not alive and twin is not None:
        return Status.DUPLICATE, twin
    document = Document(
        id=document_id(collection, loaded.source) if there is None else there.document.id,
        revision=1 if there is None else there.document.revision + 1,
        collection=collection,
        source=loaded.source,
        title=loaded.title,
        outlet=loaded.outlet,
        author=loaded.author,
        published=loaded.published,
        url=loaded.url,
        text=loaded.text,
    )
    return (Status.UPDATED if alive else Status.ADDED), document


def _same(loaded: LoadedFile, document: Document) -> bool:
    return (
        loaded.text == document.text
        and loaded.title == document.title
        and loaded.outlet == document.outlet
        and loaded.author == document.author
        and loaded.published == document.published
        and loaded.url == document.url
    )
