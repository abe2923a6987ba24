"""A part of an index: the arrays of some documents, built once and never changed.

An index is a few shards. A document that is added makes a small new shard; one that is removed is
masked out of its shard. Neither touches what is there, so that a running search is not disturbed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from briefs.codes import Codes, codes_of, products_are_right
from briefs.facts import Facts, facts_of
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

_SCOPES = 32
"""How many scopes' rows a shard remembers."""

FEW_ROWS = 16_384
"""So many vectors are scanned in full precision: to look again at some of them costs more."""

_GAP = 64
"""So many rows that are not admitted are scanned and not used, sooner than skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """Which rows of a shard a scope admits."""

    documents: Mask
    sentences: Mask
    passages: Mask
    shown: NDArray[np.int32]
    """The numbers of the admitted passages."""
    windows: NDArray[np.int32]
    """The rows of `Shard.vectors` of each admitted passage's sentences, half-open, flat."""
    runs: list[list[int]]
    """The rows of `Shard.vectors` of admitted documents, half-open; near neighbours joined."""
    sentence_count: int
    passage_count: int
    terms: float
    """How many terms the admitted passages have."""
    having: dict[str, NDArray[np.int32]] = field(default_factory=dict, compare=False, repr=False)
    """How many admitted sentences have each term of the postings, once somebody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """About the cosine of a question with the rows of a shard that a scope admits.

    One search's own: what is looked at closely is put right in place.
    """

    rows: Scores
    """One a row of `Shard.vectors`, and one more; of rows not admitted it says nothing."""
    bound: float
    """No admitted row is further off than this."""


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
    codes: Codes | None
    """The same at eight bits a number, to be scanned; None of a few rows, or where it is wrong."""
    numbers: dict[str, int]
    """The number of each document by its id."""
    facts: Facts
    sentence_rows: NDArray[np.int32]
    """The row of each sentence's vector."""
    passage_rows: NDArray[np.int32]
    row_windows: NDArray[np.int32]
    """The rows of the vectors of each passage's sentences, half-open: shape (passages, 2)."""
    sentence_owner: NDArray[np.int32]
    """The number of each sentence's document."""
    sentence_number: NDArray[np.int32]
    """The number of each sentence in its document."""
    quotable: Mask
    """Which sentences may be quoted: all but headings."""
    passage_owner: NDArray[np.int32]
    passage_number: NDArray[np.int32]
    windows: NDArray[np.int32]
    """The rows of each passage's sentences, half-open: shape (passages, 2)."""
    postings: Postings
    """Over the sentences, and after them one row a document for its title, outlet and date."""
    row_passages: NDArray[np.int32]
    """The passages that hold each row of the postings, half-open: shape (rows, 2)."""
    passage_lengths: Scores
    """How many terms each passage has, those of its document's label included."""
    seen: dict[Scope, Visible] = field(default_factory=dict, repr=False)
    """Which rows each scope admits that has been asked for."""

    def without(self, removed: Collection[str]) -> "Shard":
        """Return the shard with some documents masked out; itself where it has none of them."""
        gone = [at for each in removed if (at := self.numbers.get(each)) is not None]
        if not self.alive[gone].any():
            return self
        alive = self.alive.copy()
        alive[gone] = False
        return replace(self, alive=alive, seen={})

    def living(self) -> list[EmbeddedDocument]:
        """Return the documents that have not been removed."""
        if self.alive.all():
            return list(self.documents)
        return [self.documents[at] for at in np.flatnonzero(self.alive).tolist()]

    def get(self, document: str) -> EmbeddedDocument | None:
        """Return a document by its id, unless it was removed."""
        at = self.numbers.get(document)
        return None if at is None or not self.alive[at] else self.documents[at]

    def visible(self, scope: Scope) -> Visible:
        """Return which rows a scope admits."""
        found = self.seen.get(scope)
        if found is None:
            found = self._visible(self.alive & self.facts.admitted(scope))
            if len(self.seen) < _SCOPES:
                # Two threads at most compute the same one twice.
                self.seen[scope] = found
        return found

    def _visible(self, documents: Mask) -> Visible:
        passages = documents[self.passage_owner]
        sentences = documents[self.sentence_owner]
        shown = np.flatnonzero(passages).astype(np.int32)
        return Visible(
            documents=documents,
            sentences=sentences,
            passages=passages,
            shown=shown,
            windows=self.row_windows[shown].ravel(),
            runs=self._runs(documents),
            sentence_count=int(np.count_nonzero(sentences)),
            passage_count=len(shown),
            terms=float(self.passage_lengths[passages].sum()),
        )

    def near(self, vector: Vector, visible: Visible) -> Near:
        """Return about the cosine of every visible row with a vector."""
        if self.codes is not None:
            rows, bound = self.codes.products(vector, visible.runs)
            return Near(rows=rows, bound=bound)
        rows = np.zeros(len(self.vectors) + 1, dtype=np.float32)
        for first, last in visible.runs:
            # Not `rows @ vector`: how that rounds a row depends on how many others there are, so
            # that what a place may not see would show in the last bit of a score.
            np.vecdot(self.vectors[first:last], vector, out=rows[first:last])
        return Near(rows=rows, bound=0)

    def cosines(self, rows: NDArray[np.integer], vector: Vector) -> Scores:
        """Return the cosines of some rows with a vector, in full precision."""
        exact: Scores = np.vecdot(self.vectors.take(rows, axis=0), vector)
        return exact

    def _runs(self, documents: Mask) -> list[list[int]]:
        edges = np.flatnonzero(np.diff(documents, prepend=False, append=False))
        starts, ends = self.bounds[edges.reshape(-1, 2)].T
        apart = np.flatnonzero(starts[1:] - ends[:-1] > _GAP) + 1
        firsts = starts[np.append(0, apart)] if len(starts) else starts
        lasts = ends[np.append(apart, len(ends)) - 1] if len(ends) else ends
        runs: list[list[int]] = np.stack([firsts, lasts], axis=1).tolist()
        return runs

    def having(self, term: int, visible: Visible) -> int:
        """Return how many admitted sentences have a term."""
        at = self.postings.place(term)
        if at is None:
            return 0
        if "sentences" not in visible.having:
            # One pass for all terms: an answer asks for the rarity of hundreds of them.
            rows = np.zeros(self.postings.rows, dtype=bool)
            rows[: len(visible.sentences)] = visible.sentences
            visible.having["sentences"] = self.postings.count(rows)
        return int(visible.having["sentences"][at])

    def passages_with(self, term: int) -> tuple[NDArray[np.int64], Scores]:
        """Return the passages that have a term, in order, and how often each has it."""
        rows, counts = self.postings.find(term)
        if not len(rows):
            return np.empty(0, dtype=np.int64), counts
        firsts, lasts = self.row_passages[rows].T
        lengths = lasts - firsts
        passages = expanded(firsts, lengths)
        times = np.bincount(passages, weights=np.repeat(counts, lengths))
        found = np.flatnonzero(times)
        return found, times[found].astype(np.float32)

    def sentences_with(self, term: int) -> NDArray[np.int32]:
        """Return the sentences that have a term, in order."""
        rows, _ = self.postings.find(term)
        return rows[: np.searchsorted(rows, len(self.sentence_owner))]

    def best_sentence(self, scores: Scores, windows: NDArray[np.integer]) -> Scores:
        """Return the best score in each of some windows: half-open pairs, flat.

        There must be one score more than there are rows: the last window ends before it.
        """
        # reduceat takes (first, last) pairs in one run; every second result is between windows.
        return np.maximum.reduceat(scores, windows)[::2]

    def best_passage(self, scores: Scores, sentences: NDArray[np.integer]) -> Scores:
        """Return the best score among the passages that hold each of some sentences."""
        return self.best_sentence(scores, self.row_passages[sentences].ravel())

    def sentences_of(self, passages: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the sentences of some passages, which are in order: each once, in order."""
        return _joined(self.windows[passages])

    def passages_of(self, sentences: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the passages that hold some sentences, likewise."""
        return _joined(self.row_passages[sentences])


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
    vectors = _matrix([each.vectors for each in embedded], dimensions)
    bounds = np.append(0, np.cumsum(sentence_counts + passage_counts))
    sentence_rows = expanded(bounds[:-1], sentence_counts).astype(np.int32)
    return Shard(
        documents=tuple(
            # Its own vectors are let go: they are in the matrix.
            replace(each, vectors=vectors[first:last])
            for each, (first, last) in zip(embedded, pairwise(bounds.tolist()), strict=True)
        ),
        alive=np.ones(len(embedded), dtype=bool),
        vectors=vectors,
        codes=codes_of(vectors) if len(vectors) > FEW_ROWS and products_are_right() else None,
        numbers={each.document.id: number for number, each in enumerate(embedded)},
        facts=facts_of([each.document for each in embedded]),
        bounds=bounds,
        sentence_rows=sentence_rows,
        passage_rows=expanded(bounds[:-1] + sentence_counts, passage_counts).astype(np.int32),
        row_windows=(windows + (bounds[:-1] - sentence_offsets)[passage_owner][:, None]).astype(
            np.int32
        ),
        sentence_owner=_owners(sentence_counts),
        sentence_number=expanded(np.zeros_like(sentence_counts), sentence_counts).astype(np.int32),
        quotable=np.concatenate([spans[:, 2] == 0 for spans in sentences]),
        passage_owner=passage_owner,
        passage_number=expanded(np.zeros_like(passage_counts), passage_counts).astype(np.int32),
        windows=windows.astype(np.int32),
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
    rows = expanded(windows[:, 0], lengths)
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


def expanded(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the numbers of some ranges, one range after another."""
    lengths = lengths.astype(np.int64)
    before = np.cumsum(lengths) - lengths
    numbers: NDArray[np.int64] = np.arange(int(lengths.sum()), dtype=np.int64)
    numbers += np.repeat(starts.astype(np.int64) - before, lengths)
    return numbers


def _joined(ranges: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the numbers of some ranges, half-open and in order, each number once."""
    firsts, lasts = ranges.T
    firsts = firsts.copy()
    np.maximum(firsts[1:], np.maximum.accumulate(lasts)[:-1], out=firsts[1:])
    return expanded(firsts, np.maximum(lasts - firsts, 0))


def _matrix(vectors: Sequence[Vectors], dimensions: int) -> Vectors:
    """Return the rows of several matrices as one; not copied where one is made up of them."""
    whole = vectors[0].base
    if (
        whole is not None
        and whole.dtype == np.float32
        and whole.flags.c_contiguous
        and whole.shape == (sum(map(len, vectors)), dimensions)
        and all(each.base is whole for each in vectors)
    ):
        lengths = [each.nbytes for each in vectors]
        begins = [each.ctypes.data - whole.ctypes.data for each in vectors]
        if begins == [0, *accumulate(lengths[:-1])]:
            return whole
    return concatenated(vectors, dimensions)
