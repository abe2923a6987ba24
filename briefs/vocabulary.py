"""The terms of some documents' sentences, and how rare each is among them."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from briefs.model import EmbeddedDocument, Words
from briefs.postings import number_of
from briefs.scoring import rarity_of
from briefs.shard import sentence_words


class Vocabulary:
    """All terms, by the numbers that stand for them (`briefs.postings.number_of`)."""

    def __init__(self, documents: Iterable[EmbeddedDocument]) -> None:
        """Take the terms of documents; they are worked out where they are not known."""
        self.words: Mapping[str, Words] = {
            each.document.id: words_known(each) for each in documents
        }
        """By a document's id, the terms of all its sentences."""
        once = [_once(each) for each in self.words.values()]
        numbers = np.concatenate(once) if once else np.empty(0, dtype=np.uint32)
        self._rows = sum(len(each.lengths) for each in self.words.values())
        self._numbers, self._counts = np.unique(numbers, return_counts=True)

    def rarity(self, term: str) -> float:
        """Return the inverse frequency of a term among the sentences."""
        at = int(np.searchsorted(self._numbers, np.uint32(number_of(term))))
        known = at < len(self._numbers) and int(self._numbers[at]) == number_of(term)
        return rarity_of(int(self._counts[at]) if known else 0, self._rows)

    def rarities(self, numbers: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Return the inverse frequencies of terms that the documents have."""
        counts = self._counts[np.searchsorted(self._numbers, numbers)]
        found: NDArray[np.float64] = np.log1p((self._rows - counts + 0.5) / (counts + 0.5))
        return found

    def terms(self, document: str, sentence: int) -> NDArray[np.uint32]:
        """Return the terms of a sentence, each once, by its document's id and its number there."""
        words = self.words[document]
        first = int(words.lengths[:sentence].sum())
        return np.unique(words.numbers[first : first + int(words.lengths[sentence])])


def words_known(embedded: EmbeddedDocument) -> Words:
    """Return the terms of a document's sentences."""
    return embedded.words or sentence_words(embedded.document, embedded.segments)


def _once(words: Words) -> NDArray[np.uint32]:
    """Return every row's terms, each once."""
    rows = np.repeat(np.arange(len(words.lengths), dtype=np.uint64), words.lengths)
    keys = np.unique((rows << np.uint64(32)) | words.numbers.astype(np.uint64))
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
