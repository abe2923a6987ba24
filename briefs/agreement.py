"""Which sentences say the same.

Cosine alone mistakes "16,000 containers" for "10,000 containers"; words alone miss a paraphrase.
Together with what the sentences count and date they tell same from similar (docs/adr/0005).
"""

from collections.abc import Callable, Iterable

from briefs.figures import Figures, figures
from briefs.lexical import known_terms
from briefs.model import Vector

WORDS = 0.5
"""The weight of shared rare words beside a cosine of weight 1."""

SHARED_QUANTITY = 0.15
SHARED_DAY = 0.10
"""Less than a quantity: many a sentence names the day of a report, whatever it says of it."""

DIFFERENT_FIGURES = -0.6
"""More than a cosine of 1 and all words shared can outweigh: sentences alike in everything but a
figure are just those that must be told apart."""

SAYS_THE_SAME = 0.95
"""From this sum on, two sentences say the same."""


class Said:
    """A sentence, as far as comparing it with others needs.

    Its words and figures are read when they are first asked for: of thousands of sentences, most
    are told apart by their vectors alone.
    """

    __slots__ = ("_figures", "_terms", "sentence", "vector")

    def __init__(
        self,
        *,
        vector: Vector,
        sentence: str = "",
        terms: frozenset[str] | None = None,
        figures: Figures | None = None,
    ) -> None:
        """Take a sentence, or what was read in it already.

        Args:
            vector: Its unit vector, shape (dimensions,).
            sentence: What is read when it is asked for.
            terms: The stems of its words; None: not read yet.
            figures: What it counts and dates; None: not read yet.
        """
        self.vector = vector
        self.sentence = sentence
        self._terms = terms
        self._figures = figures

    @property
    def terms(self) -> frozenset[str]:
        """The stems of the words that carry meaning."""
        if self._terms is None:
            self._terms = frozenset(known_terms(self.sentence))
        return self._terms

    @property
    def figures(self) -> Figures:
        """What it counts and dates."""
        if self._figures is None:
            self._figures = figures(self.sentence)
        return self._figures


def said(sentence: str, vector: Vector) -> Said:
    """Return what a sentence says, ready to be compared."""
    return Said(sentence=sentence, vector=vector)


def says_the_same(one: Said, other: Said, rarity: Callable[[str], float]) -> bool:
    """Say whether two sentences state the same fact."""
    if float(one.vector @ other.vector) + WORDS + SHARED_QUANTITY < SAYS_THE_SAME:
        return False  # whatever their words and figures are
    return likeness(one, other, rarity) >= SAYS_THE_SAME


def likeness(one: Said, other: Said, rarity: Callable[[str], float]) -> float:
    """Return how much alike two sentences are: about 0 for unrelated ones, at most 1.65.

    Args:
        one: A sentence.
        other: Another; the order does not matter.
        rarity: The inverse document frequency of a term.
    """
    score = float(one.vector @ other.vector)
    smaller = min(_weight(one.terms, rarity), _weight(other.terms, rarity))
    if smaller > 0:
        score += WORDS * _weight(one.terms & other.terms, rarity) / smaller
    return score + figured(one.figures, other.figures)


def figured(one: Figures, other: Figures) -> float:
    """Return what the figures of two sentences add to how much they are alike."""
    shared = 0.0
    if one.share_quantity(other):
        shared = SHARED_QUANTITY
    elif one.share_day(other):
        shared = SHARED_DAY
    # One that agrees makes up for none that does not.
    apart = one.corrects(other) if shared else one.differ(other)
    return DIFFERENT_FIGURES if apart else shared


def _weight(words: Iterable[str], rarity: Callable[[str], float]) -> float:
    # Sorted, so that the rounding of the sum is the same in every process.
    return sum(rarity(word) for word in sorted(words))
