"""The article out of the text that was copied with it, and why each of the rest was dropped.

There is no HTML to lean on, only lines. They are put together into blocks (`joining`); what the
words of a block say (`cues`), what its head is (`byline`) and, in the text of a whole page, where
the article is (`pages`) decides what stays; what is left of embedded posts and appeals goes out of
the lines that stay (`debris`). In the text of an article alone, only a line whose own words give it
away goes: losing a sentence is worse than keeping a button.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from briefs.byline import Head, head_of
from briefs.cues import Cue, Reason, cue
from briefs.debris import debris
from briefs.joining import Block, blocks, ends_sentence, is_item, weight
from briefs.model import Dropped
from briefs.pages import ARTICLE_WORDS, article_span, is_linklike, is_page, is_prose, menus

__all__ = ["Cleaned", "Dropped", "Reason", "clean"]

HEADLINE_WORDS = 25
"""What follows a "read also" and has no more words is one of its headlines."""

FEWEST_TEASERS = 2
"""So many headlines with a time of day before each are teasers; one may be a programme."""

LABEL_WORDS = 3
"""A line of fewer words among teasers is a label: "Exclusive"."""

_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?:\s?[ap]m)?(?:\s?[|•·-])?"
    r"|\d{1,2}\s(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?)\sago|yesterday|just\snow",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
# "8:11 P.M. Two soldiers wounded." is an entry of a live report, and an article.
_CLOCK_AND_HEADLINE = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d\s(?![ap]\.?m)(?:(?![.!?]\s).){1,250}", re.IGNORECASE
)
_DAY = re.compile(
    r"(?:\d{4},\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:,?\s\d{1,2}\s\w{3,9})?"
    r"|\d{1,2}\s(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)(?:,?\s\d{4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """An article's text, and what was dropped on the way to it."""

    text: str
    """One block (paragraph, heading, list item) a line, an empty line between blocks."""
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch of a block that stays or goes as one."""

    text: str
    reason: Reason | None
    instead: str = " "


def clean(
    raw: str,
    *,
    restored: Collection[int] = (),
    head: Head | None = None,
    extracted: bool = False,
) -> Cleaned:
    """Return the article in a text, one block a line.

    Args:
        raw: The text as it was copied.
        restored: Numbers of dropped lines that stay in after all.
        head: What is known to be its head. Its lines go. Without one it is read here, and a title
            stays in the text where nothing but its shape says that it is one.
        extracted: Whether something that saw the page's markup has taken the article out of it
            already: where the article is needs no more guessing then.
    """
    wanted = frozenset(restored)
    found = blocks(raw)
    if head is None:
        read = head_of(found)
        gone = read.lines if read.is_stated else ()
        head = Head(title=read.title, lines=gone, title_lines=read.title_lines if gone else ())
    reasons = _reasons(found, head, extracted=extracted)
    kept: list[str] = []
    dropped: list[Dropped] = []
    number = 0
    for block, reason in zip(found, reasons, strict=True):
        parts: list[str] = []
        for piece in _pieces(block.text, reason):
            if piece.reason is None:
                parts.append(piece.text)
                continue
            number += 1
            if number in wanted:
                parts.append(piece.text)
            else:
                dropped.append(Dropped(number=number, text=piece.text.strip(), reason=piece.reason))
                parts.append(piece.instead)
        text = " ".join("".join(parts).split())
        if text:
            kept.append(text)
    return Cleaned(text="\n\n".join(kept), dropped=tuple(dropped))


def _pieces(text: str, reason: Reason | None) -> Iterator[_Piece]:
    """Yield a block's text in pieces that together are all of it."""
    if reason is not None:
        yield _Piece(text=text, reason=reason)
        return
    at = 0
    for span in debris(text):
        if span.start > at:
            yield _Piece(text=text[at : span.start], reason=None)
        yield _Piece(text=text[span.start : span.end], reason=span.reason, instead=span.instead)
        at = span.end
    if at < len(text):
        yield _Piece(text=text[at:], reason=None)


def _reasons(found: Sequence[Block], head: Head, *, extracted: bool) -> list[Reason | None]:
    """Return for each block why it goes, None where it stays."""
    cues = [cue(block.text) for block in found]
    reasons: list[Reason | None] = [each.reason if each and each.certain else None for each in cues]
    for number in _in_company(cues, reasons):
        each = cues[number]
        reasons[number] = each.reason if each else None
    _drop_teasers(found, reasons)
    _drop_lists(found, cues, reasons)
    if not extracted and is_page(found, cues):
        _drop_around(found, cues, reasons, head)
    else:
        _drop_comments(found, cues, reasons)
    _drop_head(found, reasons, head)
    return reasons


def _in_company(cues: Sequence[Cue | None], reasons: Sequence[Reason | None]) -> Iterator[int]:
    """Yield the weak cues that stand beside another cue, or in a row of their like."""
    for number, each in enumerate(cues):
        if each is None or each.certain:
            continue
        beside = [n for n in (number - 1, number + 1) if 0 <= n < len(cues)]
        if any(reasons[n] is not None or cues[n] is not None for n in beside):
            yield number


def _drop_lists(
    found: Sequence[Block], cues: Sequence[Cue | None], reasons: list[Reason | None]
) -> None:
    """Drop the headlines under a heading such as "read also"."""
    opened: Reason | None = None
    for number, block in enumerate(found):
        each = cues[number]
        if each is not None and each.certain:
            opened = each.reason if each.opens and each.reason is Reason.RELATED else None
        elif opened is not None:
            headline = not ends_sentence(block.text) and weight(block.text) <= HEADLINE_WORDS
            if headline and reasons[number] is None:
                reasons[number] = opened
            elif not headline:
                opened = None


def _drop_teasers(found: Sequence[Block], reasons: list[Reason | None]) -> None:
    """Drop runs of headlines with a time of day to each, and what stands between them."""
    run: list[int] = []
    for number in range(len(found) + 1):
        text = found[number].text if number < len(found) else ""
        if text and (_is_timed(text) or _DAY.fullmatch(text) or (run and _is_headline(text))):
            run.append(number)
            continue
        for teaser in _teasers([(each, found[each].text) for each in run]):
            reasons[teaser] = reasons[teaser] or Reason.TEASER
        run = []


def _is_timed(text: str) -> bool:
    if _CLOCK.fullmatch(text):
        return True
    return bool(_CLOCK_AND_HEADLINE.fullmatch(text)) and _is_headline(text)


def _teasers(run: list[tuple[int, str]]) -> list[int]:
    """Return what of a run of times and headlines is teasers, nothing where it is a programme.

    Sites list the newest first; a programme and a timeline begin with the earliest.
    """
    timed = [place for place, (_, text) in enumerate(run) if _is_timed(text)]
    clocks = [match[0].zfill(5) for _, text in run if (match := _HOURS.match(text))]
    if len(timed) < FEWEST_TEASERS or (len(clocks) > 1 and clocks == sorted(set(clocks))):
        return []
    last = timed[-1]
    if _CLOCK.fullmatch(run[last][1]):
        # The last time's headline is a teaser; what comes after it may be a heading.
        last += 1
        while last < len(run) - 1 and weight(run[last][1]) < LABEL_WORDS:
            last += 1
    if not any(weight(text) >= LABEL_WORDS and not _DAY.fullmatch(text) for _, text in run):
        return []
    return [number for number, _ in run[: last + 1]]


def _is_headline(text: str) -> bool:
    """Say whether a line may be a headline; some end as a question does."""
    ends_open = not ends_sentence(text) or text.endswith(("?", "!", "…"))
    return ends_open and not is_item(text) and 0 < weight(text) <= HEADLINE_WORDS


def _drop_comments(
    found: Sequence[Block], cues: Sequence[Cue | None], reasons: list[Reason | None]
) -> None:
    """Drop all that follows a heading of comments with an article before it."""
    words = 0.0
    for number, block in enumerate(found):
        each = cues[number]
        if each and each.opens and each.reason is Reason.COMMENTS and words >= ARTICLE_WORDS:
            for after in range(number, len(found)):
                reasons[after] = reasons[after] or Reason.COMMENTS
            return
        if reasons[number] is None and is_prose(block.text):
            words += weight(block.text)


def _drop_around(
    found: Sequence[Block],
    cues: Sequence[Cue | None],
    reasons: list[Reason | None],
    head: Head,
) -> None:
    """Drop what stands around the article on its page, and the menus in its middle."""
    lines = set(head.title_lines)
    titles = frozenset(number for number, block in enumerate(found) if block.first in lines)
    start, end = article_span(found, cues, titles)
    if start == end:
        return
    middle = menus(found, cues, start, end)
    section: Reason | None = None
    for number, block in enumerate(found):
        each = cues[number]
        if each is not None and each.opens:
            section = each.reason
        if reasons[number] is not None:
            continue
        if start <= number < end and number not in middle and weight(block.text):
            continue
        reasons[number] = each.reason if each else _shape(block.text, section, after=number >= end)


def _shape(text: str, section: Reason | None, *, after: bool) -> Reason:
    """Return what a block outside the article most likely is."""
    if after and section is not None and not is_linklike(text):
        return section
    if is_linklike(text) and weight(text) > HEADLINE_WORDS / 5:
        return Reason.TEASER
    return section if after and section else Reason.NAVIGATION


def _drop_head(found: Sequence[Block], reasons: list[Reason | None], head: Head) -> None:
    """Drop the lines of the head, and the short lines that stand before its title."""
    lines, titles = set(head.lines), set(head.title_lines)
    for number, block in enumerate(found):
        if block.first in titles and block.last in titles:
            reasons[number] = Reason.TITLE
        elif block.first in lines and block.last in lines:
            reasons[number] = Reason.BYLINE
    if not titles:
        return
    for number, block in enumerate(found):
        if block.first >= min(titles) or is_prose(block.text):
            break
        reasons[number] = reasons[number] or Reason.NAVIGATION
