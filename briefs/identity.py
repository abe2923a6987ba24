"""Which document a source is: the rules of identity, as pure decisions.

Identity is per collection. The same source is the same document for ever; the same text of the
same outlet is not loaded twice; the same text of another outlet is a document of its own.
"""

import base64
import hashlib

from briefs.model import Document, LoadedFile, Status
from briefs.ports import Stated

_ID_LENGTH = 10


def document_id(collection: str, source: str) -> str:
    """Return the id of a source's document: 10 characters that are stable across revisions."""
    digest = hashlib.sha256(f"{collection}\0{source}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_LENGTH]


def with_stated(loaded: LoadedFile, stated: Stated) -> LoadedFile:
    """Return what was loaded, with what a person says of it in place of what was found."""
    return LoadedFile(
        source=loaded.source,
        text=loaded.text,
        title=stated.title or loaded.title,
        outlet=stated.outlet or loaded.outlet,
        author=stated.author or loaded.author,
        published=stated.published or loaded.published,
        url=loaded.url,
        notes=() if stated.published and not loaded.published else loaded.notes,
    )


def placed(
    loaded: LoadedFile, collection: str, there: Document | None, twin: Document | None
) -> tuple[Status, Document]:
    """Decide what a loaded source is to the library.

    Args:
        loaded: What was loaded.
        collection: Where it is to go.
        there: The document that was loaded from this source before.
        twin: A document of the same text and outlet from another source.

    Returns:
        `unchanged` or `duplicate` with the document that is there already; `added` or `updated`
        with the revision to keep.
    """
    if there is not None and _same(loaded, there):
        return Status.UNCHANGED, there
    if there is None and twin is not None:
        return Status.DUPLICATE, twin
    document = Document(
        id=document_id(collection, loaded.source) if there is None else there.id,
        revision=1 if there is None else there.revision + 1,
        collection=collection,
        source=loaded.source,
        title=loaded.title,
        outlet=loaded.outlet,
        author=loaded.author,
        published=loaded.published,
        url=loaded.url,
        text=loaded.text,
    )
    return (Status.ADDED if there is None else Status.UPDATED), document


def _same(loaded: LoadedFile, document: Document) -> bool:
    return (
        loaded.text == document.text
        and loaded.title == document.title
        and loaded.outlet == document.outlet
        and loaded.author == document.author
        and loaded.published == document.published
        and loaded.url == document.url
    )
