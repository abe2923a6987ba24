"""Whether a sentence can stand for a fact all by itself."""

import re
from functools import lru_cache

from briefs.context import stands_alone
from briefs.joining import weight

SHORTEST, LONGEST = 6, 80
"""Words. A shorter one says too little, a longer one says too much."""

MOST_CHARACTERS = 500

_BEGINS = re.compile(r"[\"'“‘«„¿¡(\[$£€]*[^\W_]")
_ENDS = re.compile(r"[.!。！।؟][\"'”’»)\]」』]*$")
_ASKS = re.compile(r"[?？][\"'”’»)\]」』]*$")
# "The supply, however, is more than double that limit."
_GOES_ON = re.compile(
    r",\s(?:however|nevertheless|nonetheless|moreover|furthermore|therefore|meanwhile|instead"
    r"|on the other hand|in turn|for (?:his|her|its|their) part)(?:,|[.!]?$)"
)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=20_000)
def unclear(sentence: str) -> str | None:
    """Return why a sentence cannot stand for a fact, None where it can.

    The reason goes on from "it": "is a question".
    """
    wrong = malformed(sentence)
    if wrong is not None:
        return wrong
    if _GOES_ON.search(sentence) or not stands_alone(sentence):
        return "hangs on what stands beside it: a pronoun, a link or a quotation without a speaker"
    return None


def malformed(sentence: str) -> str | None:
    """Return why something is no statement of a usual length, None where it is one."""
    words = weight(sentence)
    if words < SHORTEST:
        return f"has fewer than {SHORTEST} words"
    if words > LONGEST or len(sentence) > MOST_CHARACTERS:
        return f"has more than {LONGEST} words or {MOST_CHARACTERS} characters"
    if _ASKS.search(sentence[-8:]):
        return "is a question"
    return "is no whole sentence" if _is_fragment(sentence) else None


def clear(sentence: str) -> bool:
    """Say whether a sentence can stand for a fact."""
    return unclear(sentence) is None


def _is_fragment(sentence: str) -> bool:
    if not _BEGINS.match(sentence) or not _ENDS.search(sentence[-8:]):
        return True
    if any(sentence.count(left) != sentence.count(right) for left, right in ("“”", "()", "«»")):
        return True
    if sentence.count('"') % 2:
        return True
    first = _WORD.search(sentence)
    # "shares fell." goes on from what was cut off before it.
    return first is not None and first.group()[0].islower() and not sentence[0].isdigit()
