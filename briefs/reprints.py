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

SURE = 0.95
"""No more than this is asked of any sketch: an editor changes a word."""

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


def needed(one: Sketch, other: Sketch) -> float:
    """Return the share from which on two sketches are of one text.

    A small sketch is a small sample: what it shows must exceed `REPRINT` by its own error (one
    sided, 5 %), so that a short text is not taken for a reprint by chance.
    """
    sample = max(min(len(one), len(other)), 1)
    error = 1.64 * (REPRINT * (1 - REPRINT) / sample) ** 0.5
    return float(min(REPRINT + error, SURE))


class Reprints:
    """The texts of a collection, ready to recognise another print of one."""

    def __init__(self, known: Mapping[str, tuple[str, Sketch]]) -> None:
        """Take each document's `Document.copy` and sketch, by its id."""
        self._documents: list[tuple[str, str, Sketch]] = [
            (document, copy, found) for document, (copy, found) in known.items()
        ]
        self._newest = {document: at for at, (document, _, _) in enumerate(self._documents)}
        # Every gram of what is known, sorted, with the number of its document: as flat arrays,
        # because ten thousand articles have a million grams.
        lengths = [len(found) for _, _, found in self._documents]
        grams = np.concatenate([np.empty(0, np.uint32), *(each for _, _, each in self._documents)])
        order = np.argsort(grams, kind="stable")
        self._grams = grams[order]
        self._owners = np.repeat(np.arange(len(lengths)), lengths)[order]
        self._added: dict[int, list[int]] = {}

    def add(self, document: str, copy: str, found: Sketch) -> None:
        """Take one more document, or another text of one."""
        at = len(self._documents)
        self._documents.append((document, copy, found))
        self._newest[document] = at
        for gram in found.tolist():
            self._added.setdefault(gram, []).append(at)

    def original(self, document: str, found: Sketch) -> str | None:
        """Return what the document repeats: the `Document.copy` of the most alike other one."""
        best: tuple[float, str] | None = None
        for at in self._sharing(found):
            other, copy, theirs = self._documents[at]
            if document in {other, copy} or self._newest[other] != at:
                continue
            alike = shared(found, theirs)
            if alike >= needed(found, theirs) and (best is None or (-alike, copy) < best):
                best = (-alike, copy)
        return None if best is None else best[1]

    def _sharing(self, found: Sketch) -> list[int]:
        """Return the numbers of the documents that share a gram, in order."""
        first = np.searchsorted(self._grams, found, side="left")
        last = np.searchsorted(self._grams, found, side="right")
        sharing = {
            int(owner)
            for start, end in zip(first.tolist(), last.tolist(), strict=True)
            for owner in self._owners[start:end]
        }
        for gram in found.tolist():
            sharing.update(self._added.get(gram, ()))
        return sorted(sharing)
