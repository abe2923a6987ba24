"""Which figures are of the same thing: the pairs that are alike, and the groups that they make.

Precision comes first: two figures are put side by side only where their things have the same name,
their sentences are alike, and neither document says what the other says.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np

from briefs.calendar_days import Day, resolved
from briefs.mentions import Mention, overlap, weighing

Rarity: TypeAlias = Callable[[str], float]

EQUAL, EQUAL_GENERIC = 0.70, 1.0
OTHER, OTHER_FATE, OTHER_GENERIC = 0.70, 0.85, 1.1
"""How alike (cosine and shared words beside the figure: 0 to 2) two mentions must be to be of the
same thing: with the same value and with another, of a thing such as tankers, of people of whom a
sentence says what became, and of people or days, which every story counts."""

SAME_DAY = 0.95
OTHER_DAY = 0.55
"""Likewise for dates. Two dates of one event must also share what happened."""

LOOSER = 0.2
"""By so much less alike may two be that a third one brings together."""

FARTHEST = 5.0
"""Figures that are more times apart than this are hardly of the same thing."""

NEARLY_BEST = 0.2
"""A mention goes with the one of another document that is the most alike, or as much less."""

_AS_VAGUE = {
    "dozens": 24.0, "scores": 40.0, "hundreds": 2e2, "thousands": 2e3, "millions": 2e6,
    "billions": 2e9,
}  # fmt: skip
VAGUE_FARTHEST = 10.0
"""Likewise where one of the two is vague: dozens may be many."""


def together(found: Sequence[Mention], rarity: Rarity) -> list[tuple[Mention, ...]]:
    """Return mentions grouped by the thing that they are of, single ones left out."""
    alike = _links(found, rarity)
    groups: dict[int, list[int]] = {number: [number] for number in range(len(found))}
    owner = list(range(len(found)))
    for (one, other), _ in sorted(alike.items(), key=lambda link: (-link[1][0], link[0])):
        if not alike[one, other][1] or owner[one] == owner[other]:
            continue
        mine, theirs = groups[owner[one]], groups[owner[other]]
        if _may_join(found, mine, theirs, alike):
            joined = sorted(mine + theirs)
            del groups[owner[one]], groups[owner[other]]
            groups[joined[0]] = joined
            for number in joined:
                owner[number] = joined[0]
    return [tuple(found[each] for each in members) for members in groups.values() if members[1:]]


_Links: TypeAlias = dict[tuple[int, int], tuple[float, bool]]
"""Of two mentions, the smaller number first: how alike, and whether alike enough on their own."""


def _links(found: Sequence[Mention], rarity: Rarity) -> _Links:
    if not found:
        return {}
    vectors = np.stack([each.said.vector for each in found])
    cosines = vectors @ vectors.T
    by_thing = defaultdict[tuple[bool, str, frozenset[str]], list[int]](list)
    for number, each in enumerate(found):
        by_thing[each.quantity is not None, *each.thing].append(number)
    weight = weighing(rarity)
    links: _Links = {}
    for numbers in by_thing.values():
        for one, other in combinations(numbers, 2):
            a, b = found[one], found[other]
            if a.citation.document.id == b.citation.document.id:
                continue
            threshold = _threshold(a, b)
            cosine = float(cosines[one, other])
            if threshold is None or cosine + 1 < threshold - LOOSER:
                continue
            score = cosine + overlap(a.near, b.near, weight)
            if score >= threshold - LOOSER:
                links[one, other] = (score, score >= threshold)
    return _mutual(found, links)


def _threshold(one: Mention, other: Mention) -> float | None:
    """Return how alike two mentions must be, None where they cannot be of the same thing."""
    if one.quantity is None or other.quantity is None:
        return _threshold_of_days(one, other)
    if one.of and other.of and not one.of & other.of:
        return None
    generic = one.generic and one.fate is None
    if same_value(one, other):
        return EQUAL_GENERIC if generic else EQUAL
    if (one.generic and not (one.alone and other.alone)) or _far_apart(one, other):
        return None  # "95 percent of the young and 92 percent of the old"
    with_fate = OTHER_FATE if one.fate is not None else OTHER
    return OTHER_GENERIC if generic else with_fate


def _far_apart(one: Mention, other: Mention) -> bool:
    vague = {each.quantity.value for each in (one, other) if each.quantity} & {None}
    mine, theirs = size(one), size(other)
    return max(mine, theirs) > (VAGUE_FARTHEST if vague else FARTHEST) * min(mine, theirs)


def _threshold_of_days(one: Mention, other: Mention) -> float | None:
    a, b = one.day, other.day
    # A year is not set against a month, nor a month against a day.
    if a is None or b is None or _grain(a) != _grain(b):
        return None
    if same_value(one, other):
        return SAME_DAY if one.near & other.near else None
    # What happened, and to whom: "sanctions imposed" in one year, "sanctions limited" in another.
    return OTHER_DAY if one.events & other.events and one.common & other.common else None


def _grain(day: Day) -> tuple[bool, bool]:
    return day.month is None, day.day is None


def size(mention: Mention) -> float:
    """Return the number of a quantity, and of a vague one the least that it may mean."""
    quantity = mention.quantity
    if quantity is not None and quantity.value is not None:
        return max(quantity.value, 1e-9)
    words = mention.text.casefold().split()
    vague = [_AS_VAGUE[word] for word in words if word in _AS_VAGUE]
    return (10.0 if words[0] == "tens" else 1.0) * (vague[0] if vague else 1.0)


def _value_of(mention: Mention) -> object:
    """Return what tells a value from another."""
    if mention.quantity is None:
        return mention.day
    if mention.quantity.value is None:
        return size(mention)
    return mention.quantity.value, mention.quantity.high


def same_value(one: Mention, other: Mention) -> bool:
    """Say whether two mentions give the same."""
    if one.day is not None and other.day is not None:
        mine = resolved(one.day, one.citation.document.published)
        theirs = resolved(other.day, other.citation.document.published)
        # "In June" of one year's news is not "in June" of another's.
        if mine is not None and theirs is not None:
            return mine == theirs
        return one.day.agrees(other.day)
    return _value_of(one) == _value_of(other)


def _mutual(found: Sequence[Mention], links: _Links) -> _Links:
    """Keep what is, for both, about the best of the other's document; and what is equal."""
    best = defaultdict[tuple[int, str], float](float)
    agreed = set[tuple[int, str]]()
    for (one, other), (score, enough) in links.items():
        for mine, theirs in ((one, other), (other, one)):
            key = (mine, found[theirs].citation.document.id)
            best[key] = max(best[key], score)
            if enough and same_value(found[one], found[other]):
                agreed.add(key)
    kept: _Links = {}
    for (one, other), (score, enough) in links.items():
        keys = (
            (one, found[other].citation.document.id),
            (other, found[one].citation.document.id),
        )
        if not same_value(found[one], found[other]) and (
            any(key in agreed for key in keys)
            or any(score < best[key] - NEARLY_BEST for key in keys)
        ):
            # Where the documents agree on the thing, this is of another thing.
            continue
        kept[one, other] = (score, enough)
    return kept


def _may_join(
    found: Sequence[Mention], mine: Iterable[int], theirs: Iterable[int], alike: _Links
) -> bool:
    """Say whether two groups are of one thing: most pairs alike, no document against itself."""
    linked = pairs = 0
    for one in mine:
        for other in theirs:
            a, b = found[one], found[other]
            if a.citation.document.id != b.citation.document.id:
                pairs += 1
                linked += (min(one, other), max(one, other)) in alike
            elif _against_itself(a, b):
                return False
    return 2 * linked >= pairs


def _against_itself(one: Mention, other: Mention) -> bool:
    if same_value(one, other):
        return False
    if one.quantity is not None and other.quantity is not None:
        if one.quantity.value is None or other.quantity.value is None:
            return False
        return not of_different_times(one, other)
    return True


def of_different_times(one: Mention, other: Mention) -> bool:
    """Say whether two quantities are stated for times that tell them apart."""
    return one.as_of is not None and other.as_of is not None and one.as_of.contradicts(other.as_of)
