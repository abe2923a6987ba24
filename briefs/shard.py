"""A part of an index: the arrays of some documents, built once and never changed.

An index is a few shards. A document that is added makes a small new shard; one that is removed is
masked out of its shard. Neither touches what is there, so that a running search is not disturbed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from briefs.model import Document, EmbeddedDocument, Scope, Segments, Vectors, Words, concatenated
from briefs.postings import Postings, words_of

Mask: TypeAlias = NDArray[np.bool_]
Scores: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """Which rows of a shard a scope admits."""

    documents: Mask
    sentences: Mask
    passages: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shard:
    """The documents of one shard, as arrays. Made by `shard_of`."""

    documents: tuple[EmbeddedDocument, ...]
    alive: Mask
    """Which documents have not been removed: shape (documents,)."""
    sentence_vectors: Vectors
    """Shape (sentences, dimensions)."""
    passage_vectors: Vectors
    """Shape (passages, dimensions)."""
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
        )

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
    dimensions = embedded[0].vectors.shape[1]
    sentence_lengths = words.lengths[: int(sentence_counts.sum())]
    running = np.concatenate([[0], np.cumsum(sentence_lengths)])
    passage_owner = _owners(passage_counts)
    own_lengths = running[windows[:, 1]] - running[windows[:, 0]]
    return Shard(
        documents=embedded,
        alive=np.ones(len(embedded), dtype=bool),
        sentence_vectors=concatenated(
            [each.vectors[: len(each.segments.sentence_spans)] for each in embedded], dimensions
        ),
        passage_vectors=concatenated(
            [each.vectors[len(each.segments.sentence_spans) :] for each in embedded], dimensions
        ),
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
