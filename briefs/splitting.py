"""Sentences and passages, each with its offsets in the document.

sentencex finds the boundaries (docs/adr/0003); what is here is what it does not know of: that a
line is a block of its own, that a heading is not a sentence, and a few places where it cuts in the
middle of a reference ("No. 7", "5 p.m. EST") or not at all ("Washington, D.C. The police").
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from briefs.model import Passage, Segments, Sentence

SEGMENTATION = "1"
"""Changes whenever the same text is cut in another way; vectors are kept under it."""

PASSAGE_WORDS = 180
OVERLAP_WORDS = 40
"""150 to 200 words with an overlap of 40 found the most (docs/adr/0004)."""

LONGEST_HEADING_WORDS = 14

_WORD = re.compile(r"\w[\w'’.,-]*")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？:;,]['\"”’»)\]]*$")
# What may stand before a number, or before a name, without ending the sentence.
_OPEN_REFERENCE = re.compile(
    r"\b(?:No|Nos|Vol|vol|Fig|fig|Art|art|Sec|sec|Ch|ch|pp?|approx|ca|Rep|Col|Lt|Sgt|Capt|Gen|Sen"
    r"|Gov|Pres|Hon|Rev|St|Mt|Ft)\.$"
)
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_ZONE = re.compile(r"(?:[A-Z]{2,4}|[Ll]ocal)\b")
# sentencex keeps an initialism and the next sentence together, as it must for "U.S. Army".
_AFTER_INITIALISM = re.compile(
    r"(?:\b(?:[A-Z]\.){2,}|\.\))\s+(?=(?:The|This|That|These|Those|It|He|She|They|We|But|And|In|On"
    r"|At|A|An|His|Her|Their|Its)\s+[a-z])"
)
_LONE_MARKS = re.compile(r"^[\W_]*$")


def split(text: str) -> Segments:
    """Cut a text into sentences and passages.

    A line is a block: no sentence runs over its end. Every character that is not white space is in
    exactly one sentence, unless a block has no word in it.
    """
    sentences = tuple(_sentences(text))
    return Segments(sentences=sentences, passages=tuple(_passages(text, sentences)))


def words(text: str) -> int:
    """Return how many words a text has."""
    return len(_WORD.findall(text))


def _sentences(text: str) -> Iterator[Sentence]:
    for start, end in _blocks(text):
        block = text[start:end]
        if _is_heading(block):
            yield Sentence(start=start, end=end, heading=True)
            continue
        for first, last in _spans(block):
            yield Sentence(start=start + first, end=start + last)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of lines that hold a word, without the white space around them."""
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        stripped = line.strip()
        if stripped and not _LONE_MARKS.match(stripped):
            start = match.start() + line.index(stripped)
            yield start, start + len(stripped)


def _is_heading(block: str) -> bool:
    """A short line that ends like no sentence, or asks: "What is in it for Kim?"."""
    ends_open = block.endswith("?") or not _ENDS_SENTENCE.search(block)
    return ends_open and words(block) <= LONGEST_HEADING_WORDS


def _spans(block: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a block's sentences, without the white space around them."""
    start = 0
    for cut in [*_cuts(block), len(block)]:
        piece = block[start:cut]
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped)
            yield first, first + len(stripped)
        start = cut


def _cuts(block: str) -> list[int]:
    """Return where a block is cut, in order, its ends left out."""
    found = {int(boundary["end_index"]) for boundary in get_sentence_boundaries("en", block)}
    found.update(match.end() for match in _AFTER_INITIALISM.finditer(block))
    cuts: list[int] = []
    for cut in sorted(found - {0, len(block)}):
        before, after = block[cuts[-1] if cuts else 0 : cut], block[cut:]
        if not _joins(before, after) and not _LONE_MARKS.match(before):
            cuts.append(cut)
    # Marks left over at the end (a closing quotation mark, a bullet) belong to the last sentence.
    while cuts and _LONE_MARKS.match(block[cuts[-1] :]):
        cuts.pop()
    return cuts


def _joins(before: str, after: str) -> bool:
    """Say whether a boundary between two pieces is none."""
    before, after = before.rstrip(), after.lstrip()
    if _CLOCK.search(before):
        return bool(_ZONE.match(after))
    if _OPEN_REFERENCE.search(before):
        return after[:1].isdigit() or (after[:1].isupper() and not before.endswith((" p.", " pp.")))
    # A sentence does not begin with a small letter: "Yahoo! announced", "“Is it?” he asked".
    return after[:1].islower()


def _passages(text: str, sentences: tuple[Sentence, ...]) -> Iterator[Passage]:
    """Yield windows of whole sentences of about PASSAGE_WORDS, each overlapping the one before."""
    counts = [words(text[sentence.start : sentence.end]) for sentence in sentences]
    first = 0
    while first < len(sentences):
        last, length = first, 0
        while last < len(sentences) and (last == first or length + counts[last] <= PASSAGE_WORDS):
            length += counts[last]
            last += 1
        yield Passage(
            start=sentences[first].start, end=sentences[last - 1].end, first=first, last=last
        )
        if last == len(sentences):
            return
        overlap, back = 0, last
        while back - 1 > first and overlap + counts[back - 1] <= OVERLAP_WORDS:
            back -= 1
            overlap += counts[back]
        first = back
