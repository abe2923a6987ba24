"""What a message on Discord is made of, and how sections are packed into messages that fit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from adapters.discord import names
from adapters.discord.text import Line, Said, inert, line, shortened, size
from adapters.wording import plain

Embed: TypeAlias = dict[str, Any]
"""An embed as Discord's REST interface takes it."""

CONTENT = 2_000
TITLE = 256
DESCRIPTION = 4_096
FOOTER = 2_048
LABEL = 80
EMBEDS = 10
BUTTONS = 25
IN_A_ROW = 5

MOST = 5_800
"""Characters over all embeds of a message, of Discord's 6,000."""

KEY_ROOM = 64
"""Characters that stay free in a message and in its last footer: a delivery's key goes there."""

QUIET = 0x5C6F82
GOOD = 0x2E7D5B
WARNING = 0xC98A1B
BAD = 0xB3372F

# A description is made no fuller: a note that something was left out still fits.
_FULL = 4_000
_LONGEST_HEADING = 230
_LONGEST_FOOTER = 1_000
_CONTINUED = " (continued)"
# “Part 12 of 34 · ”
_PART_ROOM = 24
# A row of buttons stays free for those of the whole.
_UNIT_BUTTONS = BUTTONS - IN_A_ROW
_STYLES = {"primary": 1, "secondary": 2, "success": 3, "danger": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message."""

    action: str
    label: str
    value: str
    emoji: str | None = None
    style: str = "secondary"
    """Primary, secondary, success or danger."""
    disabled: bool = False

    @property
    def custom_id(self) -> str:
        """What Discord gives back when it is pressed."""
        return names.custom_id(self.action, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, within Discord's limits."""

    content: str = ""
    embeds: tuple[Embed, ...] = ()
    buttons: tuple[Button, ...] = ()
    documents: tuple[str, ...] = ()
    """The ids of the documents that it shows something of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Lines that belong together: they move to the next embed as a whole."""

    lines: tuple[Line, ...]
    documents: tuple[str, ...] = ()
    """The ids of the documents that it shows something of."""
    buttons: tuple[Button, ...] = ()
    heading: bool = False
    """Whether it means nothing without the unit after it."""

    @property
    def text(self) -> str:
        """The lines as Discord's markdown."""
        return "\n".join(text for each in self.lines if (text := each.text))

    def pieces(self, room: int) -> Iterator["Unit"]:
        """Yield it whole, or, where it does not fit, by its lines, sentences or words."""
        if size(self.text) <= room:
            yield self
            return
        held: list[Line] = []
        for piece in (piece for each in self.lines for piece in each.pieces(room)):
            if held and size(replace(self, lines=(*held, piece)).text) > room:
                yield replace(self, lines=tuple(held), buttons=())
                held = []
            held.append(piece)
        yield replace(self, lines=tuple(held))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands in one embed under one title, or in several where it is long."""

    units: tuple[Unit, ...]
    title: str = ""
    """Plain text, ours or not."""
    colour: int = QUIET
    gap: str = "\n"
    """Between units."""

    @property
    def fitted(self) -> "Section":
        """The same with a title that fits: one that does not becomes the first unit."""
        if size(inert(self.title)) <= _LONGEST_HEADING:
            return self
        first = Unit(lines=(line(Said(self.title, "**")),), heading=True)
        return replace(self, title="", units=(first, *self.units))


def said(text: str, mark: str = "", colour: int = QUIET) -> Section:
    """Return a section of one text."""
    return Section(units=(Unit(lines=(line(Said(text, mark)),)),), colour=colour)


def packed(
    sections: Iterable[Section],
    *,
    footer: str = "",
    content: str = "",
    buttons: tuple[Button, ...] = (),
) -> tuple[Message, ...]:
    """Return sections as messages within every limit, in their order.

    Args:
        sections: What is shown; nothing of it is cut but units that fit nowhere.
        footer: Plain text under each message; Discord renders no markdown in it.
        content: Markdown of ours before the first embed.
        buttons: Those under the last message.
    """
    foot = shortened(footer, _LONGEST_FOOTER)
    packing = _Packing(MOST - KEY_ROOM - _PART_ROOM - size(foot))
    for section in sections:
        packing.add(section.fitted)
    if not packing.pages:
        packing.add(Section(units=(Unit(lines=(line("There is nothing to show."),)),)))
    pages = packing.pages
    made = []
    for number, page in enumerate(pages, start=1):
        part = f"Part {number} of {len(pages)}" if len(pages) > 1 else ""
        embeds = [each.payload() for each in page.embeds]
        under = " · ".join(each for each in (part, foot) if each)
        if under:
            embeds[-1]["footer"] = {"text": under}
        made.append(
            Message(
                content=content if number == 1 else "",
                embeds=tuple(embeds),
                buttons=(*page.buttons, *(buttons if number == len(pages) else ())),
                documents=tuple(dict.fromkeys(page.documents)),
            )
        )
    return tuple(made)


def posted(sections: Iterable[Section]) -> Iterator[Unit]:
    """Yield the units of sections as they are posted: those that fit nowhere in their pieces."""
    for section in sections:
        for together in _with_headings(section.fitted.units):
            joined = _joined(together)
            whole = size(joined.text) <= _FULL
            yield from (each for each in (together if whole else joined.pieces(_FULL)) if each.text)


def components(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Return buttons as the action rows of Discord's REST interface, five a row."""
    return [
        {
            "type": 1,
            "components": [_component(each) for each in buttons[start : start + IN_A_ROW]],
        }
        for start in range(0, len(buttons), IN_A_ROW)
    ]


def _component(button: Button) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": 2,
        "style": _STYLES[button.style],
        "label": plain(button.label),
        "custom_id": button.custom_id,
        "disabled": button.disabled,
    }
    return made if button.emoji is None else {**made, "emoji": {"name": button.emoji}}


@dataclass(slots=True, kw_only=True)
class _OpenEmbed:
    """An embed to which units are still added."""

    title: str
    colour: int
    gap: str
    description: str = ""

    def payload(self) -> Embed:
        made: Embed = {"color": self.colour, "description": self.description}
        return {**made, "title": self.title} if self.title else made


@dataclass(slots=True, kw_only=True)
class _Page:
    """A message to which embeds are still added."""

    embeds: list[_OpenEmbed] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    size: int = 0


class _Packing:
    """Fills messages one after another."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.pages: list[_Page] = []

    def add(self, section: Section) -> None:
        begun = False
        for together in _with_headings(section.units):
            for piece in _joined(together).pieces(_FULL):
                if piece.text:
                    self._add(section, piece, begun=begun)
                    begun = True

    def _add(self, section: Section, unit: Unit, *, begun: bool) -> None:
        text = unit.text
        page = self.pages[-1] if self.pages else None
        if page is not None and len(page.buttons) + len(unit.buttons) > _UNIT_BUTTONS:
            page = None
        if page is not None and begun:
            embed = page.embeds[-1]
            longer = f"{embed.description}{section.gap}{text}"
            added = size(longer) - size(embed.description)
            if size(longer) <= _FULL and page.size + added <= self._room:
                embed.description = longer
                _note(page, unit, added)
                return
        title = inert(section.title) + (_CONTINUED if begun and section.title else "")
        added = size(title) + size(text)
        if page is None or len(page.embeds) == EMBEDS or page.size + added > self._room:
            page = _Page()
            self.pages.append(page)
        opened = _OpenEmbed(title=title, colour=section.colour, gap=section.gap, description=text)
        page.embeds.append(opened)
        _note(page, unit, added)


def _note(page: _Page, unit: Unit, added: int) -> None:
    page.size += added
    # Discord refuses a message with two buttons of one name.
    there = {each.custom_id for each in page.buttons}
    page.buttons += [each for each in unit.buttons if each.custom_id not in there]
    page.documents += unit.documents


def _with_headings(units: Iterable[Unit]) -> Iterator[Sequence[Unit]]:
    """Yield units, each with the headings before it, so that no heading stands alone."""
    waiting: list[Unit] = []
    for unit in units:
        waiting.append(unit)
        if not unit.heading:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _joined(units: Sequence[Unit]) -> Unit:
    return Unit(
        lines=tuple(each for unit in units for each in unit.lines),
        documents=tuple(each for unit in units for each in unit.documents),
        buttons=tuple(each for unit in units for each in unit.buttons),
    )
