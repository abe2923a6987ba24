"""Lines of a plain text copied out of a page, put together into blocks.

A copy breaks a paragraph where the page had a link or an emphasis in it ("The ", "Steelers",
" spent Monday "), or where a program wrapped it at a width. What a block is made of stays known by
the numbers of its lines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from briefs.cues import cue

OPEN_WORDS = 5
"""A line of fewer words, with no space at its end, is no sentence that goes on in the next line."""

NARROWEST_WRAP = 40
WIDEST_WRAP = 120
"""Characters. No program wraps plain text at less or more."""

SMALL_SHARE = 1 / 3
"""Of the lines that a paragraph goes on in, at least so many begin with a small letter."""

_FEWEST_WRAPPED = 3

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_SPACED_SCRIPT = re.compile(r"[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")

_ENDS = re.compile(r"[.!?…。！？؟।]['\"”’»)\]】」』]*$")
# What no line begins with unless it goes on from the one before.
_GOES_ON = re.compile(r"[,.;:!?)\]}”’»](?:[\s,.;:!?)\]}”’»\"']|$)|[’']s\b|[,;][^\W\d_]")
_OPENS = "“‘«([„¿¡"
_ITEM = re.compile(r"(?:[-–*•▪◦‣·●○■]|\(?\d{1,3}[.)])\s")
_TAIL = 60
"""Characters at a line's end that show whether a sentence ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading, a list item: what an author meant as one."""

    text: str
    """White space collapsed."""
    first: int
    last: int
    """The numbers of its first and last line, counted from 0."""


@dataclass(slots=True, kw_only=True)
class _Growing:
    """A block that may go on in the next line."""

    first: int
    last: int
    line: str
    """The last line as it stands, its white space included."""
    parts: list[str] = field(default_factory=list)
    weight: float = 0.0

    def add(self, number: int, line: str, between: str) -> None:
        self.parts += [between, line]
        self.last, self.line = number, line
        self.weight += weight(line)

    def block(self) -> Block:
        return Block(text=" ".join("".join(self.parts).split()), first=self.first, last=self.last)


def weight(text: str) -> float:
    """Return how many words a text has; where none are spaced, two characters count as one."""
    return len(_SPACED_SCRIPT.findall(text)) + len(_UNSPACED.findall(text)) / 2


def ends_sentence(text: str) -> bool:
    """Say whether a text, without white space at its end, ends as a sentence does."""
    return bool(_ENDS.search(text[-_TAIL:]))


def is_item(text: str) -> bool:
    """Say whether a line begins with a bullet or a number as an item of a list does."""
    return bool(_ITEM.match(text))


def blocks(raw: str) -> list[Block]:
    """Return the blocks of a text in their order; every word is in exactly one of them."""
    lines = [(number, line) for number, line in enumerate(_LINE_END.split(raw)) if line.strip()]
    return list(_joined(lines, _wrapped([(number, line.strip()) for number, line in lines])))


def _joined(lines: list[tuple[int, str]], wrapped: set[int]) -> Iterator[Block]:
    growing: _Growing | None = None
    for number, line in lines:
        between = None
        if growing is not None:
            between = " " if growing.last in wrapped else _between(growing, number, line)
        if growing is None or between is None:
            if growing is not None:
                yield growing.block()
            growing = _Growing(first=number, last=number, line="")
            between = ""
        growing.add(number, line, between)
    if growing is not None:
        yield growing.block()


def _between(growing: _Growing, number: int, line: str) -> str | None:
    """Return what stands between a block and the line that it goes on in, None where it ends."""
    before, after = growing.line.rstrip(), line.lstrip()
    gap = number - growing.last - 1
    is_open = not ends_sentence(before) and growing.weight >= OPEN_WORDS
    if gap:
        # An empty line ends a paragraph, unless what follows can only be its middle.
        goes_on = _is_small(after) or bool(_GOES_ON.match(after))
        return " " if gap == 1 and goes_on and is_open and not is_item(after) else None
    if _GOES_ON.match(after) or before[-1] in _OPENS:
        return ""
    if _spaced_fragment(growing.line, line):
        return ""
    return " " if is_open and _is_small(after) else None


def _is_small(line: str) -> bool:
    """Say whether a line begins with a small letter as the middle of a sentence does."""
    if not line[0].islower():
        return False
    said = cue(line)
    return said is None or not said.certain


def _spaced_fragment(before: str, after: str) -> bool:
    """Say whether the white space at the seam is that of a sentence with a link in it."""
    trails, leads = _trailing(before) == 1, _leading(after) == 1
    head = after.lstrip()
    finished = ends_sentence(before.rstrip())
    if head[0].islower() and (trails or leads) and not finished:
        return True
    if leads and trails:
        return False
    if leads:
        return _leading(before) == 0
    # Every entry of some menus ends in a space; a sentence's fragment hardly ever does, and then
    # the one after it does not.
    menu = _trailing(after) == 1 and weight(before) + weight(after) <= OPEN_WORDS
    return trails and not finished and _leading(after) == 0 and not menu


def _trailing(line: str) -> int:
    return len(line) - len(line.rstrip())


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip())


def _wrapped(lines: list[tuple[int, str]]) -> set[int]:
    """Return the numbers of lines that end only because a program wrapped them at a width.

    Such a line had no room for the first word of the next. Three lines show it; two lines are
    believed at the width that others showed.
    """
    groups = list(_groups(lines))
    widths = [
        max(len(line) for _, line in group) for group in groups if _is_wrapped(group, width=0)
    ]
    if not widths:
        return set()
    width = max(widths)
    return {
        number
        for group in groups
        if _is_wrapped(group, width=0) or _is_wrapped(group, width=width)
        for number, _ in group[:-1]
    }


def _groups(lines: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines between empty lines."""
    group: list[tuple[int, str]] = []
    for number, line in lines:
        if group and number != group[-1][0] + 1:
            yield group
            group = []
        group.append((number, line))
    if group:
        yield group


def _is_wrapped(group: list[tuple[int, str]], width: int) -> bool:
    """Say whether every line but the last was full, at a width or at its own widest line."""
    texts = [line for _, line in group]
    widest = max(len(line) for line in texts)
    if widest > (width or WIDEST_WRAP) or len(texts) < (2 if width else _FEWEST_WRAPPED):
        return False
    if not width:
        # Headlines of one length begin with capitals; of the lines of a paragraph some do not.
        small = sum(1 for line in texts[1:] if line[0].islower())
        if widest < NARROWEST_WRAP or small < SMALL_SHARE * (len(texts) - 1):
            return False
    full = width or widest
    return all(
        len(one) + 1 + len(other.split(maxsplit=1)[0]) > full and not is_item(other)
        for one, other in pairwise(texts)
    )
