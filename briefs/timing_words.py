"""Cron expressions in plain words, for the usual ones, and back."""

import re
from collections.abc import Iterable

from briefs.errors import UsageError

CAN_BE_WRITTEN = (
    "every 15 minutes, every hour, every day at 7:30, weekdays at 08:00, mondays and thursdays at "
    "18:30, first of the month at 9"
)

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SHORT = tuple(name[:3] for name in _DAYS)
_NAMED = {
    written: number
    for number, name in enumerate(_DAYS)
    for written in (
        name,
        f"{name}s",
        name[:3],
        *{"tue": ["tues"], "thu": ["thur", "thurs"]}.get(name[:3], []),
    )
}
_GROUPS = {
    "weekday": "mon-fri",
    "weekdays": "mon-fri",
    "weekend": "sat,sun",
    "weekends": "sat,sun",
}
_GROUPS_SAID = {
    "*": "every day",
    "mon-fri": "weekdays",
    "1-5": "weekdays",
    **dict.fromkeys(("sat,sun", "sun,sat", "0,6", "6,0", "6,7"), "weekends"),
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_HOUR, _DAY = 60, 24
_LONGEST = 120

_TIME = (
    r"(?:noon|midnight|(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?(?:\s?[ap]\.?m\.?(?!\w)|\so['’]?clock)?)"
    r"(?![\w:])"
)
_TIMES = rf"(?P<times>{_TIME}(?:\s*(?:,|and)\s*(?:at\s)?{_TIME})*)"
# The time comes last ("mondays at 9", "mondays 9:30"), or first ("at 9 on mondays", "9am daily").
_DAYS_FIRST = re.compile(rf"(?P<days>.*?)[,\s]*(?:(?<!\S)at\s|(?<=\s)|^){_TIMES}")
_TIME_FIRST = re.compile(rf"(?:at\s)?{_TIMES}[,\s]+(?P<days>[a-z].*)")
_CLOCK = re.compile(r"(?P<hour>\d+)(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])?")
_EVERY = re.compile(r"every (?:(?P<count>\d+) )?(?P<unit>minute|hour)s?(?: at :(?P<past>[0-5]\d))?")
_OF_MONTH = re.compile(
    r"(?:on )?(?:the )?(?P<days>.+?)(?: day)? of (?:the|each|every) month|"
    r"(?:every month|monthly) on (?:the )?(?P<after>.+)"
)
_NUMBERED = re.compile(r"(?P<number>\d\d?)(?:st|nd|rd|th)?")
_BETWEEN = re.compile(r"(?:from )?(?P<first>[a-z]+) ?(?:to|through|until|-|–) ?(?P<last>[a-z]+)")


def cron_of(words: str) -> str:
    """Return the cron expression of words such as "weekdays at 08:00".

    Raises:
        UsageError: They are not among the usual ones; the message says what can be written.
    """
    if len(words) > _LONGEST:
        raise _not_understood(f"{words[:_LONGEST]}…")
    said = " ".join(words.casefold().replace("each ", "every ").split()).strip(" .")
    said = {"hourly": "every hour", "every half hour": "every 30 minutes"}.get(said, said)
    every = _EVERY.fullmatch(said.replace("hourly at", "every hour at"))
    if every:
        return _repeated(words, every)
    for form in (_DAYS_FIRST, _TIME_FIRST):
        match = form.fullmatch(said)
        days = match and _days(match["days"])
        if match and days:
            return f"{_clock(words, match['times'])} {days}"
    if _days(said) and said:
        raise UsageError(f"“{words}” says no time; write for example “{said} at 09:00”.")
    raise _not_understood(words)


def words_of(cron: str) -> str | None:
    """Return what a cron expression says, in words that `cron_of` reads; None: an unusual one."""
    minute, hour, *days = cron.casefold().split()
    if days == ["*", "*", "*"]:
        repeated = _repetition(minute, hour)
        if repeated:
            return repeated
    if not minute.isdigit() or not all(each.isdigit() for each in hour.split(",")):
        return None
    said = _days_said(*days)
    times = [f"{int(each):02}:{int(minute):02}" for each in hour.split(",")]
    return None if said is None else f"{said} at {_joined(times)}"


def _not_understood(words: str) -> UsageError:
    return UsageError(f"“{words}” is not understood; write for example: {CAN_BE_WRITTEN}.")


def _repeated(words: str, every: re.Match[str]) -> str:
    count, past = int(every["count"] or 1), int(every["past"] or 0)
    whole = _HOUR if every["unit"] == "minute" else _DAY
    if not 0 < count < whole or whole % count or (every["past"] and every["unit"] == "minute"):
        even = [each for each in range(1, whole) if whole % each == 0]
        raise UsageError(
            f"“{words}” cannot be kept evenly; write a number of {every['unit']}s out of "
            f"{', '.join(map(str, even))}, for example “every {even[-1]} {every['unit']}s”."
        )
    step = "*" if count == 1 else f"*/{count}"
    return f"{step} * * * *" if whole == _HOUR else f"{past} {step} * * *"


def _clock(words: str, times: str) -> str:
    """Return the minute and the hour of times such as "9:30", "9am and 5pm", "noon"."""
    read = [_time(words, each) for each in re.findall(_TIME, times)]
    minutes = {minute for _, minute in read}
    if len(minutes) > 1:
        raise UsageError(
            f"“{words}” names times with different minutes; set up one schedule for each."
        )
    return f"{minutes.pop()} {','.join(map(str, sorted({hour for hour, _ in read})))}"


def _time(words: str, time: str) -> tuple[int, int]:
    if time in {"noon", "midnight"}:
        return (12 if time == "noon" else 0), 0
    match = _CLOCK.match(time)
    if match is None:
        raise _not_understood(words)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock's hours
            raise UsageError(f"“{time}” is no time; write for example “5pm” or “17:00”.")
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return hour, minute


def _days(said: str) -> str | None:
    """Return the last three fields for the days that are said."""
    said = re.sub(r"^on (?=\w)", "", said.strip(" ,"))
    if said in {"", "daily", "everyday", "every day"}:
        return "* * *"
    of_month = _OF_MONTH.fullmatch(said)
    if of_month:
        return _of_month(of_month["days"] or of_month["after"])
    weekdays = _weekdays(re.sub(r"^every ", "", said))
    return None if weekdays is None else f"* * {weekdays}"


def _weekdays(said: str) -> str | None:
    """Return the last field for the weekdays that are said."""
    if said in _GROUPS:
        return _GROUPS[said]
    between = _BETWEEN.fullmatch(said)
    if between and {between["first"], between["last"]} <= _NAMED.keys():
        first, last = _NAMED[between["first"]], _NAMED[between["last"]]
        # Sunday ends a week here, and begins one in cron.
        return f"{_SHORT[first]}-{_SHORT[last] if last else 7}" if first < (last or 7) else None
    named = [re.sub(r"^(?:every|on) ", "", each) for each in _listed(said)]
    if not named or not set(named) <= _NAMED.keys():
        return None
    # In the order of a week that begins on Monday.
    days = sorted({_NAMED[each] for each in named}, key=lambda day: day or 7)
    return ",".join(_SHORT[day] for day in days)


def _of_month(said: str) -> str | None:
    """Return the last three fields for the days of a month that are said."""
    if said == "last":
        return "L * *"
    which, _, day = said.partition(" ")
    if day in _NAMED and which in (*_ORDINALS, "last"):
        number = _NAMED[day]
        if which == "last":
            return f"* * {number}L"
        return f"* * {_SHORT[number]}#{_ORDINALS.index(which) + 1}"
    numbers = []
    for each in _listed(said):
        ordinal = re.sub(r"^the ", "", each)
        match = _NUMBERED.fullmatch(ordinal)
        if ordinal in _ORDINALS:
            numbers.append(_ORDINALS.index(ordinal) + 1)
        elif match and 1 <= int(match["number"]) <= 31:  # noqa: PLR2004 - a month's days
            numbers.append(int(match["number"]))
        else:
            return None
    return f"{','.join(map(str, sorted(set(numbers))))} * *" if numbers else None


def _listed(said: str) -> list[str]:
    return [each for each in re.split(r"\s*(?:,|\band\b|&)\s*", said) if each]


def _repetition(minute: str, hour: str) -> str | None:
    if hour == "*" and minute == "*":
        return "every minute"
    if hour == "*" and re.fullmatch(r"\*/\d+", minute) and _divides(minute[2:], _HOUR):
        return f"every {int(minute[2:])} minutes"
    if minute.isdigit() and (hour == "*" or re.fullmatch(r"\*/\d+", hour)):
        often = "hour" if hour == "*" else f"{int(hour[2:])} hours"
        even = hour == "*" or _divides(hour[2:], _DAY)
        past = f" at :{int(minute):02}" if int(minute) else ""
        return f"every {often}{past}" if even else None
    return None


def _divides(count: str, whole: int) -> bool:
    return int(count) > 0 and whole % int(count) == 0


def _days_said(day: str, month: str, weekday: str) -> str | None:
    if month != "*" or (day != "*" and weekday != "*"):
        return None
    if day == "l":
        return "the last day of the month"
    if day != "*":
        numbers = day.split(",")
        said = [_ordinal(int(each)) for each in numbers if each.isdigit()]
        return f"the {_joined(said)} of the month" if len(said) == len(numbers) else None
    return _weekdays_said(weekday)


def _weekdays_said(weekday: str) -> str | None:
    if weekday in _GROUPS_SAID:
        return _GROUPS_SAID[weekday]
    nth = re.fullmatch(r"(?P<day>\w+)#(?P<number>[1-5])|(?P<last>[0-7])l", weekday)
    if nth:
        number = _weekday(nth["day"] or nth["last"])
        which = "last" if nth["last"] else _ORDINALS[int(nth["number"]) - 1]
        return None if number is None else f"the {which} {_DAYS[number].title()} of the month"
    between = re.fullmatch(r"(?P<first>\w+)-(?P<last>\w+)", weekday)
    parts = (between["first"], between["last"]) if between else weekday.split(",")
    numbered = [_weekday(each) for each in parts]
    names = [_DAYS[each].title() for each in numbered if each is not None]
    if len(names) < len(numbered):
        return None
    return f"{names[0]} to {names[1]}" if between else _joined(f"{name}s" for name in names)


def _weekday(written: str) -> int | None:
    if written in _SHORT:
        return _SHORT.index(written)
    return int(written) % 7 if written in set("01234567") else None


def _ordinal(number: int) -> str:
    teens = number in range(11, 14)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _joined(said: Iterable[str]) -> str:
    *most, last = said
    return f"{', '.join(most)} and {last}" if most else last
