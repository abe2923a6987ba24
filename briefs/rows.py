"""The rows of one shard in one search: scored about right, and looked at closely where asked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from briefs.asking import Question
from briefs.close_rows import Close, Numbers
from briefs.model import Vector
from briefs.named_gains import named_gains
from briefs.scoring import (
    BEST_COSINE,
    COSINE,
    SENTENCE_COSINE,
    SENTENCE_COVERAGE,
    PassageScores,
    Worded,
    scored,
)
from briefs.shard import Near, Scores, Shard, Visible, expanded

ROUNDING: Final = 1e-6
"""How far a sum of a few float32 numbers about 1 may be off."""


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
        return (BEST_COSINE + COSINE) * self.near.bound + ROUNDING

    @property
    def sentence_bound(self) -> float:
        """How far a sentence's score may be off."""
        return SENTENCE_COSINE * self.near.bound + self.passage_bound

    @cached_property
    def about(self) -> PassageScores:
        """What about makes up the score of every passage that is shown."""
        return scored(self.shard, self.near, self.words, self.visible.shown, self.visible.windows)

    @cached_property
    def named(self) -> Scores | None:
        """What each passage gains because the question names its outlet or its day."""
        return named_gains(self.asked, self.shard)

    @cached_property
    def shown(self) -> Scores:
        """About the score of every passage that is shown."""
        return self._gained(self.about.total(), self.visible.shown)

    @cached_property
    def total(self) -> Scores:
        """About the score of every passage; minus infinity where not shown, and after the last."""
        total = np.full(len(self.shard.passage_owner) + 1, -np.inf, dtype=np.float32)
        total[self.visible.shown] = self.shown
        return total

    @cached_property
    def reach(self) -> Scores:
        """About the most that a sentence of each passage that is shown can score."""
        best: Scores = self.shown + (
            np.float32(SENTENCE_COSINE) * self.about.best_cosine
            + np.float32(SENTENCE_COVERAGE) * self.about.best_coverage
        )
        return best

    def _gained(self, scores: Scores, passages: Numbers) -> Scores:
        return scores if self.named is None else scores + self.named[passages]

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

    def look(self, sentences: Numbers, passages: Numbers, vector: Vector) -> Close:
        """Score some passages, and all that hold some sentences, in full precision."""
        shard, rows = self.shard, self.near.rows
        passages = _distinct(passages, shard.passages_of(sentences))
        windows = shard.row_windows[passages]
        if self.near.bound:
            lengths = windows[:, 1] - windows[:, 0]
            inside = expanded(windows[:, 0], lengths)
            # No other sentence of a passage can be its best one.
            least = shard.best_sentence(rows, windows.ravel()) - 2 * np.float32(self.near.bound)
            best = inside[rows[inside] >= np.repeat(least, lengths)]
            wanted = _distinct(best, shard.passage_rows[passages], shard.sentence_rows[sentences])
            rows[wanted] = shard.cosines(wanted, vector)
        parts = scored(shard, self.near, self.words, passages, windows.ravel())
        self.total[passages] = self._gained(parts.total(), passages)
        return Close(
            shard=shard,
            near=self.near,
            words=self.words,
            total=self.total,
            passages=passages,
            parts=parts,
            sentences=sentences,
            score=self.score(sentences),
        )


def _distinct(*numbers: Numbers) -> Numbers:
    """Return all numbers, each once, in order."""
    every = np.sort(np.concatenate(numbers))
    return every[np.append(True, every[1:] != every[:-1])] if len(every) else every
