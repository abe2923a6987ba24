"""Which sentences are about a topic: by their meaning, and by their words."""

from collections.abc import Mapping, Sequence

import numpy as np

from briefs.gathering import Gathered
from briefs.lexical import terms
from briefs.model import Vector, Words
from briefs.pairing import Rarity
from briefs.postings import number_of

BY_MEANING = 0.45
"""From this cosine on, a sentence is about a topic that it does not name."""

HELD = 0.99
"""A sentence that holds so much of the words of a topic, weighed by their rarity, names it."""

NAMED = 0.2
"""The least cosine of a sentence that holds all the words of a topic."""


def about(
    topic: str,
    vector: Vector,
    gathered: Sequence[Gathered],
    words: Mapping[str, Words],
    rarity: Rarity,
) -> frozenset[int]:
    """Return the places of the sentences that are about a topic.

    Args:
        topic: In the words of a person.
        vector: Its unit vector, shape (dimensions,).
        gathered: Sentences of some documents.
        words: By a document's id, the terms of all its sentences.
        rarity: The inverse document frequency of a term.
    """
    asked = {number_of(term): rarity(term) for term in terms(topic)}
    whole = sum(asked[number] for number in sorted(asked)) or 1.0
    if not gathered:
        return frozenset()
    cosines = np.stack([each.said.vector for each in gathered]) @ vector
    names = {each.document.id for each in gathered}
    starts = {name: np.append(0, np.cumsum(words[name].lengths)) for name in names}
    kept: set[int] = set()
    for at, (each, cosine) in enumerate(zip(gathered, cosines.tolist(), strict=True)):
        first, last = starts[each.document.id][each.number : each.number + 2]
        here = set(words[each.document.id].numbers[first:last].tolist())
        held = sum(asked[number] for number in sorted(asked) if number in here) / whole
        if cosine >= BY_MEANING or (held >= HELD and cosine >= NAMED):
            kept.add(at)
    return frozenset(kept)
