"""A part of an index: the arrays of some documents, built once and never changed.

An index is a few shards. A document that is added makes a small new shard; one that is removed is
masked out of its shard. Neither touches what is there, so that a running search is not disturbed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from briefs.model import (
    Document,
    EmbeddedDocument,
    Scope,
    Segments,
    Vector,
    Vectors,
    Words,
    concatenated,
)
from briefs.postings import Postings, words_of

Mask: TypeAlias = NDArray[np.bool_]
Scores: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """Which rows of a shard a scope admits."""

    documents: Mask
    sentences: Mask
    passages: Mask
    runs: list[list[int]]
    """The rows of `Shard.vectors` of admitted documents, half-open, neighbours joined."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shard:
    """The documents of one shard, as arrays. Made by `shard_of`."""

    documents: tuple[EmbeddedDocument, ...]
    alive: Mask
    """Which documents have not been removed: shape (documents,)."""
    vectors: Vectors
    """Each document's sentences, then its passages; the documents' own vectors are parts of it."""
    bounds: NDArray[np.int64]
    """Where each document's vectors begin, and the last one's end: shape (documents + 1,)."""
    sentence_rows: NDArray[np.int64]
    """The row of each sentence's vector."""
    passage_rows: NDArray[np.int64]
    sentence_owner: NDArray[np.int32]
    """The number of each sentence's document."""
    sentence_number: NDArray[np.int32]
    """The number of each sentence in its document."""
    quotable: Mask
    """Which sentences may be quoted: all but headings."""
    passage_owner: NDArray[np.int32]
    passage_number: NDArray[np.int32]
    windows: NDArray[np.int64]
    """The rows of each passage's sentences, half-open: shape (passages, 2)."""
    postings: Postings
    """Over the sentences, and after them one row a document for its title, outlet and date."""
    row_passages: NDArray[np.int32]
    """The passages that hold each row of the postings, half-open: shape (rows, 2)."""
    passage_lengths: Scores
    """How many terms each passage has, those of its document's label included."""
    outlets: tuple[str, ...]
    """Each outlet once."""
    outlet_of: NDArray[np.int32]
    """The number of each document's outlet; -1 where it is not known."""
    published: NDArray[np.int16]
    """Year, month and day of each document, as its source printed them; 0 where not known."""

    def without(self, removed: Collection[str]) -> "Shard":
        """Return the shard with some documents masked out; itself where it has none of them."""
        kept = np.array([each.document.id not in removed for each in self.documents], dtype=bool)
        alive = self.alive & kept
        return self if np.array_equal(alive, self.alive) else replace(self, alive=alive)

    def living(self) -> list[EmbeddedDocument]:
        """Return the documents that have not been removed."""
        return [each for each, alive in zip(self.documents, self.alive, strict=True) if alive]

    def visible(self, scope: Scope) -> Visible:
        """Return which rows a scope admits."""
        admitted = np.array([scope.admits(each.document) for each in self.documents], dtype=bool)
        documents = self.alive & admitted
        return Visible(
            documents=documents,
            sentences=documents[self.sentence_owner],
            passages=documents[self.passage_owner],
            runs=self._runs(documents),
        )

    def cosines(self, vector: Vector, visible: Visible) -> tuple[Scores, Scores]:
        """Return the cosine of every visible sentence and passage with a vector; 0 for others."""
        cosines = np.zeros(len(self.vectors), dtype=np.float32)
        for first, last in visible.runs:
            # Not `rows @ vector`: how that rounds a row depends on how many others there are, so
            # that what a place may not see would show in the last bit of a score.
            np.vecdot(self.vectors[first:last], vector, out=cosines[first:last])
        return cosines[self.sentence_rows], cosines[self.passage_rows]

    def _runs(self, documents: Mask) -> list[list[int]]:
        edges = np.flatnonzero(np.diff(documents, prepend=False, append=False))
        runs: list[list[int]] = self.bounds[edges.reshape(-1, 2)].tolist()
        return runs

    def passages_with(self, term: int) -> tuple[NDArray[np.int64], Scores]:
        """Return the passages that have a term, in order, and how often each has it."""
        rows, counts = self.postings.find(term)
        ranges = self.row_passages[rows]
        lengths = ranges[:, 1] - ranges[:, 0]
        passages = _expanded(ranges[:, 0], lengths)
        found, at = np.unique(passages, return_inverse=True)
        return found, np.bincount(at, weights=np.repeat(counts, lengths)).astype(np.float32)

    def sentences_with(self, term: int) -> NDArray[np.int32]:
        """Return the sentences that have a term, in order."""
        rows, _ = self.postings.find(term)
        return rows[: np.searchsorted(rows, len(self.sentence_owner))]

    def best_sentence(self, scores: Scores) -> Scores:
        """Return the best score among each passage's sentences: shape (passages,)."""
        # reduceat takes (first, last) pairs in one run; every second result is between passages.
        padded = np.append(scores, np.float32(-np.inf))
        return np.maximum.reduceat(padded, self.windows.ravel())[::2]

    def best_passage(self, scores: Scores) -> Scores:
        """Return the best score among the passages that hold each sentence: shape (sentences,)."""
        best = np.full(len(self.sentence_owner), -np.inf, dtype=np.float32)
        lengths = self.windows[:, 1] - self.windows[:, 0]
        np.maximum.at(best, _expanded(self.windows[:, 0], lengths), np.repeat(scores, lengths))
        return best


def shard_of(documents: Iterable[EmbeddedDocument]) -> Shard:
    """Return a shard of at least one document."""
    embedded = tuple(documents)
    sentences = [each.segments.sentence_spans for each in embedded]
    passages = [each.segments.passage_spans for each in embedded]
    sentence_counts = np.array([len(each) for each in sentences], dtype=np.int64)
    passage_counts = np.array([len(each) for each in passages], dtype=np.int64)
    sentence_offsets = np.cumsum(sentence_counts) - sentence_counts
    passage_offsets = np.cumsum(passage_counts) - passage_counts
    windows = np.concatenate(
        [spans[:, 2:4] + offset for spans, offset in zip(passages, sentence_offsets, strict=True)]
    ).astype(np.int64)
    labels = words_of([label(each.document) for each in embedded])
    own = [each.words or sentence_words(each.document, each.segments) for each in embedded]
    words = Words(
        numbers=np.concatenate([each.numbers for each in [*own, labels]]),
        lengths=np.concatenate([each.lengths for each in [*own, labels]]),
    )
    outlets = tuple(
        dict.fromkeys(each.document.outlet for each in embedded if each.document.outlet)
    )
    numbers = {outlet: number for number, outlet in enumerate(outlets)}
    dimensions = embedded[0].vectors.shape[1]
    sentence_lengths = words.lengths[: int(sentence_counts.sum())]
    running = np.concatenate([[0], np.cumsum(sentence_lengths)])
    passage_owner = _owners(passage_counts)
    own_lengths = running[windows[:, 1]] - running[windows[:, 0]]
    vectors = concatenated([each.vectors for each in embedded], dimensions)
    bounds = np.append(0, np.cumsum(sentence_counts + passage_counts))
    return Shard(
        documents=tuple(
            # Its own vectors are let go: they are in the matrix.
            replace(each, vectors=vectors[first:last])
            for each, (first, last) in zip(embedded, pairwise(bounds.tolist()), strict=True)
        ),
        alive=np.ones(len(embedded), dtype=bool),
        vectors=vectors,
        bounds=bounds,
        sentence_rows=_expanded(bounds[:-1], sentence_counts),
        passage_rows=_expanded(bounds[:-1] + sentence_counts, passage_counts),
        sentence_owner=_owners(sentence_counts),
        sentence_number=_expanded(np.zeros_like(sentence_counts), sentence_counts).astype(np.int32),
        quotable=np.concatenate([spans[:, 2] == 0 for spans in sentences]),
        passage_owner=passage_owner,
        passage_number=_expanded(np.zeros_like(passage_counts), passage_counts).astype(np.int32),
        windows=windows,
        postings=Postings(words),
        row_passages=_row_passages(
            windows, int(sentence_counts.sum()), passage_offsets, passage_counts
        ),
        passage_lengths=(own_lengths + labels.lengths[passage_owner]).astype(np.float32),
        outlets=outlets,
        outlet_of=np.array(
            [numbers.get(each.document.outlet or "", -1) for each in embedded], dtype=np.int32
        ),
        published=np.array([_day(each.document) for each in embedded], dtype=np.int16),
    )


def sentence_words(document: Document, segments: Segments) -> Words:
    """Return the terms of a document's sentences."""
    spans = segments.sentence_spans[:, :2].tolist()
    return words_of([document.text[start:end] for start, end in spans])


def label(document: Document) -> str:
    """Return what is known about a document, as words: they count, but are not embedded."""
    day = document.published
    when = "" if day is None else f"{day:%d %B %Y}"
    return f"{document.title} {document.outlet or ''} {document.author or ''} {when}"


def _day(document: Document) -> tuple[int, int, int]:
    published = document.published
    return (0, 0, 0) if published is None else (published.year, published.month, published.day)


def _row_passages(
    windows: NDArray[np.int64],
    sentences: int,
    offsets: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Return the passages of each sentence, then those of each document, half-open."""
    passages = np.arange(len(windows), dtype=np.int64)
    lengths = windows[:, 1] - windows[:, 0]
    rows = _expanded(windows[:, 0], lengths)
    owners = np.repeat(passages, lengths)
    first = np.full(sentences, len(windows), dtype=np.int64)
    last = np.zeros(sentences, dtype=np.int64)
    # The passages of a document overlap in order, so those that hold a sentence are a range.
    np.minimum.at(first, rows, owners)
    np.maximum.at(last, rows, owners + 1)
    of_sentences = np.stack([first, last], axis=1)
    of_documents = np.stack([offsets, offsets + counts], axis=1)
    return np.concatenate([of_sentences, of_documents]).astype(np.int32)


def _owners(counts: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def _expanded(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the numbers of some ranges, one range after another."""
    lengths = lengths.astype(np.int64)
    before = np.cumsum(lengths) - lengths
    numbers: NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64)
    numbers += np.repeat(starts.astype(np.int64) - before, lengths)
    return numbers
