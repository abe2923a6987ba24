"""An article as one page: as it was loaded, with the cited span marked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise

from jinja2 import Environment
from markupsafe import Markup, escape

from adapters import wording
from adapters.pages.links import host, web_address
from adapters.pages.templating import Style, environment, style_of
from briefs.briefing import Edition
from briefs.model import Revision
from briefs.splitting import split


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """What an article says now."""

    number: int
    """Of its revision."""
    address: str
    quotes: bool
    """Whether the cited words still stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """A brief that cites an article, and where it can be read."""

    edition: Edition
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a block, cited or not."""

    text: Markup
    cited: bool = False
    first: bool = False
    last: bool = False
    """Whether what is cited begins or ends with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading or an item."""

    pieces: tuple[Piece, ...]
    heading: bool


def article_page(
    revision: Revision,
    *,
    start: int,
    end: int,
    until: datetime,
    newer: Newer | None = None,
    briefs: Sequence[Citing] = (),
) -> str:
    """Return the page of an article.

    Args:
        revision: What is shown.
        start: Where the cited span begins, in characters of the text.
        end: Where it ends; not after `start`: nothing in particular is cited.
        until: When the link to the page expires.
        newer: What the article says now, where it has changed.
        briefs: Which briefs cite it.
    """
    blocks = blocks_of(revision.document.text, start, end)
    return (
        templates()
        .get_template("article.html")
        .render(
            document=revision.document,
            blocks=blocks,
            cites=any(piece.first for block in blocks for piece in block.pieces),
            dropped=revision.dropped,
            newer=newer,
            briefs=briefs,
            until=until,
        )
    )


def message_page(title: str, *sentences: str) -> str:
    """Return a page that says why there is nothing to read."""
    return templates().get_template("message.html").render(title=title, sentences=sentences)


@cache
def article_style() -> Style:
    """Return the style of an article's page."""
    return style_of(("adapters.pages", "brief.css"), ("adapters.web", "article.css"))


@cache
def templates() -> Environment:
    """Return the templates of the reader."""
    made = environment("adapters.web", article_style())
    made.filters.update(address=web_address, host=host, counted=wording.counted)
    return made


def blocks_of(text: str, start: int, end: int) -> tuple[Block, ...]:
    """Return the blocks of a text, with a span of it marked."""
    start, end = _seen(text, start, end)
    headings = {each.start for each in split(text).sentences if each.heading}
    blocks: list[Block] = []
    begins = 0
    for line in text.split("\n"):
        ends = begins + len(line)
        cuts = (begins, *(min(max(each, begins), ends) for each in (start, end)), ends)
        pieces = tuple(
            Piece(
                text=_inline(text[here:there]),
                cited=start <= here and there <= end,
                first=here == start < end,
                last=there == end > start,
            )
            for here, there in pairwise(cuts)
            if here < there
        )
        if wording.plain(line):
            blocks.append(Block(pieces=pieces, heading=begins in headings))
        begins = ends + 1
    return tuple(blocks)


def _seen(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span from its first to its last character that shows; an empty one: none does."""
    shown = [at for at in range(start, min(end, len(text))) if wording.plain(text[at])]
    return (shown[0], shown[-1] + 1) if shown else (0, 0)


def _inline(part: str) -> Markup:
    """Return a part of a line, inert; white space at its ends keeps it apart from the next."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() else ""
    return escape(f"{before}{wording.plain(part)}{after}")
