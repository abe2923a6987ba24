"""One search: from a question and the visible rows of an index to a ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from briefs.asking import Question, question_of
from briefs.hits import Ranking
from briefs.lexical import content_words, folded, stem
from briefs.looking import looked_at
from briefs.model import Searched, Vector
from briefs.rows import Rows
from briefs.scoring import Term, greatest, least_of_best, looked_up, worded
from briefs.shard import Near, Shard, Visible

NEAR_PASSAGES: Final = 30
"""Among the words of so many passages, the nearest in meaning, a word is sought that no document
has: "Celeron" for "Céloron"."""

SHORTEST_SLIP: Final = 5
"""Letters. Shorter words are too near to others by chance."""

LIKENESS: Final = 80.0
"""Of two spellings, in percent: about one letter in five may differ."""


def search(
    question: str,
    vector: Vector,
    shards: Sequence[Shard],
    visible: Sequence[Visible],
    searched: Searched,
    limit: int,
) -> Ranking:
    """Rank sentences and passages, best first.

    Args:
        question: As it was asked.
        vector: Its unit vector, shape (dimensions,).
        shards: The whole index.
        visible: Which rows of each shard may be looked at.
        searched: How much that is.
        limit: How many sentences, and passages, come back at most.
    """
    asked = question_of(question)
    found = {term: looked_up(term, shards, visible) for term in asked.words}
    if not searched.passages:
        return _ranking(asked, searched, found)
    near = [shard.near(vector, seen) for shard, seen in zip(shards, visible, strict=True)]
    unknown = [term for term, each in found.items() if not each.found]
    alike = _alike(asked, unknown, shards, visible, near, vector)
    if alike:
        asked = asked.replaced(alike)
        found = {term: found.get(term) or looked_up(term, shards, visible) for term in asked.words}
    words = worded(list(found.values()), shards, visible)
    rows = [
        Rows(shard=shard, visible=visible[at], near=near[at], words=words[at], asked=asked)
        for at, shard in enumerate(shards)
    ]
    sentences, passages = looked_at(rows, vector, limit)
    return replace(
        _ranking(asked, searched, found), sentences=tuple(sentences), passages=tuple(passages)
    )


def _ranking(asked: Question, searched: Searched, found: Mapping[str, Term]) -> Ranking:
    """Return a ranking of nothing yet."""
    return Ranking(
        sentences=(),
        passages=(),
        searched=searched,
        asked=asked,
        rarity={term: each.sentence_rarity for term, each in found.items()},
        passage_rarity={term: each.passage_rarity for term, each in found.items()},
        missing=tuple(term for term, each in found.items() if not each.found),
    )


def _alike(
    asked: Question,
    unknown: Sequence[str],
    shards: Sequence[Shard],
    visible: Sequence[Visible],
    nears: Sequence[Near],
    vector: Vector,
) -> dict[str, str]:
    """Return for terms that no visible document has what may be meant: a slip, another spelling."""
    words = {term: folded(asked.words[term]) for term in unknown}
    words = {term: word for term, word in words.items() if _may_slip(word)}
    if not words:
        return {}
    nearest: list[tuple[float, str, int, str]] = []
    for shard, seen, near in zip(shards, visible, nears, strict=True):
        about = near.rows[shard.passage_rows[seen.shown]]
        enough = least_of_best(about, NEAR_PASSAGES) - 2 * near.bound
        rows = seen.shown[about >= enough]
        meaning = shard.cosines(shard.passage_rows[rows], vector)
        for row in greatest(np.arange(len(rows)), meaning, NEAR_PASSAGES).tolist():
            embedded = shard.documents[shard.passage_owner[rows[row]]]
            passage = embedded.segments.passage(int(shard.passage_number[rows[row]]))
            text = embedded.document.text[passage.start : passage.end]
            nearest.append((-float(meaning[row]), embedded.document.id, passage.start, text))
    known: dict[str, str] = {}
    for *_, text in sorted(nearest)[:NEAR_PASSAGES]:
        for word in content_words(text):
            if len(word) >= SHORTEST_SLIP:
                known.setdefault(folded(word), stem(word))
    alike: dict[str, str] = {}
    for term, word in words.items():
        # A slip in the first letter is rare, and "taxed" is no "waxed".
        beginning = [each for each in known if each[0] == word[0]]
        best = process.extractOne(word, beginning, scorer=fuzz.ratio, score_cutoff=LIKENESS)
        if best is not None:
            alike[term] = known[best[0]]
    return alike


def _may_slip(word: str) -> bool:
    return len(word) >= SHORTEST_SLIP and word.isalpha()
