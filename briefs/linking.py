"""Which sentences of different documents are alike, for tens of thousands of them.

The vectors are compared a block of rows at a time, and the words of what is near by arrays too;
figures are read only where they can matter. What is found is what `briefs.agreement.likeness`
finds, pair by pair.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from briefs.agreement import SAYS_THE_SAME, SHARED_QUANTITY, WORDS, figured
from briefs.figures import Figures
from briefs.gathering import Gathered
from briefs.pairing import Rarity
from briefs.vocabulary import Vocabulary

ROWS = 512
"""Sentences that are compared with all others at a time: memory grows with this, not the square."""

MOST = 16_000
"""Sentences of one story that are compared; the work grows with the square. Of more, every document
brings as many of its first as there is room for: that is where news is."""

LEAST_COSINE = 0.45
"""Below this, nearly nothing says the same: both would share all words and a quantity."""

LEAST = SAYS_THE_SAME - SHARED_QUANTITY
"""The least sum of cosine and shared words that figures can still make the same."""

NEARLY = 0.75
"""From this likeness on, what one document says is not said by it alone."""

SUPPORTS = 0.87
"""From this sum of cosine and share of words on, one sentence backs another: it says about all that
the other says. Being alike is not enough, since a long sentence is like each of its halves."""

_PAIRS = 200_000
"""Pairs whose words are compared at a time."""


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence of another document that is like one."""

    other: int
    likeness: float
    support: float
    """Their cosine, and how much of the words of the one the other has."""
    figured: float
    """How much of the quantities and dates of the one the other has."""


_Found: TypeAlias = tuple[int, int, float, float, float]
"""One sentence, and the parts of its link."""

_WORD_FOR_WORD = (1 + WORDS, 2.0, 1.0)
"""The likeness, support and share of figures of a sentence that reads the same."""

_LINK = np.dtype(
    [
        ("one", np.int64),
        ("other", np.int64),
        ("likeness", np.float64),
        ("support", np.float64),
        ("figured", np.float64),
    ]
)


class Links:
    """By a sentence's place, all that are like it; kept as arrays, since there are many.

    Articles repeat each other word for word: what two texts have in common is kept once, for all
    sentences that read so.
    """

    def __init__(
        self, found: Sequence[_Found], first: Mapping[int, int], owners: Sequence[int]
    ) -> None:
        """Take links in any order.

        Args:
            found: Links between the first sentences of each text.
            first: By a sentence's place, that of the first that reads the same.
            owners: The number of every sentence's document; reprints have one.
        """
        table = np.array(list(found), dtype=_LINK)
        self._table = table[np.lexsort((table["other"], table["one"]))]
        backs = (self._table["likeness"] >= SAYS_THE_SAME) & (self._table["support"] >= SUPPORTS)
        self._backing = self._table[backs]
        self._first, self._owners = first, owners
        self._same: dict[int, list[int]] = {}
        for place, text in first.items():
            self._same.setdefault(text, []).append(place)

    def of(self, one: int) -> Iterator[Link]:
        """Yield the links of a sentence to those of other documents."""
        return self._each(self._table, one)

    def backing(self, one: int) -> Iterator[Link]:
        """Yield those of its links that say what it says."""
        return self._each(self._backing, one)

    def backed(self) -> list[int]:
        """Return places of sentences that others back, of each text the first."""
        several = (text for text, places in self._same.items() if places[1:])
        return sorted({*self._backing["one"].tolist(), *several})

    def _each(self, table: NDArray[np.void], one: int) -> Iterator[Link]:
        text = self._first.get(one)
        if text is None:
            return
        mine = self._owners[one]
        for place in self._same[text]:
            if self._owners[place] != mine:
                yield Link(place, *_WORD_FOR_WORD)
        first, last = np.searchsorted(table["one"], (text, text + 1)).tolist()
        for _, other, *how in table[first:last].tolist():
            for place in self._same[other]:
                if self._owners[place] != mine:
                    yield Link(place, *how)


def linked(
    gathered: Sequence[Gathered], rarity: Rarity, vocabulary: Vocabulary | None = None
) -> Links:
    """Return which sentences of different documents are alike.

    Args:
        gathered: Sentences of one story.
        rarity: The inverse document frequency of a term.
        vocabulary: The terms of the documents, where these are known already.
    """
    compared = compared_of(gathered)
    texts: dict[str, int] = {}
    first = {place: texts.setdefault(gathered[place].text, place) for place in compared}
    numbers: dict[str, int] = {}
    owners = [numbers.setdefault(each.document.copy, len(numbers)) for each in gathered]
    places = list(texts.values())
    if not places:
        return Links((), first, owners)
    rows = [gathered[each] for each in places]
    terms = _read(rows, rarity) if vocabulary is None else _known(rows, vocabulary)
    # Of a text that several documents have, another may be in one of them and not in the others.
    copied = Counter(first.values())
    apart = [owners[each] if copied[each] == 1 else -each - 1 for each in places]
    read = _Figured()
    links: list[_Found] = []
    for one, other, cosines in _near(rows, np.array(apart)):
        shared = terms.shared(one, other)
        mine, theirs = terms.whole[one], terms.whole[other]
        smaller = np.minimum(mine, theirs)
        alike = cosines + WORDS * np.divide(
            shared, smaller, out=np.zeros_like(shared), where=smaller > 0
        )
        kept = np.flatnonzero(alike >= LEAST)
        holds = np.divide(shared, mine, out=np.ones_like(shared), where=mine > 0)
        is_held = np.divide(shared, theirs, out=np.ones_like(shared), where=theirs > 0)
        found = zip(
            one[kept].tolist(),
            other[kept].tolist(),
            alike[kept].tolist(),
            (cosines[kept] + holds[kept]).tolist(),
            (cosines[kept] + is_held[kept]).tolist(),
            strict=True,
        )
        for a, b, likeness, support, supported in found:
            adds, has, is_had = read(rows[a].said.figures, rows[b].said.figures)
            here, there = places[a], places[b]
            links.append((here, there, likeness + adds, support, has))
            links.append((there, here, likeness + adds, supported, is_had))
    return Links(links, first, owners)


def held(terms: frozenset[str], others: frozenset[str], rarity: Rarity) -> float:
    """Return how much of some terms, weighed by their rarity, stand among others."""
    whole = sum(rarity(term) for term in sorted(terms))
    shared = sum(rarity(term) for term in sorted(terms & others))
    return shared / whole if whole else 1.0


def compared_of(gathered: Sequence[Gathered]) -> list[int]:
    """Return the places of the sentences that are compared: all, or the first of every document."""
    if len(gathered) <= MOST:
        return list(range(len(gathered)))
    room = max(1, MOST // len({each.document.id for each in gathered}))
    counted: dict[str, int] = {}
    kept: list[int] = []
    for at, each in enumerate(gathered):
        counted[each.document.id] = counted.get(each.document.id, 0) + 1
        if counted[each.document.id] <= room:
            kept.append(at)
    return kept


class _Figured:
    """What two sentences' figures add to their likeness, and how much each has of the other's.

    Articles repeat each other's sentences: the same two are compared once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[float, float, float]] = {}

    def __call__(self, one: Figures, other: Figures) -> tuple[float, float, float]:
        # All of them are held by their sentences meanwhile, so that no two have one identity.
        pair = (id(one), id(other))
        found = self._known.get(pair)
        if found is None:
            found = _adds(one, other), one.held(other), other.held(one)
            self._known[pair] = found
        return found


def _adds(one: Figures, other: Figures) -> float:
    if not (one.quantities and other.quantities) and not (one.days and other.days):
        return 0.0
    return figured(one, other)


_Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _near(rows: Sequence[Gathered], owners: NDArray[np.int64]) -> Iterator[_Pairs]:
    """Yield the rows of different owners whose cosine is not too small, and their cosines."""
    vectors = np.stack([each.said.vector for each in rows])
    for start in range(0, len(rows), ROWS):
        cosines = vectors[start : start + ROWS] @ vectors[start:].T
        one, other = np.nonzero(cosines >= LEAST_COSINE)
        apart = (one < other) & (owners[start + one] != owners[start + other])
        one, other = one[apart], other[apart]
        near = cosines[one, other].astype(np.float64)
        for at in range(0, len(one), _PAIRS):
            part = slice(at, at + _PAIRS)
            yield start + one[part], start + other[part], near[part]


class _Terms:
    """The terms of some rows, each once a row, with what they weigh."""

    def __init__(self, flat: Sequence[Sequence[int]], weights: NDArray[np.float64]) -> None:
        self._weights = weights
        self._numbers = np.array([number for row in flat for number in row], dtype=np.int64)
        self._lengths = np.array([len(row) for row in flat], dtype=np.int64)
        self._starts = np.append(0, np.cumsum(self._lengths))
        sums = np.append(0.0, np.cumsum(self._weights[self._numbers]))
        self.whole = sums[self._starts[1:]] - sums[self._starts[:-1]]
        """What all terms of a row weigh."""

    def shared(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the terms weigh that the rows of each pair share."""
        if not len(one):
            return np.empty(0)
        here, place = np.unique(one, return_inverse=True)
        has = np.zeros((len(here), len(self._weights)), dtype=bool)
        for at, row in enumerate(here.tolist()):
            has[at, self._numbers[self._starts[row] : self._starts[row + 1]]] = True
        lengths = self._lengths[other]
        pair = np.repeat(np.arange(len(one)), lengths)
        offset = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        numbers = self._numbers[np.repeat(self._starts[other], lengths) + offset]
        weights = np.where(has[place[pair], numbers], self._weights[numbers], 0.0)
        return np.bincount(pair, weights=weights, minlength=len(one)).astype(np.float64)


def _read(rows: Sequence[Gathered], rarity: Rarity) -> _Terms:
    """Return the terms of sentences, read in them."""
    known: dict[str, int] = {}
    flat = [
        [known.setdefault(term, len(known)) for term in sorted(each.said.terms)] for each in rows
    ]
    return _Terms(flat, np.array([rarity(term) for term in known] or [0.0]))


def _known(rows: Sequence[Gathered], vocabulary: Vocabulary) -> _Terms:
    """Return the terms of sentences that are known already."""
    flat = [vocabulary.terms(each.document.id, each.number) for each in rows]
    numbers, places = np.unique(np.concatenate(flat), return_inverse=True)
    ends = np.cumsum([len(each) for each in flat])[:-1]
    weights = vocabulary.rarities(numbers) if len(numbers) else np.zeros(1)
    return _Terms([part.tolist() for part in np.split(places, ends)], weights)
