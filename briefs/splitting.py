"""Sentences and passages, each with its offsets in the document.

sentencex finds the boundaries (docs/adr/0003); what is here is what it does not know of: that a
line is a block of its own, that a heading is not a sentence, and a few places where it cuts in the
middle of a reference ("No. 7", "5 p.m. EST") or not at all ("Washington, D.C. The police").
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from briefs.model import Passage, Segments, Sentence

SEGMENTATION = "3"
"""Changes whenever the same text is cut in another way; vectors are kept under it."""

PASSAGE_WORDS = 180
OVERLAP_WORDS = 40
"""150 to 200 words with an overlap of 40 found the most (docs/adr/0004)."""

LONGEST_HEADING_WORDS = 14

_WINDOW = 10_000
"""Characters that sentencex gets at once; its time grows with the square of what it gets."""

_NEAR = 100
"""Characters before and after a boundary that may say whether it is one."""

_WORD = re.compile(r"\w[\w'’.,-]*")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？:;,]['\"”’»)\]]*$")
# What may stand before a number without ending the sentence; before a name, "No." is an answer.
_BEFORE_NUMBER = re.compile(r"\b(?:Nos?|pp?|approx|ca|est)\.$")
# What may stand before a number or a name without ending the sentence.
_BEFORE_NAME = re.compile(
    r"\b(?:Vol|vol|Fig|fig|Art|art|Sec|sec|Ch|ch|Rep|Col|Lt|Sgt|Capt|Gen|Sen|Gov|Pres|Hon|Rev|St"
    r"|Mt|Ft)\.$"
)
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_ZONE = re.compile(r"(?:[A-Z]{2,4}|Local)\b")
# sentencex cuts off a number that begins an item, and does not cut an item that a bullet begins.
_ITEM = re.compile(r"(?:[•▪◦‣·●○■–—*-]|\(?\d{1,3}[.)])\s+")
# sentencex keeps an initialism and the next sentence together, as it must for "U.S. Army".
_AFTER_INITIALISM = re.compile(
    r"(?:\b[A-Z]\.[A-Z]\.|\.\))\s+(?=(?:The|This|That|These|Those|It|He|She|They|We|But|And|In|On"
    r"|At|A|An|His|Her|Their|Its)\s+[a-z])"
)


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
        if _ALPHANUMERIC.search(stripped):
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
    found = set(_boundaries(block))
    found.update(match.end() for match in _AFTER_INITIALISM.finditer(block))
    cuts: list[int] = []
    looked, worded = 0, False
    for cut in sorted(found - {0, len(block)}):
        # Marks that begin a block (a bullet, an opening quotation mark) belong to what follows.
        worded = worded or bool(_ALPHANUMERIC.search(block, looked, cut))
        looked = cut
        start = max(cuts[-1] if cuts else 0, cut - _NEAR)
        if worded and not _joins(block[start:cut], block[cut : cut + _NEAR]):
            cuts.append(cut)
            worded = False
    # Marks left over at the end (a closing quotation mark) belong to the last sentence.
    if cuts and not _ALPHANUMERIC.search(block, cuts[-1]):
        cuts.pop()
    return cuts


def _boundaries(block: str) -> Iterator[int]:
    """Yield where sentencex ends a sentence, in order."""
    item = _ITEM.match(block)
    start = item.end() if item else 0
    while start < len(block):
        window = block[start : start + _WINDOW]
        ends = [int(boundary["end_index"]) for boundary in get_sentence_boundaries("en", window)]
        # What a window ends with may go on in the next one, which begins with it.
        inner = [end for end in ends if end < len(window)]
        yield from (start + end for end in inner)
        last = start + len(window) == len(block)
        start += inner[-1] if inner and not last else len(window)


def _joins(before: str, after: str) -> bool:
    """Say whether a boundary between two pieces is none."""
    before, after = before.rstrip(), after.lstrip()
    # A sentence does not begin with a small letter: "Yahoo! announced", "“Is it?” he asked".
    if after[:1].islower():
        return True
    if _CLOCK.search(before):
        return bool(_ZONE.match(after))
    if _BEFORE_NUMBER.search(before):
        return after[:1].isdigit()
    return after[:1].isalnum() and bool(_BEFORE_NAME.search(before))


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
