"""What a quoted sentence needs to be understood, found beside it in its article.

The sentence itself is never altered: its neighbour, or the name that it refers to, is shown with
it as an exact span of the same article. Better none than a wrong one.
"""

import re
from typing import TypeAlias

import numpy as np

from briefs.hanging import NOTHING, Open, left_open, unquoted
from briefs.model import Context, Document, Segments, Sentence
from briefs.naming import SAYS, names_several, names_thing, person_described, person_named
from briefs.splitting import words

_Span: TypeAlias = tuple[int, int]

LONGEST_WHOLE = 300
"""Characters; of a longer sentence, a name alone is shown where a name is all that is needed."""

LONGEST = 600
"""Characters; a context is never longer."""

_TELLING = 3
"""Words; a shorter heading names nothing: "Update"."""

_LOOKED_AT = 1_500
"""Characters at the head of a sentence in which a name is looked for."""

_BACK = 3
"""How many sentences back a name is looked for."""


_SPEAKS = re.compile(rf"\b{SAYS}\b")


def stands_alone(sentence: str) -> bool:
    """Say whether a sentence can be understood without what stands beside it."""
    return left_open(sentence) == NOTHING


def context_of(document: Document, segments: Segments, sentence: Sentence) -> Context | None:
    """Return what a sentence needs beside it; None where it stands alone or nothing fits."""
    text = document.text
    needed = left_open(text[sentence.start : sentence.end])
    if sentence.heading or needed == NOTHING:
        return None
    number = int(np.searchsorted(segments.sentence_spans[:, 0], sentence.start))
    before = _before(segments, number)
    if Open.PERSON in needed:
        span = _person(text, before, whole=Open.BEFORE in needed)
    elif Open.SPEAKER in needed:
        span = _speaker(text, before) or _speaker(text, _after(text, segments, number))
    else:
        span = _neighbour(text, before)
        if span and needed == Open.THING and not _names(text[span[0] : span[1]]):
            span = None
    if span is None and number and not before and Open.SPEAKER not in needed:
        # Nothing else stands above it: what its heading names is better than nothing.
        above = segments.sentence(number - 1)
        if words(text[above.start : above.end]) >= _TELLING:
            span = above.start, above.end
    return Context(document=document, start=span[0], end=span[1]) if span else None


def _before(segments: Segments, number: int) -> list[Sentence]:
    """Return the sentences before one, the nearest first, headings left out."""
    found: list[Sentence] = []
    while number and len(found) < _BACK:
        number -= 1
        each = segments.sentence(number)
        if not each.heading:
            found.append(each)
    return found


def _after(text: str, segments: Segments, number: int) -> list[Sentence]:
    """Return the sentence after one, where it is of the same paragraph."""
    if number + 1 >= len(segments.sentence_spans):
        return []
    here, following = segments.sentence(number), segments.sentence(number + 1)
    return [] if "\n" in text[here.end : following.start] else [following]


def _person(text: str, before: list[Sentence], *, whole: bool) -> _Span | None:
    """Return the nearest sentence that names somebody, or the name where it is long."""
    for distance, each in enumerate(before):
        said = text[each.start : min(each.end, each.start + _LOOKED_AT)]
        name = person_named(said, surely=True)
        if name is None and Open.PERSON not in left_open(said):
            name = person_named(said, surely=False) or person_described(said)
        if name is None:
            continue
        apart = "\n" in text[each.end : before[0].start]
        if whole and distance == 1 and not apart and before[0].end - each.start <= LONGEST:
            return each.start, before[0].end
        if len(said) <= LONGEST_WHOLE:
            return each.start, each.end
        return each.start + name[0], each.start + name[1]
    return None


def _speaker(text: str, near: list[Sentence]) -> _Span | None:
    """Return the nearest sentence that says who speaks."""
    for each in near:
        said = text[each.start : min(each.end, each.start + _LOOKED_AT)]
        plain = unquoted(said)
        name = person_named(plain, surely=False) or person_described(plain)
        if name and _SPEAKS.search(plain):
            if len(said) <= LONGEST_WHOLE:
                return each.start, each.end
            return each.start + name[0], each.start + name[1]
    return None


def _neighbour(text: str, before: list[Sentence]) -> _Span | None:
    """Return the sentence before one, with the one before that where it hangs itself."""
    if not before:
        return None
    near = before[0]
    if len(before) > 1 and not stands_alone(text[near.start : near.end]):
        far = before[1]
        apart = "\n" in text[far.end : near.start]
        if not apart and near.end - far.start <= LONGEST:
            return far.start, near.end
    return (near.start, near.end) if near.end - near.start <= LONGEST else None


def _names(text: str) -> bool:
    return names_thing(text) or names_several(text)
