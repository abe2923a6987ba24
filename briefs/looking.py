"""Which rows are the best, found out of what is about right.

The scan gives every row's cosine within a bound. What cannot be among the best even at its most is
left; the rest is scored in full precision. So the result is that of scoring every row so.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from briefs.close_rows import Close, Numbers, Placed
from briefs.hits import PassageHit, SentenceHit
from briefs.model import Vector
from briefs.rows import ROUNDING, Rows
from briefs.scoring import least_of_best
from briefs.shard import Scores

_WIDER: Final = 4
"""The first threshold is taken from so many times as many passages as are wanted."""


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
        if not rough and least - 2 * ROUNDING >= enough
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
) -> list[Close]:
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
    sentences = rows.sentences(rows.visible.shown[rows.reach >= bound - ROUNDING])
    return sentences[rows.score(sentences) >= bound]


def _sentence_hits(close: Sequence[Close], limit: int) -> list[SentenceHit]:
    ordered = _ordered([each.starts() for each in close], limit)
    hits: dict[tuple[int, int], SentenceHit] = {}
    for at, each in enumerate(close):
        own = {row: score for shard, row, score in ordered if shard == at}
        if own:
            hits |= {(at, row): hit for row, hit in each.sentence_hits(own).items()}
    return [hits[at, row] for at, row, _ in ordered]


def _passage_hits(close: Sequence[Close], placed: Sequence[Placed], limit: int) -> list[PassageHit]:
    ordered = _ordered(placed, limit)
    hits: dict[tuple[int, int], PassageHit] = {}
    for at, each in enumerate(close):
        own = [row for shard, row, _ in ordered if shard == at]
        if own:
            made = each.passage_hits(own)
            hits |= {(at, row): made[row] for row in own}
    return [hits[at, row] for at, row, _ in ordered]


def _ordered(placed: Sequence[Placed], limit: int) -> list[tuple[int, int, float]]:
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
