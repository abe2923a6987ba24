"""Text as a terminal may show it: inert, whatever a source or a person wrote."""

import unicodedata
from datetime import datetime

from briefs.model import Published


def inert(text: str) -> str:
    """Return text without what a terminal would obey: control and bidirectional characters."""
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )


def inert_line(text: str) -> str:
    """Return text as `inert` does, on one line: a title must not look like lines of ours."""
    return inert(" ".join(text.split()))


def when(published: Published | None, unknown: str = "date unknown") -> str:
    """Return a date as precise as it is."""
    if published is None:
        return unknown
    if isinstance(published, datetime):
        zone = published.strftime(" %z") if published.tzinfo else ""
        return f"{published:%Y-%m-%d %H:%M}{zone[:4]}{':' if zone else ''}{zone[4:]}"
    return published.isoformat()


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: "1 outlet", "2 outlets"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
