"""Dates and times as newspapers print them at the head of an article.

A narrow grammar instead of a lenient parser: it reads what can only mean one day, and leaves the
rest. "12/11/2024" is two days, so it is none; "12.11.2024" is written by people who put the day
first. A zone that several places call by the same letters ("IST", "CST") leaves a time local.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from briefs.model import Published

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero janeiro gennaio januari января січня stycznia",
            (
                "february feb februar février fevrier febrero fevereiro febbraio februari февраля"
                " лютого lutego"
            ),
            "march mar märz mars marzo março marco maart марта березня marca",
            "april apr avril abril aprile апреля квітня kwietnia",
            "may mai mayo maio maggio mei мая травня maja",
            "june jun juni juin junio junho giugno июня червня czerwca",
            "july jul juli juillet julio julho luglio июля липня lipca",
            "august aug août aout agosto augustus августа серпня sierpnia",
            "september sept sep septembre septiembre setembro settembre сентября вересня września",
            "october oct oktober octobre octubre outubro ottobre октября жовтня października",
            "november nov novembre noviembre novembro ноября листопада listopada",
            (
                "december dec dezember décembre decembre diciembre dezembro dicembre декабря грудня"
                " grudnia"
            ),
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_BETWEEN = r"[\s.,\-–/]{1,3}"
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
# Each group of names ends in its form's letter: a date is what exactly one form matches.
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<ya>\d{4})(?P<sep>[-/.])(?P<ma>\d{1,2})(?P=sep)(?P<da>\d{1,2})"
    r"|(?P<yb>\d{4})\s?年\s?(?P<mb>\d{1,2})\s?月\s?(?P<db>\d{1,2})\s?日"
    rf"|(?P<mc>{_MONTH}){_BETWEEN}(?P<dc>\d{{1,2}}){_ORDINAL}(?:,?\s?|\s?[-–]\s?)(?<!\d)(?P<yc>\d{{4}})"
    rf"|(?P<dd>\d{{1,2}}){_ORDINAL}{_BETWEEN}(?:of\s|de\s)?(?P<md>{_MONTH})\b"
    r"(?:\.?,?\s?(?:de\s)?|\s?[-–]\s?)(?P<yd>\d{4})"
    r"|(?P<de>\d{1,2})\.\s?(?P<me>\d{1,2})\.\s?(?P<ye>\d{4})"
    r"|(?P<df>\d{1,2})(?P<sepf>[/-])(?P<mf>\d{1,2})(?P=sepf)(?P<yf>\d{4})"
    r")(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\w:.+-])(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?)?"
    r"(?P<half>\s?(?:a\.m\.|p\.m\.|am\b|pm\b))?(?!\d)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?:[\s,|·•@–—-]|\b(?:at|um|à|alle|в|о)\b|\b[^\W\d_]{3,9}day\b){0,8}")  # noqa: RUF001
_ISO_TIME = re.compile(
    r"[T\s](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?(?!\d)"
)
_ZONE = re.compile(
    r"\s?\(?(?P<name>UTC|GMT|[A-Z]{2,4})?\s?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?(?![\w:])"
)

# Letters that mean one offset to nearly every reader of news. Hours, halves as fractions.
_ZONES = {
    "UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0,
    "MEZ": 1.0, "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "EST": -5.0, "EDT": -4.0,
    "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "JST": 9.0, "KST": 9.0,
    "AEST": 10.0, "AEDT": 11.0, "NZST": 12.0, "NZDT": 13.0,
}  # fmt: skip
_AMERICAN = {"ET": -5, "CT": -6, "MT": -7, "PT": -8}
"""Hours in winter; which half of the year it is, the date says."""

_EARLIEST_YEAR = 1900
_MONTHS_OF_A_YEAR = 12
_NOON = 12
_LATEST_OFFSET = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date as a line prints it, and the span of characters that it takes."""

    day: date
    at: time | None
    """Naive, or with the offset that stands behind it."""
    start: int
    end: int

    @property
    def published(self) -> Published:
        """The date, with its time where it has one."""
        return self.day if self.at is None else datetime.combine(self.day, self.at)


def dates(line: str) -> Iterator[Found]:
    """Yield the dates of a line in their order, each with the time that stands behind it."""
    for match in _DATE.finditer(line):
        day = _day(match)
        if day is None:
            continue
        iso = _ISO_TIME.match(line, match.end())
        if iso is not None and match["ya"]:
            at = _clock(iso["hour"], iso["minute"], iso["second"], None)
            if at is not None:
                offset = _offset(iso["zone"].replace("Z", "+00")) if iso["zone"] else None
                end = iso.end()
                if offset is None:
                    offset, end = _zone(line, end, day)
                yield Found(day=day, at=at.replace(tzinfo=offset), start=match.start(), end=end)
                continue
        found = time_behind(line, match.end(), day)
        at, end = found or (None, match.end())
        yield Found(day=day, at=at, start=match.start(), end=end)


def time_behind(line: str, start: int, day: date) -> tuple[time, int] | None:
    """Return the time that stands next in a line, and where it ends; None where none does.

    Only what joins a time to its date may stand before it: a weekday, "at", marks.
    """
    joint = re.compile(
        r"(?:[\s,|·•@–—-]|\bat\b|\bum\b|\bà\b|\bo['’]clock\b|\b[^\W\d_]{3,9}day\b){0,8}"
    )
    match = joint.match(line, start)
    found = _TIME.match(line, match.end() if match else start)
    if found is None or (found["minute"] is None and found["half"] is None):
        return None
    at = _clock(found["hour"], found["minute"], found["second"], found["half"])
    if at is None:
        return None
    offset, end = _zone(line, found.end(), day)
    return at.replace(tzinfo=offset), end


def _day(match: re.Match[str]) -> date | None:
    year = next(match[name] for name in ("ya", "yb", "yc", "yd", "ye", "yf") if match[name])
    month = next(match[name] for name in ("ma", "mb", "mc", "md", "me", "mf") if match[name])
    day = next(match[name] for name in ("da", "db", "dc", "dd", "de", "df") if match[name])
    number = _MONTHS[month.casefold()] if not month.isdigit() else int(month)
    of_month = int(day)
    if match["de"] or match["df"]:
        if number > _MONTHS_OF_A_YEAR:
            number, of_month = of_month, number
        elif match["df"] and of_month <= _MONTHS_OF_A_YEAR and of_month != number:
            return None
    if int(year) < _EARLIEST_YEAR:
        return None
    try:
        return date(int(year), number, of_month)
    except ValueError:
        return None


def _clock(hour: str, minute: str | None, second: str | None, half: str | None) -> time | None:
    hours = int(hour)
    if half:
        if not 1 <= hours <= _NOON:
            return None
        hours = hours % _NOON + (_NOON if half.strip().casefold().startswith("p") else 0)
    try:
        return time(hours, int(minute or 0), int(second or 0))
    except ValueError:
        return None


def _zone(line: str, start: int, day: date) -> tuple[timezone | None, int]:
    """Return the offset that stands behind a time, and where it ends."""
    match = _ZONE.match(line, start)
    if match is None or not (match["name"] or match["offset"]):
        return None, start
    name, offset = match["name"], match["offset"]
    end = match.end() + (1 if line[match.end() : match.end() + 1] == ")" else 0)
    if offset is not None and name not in {None, "UTC", "GMT"}:
        return None, start
    if offset is not None:
        found = _offset(offset)
        return found, end if found else start
    if name in _AMERICAN:
        summer = _is_american_summer(day)
        return timezone(timedelta(hours=_AMERICAN[name] + (1 if summer else 0))), end
    hours = _ZONES.get(name or "")
    return (timezone(timedelta(hours=hours)), end) if hours is not None else (None, start)


def _offset(written: str) -> timezone | None:
    sign = -1 if written.startswith("-") else 1
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004
    if hours > _LATEST_OFFSET or minutes > 59:  # noqa: PLR2004
        return None
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _is_american_summer(day: date) -> bool:
    """Say whether clocks in the United States are an hour ahead on most of a day.

    From the second Sunday of March to the first of November (Energy Policy Act of 2005).
    """
    march, november = date(day.year, 3, 8), date(day.year, 11, 1)
    start = march + timedelta(days=6 - march.weekday())
    end = november + timedelta(days=6 - november.weekday())
    return start <= day < end
