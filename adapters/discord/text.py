r"""Source text as Discord shows it and does not obey it, and lines of it that can be cut.

What Discord renders is known from clients that were tried out, not from a specification:

- A backslash before a mark that is neither letter, digit nor space shows the mark and means
  nothing else. So marks, brackets, mentions and times are escaped by it: `\<@1\>`.
- A bare address is found as `http://`, `https://` or `steam://`. A backslash in front of it does
  not help, and `<…>` only suppresses the preview; but `https\://` is no such beginning any more,
  and the colon's backslash is not shown. So a colon before anything but a space is escaped, which
  ends `:smile:` and `<t:0>` too.
- Mentions are looked for a second time by the server, which knows of no backslash. `\<@1\>` is
  none to it, because of the second backslash; `\@everyone` would be one, so an invisible joiner
  stands after that "@". No text of a source holds this joiner: `wording.plain` takes it out.
- What only begins a line (`#`, `-`, `-#`, `1.`) is escaped at the beginning of each text, wherever
  the text will stand.
- The label of a masked link knows of no backslash. So only numbers of ours and words of ours are
  labels.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from adapters.page_address import page_address
from adapters.wording import plain
from briefs.splitting import split

JOINER = "\u2060"
"""Invisible, and no letter: "@" with it before a name is no mention."""

_SPECIAL = re.compile(r"[\\*_~`|<>\[\]()]|:(?=\S)|^[#+-]")
_BEGINS = re.compile(r"^(\d+)\.")
_CALLS = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_LONGEST_ADDRESS = 512
_WORD_END = re.compile(r"\S(?=\s|$)")
# A folder before a name: no address, whose slashes follow a colon, a slash or a letter.
_FOLDERS = re.compile(r"(?<![\w:/.])(?:~?/|[A-Za-z]:\\|\\\\)(?:[^\s/\\]+[/\\])+(?=[^\s/\\])")


def inert(text: str) -> str:
    """Return a source's text on one line, so that it is shown and means nothing."""
    line = _SPECIAL.sub(lambda match: f"\\{match.group()}", plain(text))
    line = _BEGINS.sub(r"\1\\.", line)
    return _CALLS.sub(f"@{JOINER}", line)


def recovered(text: str) -> str:
    """Return what `inert` was given, as `wording.plain` leaves it."""
    return _ESCAPED.sub(r"\1", text.replace(JOINER, ""))


def size(text: str) -> int:
    """Return how long a text is by whichever way of counting it is longer: in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str, longest: int) -> str:
    """Return a name on one line, cut where it is absurdly long. Never for what is quoted."""
    line = plain(text)
    if size(inert(line)) <= longest:
        return line
    return f"{split_at(line, longest - 1)[0]}…"


def filename(source: str) -> str:
    """Return where something was loaded from without the folders of the server."""
    if re.match(r"https?://", source, re.IGNORECASE):
        return source
    return re.split(r"[/\\]", source.rstrip("/\\"))[-1]


def without_folders(text: str, source: str = "") -> str:
    """Return a sentence of ours in which files are named by their names alone."""
    named = text.replace(source, filename(source)) if source else text
    return _FOLDERS.sub("", named)


def safe_address(url: str | None) -> str | None:
    """Return an address that only leads to a web page as Discord may show it, else None."""
    if url is None or plain(url) != url or " " in url:
        return None
    written = page_address(url)
    if written is None:
        return None
    address = "".join(
        f"%{ord(each):02X}" if each in "()<>[]\\\"'`*_{}|^~ " else each for each in written
    )
    return address if size(address) <= _LONGEST_ADDRESS and address.isascii() else None


@dataclass(frozen=True, slots=True)
class Said:
    """A text that a source or a person wrote, between two marks of ours."""

    text: str
    mark: str = ""
    """Before and after it, for example "**"; its pieces have it each."""

    def __str__(self) -> str:
        """Return it as Discord's markdown; nothing at all where there is nothing to show."""
        shown = inert(self.text)
        return f"{self.mark}{shown}{self.mark}" if shown else ""


Span: TypeAlias = str | Said
"""Markdown of ours, which stays whole, or text of somebody else's, which can be cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a message."""

    spans: tuple[Span, ...]
    mark: str = ""
    """What the line begins with, and its pieces too: "> ", "-# ", "- "."""

    @property
    def text(self) -> str:
        """The line as Discord's markdown."""
        body = "".join(map(str, self.spans)).strip()
        return f"{self.mark}{body}" if body else ""

    def pieces(self, room: int) -> Iterator["Line"]:
        """Yield it whole, or, where it does not fit, cut at a sentence, else at a word."""
        if size(self.text) <= room:
            yield self
            return
        waiting, filled = list(reversed(self.spans)), list[Span]()
        while waiting:
            span = waiting.pop()
            left = room - size(self._with(filled).text)
            if size(self._with([*filled, span]).text) <= room:
                filled.append(span)
                continue
            if isinstance(span, Said):
                quoted = any(isinstance(each, Said) for each in filled)
                # Only what begins a piece is cut at a word: a short one may fit the next whole.
                head, rest = split_at(
                    plain(span.text),
                    left - 2 * size(span.mark) - size(self.mark) - 1,
                    rather_not=quoted,
                )
                if head:
                    filled.append(replace(span, text=head))
                    span = replace(span, text=rest)
            waiting.append(span)
            # What is ours and does not fit anywhere stays whole nevertheless.
            yield self._with(filled or [waiting.pop()])
            filled = []
        if filled:
            yield self._with(filled)

    def _with(self, spans: Iterable[Span]) -> "Line":
        return replace(self, spans=tuple(spans))


def line(*spans: Span, mark: str = "") -> Line:
    """Return a line of some spans."""
    return Line(spans=spans, mark=mark)


def split_at(text: str, room: int, *, rather_not: bool = False) -> tuple[str, str]:
    """Return as much of a plain text as fits when it is inert, and the rest.

    It is cut after a sentence, else after a word, else anywhere.

    Args:
        text: A text on one line.
        room: How many characters there are for it.
        rather_not: Cut it after a sentence or not at all.
    """
    # Nothing becomes shorter by being made inert.
    window = text[: max(0, room) + 1]
    ways: tuple[Callable[[str], list[int]], ...] = (_sentence_ends, _word_ends, _ends)
    for ends in ways[:1] if rather_not else ways:
        found = ends(window)
        fitting = bisect_right(found, room, key=lambda end: size(inert(window[:end])))
        if fitting:
            end = found[fitting - 1]
            return text[:end].rstrip(), text[end:].lstrip()
    return "", text


def _sentence_ends(text: str) -> list[int]:
    # The last one ends only where the window does; without an end it might all be a heading.
    return [each.end for each in split(f"{text}.").sentences][:-1]


def _word_ends(text: str) -> list[int]:
    return [match.end() for match in _WORD_END.finditer(text)][:-1]


def _ends(text: str) -> list[int]:
    return list(range(1, len(text)))
