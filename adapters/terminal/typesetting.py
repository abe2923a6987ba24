"""A brief as what is appended to a file: the text that the terminal shows, in whole lines."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType

from adapters.terminal.brief import rendered_brief
from adapters.terminal.messenger import PREFIX
from adapters.terminal.plain import inert, inert_line
from adapters.wording import CUT
from briefs.brief import Brief
from briefs.parts import Draft

_WIDTH = 1_000_000
"""Wider than any sentence: whoever searches the file should not have to join lines."""
_NUMBER = re.compile(r"\[(\d+)\]")
_SHORTEST = 200
# “Part 12 of 34” and the lines around it.
_FOOT = 30


class TerminalTypesetter:
    """Lays out briefs as text."""

    def __init__(self, length: int | None = None) -> None:
        """Take how many characters a message may have; a file bears any."""
        self._length = None if length is None else max(_SHORTEST, length)

    def in_channel(self, channel: str) -> "TerminalTypesetter":
        """Return itself: all files are laid out alike."""
        del channel
        return self

    def unpostable(self, channel: str) -> str | None:
        """Return why nothing can be appended to a channel's file."""
        if channel == PREFIX:
            return None
        name = channel.removeprefix(PREFIX)
        try:
            file = Path(name).expanduser()
        except (RuntimeError, ValueError):
            return f"{name} is no name of a file"
        if file.is_dir():
            return f"{name} is a folder; name a file in it"
        if not file.parent.is_dir():
            return f"the folder {file.parent} is not there; make it, or name another file"
        return None

    def drafts(self, brief: Brief, remarks: Sequence[str] = ()) -> tuple[Draft, ...]:
        """Return a brief as messages that fit."""
        ours = "".join(f"{inert_line(each)}\n" for each in remarks)
        units = [*([f"{ours}\n"] if ours else []), *_units(_blocks(brief))]
        bodies = _packed(units, self._length)
        if len(bodies) > 1:
            # Only empty lines: a part may begin with an indented line, which `without` looks for.
            trimmed = [body.strip("\n") for body in bodies]
            bodies = [
                f"{body}\n\nPart {number} of {len(bodies)}\n"
                for number, body in enumerate(trimmed, start=1)
            ]
        return tuple(Draft(body=body, documents=_documents(body, brief)) for body in bodies)

    def remark(self, text: str) -> Draft:
        """Return a message of ours that is no brief."""
        return Draft(body=f"{inert(text).strip()}\n")

    def without(self, body: str, brief: Brief, documents: frozenset[str]) -> Draft | None:
        """Return a message without the blocks that show something of documents."""
        kept, found = body, False
        for block in _blocks(brief):
            if documents.isdisjoint(_documents(block, brief)) or block not in kept:
                continue
            kept, found = kept.replace(block, f"{CUT}\n", 1), True
        left = _documents(kept, brief)
        return Draft(body=kept, documents=left) if found and documents.isdisjoint(left) else None


def _blocks(brief: Brief) -> list[str]:
    """Return the lines of a brief, those of one point or one source together."""
    whole = rendered_brief(brief)
    each = whole.renderables if isinstance(whole, Group) else [whole]
    return [_printed(block) for block in each]


def _printed(block: RenderableType) -> str:
    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, color_system=None, highlight=False)
    console.print(block)
    return out.getvalue()


def _units(blocks: Iterable[str]) -> list[str]:
    """Return what stays together: a block with the blank line and the headings before it."""
    units: list[str] = []
    waiting = ""
    for block in blocks:
        waiting += block
        if block.strip() and not _is_heading(block):
            units.append(waiting)
            waiting = ""
    return [*units, waiting] if waiting else units


def _is_heading(block: str) -> bool:
    return block[:1].strip() != "" and block.count("\n") == 1 and not _NUMBER.search(block)


def _packed(units: Iterable[str], length: int | None) -> list[str]:
    if length is None:
        return ["".join(units)]
    bodies = [""]
    for piece in (piece for unit in units for piece in _pieces(unit, length - _FOOT)):
        if bodies[-1] and len(bodies[-1]) + len(piece) > length - _FOOT:
            bodies.append("")
        bodies[-1] += piece
    return bodies


def _pieces(unit: str, length: int) -> Iterator[str]:
    """Yield a unit whole, or, where it does not fit, by its lines, sentences or words."""
    for cut in ("\n", ". ", " "):
        if len(unit) <= length:
            break
        at = unit.rfind(cut, 0, length)
        while len(unit) > length and at > 0:
            yield unit[: at + len(cut)].rstrip() + "\n"
            unit = unit[at + len(cut) :]
            at = unit.rfind(cut, 0, length)
    while len(unit) > length:
        yield unit[:length]
        unit = unit[length:]
    if unit:
        yield unit


def _documents(text: str, brief: Brief) -> tuple[str, ...]:
    """Return the ids of the documents that a text shows something of; rather one too many."""
    numbers = {int(each) for each in _NUMBER.findall(text)}
    shown = [each.document.id for each in brief.citations if each.number in numbers]
    changed = [document for change in brief.changes for document in change.documents]
    for document in (*brief.documents, *changed):
        title = inert_line(document.title)
        if title and title in text:
            shown.append(document.id)
    return tuple(dict.fromkeys(shown))
