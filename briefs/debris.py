"""What does not belong inside a line that does: leftovers of embedded posts, appeals to the reader.

Each function yields spans of characters to take out, in their order, none overlapping another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefs.cues import Reason
from briefs.joining import weight
from briefs.splitting import split

LONGEST_APPEAL = 120
"""Words. In a longer paragraph only the very sentence that asks is an appeal."""

_LONGEST_SENTENCE = 300

_DAY = r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2},?\s\d{4}|\d{1,2}\s[A-Z][a-z]{2,8}\.?\s\d{4})"
_EMBEDDING = re.compile(
    # The end of an HTML attribute.
    r"(?:^|(?<=\s))[\"'”]\s?/?>(?=[\s\w\"“‘'(]|$)|(?<=\S)[\"”]>$"
    # A tag with attributes; one without may be what an article is about.
    r"|<[a-zA-Z]{1,12}\s[a-zA-Z-]{1,20}=[^<>]{1,300}>|</(?:blockquote|script|iframe|div|span)>"
    r"|(?:https?://)?\bpic\.(?:twitter|x)\.com/\w{1,30}|\bhttps?://t\.co/\w{1,30}"
    # A signature: "— Name (@name) November 22, 2024", and what of it is no name and no day.
    rf"|(?<=\S)\s?\(@\w{{1,30}}\)(?=\s{_DAY})|(?<=\S)\s?\(@\w{{1,30}}\)(?=\s*$)"
    r"|\b[Aa]\spost\sshared\sby\s(?=[^()]{1,60}\(@)"
)
_SIGNATURE = re.compile(rf"[—–-]\s?(?=[^—–()]{{2,60}}\(@\w{{1,30}}\)(?:\s{_DAY}|\s*$))")
_SIGNED = re.compile(rf"\s?\(@\w{{1,30}}\)(?=\s{_DAY})")

_APPEAL_WORDS = re.compile(
    r"\b(?:donat|support|help\sus|contribut|member|mission|subscri|sign\sup|follow|newsletter|chip\sin)",
    re.IGNORECASE,
)
_DONATION = re.compile(
    r"(?:if\syou\s.{1,100},\s)?(?:please\s)?(?:"
    r"donate(?:\s(?:today|now|here|to\s.{1,40}|via\s.{1,40}|and\s.{1,60}))?"
    r"|join\s.{1,40}\bin\s(?:its|our|their)\s(?:mission|work|fight)\b.{0,120}"
    r"|(?:support|fund|help\s(?:us\s)?(?:fund|support|keep|sustain))\s(?:us\b|(?:our|the\swork\sof|independent"
    r"|quality)\b.{0,60}\b(?:journalis[mt]s?|reporting|reporters|newsroom|media|coverage|work|site"
    r"|mission))\b.{0,120}|(?:consider|become|make)\s(?:making\s|becoming\s|giving\s|donating\s)?(?:an?\s)?"
    r"(?:(?:monthly|one-off|one-time|small|regular|paying|tax-deductible)\s){0,2}"
    r"(?:donation|contribution|gift|member|supporter|patron|to\sour)\b.{0,150}"
    r"|your\s(?:donation|contribution|support|gift)\s(?:helps|keeps|makes|will|is|matters)\b.{0,120}"
    r"|chip\sin\b.{0,80})[.!]*",
    re.IGNORECASE,
)
_SUBSCRIPTION = re.compile(
    r"(?:please\s)?(?:sign\sup|subscribe)\b.{0,150}\b(?:newsletters?|inbox|e-?mails?|channel|alerts?"
    r"|updates|podcast|here)\b.{0,100}",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:(?:like|find|join)\sus|follow\s(?:us|our\s.{1,30}|@?\w{1,20}(?:\s[\w’']{1,20}){0,5}))\son\s"
    r"(?:facebook|twitter|x|instagram|telegram|youtube|linkedin|social\smedia|tiktok|threads|bluesky"
    r"|whatsapp|google\snews)\b.{0,80}",
    re.IGNORECASE,
)
_APPEALS = (
    (Reason.DONATION, _DONATION),
    (Reason.SUBSCRIPTION, _SUBSCRIPTION),
    (Reason.SHARING, _SHARING),
)
_OUTLETS_VOICE = re.compile(
    r"\b(?:we|our|us|ourselves|you|your|donate|support|join|help)\b", re.IGNORECASE
)
_SOMEBODY_ELSE = re.compile(r"[\"“”«»„]|\b(?:said|says|told|according)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters of a line that do not belong in it."""

    start: int
    end: int
    reason: Reason
    instead: str = " "
    """What stands there once they are gone."""


def debris(text: str) -> list[Span]:
    """Return what does not belong inside a line, in its order."""
    found = [*_embedding(text), *_appeals(text)]
    spans: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


def _embedding(text: str) -> Iterator[Span]:
    for pattern in (_EMBEDDING, _SIGNATURE):
        for match in pattern.finditer(text):
            # "— Name (@name) November 22, 2024" stays as "Name, November 22, 2024".
            instead = ", " if _SIGNED.match(text, match.start()) else " "
            yield Span(
                start=match.start(), end=match.end(), reason=Reason.EMBEDDING, instead=instead
            )


def _appeals(text: str) -> Iterator[Span]:
    """Yield the sentences that ask the reader for something: a gift, an address, a click.

    Where an outlet asks for a gift, its other sentences about itself in the same paragraph lead up
    to that, and go too.
    """
    if not _APPEAL_WORDS.search(text):
        return
    sentences = [(each.start, each.end) for each in split(text).sentences]
    reasons = [_appeal(text[start:end]) for start, end in sentences]
    asks = Reason.DONATION in reasons and weight(text) <= LONGEST_APPEAL
    for (start, end), reason in zip(sentences, reasons, strict=True):
        if reason is not None:
            yield Span(start=start, end=end, reason=reason)
        elif asks and _is_about_itself(text[start:end]):
            yield Span(start=start, end=end, reason=Reason.DONATION)


def _appeal(sentence: str) -> Reason | None:
    if len(sentence) > _LONGEST_SENTENCE or _SOMEBODY_ELSE.search(sentence):
        return None
    for reason, pattern in _APPEALS:
        if pattern.fullmatch(sentence):
            return reason
    return None


def _is_about_itself(sentence: str) -> bool:
    return bool(_OUTLETS_VOICE.search(sentence)) and not _SOMEBODY_ELSE.search(sentence)
