"""Numbers that count a part of something: "three of the bridge's nine pillars" is three pillars."""

import re
from dataclasses import dataclass

from briefs.numerals import Numeral, Tokens, numeral, word_at

_OF = re.compile(
    r"\s(?:out\s)?of\s"
    r"(?P<which>(?:all\s)?(?:the|its|his|her|their|our|these|those)\s)?"
    r"(?P<whose>(?:[\w-]{1,20}\s){0,3}?[\w-]{1,30}(?:[’']s|s[’'])\s)?",
    re.IGNORECASE,
)
_BEHIND_OF = re.compile(
    r"(?P<which>\s(?:the|its|his|her|their|our|these|those))(?=\s)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a number is a part of."""

    whole: float | None
    """How many there are in all; None where the sentence does not say."""
    behind: int
    """The character behind which the counted are named."""
    last: int
    """The token at which that begins."""


_IN_A_ROW = frozenset(
    """day night week month year season part episode stage round act book volume game group number
    step paragraph clause point rule item line district ward lot chapter page section article phase
    type level version room""".split()
)
"""What is numbered and not counted: "day three of the talks"."""


def part_of(text: str, tokens: Tokens, at: int, read: Numeral, behind: int) -> Part | None:
    """Return what a number counts a part of, None where it counts all.

    Args:
        text: The sentence.
        tokens: Its tokens.
        at: The token at which the number begins.
        read: The number.
        behind: The character behind the number.
    """
    numbered = at > 0 and word_at(tokens, at - 1) in _IN_A_ROW
    if numbered or read.part or tokens[read.last - 1]["percent"] or tokens[at]["currency"]:
        return None
    # "Dozens of" is a number with its "of".
    match = (_BEHIND_OF if text.endswith(" of", 0, behind) else _OF).match(text, behind)
    if match is None:
        return None
    end = match.end()
    last = read.last
    while last < len(tokens) and tokens[last].start() < end:
        # A token takes the space before a figure along.
        if tokens[last].end() > end:
            break
        last += 1
    whole = numeral(tokens, last) if last < len(tokens) else None
    counted = whole is not None and whole.value is not None and not whole.part
    if whole is not None and counted:
        return Part(whole=whole.value, behind=tokens[whole.last - 1].end(), last=whole.last)
    # "One of the largest ports" counts nothing.
    if read.value == 1 or not any(match.groupdict().values()):
        return None
    return Part(whole=None, behind=end - text[end - 1].isspace(), last=last)
