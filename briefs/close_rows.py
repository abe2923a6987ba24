"""Rows of one shard that were looked at closely: scored in full precision, and made into hits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from briefs.hits import PassageHit, SentenceHit
from briefs.scoring import PassageScores, Worded
from briefs.shard import Near, Scores, Shard

Numbers: TypeAlias = NDArray[np.integer]
"""Of sentences or passages of one shard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Rows of one shard, with what they are put in order by."""

    shard: Shard
    rows: Numbers
    scores: Scores
    owners: Numbers
    numbers: Numbers


@dataclass(frozen=True, kw_only=True)
class Close:
    """Rows of one shard in full precision."""

    shard: Shard
    near: Near
    words: Worded
    total: Scores
    """Of every passage of the shard; full precision is only that of these passages."""
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

    def starts(self) -> Placed:
        """Return the sentences with what they are put in order by."""
        shard = self.shard
        return Placed(
            shard=shard,
            rows=self.sentences,
            scores=self.score,
            owners=shard.sentence_owner[self.sentences],
            numbers=shard.sentence_number[self.sentences],
        )

    def passage_starts(self, passages: Numbers) -> Placed:
        """Return some of the passages likewise."""
        shard = self.shard
        return Placed(
            shard=shard,
            rows=passages,
            scores=self.total[passages],
            owners=shard.passage_owner[passages],
            numbers=shard.passage_number[passages],
        )

    def passage_hits(self, wanted: Iterable[int]) -> dict[int, PassageHit]:
        """Return some of the passages as hits, by their numbers."""
        rows = [each for each in wanted if each not in self.made]
        if rows:
            self._make(rows)
        return self.made

    def _make(self, rows: list[int]) -> None:
        shard, parts = self.shard, self.parts
        at = np.searchsorted(self.passages, rows)
        columns = (
            shard.passage_owner[rows],
            shard.passage_number[rows],
            self.total[rows],
            parts.cosine[at],
            parts.best_cosine[at],
            parts.coverage[at],
            parts.best_coverage[at],
        )
        for row, owner, number, score, cosine, best_cosine, coverage, best_coverage in zip(
            rows, *(column.tolist() for column in columns), strict=True
        ):
            embedded = shard.documents[owner]
            self.made[row] = PassageHit(
                document=embedded.document,
                segments=embedded.segments,
                number=number,
                score=score,
                cosine=cosine,
                best_cosine=best_cosine,
                coverage=coverage,
                best_coverage=best_coverage,
            )

    def best_passages(self, sentences: Sequence[int]) -> list[int]:
        """Return the best passage that holds each of some sentences."""
        score = dict(zip(self.passages.tolist(), self.total[self.passages].tolist(), strict=True))
        ranges = self.shard.row_passages[sentences].tolist()
        return [max(range(first, last), key=score.__getitem__) for first, last in ranges]

    def sentence_hits(self, scores: Mapping[int, float]) -> dict[int, SentenceHit]:
        """Return some of the sentences as hits, by their numbers, given their scores."""
        shard, sentences = self.shard, list(scores)
        best = self.best_passages(sentences)
        passages = self.passage_hits(dict.fromkeys(best))
        rows = shard.sentence_rows[sentences]
        columns = (
            shard.sentence_owner[sentences],
            shard.sentence_number[sentences],
            rows,
            self.near.rows[rows],
            self.words.covered[sentences],
        )
        hits: dict[int, SentenceHit] = {}
        for sentence, score, passage, owner, number, row, cosine, coverage in zip(
            sentences, scores.values(), best, *(column.tolist() for column in columns), strict=True
        ):
            embedded = shard.documents[owner]
            hits[sentence] = SentenceHit(
                document=embedded.document,
                segments=embedded.segments,
                number=number,
                passage=passages[passage],
                vector=shard.vectors[row],
                score=score,
                cosine=cosine,
                coverage=coverage,
            )
        return hits
