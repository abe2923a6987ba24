"""Spoken words as outlets print them: who gives the same words, and who gives them otherwise."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from briefs.gathering import Gathered
from briefs.lexical import STOP_WORDS
from briefs.named_sources import named_chain
from briefs.origin_names import is_medium

SHORTEST = 6
"""Words; whoever quotes fewer may have them from anywhere."""

LONGEST = 120
"""Words of one sentence's quotation that are compared."""

ALIKE = 0.6
"""The share of the shorter quotation's words that stand in the longer one, in the same order."""

TELLING = 3
"""Words beside "the" and "of" that two quotations share at least."""

MOST_WITH_A_PAIR = 60
"""Quotations that share a pair of words; a pair of more is a phrase that everybody uses."""

_SPAN = re.compile(r"“([^”“]{1,900})[”“]|\"([^\"]{1,900})\"")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OUR = re.compile(r"(?<=\w{2})our(?=(?:ed|s|ing|ite|able)?$)")
_SHORT = {
    "isn't": "is not", "aren't": "are not", "wasn't": "was not", "hasn't": "has not",
    "haven't": "have not", "hadn't": "had not", "doesn't": "does not", "don't": "do not",
    "didn't": "did not", "won't": "will not", "can't": "can not", "cannot": "can not",
    "wouldn't": "would not", "couldn't": "could not", "it's": "it is", "that's": "that is",
    "i'm": "i am", "we're": "we are", "they're": "they are", "i've": "i have", "we've": "we have",
    "gonna": "going to", "percent": "per cent",
}  # fmt: skip
"""What is the same words, written otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quote:
    """What a sentence quotes."""

    of: Gathered
    words: tuple[str, ...]
    speaker: str | None
    """Whom the sentence names; None where it says "he"."""

    @property
    def worded(self) -> str:
        """The words, as far as they count."""
        return " ".join(self.words)


def quotes(gathered: Sequence[Gathered]) -> list[Quote]:
    """Return what sentences quote, in the order of documents' ids and of their text."""
    found: list[Quote] = []
    for each in sorted(gathered, key=lambda each: (each.document.id, each.sentence.start)):
        spans = [one or other for one, other in _SPAN.findall(each.text[:4_000])]
        words = tuple(_words(" ".join(spans)))[:LONGEST]
        if len(words) >= SHORTEST:
            found.append(Quote(of=each, words=words, speaker=_speaker(each.text)))
    return found


def _speaker(sentence: str) -> str | None:
    # What is inside the quotation names nobody who speaks outside of it.
    names = named_chain(
        _SPAN.sub(lambda match: "“" + "." * (len(match.group()) - 2) + ",”", sentence)
    )
    return names[-1] if names and not is_medium(names[-1]) else None


def _words(text: str) -> list[str]:
    found: list[str] = []
    for match in _WORD.finditer(text.replace("’", "'")):
        word = match.group().casefold()
        # "Honour" and "honor" are the same word.
        found.extend(_SHORT.get(word, _OUR.sub("or", word)).split())
    return found


def differently_worded(found: Sequence[Quote]) -> list[list[Quote]]:
    """Return groups of quotations that are the same words, and that somebody gives otherwise."""
    near = _candidates(found)
    owner = list(range(len(found)))
    groups: dict[int, list[int]] = {at: [at] for at in owner}
    differing = set[tuple[int, int]]()
    for one, other in near:
        same, differ = _compared(found[one].words, found[other].words)
        if not same:
            continue
        if differ:
            differing.add((one, other))
        if owner[one] != owner[other]:
            joined = sorted(groups.pop(owner[one]) + groups.pop(owner[other]))
            groups[joined[0]] = joined
            for at in joined:
                owner[at] = joined[0]
    told = {owner[one] for one, _ in differing}
    return [[found[at] for at in groups[number]] for number in sorted(told)]


def _candidates(found: Sequence[Quote]) -> list[tuple[int, int]]:
    """Return which quotations of different documents share at least two pairs of words."""
    having = defaultdict[tuple[str, str], list[int]](list)
    for at, each in enumerate(found):
        for pair in sorted(set(pairwise(each.words))):
            if not STOP_WORDS.issuperset(pair):
                having[pair].append(at)
    shared = defaultdict[tuple[int, int], int](int)
    for numbers in having.values():
        if len(numbers) <= MOST_WITH_A_PAIR:
            for one, other in combinations(numbers, 2):
                shared[one, other] += 1
    return sorted(
        pair
        for pair, times in shared.items()
        if times > 1 and _of_different_outlets(found[pair[0]], found[pair[1]])
    )


def _of_different_outlets(one: Quote, other: Quote) -> bool:
    mine, theirs = one.of.document, other.of.document
    return mine.copy != theirs.copy and mine.publisher != theirs.publisher


def _compared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[bool, bool]:
    """Say whether two quotations are of the same words, and whether the wordings differ.

    Who quotes less, or leaves something out, words nothing otherwise; only where a word stands in
    the place of another one, between words that both have, do the wordings differ.
    """
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    equal = [word for tag, a, b, _, _ in steps if tag == "equal" for word in one[a:b]]
    same = (
        len(equal) >= ALIKE * min(len(one), len(other))
        and len(equal) >= SHORTEST
        and len(set(equal) - STOP_WORDS) >= TELLING
    )
    differ = any(tag == "replace" and 0 < at < len(steps) - 1 for at, (tag, *_) in enumerate(steps))
    return same, differ
