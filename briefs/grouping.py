"""Which sentences of different documents say the same: facts, each with everyone who states it.

A fact forms around one sentence, and every other member says the same as that one: no chains. One
sentence a document. The sentence in the middle is the one that is shown, so that whoever is counted
behind it says what it says.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from briefs.attribution import distinct_origins, origin
from briefs.clarity import clear
from briefs.gathering import Fact, Gathered
from briefs.linking import Link, Links, linked
from briefs.pairing import Rarity

FIGURED = 2.0
"""What it counts beside that sum that the others have the figures of the sentence in the middle: a
figure that only one gives should not look like everyone's."""


def facts(gathered: Sequence[Gathered], rarity: Rarity) -> list[Fact]:
    """Return what sentences state, those that several documents state first.

    Args:
        gathered: Sentences of one story; their order does not matter.
        rarity: The inverse document frequency of a term.
    """
    ordered = sorted(gathered, key=place)
    return [
        fact_of(ordered, members) for members in grouped(ordered, linked(ordered, cache(rarity)))
    ]


def fact_of(gathered: Sequence[Gathered], members: Sequence[int]) -> Fact:
    """Return sentences that say the same as a fact, with whom they have it from."""
    said_by = tuple(gathered[each] for each in members)
    return Fact(
        members=said_by,
        origins=distinct_origins(
            origin(each.document.text, each.segments, each.sentence, each.document.outlet)
            for each in said_by
        ),
    )


def place(sentence: Gathered) -> tuple[str, int]:
    """Return what sentences are ordered by, so that the order of loading never shows."""
    return sentence.document.id, sentence.sentence.start


def grouped(gathered: Sequence[Gathered], links: Links) -> list[tuple[int, ...]]:
    """Return the places of sentences that say the same, the one in the middle first.

    What can stand alone is put into the middle first, what most documents back before the rest.
    """

    def ranked(one: int, backers: Sequence[Link]) -> _Rank:
        support = round(sum(each.support + FIGURED * each.figured for each in backers), 4)
        return not clear(gathered[one].text), -len(backers), -support, place(gathered[one]), one

    taken: set[int] = set()
    groups: list[tuple[int, ...]] = []
    queue = [
        ranked(one, backers)
        for one in links.backed()
        if (backers := backing(gathered, one, links, taken))
    ]
    heapify(queue)
    while queue:
        _, fewer, *_, one = heappop(queue)
        if one in taken:
            continue
        backers = backing(gathered, one, links, taken)
        if len(backers) == -fewer:
            groups.append((one, *(each.other for each in backers)))
            taken.update(groups[-1])
        elif backers:
            # Some of its backers went to another sentence in the meantime.
            heappush(queue, ranked(one, backers))
    return groups + [(one,) for one in range(len(gathered)) if one not in taken]


_Rank: TypeAlias = tuple[bool, int, float, tuple[str, int], int]


def backing(
    gathered: Sequence[Gathered], one: int, links: Links, taken: Collection[int] = ()
) -> list[Link]:
    """Return who says the same as a sentence, of every document the one that does so best.

    Args:
        gathered: The sentences.
        one: The place of one of them.
        links: Which of them are alike.
        taken: The places of those that are left out.
    """
    best: dict[str, Link] = {}
    figured: dict[str, float] = {}
    for link in links.backing(one):
        if link.other in taken:
            continue
        copy = gathered[link.other].document.copy
        there = best.get(copy)
        if there is None or link.support > there.support:
            best[copy] = link
        # A figure may stand in another of its sentences.
        figured[copy] = max(figured.get(copy, 0.0), link.figured)
    backers = [
        each if each.figured == figured[copy] else replace(each, figured=figured[copy])
        for copy, each in best.items()
    ]
    return sorted(backers, key=lambda each: (-each.support, each.other))
