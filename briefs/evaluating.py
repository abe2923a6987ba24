"""How good answers are: each question judged, and the figures over all of them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from briefs.answering import Examined
from briefs.model import Searched
from briefs.question_files import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question."""

    asked: Expectation
    answered: bool
    confidence: float
    elapsed_ms: float
    searched: Searched
    quote: str
    """The first statement; of a refusal the first ranked sentence; empty where there is none."""
    source: str | None
    """Where the document of the quote was loaded from."""
    answer_place: int | None
    """The place, from 1, of the first statement that contains an expected string."""
    ranked_place: int | None
    """The same among the ranked sentences, whether or not it was answered."""
    passage_place: int | None
    """The place of the named document among the distinct documents of the ranked passages."""

    @property
    def right(self) -> bool:
        """Whether the first statement is right; of an unanswerable question: it was refused."""
        return self.answer_place == 1 if self.asked.answerable else not self.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The figures over a question file. Shares are from 0 to 1, None where nothing is counted."""

    questions: int
    answerable: int
    unanswerable: int
    documents: int
    """How many documents were looked through."""
    answer_at_1: float | None
    answer_at_3: float | None
    ranked_at_1: float | None
    ranked_at_3: float | None
    cited_at_5: float | None
    passage_at_1: float | None
    passage_at_5: float | None
    false_refusals: float | None
    caught: float | None
    p50_ms: float
    p99_ms: float
    outcomes: tuple[Outcome, ...]
    """In the order of the file."""


def judged(asked: Expectation, examined: Examined) -> Outcome:
    """Judge what became of a question."""
    answer, ranking = examined.answer, examined.ranking
    quote, source = "", None
    if answer.answered:
        quote = answer.statements[0].text
        source = answer.statements[0].citations[0].document.source
    elif ranking.sentences:
        quote, source = ranking.sentences[0].text, ranking.sentences[0].document.source
    sources = {hit.document.id: hit.document.source for hit in ranking.passages}
    return Outcome(
        asked=asked,
        answered=answer.answered,
        confidence=answer.confidence,
        elapsed_ms=answer.elapsed_ms,
        searched=answer.searched,
        quote=quote,
        source=source,
        answer_place=_place(asked.met_by, (statement.text for statement in answer.statements)),
        ranked_place=_place(asked.met_by, (hit.text for hit in ranking.sentences)),
        passage_place=_place(asked.names, sources.values()),
    )


def measured(outcomes: Sequence[Outcome]) -> Measures:
    """Return the figures over outcomes, of which there is at least one."""
    answerable = [each for each in outcomes if each.asked.answerable]
    unanswerable = [each for each in outcomes if not each.asked.answerable]
    named = [each for each in outcomes if each.asked.document is not None]
    times = [each.elapsed_ms for each in outcomes]
    return Measures(
        questions=len(outcomes),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        documents=outcomes[-1].searched.documents,
        answer_at_1=_share(within(each.answer_place, 1) for each in answerable),
        answer_at_3=_share(within(each.answer_place, 3) for each in answerable),
        ranked_at_1=_share(within(each.ranked_place, 1) for each in answerable),
        ranked_at_3=_share(within(each.ranked_place, 3) for each in answerable),
        cited_at_5=_share(within(each.ranked_place, 5) for each in answerable),
        passage_at_1=_share(within(each.passage_place, 1) for each in named),
        passage_at_5=_share(within(each.passage_place, 5) for each in named),
        false_refusals=_share(not each.answered for each in answerable),
        caught=_share(not each.answered for each in unanswerable),
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
        outcomes=tuple(outcomes),
    )


def within(place: int | None, first: int) -> bool:
    """Say whether a place is among the first ones."""
    return place is not None and place <= first


def failures(outcomes: Iterable[Outcome], most: int) -> tuple[Outcome, ...]:
    """Return what went wrong worst, of each kind about as many, the kinds one after another.

    First what was answered and should have been refused, the surest first; then what was refused
    and should have been answered, the least sure first; then wrong first statements, the surest
    first.
    """
    wrong = [each for each in outcomes if not each.right]
    invented = [each for each in wrong if not each.asked.answerable]
    refused = [each for each in wrong if each.asked.answerable and not each.answered]
    mistaken = [each for each in wrong if each.asked.answerable and each.answered]
    invented.sort(key=lambda each: (-each.confidence, each.asked.line))
    refused.sort(key=lambda each: (each.confidence, each.asked.line))
    mistaken.sort(key=lambda each: (-each.confidence, each.asked.line))
    kinds = [invented, refused, mistaken]
    taken = [each for each in chain.from_iterable(zip_longest(*kinds)) if each is not None][:most]
    return tuple(each for kind in kinds for each in kind if each in taken)


def caught_at(
    answerable: Sequence[float], unanswerable: Sequence[float], refused: float
) -> tuple[float, float]:
    """Return which share of unanswerable questions is refused at a share of false refusals.

    Args:
        answerable: Confidences in questions that are to be answered; at least one.
        unanswerable: Confidences in questions that are to be refused; at least one.
        refused: The share of the first that may be refused, from 0 to 1.

    Returns:
        The share caught, and the least confidence at which that is so. No more than the allowed
        share of answerable questions is below it.
    """
    allowed = min(math.floor(refused * len(answerable) + 1e-9), len(answerable) - 1)
    threshold = sorted(answerable)[allowed]
    return sum(each < threshold for each in unanswerable) / len(unanswerable), threshold


def _place(meets: Callable[[str], bool], texts: Iterable[str]) -> int | None:
    """Return the place, from 1, of the first text that meets a condition."""
    return next((place for place, text in enumerate(texts, start=1) if meets(text)), None)


def _share(true: Iterable[bool]) -> float | None:
    counted = list(true)
    return sum(counted) / len(counted) if counted else None
