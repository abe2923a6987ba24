"""Plain text."""

import re
from statistics import median

from briefs.splitting import LONGEST_HEADING_WORDS, words

# Between these widths lies text that a program wrapped, and hardly any that people wrote as lines.
_NARROWEST_WRAP = 50
_WIDEST_WRAP = 100
_FEWEST_LINES = 3

_ENDS_SENTENCE = re.compile(r"[.!?…:;]['\"”’»)\]]*$")
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")


def paragraphs(text: str) -> str:
    """Return a text with one paragraph a line, and nothing else changed but white space."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(filter(None, (_unwrapped(block) for block in blocks)))


def first_line_title(text: str) -> tuple[str | None, str]:
    """Return the heading that a text begins with, and the text after it; None for no heading."""
    first, _, rest = text.partition("\n")
    title = first.strip()
    is_title = (
        title
        and rest.strip()
        and words(title) <= LONGEST_HEADING_WORDS + 4
        and not _ENDS_SENTENCE.search(title)
    )
    return (title, rest.lstrip()) if is_title else (None, text)


def _unwrapped(block: str) -> str:
    """Return a block with its lines joined where a program had wrapped them at a width."""
    lines = [" ".join(line.split()) for line in block.split("\n")]
    lines = [line for line in lines if line]
    return " ".join(lines) if _is_wrapped(lines) else "\n".join(lines)


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < _FEWEST_LINES or any(_ITEM.match(line) for line in lines):
        return False
    body = lines[:-1]
    ends = sum(1 for line in body if _ENDS_SENTENCE.search(line))
    return (
        max(len(line) for line in lines) <= _WIDEST_WRAP
        and median(len(line) for line in body) >= _NARROWEST_WRAP
        and ends <= len(body) / 2
    )
