"""The JSON documents of briefs, that other programs rely on; docs/json.md describes them."""

from collections.abc import Iterable

from adapters import wording
from adapters.terminal.answers import Linked, nowhere
from adapters.terminal.json_documents import (
    Json,
    citation_document,
    figure_document,
    printed_date,
)
from briefs.brief import Brief, Change, Event, Point, Quotation, Source, Trace
from briefs.briefing import Explained
from briefs.model import Citation


def brief_document(brief: Brief, linked: Linked = nowhere) -> dict[str, Json]:
    """Return a brief as `brief --json` prints it."""
    since = brief.period.since
    return {
        "id": brief.id,
        "title": brief.title,
        "period": {
            "since": None if since is None else since.isoformat(timespec="seconds"),
            "until": brief.period.until.isoformat(timespec="seconds"),
        },
        "documents": len(brief.documents),
        "points": [_point(each) for each in brief.points],
        "changes": [_change(each) for each in brief.changes],
        "figures": [figure_document(each) for each in brief.figures],
        "timeline": [_event(each) for each in brief.timeline],
        "origins": [_origin(each) for each in brief.origins],
        "sources": [_source(each) for each in brief.sources],
        "citations": [citation_document(each, linked) for each in brief.citations],
        "elapsed_ms": round(brief.elapsed_ms, 1),
        "topic": brief.topic,
        "quotations": [_quotation(each) for each in brief.quotations],
        "notes": list(brief.notes),
    }


def explained_document(explained: Explained) -> dict[str, Json]:
    """Return why a sentence is in a brief or not, as `brief --why TEXT --json` prints it."""
    why = explained.why
    return {
        "text": explained.text,
        "brief": explained.brief,
        "shown": why.shown,
        "answer": why.text,
        "story": why.story,
        "rank": why.rank,
        "sentence": None if why.citation is None else _unnumbered(why.citation),
        "group": [_unnumbered(each) for each in why.group],
        "gates": [{"passed": each.passed, "text": each.text} for each in why.gates],
    }


def _point(point: Point) -> Json:
    statement = point.statement
    return {
        "story": point.story,
        "text": statement.text,
        "citations": _numbers(statement.citations),
        "outlets": len(statement.outlets),
        "origins": len(statement.origins),
        "origin_names": list(statement.origins),
        "context": None if statement.context is None else statement.context.quote,
    }


def _change(change: Change) -> Json:
    return {
        "kind": change.kind.value,
        "text": change.text,
        "citations": _numbers(change.citations),
        "documents": [
            {"document": each.id, "revision": each.revision, "title": each.title}
            for each in change.documents
        ],
    }


def _event(event: Event) -> Json:
    return {
        "date": wording.iso(event.date),
        "text": event.text,
        "citations": _numbers(event.citations),
    }


def _origin(trace: Trace) -> Json:
    return {
        "name": trace.name,
        "outlets": list(trace.outlets),
        "citations": _numbers(trace.citations),
        "chains": [list(each) for each in trace.chains],
    }


def _quotation(quotation: Quotation) -> Json:
    return {"speaker": quotation.speaker, "citations": _numbers(quotation.citations)}


def _source(source: Source) -> Json:
    document = source.document
    return {
        "document": document.id,
        "title": document.title,
        "outlet": document.outlet,
        "published": printed_date(document),
        "only_here": [
            {"text": each.quote, "citations": [each.number]} for each in source.only_here
        ],
        "revision": document.revision,
        "url": document.url,
        "reprint_of": document.reprint_of,
    }


def _unnumbered(citation: Citation) -> Json:
    """Return a citation of what need not stand in the brief, and so has no number there."""
    document = citation.document
    return {
        "document": document.id,
        "revision": document.revision,
        "title": document.title,
        "outlet": document.outlet,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def _numbers(citations: Iterable[Citation]) -> list[Json]:
    return [each.number for each in citations]
