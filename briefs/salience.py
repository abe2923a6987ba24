"""How much a sentence says of what its story is about.

Pairs of neighbouring words that many articles of a story share are what the story is about (Gillick
and Favre, 2009, choose sentences by the pairs that they cover). A sentence counts by the pairs that
it holds, by how near it is to the middle of the story, and by where in its article it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from briefs.gathering import Gathered
from briefs.model import Words

PAIR_WEIGHT = 2.5
"""A pair that n articles share counts n to this power."""

LENGTH = 1.0
"""A sentence's pairs are divided by its number of words to this power."""

CENTRE = 0.7
"""The power of the cosine with the middle of the story."""

FADING = 6.0
FLOOR = 0.4
"""Position: 1 for the first sentence of an article, down to the floor; after so many sentences, a
third of the way is left."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Salience:
    """What the sentences of one story hold: arrays, one row a sentence."""

    pairs: NDArray[np.int64]
    """The numbers of the word pairs of every row, one row after another, each once a row."""
    bounds: NDArray[np.int64]
    """Where each row's pairs begin, and the end: shape (rows + 1,)."""
    weights: NDArray[np.float64]
    """How much each pair counts."""
    factors: NDArray[np.float64]
    """What the sum over a row's pairs is multiplied with, for its length and its middle."""
    positions: NDArray[np.float64]
    """Likewise for where in its article it stands."""

    def of(self, row: int) -> NDArray[np.int64]:
        """Return the pairs of a row."""
        return self.pairs[self.bounds[row] : self.bounds[row + 1]]

    def scores(self) -> NDArray[np.float64]:
        """Return how much every row says, by its pairs and their middle."""
        sums = np.concatenate([[0.0], np.cumsum(self.weights[self.pairs])])
        found: NDArray[np.float64] = (sums[self.bounds[1:]] - sums[self.bounds[:-1]]) * self.factors
        return found


def salience(gathered: Sequence[Gathered], words: Mapping[str, Words]) -> Salience:
    """Return what the sentences of one story hold.

    Args:
        gathered: The sentences of the story.
        words: By a document's id, the terms of all its sentences.
    """
    owners = _owners(gathered)
    keys, rows = _pairs(gathered, words)
    known, pairs = np.unique(keys, return_inverse=True)
    count = max(len(known), 1)
    held = np.unique(rows * count + pairs)
    rows, pairs = held // count, held % count
    documents = int(owners.max(initial=-1)) + 1
    shared = np.unique(pairs * max(documents, 1) + owners[rows]) // max(documents, 1)
    frequency = np.bincount(shared, minlength=count).astype(np.float64)
    return Salience(
        pairs=pairs,
        bounds=np.searchsorted(rows, np.arange(len(gathered) + 1)),
        weights=frequency**PAIR_WEIGHT,
        factors=_factors(gathered, owners, words),
        positions=_positions(gathered),
    )


def _owners(gathered: Sequence[Gathered]) -> NDArray[np.int64]:
    """Return the number of every row's document; reprints count as one."""
    numbers: dict[str, int] = {}
    return np.array(
        [numbers.setdefault(each.document.copy, len(numbers)) for each in gathered], dtype=np.int64
    )


def _pairs(
    gathered: Sequence[Gathered], words: Mapping[str, Words]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return every pair of neighbouring words, and the row that it stands in."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row, each in enumerate(gathered):
        places.setdefault(each.document.id, []).append((each.number, row))
    keys: list[NDArray[np.uint64]] = [np.empty(0, dtype=np.uint64)]
    rows: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for document, numbered in places.items():
        known = words[document]
        row_of = np.full(len(known.lengths), -1, dtype=np.int64)
        row_of[[number for number, _ in numbered]] = [row for _, row in numbered]
        of_word = np.repeat(row_of, known.lengths)
        begins = (of_word[:-1] == of_word[1:]) & (of_word[:-1] >= 0)
        numbers = known.numbers.astype(np.uint64)
        keys.append(((numbers[:-1] << np.uint64(32)) | numbers[1:])[begins])
        rows.append(of_word[:-1][begins])
    return np.concatenate(keys), np.concatenate(rows)


def _factors(
    gathered: Sequence[Gathered], owners: NDArray[np.int64], words: Mapping[str, Words]
) -> NDArray[np.float64]:
    """Return what the pairs of each row are multiplied with: for its length and its middle."""
    if not gathered:
        return np.empty(0)
    vectors = np.stack([each.said.vector for each in gathered])
    order = np.argsort(owners, kind="stable")
    begins = np.searchsorted(owners[order], np.arange(int(owners.max()) + 1))
    means = np.add.reduceat(vectors[order].astype(np.float64), begins, axis=0)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    middle = means.sum(axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    central = np.maximum(vectors @ middle, 0.0) ** CENTRE
    length = np.array([words[each.document.id].lengths[each.number] for each in gathered])
    found: NDArray[np.float64] = central / np.maximum(length, 1) ** LENGTH
    return found


def _positions(gathered: Sequence[Gathered]) -> NDArray[np.float64]:
    place = np.array([each.number for each in gathered], dtype=np.float64)
    found: NDArray[np.float64] = FLOOR + (1 - FLOOR) * np.exp(-place / FADING)
    return found
