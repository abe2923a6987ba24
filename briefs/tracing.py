"""Who stands behind what is said, and whose words outlets give in different wordings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefs.attribution import chain
from briefs.brief import Quotation, Trace
from briefs.gathering import Fact, Gathered
from briefs.model import Document
from briefs.named_sources import names_source
from briefs.origin_names import same_origin
from briefs.quoting import Quote, differently_worded, quotes

MOST = 20
"""Traces, and quotations, of one brief."""

MOST_CITED = 8
"""Sentences that are cited of one origin, or of one quotation."""

MOST_CHAINS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Traced:
    """One sentence, and through whom it came."""

    of: Gathered
    chain: tuple[str, ...]
    told: int
    """How many documents say the same."""


def traces(gathered: Sequence[Gathered], facts: Sequence[Fact]) -> tuple[Trace, ...]:
    """Return who is behind what is said, those behind most outlets first.

    Who merely passed it on counts too: "BBC" where it stands between an outlet and its source.

    Args:
        gathered: Sentences of one brief; those that name who they are from count.
        facts: What several of them say together; all of these count.
    """
    traced = _traced(gathered, facts)
    called = _called(traced)
    behind = defaultdict[str, list[_Traced]](list)
    for each in traced:
        document = each.of.document
        for name in each.chain:
            if not _publishes(name, document):
                behind[called[document.id, name]].append(each)
    found = [
        _trace(name, mine, called)
        for name, mine in behind.items()
        if any(_named(name, each, called) for each in mine)
    ]
    found.sort(key=lambda each: (-len(_outlets(each)), -len(each.citations), each.name))
    return tuple(found[:MOST])


def _traced(gathered: Sequence[Gathered], facts: Sequence[Fact]) -> list[_Traced]:
    told = {
        _place(member): len({each.document.copy for each in fact.members})
        for fact in facts
        for member in fact.members
    }
    sentences = {_place(each): each for each in gathered}
    sentences |= {_place(each): each for fact in facts for each in fact.members}
    found: list[_Traced] = []
    for place, each in sorted(sentences.items()):
        several = told.get(place, 1)
        if several > 1 or names_source(each.text):
            names = chain(each.document.text, each.segments, each.sentence)
            if names:
                found.append(_Traced(of=each, chain=names, told=several))
    return found


def _publishes(name: str, document: Document) -> bool:
    """Say whether a name is the outlet's own: who talks to it is no further origin."""
    return document.publisher.casefold().startswith(name.casefold())


def _place(each: Gathered) -> tuple[str, int]:
    return each.document.id, each.sentence.start


def _called(traced: Iterable[_Traced]) -> dict[tuple[str, str], str]:
    """Return what each name of each document is called in a brief.

    "OSC" is the Open Source Centre, and "Byrne" is the Byrne whom the same document names.
    """
    seen = Counter((each.of.document.id, name) for each in traced for name in each.chain)
    counts = Counter[str]()
    for (_, name), times in seen.items():
        counts[name] += times
    # The whole name first; what is shorter joins it.
    whole: list[str] = []
    joined: dict[str, list[str]] = {}
    for name in sorted(counts, key=lambda each: (-len(each.split()), -counts[each], each)):
        fits = [other for other in whole if same_origin(name, other)]
        joined[name] = fits or [name]
        if not fits:
            whole.append(name)
    here = defaultdict[str, set[str]](set)
    for document, name in seen:
        here[document].add(name)

    def called(document: str, name: str) -> str:
        # A Korean name begins with what a person is called by.
        begun = [other for other in here[document] if other.startswith(f"{name} ")]
        fits = joined[name] if joined[name] != [name] or len(begun) != 1 else joined[begun[0]]
        return min(fits, key=lambda each: (each not in here[document], -counts[each], each))

    return {(document, name): called(document, name) for document, name in seen}


def _trace(name: str, mine: Sequence[_Traced], called: dict[tuple[str, str], str]) -> Trace:
    chains: dict[tuple[str, ...], int] = {}
    for each in mine:
        document = each.of.document
        names = [
            called[document.id, other] for other in each.chain if not _publishes(other, document)
        ]
        way = (document.publisher, *names[: names.index(name) + 1])
        chains[way] = min(chains.get(way, 0), -each.told)
    # Only a sentence that names it shows a reader that it is from there.
    naming = [each for each in mine if _named(name, each, called)]
    ranked = sorted(naming, key=lambda each: (-each.told, _place(each.of)))
    # One of each outlet before a second one of any.
    turn = Counter[str]()
    turns: list[tuple[int, int, _Traced]] = []
    for at, each in enumerate(ranked):
        turns.append((turn[each.of.document.publisher], at, each))
        turn[each.of.document.publisher] += 1
    turns.sort(key=lambda each: each[:2])
    return Trace(
        name=name,
        citations=tuple(each.of.citation for _, _, each in turns[:MOST_CITED]),
        chains=tuple(sorted(chains, key=lambda way: (-len(way), way))[:MOST_CHAINS]),
    )


def _named(name: str, each: _Traced, called: dict[tuple[str, str], str]) -> bool:
    """Say whether a sentence names somebody, by any of their names."""
    return any(
        called[each.of.document.id, other] == name and other in each.of.text for other in each.chain
    )


def _outlets(trace: Trace) -> set[str]:
    """Return the outlets behind a trace; a reprint is none of its own."""
    firsts: dict[str, str] = {}
    for citation in trace.citations:
        firsts.setdefault(citation.document.copy, citation.document.publisher)
    return set(firsts.values())


def quotations(gathered: Sequence[Gathered]) -> tuple[Quotation, ...]:
    """Return the words of one person that outlets give in different wordings.

    Args:
        gathered: Sentences of one brief; their order does not matter.
    """
    found: list[tuple[int, Quotation]] = []
    for group in differently_worded(quotes(gathered)):
        speaker = _speaker(group)
        members = _one_an_outlet(group)
        if speaker is not None and len({each.worded for each in members}) > 1:
            cited = tuple(each.of.citation for each in members[:MOST_CITED])
            found.append((len(members), Quotation(speaker=speaker, citations=cited)))
    found.sort(key=lambda each: (-each[0], each[1].speaker, each[1].citations[0].quote))
    return tuple(each for _, each in found[:MOST])


def _speaker(group: Sequence[Quote]) -> str | None:
    """Return who speaks in a group; None where nobody is named, or several are."""
    names = Counter(each.speaker for each in group if each.speaker is not None)
    if not names:
        return None
    longest = min(names, key=lambda each: (-len(each.split()), -names[each], each))
    return longest if all(same_origin(longest, each) for each in names) else None


def _one_an_outlet(group: Sequence[Quote]) -> list[Quote]:
    """Return one quote of each outlet, the wordings that most of them give first."""
    once: dict[str, Quote] = {}
    for each in group:
        once.setdefault(each.of.document.publisher, each)
    given = Counter(each.worded for each in once.values())
    return sorted(
        once.values(), key=lambda each: (-given[each.worded], each.worded, _place(each.of))
    )
