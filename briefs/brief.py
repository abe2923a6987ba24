"""What a brief consists of: points, changes, figures, a timeline, origins and sources.

A brief is a value. The same inputs give the same brief, its id included; only the moment at which
it was composed and how long that took are no part of what it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain

from briefs.calendar_days import Dated
from briefs.model import Citation, Document, Figure, Statement


class ChangeKind(StrEnum):
    """What is different since the last brief of a channel."""

    NEW = "new"
    CORROBORATED = "corroborated"
    """It was reported before, and another origin or outlet has it now."""
    FIGURE = "figure"
    """A value that outlets give has changed, or another one has come."""
    UPDATED = "updated"
    """An article that was cited has a newer revision."""
    WITHDRAWN = "withdrawn"
    """An article that was cited was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One fact: the clearest sentence that says it, with everyone who does."""

    story: str
    """The title of the story that it belongs to."""
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference from the last brief of a channel."""

    kind: ChangeKind
    text: str
    """A sentence of a document, verbatim; for `UPDATED` and `WITHDRAWN` the document's title."""
    citations: tuple[Citation, ...] = ()
    documents: tuple[Document, ...] = ()
    """Of `UPDATED` and `WITHDRAWN`: what the last brief cited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a sentence dates."""

    date: Dated
    text: str
    """The first citation's quote."""
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who stands behind facts, and through whom they came."""

    name: str
    citations: tuple[Citation, ...]
    """Of every sentence that is traced to it."""
    chains: tuple[tuple[str, ...], ...] = ()
    """Distinct ways, from the outlet to this origin: ("Espreso", "BBC", "Open Source Centre")."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """The distinct outlets behind the citations, in their order."""
        return tuple(dict.fromkeys(each.document.publisher for each in self.citations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The same words of one person, as several outlets give them."""

    speaker: str
    citations: tuple[Citation, ...]
    """One a wording; at least two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document of a brief, and what no other document of it says."""

    document: Document
    only_here: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a brief is about, by when documents were loaded."""

    since: datetime | None
    """None: from the beginning."""
    until: datetime = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A briefing on the documents of a period."""

    id: str
    """From the documents' revisions, the settings and the model; the clock is left out."""
    title: str
    period: Period
    topic: str | None = None
    documents: tuple[Document, ...] = ()
    """All that was looked at, in the order of their ids."""
    points: tuple[Point, ...] = ()
    changes: tuple[Change, ...] = ()
    figures: tuple[Figure, ...] = ()
    timeline: tuple[Event, ...] = ()
    origins: tuple[Trace, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know, a sentence each: that it is the first brief of a channel, that
    nothing is new, that articles without a date were left out, what was compared."""
    elapsed_ms: float = field(default=0.0, compare=False)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of their numbers."""
        numbered = {each.number: each for each in self._cited()}
        return tuple(numbered[number] for number in sorted(numbered))

    def _cited(self) -> Iterator[Citation]:
        for point in self.points:
            yield from point.statement.citations
        for value in chain.from_iterable(figure.values for figure in self.figures):
            yield from value.citations
        for part in (self.changes, self.timeline, self.origins, self.quotations):
            for each in part:
                yield from each.citations
        for source in self.sources:
            yield from source.only_here


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition that a point has to meet."""

    passed: bool
    text: str
    """A plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What became of one sentence."""

    shown: bool
    """Whether it is a point, or stands behind one."""
    text: str
    """The answer in one sentence."""
    citation: Citation | None = None
    """The sentence that is meant; None where there is none such."""
    story: str | None = None
    rank: int | None = None
    """From 1, among all points."""
    group: tuple[Citation, ...] = ()
    """All sentences of its fact, that in the middle first."""
    gates: tuple[Gate, ...] = ()
