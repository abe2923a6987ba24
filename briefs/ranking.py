"""The close look: which of the best sentences answers the question, and how sure that is.

A search finds sentences that are about what is asked. Here each of them is read: whether it holds
the kind of thing that is asked for, how much of the question stands in it and just before it, and
what it says beside the question. The weights are fitted: `briefs.weights` says on what.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

from briefs.asking import Kind, Question
from briefs.hits import Ranking, SentenceHit
from briefs.lexical import known_terms
from briefs.weights import CONFIDENCE, INTERCEPT, SENTENCE

NAMED_OUTLET = 1.5
NAMED_DAY = 0.8
"""What a sentence's score gains whose outlet or day the question names. Not fitted: no questions
with such names were at hand. About what a sentence gains that holds the kind of thing asked for."""

SIGNALS: Final = (
    "cosine",
    "best_cosine",
    "passage_cosine",
    "coverage",
    "passage_coverage",
    "best_coverage",
    "before",
    "around",
    "pairs",
    "says_more",
    "quantity",
    "day",
    "person",
    "place",
    "described",
)
"""What may speak for a sentence; see `signals`."""

EVIDENCE: Final = ("cosine", "agreement", "coverage")
"""What may speak for there being an answer; see `evidence`."""

WHOLE = 0.6
"""The least confidence where one sentence holds every content word of the question, however little
else there is to go by. Of the questions that the weights were fitted on that holds for .15 of those
with an answer and for .002 of those without."""

Signals: TypeAlias = Mapping[str, float]


def ranked(ranking: Ranking) -> Ranking:
    """Return a ranking with its sentences in the order in which they answer, best first."""
    hits = [
        replace(hit, score=_score(signals(hit, ranking), SENTENCE) + _named(hit, ranking.asked))
        for hit in ranking.sentences
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.document.id, hit.sentence.start))
    return replace(ranking, sentences=tuple(hits))


def confidence(ranking: Ranking) -> float:
    """Return from 0 to 1 how sure it is that a document answers the question."""
    if not ranking.sentences:
        return 0.0
    fitted = 1 / (1 + math.exp(-INTERCEPT - _score(evidence(ranking), CONFIDENCE)))
    return max(fitted, WHOLE) if _whole(ranking) else fitted


def signals(hit: SentenceHit, ranking: Ranking) -> Signals:
    """Return what speaks for a sentence as the answer, each about from 0 to 1."""
    asked = ranking.asked
    own = known_terms(hit.text)
    here, before = set(own), set(known_terms(hit.before))
    outlet = hit.document.outlet
    if outlet is not None and asked.names_outlet(outlet):
        # "What did Meduza say": its own articles need not repeat their name.
        here |= set(known_terms(outlet))
    around = here | before | set(known_terms(hit.after))
    rarity = ranking.rarity
    total = sum(rarity.values()) or 1.0
    pairs = set(pairwise(asked.terms))
    holds = asked.answered_by(hit.text)
    return {
        "cosine": hit.cosine,
        "best_cosine": hit.passage.best_cosine,
        "passage_cosine": hit.passage.cosine,
        "coverage": sum(rarity[term] for term in rarity if term in here) / total,
        "passage_coverage": hit.passage.coverage,
        "best_coverage": hit.passage.best_coverage,
        "before": sum(rarity[term] for term in rarity if term in here or term in before) / total,
        "around": sum(rarity[term] for term in rarity if term in around) / total,
        "pairs": len(pairs & set(pairwise(own))) / max(len(pairs), 1),
        "says_more": math.log1p(len(here - rarity.keys())) / 4,
        "quantity": float(holds and asked.kind is Kind.QUANTITY),
        "day": float(holds and asked.kind is Kind.DAY),
        "person": float(holds and asked.kind is Kind.PERSON),
        "place": float(holds and asked.kind is Kind.PLACE),
        "described": float(asked.described_by(hit.text)),
    }


def evidence(ranking: Ranking) -> Signals:
    """Return what speaks for there being an answer at all, each from 0 to 1."""
    return {
        "cosine": max(hit.cosine for hit in ranking.sentences),
        "agreement": max(hit.score for hit in ranking.passages),
        "coverage": max(hit.coverage for hit in ranking.sentences),
    }


def _whole(ranking: Ranking) -> bool:
    """Say whether one sentence holds all that a question asks with: "Who is David Lammy?"."""
    words = set(ranking.asked.words)
    return len(words) > 1 and any(words <= set(known_terms(hit.text)) for hit in ranking.sentences)


def _score(signalled: Signals, weights: Mapping[str, float]) -> float:
    return sum(weight * signalled[name] for name, weight in weights.items())


def _named(hit: SentenceHit, asked: Question) -> float:
    document = hit.document
    outlet = document.outlet is not None and asked.names_outlet(document.outlet)
    return NAMED_OUTLET * outlet + NAMED_DAY * asked.names_day(document.published)
