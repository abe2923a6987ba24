"""How well the rows of an index meet a question: arrays in, arrays out.

Every statistic is counted over the visible rows and over no others: what a place may not see cannot
move what it sees. Scores are absolute, not shares of the best one, so that they tell a question
that is answered from one that is not. Where the weights come from is in docs/adr/0004.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from briefs.postings import BM25_B, BM25_K1, number_of
from briefs.shard import Near, Scores, Shard, Visible, expanded

BEST_COSINE: Final = 0.34
COSINE: Final = 0.21
COVERAGE: Final = 0.24
BEST_COVERAGE: Final = 0.15
BM25: Final = 0.06
"""A passage's score is the weighted sum of: the cosine of its best sentence, its own, the share of
the question's rarity that it holds, that its best sentence holds, and its BM25 score as a share of
what no passage can pass. They add up to 1."""

SENTENCE_COSINE: Final = 0.34
SENTENCE_COVERAGE: Final = 0.14
"""A sentence's first score: its best passage's and these. The best are then looked at closely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a question in the visible rows of each shard."""

    passages: list[tuple[NDArray[np.int64], Scores]]
    passage_rarity: float
    sentences: list[NDArray[np.int32]]
    sentence_rarity: float
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageScores:
    """What makes up the score of some passages of one shard: each of shape (passages,)."""

    cosine: Scores
    best_cosine: Scores
    coverage: Scores
    best_coverage: Scores
    bm25: Scores

    def total(self) -> Scores:
        """Return the score of each passage."""
        total: Scores = (
            BEST_COSINE * self.best_cosine
            + COSINE * self.cosine
            + COVERAGE * self.coverage
            + BEST_COVERAGE * self.best_coverage
            + BM25 * self.bm25
        ).astype(np.float32)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """How well the words of one shard meet a question; 0 where nothing is admitted."""

    coverage: Scores
    """Of each passage, with its document's label."""
    best_coverage: Scores
    """Of each passage's best sentence."""
    bm25: Scores
    """Of each passage."""
    covered: Scores
    """Of each sentence."""


def looked_up(term: str, shards: Sequence[Shard], visible: Sequence[Visible]) -> Term:
    """Return where a term stands, as far as a scope admits."""
    number = number_of(term)
    passages, sentences = [], []
    in_passages = in_sentences = all_passages = all_sentences = 0
    for shard, seen in zip(shards, visible, strict=True):
        rows, counts = shard.passages_with(number)
        shown = seen.passages[rows]
        passages.append((rows[shown], counts[shown]))
        own = shard.sentences_with(number)
        sentences.append(own[seen.sentences[own]])
        in_passages += len(passages[-1][0])
        in_sentences += len(sentences[-1])
        all_passages += seen.passage_count
        all_sentences += seen.sentence_count
    return Term(
        passages=passages,
        passage_rarity=rarity_of(in_passages, all_passages),
        sentences=sentences,
        sentence_rarity=rarity_of(in_sentences, all_sentences),
        found=in_passages > 0,
    )


def worded(
    asked: Sequence[Term], shards: Sequence[Shard], visible: Sequence[Visible]
) -> list[Worded]:
    """Return how well the words of each shard meet a question's terms."""
    bm25 = _bm25(asked, shards, visible)
    scores: list[Worded] = []
    for at, shard in enumerate(shards):
        covered = _covered_sentences(asked, at, shard)
        scores.append(
            Worded(
                coverage=_covered_passages(asked, at, shard),
                best_coverage=_best_covered(asked, at, shard, covered),
                bm25=bm25[at],
                covered=covered,
            )
        )
    return scores


def scored(
    shard: Shard,
    near: Near,
    words: Worded,
    passages: NDArray[np.integer],
    windows: NDArray[np.integer],
) -> PassageScores:
    """Return what makes up the scores of some passages, given their `Shard.row_windows`, flat."""
    # Nobody is asked for less than nothing: a cosine below 0 says no more than one of 0.
    return PassageScores(
        cosine=np.maximum(near.rows[shard.passage_rows[passages]], 0),
        best_cosine=np.maximum(shard.best_sentence(near.rows, windows), 0),
        coverage=words.coverage[passages],
        best_coverage=words.best_coverage[passages],
        bm25=words.bm25[passages],
    )


def _covered_sentences(asked: Sequence[Term], at: int, shard: Shard) -> Scores:
    """Return how much of the question's rarity each sentence of a shard holds."""
    covered = np.zeros(len(shard.sentence_owner), dtype=np.float32)
    total = sum(term.sentence_rarity for term in asked) or 1.0
    for term in asked:
        covered[term.sentences[at]] += np.float32(term.sentence_rarity / total)
    return covered


def _best_covered(asked: Sequence[Term], at: int, shard: Shard, covered: Scores) -> Scores:
    """Return the most that a sentence of each passage holds."""
    best = np.zeros(len(shard.passage_owner), dtype=np.float32)
    if asked:
        sentences = np.concatenate([term.sentences[at] for term in asked])
        firsts, lasts = shard.row_passages[sentences].T
        lengths = lasts - firsts
        np.maximum.at(best, expanded(firsts, lengths), np.repeat(covered[sentences], lengths))
    return best


def _covered_passages(asked: Sequence[Term], at: int, shard: Shard) -> Scores:
    """Return how much of the question's rarity each passage of a shard, with its label, holds."""
    covered = np.zeros(len(shard.passage_owner), dtype=np.float32)
    total = sum(term.passage_rarity for term in asked) or 1.0
    for term in asked:
        covered[term.passages[at][0]] += np.float32(term.passage_rarity / total)
    return covered


def _bm25(
    asked: Sequence[Term], shards: Sequence[Shard], visible: Sequence[Visible]
) -> list[Scores]:
    """Return the BM25 score of every passage, divided by its limit for endless repetition."""
    rows = sum(seen.passage_count for seen in visible)
    mean = max(sum(seen.terms for seen in visible) / max(rows, 1), 1.0)
    limit = (BM25_K1 + 1) * sum(term.passage_rarity for term in asked) or 1.0
    scores = [np.zeros(len(shard.passage_owner), dtype=np.float32) for shard in shards]
    for term in asked:
        for at, (found, counts) in enumerate(term.passages):
            length = shards[at].passage_lengths[found] / mean
            saturation = counts + BM25_K1 * (1 - BM25_B + BM25_B * length)
            gain = counts * (BM25_K1 + 1) / saturation
            scores[at][found] += np.float32(term.passage_rarity / limit) * gain
    return scores


def rarity_of(found: int, rows: int) -> float:
    """Return BM25's inverse document frequency."""
    return float(np.log1p((rows - found + 0.5) / (found + 0.5)))


def least_of_best(scores: Scores, limit: int) -> float:
    """Return the least of so many greatest scores; minus infinity where there are fewer."""
    if len(scores) < limit:
        return -np.inf
    return float(np.partition(scores, -limit)[-limit])


def greatest(rows: NDArray[np.integer], scores: Scores, limit: int) -> NDArray[np.integer]:
    """Return the rows of the greatest of their scores, in no order; all that tie with the last."""
    if len(rows) <= limit:
        return rows
    return rows[scores >= least_of_best(scores, limit)]
