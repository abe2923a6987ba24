"""The app's home on Slack: what is loaded, how to ask, and what can be typed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from adapters import wording
from adapters.slack.blocks import (
    Block,
    divider,
    heading,
    lined_sections,
    note,
    quoted_sections,
    section,
    title,
    words,
)
from adapters.slack.library import status_line
from adapters.slack.texts import shortened
from briefs.model import Published
from briefs.ports import Listed, Listing, StatusReport

MOST_BLOCKS = 100
_NEWEST = 8
_STATUS = 2_000
_LINE = 300

_ASKING = (
    "*Ask* in a channel that I am in, or here in Messages:\n"
    "• `/ask Who documented the shipments?`\n"
    "• `@Dateline When was the first one?` answers in the thread; go on asking there\n"
    "Every sentence of an answer is quoted from an article that is loaded, with who says it."
)
_TYPING = (
    ("/ask QUESTION", "answers from the loaded articles"),
    ("/brief now", "what is new here since the last brief"),
    ("/brief list", "the briefs that can be shown here"),
    ("/brief schedule", "briefs a channel by itself"),
    ("/source status", "what is loaded"),
    ("/dateline help", "all that can be typed"),
)
_LOADING = (
    "*Load articles*\n"
    "• `/source add` opens a form for files and addresses\n"
    "• `/source add https://…` loads a page or a feed\n"
    "• `/source list` shows what is loaded, to be edited and removed"
)


def home(status: StatusReport, listing: Listing, *, admin: bool) -> dict[str, Any]:
    """Return the home of the app.

    Args:
        status: What is loaded in the collection `main`.
        listing: The documents of it.
        admin: Whether who looks may load articles.
    """
    loading = [divider(), section(words(_LOADING))] if admin else []
    blocks = [*_loaded(status, listing), divider(), *_usage(), *loading]
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}


def _loaded(status: StatusReport, listing: Listing) -> Iterator[Block]:
    yield from heading("Dateline")
    yield from quoted_sections(shortened(status_line(status), _STATUS))
    dated = [each for each in listing.documents if each.document.published is not None]
    if dated and status.first is None:
        span = sorted(_day(each) for each in dated)
        yield from note(f"Published from {_said(span[0])} to {_said(span[-1])}.")
    newest = sorted(dated, key=_day, reverse=True)[:_NEWEST]
    if newest:
        yield title("The newest articles")
        yield from lined_sections(f"• {_named(each)}" for each in newest)


def _usage() -> Iterator[Block]:
    yield section(words(_ASKING))
    yield divider()
    yield title("What can be typed")
    yield from lined_sections(f"{typed} — {does}" for typed, does in _TYPING)


def _day(listed: Listed) -> tuple[int, int, int]:
    """Return the day that a source printed: times of several zones do not compare."""
    published = listed.document.published
    return (0, 0, 0) if published is None else (published.year, published.month, published.day)


def _said(day: tuple[int, int, int]) -> str:
    year, month, number = day
    return f"{number} {wording.MONTHS[month - 1]} {year}"


def _named(listed: Listed) -> str:
    document = listed.document
    name = shortened(document.title, _LINE) or wording.UNTITLED
    outlet = f"{shortened(document.outlet, _LINE)}: " if document.outlet else ""
    return f"{outlet}{name}, {_date(document.published)}"


def _date(published: Published | None) -> str:
    # Of a time the day is enough here.
    return wording.published(published.date() if isinstance(published, datetime) else published)
