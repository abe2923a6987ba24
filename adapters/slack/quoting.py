"""What stands around a quote in its article."""

from briefs.model import Citation
from briefs.splitting import split

_LINES = 2
"""So many lines before and after a quote are looked at: a document may be a whole book."""


def around(citation: Citation) -> tuple[str, str]:
    """Return the sentence before a quote and the one after it, of its own paragraph if possible.

    Either may be empty: nothing beyond a heading belongs to the quote. Of a sentence that the quote
    begins or ends in, only what is not quoted is returned.
    """
    text = citation.document.text
    first = _line_start(text, citation.start, _LINES)
    last = _line_end(text, citation.end, _LINES)
    before = after = ""
    for sentence in split(text[first:last]).sentences:
        start, end = first + sentence.start, first + sentence.end
        if sentence.heading and end <= citation.start:
            before = ""
        elif sentence.heading and start >= citation.end:
            break
        elif start < citation.start:
            before = text[start : min(end, citation.start)].strip()
        if end > citation.end and not after:
            after = text[max(start, citation.end) : end].strip()
    return before, after


def _line_start(text: str, at: int, lines: int) -> int:
    """Return where the line some lines before a place begins."""
    start = text.rfind("\n", 0, at) + 1
    for _ in range(lines):
        if start:
            start = text.rfind("\n", 0, start - 1) + 1
    return start


def _line_end(text: str, at: int, lines: int) -> int:
    """Return where the line some lines after a place ends."""
    end = _end(text, at)
    for _ in range(lines):
        if end < len(text):
            end = _end(text, end + 1)
    return end


def _end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
