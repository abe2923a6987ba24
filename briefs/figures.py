"""Quantities and dates of a sentence, read far enough to say whether two sentences share one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from briefs.calendar_days import Day, days
from briefs.quantities import Quantity, quantities

MOST = 50
"""Quantities, and days, that are taken from one sentence: all are compared with all of another."""

_PART_OF = r"(?:(?:the\s)?(?:end|start|beginning|middle)\sof\s|(?:mid|late|early)[- ])?"
# "Since March" says from when on something is counted, not for which day the count holds.
_UP_TO = re.compile(rf"\b(?:by|as\s(?:of|at)|through|until|till)\s{_PART_OF}$", re.IGNORECASE)
_WITHIN = re.compile(rf"(?:^|\s)(?:in|on)\s{_PART_OF}$", re.IGNORECASE)
_REPORTS = re.compile(
    r"\b(?:report|sa(?:id|ys?)\b|estimat|announc|stat(?:es?|ed)\b|reveal|show|confirm|claim)",
    re.IGNORECASE,
)
_REPORTED_WITHIN = re.compile(rf"{_REPORTS.pattern}[a-z]*\s(?:in|on)\s{_PART_OF}$", re.IGNORECASE)
_BESIDE = re.compile(rf"(?:\s[^\W\d_]{{1,20}}){{0,2}}\s(?:in|on)\s{_PART_OF}$", re.IGNORECASE)

_BEFORE_DAY = 40
"""Characters before a day that may say how a quantity hangs on it."""

_FARTHEST = 150
"""Characters between a quantity and the day that it may be stated for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a sentence counts and dates."""

    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]

    def share_quantity(self, other: "Figures") -> bool:
        """Say whether both give the same quantity of the same thing."""
        return any(
            a.value is not None and a.value == b.value and a.counts_the_same(b)
            for a, b in product(self.quantities, other.quantities)
        )

    def share_day(self, other: "Figures") -> bool:
        """Say whether both name the same day."""
        return any(
            a.agrees(b) and a.day is not None and b.day is not None
            for a, b in product(self.days, other.days)
        )

    def held(self, other: "Figures") -> float:
        """Return how many of these quantities and days the other has too, as a share."""
        if not self.quantities and not self.days:
            return 1.0
        quantities = [
            any(a.value == b.value and a.counts_the_same(b) for b in other.quantities)
            for a in self.quantities
            if a.value is not None
        ]
        dated = [any(a.agrees(b) for b in other.days) for a in self.days]
        known = quantities + dated
        return sum(known) / len(known) if known else 1.0

    def differ(self, other: "Figures") -> bool:
        """Say whether both count the same thing, or date, and contradict, and nowhere agree.

        A vague quantity contradicts nothing: "dozens" may be 43.
        """
        counted = [
            a.value == b.value
            for a, b in product(self.quantities, other.quantities)
            if a.value is not None and b.value is not None and a.counts_the_same(b)
        ]
        days = list(product(self.days, other.days))
        dated = any(a.contradicts(b) for a, b in days) and not any(a.agrees(b) for a, b in days)
        return (bool(counted) and not any(counted)) or dated

    def corrects(self, other: "Figures") -> bool:
        """Say whether this gives another count of something, or another day, than the other does.

        Unlike what differs, it may agree in all the rest: "12 boats made 45 trips", not 43.
        """
        for head in {each.head for each in self.quantities if each.counts_exactly}:
            mine = [each for each in self.quantities if each.head == head]
            theirs = [each for each in other.quantities if each.head == head]
            exact = bool(theirs) and all(each.counts_exactly for each in (*mine, *theirs))
            apart = exact and not {each.value for each in mine} & {each.value for each in theirs}
            if apart and all(one.counts_the_same(each) for one in mine for each in theirs):
                return True
        one_each = len(self.days) == len(other.days) == 1
        return one_each and self.days[0].contradicts(other.days[0])


@lru_cache(maxsize=20_000)
def figures(sentence: str) -> Figures:
    """Return the quantities and days of a sentence, in its order."""
    return Figures(
        quantities=tuple(islice(quantities(sentence), MOST)),
        days=tuple(islice(days(sentence), MOST)),
    )


def stated_for(sentence: str, quantity: Quantity, found: Sequence[Day]) -> Day | None:
    """Return the day that a quantity is stated for, None where its sentence names none.

    "6,700 containers by February", "at least 10,000 as of mid-June", "in June he said that 10,000".

    Args:
        sentence: The sentence.
        quantity: One of its quantities.
        found: Its days.
    """
    possible = [
        (abs(day.start - quantity.end), day)
        for day in found
        if abs(day.start - quantity.end) <= _FARTHEST and _holds_for(sentence, quantity, day)
    ]
    return min(possible, key=lambda each: each[0])[1] if possible else None


def _holds_for(sentence: str, quantity: Quantity, day: Day) -> bool:
    before = sentence[max(0, day.start - _BEFORE_DAY) : day.start]
    if _UP_TO.search(before) or _REPORTED_WITHIN.search(before):
        return True
    if day.start >= quantity.end:
        between = sentence[quantity.end : day.start]
        return len(between) <= _BEFORE_DAY and _BESIDE.fullmatch(between) is not None
    # "In mid-June, just before the visit, Shin reported that at least 10,000 …".
    opening = day.start < _BEFORE_DAY and _WITHIN.search(before) is not None
    return opening and _REPORTS.search(sentence, day.end, quantity.start) is not None
