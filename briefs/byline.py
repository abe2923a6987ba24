"""The head of an article's plain-text copy: title, who wrote it for whom, and when it came out.

Only what the head says in so many words is taken; what it does not say is None. A date inside a
sentence is the date of an event, never that of the article.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefs.authors import named
from briefs.cues import cue
from briefs.dating import Found, dates, time_behind
from briefs.joining import Block, blocks, ends_sentence, is_item, weight
from briefs.model import Published

HEAD_LINES = 15
"""The head has at most so many lines that are not empty."""

TITLE_BY = 3
"""A title that nothing repeats is believed among so many first lines; further down is a menu."""

LONGEST_TITLE = 30
SHORTEST_TITLE = 3
"""Words."""

STANDFIRST_WORDS = 40
"""A longer paragraph, or a second one, is where the article itself has begun."""

_LONGEST_LINE = 300
_SENTENCE_WORDS = 10
_LONGEST_SITE = 5
_STRAY_WORDS = 3
"""A line of a date has at most so many words that are neither date nor byline."""

_BY = re.compile(
    r"(?:(?:written|reported|words|text|story|article|posted|published|analysis|opinion)\s+by|by"
    r"|author|von|par|por|автор|autor|autore|auteur)\s?(?::\s*|\s+|$)",
    re.IGNORECASE,
)
_BARE_BY = re.compile(r"(?:(?:written|reported|story|words|posted)\s+)?by:?", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:(?:first\s)?published(?:\s(?:on|at))?|posted(?:\s(?:on|at))?|date|issued|created"
    r"|veröffentlicht|publié(?:\sle)?|publicado(?:\sel)?|pubblicato(?:\sil)?|опубликовано)\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:(?:last\s)?(?:updated|modified|edited|revised|update)|aktualisiert|mis\sà\sjour"
    r"|actualizado|aggiornato|atualizado|обновлено|оновлено)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^[—–]|\(@\w")
_PARTS = re.compile(r"\s*[|•·–—]\s*|\s+-\s+|\s{3,}")
_SITE = re.compile(r"\s[|–—-]\s|\s[·•»:]{1,2}\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of a copy says; None for what it does not."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: Published | None = None
    lines: tuple[int, ...] = ()
    """The numbers of the raw lines that say it, counted from 0: they are no part of the text."""
    title_lines: tuple[int, ...] = ()
    """Those of them that are the title, its repetitions included."""

    @property
    def is_stated(self) -> bool:
        """Whether anything but a first line that looks like a title shows that there is a head."""
        return (
            self.outlet is not None or len(self.title_lines) > 1 or self.lines != self.title_lines
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """A date of the head, and whether a label says that it is the publication."""

    found: Found
    labelled: bool
    blocks: tuple[int, ...]


def read_head(raw: str) -> Head:
    """Return what the head of a plain-text copy says."""
    return head_of(blocks(raw))


def head_of(found: Sequence[Block]) -> Head:
    """Return what the head of a text says, given as its blocks."""
    worded = [block for block in found if weight(block.text)]
    title, outlet, start = _title(worded)
    repeated = [block for block in worded if title and _same(block.text, title)]
    if (
        len(repeated) == 1
        and repeated[0] is not worded[0]
        and _site(worded[0].text, repeated[0].text)
    ):
        repeated.insert(0, worded[0])
    head = _window(worded, start)
    author = _author(head)
    published, updates = _published(head)
    lines: set[int] = set()
    title_lines = {number for block in repeated for number in range(block.first, block.last + 1)}
    taken: set[int] = set(updates)
    if author is not None:
        taken.update(author[2])
    if published is not None:
        taken.update(published.blocks)
    for number in taken:
        lines.update(range(head[number].first, head[number].last + 1))
    return Head(
        title=title,
        outlet=outlet or (author[1] if author else None),
        author=author[0] if author else None,
        published=published.found.published if published else None,
        lines=tuple(sorted(lines | title_lines)),
        title_lines=tuple(sorted(title_lines)),
    )


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _title(worded: Sequence[Block]) -> tuple[str | None, str | None, int]:
    """Return the title, the outlet where the title names it, and where the head goes on.

    A page's own title often is "Title - Outlet", with the title alone further down: then both are
    known for certain.
    """
    if not worded:
        return None, None, 0
    first = worded[0].text
    for number, block in enumerate(worded[1:], start=1):
        if len(first) > _LONGEST_LINE or not SHORTEST_TITLE <= weight(block.text) <= LONGEST_TITLE:
            continue
        if block.text.endswith((".", ",")):
            continue
        site = _site(first, block.text)
        if site is not None:
            known = site and any(site.casefold() in other.text.casefold() for other in worded[1:])
            at = _last_near(worded, block.text, number)
            return block.text, site if known else None, at + 1
    for number, block in enumerate(worded[:TITLE_BY]):
        text = block.text
        if _is_prose(text) or (number and weight(text) > LONGEST_TITLE):
            break
        if _looks_like_title(text) and _has_article(worded, number):
            return text, None, number + 1
    return None, None, 0


def _site(first: str, title: str) -> str | None:
    """Return what a page's own title names after the article's, "" for nothing.

    None where the article's title is no whole part of it.
    """
    at = first.casefold().find(title.casefold())
    if at < 0:
        return None
    before, after = first[:at], first[at + len(title) :]
    parted = _SITE.match(after)
    if (before and not _SITE.search(before[-3:])) or (after and parted is None):
        return None
    site = after[parted.end() :].strip() if parted else ""
    return site if weight(site) <= _LONGEST_SITE and not _SITE.search(site) else ""


def _last_near(worded: Sequence[Block], title: str, first: int) -> int:
    """Return the last repetition of a title before the article's first paragraph."""
    last = first
    for number in range(first, len(worded)):
        text = worded[number].text
        if _same(text, title):
            last = number
        elif _is_prose(text) and weight(text) >= STANDFIRST_WORDS:
            break
    return last


def _looks_like_title(text: str) -> bool:
    words = weight(text)
    if not SHORTEST_TITLE <= words <= LONGEST_TITLE or is_item(text) or cue(text) is not None:
        return False
    if text.endswith((".", ":", ",", ";")) and not text.endswith("..."):
        return False
    return not _BY.match(text) and not _is_date_line(text)


def _has_article(worded: Sequence[Block], title: int) -> bool:
    """Say whether sentences follow soon, as they do after a title and not within a menu."""
    return any(_is_prose(block.text) for block in worded[title + 1 : title + 1 + HEAD_LINES])


def _is_prose(text: str) -> bool:
    words = weight(text)
    return words > LONGEST_TITLE or (
        words >= _SENTENCE_WORDS and text.endswith((".", "。", ".”", '."'))
    )


def _window(worded: Sequence[Block], start: int) -> list[Block]:
    """Return the blocks that may tell author and date: up to where the article itself begins."""
    head: list[Block] = []
    prose = 0
    for block in worded[start : start + HEAD_LINES]:
        if _is_prose(block.text):
            prose += 1
            if prose > 1 or weight(block.text) >= STANDFIRST_WORDS:
                break
        head.append(block)
    return head


def _author(head: Sequence[Block]) -> tuple[str | None, str | None, tuple[int, ...]] | None:
    """Return author, outlet, and the numbers of the blocks that name them."""
    for number, block in enumerate(head):
        text = block.text
        if len(text) > _LONGEST_LINE:
            continue
        if _BARE_BY.fullmatch(text) and number + 1 < len(head):
            author, outlet = named(_PARTS.split(_undated(head[number + 1].text))[0])
            if author or outlet:
                return author, outlet, (number, number + 1)
            continue
        for part in _PARTS.split(_undated(text)):
            match = _BY.match(part)
            if match is not None:
                author, outlet = named(part[match.end() :])
                if author or outlet:
                    return author, outlet, (number,)
    return None


def _undated(text: str) -> str:
    """Return a line without its dates, their labels and their weekdays."""
    for found in reversed(list(dates(text))):
        text = f"{text[: found.start]} | {text[found.end :]}"
    return text


def _is_date_line(text: str) -> bool:
    """Say whether a line is there to tell a date, and no sentence has it in it."""
    # What is signed with a handle or behind a dash is a post, and its date the post's.
    if len(text) > _LONGEST_LINE or _SIGNATURE.search(text):
        return False
    found = list(dates(text))
    if not found:
        return False
    rest = _undated(text)
    for pattern in (_PUBLISHED, _UPDATED, _WEEKDAY):
        rest = pattern.sub(" ", rest)
    stray = 0.0
    for part in _PARTS.split(rest):
        match = _BY.match(part)
        if match is None or named(part[match.end() :]) == (None, None):
            stray += weight(part)
    return stray <= _STRAY_WORDS or (
        ends_sentence(text) is False and "|" in text and stray <= _SENTENCE_WORDS
    )


def _published(head: Sequence[Block]) -> tuple[_Dated | None, list[int]]:
    """Return the date of publication, and which blocks tell nothing but that of an update.

    It is the first date that a label calls so, else the first without a label.
    """
    found: list[_Dated] = []
    updates: list[int] = []
    label: bool | None = None
    for number, block in enumerate(head):
        text = block.text
        if len(text) > _LONGEST_LINE:
            continue
        if not _is_date_line(text):
            alone = weight(text) <= _STRAY_WORDS
            label = _label(text) if alone else None
            continue
        before, carried = 0, label
        for each in dates(text):
            said = _label(text[before : each.start])
            said = carried if said is None else said
            carried, before = None, each.end
            if said is not False:
                found.append(_with_time(each, said is True, head, number))
        if label is False:
            updates.append(number - 1)
        if label is False or _label(text) is False:
            updates.append(number)
        label = None
    return min(found, key=lambda dated: not dated.labelled, default=None), updates


def _label(text: str) -> bool | None:
    """Return whether a label speaks of the publication or of an update, None without a label."""
    published = [match.start() for match in _PUBLISHED.finditer(text)]
    updated = [match.start() for match in _UPDATED.finditer(text)]
    if not published and not updated:
        return None
    return max(published, default=-1) > max(updated, default=-1)


def _with_time(found: Found, labelled: bool, head: Sequence[Block], number: int) -> _Dated:  # noqa: FBT001
    """Return a date with the time that stands alone on the next line."""
    following = number + 1
    if following < len(head) and head[following].text.casefold() == "at":
        following += 1
    if found.at is None and following < len(head):
        text = head[following].text
        behind = time_behind(text, 0, found.day)
        if behind is not None and not text[behind[1] :].strip(" |•·-"):
            return _Dated(
                found=replace(found, at=behind[0]),
                labelled=labelled,
                blocks=tuple(range(number, following + 1)),
            )
    return _Dated(found=found, labelled=labelled, blocks=(number,))
