"""What happened when: the dated events of some sentences, in order.

Precision comes first. A date counts only where it says when what its sentence tells of happened:
not from when on or until when, not in a clause beside it, and not when somebody merely spoke.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from briefs.agreement import SAYS_THE_SAME, likeness
from briefs.brief import Event
from briefs.calendar_days import Dated, Precision, resolved
from briefs.context import stands_alone
from briefs.gathering import Fact, Gathered
from briefs.hanging import NOTHING, Open, left_open
from briefs.happening import happening
from briefs.model import Published
from briefs.pairing import Rarity
from briefs.scoring import rarity_of

MOST = 20
"""Events of one brief."""

MOST_OF_A_DATE = 200
"""Sentences of one date that are compared with one another; the pairs grow with the square."""

SAME_EVENT = 0.85
"""How alike two sentences of one date must be to tell of the same event; see `likeness`."""

NEAR_ENOUGH = 0.4
"""The least cosine of such sentences."""

COMPARED = 6
"""Sentences of a group that are compared with those of another one."""

FACTS_IN_COMMON = 2
ONE_TIME = timedelta(days=60)
"""A document of no date that shares so many facts with others, which were published so near to one
another, was written at about their time."""

CLEAR = (50, 230)
"""Characters of a sentence that is neither clipped nor crowded."""

BRIEF = 300
"""Characters; a longer sentence tells of more than one event."""

_AHEAD = re.compile(r"\bwill\b|\b(?:is|are)\s(?:due|set|scheduled|expected)\sto\b")
"""What is to come has no date that is past: such a one was read wrongly."""

_ORDER = (Precision.DAY, Precision.MONTH, Precision.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Dating:
    """One sentence that says when something happened."""

    of: Gathered
    date: Dated
    fact: int | None
    """Which fact it belongs to."""
    spoken: bool
    """Whether the date is of somebody's saying so."""

    @property
    def place(self) -> tuple[str, int]:
        return self.of.document.id, self.of.sentence.start


def events(gathered: Sequence[Gathered], facts: Sequence[Fact]) -> tuple[Event, ...]:
    """Return dated events in their order, each with everyone who tells of it and dates it.

    Args:
        gathered: Sentences of one brief; their order does not matter.
        facts: Which of them say the same.
    """
    dating = _dating(gathered, facts)
    rarity = _rarity(gathered)
    groups = _joined(_grouped(dating, rarity), rarity)
    kept = [each for each in groups if _worth_telling(each)]
    kept.sort(
        key=lambda each: (-_outlets(each), _ORDER.index(each[0].date.precision), each[0].place)
    )
    found = [_event(each) for each in kept[:MOST]]
    found.sort(key=lambda each: (each.date.on, _ORDER.index(each.date.precision), each.text))
    return tuple(found)


def _dating(gathered: Sequence[Gathered], facts: Sequence[Fact]) -> list[_Dating]:
    """Return the sentences that date something, in the order of documents and of their text."""
    of_fact = {
        (member.document.id, member.sentence.start): number
        for number, fact in enumerate(facts)
        for member in fact.members
    }
    written = _written(gathered, facts)
    found: list[_Dating] = []
    for each in sorted(gathered, key=lambda each: (each.document.id, each.sentence.start)):
        if not each.said.figures.days or len(each.text) > BRIEF:
            continue
        on = each.document.published
        known = on is not None
        on = on or written.get(each.document.id)
        dated = [
            (spoken, _ORDER.index(date.precision), day.start, date)
            for day, spoken in happening(each.text, each.said.figures.days)
            # "On Friday" counts from a day that must be known.
            if (known or day.relative is None) and (date := resolved(day, on)) is not None
            if not (on is not None and date.on < _day(on) and _AHEAD.search(each.text))
        ]
        if dated:
            spoken, _, _, date = min(dated, key=lambda each: each[:3])
            place = each.document.id, each.sentence.start
            found.append(_Dating(of=each, date=date, fact=of_fact.get(place), spoken=spoken))
    return found


def _written(gathered: Sequence[Gathered], facts: Sequence[Fact]) -> dict[str, Published]:
    """Return when documents of no stated date were written, as far as their company tells.

    Who says what others say, says it at about their time: all that is taken from there is the year
    of "on November 5".
    """
    published: dict[str, Published] = {}
    latest: dict[str, date] = {}
    for each in gathered:
        document = each.document
        if document.published is not None:
            published[document.id] = document.published
            continue
        for day in each.said.figures.days:
            stated = resolved(day, None)
            if stated is not None:
                latest[document.id] = max(latest.get(document.id, stated.on), stated.on)
    company = defaultdict[str, list[str]](list)
    for fact in facts:
        ids = {member.document.id for member in fact.members}
        for undated in ids - published.keys():
            company[undated].extend(sorted(ids & published.keys()))
    found: dict[str, Published] = {}
    for undated, others in company.items():
        days = sorted(_day(published[other]) for other in others)
        if len(days) < FACTS_IN_COMMON or days[-1] - days[0] > ONE_TIME:
            continue
        # One that names a later day was written later.
        if latest.get(undated, days[-1]) <= days[-1] + ONE_TIME:
            found[undated] = days[-1]
    return found


def _day(published: Published) -> date:
    return published.date() if isinstance(published, datetime) else published


def _rarity(gathered: Sequence[Gathered]) -> Rarity:
    """Return how rare a term is among some sentences."""
    found = Counter(term for each in gathered for term in each.said.terms)
    return lambda term: rarity_of(found[term], len(gathered))


def _grouped(dating: Sequence[_Dating], rarity: Rarity) -> list[list[_Dating]]:
    """Return sentences of the same date that tell of the same event."""
    of_date = defaultdict[Dated, list[_Dating]](list)
    for each in dating:
        of_date[each.date].append(each)
    groups: list[list[_Dating]] = []
    for _, members in sorted(of_date.items(), key=lambda each: (each[0].on, each[0].precision)):
        of_fact = defaultdict[object, list[_Dating]](list)
        for each in members:
            of_fact[each.place if each.fact is None else each.fact].append(each)
        same = sorted(of_fact.values(), key=lambda each: (-len(each), each[0].place))
        groups += _merged(same[:MOST_OF_A_DATE], rarity) + same[MOST_OF_A_DATE:]
    return groups


def _merged(groups: Sequence[list[_Dating]], rarity: Rarity) -> list[list[_Dating]]:
    """Return groups of one date with those joined whose sentences say nearly the same."""
    merged: list[list[_Dating]] = []
    for group in groups:
        like = next((each for each in merged if _alike(each, group, SAME_EVENT, rarity)), None)
        if like is None:
            merged.append(list(group))
        else:
            like.extend(group)
    return merged


def _alike(one: Sequence[_Dating], other: Sequence[_Dating], enough: float, rarity: Rarity) -> bool:
    return any(
        float(a.of.said.vector @ b.of.said.vector) >= NEAR_ENOUGH
        and likeness(a.of.said, b.of.said, rarity) >= enough
        for a in one[:COMPARED]
        for b in other[:COMPARED]
    )


def _joined(groups: Sequence[list[_Dating]], rarity: Rarity) -> list[list[_Dating]]:
    """Return groups, with "in June" joined to "on June 19" where both are of one event."""
    exact = [each for each in groups if each[0].date.precision is Precision.DAY]
    joined = [list(each) for each in exact]
    for group in groups:
        rough = group[0].date
        if rough.precision is Precision.DAY:
            continue
        facts = {each.fact for each in group} - {None}
        fits = [
            each
            for each in joined
            if each[0].date.precision is Precision.DAY
            and _contains(rough, each[0].date)
            and (facts & {one.fact for one in each} or _alike(each, group, SAYS_THE_SAME, rarity))
        ]
        if len(fits) == 1:
            fits[0].extend(group)
        else:
            joined.append(list(group))
    return joined


def _contains(rough: Dated, exact: Dated) -> bool:
    same_month = rough.precision is Precision.YEAR or rough.on.month == exact.on.month
    return rough.on.year == exact.on.year and same_month


def _worth_telling(group: Sequence[_Dating]) -> bool:
    """Say whether a reader would understand an event, and whether anything but talk happened."""
    if all(each.spoken for each in group) and _outlets(group) < len(("one", "other")):
        return False
    return any(_understood(each.of.text) for each in group)


def _understood(text: str) -> bool:
    """Say whether a sentence can stand in a timeline, though "the report" is not named in it."""
    needed = left_open(text)
    return needed in (NOTHING, Open.BEFORE) or (needed == Open.THING and text.startswith("The "))


def _outlets(group: Iterable[_Dating]) -> int:
    """Return how many outlets tell of an event; a reprint is none of its own."""
    firsts: dict[str, str] = {}
    for each in group:
        firsts.setdefault(each.of.document.copy, each.of.document.publisher)
    return len(set(firsts.values()))


def _event(group: Sequence[_Dating]) -> Event:
    """Return an event with one sentence of each document, the clearest first."""
    once: dict[str, _Dating] = {}
    for each in sorted(group, key=_clear):
        once.setdefault(each.of.document.id, each)
    members = list(once.values())
    date = min(members, key=lambda each: _ORDER.index(each.date.precision)).date
    return Event(
        date=date,
        text=members[0].of.text,
        citations=tuple(each.of.citation for each in members),
    )


def _clear(dating: _Dating) -> tuple[bool, int, bool, bool, tuple[str, int]]:
    """Return what sorts a sentence before those that a reader understands less well."""
    text = dating.of.text
    return (
        not stands_alone(text),
        _ORDER.index(dating.date.precision),
        dating.spoken,
        not CLEAR[0] <= len(text) <= CLEAR[1],
        dating.place,
    )
