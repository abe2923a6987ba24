"""In which order a brief, and what explains it, is read: the same in every rendering of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.wording import CHANGES, RELATIONS
from briefs.brief import Brief, Change, Point, Source, Trace, Why
from briefs.model import Citation, Document, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedPoint:
    """A point, and the number that a reader can name it by."""

    number: int
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The points of one story, in their order."""

    title: str
    points: tuple[NumberedPoint, ...]


def stories(brief: Brief) -> tuple[Story, ...]:
    """Return points by story, in the order in which the stories come up, numbered throughout."""
    titles = tuple(dict.fromkeys(point.story for point in brief.points))
    found: list[Story] = []
    number = 0
    for title in titles:
        numbered: list[NumberedPoint] = []
        for point in brief.points:
            if point.story == title:
                number += 1
                numbered.append(NumberedPoint(number=number, point=point))
        found.append(Story(title=title, points=tuple(numbered)))
    return tuple(found)


def is_only_story(brief: Brief, story: Story) -> bool:
    """Say whether a story's title would merely repeat that of its brief."""
    return story.title == brief.title and all(each.story == story.title for each in brief.points)


def changes(brief: Brief) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    """Return what changed by what kind of change it is, with the words for the kind."""
    by_kind = (
        (words, tuple(each for each in brief.changes if each.kind is kind))
        for kind, words in CHANGES.items()
    )
    return tuple((words, found) for words, found in by_kind if found)


def figures(brief: Brief) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    """Return figures by how their values go together, with the words for it."""
    by_relation = (
        (words, tuple(each for each in brief.figures if each.relation is relation))
        for relation, words in RELATIONS.items()
    )
    return tuple((words, found) for words, found in by_relation if found)


def is_alone(trace: Trace) -> bool:
    """Say whether an origin is told in full by the one way through which it is known."""
    return len(trace.outlets) == 1 and [each[-1:] for each in trace.chains] == [(trace.name,)]


def exclusive(brief: Brief) -> tuple[Source, ...]:
    """Return the sources that say something which no other says."""
    return tuple(source for source in brief.sources if source.only_here)


def givers(citations: Iterable[Citation]) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    """Return citations by outlet, in the order of the outlets."""
    by_outlet: dict[str, list[Citation]] = {}
    for citation in citations:
        by_outlet.setdefault(citation.document.publisher, []).append(citation)
    return tuple((outlet, tuple(cited)) for outlet, cited in by_outlet.items())


def cited(brief: Brief) -> tuple[tuple[Document, tuple[Citation, ...]], ...]:
    """Return every cited revision of a document with its citations, in the order of their numbers.

    They come from the citations and not from the list of sources, so that no number leads nowhere.
    """
    found: dict[tuple[str, int], list[Citation]] = {}
    for citation in brief.citations:
        key = (citation.document.id, citation.document.revision)
        found.setdefault(key, []).append(citation)
    return tuple((citations[0].document, tuple(citations)) for citations in found.values())


def uncited(brief: Brief) -> tuple[Document, ...]:
    """Return what was looked at and is not cited."""
    shown = {(document.id, document.revision) for document, _ in cited(brief)}
    return tuple(each for each in brief.documents if (each.id, each.revision) not in shown)


def meant(why: Why) -> tuple[tuple[str, Citation], ...]:
    """Return what an explanation is about, each with the words for what it is to the sentence."""
    sentence = () if why.citation is None else (("The sentence", why.citation),)
    others = (("The same fact", each) for each in why.group if each != why.citation)
    return (*sentence, *others)


def is_empty(brief: Brief) -> bool:
    """Say whether a brief has nothing to tell: neither a point nor a change nor anything else."""
    return not (
        brief.points
        or brief.changes
        or brief.figures
        or brief.timeline
        or brief.origins
        or brief.quotations
        or exclusive(brief)
    )
