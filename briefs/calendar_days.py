"""What a sentence says of the calendar, and which day of a real year that is.

A day is as precise as its sentence: "March 7, 2024", "5 November", "October", "in 2017". A relative
one ("yesterday", "on Monday", "last month") says nothing until somebody knows when it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from briefs.model import Published

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
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}

_WEEKDAY = "|".join(name.capitalize() for name in _WEEKDAYS)
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_MONTH_BEGINS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_OF_MONTH = r"(?:[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?:19|20)\d\d"
# A year needs its month or a word before it: "2,000 containers" and "2000 shells" are no years.
_DAY = re.compile(
    rf"\b(?:(?P<before>{_OF_MONTH})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH}"
    rf"(?:\s+(?P<after>{_OF_MONTH})(?:st|nd|rd|th)?\b(?![,.]?\d))?"
    rf"(?:,?\s+(?P<year>{_YEAR})\b(?![,.]\d))?"
    r"|\b(?i:in|since|by|until|from|of|during|’s|'s|before|after|early|late|mid)[ -]"
    rf"(?P<alone>{_YEAR})\b(?!\s*-?(?:strong|tons?|barrels?)|[,.]\d)"
    rf"|\b(?P<near>(?i:yesterday|today|tonight|tomorrow))\b(?![’']s\b)"
    rf"|\b(?P<which>(?i:last|this|next))\s(?P<what>(?i:month|year)\b|(?:{_WEEKDAY})\b)"
    rf"|\b(?P<weekday>{_WEEKDAY})\b(?!,?\s(?:the\s)?(?:\d|{_MONTH_BEGINS}))",
)
# What has been announced lies after its news; without such a word, news tells of what is past.
_AHEAD = re.compile(r"\b(?:will|shall|is to|are to|due|scheduled|coming|upcoming)\b", re.IGNORECASE)

_NEAR = 60
"""Characters before a weekday that may say that it is still to come."""

_AHEAD_DAYS = 45
"""A day and month without a year may lie this far ahead of the news; else it is the last one."""

_LAST_MONTH = 12


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date of a real year."""

    on: date
    """The first day of what is known: 1 March for a month, 1 January for a year."""
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, a month or a year, as far as a sentence says."""

    year: int | None
    month: int | None
    day: int | None
    relative: str | None = None
    """What counts from the day of publication, in small letters: "yesterday", "last month"."""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    """Its span in the sentence. Where it stands is no part of what it says."""

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


def days(sentence: str) -> Iterator[Day]:
    """Yield the days of a sentence, in its order and without overlaps."""
    for match in _DAY.finditer(sentence):
        if match["month"]:
            found = _named(match)
        elif match["alone"]:
            found = Day(
                year=int(match["alone"]),
                month=None,
                day=None,
                start=match.start("alone"),
                end=match.end("alone"),
            )
        else:
            found = _relative(match, sentence)
        if found is not None:
            yield found


def without_days(sentence: str) -> str:
    """Return a sentence with commas in place of its days, so that no number of theirs counts."""
    return _DAY.sub(lambda match: "," * len(match.group()), sentence)


def resolved(day: Day, published: Published | None) -> Dated | None:
    """Return which date a day means in a document of some date; None where nobody can know.

    Args:
        day: A day of a sentence.
        published: When the sentence was published; only what lacks a year needs it.
    """
    if day.year is not None:
        return _dated(day.year, day.month, day.day)
    if published is None:
        return None
    on = published.date() if isinstance(published, datetime) else published
    try:
        if day.relative is not None:
            return _counted(day.relative, on)
        return _latest(day, on)
    except OverflowError:
        # The calendar ends before the day after its last.
        return None


def _named(match: re.Match[str]) -> Day | None:
    month = _MONTHS[match["month"].rstrip(".").casefold()]
    day = match["before"] or match["after"]
    if month == _MONTHS["may"] and not (day or match["year"]):
        return None  # more often the verb
    return Day(
        year=int(match["year"]) if match["year"] else None,
        month=month,
        day=int(day) if day else None,
        start=match.start(),
        end=match.end(),
    )


def _relative(match: re.Match[str], sentence: str) -> Day:
    relative = " ".join(match.group().casefold().split())
    before = sentence[max(0, match.start() - _NEAR) : match.start()]
    if match["weekday"] and _AHEAD.search(before):
        relative = f"next {relative}"
    return Day(
        year=None, month=None, day=None, relative=relative, start=match.start(), end=match.end()
    )


def _dated(year: int, month: int | None, day: int | None) -> Dated | None:
    try:
        on = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return Dated(on=on, precision=Precision.YEAR)
    return Dated(on=on, precision=Precision.DAY if day else Precision.MONTH)


def _latest(day: Day, published: date) -> Dated | None:
    """Return the last such day before its news, or the next one where that is near."""
    ahead = timedelta(days=_AHEAD_DAYS if day.day else 0)
    for year in (published.year + 1, published.year, published.year - 1):
        dated = _dated(year, day.month, day.day) if day.month else None
        if dated is not None and dated.on - published <= ahead:
            return dated
    return None


def _counted(relative: str, published: date) -> Dated | None:
    """Return the date that a relative day means, counted from the day of its news."""
    if relative in _NEAR_DAYS:
        on = published + timedelta(days=_NEAR_DAYS[relative])
        return Dated(on=on, precision=Precision.DAY)
    which, _, what = relative.rpartition(" ")
    step = {"last": -1, "this": 0, "next": 1, "": 0}[which]
    if what == "year":
        return _dated(published.year + step, None, None)
    if what == "month":
        months = published.year * _LAST_MONTH + published.month - 1 + step
        return _dated(months // _LAST_MONTH, months % _LAST_MONTH + 1, None)
    return Dated(on=_weekday(what, which, published), precision=Precision.DAY)


def _weekday(name: str, which: str, published: date) -> date:
    """Return the weekday that news mean: the last one, today included, or the next one."""
    back = (published.weekday() - _WEEKDAYS.index(name)) % len(_WEEKDAYS)
    if which == "next":
        return published + timedelta(days=len(_WEEKDAYS) - back)
    if which == "last" and not back:
        back = len(_WEEKDAYS)
    return published - timedelta(days=back)
