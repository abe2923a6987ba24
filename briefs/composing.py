"""Documents of a period become a brief. Nothing is rephrased: every sentence is an exact span.

The steps: reprints count once; a topic keeps only what is about it; documents fall into stories; of
every story the sentences that say the same become facts; the facts that say most become points.
The same inputs give the same brief, in whatever order they were loaded.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from briefs.brief import Brief, Period, Point, Source, Why
from briefs.changing import Stale, Told, changes, is_told
from briefs.choosing import TOLD, Choice, Tale, choose
from briefs.differing import Stating, compared
from briefs.gathering import Fact, Gathered, gathered
from briefs.grouping import fact_of, grouped
from briefs.linking import MOST, linked
from briefs.model import Citation, EmbeddedDocument, Figure, Relation, Statement, Vector
from briefs.noting import Noted, notes
from briefs.numbering import Numbering
from briefs.only_here import only_here
from briefs.pairing import Rarity
from briefs.salience import salience
from briefs.stories import stories
from briefs.timeline import events
from briefs.topics import about
from briefs.tracing import quotations, traces
from briefs.vocabulary import Vocabulary
from briefs.why import why as explained

_ID_LENGTH = 16
_LENGTHS = frozenset("second minute hour day week month year decade century".split()) | frozenset(
    "seconds minutes hours days weeks months years decades centuries".split()
)

READ = 1_500
"""Sentences of the stories shown that are read for figures, dates and origins: those that their
articles begin with, as many of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSettings:
    """How much a brief shows."""

    max_points: int = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """What a brief is composed from."""

    documents: tuple[EmbeddedDocument, ...]
    until: datetime
    model: str
    """The identity of the embedder."""
    since: datetime | None = None
    topic: str | None = None
    topic_vector: Vector | None = None
    """The unit vector of the topic, as of a question; needed where there is a topic."""
    collections: frozenset[str] | None = None
    """Of which the documents are; None: of all."""
    for_channel: bool = False
    """Whether it is for a channel, which may have had briefs before."""
    history: tuple[Told, ...] = ()
    """What earlier briefs told the channel."""
    previous: Brief | None = None
    """The last brief of the channel."""
    stale: tuple[Stale, ...] = ()
    emptied: str | None = None
    """Why there are no documents, where that is not because there are none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Composed:
    """A brief, and what it was chosen from."""

    brief: Brief
    settings: BriefSettings
    material: Material
    tales: tuple[Tale, ...]
    choice: Choice
    rarity: Rarity

    def why(self, text: str) -> Why:
        """Return whether and why a sentence, as a person types it, is in the brief."""
        return explained(self, text)


def compose(material: Material, settings: BriefSettings) -> Composed:
    """Return a brief on some documents, and all that it was chosen from."""
    firsts = _firsts(material.documents)
    vocabulary = Vocabulary(firsts)
    rarity = cache(vocabulary.rarity)
    tales = _tales(material, firsts, vocabulary, rarity)

    def told(sentence: Gathered) -> str | None:
        alone = Fact(members=(sentence,), origins=())
        if is_told(alone, material.history, rarity) is None:
            return None
        return TOLD

    choice = choose(tales, settings.max_points, rarity, told)
    composed = Composed(
        brief=_empty(material, settings),
        settings=settings,
        material=material,
        tales=tales,
        choice=choice,
        rarity=rarity,
    )
    return replace(composed, brief=_filled(composed))


def _firsts(documents: Iterable[EmbeddedDocument]) -> list[EmbeddedDocument]:
    """Return one document for all that are copies of each other, in the order of their ids."""
    firsts: dict[str, EmbeddedDocument] = {}
    texts: dict[str, str] = {}
    for each in sorted(documents, key=_original):
        copy = texts.setdefault(" ".join(each.document.text.split()), each.document.copy)
        firsts.setdefault(copy, each)
    return sorted(firsts.values(), key=lambda each: each.document.id)


def _original(embedded: EmbeddedDocument) -> tuple[bool, str]:
    return embedded.document.reprint_of is not None, embedded.document.id


def _tales(
    material: Material,
    firsts: Sequence[EmbeddedDocument],
    vocabulary: Vocabulary,
    rarity: Rarity,
) -> tuple[Tale, ...]:
    """Return every story with what its sentences say together, those off the topic left out."""
    of_document: dict[str, list[Gathered]] = {}
    for each in gathered(firsts):
        of_document.setdefault(each.document.id, []).append(each)
    tales: list[Tale] = []
    for story in stories(each for each in firsts if each.document.id in of_document):
        rows = [row for each in story.documents for row in of_document[each.document.id]]
        asked = None
        if material.topic is not None and material.topic_vector is not None:
            asked = about(material.topic, material.topic_vector, rows, vocabulary.words, rarity)
        if asked is not None and not asked:
            continue
        links = linked(rows, rarity, vocabulary)
        tales.append(
            Tale(
                title=story.title,
                gathered=rows,
                links=links,
                groups=grouped(rows, links),
                salience=salience(rows, vocabulary.words),
                asked=asked,
            )
        )
    return tuple(tales)


def _empty(material: Material, settings: BriefSettings) -> Brief:
    """Return a brief of nothing but what it is made from."""
    documents = sorted((each.document for each in material.documents), key=lambda each: each.id)
    return Brief(
        id=_id(material, settings),
        title="",
        period=Period(since=material.since, until=material.until),
        topic=material.topic,
        documents=tuple(documents),
    )


def _filled(composed: Composed) -> Brief:
    """Return the brief, its citations numbered through."""
    material, tales, choice = composed.material, composed.tales, composed.choice
    shown = list(dict.fromkeys(each.tale for each in choice.chosen))
    chosen = sorted(choice.chosen, key=lambda each: shown.index(each.tale))
    facts = [
        fact_of(tales[each.tale].gathered, tales[each.tale].groups[each.group]) for each in chosen
    ]
    number = Numbering()
    points = tuple(
        Point(
            story=tales[each.tale].title,
            statement=Statement(
                citations=number.all(member.citation for member in fact.members),
                origins=fact.origins,
            ),
        )
        for each, fact in zip(chosen, facts, strict=True)
    )
    room = READ // max(len(shown), 1)
    read = {at: _leading(tales[at], room) for at in shown}
    figures = tuple(
        figure
        for at in shown
        for figure in compared(_stating(tales[at], read[at]), composed.rarity)
    )
    sentences = [tales[at].gathered[row] for at in shown for row in read[at]]
    several = [*facts, *_several(composed, read)]
    again = [fact_of(tales[at].gathered, tales[at].groups[group]) for at, group in choice.told]
    before = material.previous.figures if material.previous else ()
    changed = changes(
        [*facts, *again], figures, material.history, before, material.stale, composed.rarity
    )
    brief = replace(
        composed.brief,
        title=_title(material, [tales[at].title for at in shown] or [each.title for each in tales]),
        points=points,
        changes=tuple(map(number.change, changed)),
        figures=tuple(number.figure(each) for each in figures if _tells(each)),
        timeline=tuple(map(number.event, events(sentences, several))),
        origins=tuple(map(number.trace, traces(sentences, several))),
        quotations=tuple(map(number.quotation, quotations(sentences))),
        sources=_sources(composed, number),
    )
    return replace(brief, notes=notes(_noted(composed, brief)))


def _tells(figure: Figure) -> bool:
    """Say whether a figure is worth a line: dates that agree stand in the timeline."""
    return figure.relation is not Relation.AGREE or any(
        value.number is not None and value.unit not in _LENGTHS for value in figure.values
    )


def _leading(tale: Tale, room: int) -> list[int]:
    """Return the places of the sentences that articles begin with, at most so many."""
    places = _asked(tale)
    return sorted(sorted(places, key=lambda row: (tale.gathered[row].number, row))[:room])


def _asked(tale: Tale) -> list[int]:
    """Return the places of the sentences that are about the topic, and of whoever says the same."""
    if tale.asked is None:
        return list(range(len(tale.gathered)))
    facts = (members for at, members in enumerate(tale.groups) if tale.is_asked(at))
    return sorted(tale.asked.union(*facts))


def _stating(tale: Tale, rows: Sequence[int]) -> list[Stating]:
    return [
        Stating(citation=tale.gathered[row].citation, said=tale.gathered[row].said) for row in rows
    ]


def _several(composed: Composed, read: Mapping[int, Sequence[int]]) -> list[Fact]:
    """Return the facts that several documents state and that are no points."""
    points = {(each.tale, each.group) for each in composed.choice.chosen}
    found: list[Fact] = []
    for at, rows in read.items():
        tale, here = composed.tales[at], set(rows)
        found.extend(
            fact_of(tale.gathered, members)
            for group, members in enumerate(tale.groups)
            if members[1:] and members[0] in here and (at, group) not in points
        )
    return found


def _sources(composed: Composed, number: Numbering) -> tuple[Source, ...]:
    """Return every document with what it alone says; a copy says nothing alone."""
    alone: dict[str, tuple[Citation, ...]] = {}
    for tale in composed.tales:
        alone.update(only_here(tale))
    return tuple(
        Source(document=each, only_here=number.all(alone.get(each.id, ())))
        for each in composed.brief.documents
    )


def _title(material: Material, titles: Sequence[str]) -> str:
    if material.topic is not None:
        return f"Brief: {material.topic}"
    if len(titles) == 1:
        return titles[0]
    return f"{len(titles)} stories" if titles else "Nothing new"


def _noted(composed: Composed, brief: Brief) -> Noted:
    rows = [tale.gathered[row] for tale in composed.tales for row in _asked(tale)]
    several = [each.statement for each in brief.points if each.statement.outlets[1:]]
    return Noted(
        documents=brief.documents,
        firsts=tuple(each.document for each in _firsts(composed.material.documents)),
        compared=tuple({each.document.id: each.document for each in rows}.values()),
        sentences=len(rows),
        leading=any(len(tale.gathered) > MOST for tale in composed.tales),
        topic=brief.topic,
        points=len(brief.points),
        shared=len(several),
        one_origin=sum(len(each.origins) == 1 for each in several),
        told=len(composed.choice.told),
        differing=sum(each.relation is Relation.DIFFER for each in brief.figures),
        for_channel=composed.material.for_channel,
        first=composed.material.previous is None and not composed.material.history,
        emptied=composed.material.emptied,
    )


def _id(material: Material, settings: BriefSettings) -> str:
    """Return what tells the brief from every other: all that it is made from, without the clock."""
    previous = material.previous
    made_from = (
        sorted((each.document.id, each.document.revision) for each in material.documents),
        settings,
        material.topic,
        None if material.collections is None else sorted(material.collections),
        material.model,
        None if material.since is None else material.since.isoformat(),
        material.for_channel,
        None if previous is None else previous.id,
        sorted(_span(each.citation) for each in material.history),
        sorted((each.document.id, each.document.revision, each.kind) for each in material.stale),
    )
    digest = hashlib.sha256(repr(made_from).encode("utf-8", "backslashreplace")).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_LENGTH]


def _span(citation: Citation) -> tuple[str, int, int, int]:
    return citation.document.id, citation.document.revision, citation.start, citation.end
