"""One search: from a question and the visible rows of an index to a ranking."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from briefs.asking import Question, question_of
from briefs.hits import PassageHit, Ranking, SentenceHit
from briefs.lexical import content_words, folded, stem
from briefs.model import Searched, Segments, Vector
from briefs.scoring import (
    SENTENCE_COSINE,
    SENTENCE_COVERAGE,
    PassageScores,
    Term,
    covered_sentences,
    greatest,
    looked_up,
    passage_scores,
)
from briefs.shard import Scores, Shard, Visible

NAMED_OUTLET: Final = 0.11
NAMED_DAY: Final = 0.07
"""What a passage's score gains whose outlet, or day of publication, the question names. A gain
beats a filter: a name in a question is as often what is asked about."""

NEAR_PASSAGES: Final = 30
"""Among the words of so many passages, the nearest in meaning, a word is sought that no document
has: "Celeron" for "Céloron"."""

SHORTEST_SLIP: Final = 5
"""Letters. Shorter words are too near to others by chance."""

LIKENESS: Final = 80.0
"""Of two spellings, in percent: about one letter in five may differ."""

_Hit = TypeVar("_Hit", SentenceHit, PassageHit)

_Found: TypeAlias = tuple[Callable[[int], _Hit], NDArray[np.int64], Scores]
"""Of one shard: what makes a hit of a row, the best rows, and the scores of all."""


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
    meanings = [shard.cosines(vector, seen) for shard, seen in zip(shards, visible, strict=True)]
    unknown = [term for term, each in found.items() if not each.found]
    alike = _alike(asked, unknown, shards, visible, meanings)
    if alike:
        asked = asked.replaced(alike)
        found = {term: found.get(term) or looked_up(term, shards, visible) for term in asked.words}
    terms = list(found.values())
    parts = passage_scores(terms, shards, visible, meanings)
    sentences: list[_Found[SentenceHit]] = []
    passages: list[_Found[PassageHit]] = []
    for at, shard in enumerate(shards):
        total = parts[at].total() + _named(asked, shard)
        coverage = covered_sentences(terms, at, shard)
        score = (
            SENTENCE_COSINE * meanings[at][0]
            + SENTENCE_COVERAGE * coverage
            + shard.best_passage(total)
        )
        rows = _Rows(
            shard=shard,
            parts=parts[at],
            total=total,
            cosine=meanings[at][0],
            coverage=coverage,
            score=score,
        )
        quotable = np.flatnonzero(visible[at].sentences & shard.quotable)
        sentences.append((rows.sentence, greatest(quotable, score, limit), score))
        shown = np.flatnonzero(visible[at].passages)
        passages.append((rows.passage, greatest(shown, total, limit), total))
    return replace(
        _ranking(asked, searched, found),
        sentences=tuple(_ordered(_made(sentences, limit), lambda hit: hit.sentence.start)[:limit]),
        passages=tuple(_ordered(_made(passages, limit), lambda hit: hit.passage.start)[:limit]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The scored rows of one shard."""

    shard: Shard
    parts: PassageScores
    total: Scores
    cosine: Scores
    coverage: Scores
    score: Scores

    def passage(self, row: int) -> PassageHit:
        """Return a passage as a hit."""
        embedded = self.shard.documents[self.shard.passage_owner[row]]
        return PassageHit(
            document=embedded.document,
            passage=embedded.segments.passage(int(self.shard.passage_number[row])),
            score=float(self.total[row]),
            cosine=float(self.parts.cosine[row]),
            best_cosine=float(self.parts.best_cosine[row]),
            coverage=float(self.parts.coverage[row]),
            best_coverage=float(self.parts.best_coverage[row]),
        )

    def sentence(self, row: int) -> SentenceHit:
        """Return a sentence as a hit, with the best passage that holds it."""
        embedded = self.shard.documents[self.shard.sentence_owner[row]]
        text, segments = embedded.document.text, embedded.segments
        number = int(self.shard.sentence_number[row])
        first, last = self.shard.row_passages[row].tolist()
        best = self.passage(first + int(np.argmax(self.total[first:last])))
        return SentenceHit(
            document=embedded.document,
            sentence=segments.sentence(number),
            number=number,
            before=_text(text, segments, number - 1) if number > best.passage.first else "",
            after=_text(text, segments, number + 1) if number + 1 < best.passage.last else "",
            passage=best,
            vector=self.shard.vectors[self.shard.sentence_rows[row]],
            score=float(self.score[row]),
            cosine=float(self.cosine[row]),
            coverage=float(self.coverage[row]),
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
    meanings: Sequence[tuple[Scores, Scores]],
) -> dict[str, str]:
    """Return for terms that no visible document has what may be meant: a slip, another spelling."""
    words = {term: folded(asked.words[term]) for term in unknown}
    words = {term: word for term, word in words.items() if _may_slip(word)}
    if not words:
        return {}
    near: list[tuple[float, str, int, str]] = []
    for shard, seen, (_, meaning) in zip(shards, visible, meanings, strict=True):
        for row in greatest(np.flatnonzero(seen.passages), meaning, NEAR_PASSAGES):
            embedded = shard.documents[shard.passage_owner[row]]
            passage = embedded.segments.passage(int(shard.passage_number[row]))
            text = embedded.document.text[passage.start : passage.end]
            near.append((-float(meaning[row]), embedded.document.id, passage.start, text))
    known: dict[str, str] = {}
    for *_, text in sorted(near)[:NEAR_PASSAGES]:
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


def _named(asked: Question, shard: Shard) -> Scores:
    """Return what each passage gains because the question names its outlet or its day."""
    outlets = np.array([asked.names_outlet(each) for each in shard.outlets], dtype=bool)
    gain = np.zeros(len(shard.documents), dtype=np.float32)
    # The number of no outlet is -1, and the last of these.
    gain += NAMED_OUTLET * np.append(outlets, False)[shard.outlet_of]
    when = np.zeros(len(shard.documents), dtype=bool)
    for day in asked.days:
        stated = [part for part in enumerate((day.year, day.month, day.day)) if part[1] is not None]
        if stated:
            when |= np.all([shard.published[:, at] == part for at, part in stated], axis=0)
    gain += NAMED_DAY * when
    gained: Scores = gain[shard.passage_owner].astype(np.float32)
    return gained


def _text(text: str, segments: Segments, number: int) -> str:
    sentence = segments.sentence(number)
    return text[sentence.start : sentence.end]


def _made(found: Sequence[_Found[_Hit]], limit: int) -> list[_Hit]:
    """Return the best rows of all shards as hits, and all that tie with the last one."""
    pooled = np.concatenate([scores[rows] for _, rows, scores in found])
    least = np.partition(pooled, -limit)[-limit] if len(pooled) > limit else -np.inf
    return [make(int(row)) for make, rows, scores in found for row in rows[scores[rows] >= least]]


def _ordered(hits: Iterable[_Hit], start: Callable[[_Hit], int]) -> list[_Hit]:
    """Return hits best first; where they tie, in the order of documents and of their text."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.document.id, start(hit)))
