"""What a question asks for: its words, the kind of thing that answers it, whom and when it names.

The rules are English; a question in another language has its words and no kind.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from briefs.calendar_days import Day
from briefs.figures import figures
from briefs.lexical import stem, terms, written_words
from briefs.model import Published


class Kind(StrEnum):
    """What kind of thing would answer a question."""

    QUANTITY = "quantity"
    DAY = "day"
    PERSON = "person"
    PLACE = "place"
    OTHER = "other"


# The first that fits counts. "How long" and "how old" are answered by numbers, "how" by anything.
_KINDS = (
    (
        Kind.QUANTITY,
        re.compile(
            r"\bhow\s+(?:many|much|long|old|far|large|big|tall|high|deep|fast|often|heavy)\b"
            r"|\b(?:what|which)\s+(?:percent|percentage|number|amount|share|proportion|sum|total"
            r"|price|population|figure)\b|\bpercentage\b|\bhow\s+\w+\s+(?:barrels|dollars|people)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.DAY,
        re.compile(
            r"\bwhen\b|\b(?:what|which)\s+(?:year|date|day|month|century|decade|time)\b"
            r"|\bsince\s+when\b|\bhow\s+recently\b",
            re.IGNORECASE,
        ),
    ),
    (Kind.PERSON, re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)),
    (
        Kind.PLACE,
        re.compile(
            r"\bwhere\b|\b(?:what|which)\s+(?:city|town|country|state|place|location|region|port"
            r"|area)\b",
            re.IGNORECASE,
        ),
    ),
)

_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?"
    r"|hundreds?|thousands?|millions?|billions?|half|third|percent|twice|double)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(?:1\d{3}|20\d{2})\b|\b(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century"
    r"|yesterday|BC|AD)\b"
)
_NAME = re.compile(r"(?<=[\w,;:’”\"')] )[(“\"‘']?(?P<name>[A-Z][a-z’'-]+)")
_WORD = re.compile(r"[^\W_][\w’'-]*|\d[\d,.]*")
_WHO_IS = re.compile(
    r"(?:who|what)(?:['’]s|\s+(?:is|was|are|were))\s+(?P<what>[^?,;:]{1,80})\??$", re.IGNORECASE
)
_SUBJECT_WORDS = 5
# Who or what it is stands in apposition, in brackets, or after "is".
_DESCRIBED = re.compile(
    r"(?P<word>[^\W_][\w’'-]*)[”\"’']?(?:,\s(?:an?|the|who|which|former|senior|one)\b|\s\("
    r"|\s(?:is|was|are|were)\s(?:an?|the|one)\b|\srefers\sto\b)"
)
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{1,2000}\)")
_MENTION = re.compile(
    r"<[@#!:/a-z][^<>]{0,200}>|(?<!\w)@(?:everyone|here)\b|https?://[^\s<>]{1,2000}|^>\s",
    re.IGNORECASE | re.MULTILINE,
)
_EMPHASIS = re.compile(r"[*~`|]{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)")
_BRACKETED = re.compile(r"\([^()]*\)")
_POSSESSIVE = re.compile(r"[’']s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, as far as finding its answer needs."""

    text: str
    terms: tuple[str, ...]
    """The stems of its content words, in order, with repetitions."""
    words: Mapping[str, str]
    """Each stem, and the word that it was first asked with, in small letters."""
    written: Mapping[str, str]
    """Each stem, and that word as it was typed."""
    kind: Kind
    names: frozenset[str]
    """The stems of what looks like a name or a number in it."""
    days: tuple[Day, ...]
    subject: str | None = None
    """Of "who is …" and "what is …": the last word of what is to be described."""

    def replaced(self, alike: Mapping[str, str]) -> "Question":
        """Return the question with some terms taken for others."""
        if not alike:
            return self
        return replace(
            self,
            terms=tuple(alike.get(term, term) for term in self.terms),
            words={alike.get(term, term): word for term, word in self.words.items()},
            written={alike.get(term, term): word for term, word in self.written.items()},
            names=frozenset(alike.get(term, term) for term in self.names),
        )

    def answered_by(self, sentence: str) -> bool:
        """Say whether a sentence holds the kind of thing that is asked for, beside what is asked.

        Always False for `Kind.OTHER`: there is nothing to look for.
        """
        if self.kind is Kind.QUANTITY:
            return any(self._is_new(found.group()) for found in _NUMBER.finditer(sentence))
        if self.kind is Kind.DAY:
            return any(self._is_new(found.group()) for found in _DAY.finditer(sentence))
        if self.kind in {Kind.PERSON, Kind.PLACE}:
            return any(self._is_new(found["name"]) for found in _NAME.finditer(sentence))
        return False

    def described_by(self, sentence: str) -> bool:
        """Say whether a sentence says who or what that is: "Ann Roe, a sailor", "a cog is a"."""
        if self.subject is None:
            return False
        return any(
            found["word"].casefold() == self.subject for found in _DESCRIBED.finditer(sentence)
        )

    def _is_new(self, word: str) -> bool:
        return all(term not in self.terms for term in terms(word))

    def names_outlet(self, outlet: str) -> bool:
        """Say whether the question names an outlet."""
        words, small = _outlet_words(outlet)
        asked, asked_small = _asked_words(self.text)
        # "Time" is an outlet, "time" is a word; but who types no capitals means either.
        if len(words) > 1 or self.text.islower():
            words, asked = small, asked_small
        if not words or words[0] not in asked:
            return False
        starts = range(len(asked) - len(words) + 1)
        return any(asked[at : at + len(words)] == words for at in starts)

    def names_day(self, published: Published | None) -> bool:
        """Say whether the question names a time in which something was published."""
        if published is None:
            return False
        printed = (published.year, published.month, published.day)
        return any(
            any(stated) and all(a is None or a == b for a, b in zip(stated, printed, strict=True))
            for stated in ((day.year, day.month, day.day) for day in self.days)
        )


def plain(text: str) -> str:
    """Return a question without what a chat adds: mentions, addresses, marks of emphasis.

    What is left may be nothing; then the text is returned as it is.
    """
    bare = _LINK.sub(r"\1", text)
    bare = _EMPHASIS.sub("", _MENTION.sub(" ", bare))
    bare = " ".join(bare.split())
    return bare if any(character.isalnum() for character in bare) else text


def question_of(text: str) -> Question:
    """Return what a question asks for."""
    words: dict[str, str] = {}
    written: dict[str, str] = {}
    for typed, word in written_words(text):
        words.setdefault(stem(word), word)
        written.setdefault(stem(word), typed)
    return Question(
        text=text,
        terms=tuple(terms(text)),
        words=words,
        written=written,
        kind=next((kind for kind, form in _KINDS if form.search(text)), Kind.OTHER),
        # A decimal number is one word to the one pattern and two to the other.
        names=frozenset(_names(text)) & words.keys(),
        days=figures(text).days,
        subject=_subject(text),
    )


def _subject(text: str) -> str | None:
    asked = _WHO_IS.match(text.strip())
    words = _WORD.findall(asked["what"]) if asked else []
    return words[-1].casefold() if 0 < len(words) <= _SUBJECT_WORDS else None


def _names(text: str) -> Iterable[str]:
    for number, found in enumerate(_WORD.finditer(text)):
        word = found.group()
        if word[0].isdigit() or (number > 0 and word[0].isupper()):
            yield from terms(word)


@lru_cache(maxsize=10_000)
def _outlet_words(outlet: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that an outlet is named by, as they are and in small letters.

    Kept, because each question is compared with the outlets of the whole library.
    """
    words = _WORD.findall(_BRACKETED.sub("", outlet))
    if len(words) > 1 and words[0].casefold() == "the":
        words = words[1:]
    return tuple(words), _small(words)


@lru_cache(maxsize=100)
def _asked_words(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a question likewise, without what makes them possessive."""
    words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(text)]
    return tuple(words), _small(words)


def _small(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)
