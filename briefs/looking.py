"""Which rows are the best, found out of what is about right.

The scan gives every row's cosine within a bound. What cannot be among the best even at its most is
left; the rest is scored in full precision. So the result is that of scoring every row so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from briefs.asking import Question
from briefs.hits import PassageHit, SentenceHit
from briefs.model import Segments, Vector
from briefs.scoring import (
    BEST_COSINE,
    COSINE,
    SENTENCE_COSINE,
    SENTENCE_COVERAGE,
    PassageScores,
    Worded,
    least_of_best,
    scored,
)
from briefs.shard import Near, Scores, Shard, Visible, expanded

NAMED_OUTLET: Final = 0.11
NAMED_DAY: Final = 0.07
"""What a passage's score gains whose outlet, or day of publication, the question names. A gain
beats a filter: a name in a question is as often what is asked about."""

_WIDER: Final = 4
"""The first threshold is taken from so many times as many passages as are wanted."""

_ROUNDING: Final = 1e-6
"""How far a sum of a few float32 numbers about 1 may be off."""

Numbers = NDArray[np.integer]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """One shard in one search. The cosines in `near` are put right where it is looked closely."""

    shard: Shard
    visible: Visible
    near: Near
    words: Worded
    asked: Question

    @property
    def passage_bound(self) -> float:
        """How far a passage's score may be off."""
        return (BEST_COSINE + COSINE) * self.near.bound + _ROUNDING

    @property
    def sentence_bound(self) -> float:
        """How far a sentence's score may be off."""
        return SENTENCE_COSINE * self.near.bound + self.passage_bound

    @cached_property
    def about(self) -> PassageScores:
        """What about makes up the score of every passage that is shown."""
        return scored(self.shard, self.near, self.words, self.visible.shown)

    @cached_property
    def named(self) -> Scores:
        """What each passage gains because the question names its outlet or its day."""
        return _named(self.asked, self.shard)

    @cached_property
    def total(self) -> Scores:
        """About the score of every passage; minus infinity where not shown, and after the last."""
        total = np.full(len(self.shard.passage_owner) + 1, -np.inf, dtype=np.float32)
        total[self.visible.shown] = self.about.total() + self.named[self.visible.shown]
        return total

    @cached_property
    def reach(self) -> Scores:
        """About the most that a sentence of each passage that is shown can score."""
        best: Scores = self.total[self.visible.shown] + (
            np.float32(SENTENCE_COSINE) * self.about.best_cosine
            + np.float32(SENTENCE_COVERAGE) * self.about.best_coverage
        )
        return best

    def sentences(self, passages: Numbers) -> Numbers:
        """Return the sentences of some passages that may be quoted."""
        sentences = self.shard.sentences_of(passages)
        return sentences[self.shard.quotable[sentences]]

    def score(self, sentences: Numbers) -> Scores:
        """Return the scores of some sentences, in order, as far as they are known."""
        score: Scores = (
            SENTENCE_COSINE * self.near.rows[self.shard.sentence_rows[sentences]]
            + SENTENCE_COVERAGE * self.words.covered[sentences]
            + self.shard.best_passage(self.total, sentences)
        ).astype(np.float32)
        return score

    def look(self, sentences: Numbers, passages: Numbers, vector: Vector) -> "Close":
        """Score some passages, and all that hold some sentences, in full precision."""
        shard, rows = self.shard, self.near.rows
        passages = _distinct(passages, shard.passages_of(sentences))
        windows = shard.row_windows[passages]
        lengths = windows[:, 1] - windows[:, 0]
        inside = expanded(windows[:, 0], lengths)
        # No other sentence of a passage can be its best one.
        least = shard.best_sentence(rows, windows.ravel()) - 2 * np.float32(self.near.bound)
        best = inside[rows[inside] >= np.repeat(least, lengths)]
        wanted = _distinct(best, shard.passage_rows[passages], shard.sentence_rows[sentences])
        rows[wanted] = shard.cosines(wanted, vector)
        parts = scored(shard, self.near, self.words, passages)
        self.total[passages] = parts.total() + self.named[passages]
        return Close(
            rows=self, passages=passages, parts=parts,
            sentences=sentences, score=self.score(sentences),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Close:
    """Rows of one shard in full precision."""

    rows: Rows
    passages: Numbers
    """In order."""
    parts: PassageScores
    """Of these passages."""
    sentences: Numbers
    """In order; every passage that holds one of them is there."""
    score: Scores
    """Of these sentences."""
    made: dict[int, PassageHit] = field(default_factory=dict)
    """Passages that are hits already: one often holds several of the best sentences."""

    def starts(self) -> "_Placed":
        """Return the sentences with what they are put in order by."""
        shard = self.rows.shard
        return _Placed(
            shard=shard,
            rows=self.sentences,
            scores=self.score,
            owners=shard.sentence_owner[self.sentences],
            numbers=shard.sentence_number[self.sentences],
        )

    def passage_starts(self, passages: Numbers) -> "_Placed":
        """Return some of the passages likewise."""
        shard = self.rows.shard
        return _Placed(
            shard=shard,
            rows=passages,
            scores=self.rows.total[passages],
            owners=shard.passage_owner[passages],
            numbers=shard.passage_number[passages],
        )

    def passage(self, row: int) -> PassageHit:
        """Return a passage as a hit."""
        hit = self.made.get(row)
        if hit is None:
            hit = self.made[row] = self._passage(row)
        return hit

    def _passage(self, row: int) -> PassageHit:
        shard = self.rows.shard
        embedded = shard.documents[shard.passage_owner[row]]
        at = int(np.searchsorted(self.passages, row))
        return PassageHit(
            document=embedded.document,
            passage=embedded.segments.passage(int(shard.passage_number[row])),
            score=float(self.rows.total[row]),
            cosine=float(self.parts.cosine[at]),
            best_cosine=float(self.parts.best_cosine[at]),
            coverage=float(self.parts.coverage[at]),
            best_coverage=float(self.parts.best_coverage[at]),
        )

    def sentence(self, row: int, score: float) -> SentenceHit:
        """Return a sentence as a hit, with the best passage that holds it."""
        shard = self.rows.shard
        embedded = shard.documents[shard.sentence_owner[row]]
        text, segments = embedded.document.text, embedded.segments
        number = int(shard.sentence_number[row])
        first, last = shard.row_passages[row].tolist()
        best = self.passage(first + int(self.rows.total[first:last].argmax()))
        vector_row = shard.sentence_rows[row]
        return SentenceHit(
            document=embedded.document,
            sentence=segments.sentence(number),
            number=number,
            before=_text(text, segments, number - 1) if number > best.passage.first else "",
            after=_text(text, segments, number + 1) if number + 1 < best.passage.last else "",
            passage=best,
            vector=shard.vectors[vector_row],
            score=score,
            cosine=float(self.rows.near.rows[vector_row]),
            coverage=float(self.rows.words.covered[row]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Rows of one shard, with what they are put in order by."""

    shard: Shard
    rows: Numbers
    scores: Scores
    owners: Numbers
    numbers: Numbers


def looked_at(
    rows: Sequence[Rows], vector: Vector, limit: int
) -> tuple[list[SentenceHit], list[PassageHit]]:
    """Return the best sentences and the best passages of all shards, best first.

    Where scores tie, they come in the order of documents and of their text.
    """
    passages = _passages(rows, limit)
    sentences = _sentences(rows, limit)
    close = [
        each.look(of_sentences, of_passages, vector)
        for each, of_sentences, of_passages in zip(rows, sentences, passages, strict=True)
    ]
    best_sentences = _ordered([each.starts() for each in close], limit)
    placed = [each.passage_starts(of) for each, of in zip(close, passages, strict=True)]
    return (
        [close[at].sentence(row, score) for at, row, score in best_sentences],
        [close[at].passage(row) for at, row, _ in _ordered(placed, limit)],
    )


def _passages(rows: Sequence[Rows], limit: int) -> list[Numbers]:
    """Return of each shard the passages that may be among the best."""
    shown = [each.total[each.visible.shown] for each in rows]
    least = least_of_best(
        np.concatenate([of - each.passage_bound for of, each in zip(shown, rows, strict=True)]),
        limit,
    )
    return [
        each.visible.shown[of >= least - each.passage_bound]
        for of, each in zip(shown, rows, strict=True)
    ]


def _sentences(rows: Sequence[Rows], limit: int) -> list[Numbers]:
    """Return of each shard the sentences that may be among the best."""
    enough = least_of_best(np.concatenate([each.reach for each in rows]), _WIDER * limit)
    first = [each.sentences(each.visible.shown[each.reach >= enough]) for each in rows]
    least = least_of_best(
        np.concatenate(
            [each.score(of) - each.sentence_bound for of, each in zip(first, rows, strict=True)]
        ),
        limit,
    )
    found: list[Numbers] = []
    for each in rows:
        bound = least - each.sentence_bound
        sentences = each.sentences(each.visible.shown[each.reach >= bound - _ROUNDING])
        found.append(sentences[each.score(sentences) >= bound])
    return found


def _ordered(placed: Sequence[_Placed], limit: int) -> list[tuple[int, int, float]]:
    """Return the best rows: of which shard each is, its number, and its score."""
    least = least_of_best(np.concatenate([each.scores for each in placed]), limit)
    found: list[tuple[float, str, int, int, int]] = []
    for at, each in enumerate(placed):
        best = each.scores >= least
        columns = (each.scores, each.owners, each.numbers, each.rows)
        found += [
            (-score, each.shard.documents[owner].document.id, number, at, row)
            for score, owner, number, row in zip(
                *(column[best].tolist() for column in columns), strict=True
            )
        ]
    return [(at, row, -score) for score, _, _, at, row in sorted(found)[:limit]]


def _named(asked: Question, shard: Shard) -> Scores:
    """Return what each passage gains because the question names its outlet or its day."""
    facts = shard.facts
    outlets = np.array([asked.names_outlet(each) for each in facts.outlets], dtype=bool)
    gain = np.zeros(len(shard.documents), dtype=np.float32)
    # The number of no outlet is -1, and the last of these.
    gain += NAMED_OUTLET * np.append(outlets, False)[facts.outlet_of]
    when = np.zeros(len(shard.documents), dtype=bool)
    for day in asked.days:
        stated = [part for part in enumerate((day.year, day.month, day.day)) if part[1] is not None]
        if stated:
            when |= np.all([facts.published[:, at] == part for at, part in stated], axis=0)
    gain += NAMED_DAY * when
    gained: Scores = gain[shard.passage_owner].astype(np.float32)
    return gained


def _distinct(*numbers: Numbers) -> Numbers:
    """Return all numbers, each once, in order."""
    every = np.sort(np.concatenate(numbers))
    return every[np.append(True, every[1:] != every[:-1])] if len(every) else every


def _text(text: str, segments: Segments, number: int) -> str:
    sentence = segments.sentence(number)
    return text[sentence.start : sentence.end]
