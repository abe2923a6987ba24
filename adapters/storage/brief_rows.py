"""Between a brief and the rows that keep it.

What it quotes is kept as spans of revisions, a row each; what is said around them is kept as JSON.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import count
from typing import Any, TypeAlias

from sqlalchemy import Row

from adapters.storage.answer_rows import figure_values, printed_time, value_of
from adapters.storage.cited import Revisions, document_then, span_values
from briefs.brief import (
    Brief,
    Change,
    ChangeKind,
    Event,
    Period,
    Point,
    Quotation,
    Source,
    Trace,
)
from briefs.briefing import Edition
from briefs.calendar_days import Dated, Precision
from briefs.model import Citation, Context, Document, Figure, Relation, Statement, Value


class Role(StrEnum):
    """What a span is quoted for."""

    POINT = "point"
    CONTEXT = "context"
    CHANGE = "change"
    FIGURE = "figure"
    EVENT = "event"
    ORIGIN = "origin"
    QUOTATION = "quotation"
    ONLY_HERE = "only_here"
    # These name a document as a whole, and say nothing with it.
    READ = "read"
    SOURCE = "source"
    STALE = "stale"


CITING = tuple(role.value for role in Role if role not in {Role.READ, Role.SOURCE, Role.STALE})
"""The roles of spans with which a brief says something."""

IN_POINTS = (Role.POINT.value, Role.CONTEXT.value)
"""The roles of spans that points consist of."""

_Quoted: TypeAlias = Citation | Context | Document


def brief_values(brief: Brief) -> dict[str, Any]:
    """Return what is kept of a brief, but for what it quotes and for whom it was composed."""
    return {
        "id": brief.id,
        "title": brief.title,
        "elapsed_ms": brief.elapsed_ms,
        "content": {
            "topic": brief.topic,
            "points": [
                {"story": each.story, "origins": list(each.statement.origins)}
                for each in brief.points
            ],
            "changes": [{"kind": each.kind.value, "text": each.text} for each in brief.changes],
            "figures": [figure_values(each) for each in brief.figures],
            "timeline": [
                {
                    "on": each.date.on.isoformat(),
                    "precision": each.date.precision.value,
                    "text": each.text,
                }
                for each in brief.timeline
            ],
            "origins": [
                {"name": each.name, "chains": [list(chain) for chain in each.chains]}
                for each in brief.origins
            ],
            "quotations": [each.speaker for each in brief.quotations],
            "notes": list(brief.notes),
        },
    }


def edition_values(edition: Edition, period: Period) -> dict[str, Any]:
    """Return what is kept of when and for whom a brief was composed."""
    collections = edition.collections
    return {
        "brief": edition.brief,
        "channel": edition.channel or "",
        "topic": stored_topic(edition.topic),
        "composed_at": printed_time(edition.composed_at),
        "since": None if period.since is None else printed_time(period.since),
        "snapshot": edition.snapshot,
        "collections": None if collections is None else sorted(collections),
        "occurrence": edition.occurrence,
    }


def stored_topic(topic: str | None) -> str:
    """Return a topic as it is kept to be compared."""
    return "" if topic is None else " ".join(topic.casefold().split())


def citation_values(brief: Brief) -> list[dict[str, Any]]:
    """Return every span that a brief quotes, in an order from which it can be rebuilt."""
    return [
        {"brief": brief.id, "position": position, "role": role.value, "part": part}
        | span_values(quoted)
        for position, (role, part, quoted) in enumerate(_spans(brief))
    ]


def edition_of(row: Row[Any]) -> Edition:
    """Return the edition of a row that has its brief's title and content too."""
    return Edition(
        brief=row.brief,
        title=row.title,
        channel=row.channel or None,
        topic=row.content["topic"],
        composed_at=datetime.fromisoformat(row.composed_at),
        collections=None if row.collections is None else frozenset(row.collections),
        snapshot=row.snapshot,
        occurrence=row.occurrence,
    )


def brief_of(row: Row[Any], spans: Sequence[Row[Any]], revisions: Revisions) -> Brief:
    """Return the brief of a row, given the rows of what it quotes, in their order."""
    cited: dict[tuple[str, int], list[Citation]] = defaultdict(list)
    whole: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for span in spans:
        if span.number is not None:
            cited[span.role, span.part].append(_citation(span, revisions))
        else:
            whole[span.role, span.part].append(document_then(span, revisions))
    content = row.content

    def cites(role: Role, part: int) -> tuple[Citation, ...]:
        return tuple(cited[role, part])

    return Brief(
        id=row.id,
        title=row.title,
        period=Period(
            since=None if row.since is None else datetime.fromisoformat(row.since),
            until=datetime.fromisoformat(row.composed_at),
        ),
        topic=content["topic"],
        documents=tuple(whole[Role.READ, 0]),
        points=points_of(content, spans, revisions),
        changes=tuple(
            Change(
                kind=ChangeKind(each["kind"]),
                text=each["text"],
                citations=cites(Role.CHANGE, part),
                documents=tuple(whole[Role.STALE, part]),
            )
            for part, each in enumerate(content["changes"])
        ),
        figures=_figures(content["figures"], cited),
        timeline=tuple(
            Event(
                date=Dated(
                    on=date.fromisoformat(each["on"]), precision=Precision(each["precision"])
                ),
                text=each["text"],
                citations=cites(Role.EVENT, part),
            )
            for part, each in enumerate(content["timeline"])
        ),
        origins=tuple(
            Trace(
                name=each["name"],
                citations=cites(Role.ORIGIN, part),
                chains=tuple(tuple(chain) for chain in each["chains"]),
            )
            for part, each in enumerate(content["origins"])
        ),
        quotations=tuple(
            Quotation(speaker=speaker, citations=cites(Role.QUOTATION, part))
            for part, speaker in enumerate(content["quotations"])
        ),
        sources=tuple(
            Source(document=document, only_here=cites(Role.ONLY_HERE, part))
            for part, document in enumerate(whole[Role.SOURCE, 0])
        ),
        notes=tuple(content["notes"]),
        elapsed_ms=row.elapsed_ms,
    )


def points_of(
    content: Mapping[str, Any], spans: Iterable[Row[Any]], revisions: Revisions
) -> tuple[Point, ...]:
    """Return the points of a brief's content, given the rows of what it quotes, in their order."""
    cited: dict[int, list[Citation]] = defaultdict(list)
    contexts: dict[int, Context] = {}
    for span in spans:
        if span.role == Role.POINT:
            cited[span.part].append(_citation(span, revisions))
        elif span.role == Role.CONTEXT:
            contexts[span.part] = Context(
                document=document_then(span, revisions), start=span.start, end=span.end
            )
    return tuple(
        Point(
            story=each["story"],
            statement=Statement(
                citations=tuple(cited[part]),
                origins=tuple(each["origins"]),
                context=contexts.get(part),
            ),
        )
        for part, each in enumerate(content["points"])
    )


def _citation(span: Row[Any], revisions: Revisions) -> Citation:
    return Citation(
        number=span.number,
        document=document_then(span, revisions),
        start=span.start,
        end=span.end,
    )


def _figures(
    stored: Sequence[Any], cited: dict[tuple[str, int], list[Citation]]
) -> tuple[Figure, ...]:
    values = count()
    return tuple(
        Figure(
            subject=each["subject"],
            relation=Relation(each["relation"]),
            values=tuple(
                value_of(value, cited[Role.FIGURE, next(values)]) for value in each["values"]
            ),
        )
        for each in stored
    )


def _spans(brief: Brief) -> Iterator[tuple[Role, int, _Quoted]]:
    """Yield what a brief quotes: for what, the number of the part that it is of, and the span."""
    yield from _of_part(Role.READ, 0, brief.documents)
    for part, point in enumerate(brief.points):
        yield from _of_part(Role.POINT, part, point.statement.citations)
        if point.statement.context is not None:
            yield Role.CONTEXT, part, point.statement.context
    for part, change in enumerate(brief.changes):
        yield from _of_part(Role.CHANGE, part, change.citations)
        yield from _of_part(Role.STALE, part, change.documents)
    values = (value for figure in brief.figures for value in figure.values)
    cited: tuple[tuple[Role, Iterable[Value | Event | Trace | Quotation]], ...] = (
        (Role.FIGURE, values),
        (Role.EVENT, brief.timeline),
        (Role.ORIGIN, brief.origins),
        (Role.QUOTATION, brief.quotations),
    )
    for role, parts in cited:
        for part, each in enumerate(parts):
            yield from _of_part(role, part, each.citations)
    yield from _of_part(Role.SOURCE, 0, (each.document for each in brief.sources))
    for part, source in enumerate(brief.sources):
        yield from _of_part(Role.ONLY_HERE, part, source.only_here)


def _of_part(
    role: Role, part: int, quoted: Iterable[_Quoted]
) -> Iterator[tuple[Role, int, _Quoted]]:
    for each in quoted:
        yield role, part, each
