"""What is different since the last brief of a channel.

What an earlier brief showed is compared with what is stated now as outlets are compared with one
another: a sentence that says the same is no news, one that says it for a further outlet is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from briefs.agreement import SAYS_THE_SAME, Said, likeness
from briefs.attribution import origin
from briefs.brief import Change, ChangeKind
from briefs.gathering import Fact, Gathered
from briefs.mentions import Mention, mentions
from briefs.model import Citation, Document, Figure, Value
from briefs.origin_names import same_origin
from briefs.pairing import Rarity, same_value, together

MOST = 20
"""Changes of one brief, beside those of its articles."""

MOST_COMPARED = 600
"""Figures that are compared with those told; the pairs grow with the square."""

NEAR_ENOUGH = 0.3
"""The least cosine of sentences that may say the same, whatever words and figures they share."""

_Place: TypeAlias = tuple[str, int, int, int]
"""A document, its revision, and where in it a sentence begins and ends."""

_ORDER = (ChangeKind.FIGURE, ChangeKind.CORROBORATED, ChangeKind.NEW)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """A point that an earlier brief of the channel showed."""

    citation: Citation
    said: Said
    outlets: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A document that the last brief cited and that has changed since."""

    document: Document
    kind: ChangeKind
    """UPDATED or WITHDRAWN."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """A change, and how many outlets carry it."""

    change: Change
    outlets: int


def is_told(fact: Fact, history: Sequence[Told], rarity: Rarity) -> Told | None:
    """Return the point that told a fact before, the most alike one; None where nothing did.

    Args:
        fact: What is stated now.
        history: What earlier briefs showed; its order does not matter.
        rarity: The inverse document frequency of a term.
    """
    same = _told_by(fact, history, rarity)
    return same[0] if same else None


def changes(
    facts: Sequence[Fact],
    figures: Sequence[Figure],
    history: Sequence[Told],
    told_figures: Sequence[Figure],
    stale: Sequence[Stale],
    rarity: Rarity,
) -> tuple[Change, ...]:
    """Return what is different since the last brief: corrections first, then what is new.

    Without a history nothing is told to be new: all of it is.

    Args:
        facts: What is stated now, single sentences included.
        figures: What outlets count and date now.
        history: What earlier briefs showed.
        told_figures: The figures that they showed.
        stale: Which of their documents have changed.
        rarity: The inverse document frequency of a term.
    """
    corrected = _corrected(stale)
    if not history:
        return tuple(corrected)
    found: list[_Found] = []
    untold: list[Fact] = []
    for fact in facts:
        same = _told_by(fact, history, rarity)
        if not same:
            untold.append(fact)
        elif (change := _corroborated(fact, same)) is not None:
            found.append(change)
    figured = _figured(untold, history, rarity) + _revalued(figures, history, told_figures)
    quoted = {_place(each) for one in figured for each in one.change.citations}
    found += _distinct(figured)
    found += [
        _new(fact)
        for fact in untold
        if not any(_place(each.citation) in quoted for each in fact.members)
    ]
    found.sort(key=lambda each: (-each.outlets, _rank(each.change)))
    kept = sorted((each.change for each in found[:MOST]), key=lambda each: _ORDER.index(each.kind))
    return (*corrected, *kept)


def _rank(change: Change) -> tuple[int, _Place]:
    return _ORDER.index(change.kind), _place(change.citations[0])


def _place(citation: Citation) -> _Place:
    document = citation.document
    return document.id, document.revision, citation.start, citation.end


def _sentence(citation: Citation) -> tuple[str, str]:
    """Return what a sentence is known by in every revision, wherever a correction has put it."""
    return citation.document.id, citation.quote


def _corrected(stale: Sequence[Stale]) -> list[Change]:
    """Return what became of cited articles, the withdrawn ones first, each once."""
    order = (ChangeKind.WITHDRAWN, ChangeKind.UPDATED)
    once: dict[str, Stale] = {}
    for each in sorted(stale, key=lambda each: (order.index(each.kind), -each.document.revision)):
        once.setdefault(each.document.id, each)
    return [
        Change(kind=each.kind, text=each.document.title, documents=(each.document,))
        for each in sorted(
            once.values(),
            key=lambda each: (order.index(each.kind), each.document.title, each.document.id),
        )
    ]


def _told_by(fact: Fact, history: Sequence[Told], rarity: Rarity) -> list[Told]:
    """Return every point that says what a fact says, the most alike first."""
    if not history or not fact.members:
        return []
    told = np.stack([each.said.vector for each in history])
    mine = np.stack([each.said.vector for each in fact.members])
    near = np.flatnonzero((told @ mine.T).max(axis=1) >= NEAR_ENOUGH)
    found: list[tuple[float, _Place, Told]] = []
    for number in near.tolist():
        each = history[number]
        best = max(likeness(each.said, member.said, rarity) for member in fact.members)
        if best >= SAYS_THE_SAME or _is_quoted(each, fact):
            found.append((-best, _place(each.citation), each))
    found.sort(key=lambda each: each[:2])
    return [each for _, _, each in found]


def _is_quoted(told: Told, fact: Fact) -> bool:
    """Say whether a point is one of a fact's own sentences."""
    return any(_sentence(told.citation) == _sentence(each.citation) for each in fact.members)


def _corroborated(fact: Fact, same: Sequence[Told]) -> _Found | None:
    """Return a fact that was told, where an outlet or an origin has it now that had not."""
    outlets = {outlet for told in same for outlet in told.outlets}
    origins = [name for told in same for name in told.origins]
    copies = {told.citation.document.copy for told in same}
    further = [
        each
        for each in _one_a_copy(fact.members)
        if each.document.copy not in copies and each.document.publisher not in outlets
    ]
    if not further:
        further = [
            each
            for each in _one_a_copy(fact.members)
            if (name := origin(each.document.text, each.segments, each.sentence)) is not None
            and not any(same_origin(name, other) for other in origins)
        ]
    if not further:
        return None
    change = Change(
        kind=ChangeKind.CORROBORATED,
        text=further[0].text,
        citations=tuple(each.citation for each in further),
    )
    return _Found(change=change, outlets=len(_outlets(fact.members)))


def _new(fact: Fact) -> _Found:
    change = Change(
        kind=ChangeKind.NEW,
        text=fact.first.text,
        citations=tuple(each.citation for each in fact.members),
    )
    return _Found(change=change, outlets=len(_outlets(fact.members)))


def _figured(untold: Sequence[Fact], history: Sequence[Told], rarity: Rarity) -> list[_Found]:
    """Return sentences that give, for the same thing as one that was told, another value."""
    told = [each for one in history for each in mentions(one.citation, one.said)]
    now = [
        (each, fact)
        for fact in untold
        for member in fact.members
        for each in mentions(member.citation, member.said)
    ]
    now.sort(key=lambda each: (each[0].citation.start, each[0].at))
    facts = {id(each): fact for each, fact in now[:MOST_COMPARED]}
    compared = [each for each, _ in now[:MOST_COMPARED]] + told[:MOST_COMPARED]
    compared.sort(key=lambda each: each.at)
    found: list[_Found] = []
    for group in together(compared, rarity):
        before = [each for each in group if id(each) not in facts]
        after = [each for each in group if id(each) in facts]
        if not before:
            continue
        other = [each for each in after if not any(same_value(each, one) for one in before)]
        found += _valued(other, facts)
    return found


def _valued(other: Sequence[Mention], facts: dict[int, Fact]) -> list[_Found]:
    """Return one change for each value, with everyone who gives it."""
    by_value: list[list[Mention]] = []
    for each in other:
        same = next((one for one in by_value if same_value(one[0], each)), None)
        if same is None:
            by_value.append([each])
        else:
            same.append(each)
    return [
        _figure(
            [each.citation for each in same],
            len({outlet for each in same for outlet in _outlets(facts[id(each)].members)}),
        )
        for same in by_value
    ]


def _figure(citations: Sequence[Citation], outlets: int) -> _Found:
    once = tuple({_place(each): each for each in citations}.values())
    change = Change(kind=ChangeKind.FIGURE, text=once[0].quote, citations=once)
    return _Found(change=change, outlets=outlets)


def _revalued(
    figures: Sequence[Figure], history: Sequence[Told], told_figures: Sequence[Figure]
) -> list[_Found]:
    """Return values of figures that were told, where outlets give one now that none gave then."""
    shown = {_sentence(each.citation) for each in history}
    shown |= {
        _sentence(each) for one in told_figures for value in one.values for each in value.citations
    }
    found: list[_Found] = []
    for figure in figures:
        before = [one for one in told_figures if _of_one_thing(figure, one)]
        values = [value for one in before for value in one.values]
        for value in figure.values if before else ():
            fresh = [each for each in value.citations if _sentence(each) not in shown]
            if fresh and not any(_same(value, one) for one in values):
                publishers = {each.document.publisher for each in value.citations}
                found.append(_figure(fresh, len(publishers)))
    return found


def _of_one_thing(figure: Figure, told: Figure) -> bool:
    """Say whether two figures are of one thing: named alike, and with a value in common.

    Every story counts people; only a value that both give shows that it is the same story.
    """
    return figure.subject == told.subject and any(
        _same(one, other) for one in figure.values for other in told.values
    )


def _same(one: Value, other: Value) -> bool:
    if one.number is None or other.number is None:
        return one.text.casefold() == other.text.casefold()
    return one.number == other.number and one.unit == other.unit


def _distinct(found: Sequence[_Found]) -> list[_Found]:
    """Return changes whose sentence is not in an earlier one."""
    kept: list[_Found] = []
    seen: set[_Place] = set()
    for each in sorted(found, key=lambda each: (-each.outlets, _rank(each.change))):
        places = {_place(citation) for citation in each.change.citations}
        if not places & seen:
            kept.append(each)
            seen |= places
    return kept


def _one_a_copy(members: Iterable[Gathered]) -> list[Gathered]:
    """Return the sentences of documents that are no reprints of one another."""
    once: dict[str, Gathered] = {}
    for each in members:
        once.setdefault(each.document.copy, each)
    return list(once.values())


def _outlets(members: Iterable[Gathered]) -> set[str]:
    return {each.document.publisher for each in _one_a_copy(members)}
