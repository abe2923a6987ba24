"""What the tests of the newsroom build their documents, indexes and questions from.

Vectors come from `adapters.hashing`, so that no model is needed: they match words, not meanings.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from adapters.hashing import _hashed
from briefs.answering import AnswerSettings, answer
from briefs.composing import BriefSettings, Composed, Material, compose
from briefs.identity import document_id
from briefs.index import Index
from briefs.model import (
    MAIN,
    Answer,
    Document,
    EmbeddedDocument,
    Held,
    LoadedFile,
    Origination,
    Scope,
    Vector,
)
from briefs.splitting import split

EVERYTHING = Scope(collections=None)

modest = settings(derandomize=True, deadline=None, max_examples=80)
"""The same examples every time, and not too many of them."""

LENGTH = 200_000
HOSTILE = {
    name: (repeated * (LENGTH // len(repeated) + 1))[:LENGTH]
    for name, repeated in {
        "letters": "A ",
        "one word": "a",
        "spaces": " ",
        "brackets": "(",
        "numbers": "43 ",
        "digits": "1",
        "grouped digits": "1,000,",
        "an initialism": "A.",
        "initialisms": "U.S. ",
        "references": "No. ",
        "hyphens": "A-",
        "apostrophes": "A'",
        "sentences": "Yes. ",
        "small sentences": "yes. ",
        "ellipses": ".",
        "quotation marks": "“",
        "questions in quotation marks": "“Is it?” he ",
        "Chinese": "他走了。",
        "names": "The Bank of the Sea and ",
        "speakers": "Roe said ",
        "studies": "A study of ",
        "number words": "twenty million ",
        "months": "March ",
        "lines": "a\n",
        "empty lines": "\n ",
    }.items()
}
"""Long texts that a pattern with nested or overlapping repetitions needs hours for."""

_PIECES = (
    "The boats left.",
    "The harbour is closed!",
    "Is it open?",
    "She said so",
    "43 trips",
    "6,700 containers",
    "1.5 million barrels",
    "on March 7, 2024,",
    "No. 7",
    "at 5 p.m. EST",
    "in the U.S.",
    "according to the Harbour Institute,",
    "Gen. Moss",
    "“It is over,” he said.",
    "e.g. fish…",
    "- an item",
    "• another item.",
    "1. a third one.",
    "(Port Radio) -",
    "x",
    "?!",
    "—",
    "”",
    "Ça va.",
    "他走了。",
    "\n",
    "\n\n",
)


def prose() -> st.SearchStrategy[str]:
    """Return a strategy for texts that look like articles, and for those that do not at all."""
    return st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join) | st.text(max_size=200)


def document(text: str, **facts: Any) -> Document:
    """Return a document; what is not stated of it is unknown.

    Its id comes from all that is stated, so that two different documents never share one.
    """
    stated: dict[str, Any] = {
        "collection": MAIN,
        "title": "Untitled",
        "outlet": None,
        "author": None,
        "published": None,
        "url": None,
        "revision": 1,
        **facts,
    }
    digest = hashlib.sha256(repr((text, sorted(stated.items()))).encode()).hexdigest()
    stated.setdefault("source", f"/articles/{digest[:16]}.md")
    stated.setdefault("id", document_id(stated["collection"], stated["source"]))
    return Document(text=text, **stated)


def loaded(text: str = "The boats left.", **facts: Any) -> LoadedFile:
    """Return what a loader found in a file."""
    return LoadedFile(**{"source": "/articles/a.md", "title": "Untitled", **facts, "text": text})


def held(article: Document, *, removed: bool = False) -> Held:
    """Return a document as a library holds it."""
    return Held(document=article, origination=Origination(digest=""), removed=removed)


def embedded(article: Document) -> EmbeddedDocument:
    """Return a document with its segments and their vectors."""
    segments = split(article.text)
    return EmbeddedDocument(
        document=article, segments=segments, vectors=_hashed(segments.texts(article.text))
    )


def index_of(*documents: Document) -> Index:
    """Return an index of documents."""
    return Index(embedded(each) for each in documents)


def vector_of(text: str) -> Vector:
    """Return the vector of a question or a sentence."""
    vector: Vector = _hashed([text])[0]
    return vector


def ask(
    question: str,
    *documents: Document,
    scope: Scope = EVERYTHING,
    min_confidence: float = 0.3,
    max_statements: int = 3,
) -> Answer:
    """Return the answer to a question from documents."""
    return answer(
        question,
        vector_of(question),
        index_of(*documents),
        scope,
        AnswerSettings(min_confidence=min_confidence, max_statements=max_statements),
    ).answer


def material(*documents: Document, **given: Any) -> Material:
    """Return what a brief on some documents is composed from."""
    facts: dict[str, Any] = {"until": datetime(2024, 12, 1, tzinfo=UTC), "model": "hash:1", **given}
    if facts.get("topic") is not None:
        facts.setdefault("topic_vector", vector_of(facts["topic"]))
    return Material(documents=tuple(embedded(each) for each in documents), **facts)


def composed(*documents: Document, max_points: int = 12, **given: Any) -> Composed:
    """Return a brief on some documents, and all that it was chosen from."""
    return compose(material(*documents, **given), BriefSettings(max_points=max_points))
