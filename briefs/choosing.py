"""Which facts become the points of a brief, and in which order.

The fact that says most of what no point has said yet comes next. What cannot stand alone, what the
channel was told and what repeats a point is passed over, and the reason is kept.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from briefs.agreement import Said, likeness
from briefs.clarity import unclear
from briefs.gathering import Gathered
from briefs.grouping import backing
from briefs.linking import Links, held
from briefs.pairing import Rarity
from briefs.salience import Salience

TOLD = "was told to this channel before"

HELD_ALREADY = 0.0
"""A word pair that a point holds counts so much in the next one."""

PER_OUTLET = 1.0
"""What each doubling of the outlets that state a fact adds to it, as a share."""

NEAR = 0.5
"""A document that says nearly the same counts so much of an outlet, for the rank alone."""

MOST_NEAR = 100
"""So many sentences are looked at for that: a line that all articles have tells nothing."""

FIGURED = 1.15
"""What a figure adds to a fact: a factor."""

LIKE = 0.85
"""From this likeness on, a sentence repeats a point, although both may be right."""

HELD = 0.7
"""Likewise when a point, or all points together, hold so much of what its words weigh."""

_DIGIT = re.compile(r"\d")

CANDIDATES = 60
"""So many facts for each point that may be shown are looked at closely."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tale:
    """One story: its sentences, which of them say the same, and how much each says."""

    title: str
    gathered: Sequence[Gathered]
    links: Links
    """Which of its sentences are alike, those of one document left out."""
    groups: Sequence[tuple[int, ...]]
    salience: Salience
    asked: frozenset[int] | None = None
    """The places of the sentences that are about the topic; None: no topic was asked for."""

    def is_asked(self, group: int) -> bool:
        """Say whether a fact is about the topic: its middle is, or half of those behind it."""
        if self.asked is None:
            return True
        members = self.groups[group]
        return members[0] in self.asked or 2 * len(self.asked.intersection(members)) >= len(members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A fact that is a point: its story, and its group there."""

    tale: int
    group: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """What was chosen, in order, and why the rest was not."""

    chosen: tuple[Chosen, ...]
    refused: dict[tuple[int, int], str] = field(default_factory=dict)
    """By story and group: why it is no point; the sentence goes on from "it"."""
    scores: tuple[NDArray[np.float64], ...] = ()
    """Of every story: how much each group says on its own."""

    @property
    def told(self) -> list[tuple[int, int]]:
        """By story and group: what was left out because the channel was told it."""
        return [at for at, why in self.refused.items() if why == TOLD]


def choose(
    tales: Sequence[Tale], most: int, rare: Rarity, told: Callable[[Gathered], str | None]
) -> Choice:
    """Choose at most so many facts.

    Args:
        tales: The stories.
        most: How many points there may be.
        rare: The inverse document frequency of a term.
        told: Why a sentence is nothing new to the channel, None where it is.
    """
    scores = tuple(_scores(tale) for tale in tales)
    runs = [_Run(tale, scores[at], most) for at, tale in enumerate(tales)]
    chosen: list[Chosen] = []
    points: list[list[Said]] = [[] for _ in tales]
    refused: dict[tuple[int, int], str] = {}
    while len(chosen) < most:
        best = [(run.best, at) for at, run in enumerate(runs)]
        score, at = max(best, key=lambda each: (each[0], -each[1]), default=(0.0, -1))
        if score <= 0:
            break
        run, tale = runs[at], tales[at]
        group = run.take()
        sentence = tale.gathered[tale.groups[group][0]]
        why = (
            unclear(sentence.text)
            or elsewhere(tale, group)
            or told(sentence)
            or repeats(sentence.said, points[at], rare)
        )
        if why is not None:
            refused[at, group] = why
            continue
        chosen.append(Chosen(tale=at, group=group, score=score))
        points[at].append(sentence.said)
        run.cover(group)
    return Choice(chosen=tuple(chosen), refused=refused, scores=scores)


def elsewhere(tale: Tale, group: int) -> str | None:
    """Return why a group is part of another fact, None where it is not.

    Some who say the same stand behind another sentence; a count here would leave them out.
    """
    members = tale.groups[group]
    if len(backing(tale.gathered, members[0], tale.links)) < len(members):
        return None
    return "says the same as another sentence, which more articles stand behind"


def repeats(sentence: Said, points: Sequence[Said], rare: Rarity) -> str | None:
    """Return why a sentence says nothing beside the points before it, None where it does."""
    for number, point in enumerate(points, start=1):
        if likeness(sentence, point, rare) >= LIKE:
            return f"says nearly the same as point {number} of its story"
        if (
            held(sentence.terms, point.terms, rare) >= HELD
            or held(point.terms, sentence.terms, rare) >= HELD
        ):
            return f"says little that point {number} of its story does not"
    return None


def _scores(tale: Tale) -> NDArray[np.float64]:
    """Return how much each group says on its own: the mean of its members."""
    own = tale.salience.scores()
    said = np.array([own[list(members)].mean() for members in tale.groups])
    return said * _carried(tale)


def _carried(tale: Tale) -> NDArray[np.float64]:
    """Return what each group counts for its outlets, its figures and its place in articles."""
    found = np.empty(len(tale.groups))
    for group, members in enumerate(tale.groups):
        outlets: float = len({tale.gathered[each].document.publisher for each in members})
        outlets += NEAR * _near(tale, members)
        first = float(tale.salience.positions[list(members)].max())
        figured = FIGURED if _DIGIT.search(tale.gathered[members[0]].text) else 1.0
        # Where it stands says little of what several found worth telling.
        found[group] = (
            tale.is_asked(group)
            * (1 + PER_OUTLET * math.log2(outlets))
            * first ** (1 / outlets)
            * figured
        )
    return found


def _near(tale: Tale, members: Sequence[int]) -> int:
    """Return how many further documents say something near to the sentence in the middle."""
    counted = {tale.gathered[each].document.copy for each in members}
    near = {
        tale.gathered[link.other].document.copy
        for link in islice(tale.links.of(members[0]), MOST_NEAR)
        if link.likeness >= LIKE
    }
    return len(near - counted)


class _Run:
    """The facts of one story that may still become points."""

    def __init__(self, tale: Tale, scores: NDArray[np.float64], most: int) -> None:
        order = np.lexsort((np.arange(len(scores)), -scores))[: CANDIDATES * most]
        self._tale = tale
        self._groups: list[int] = order.tolist()
        self._carried = _carried(tale)[order]
        self._weights = tale.salience.weights.copy()
        self._open = np.ones(len(order), dtype=bool)
        self._update()

    def _update(self) -> None:
        self._gains = np.array([self._gain(each) for each in self._groups]) * self._carried
        self._find()

    def _gain(self, group: int) -> float:
        salience = self._tale.salience
        said = [
            float(self._weights[salience.of(row)].sum() * salience.factors[row])
            for row in self._tale.groups[group]
        ]
        return sum(said) / len(said)

    def _find(self) -> None:
        gains = np.where(self._open, self._gains, 0.0)
        self._at = int(np.argmax(gains)) if len(gains) else -1
        self.best = float(gains[self._at]) if len(gains) else 0.0

    def take(self) -> int:
        """Return the best fact, which then is none that may still become a point."""
        self._open[self._at] = False
        group = self._groups[self._at]
        self._find()
        return group

    def cover(self, group: int) -> None:
        """Take note of what a point says."""
        pairs = self._tale.salience.of(self._tale.groups[group][0])
        self._weights[pairs] *= HELD_ALREADY
        self._update()
