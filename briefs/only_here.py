"""What a single document reports."""

import re
from collections.abc import Mapping, Sequence

from briefs.choosing import Tale
from briefs.clarity import clear, malformed
from briefs.linking import NEARLY
from briefs.model import Citation

MOST = 5
"""Sentences of one document."""

LOOKED_AT = 8
"""So many of a document's sentences are read closely, those that say most."""

AGAIN = 0.8
"""From this cosine on, an article says the same again."""

FIGURED = 1.3
"""What it adds to a sentence that it has a figure, or a name, in it: a factor each."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+")
_DIGIT = re.compile(r"\d")


def only_here(tale: Tale) -> Mapping[str, tuple[Citation, ...]]:
    """Return by document's id what no other document of its story says, what matters first."""
    own = tale.salience.scores() * tale.salience.positions
    of_document: dict[str, list[tuple[float, int]]] = {}
    for row, each in enumerate(tale.gathered):
        if tale.asked is not None and row not in tale.asked:
            continue
        if any(link.likeness >= NEARLY for link in tale.links.of(row)):
            continue
        text = each.text
        score = float(own[row])
        score *= FIGURED if _DIGIT.search(text) else 1.0
        score *= FIGURED if _NAME.search(text) else 1.0
        of_document.setdefault(each.document.id, []).append((-score, row))
    return {
        document: tuple(tale.gathered[row].citation for row in _best(tale, rows))
        for document, rows in of_document.items()
    }


def _best(tale: Tale, rows: Sequence[tuple[float, int]]) -> list[int]:
    """Return the best of a document's rows: of those that say most, what stands alone first."""
    kept: list[int] = []
    for score, row in sorted(rows)[:LOOKED_AT]:
        here = tale.gathered[row].said.vector
        again = any(float(here @ tale.gathered[each].said.vector) >= AGAIN for each in kept)
        if score < 0 and not again and malformed(tale.gathered[row].text) is None:
            kept.append(row)
    return sorted(kept, key=lambda row: not clear(tale.gathered[row].text))[:MOST]
