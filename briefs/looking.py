"""Which rows are the best, found out of what is about right.

The scan gives every row's cosine within a bound. What cannot be among the best even at its most is
left; the rest is scored in full precision. So the result is that of scoring every row so.
"""

from collections.abc import Iterable, Mapping, Sequence
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
        return scored(self.shard, self.near, self.words, self.visible.shown, self.visible.windows)

    @cached_property
    def named(self) -> Scores | None:
        """What each passage gains because the question names its outlet or its day."""
        return _named(self.asked, self.shard)

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

    def look(self, sentences: Numbers, passages: Numbers, vector: Vector) -> "Close":
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
            rows=self,
            passages=passages,
            parts=parts,
            sentences=sentences,
            score=self.score(sentences),
        )


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

    def passage_hits(self, wanted: Iterable[int]) -> dict[int, PassageHit]:
        """Return some of the passages as hits, by their numbers."""
        rows = [each for each in wanted if each not in self.made]
        if rows:
            self._make(rows)
        return self.made

    def _make(self, rows: list[int]) -> None:
        shard, parts = self.rows.shard, self.parts
        at = np.searchsorted(self.passages, rows)
        columns = (
            shard.passage_owner[rows],
            shard.passage_number[rows],
            self.rows.total[rows],
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
                passage=embedded.segments.passage(number),
                score=score,
                cosine=cosine,
                best_cosine=best_cosine,
                coverage=coverage,
                best_coverage=best_coverage,
            )

    def best_passages(self, sentences: Sequence[int]) -> list[int]:
        """Return the best passage that holds each of some sentences."""
        score = dict(
            zip(self.passages.tolist(), self.rows.total[self.passages].tolist(), strict=True)
        )
        ranges = self.rows.shard.row_passages[sentences].tolist()
        return [max(range(first, last), key=score.__getitem__) for first, last in ranges]

    def sentence_hits(self, scores: Mapping[int, float]) -> dict[int, SentenceHit]:
        """Return some of the sentences as hits, by their numbers, given their scores."""
        shard, sentences = self.rows.shard, list(scores)
        best = self.best_passages(sentences)
        passages = self.passage_hits(dict.fromkeys(best))
        rows = shard.sentence_rows[sentences]
        columns = (
            shard.sentence_owner[sentences],
            shard.sentence_number[sentences],
            rows,
            self.rows.near.rows[rows],
            self.rows.words.covered[sentences],
        )
        hits: dict[int, SentenceHit] = {}
        for sentence, score, passage, owner, number, row, cosine, coverage in zip(
            sentences, scores.values(), best, *(column.tolist() for column in columns), strict=True
        ):
            embedded, hit = shard.documents[owner], passages[passage]
            text, segments = embedded.document.text, embedded.segments
            before = number > hit.passage.first
            after = number + 1 < hit.passage.last
            hits[sentence] = SentenceHit(
                document=embedded.document,
                sentence=segments.sentence(number),
                number=number,
                before=_text(text, segments, number - 1) if before else "",
                after=_text(text, segments, number + 1) if after else "",
                passage=hit,
                vector=shard.vectors[row],
                score=score,
                cosine=cosine,
                coverage=coverage,
            )
        return hits


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
    enough = least_of_best(np.concatenate([each.reach for each in rows]), _WIDER * limit)
    some = [each.sentences(each.visible.shown[each.reach >= enough]) for each in rows]
    scores = [each.score(of) for each, of in zip(rows, some, strict=True)]
    passages = _best([each.visible.shown for each in rows], [each.shown for each in rows], limit)
    rough = any(each.near.bound for each in rows)
    if rough:
        # These are about the best. What the last of them scores, seen closely, others may pass.
        close = _close(rows, _best(some, scores, limit), passages, vector)
        scores = [each.score for each in close]
    least = least_of_best(np.concatenate(scores), limit)
    # Where nothing else can reach so far, all of them are known already.
    sentences = (
        _best(some, scores, limit)
        if not rough and least - 2 * _ROUNDING >= enough
        else [_reaching(each, least) for each in rows]
    )
    least = least_of_best(
        np.concatenate([each.total[of] for each, of in zip(rows, passages, strict=True)]), limit
    )
    passages = [each.visible.shown[each.shown >= least - each.passage_bound] for each in rows]
    close = _close(rows, sentences, passages, vector)
    placed = [each.passage_starts(of) for each, of in zip(close, passages, strict=True)]
    return _sentence_hits(close, limit), _passage_hits(close, placed, limit)


def _close(
    rows: Sequence[Rows], sentences: Sequence[Numbers], passages: Sequence[Numbers], vector: Vector
) -> list["Close"]:
    return [
        each.look(of_sentences, of_passages, vector)
        for each, of_sentences, of_passages in zip(rows, sentences, passages, strict=True)
    ]


def _best(numbers: Sequence[Numbers], scores: Sequence[Scores], limit: int) -> list[Numbers]:
    """Return of each shard the numbers with the best scores of all."""
    least = least_of_best(np.concatenate(scores), limit)
    return [of[own >= least] for of, own in zip(numbers, scores, strict=True)]


def _reaching(rows: Rows, least: float) -> Numbers:
    """Return the sentences of a shard that may score so much."""
    bound = least - rows.sentence_bound
    sentences = rows.sentences(rows.visible.shown[rows.reach >= bound - _ROUNDING])
    return sentences[rows.score(sentences) >= bound]


def _sentence_hits(close: Sequence[Close], limit: int) -> list[SentenceHit]:
    ordered = _ordered([each.starts() for each in close], limit)
    hits: dict[tuple[int, int], SentenceHit] = {}
    for at, each in enumerate(close):
        own = {row: score for shard, row, score in ordered if shard == at}
        if own:
            hits |= {(at, row): hit for row, hit in each.sentence_hits(own).items()}
    return [hits[at, row] for at, row, _ in ordered]


def _passage_hits(
    close: Sequence[Close], placed: Sequence[_Placed], limit: int
) -> list[PassageHit]:
    ordered = _ordered(placed, limit)
    hits: dict[tuple[int, int], PassageHit] = {}
    for at, each in enumerate(close):
        own = [row for shard, row, _ in ordered if shard == at]
        if own:
            made = each.passage_hits(own)
            hits |= {(at, row): made[row] for row in own}
    return [hits[at, row] for at, row, _ in ordered]


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


def _named(asked: Question, shard: Shard) -> Scores | None:
    """Return what each passage gains because the question names its outlet or its day."""
    facts = shard.facts
    outlets = np.array([asked.names_outlet(each) for each in facts.outlets], dtype=bool)
    days = [
        stated
        for day in asked.days
        if (
            stated := [
                part for part in enumerate((day.year, day.month, day.day)) if part[1] is not None
            ]
        )
    ]
    if not (outlets.any() or days):
        return None
    gain = np.zeros(len(shard.documents), dtype=np.float32)
    # The number of no outlet is -1, and the last of these.
    gain += NAMED_OUTLET * np.append(outlets, False)[facts.outlet_of]
    when = np.zeros(len(shard.documents), dtype=bool)
    for stated in days:
        when |= np.all([facts.published[:, at] == part for at, part in stated], axis=0)
    gain += NAMED_DAY * when
    gained: Scores = gain[shard.passage_owner].astype(np.float32)
    return gained


def _distinct(*numbers: Numbers) -> Numbers:
    """Return all numbers, each once, in order."""
    every = np.sort(np.concatenate(numbers))
    return every[np.append(True, every[1:] != every[:-1])] if len(every) else every


def _text(text: str, segments: Segments, number: int) -> str:
    start, end, _ = segments.sentence_spans[number].tolist()
    return text[start:end]
