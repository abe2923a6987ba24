"""The in-memory hybrid index: an immutable snapshot that is searched by meaning and by words.

Every score is computed over the rows that the scope admits and over no others, counts and rarities
included: what a place may not see cannot move what it sees. The recipe and its figures are in
docs/adr/0004.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from briefs.lexical import terms
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
)
from briefs.postings import BM25_B, BM25_K1, number_of
from briefs.shard import Scores, Shard, Visible, shard_of

LEXICAL_SHARE = 0.4
"""Passages: BM25's share of the score; the rest is half the passage's cosine, half its best
sentence's."""

SENTENCE_COSINE = 0.7
SENTENCE_WORDS = 0.3
SENTENCE_PASSAGE = 0.5
"""Sentences: the weights of cosine, of the question's rare words, and of the best passage."""

MOST_SHARDS = 6
"""More small shards than this are made into one: each costs a search some microseconds."""

_Hit = TypeVar("_Hit", "SentenceHit", "PassageHit")

_SCOPES = 64
"""How many scopes' rows a snapshot remembers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceHit:
    """One sentence that a search came back with."""

    document: Document
    sentence: Sentence
    vector: Vector = field(compare=False, repr=False)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """One term of a question in the visible rows of each shard."""

    passages: list[tuple[NDArray[np.int64], Scores]]
    passage_rarity: float
    sentences: list[NDArray[np.int32]]
    sentence_rarity: float
    found: bool


class Index:
    """A searchable immutable snapshot of embedded documents."""

    def __init__(self, embedded: Iterable[EmbeddedDocument] = ()) -> None:
        """Index documents; their order does not matter."""
        documents = sorted(embedded, key=lambda each: each.document.id)
        self._take((shard_of(documents),) if documents else ())

    def _take(self, shards: tuple[Shard, ...]) -> None:
        self._shards = shards
        self._visible: dict[Scope, list[Visible]] = {}
        self._where = {each.document.id: each for shard in shards for each in shard.living()}

    def changed(
        self, added: Sequence[EmbeddedDocument] = (), removed: Collection[str] = ()
    ) -> "Index":
        """Return a snapshot with documents added or replaced, and others removed.

        This one is not touched; what both share is not copied.
        """
        gone = {*removed, *(each.document.id for each in added)}
        shards = [shard.without(gone) for shard in self._shards]
        shards = [shard for shard in shards if shard.alive.any()]
        if added:
            shards.append(shard_of(sorted(added, key=lambda each: each.document.id)))
        snapshot = Index()
        snapshot._take(tuple(_merged(shards)))
        return snapshot

    @property
    def dimensions(self) -> int:
        """How long a vector is; 0 where there is none."""
        return self._shards[0].sentence_vectors.shape[1] if self._shards else 0

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self._where)

    def no_vector(self) -> Vector:
        """Return a vector that is like no other, for a search that nothing can be found by."""
        return np.zeros(self.dimensions, dtype=np.float32)

    def documents(self, scope: Scope) -> list[EmbeddedDocument]:
        """Return the documents that a scope admits, in the order of their ids."""
        return sorted(
            (each for each in self._where.values() if scope.admits(each.document)),
            key=lambda each: each.document.id,
        )

    def count(self, scope: Scope) -> int:
        """Return how many documents a scope admits."""
        return sum(int(np.count_nonzero(each.documents)) for each in self._admitted(scope))

    def segments(self, document: str) -> Segments:
        """Return the segments of a document by its id."""
        return self._where[document].segments

    def rarity(self, scope: Scope) -> Callable[[str], float]:
        """Return a function from a term to its inverse document frequency in a scope."""
        visible = self._admitted(scope)
        rows = sum(int(np.count_nonzero(each.sentences)) for each in visible)

        def rarity(term: str) -> float:
            number = number_of(term)
            found = sum(
                int(np.count_nonzero(seen.sentences[shard.sentences_with(number)]))
                for shard, seen in zip(self._shards, visible, strict=True)
            )
            return _rarity(found, rows)

        return rarity

    def search(self, question: str, vector: Vector, scope: Scope, limit: int = 60) -> Ranking:
        """Rank the sentences and passages that a scope admits, best first.

        Args:
            question: As it was asked.
            vector: Its unit vector, shape (dimensions,).
            scope: What may be looked at.
            limit: How many sentences, and passages, come back at most.
        """
        visible = self._admitted(scope)
        searched = self._searched(visible, scope)
        asked = list(dict.fromkeys(terms(question)))
        found = {term: self._looked_up(term, visible) for term in asked}
        missing = tuple(term for term in asked if not found[term].found)
        if not searched.passages:
            return Ranking(sentences=(), passages=(), searched=searched, missing=missing)
        cosines = [_cosines(shard.sentence_vectors, vector) for shard in self._shards]
        passages = self._passage_scores(list(found.values()), vector, cosines, visible)
        coverage = self._coverage(list(found.values()))
        hits: list[SentenceHit] = []
        for at, shard in enumerate(self._shards):
            scores = (
                SENTENCE_COSINE * cosines[at]
                + SENTENCE_WORDS * coverage[at][0]
                + SENTENCE_PASSAGE * shard.best_passage(passages[at])
            )
            rows = np.flatnonzero(visible[at].sentences & shard.quotable)
            for row in _best(rows, scores, limit):
                document = shard.documents[shard.sentence_owner[row]]
                hits.append(
                    SentenceHit(
                        document=document.document,
                        sentence=document.segments.sentence(int(shard.sentence_number[row])),
                        vector=shard.sentence_vectors[row],
                        score=float(scores[row]),
                        cosine=float(cosines[at][row]),
                        coverage=float(coverage[at][0][row]),
                    )
                )
        return Ranking(
            sentences=tuple(_ordered(hits, lambda hit: hit.sentence.start)[:limit]),
            passages=self._passage_hits(passages, coverage, visible, limit),
            searched=searched,
            missing=missing,
        )

    def _searched(self, visible: list[Visible], scope: Scope) -> Searched:
        """Return how much a scope admits, and how much its dates leave out."""
        documents = sum(int(np.count_nonzero(each.documents)) for each in visible)
        dated = scope.since is not None or scope.until is not None
        place = Scope(collections=scope.collections)
        undated = (
            sum(
                each.document.published is None
                for each in self.documents(
                    Scope(collections=scope.collections, outlet=scope.outlet)
                )
            )
            if dated
            else 0
        )
        return Searched(
            documents=documents,
            passages=sum(int(np.count_nonzero(each.passages)) for each in visible),
            undated=undated,
            loaded=documents if scope == place else self.count(place),
        )

    def _passage_hits(
        self,
        scores: list[Scores],
        coverage: list[tuple[Scores, Scores]],
        visible: list[Visible],
        limit: int,
    ) -> tuple[PassageHit, ...]:
        hits: list[PassageHit] = []
        for at, shard in enumerate(self._shards):
            for row in _best(np.flatnonzero(visible[at].passages), scores[at], limit):
                document = shard.documents[shard.passage_owner[row]]
                hits.append(
                    PassageHit(
                        document=document.document,
                        passage=document.segments.passage(int(shard.passage_number[row])),
                        score=float(scores[at][row]),
                        coverage=float(coverage[at][1][row]),
                    )
                )
        return tuple(_ordered(hits, lambda hit: hit.passage.start)[:limit])

    def _looked_up(self, term: str, visible: list[Visible]) -> _Term:
        number = number_of(term)
        passages, sentences = [], []
        in_passages = in_sentences = all_passages = all_sentences = 0
        for shard, seen in zip(self._shards, visible, strict=True):
            rows, counts = shard.passages_with(number)
            shown = seen.passages[rows]
            passages.append((rows[shown], counts[shown]))
            own = shard.sentences_with(number)
            sentences.append(own[seen.sentences[own]])
            in_passages += len(passages[-1][0])
            in_sentences += len(sentences[-1])
            all_passages += int(np.count_nonzero(seen.passages))
            all_sentences += int(np.count_nonzero(seen.sentences))
        return _Term(
            passages=passages,
            passage_rarity=_rarity(in_passages, all_passages),
            sentences=sentences,
            sentence_rarity=_rarity(in_sentences, all_sentences),
            found=in_passages > 0,
        )

    def _passage_scores(
        self,
        asked: list[_Term],
        vector: Vector,
        cosines: list[Scores],
        visible: list[Visible],
    ) -> list[Scores]:
        """Return the fused score of every passage of each shard: at most 1."""
        dense = [
            0.5 * _cosines(shard.passage_vectors, vector) + 0.5 * shard.best_sentence(cosine)
            for shard, cosine in zip(self._shards, cosines, strict=True)
        ]
        lexical = self._bm25(asked, visible)
        masks = [seen.passages for seen in visible]
        return [
            (LEXICAL_SHARE * words + (1 - LEXICAL_SHARE) * meaning).astype(np.float32)
            for words, meaning in zip(_scaled(lexical, masks), _scaled(dense, masks), strict=True)
        ]

    def _bm25(self, asked: list[_Term], visible: list[Visible]) -> list[Scores]:
        """Return the BM25 score of every passage of each shard."""
        lengths = [
            shard.passage_lengths[seen.passages]
            for shard, seen in zip(self._shards, visible, strict=True)
        ]
        rows = sum(len(each) for each in lengths)
        mean = max(sum(float(each.sum()) for each in lengths) / rows, 1.0)
        scores = [np.zeros(len(shard.passage_owner), dtype=np.float32) for shard in self._shards]
        for term in asked:
            for at, (found, counts) in enumerate(term.passages):
                length = self._shards[at].passage_lengths[found] / mean
                saturation = counts + BM25_K1 * (1 - BM25_B + BM25_B * length)
                gain = counts * (BM25_K1 + 1) / saturation
                scores[at][found] += np.float32(term.passage_rarity) * gain
        return scores

    def _coverage(self, asked: list[_Term]) -> list[tuple[Scores, Scores]]:
        """Return how much of the question's rarity each sentence, and each passage, holds."""
        of_sentences = sum(term.sentence_rarity for term in asked) or 1.0
        of_passages = sum(term.passage_rarity for term in asked) or 1.0
        covered = []
        for at, shard in enumerate(self._shards):
            sentences = np.zeros(len(shard.sentence_owner), dtype=np.float32)
            passages = np.zeros(len(shard.passage_owner), dtype=np.float32)
            for term in asked:
                sentences[term.sentences[at]] += np.float32(term.sentence_rarity / of_sentences)
                passages[term.passages[at][0]] += np.float32(term.passage_rarity / of_passages)
            covered.append((sentences, passages))
        return covered

    def _admitted(self, scope: Scope) -> list[Visible]:
        found = self._visible.get(scope)
        if found is None:
            found = [shard.visible(scope) for shard in self._shards]
            if len(self._visible) < _SCOPES:
                # Two threads at most compute the same one twice.
                self._visible[scope] = found
        return found


def _merged(shards: list[Shard]) -> list[Shard]:
    """Return few shards for many: the small ones as one, and the half-empty ones packed."""
    packed = [
        shard_of(shard.living()) if 2 * int(shard.alive.sum()) < len(shard.alive) else shard
        for shard in shards
    ]
    if len(packed) <= MOST_SHARDS:
        return packed
    packed.sort(key=lambda shard: len(shard.sentence_owner), reverse=True)
    # Each size is merged with what is smaller, so that a document is copied a few times in all.
    keep = MOST_SHARDS // 2
    small = sorted(
        (each for shard in packed[keep:] for each in shard.living()),
        key=lambda each: each.document.id,
    )
    return [*packed[:keep], shard_of(small)]


def _cosines(rows: Vectors, vector: Vector) -> Scores:
    """Return the cosine of every row with a vector: shape (rows,)."""
    # Not `rows @ vector`: how that rounds a row depends on how many others there are, so that what
    # a place may not see would show in the last bit of a score. This is as fast.
    cosines: Scores = np.vecdot(rows, vector)
    return cosines


def _rarity(found: int, rows: int) -> float:
    """Return BM25's inverse document frequency."""
    return float(np.log1p((rows - found + 0.5) / (found + 0.5)))


def _scaled(scores: list[Scores], visible: list[NDArray[np.bool_]]) -> list[Scores]:
    """Return scores divided by the greatest visible one, nothing below 0."""
    greatest = max(
        float(each[mask].max(initial=0)) for each, mask in zip(scores, visible, strict=True)
    )
    if greatest <= 0:
        return [np.zeros_like(each) for each in scores]
    return [(np.maximum(each, 0) / greatest).astype(np.float32) for each in scores]


def _best(rows: NDArray[np.int64], scores: Scores, limit: int) -> NDArray[np.int64]:
    """Return the rows of the greatest scores, in no order; all that tie with the last one."""
    if len(rows) <= limit:
        return rows
    least = np.partition(scores[rows], -limit)[-limit]
    greatest: NDArray[np.int64] = rows[scores[rows] >= least]
    return greatest


def _ordered(hits: Iterable[_Hit], start: Callable[[_Hit], int]) -> list[_Hit]:
    """Return hits best first; where they tie, in the order of documents and of their text."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.document.id, start(hit)))
