"""The in-memory hybrid index: an immutable snapshot that is searched by meaning and by words.

Every score is computed over the rows that the scope admits and over no others, counts and rarities
included: what a place may not see cannot move what it sees. The recipe and its figures are in
docs/adr/0004.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from briefs.lexical import Postings, terms
from briefs.model import (
    Document,
    EmbeddedDocument,
    Passage,
    Scope,
    Searched,
    Segments,
    Sentence,
    Vector,
    Vectors,
    concatenated,
)

LEXICAL_SHARE = 0.4
"""Passages: BM25's share of the score; the rest is half the passage's cosine, half its best
sentence's."""

SENTENCE_COSINE = 0.7
SENTENCE_WORDS = 0.3
SENTENCE_PASSAGE = 0.5
"""Sentences: the weights of cosine, of the question's rare words, and of the best passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceHit:
    """One sentence that a search came back with."""

    document: Document
    sentence: Sentence
    row: int
    """Its number in the snapshot, for `Index.sentence_vectors`."""
    score: float
    cosine: float
    coverage: float
    """How much of the rarity of the question's words it holds, from 0 to 1."""

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.document.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """One passage that a search came back with."""

    document: Document
    passage: Passage
    score: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a search came back with, best first, and what it looked at."""

    sentences: tuple[SentenceHit, ...]
    passages: tuple[PassageHit, ...]
    searched: Searched
    missing: tuple[str, ...]
    """The terms of the question that no visible document has."""


@dataclass(frozen=True, slots=True)
class _Visible:
    """Which rows a scope admits, as masks."""

    documents: int
    sentences: NDArray[np.bool_]
    passages: NDArray[np.bool_]


class Index:
    """A searchable immutable snapshot of embedded documents."""

    def __init__(self, embedded: Iterable[EmbeddedDocument] = ()) -> None:
        """Index documents; their order does not matter."""
        # Ordered by id, so that equal scores come out the same way whatever was loaded first.
        self._embedded = tuple(sorted(embedded, key=lambda each: each.document.id))
        self.dimensions = self._embedded[0].vectors.shape[1] if self._embedded else 0
        segments = [each.segments for each in self._embedded]

        self._sentences = tuple(chain.from_iterable(cut.sentences for cut in segments))
        self._passages = tuple(chain.from_iterable(cut.passages for cut in segments))
        self._sentence_owner = _owners([len(cut.sentences) for cut in segments])
        self._passage_owner = _owners([len(cut.passages) for cut in segments])
        self._quotable = np.array([not each.heading for each in self._sentences], dtype=np.bool_)
        self.sentence_vectors = self._stacked(passages=False)
        """Shape (sentences, dimensions), by the row of a `SentenceHit`."""
        self._passage_vectors = self._stacked(passages=True)
        self._windows = self._passage_windows()
        self._sentence_words, self._passage_words = self._words()
        self._segments = {each.document.id: each.segments for each in self._embedded}
        self._visible: dict[Scope, _Visible] = {}

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self._embedded)

    def no_vector(self) -> Vector:
        """Return a vector that is like no other, for a search that nothing can be found by."""
        return np.zeros(self.dimensions, dtype=np.float32)

    def documents(self, scope: Scope) -> list[EmbeddedDocument]:
        """Return the documents that a scope admits."""
        return [each for each in self._embedded if scope.admits(each.document)]

    def segments(self, document: str) -> Segments:
        """Return the segments of a document by its id."""
        return self._segments[document]

    def rarity(self, scope: Scope) -> Callable[[str], float]:
        """Return a function from a term to its inverse document frequency in a scope."""
        visible = self._admitted(scope).sentences
        return lambda term: self._sentence_words.rarity(term, visible)

    def search(self, question: str, vector: Vector, scope: Scope, limit: int = 60) -> Ranking:
        """Rank the sentences and passages that a scope admits, best first.

        Args:
            question: As it was asked.
            vector: Its unit vector, shape (dimensions,).
            scope: What may be looked at.
            limit: How many sentences, and passages, come back at most.
        """
        visible = self._admitted(scope)
        searched = Searched(
            documents=visible.documents, passages=int(np.count_nonzero(visible.passages))
        )
        asked = terms(question)
        missing = tuple(
            term
            for term in dict.fromkeys(asked)
            if not self._passage_words.holds(term, visible.passages)
        )
        if not visible.passages.any():
            return Ranking(sentences=(), passages=(), searched=searched, missing=missing)

        sentence_cosine = _cosines(self.sentence_vectors, vector)
        passage_score = self._passage_scores(asked, vector, sentence_cosine, visible)
        coverage = self._sentence_words.coverage(asked, visible.sentences)
        sentence_score = (
            SENTENCE_COSINE * sentence_cosine
            + SENTENCE_WORDS * coverage
            + SENTENCE_PASSAGE * self._best_passage(passage_score)
        )
        candidates = np.flatnonzero(visible.sentences & self._quotable)
        best_sentences = _best(candidates, sentence_score, limit)
        best_passages = _best(np.flatnonzero(visible.passages), passage_score, limit)
        passage_coverage = self._passage_words.coverage(asked, visible.passages)
        return Ranking(
            sentences=tuple(
                SentenceHit(
                    document=self._embedded[self._sentence_owner[row]].document,
                    sentence=self._sentences[row],
                    row=int(row),
                    score=float(sentence_score[row]),
                    cosine=float(sentence_cosine[row]),
                    coverage=float(coverage[row]),
                )
                for row in best_sentences
            ),
            passages=tuple(
                PassageHit(
                    document=self._embedded[self._passage_owner[row]].document,
                    passage=self._passages[row],
                    score=float(passage_score[row]),
                    coverage=float(passage_coverage[row]),
                )
                for row in best_passages
            ),
            searched=searched,
            missing=missing,
        )

    def _passage_scores(
        self,
        asked: list[str],
        vector: Vector,
        sentence_cosine: NDArray[np.float32],
        visible: _Visible,
    ) -> NDArray[np.float32]:
        """Return the fused score of every passage: shape (passages,), at most 1."""
        own = _cosines(self._passage_vectors, vector)
        dense = 0.5 * own + 0.5 * self._best_sentence(sentence_cosine)
        lexical = self._passage_words.bm25(asked, visible.passages)
        dense, lexical = (_scaled(part, visible.passages) for part in (dense, lexical))
        return (LEXICAL_SHARE * lexical + (1 - LEXICAL_SHARE) * dense).astype(np.float32)

    def _best_sentence(self, sentence_score: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the best score among each passage's sentences: shape (passages,)."""
        # reduceat takes (first, last) pairs in one run; every second result is between passages.
        padded = np.append(sentence_score, np.float32(-np.inf))
        return np.maximum.reduceat(padded, self._windows.ravel())[::2]

    def _best_passage(self, passage_score: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the best score among the passages that hold each sentence: shape (sentences,)."""
        best = np.full(len(self._sentences), -np.inf, dtype=np.float32)
        lengths = self._windows[:, 1] - self._windows[:, 0]
        firsts = np.repeat(self._windows[:, 0], lengths)
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        np.maximum.at(best, firsts + steps, np.repeat(passage_score, lengths))
        return best

    def _admitted(self, scope: Scope) -> _Visible:
        found = self._visible.get(scope)
        if found is None:
            admitted = np.array(
                [scope.admits(each.document) for each in self._embedded], dtype=bool
            )
            found = _Visible(
                int(np.count_nonzero(admitted)),
                admitted[self._sentence_owner],
                admitted[self._passage_owner],
            )
            # A snapshot is asked with few scopes; two threads at most compute the same one twice.
            self._visible[scope] = found
        return found

    def _stacked(self, *, passages: bool) -> Vectors:
        parts = []
        for each in self._embedded:
            cut = len(each.segments.sentences)
            parts.append(each.vectors[cut:] if passages else each.vectors[:cut])
        return concatenated(parts, self.dimensions)

    def _passage_windows(self) -> NDArray[np.int64]:
        """Return the rows of each passage's sentences: half-open, shape (passages, 2)."""
        counts = [len(each.segments.sentences) for each in self._embedded]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        windows = [(each.first, each.last) for each in self._passages]
        local = np.array(windows, dtype=np.int64).reshape(-1, 2)
        return local + offsets[self._passage_owner][:, None]

    def _words(self) -> tuple[Postings, Postings]:
        """Return the postings of sentences and of passages."""
        sentences: list[list[str]] = []
        passages: list[list[str]] = []
        for each in self._embedded:
            text = each.document.text
            own = [terms(text[cut.start : cut.end]) for cut in each.segments.sentences]
            about = terms(_label(each.document))
            sentences += own
            passages += [
                [*chain.from_iterable(own[cut.first : cut.last]), *about]
                for cut in each.segments.passages
            ]
        return Postings(sentences), Postings(passages)


def _label(document: Document) -> str:
    """Return what is known about a document, as words: they count, but are not embedded."""
    day = document.published
    when = "" if day is None else f"{day:%d %B %Y}"
    return f"{document.title} {document.outlet or ''} {document.author or ''} {when}"


def _owners(counts: list[int]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(counts), dtype=np.int64), counts)


def _cosines(rows: Vectors, vector: Vector) -> NDArray[np.float32]:
    """Return the cosine of every row with a vector: shape (rows,)."""
    # Not `rows @ vector`: how that rounds a row depends on how many others there are, so that what
    # a place may not see would show in the last bit of a score. This is as fast.
    cosines: NDArray[np.float32] = np.vecdot(rows, vector)
    return cosines


def _scaled(scores: NDArray[np.float32], visible: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return scores divided by the greatest visible one, nothing below 0."""
    greatest = float(scores[visible].max(initial=0))
    if greatest <= 0:
        return np.zeros_like(scores)
    return (np.maximum(scores, 0) / greatest).astype(np.float32)


def _best(rows: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """Return the rows of the greatest scores, best first; the lower row first where they tie."""
    if len(rows) > limit:
        least = np.partition(scores[rows], -limit)[-limit]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")][:limit]
