"""Quantities and dates in a sentence, normalised far enough to say whether two sentences share one.

A quantity is a value and what it counts: "43 trips", "over one million barrels", "$2,000". A day is
what a sentence says of the calendar, as precise as it says it: "March 7, 2024", "5 November",
"October", "in 2017".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from briefs.lexical import STOP_WORDS, stem

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "dozen": 12.0,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "mn": 1e6,
}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₴": "hryvnia", "₽": "ruble"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ],
        start=1,
    )
    for name in names
}
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_OF_MONTH = r"(?:[12]\d|3[01]|0?[1-9])"
# A year needs its month or a word before it: "2,000 containers" and "2000 shells" are no years.
_DAY = re.compile(
    rf"\b(?:(?P<before>{_OF_MONTH})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH}"
    rf"(?:\s+(?P<after>{_OF_MONTH})(?:st|nd|rd|th)?\b(?![,.]?\d))?(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?"
    r"|\b(?i:in|since|by|until|from|of|during|’s|'s|before|after|early|late|mid)[ -]"
    r"(?P<alone>(?:19|20)\d\d)\b(?!\s*-?(?:strong|tons?|barrels?))",
)
_NUMBER = re.compile(
    r"(?P<currency>[$€£¥₴₽])?\s?(?<![\w-])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<percent>\s?%)?|[^\W\d_]+"
)
_NOUNS = 4
"""How many words after a number may name what it counts: "43 North Korean oil tankers"."""

MOST = 50
"""Quantities, and days, that are taken from one sentence: all are compared with all of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value and the stems of the words that say what it counts."""

    value: float
    nouns: frozenset[str]

    def counts_the_same(self, other: "Quantity") -> bool:
        """Say whether both count the same kind of thing."""
        return bool(self.nouns & other.nouns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, a month or a year, as far as a sentence says."""

    year: int | None
    month: int | None
    day: int | None

    def agrees(self, other: "Day") -> bool:
        """Say whether both are definite in something, and nothing of that tells them apart."""
        both = self._definite_in_both(other)
        return bool(both) and all(a == b for a, b in both)

    def contradicts(self, other: "Day") -> bool:
        """Say whether something in which both are definite tells them apart."""
        return any(a != b for a, b in self._definite_in_both(other))

    def _definite_in_both(self, other: "Day") -> list[tuple[int, int]]:
        mine, theirs = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return [
            (a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a sentence counts and dates."""

    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]

    def share_quantity(self, other: "Figures") -> bool:
        """Say whether both give the same quantity of the same thing."""
        return any(
            a.value == b.value and a.counts_the_same(b)
            for a, b in product(self.quantities, other.quantities)
        )

    def share_day(self, other: "Figures") -> bool:
        """Say whether both name the same day."""
        return any(
            a.agrees(b) and a.day is not None and b.day is not None
            for a, b in product(self.days, other.days)
        )

    def differ(self, other: "Figures") -> bool:
        """Say whether both count the same thing, or date, and contradict, and nowhere agree."""
        counted = [
            a.value == b.value
            for a, b in product(self.quantities, other.quantities)
            if a.counts_the_same(b)
        ]
        days = list(product(self.days, other.days))
        dated = any(a.contradicts(b) for a, b in days) and not any(a.agrees(b) for a, b in days)
        return (bool(counted) and not any(counted)) or dated


def figures(sentence: str) -> Figures:
    """Return the quantities and days of a sentence, in its order."""
    days = tuple(islice(_days(sentence), MOST))
    without_days = _DAY.sub(" , ", sentence)
    return Figures(quantities=tuple(islice(_quantities(without_days), MOST)), days=days)


def _days(sentence: str) -> Iterator[Day]:
    for match in _DAY.finditer(sentence):
        if match["alone"]:
            yield Day(year=int(match["alone"]), month=None, day=None)
            continue
        month = _MONTHS[match["month"].rstrip(".").casefold()]
        day = match["before"] or match["after"]
        if month == _MONTHS["may"] and not (day or match["year"]):
            continue  # more often the verb
        yield Day(
            year=int(match["year"]) if match["year"] else None,
            month=month,
            day=int(day) if day else None,
        )


def _quantities(sentence: str) -> Iterator[Quantity]:
    """Yield values with the words after them, up to the next mark or function word."""
    found = list(_NUMBER.finditer(sentence))
    at = 0
    while at < len(found):
        value, last = _value(found, at)
        if value is None:
            at += 1
            continue
        nouns = set(_nouns(sentence, found, last))
        currency = found[at]["currency"]
        if currency:
            nouns.add(_CURRENCIES[currency])
        if found[last - 1]["percent"]:
            nouns.add("percent")
        if nouns:
            yield Quantity(value=value, nouns=frozenset(nouns))
        at = last


def _value(found: list[re.Match[str]], at: int) -> tuple[float | None, int]:
    """Return the value that begins at a word, None for none, and where it ends."""
    first = found[at]
    value: float | None
    last = at + 1
    if first["digits"]:
        value = float(first["digits"].replace(",", ""))
    else:
        word = first.group().casefold()
        value = _SMALL.get(word, _TENS.get(word))
        if word in _TENS and last < len(found):
            unit = _SMALL.get(found[last].group().casefold())
            if unit and value is not None:
                value, last = value + unit, last + 1
        # "a dozen tankers", "a million barrels"; but "dozens", "millions" are no value.
        if word == "a" and last < len(found) and found[last].group().casefold() in _SCALES:
            value = 1.0
    while value is not None and last < len(found):
        scale = _SCALES.get(found[last].group().casefold())
        if scale is None:
            break
        value, last = value * scale, last + 1
    return value, last


def _nouns(sentence: str, found: list[re.Match[str]], at: int) -> Iterator[str]:
    """Yield the stems of the words that follow a value and may say what it counts."""
    for number in range(at, min(at + _NOUNS, len(found))):
        between = sentence[found[number - 1].end() : found[number].start()]
        word = found[number].group().casefold()
        if between.strip(" -") or word in STOP_WORDS or not word.isalpha():
            return
        yield stem(word)
