"""Words, stems, and an inverted index over them that knows what a place may see."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
import Stemmer
from numpy.typing import NDArray

BM25_K1 = 1.2
BM25_B = 0.75
"""The usual constants of Okapi BM25 (Robertson and Zaragoza, 2009)."""

STOP_WORDS: Final = frozenset(
    """a about after again all also am an and any are as at be because been before being between
    both but by can could did do does doing done during each either else ever few for from further
    get gets give given got had has have having he her here hers herself him himself his how i if
    in into is it its itself just let like many me might more most much must my myself no nor not
    now of off on once only or other our ours out over own per please really same say says shall
    she should since so some such tell than that the their theirs them themselves then there these
    they this those through thus to too under until up upon very was we were what when where
    whether which while who whom whose why will with within without would yet you your
    yours""".split()
)

# "U.S." and "D.P.R.K." are one word; so is "4.8", and so is "2,000".
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*|[^\W_]+")
_GROUPED = re.compile(r",(?=\d{3}(?!\d))")


def terms(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order and with repetitions."""
    return [stem(word) for word in content_words(text)]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in small letters, in order."""
    return [
        word.casefold()
        for word in _words(text)
        # A country is no pronoun: "US" and "us", "IT" and "it".
        if word.casefold() not in STOP_WORDS or (len(word) > 1 and word.isupper())
    ]


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text.replace("’", "'")):
        word = match.group()
        if word[0].isdigit():
            yield _GROUPED.sub("", word)
        elif "." in word:
            yield word.replace(".", "")
        elif len(word) > 1 or not word.isascii():
            # A single letter is what an apostrophe leaves behind: "Russia's", "don't".
            yield word


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of a word in small letters."""
    # A stemmer must not be used by two threads at once; a new one takes microseconds to make.
    return str(Stemmer.Stemmer("english", 0).stemWord(word))


@dataclass(frozen=True, slots=True)
class _Postings:
    """Where one term stands: row numbers in order, and how often in each."""

    rows: NDArray[np.int32]
    counts: NDArray[np.float32]


class Postings:
    """An inverted index over rows of terms; a row is a passage or a sentence.

    How rare a term is gets counted at question time over the visible rows alone, so that what a
    place may not see cannot show in a score.
    """

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Index rows of terms."""
        self._lengths = np.array([len(row) for row in rows], dtype=np.float32)
        vocabulary: dict[str, int] = {}
        for term in chain.from_iterable(rows):
            vocabulary.setdefault(term, len(vocabulary))
        self._postings = self._build(rows, vocabulary)

    @staticmethod
    def _build(rows: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> dict[str, _Postings]:
        total = sum(len(row) for row in rows)
        if not total:
            return {}
        numbers = np.fromiter(
            (vocabulary[term] for term in chain.from_iterable(rows)), dtype=np.int64, count=total
        )
        owners = np.repeat(np.arange(len(rows), dtype=np.int64), [len(row) for row in rows])
        # One sorted run of (term, row) pairs; the counts are the lengths of equal stretches.
        pairs, counts = np.unique(numbers * len(rows) + owners, return_counts=True)
        of_term, of_row = pairs // len(rows), (pairs % len(rows)).astype(np.int32)
        ends = np.searchsorted(of_term, np.arange(len(vocabulary)), side="right")
        starts = np.concatenate([[0], ends[:-1]])
        weights = counts.astype(np.float32)
        return {
            term: _Postings(of_row[starts[i] : ends[i]], weights[starts[i] : ends[i]])
            for term, i in vocabulary.items()
        }

    def rarity(self, term: str, visible: NDArray[np.bool_]) -> float:
        """Return BM25's inverse document frequency of a term over the visible rows."""
        posting = self._postings.get(term)
        found = 0 if posting is None else int(np.count_nonzero(visible[posting.rows]))
        rows = int(np.count_nonzero(visible))
        return float(np.log1p((rows - found + 0.5) / (found + 0.5)))

    def holds(self, term: str, visible: NDArray[np.bool_]) -> bool:
        """Say whether any visible row has a term."""
        posting = self._postings.get(term)
        return posting is not None and bool(visible[posting.rows].any())

    def bm25(self, query: Iterable[str], visible: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return the BM25 score of every row: shape (rows,); 0 where it is not visible."""
        scores = np.zeros(len(self._lengths), dtype=np.float32)
        if not visible.any():
            return scores
        mean = max(float(self._lengths[visible].mean()), 1.0)
        for term in dict.fromkeys(query):
            posting = self._postings.get(term)
            if posting is None:
                continue
            length = self._lengths[posting.rows] / mean
            saturation = posting.counts + BM25_K1 * (1 - BM25_B + BM25_B * length)
            gain = posting.counts * (BM25_K1 + 1) / saturation
            scores[posting.rows] += np.float32(self.rarity(term, visible)) * gain
        scores[~visible] = 0
        return scores

    def coverage(self, query: Iterable[str], visible: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return how much of the question's rarity each row holds, from 0 to 1: shape (rows,)."""
        covered = np.zeros(len(self._lengths), dtype=np.float32)
        weights = {term: self.rarity(term, visible) for term in query}
        whole = sum(weights.values())
        if not whole:
            return covered
        for term, weight in weights.items():
            posting = self._postings.get(term)
            if posting is not None:
                covered[posting.rows] += np.float32(weight / whole)
        covered[~visible] = 0
        return covered
