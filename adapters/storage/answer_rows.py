"""Between an answer and the rows that keep it.

What it quotes is kept as spans of revisions, a row each; what is said around them is kept as JSON.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import Row

from adapters.storage.cited import Revisions, document_then, span_values
from briefs.keeping import KeptAnswer, Verdict
from briefs.model import (
    Answer,
    Bound,
    Citation,
    Context,
    Figure,
    Relation,
    Scope,
    Searched,
    Statement,
    Value,
)


class Role(StrEnum):
    """What a span is quoted for."""

    STATEMENT = "statement"
    CONTEXT = "context"
    DIFFERENCE = "difference"
    NEAREST = "nearest"


def printed_time(moment: datetime) -> str:
    """Return a time as it is kept: such texts sort as their times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def answer_values(kept: KeptAnswer, asker: str | None) -> dict[str, Any]:
    """Return what is kept of an answer, but for what it quotes."""
    answer, searched = kept.answer, kept.answer.searched
    return {
        "id": kept.id,
        "channel": kept.channel,
        "asker": asker,
        "asked_at": printed_time(kept.asked_at),
        "snapshot": kept.snapshot,
        "scope": _scope_values(kept.scope),
        "question": answer.question,
        "understood": answer.understood,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "searched": {
            "documents": searched.documents,
            "passages": searched.passages,
            "undated": searched.undated,
            "loaded": searched.loaded,
        },
        "elapsed_ms": answer.elapsed_ms,
        "origins": [list(each.origins) for each in answer.statements],
        "differences": [figure_values(each) for each in answer.differences],
        "thread": kept.thread,
    }


def citation_values(kept: KeptAnswer) -> list[dict[str, Any]]:
    """Return every span that an answer quotes, in an order from which it can be rebuilt."""
    return [
        {
            "answer": kept.id,
            "position": position,
            "role": role.value,
            "part": part,
        }
        | span_values(quoted)
        for position, (role, part, quoted) in enumerate(_spans(kept.answer))
    ]


def answer_of(row: Row[Any], spans: Sequence[Row[Any]], revisions: Revisions) -> Answer:
    """Return the answer of a row, given the rows of what it quotes, in their order."""
    cited: dict[tuple[str, int], list[Citation]] = defaultdict(list)
    contexts: dict[int, Context] = {}
    for span in spans:
        document = document_then(span, revisions)
        if span.role == Role.CONTEXT:
            contexts[span.part] = Context(document=document, start=span.start, end=span.end)
        else:
            citation = Citation(
                number=span.number, document=document, start=span.start, end=span.end
            )
            cited[span.role, span.part].append(citation)
    values = count()
    return Answer(
        question=row.question,
        confidence=row.confidence,
        searched=Searched(**row.searched),
        statements=tuple(
            Statement(
                citations=tuple(cited[Role.STATEMENT, part]),
                origins=tuple(origins),
                context=contexts.get(part),
            )
            for part, origins in enumerate(row.origins)
        ),
        differences=tuple(
            Figure(
                subject=figure["subject"],
                relation=Relation(figure["relation"]),
                values=tuple(
                    value_of(value, cited[Role.DIFFERENCE, next(values)])
                    for value in figure["values"]
                ),
            )
            for figure in row.differences
        ),
        nearest=tuple(cited[Role.NEAREST, 0]),
        reason=row.reason,
        understood=row.understood,
        id=row.id,
        elapsed_ms=row.elapsed_ms,
    )


def scope_of(stored: Mapping[str, Any]) -> Scope:
    """Return what was looked at, as it was kept."""
    collections = stored["collections"]
    return Scope(
        collections=None if collections is None else frozenset(collections),
        outlet=stored["outlet"],
        since=_day_of(stored["since"]),
        until=_day_of(stored["until"]),
    )


def verdict_of(row: Row[Any]) -> Verdict:
    """Return the verdict of a row."""
    return Verdict(useful=row.useful, why=row.why, given_at=datetime.fromisoformat(row.given_at))


def _spans(answer: Answer) -> Iterator[tuple[Role, int, Citation | Context]]:
    """Yield what an answer quotes: for what, the number of the part that it is of, and the span."""
    for part, statement in enumerate(answer.statements):
        yield from _of_part(Role.STATEMENT, part, statement.citations)
        if statement.context is not None:
            yield Role.CONTEXT, part, statement.context
    values = (value for figure in answer.differences for value in figure.values)
    for part, value in enumerate(values):
        yield from _of_part(Role.DIFFERENCE, part, value.citations)
    yield from _of_part(Role.NEAREST, 0, answer.nearest)


def _of_part(
    role: Role, part: int, citations: Iterable[Citation]
) -> Iterator[tuple[Role, int, Citation]]:
    for citation in citations:
        yield role, part, citation


def _scope_values(scope: Scope) -> dict[str, Any]:
    return {
        "collections": None if scope.collections is None else sorted(scope.collections),
        "outlet": scope.outlet,
        "since": _printed_day(scope.since),
        "until": _printed_day(scope.until),
    }


def figure_values(figure: Figure) -> dict[str, Any]:
    """Return what is kept of a figure, but for what its values cite."""
    return {
        "subject": figure.subject,
        "relation": figure.relation.value,
        "values": [
            {
                "text": value.text,
                "number": value.number,
                "unit": value.unit,
                "bound": None if value.bound is None else value.bound.value,
                "as_of": _printed_day(value.as_of),
            }
            for value in figure.values
        ],
    }


def value_of(stored: Mapping[str, Any], citations: Sequence[Citation]) -> Value:
    """Return the value that was kept, with what it cites."""
    return Value(
        text=stored["text"],
        number=stored["number"],
        unit=stored["unit"],
        bound=None if stored["bound"] is None else Bound(stored["bound"]),
        as_of=_day_of(stored["as_of"]),
        citations=tuple(citations),
    )


def _printed_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_of(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)
