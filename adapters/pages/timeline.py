"""What happened when: where the picture of a timeline puts its events.

Places are percents of a width that only the page knows, and pixels of the height. Only they are
worked out here; the template draws.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from adapters import wording
from briefs.brief import Event
from briefs.calendar_days import Dated, Precision

_ENOUGH = 2
_EDGE, _WITHIN = 3.0, 94.0
_NEAR = 3.0
_LANE = 24.0
_BUBBLE, _PILL = 7.5, 13.0
_MOST_TICKS = 6
_YEARS_FROM, _MONTHS_FROM = 1_100, 75
_STEPS = tuple(step * ten for ten in (1, 10, 100, 1_000, 10_000) for step in (1, 2, 5))
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Some events of about the same time, in percent of the width and pixels of the height."""

    x: float
    y: float
    label: str
    wide: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Events on a line of time."""

    height: float
    axis: float
    bars: tuple[tuple[float, float], ...]
    """From and how far: what is dated by a month or a year only."""
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str, str], ...]
    """Where, in which words, and which end of the words stands there."""


def plot(events: Sequence[Event]) -> Plot | None:
    """Return events on a line of time; None where they are all of one date."""
    spans = [_days(event.date) for event in events]
    if len(set(spans)) < _ENOUGH:
        return None
    first, last = min(start for start, _ in spans), max(end for _, end in spans)

    def x(day: float) -> float:
        return round(_EDGE + _WITHIN * (day - first) / max(1, last - first), 2)

    groups: list[list[int]] = []
    middles = [x((start + end) / 2) for start, end in spans]
    for number in sorted(range(len(events)), key=lambda each: (middles[each], each)):
        if groups and middles[number] - middles[groups[-1][0]] <= _NEAR:
            groups[-1].append(number)
        else:
            groups.append([number])
    lanes: list[float] = []
    placed: list[tuple[list[int], float, int, bool]] = []
    for group in groups:
        middle = sum(middles[number] for number in group) / len(group)
        half = (_PILL if len(group) > 1 else _BUBBLE) / 2
        free = (n for n, end in enumerate(lanes) if end <= middle - half)
        lane = next(free, len(lanes))
        lanes[lane : lane + 1] = [middle + half]
        placed.append((group, round(middle, 2), lane, len(group) > 1))
    axis = _LANE * len(lanes) + 14
    return Plot(
        height=axis + 26,
        axis=axis,
        bars=tuple((x(start), round(x(end) - x(start), 2)) for start, end in spans if start != end),
        marks=tuple(
            Mark(
                x=middle,
                y=axis - 20 - _LANE * lane,
                label=_label(group),
                wide=wide,
                title="; ".join(wording.dated(events[number].date) for number in group),
            )
            for group, middle, lane, wide in placed
        ),
        ticks=tuple((x(day), words, _anchor(x(day))) for day, words in _ticks(first, last)),
    )


def _label(group: Sequence[int]) -> str:
    """Return the numbers of some events: "3", "3–5", or "3 +1" where they do not follow."""
    numbers = sorted(number + 1 for number in group)
    if len(numbers) == 1:
        return str(numbers[0])
    together = numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}–{numbers[-1]}" if together else f"{numbers[0]} +{len(numbers) - 1}"


def _days(dated: Dated) -> tuple[int, int]:
    """Return the first and the last day that a date may mean, counted from the year 1."""
    on = dated.on
    if dated.precision is Precision.DAY:
        return on.toordinal(), on.toordinal()
    if dated.precision is Precision.MONTH:
        last = calendar.monthrange(on.year, on.month)[1]
        return on.replace(day=1).toordinal(), on.replace(day=last).toordinal()
    return date(on.year, 1, 1).toordinal(), date(on.year, 12, 31).toordinal()


def _ticks(first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yield the days that the line names: of years, months or days, and not too many."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    if last - first > _YEARS_FROM:
        step = _step(end.year - start.year + 1)
        for year in range(start.year, end.year + 1):
            if year % step == 0 and date(year, 1, 1).toordinal() >= first:
                yield date(year, 1, 1).toordinal(), str(year)
    elif last - first > _MONTHS_FROM:
        months = range(_month(start), _month(end) + 1)
        step = next(each for each in (1, 2, 3, 6, 12) if len(months) / each <= _MOST_TICKS + 1)
        for month in months:
            on = date(month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
            if (month - months[0]) % step == 0 and on.toordinal() >= first:
                yield on.toordinal(), f"{wording.MONTHS[on.month - 1][:3]} {on.year}"
    else:
        step = _step(last - first + 1)
        for day in range(first, last + 1, step):
            on = date.fromordinal(day)
            yield day, f"{on.day} {wording.MONTHS[on.month - 1][:3]}"


def _step(number: int) -> int:
    """Return the smallest round step that leaves few enough of so many."""
    return next(step for step in _STEPS if number / step <= _MOST_TICKS)


def _month(day: date) -> int:
    return day.year * _MONTHS_A_YEAR + day.month - 1


def _anchor(x: float) -> str:
    """Return which end of a label stands at its place, so that none leaves the picture."""
    if x < _EDGE + 5:
        return "start"
    return "end" if x > _EDGE + _WITHIN - 5 else "middle"
