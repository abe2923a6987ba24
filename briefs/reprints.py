"""Recognising the same text in another place, word for word or nearly.

A wire story that two outlets print is one witness. A text is sketched by a sample of its word
5-grams, chosen by their hash alone, so that two texts choose the same ones where they share them
(Broder, 1997): how much of the shorter sketch is in the longer one estimates how much of the
shorter text is in the longer one, also after an editor's cuts.
"""

import re
import zlib
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Sketch: TypeAlias = NDArray[np.uint32]
"""Sorted hashes of some of a text's 5-grams, each once."""

GRAM = 5
ONE_IN = 4
"""Of the 5-grams, one in so many is kept."""

REPRINT = 0.7
"""From this share of the shorter text on it is the same text."""

FEWEST = 6
"""A smaller sketch says too little: a text of about thirty words."""

_WORD = re.compile(r"\w+")


def sketch(text: str) -> Sketch:
    """Return what a text is recognised by."""
    words = [zlib.crc32(word.encode()) for word in _WORD.findall(text.casefold())]
    if len(words) < GRAM:
        return np.empty(0, dtype=np.uint32)
    # The hash of a gram is mixed from those of its words, all grams at once.
    mixed = np.zeros(len(words) - GRAM + 1, dtype=np.uint64)
    column = np.array(words, dtype=np.uint64)
    for at in range(GRAM):
        mixed = (mixed * np.uint64(0x9E3779B1)) ^ column[at : at + len(mixed)]
    hashes = ((mixed ^ (mixed >> np.uint64(29))) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return np.unique(hashes[hashes % ONE_IN == 0])


def shared(one: Sketch, other: Sketch) -> float:
    """Return about how much of the shorter text is in the longer one, from 0 to 1."""
    shorter = min(len(one), len(other))
    if shorter < FEWEST:
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / shorter


class Reprints:
    """The texts of a collection, ready to recognise another print of one."""

    def __init__(self, known: Mapping[str, tuple[str, Sketch]]) -> None:
        """Take each document's `Document.copy` and sketch, by its id."""
        self._sketches: dict[str, tuple[str, Sketch]] = {}
        self._documents: dict[int, set[str]] = {}
        for document, (copy, found) in known.items():
            self.add(document, copy, found)

    def add(self, document: str, copy: str, found: Sketch) -> None:
        """Take one more document, or another text of one."""
        self._sketches[document] = (copy, found)
        for gram in found.tolist():
            self._documents.setdefault(gram, set()).add(document)

    def original(self, document: str, found: Sketch) -> str | None:
        """Return what the document repeats: the `Document.copy` of the most alike other one."""
        counts: dict[str, int] = {}
        for gram in found.tolist():
            for other in self._documents.get(gram, ()):
                counts[other] = counts.get(other, 0) + 1
        likest, best = None, REPRINT
        for other in sorted(counts):
            copy, sketch_of_other = self._sketches[other]
            alike = shared(found, sketch_of_other)
            if document not in {other, copy} and alike >= best:
                likest, best = copy, alike
        return likest
