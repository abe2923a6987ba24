"""Which figures of different outlets are of the same thing, and how these go together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import combinations
from typing import Literal

from briefs.agreement import Said
from briefs.calendar_days import Precision, resolved
from briefs.mentions import Mention, mentions, same_head
from briefs.model import Citation, Figure, Relation, Value, Vector
from briefs.pairing import Rarity, of_different_times, same_value, together
from briefs.subjects import asked_by, beside, subject

MOST = 600
"""Figures that are compared with one another; the pairs grow with the square."""

ABOUT_THE_QUESTION, ABOUT_ITS_DATE = 0.5, 0.35
"""The least cosine of a question and the best sentence of a figure, or a date, that bears on it."""

_ORDER = (Relation.DIFFER, Relation.SERIES, Relation.AGREE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stating:
    """One sentence that may give values."""

    citation: Citation
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question is after."""

    terms: frozenset[str]
    """The stems of its content words."""
    kind: Literal["quantity", "day"] | None
    """What would answer it: "how many" or "when"; None for neither."""
    vector: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Mentions of one thing, in their order."""

    members: tuple[Mention, ...]
    figure: Figure


def compared(stating: Sequence[Stating], rarity: Rarity) -> tuple[Figure, ...]:
    """Return every figure that at least two outlets give: differing ones first, widest first.

    Args:
        stating: Sentences of one story; their order does not matter.
        rarity: The inverse document frequency of a term.
    """
    return tuple(group.figure for group in _groups(stating, rarity))


def differences(asked: Asked, stating: Sequence[Stating], rarity: Rarity) -> tuple[Figure, ...]:
    """Return the figures that bear on a question and on which outlets do not agree.

    Args:
        asked: The question.
        stating: The sentences that come nearest to it; most of them may be off topic.
        rarity: The inverse document frequency of a term.
    """
    return tuple(
        group.figure
        for group in _groups(stating, rarity)
        if group.figure.relation is not Relation.AGREE and _bears_on(asked, group.members)
    )


def _groups(stating: Sequence[Stating], rarity: Rarity) -> list[_Group]:
    rare = cache(rarity)
    found = [each for one in stating for each in mentions(one.citation, one.said)]
    # Of too many those that their articles begin with: that is where news is.
    found = sorted(found, key=lambda each: (each.citation.start, each.at))[:MOST]
    found.sort(key=lambda each: each.at)
    groups = [
        _Group(members=members, figure=figure)
        for members in together(found, rare)
        if (figure := _figure(members)) is not None
    ]
    return sorted(_told_apart(groups), key=_rank)


def _told_apart(groups: Sequence[_Group]) -> list[_Group]:
    """Return groups of which no two are named alike, as far as their sentences allow that."""
    names = Counter(group.figure.subject for group in groups)
    told: list[_Group] = []
    for group in groups:
        name = group.figure.subject
        further = [word for word in beside(group.members).split() if word not in name.split()]
        if names[name] > 1 and further:
            named = replace(group.figure, subject=f"{name}: {' '.join(further)}")
            told.append(replace(group, figure=named))
        else:
            told.append(group)
    return told


def _rank(group: _Group) -> tuple[int, int, int, tuple[str, int, int, int]]:
    citations = [cite for value in group.figure.values for cite in value.citations]
    return (
        _ORDER.index(group.figure.relation),
        -_outlets(citations),
        -len(citations),
        group.members[0].at,
    )


def _figure(members: Sequence[Mention]) -> Figure | None:
    """Return what mentions of one thing come to, None where only one outlet gives it."""
    citations = [each.citation for each in members]
    if _outlets(citations) < len(("one", "other")):
        return None
    by_value: list[list[Mention]] = []
    for member in members:
        same = next((each for each in by_value if same_value(each[0], member)), None)
        if same is None:
            by_value.append([member])
        else:
            same.append(member)
    values = sorted(
        ((_value(each), each[0].at) for each in by_value),
        key=lambda each: (-_outlets(each[0].citations), each[1]),
    )
    return Figure(
        subject=subject(members),
        relation=_relation(by_value),
        values=tuple(value for value, _ in values),
    )


def _relation(by_value: Sequence[Sequence[Mention]]) -> Relation:
    if len(by_value) == 1:
        return Relation.AGREE
    timed = [same for same in by_value if all(each.as_of is not None for each in same)]
    in_turn = all(
        of_different_times(one, other)
        for mine, theirs in combinations(timed, 2)
        for one in mine
        for other in theirs
    )
    # One that is of no stated time may be of any other.
    series = timed and in_turn and len(by_value) - len(timed) <= 1
    return Relation.SERIES if series else Relation.DIFFER


def _value(same: Sequence[Mention]) -> Value:
    first = same[0]
    quantity = first.quantity
    once = {(each.citation.document.id, each.citation.start): each.citation for each in same}
    return Value(
        text=first.text,
        number=quantity.value if quantity else None,
        unit=quantity.unit if quantity else None,
        bound=quantity.bound if quantity else None,
        as_of=next((day for day in map(_as_of, same) if day is not None), None),
        citations=tuple(once.values()),
    )


def _as_of(mention: Mention) -> date | None:
    """Return the day that a value is stated for; a month is no day, and shows in no `Value`."""
    if mention.as_of is None:
        return None
    dated = resolved(mention.as_of, mention.citation.document.published)
    return dated.on if dated is not None and dated.precision is Precision.DAY else None


def _outlets(citations: Iterable[Citation]) -> int:
    """Return how many outlets stand behind citations; a reprint is none of its own."""
    firsts: dict[str, str] = {}
    for citation in citations:
        firsts.setdefault(citation.document.copy, citation.document.publisher)
    return len(set(firsts.values()))


def _bears_on(asked: Asked, members: Sequence[Mention]) -> bool:
    """Say whether a question asks for what some mentions are of."""
    counted = members[0].quantity is not None
    if asked.kind is not None and (asked.kind == "quantity") != counted:
        return False
    if not asked_by(members) & (asked.terms | {same_head(word) for word in asked.terms}):
        return False
    best = max(float(each.said.vector @ asked.vector) for each in members)
    return best >= (ABOUT_ITS_DATE if asked.kind == "day" else ABOUT_THE_QUESTION)
