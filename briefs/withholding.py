"""A kept brief without what it quotes from articles that were removed since."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from briefs.brief import Brief, Change, ChangeKind, Event, Point, Quotation, Source, Trace
from briefs.model import Citation, Document, Figure, Relation, Statement, Value

_Each = TypeVar("_Each")
_SEVERAL = 2
_UNNAMED = "Brief"


def without(brief: Brief, removed: Collection[str]) -> Brief:
    """Return a brief in which no word stands that only removed articles say.

    What others say too is shown in the words of the first of them. The id stays.

    Args:
        brief: As it was composed.
        removed: The ids of documents that are not to be quoted any more.
    """
    if not removed:
        return brief
    rest = _Rest(brief, frozenset(removed))
    points = _those(rest.point(each) for each in brief.points)
    return replace(
        brief,
        title=rest.title(brief.title, points),
        documents=tuple(each for each in brief.documents if rest.has(each)),
        points=tuple(
            replace(
                each,
                story=rest.title(each.story, [one for one in points if one.story == each.story]),
            )
            for each in points
        ),
        changes=_those(rest.change(each) for each in brief.changes),
        figures=_those(rest.figure(each) for each in brief.figures),
        timeline=_those(rest.event(each) for each in brief.timeline),
        origins=_those(rest.trace(each) for each in brief.origins),
        quotations=_those(rest.quotation(each) for each in brief.quotations),
        sources=_those(rest.source(each) for each in brief.sources),
    )


class _Rest:
    """What the articles say that are still there; None for what only the others said."""

    def __init__(self, brief: Brief, removed: frozenset[str]) -> None:
        self._removed = removed
        known = dict.fromkeys((*brief.documents, *(each.document for each in brief.citations)))
        self._there = [each for each in known if each.id not in removed]
        self._gone = [each for each in known if each.id in removed]

    def has(self, document: Document) -> bool:
        return document.id not in self._removed

    def title(self, title: str, points: Iterable[Point]) -> str:
        """Return a title, or in place of one that is a removed article's, what is told first."""
        if _said(title, self._there) or not _said(title, self._gone):
            return title
        return next((each.statement.text for each in points), _UNNAMED)

    def point(self, point: Point) -> Point | None:
        statement = point.statement
        citations = self._cited(statement.citations)
        if not citations:
            return None
        # A context is of the first citation's article.
        first = citations[0].document.id == statement.citations[0].document.id
        return replace(
            point,
            statement=Statement(
                citations=citations,
                origins=statement.origins,
                context=statement.context if first else None,
            ),
        )

    def change(self, change: Change) -> Change | None:
        citations = self._cited(change.citations)
        if change.kind is ChangeKind.WITHDRAWN:
            # It says no more than that.
            return replace(change, citations=citations)
        if change.documents:
            stays = all(map(self.has, change.documents))
            return replace(change, citations=citations) if stays else None
        if not citations:
            return None
        same = citations[0] == change.citations[0]
        return replace(
            change, citations=citations, text=change.text if same else citations[0].quote
        )

    def figure(self, figure: Figure) -> Figure | None:
        values = _those(self._value(each) for each in figure.values)
        least = 1 if figure.relation is Relation.AGREE else _SEVERAL
        return replace(figure, values=values) if len(values) >= least else None

    def event(self, event: Event) -> Event | None:
        citations = self._cited(event.citations)
        if not citations:
            return None
        return replace(event, citations=citations, text=citations[0].quote)

    def trace(self, trace: Trace) -> Trace | None:
        citations = self._cited(trace.citations)
        if not citations:
            return None
        outlets = {each.document.publisher for each in citations}
        chains = tuple(each for each in trace.chains if not each or each[0] in outlets)
        return replace(trace, citations=citations, chains=chains)

    def quotation(self, quotation: Quotation) -> Quotation | None:
        citations = self._cited(quotation.citations)
        if len(citations) < _SEVERAL:
            return None
        return replace(quotation, citations=citations)

    def source(self, source: Source) -> Source | None:
        if not self.has(source.document):
            return None
        return replace(source, only_here=self._cited(source.only_here))

    def _value(self, value: Value) -> Value | None:
        citations = self._cited(value.citations)
        # Others may write the same value in other words, which are not known here.
        if not citations or value.text not in citations[0].quote:
            return None
        return replace(value, citations=citations)

    def _cited(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        return tuple(each for each in citations if self.has(each.document))


def _said(title: str, documents: Iterable[Document]) -> bool:
    return any(title == each.title or title in each.text for each in documents)


def _those(found: Iterable[_Each | None]) -> tuple[_Each, ...]:
    return tuple(each for each in found if each is not None)
