"""An inverted index over rows of terms, as flat arrays, that knows what a place may see.

A term is kept as 32 bits of its stem: a document's terms are then a plain array that is stored
beside its vectors, and an index over many documents is one sort.
"""

import zlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from briefs.lexical import terms
from briefs.model import Words

BM25_K1 = 1.2
BM25_B = 0.75
"""The usual constants of Okapi BM25 (Robertson and Zaragoza, 2009)."""


def number_of(term: str) -> int:
    """Return the 32 bits that stand for a term.

    Two of 100,000 terms share theirs; a search then takes one for the other, which costs a little
    rank, never a wrong quotation.
    """
    return zlib.crc32(term.encode())


def words_of(rows: Sequence[str]) -> Words:
    """Return the terms of texts."""
    found = [terms(row) for row in rows]
    return Words(
        numbers=np.array([number_of(term) for term in chain.from_iterable(found)], dtype=np.uint32),
        lengths=np.array([len(row) for row in found], dtype=np.int32),
    )


class Postings:
    """Where each term stands: in which rows, and how often."""

    def __init__(self, words: Words) -> None:
        """Index rows of terms."""
        self.rows = len(words.lengths)
        owners = np.repeat(np.arange(self.rows, dtype=np.uint64), words.lengths)
        keys = (words.numbers.astype(np.uint64) << np.uint64(32)) | owners
        pairs, counts = np.unique(keys, return_counts=True)
        of_term = (pairs >> np.uint64(32)).astype(np.uint32)
        self._owners = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)
        self._counts = counts.astype(np.float32)
        self._terms, starts = np.unique(of_term, return_index=True)
        self._bounds = np.append(starts, len(of_term)).astype(np.int64)

    def place(self, term: int) -> int | None:
        """Return the number of a term among all that there are; None where no row has it."""
        at = int(self._terms.searchsorted(np.uint32(term)))
        return at if at < len(self._terms) and self._terms[at] == term else None

    def count(self, rows: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return for every term how many of some rows have it."""
        having = np.append(0, np.cumsum(rows[self._owners], dtype=np.int32))
        return np.diff(having[self._bounds])

    def find(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the rows that have a term, in order, and how often each has it."""
        at = self.place(term)
        if at is None:
            return self._owners[:0], self._counts[:0]
        first, last = self._bounds[at], self._bounds[at + 1]
        return self._owners[first:last], self._counts[first:last]
