"""Block Kit as plain dicts, and blocks in messages that Slack takes.

Slack's documentation says what one block may hold, and nothing of how much all the blocks of a
message may: reports of refused messages (slackapi/bolt-js, issues 2509 and 2867) fit 12,000
characters of text with some 70 more for everything that the text stands in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias

from adapters import wording
from adapters.slack.texts import (
    SECTION,
    escaped,
    markup,
    pieces,
    plain_lines,
    shortened,
    size,
)

Block: TypeAlias = dict[str, Any]
"""A block or an element of one, as Slack's API takes it."""

MOST_BLOCKS = 50
ROOM = 12_000
CONTAINER = 72
ELEMENTS = 10
ROW = 6_000
"""A row of small print may be so long, so that it fits in a message."""
HEADER = 150
BUTTON = 75
TEXT = 3_000
"""What stands in notifications and is read aloud may be so long."""

__all__ = ["Block", "Message", "Unit", "escaped", "packed", "quoted_sections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of Slack."""

    text: str
    """For notifications and screen readers: escaped, whole sentences."""
    blocks: tuple[Block, ...]
    documents: tuple[str, ...] = ()
    """The ids of the documents that it shows something of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What stays in one message where it fits in one."""

    blocks: tuple[Block, ...]
    documents: tuple[str, ...] = ()
    said: str = ""
    """The same for notifications and screen readers, in one line; not escaped."""
    headed: int = 0
    """How many of its first blocks are the headings of what follows, too."""


def plain(text: str) -> Block:
    """Return a text object for one line that anybody may have written: it means nothing."""
    return _literal(wording.plain(text))


def words(text: str) -> Block:
    """Return a text object for our own words and links, which Slack formats."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: Block) -> Block:
    """Return a section of one text object."""
    return {"type": "section", "text": text}


def heading(text: str) -> list[Block]:
    """Return a text as the header of a message; one that is too long becomes a section."""
    line = wording.plain(text)
    if size(markup(line)) <= HEADER:
        return [{"type": "header", "text": _literal(line or wording.UNTITLED)}]
    return quoted_sections(line)


def title(text: str) -> Block:
    """Return the title of a part of a message, in our own words."""
    return section(words(f"*{text}*"))


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def quoted_sections(text: str, *, before: str = "", after: str = "") -> list[Block]:
    """Return a source's sentence as sections that show it as it is, however long it is.

    Args:
        text: What anybody may have written.
        before: A mark that stands before it.
        after: The numbers of its citations; they never part from its last word.
    """
    cut = pieces(f"{before}{wording.plain(text)}")
    ending = pieces(after)
    if not ending:
        return [_expanded(piece) for piece in cut]
    if cut:
        taken = size(ending[0]) + 1
        last = cut.pop()
        if taken > SECTION // 2:
            ending = [*pieces(ending[0], SECTION // 2), *ending[1:]]
            taken = size(ending[0]) + 1
        cut += pieces(last, SECTION - taken) if size(markup(last)) + taken > SECTION else [last]
        cut[-1] = f"{cut[-1]} {ending.pop(0)}"
    return [_expanded(piece) for piece in [*cut, *ending]]


def lined_sections(lines: Iterable[str]) -> list[Block]:
    """Return lines that anybody may have written, as few sections as hold them."""
    found: list[str] = []
    for line in lines:
        for piece in pieces(wording.plain(line)):
            joined = f"{found[-1]}\n{piece}" if found else piece
            if found and size(markup(joined)) <= SECTION:
                found[-1] = joined
            else:
                found.append(piece)
    return [_expanded(piece) for piece in found]


def text_sections(text: str) -> list[Block]:
    """Return a source's text with its lines."""
    return [_expanded(piece) for piece in pieces(plain_lines(text).strip())]


def context(*elements: Block) -> list[Block]:
    """Return small print: text objects beside each other, as many as fit in a block."""
    rows: list[list[Block]] = []
    room = 0
    for element in elements:
        taken = size(element["text"])
        if not rows or len(rows[-1]) == ELEMENTS or taken > room:
            rows.append([])
            room = ROW
        rows[-1].append(element)
        room -= taken
    return [{"type": "context", "elements": row} for row in rows]


def small(text: str) -> list[Block]:
    """Return text objects of small print for one line that anybody may have written."""
    return [_literal(piece) for piece in pieces(wording.plain(text))]


def note(text: str) -> list[Block]:
    """Return small print that anybody may have written."""
    return context(*small(text))


def button(
    text: str, action: str, value: str, *, label: str, style: str | None = None
) -> dict[str, Any]:
    """Return a button.

    Args:
        text: What stands on it, in our own words.
        action: One of `adapters.slack.names`.
        value: What comes back when it is clicked.
        label: What is read aloud of it.
        style: "primary", "danger" or neither.
    """
    made = {
        "type": "button",
        "text": {"type": "plain_text", "text": markup(text), "emoji": True},
        "action_id": action,
        "value": value,
        "accessibility_label": shortened(label, BUTTON),
    }
    return made if style is None else {**made, "style": style}


def actions(block_id: str, *buttons: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "block_id": block_id[:255], "elements": list(buttons)}


def cost(block: Block) -> int:
    """Return how much of a message's room a block takes, rather too much than too little."""
    return sum(_costs(block))


def packed(units: Iterable[Unit], text: str, *, numbered: bool = False) -> tuple[Message, ...]:
    """Return units in as few messages as hold them in their order.

    Args:
        units: What stays together where it fits.
        text: What it is, for notifications; what the units say follows it.
        numbered: Whether each of several messages says which part it is.
    """
    filled: list[list[Unit]] = []
    for unit in chain.from_iterable(_parted(each) for each in units if each.blocks):
        if not filled or not _fits([*filled[-1], unit]):
            filled.append([])
        filled[-1].append(unit)
    if not filled:
        filled = [[Unit(blocks=tuple(quoted_sections(text)))]]
    return tuple(
        _message(filling, text, (number, len(filled)), numbered=numbered)
        for number, filling in enumerate(filled, start=1)
    )


def _message(units: Sequence[Unit], text: str, part: tuple[int, int], *, numbered: bool) -> Message:
    number, of = part
    blocks = [block for unit in units for block in unit.blocks]
    if numbered and of > 1:
        blocks += note(part_of(number, of))
    about = text if number == 1 else f"{text} ({part_of(number, of).lower()})".strip()
    said = [shortened(about, TEXT)] if text else []
    for unit in units:
        line = wording.plain(unit.said)
        if line and size(markup("\n".join([*said, line]))) <= TEXT:
            said.append(line)
    documents = dict.fromkeys(each for unit in units for each in unit.documents)
    return Message(
        text=markup("\n".join(said)) or part_of(number, of),
        blocks=tuple(blocks),
        documents=tuple(documents),
    )


def part_of(number: int, of: int) -> str:
    """Return which part of something a message is."""
    return f"Part {number} of {of}"


def _parted(unit: Unit) -> Iterator[Unit]:
    """Yield a unit whole, or its blocks in as few units as fit."""
    if _fits([unit]):
        yield unit
        return
    filling: list[Block] = []
    said = unit.said
    for block in unit.blocks:
        if filling and not _fits([Unit(blocks=(*filling, block))]):
            yield replace(unit, blocks=tuple(filling), said=said)
            filling, said = [], ""
        filling.append(block)
    yield replace(unit, blocks=tuple(filling), said=said)


def _fits(units: Sequence[Unit]) -> bool:
    """Say whether units fit in one message beside the number of its part."""
    blocks = [block for unit in units for block in unit.blocks]
    room = ROOM - 3 * CONTAINER
    return len(blocks) < MOST_BLOCKS and sum(cost(block) for block in blocks) <= room


def _costs(part: Any) -> Iterator[int]:
    if isinstance(part, dict):
        yield CONTAINER * ("type" in part)
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield size(value)
            else:
                yield from _costs(value)
    elif isinstance(part, list):
        for each in part:
            yield from _costs(each)


def _literal(text: str) -> Block:
    return {"type": "plain_text", "text": markup(text), "emoji": False}


def _expanded(text: str) -> Block:
    """Return a section that is shown whole and not behind “See more”."""
    return {**section(_literal(text)), "expand": True}
