"""Text as Slack may show it: inert, escaped, and cut only where it does not fit.

Slack obeys "&", "<" and ">" in every text object, `plain_text` and `mrkdwn` alike, and decodes
their escapes in both. Nothing escapes its formatting characters or its emoji codes, so that what a
source wrote goes into `plain_text` without emoji, where they mean nothing.
"""

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

from adapters import wording
from adapters.page_address import page_address

SECTION = 3_000
"""Characters of one text object at most, as Slack counts them: after escaping."""

_LONGEST_ADDRESS = 2_000
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LONGER = {"&": 5, "<": 4, ">": 4}
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]* |[。！？][”’」』]*|\n")
_JOINERS = "\u200c\u200d"


def escaped(text: str) -> str:
    """Return a text on one line, so that it is shown and means nothing."""
    return markup(wording.plain(text))


def markup(text: str) -> str:
    """Return a text that is inert already, with Slack's own characters escaped."""
    return text.translate(_ESCAPES)


def unescaped(text: str) -> str:
    """Return what a reader sees of an escaped text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain_lines(text: str) -> str:
    """Return a text as `wording.plain` does, but with its lines."""
    return "\n".join(wording.plain(line) for line in text.split("\n"))


def size(text: str) -> int:
    """Return the length of a text in UTF-16 units: no way of counting characters finds more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, room: int = SECTION) -> list[str]:
    """Return an inert text in pieces that fit once they are escaped.

    It is cut at the end of a sentence, else between words, and inside a word only where that word
    alone does not fit. What is left out is the space at a cut.
    """
    if size(markup(text)) <= room:
        return [text] if text else []
    reached = list(accumulate(map(_length, text), initial=0))
    found: list[str] = []
    start = 0
    while reached[-1] - reached[start] > room:
        # The space at a cut is left out, so that it need not fit.
        most = bisect_right(reached, reached[start] + room) - 1
        cut = _cut(text, start, max(start + 1, most))
        found.append(text[start:cut].rstrip())
        start = cut
        while start < len(text) and text[start].isspace():
            start += 1
    found.append(text[start:])
    return [piece for piece in found if piece]


def shortened(text: str, room: int) -> str:
    """Return an inert line that fits once it is escaped, with a sign where words are missing."""
    text = wording.plain(text)
    return text if size(markup(text)) <= room else f"{pieces(text, room - 2)[0]} …"


def address(url: str | None) -> str | None:
    """Return an address of a web page as it stands in a link, None for any other address.

    An ampersand is escaped and not encoded: it parts the fields of a query.
    """
    if url is None or len(url) > _LONGEST_ADDRESS:
        return None
    cleaned = "".join(each for each in url if unicodedata.category(each) not in {"Cs", "Cn", "Co"})
    written = page_address(cleaned.strip())
    if written is None:
        return None
    safe = "".join(_percented(character) for character in written).replace("&", "&amp;")
    return safe if len(safe) <= _LONGEST_ADDRESS else None


def link(url: str | None, label: str) -> str | None:
    """Return a link to a web page; its label is ours, or escaped. None: the address is none."""
    target = address(url)
    return None if target is None else f"<{target}|{label}>"


def _percented(character: str) -> str:
    unsafe = character in "|<>\"'`*~\\^{} " or unicodedata.category(character)[0] in "CZ"
    return "".join(f"%{byte:02X}" for byte in character.encode()) if unsafe else character


def _length(character: str) -> int:
    return _LONGER.get(character, 2 if character > "\uffff" else 1)


def _cut(text: str, start: int, most: int) -> int:
    """Return where a text is cut of which so many characters fit."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start, most + 1)]
    if ends and 4 * (ends[-1] - start) > most - start:
        return ends[-1]
    space = max(text.rfind(" ", start + 1, most + 1), text.rfind("\n", start + 1, most + 1))
    return space if space > 0 else _between_letters(text, start, most)


def _between_letters(text: str, start: int, most: int) -> int:
    """Return a place in a word that parts no letter from its accent."""
    cut = most
    while cut > start + 1 and (_continues(text[cut]) or text[cut - 1] in _JOINERS):
        cut -= 1
    return cut if 2 * (cut - start) > most - start else most


def _continues(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character in _JOINERS
