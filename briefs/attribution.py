"""Who an outlet got a fact from.

A sentence often names a chain: "as reported by X, citing Y" goes through X and ends at Y. Where it
names nobody, the sentence before it in the same paragraph may; where that does not either, the
source that the article states at its head counts. One that cannot be traced is nobody: it adds
nothing to a count.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from briefs.model import Segments, Sentence
from briefs.named_sources import heard, named_chain, names_somebody
from briefs.origin_names import distinct, same_origin, whole_name

HEAD = 5
"""How many sentences at the head of an article may state its source."""


def origin(
    text: str, segments: Segments, sentence: Sentence, outlet: str | None = None
) -> str | None:
    """Return who a sentence has its fact from, traced as far as its article allows.

    An outlet is no origin of what it prints itself.
    """
    found = chain(text, segments, sentence)
    if not found or (outlet is not None and outlet.casefold().startswith(found[-1].casefold())):
        return None
    return whole_name(text, found[-1])


def chain(text: str, segments: Segments, sentence: Sentence) -> tuple[str, ...]:
    """Return through whom a sentence has its fact, the nearest first; empty where nobody says.

    An article that states once how it came to what a source says need not say it again: "(BBC,
    Harbour Institute)" counts for all that it has from the institute.
    """
    here = text[sentence.start : sentence.end]
    own = _own(text, here)
    if not own and names_somebody(here):
        # "The coast guard said": somebody is named, only not by a name that can be told apart.
        return ()
    if not own:
        beside = (
            _own(text, text[each.start : each.end])
            for each in _before_in_paragraph(text, segments, sentence)
        )
        own = next((each for each in beside if each), ())
    stated = _stated(text, segments)
    if not own or (len(stated) > len(own) == 1 and same_origin(own[0], stated[-1])):
        own = stated
    return distinct([*heard(here), *own]) if own else ()


def stated_source(text: str, segments: Segments) -> str | None:
    """Return the source that an article states at its head, None where it states none."""
    stated = _stated(text, segments)
    return stated[-1] if stated else None


@lru_cache(maxsize=32)
def _stated(text: str, segments: Segments) -> tuple[str, ...]:
    """Return the first chain that the head of an article names, as far as the head tells it."""
    found: tuple[str, ...] = ()
    seen = 0
    for number in range(len(segments.sentence_spans)):
        sentence = segments.sentence(number)
        if sentence.heading:
            continue
        named = _own(text, text[sentence.start : sentence.end])
        # What comes later in the head may say through whom the first one came.
        if not found or (len(named) > len(found) == 1 and same_origin(named[-1], found[0])):
            found = named
        seen += 1
        if seen == HEAD:
            break
    return found


def _own(text: str, sentence: str) -> tuple[str, ...]:
    """Return the chain of a sentence without words that its article also writes small."""
    named = named_chain(sentence)
    if not named or not any(sentence.startswith(name) and " " not in name for name in named):
        return named
    return tuple(
        name for name in named if not sentence.startswith(name) or not _is_word(text, name)
    )


def _is_word(text: str, name: str) -> bool:
    """Say whether what opens a sentence is a common word: "Fans" where the article has "fans"."""
    if " " in name or not name.isalpha():
        return False
    written = re.search(rf"\b{name.lower()}\b", text) is not None
    return written and re.search(rf"[a-z,]\s{name}\b", text) is None


def distinct_origins(names: Iterator[str | None]) -> tuple[str, ...]:
    """Return the names without repetitions, the untraced left out, in their order."""
    found: list[str] = []
    for name in names:
        if name is not None and not any(same_origin(name, other) for other in found):
            found.append(name)
    return tuple(found)


def _before_in_paragraph(text: str, segments: Segments, sentence: Sentence) -> Iterator[Sentence]:
    """Yield the sentences before one in its paragraph, the nearest first."""
    number = int(np.searchsorted(segments.sentence_spans[:, 0], sentence.start))
    while number:
        number -= 1
        before = segments.sentence(number)
        if "\n" in text[before.end : sentence.start]:
            return
        yield before
