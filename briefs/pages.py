"""Where the article is in the text of a whole page.

Shape decides, in any language: an article is where blocks are long, end as sentences do, and have
their like beside them; menus and lists of headlines are runs of short lines that do not. Every
block gets a score, and the article is the stretch with the highest sum (the maximum subarray, in
one pass). The weights are round numbers set by hand; `benchmarks/cleaning.py` says what they reach.
"""

import re
from collections.abc import Sequence

from briefs.cues import Cue, Reason
from briefs.joining import Block, ends_sentence, is_item, weight

LINK_SHARE = 0.4
"""Of a page's lines at least so many look like links."""

LONGEST_RUN = 10
"""A page has a menu with so many lines in a row; headings and captions never come so."""

LINK_WORDS = 12
"""A headline or an entry of a menu has at most so many, or a few more."""

PROSE_WORDS = 10
LONG_WORDS = 25
"""From here on a block is prose though it ends without a full stop, as a standfirst may."""

FEWEST_NUMBERS = 4
"""A line with so many numbers, and no more other words, is the row of a table."""

LINK_COST = 8.0
LINKS_FREE = 2
"""Captions and headings come by ones and twos; what more come in a row cost `LINK_COST` each."""

CAP = 80.0
ALONE = 0.5
"""A teaser's words count so much: it is a paragraph with no other beside it."""

TITLE_COST = 60.0
RELATED_COST = 10.0
COMMENTS_COST = 60.0

LONGEST_BOX = 12
"""Paragraphs that stand together, no more lines than these from the article, are more of it."""

ARTICLE_WORDS = 100
"""A heading of comments with so many words of the article before it ends the article."""

SHORTEST_MENU = 4
"""So many lines in a row, inside an article, that look like links are none of it."""

_CUT_SHORT = re.compile(r"(?:\.\.\.|…)$")


def is_linklike(text: str) -> bool:
    """Say whether a block looks like an entry of a menu or a headline."""
    if is_item(text) or ends_sentence(text) or _is_row(text):
        return False
    return 0 < weight(text) <= LINK_WORDS


def is_prose(text: str) -> bool:
    """Say whether a block looks like a paragraph, or at least a sentence of fair length."""
    words = weight(text)
    if words < PROSE_WORDS:
        return False
    if ends_sentence(text):
        return words >= LONG_WORDS or not _CUT_SHORT.search(text)
    return words >= LONG_WORDS


def is_page(blocks: Sequence[Block], cues: Sequence[Cue | None]) -> bool:
    """Say whether a text is that of a page, its menus and all, and not of an article alone."""
    links = run = longest = 0
    for block, cue in zip(blocks, cues, strict=True):
        run = run + 1 if cue or is_linklike(block.text) else 0
        links += run > 0
        longest = max(longest, run)
    return longest >= LONGEST_RUN and links >= LINK_SHARE * len(blocks)


def article_span(
    blocks: Sequence[Block], cues: Sequence[Cue | None], titles: frozenset[int]
) -> tuple[int, int]:
    """Return the half-open span of the blocks that the article is in.

    Args:
        blocks: The blocks of a page.
        cues: What the words of each say.
        titles: Which of them repeat the title: the article comes after one of them.
    """
    prose = [
        is_prose(block.text) and not (cue and cue.certain)
        for block, cue in zip(blocks, cues, strict=True)
    ]
    scores = _scores(blocks, cues, prose, titles)
    start, end = _best_span(scores)
    if start == end:
        return start, end
    start = _start_of_lead(prose, titles, start)
    end = _end_of_rest(cues, prose, end)
    end = _before_comments(blocks, cues, prose, start, end)
    while end < len(blocks) and cues[end] is None and _is_short_sentence(blocks[end].text):
        end += 1
    return start, end


def menus(
    blocks: Sequence[Block], cues: Sequence[Cue | None], start: int, end: int
) -> frozenset[int]:
    """Return which blocks inside an article are a menu or a list of headlines in its middle."""
    found: set[int] = set()
    run: list[int] = []
    for number in range(start, end + 1):
        if number < end and (cues[number] or is_linklike(blocks[number].text)):
            run.append(number)
            continue
        if len(run) >= SHORTEST_MENU:
            found.update(run)
        run = []
    return frozenset(found)


def _scores(
    blocks: Sequence[Block],
    cues: Sequence[Cue | None],
    prose: Sequence[bool],
    titles: frozenset[int],
) -> list[float]:
    scores: list[float] = []
    run = 0
    for number, block in enumerate(blocks):
        score = 0.0
        if prose[number]:
            run = 0
            score = min(weight(block.text), CAP) * (1.0 if _in_company(prose, number) else ALONE)
        elif not _is_short_sentence(block.text) and not _is_row(block.text) and weight(block.text):
            run += 1
            # What the first ones were spared is owed once there are more.
            owed = LINKS_FREE + 1 if run == LINKS_FREE + 1 else 1
            score = -LINK_COST * owed if run > LINKS_FREE else 0.0
        cue = cues[number]
        if cue is not None and cue.opens:
            score -= COMMENTS_COST if cue.reason is Reason.COMMENTS else RELATED_COST
        if number in titles:
            score -= TITLE_COST
        scores.append(score)
    return scores


def _in_company(prose: Sequence[bool], number: int) -> bool:
    return (number > 0 and prose[number - 1]) or (number + 1 < len(prose) and prose[number + 1])


def _is_short_sentence(text: str) -> bool:
    return ends_sentence(text) and weight(text) < PROSE_WORDS and weight(text) > PROSE_WORDS / 3


def _is_row(text: str) -> bool:
    """Say whether a line is the row of a table: mostly numbers."""
    words = text.split(maxsplit=LONG_WORDS)
    numbers = sum(1 for word in words if word[0].isdigit() or word[-1].isdigit())
    return numbers >= FEWEST_NUMBERS and 2 * numbers >= len(words)


def _best_span(scores: Sequence[float]) -> tuple[int, int]:
    """Return the half-open span with the highest sum, (0, 0) where no sum is above 0."""
    best, best_span = 0.0, (0, 0)
    total, start = 0.0, 0
    for number, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, number
        total += score
        if total > best:
            best, best_span = total, (start, number + 1)
    return best_span


def _start_of_lead(prose: Sequence[bool], titles: frozenset[int], start: int) -> int:
    """Return where an article starts, its first paragraphs before a box of links included."""
    while start > 0:
        first = start - 1
        while first >= 0 and not prose[first] and first not in titles:
            first -= 1
        if start - 1 - first > LONGEST_BOX or first < 1 or first in titles or not prose[first - 1]:
            break
        start = first
        while start > 0 and prose[start - 1]:
            start -= 1
    return start


def _end_of_rest(cues: Sequence[Cue | None], prose: Sequence[bool], end: int) -> int:
    """Return where an article ends, its last paragraphs behind a box of links included."""
    while 0 < end < len(prose):
        last = end
        while last < len(prose) and not prose[last]:
            cue = cues[last]
            if cue is not None and cue.opens and cue.reason is Reason.COMMENTS:
                return end
            last += 1
        if last - end > LONGEST_BOX or not all(prose[last : last + 2]) or last + 1 >= len(prose):
            break
        end = last
        while end < len(prose) and prose[end]:
            end += 1
    return end


def _before_comments(
    blocks: Sequence[Block],
    cues: Sequence[Cue | None],
    prose: Sequence[bool],
    start: int,
    end: int,
) -> int:
    words = 0.0
    for number in range(start, end):
        cue = cues[number]
        if cue and cue.opens and cue.reason is Reason.COMMENTS and words >= ARTICLE_WORDS:
            return number
        words += weight(blocks[number].text) if prose[number] else 0.0
    return end
