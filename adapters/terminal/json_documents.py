"""The JSON documents that other programs rely on; docs/json.md describes them."""

from typing import TypeAlias

from adapters.terminal.answers import Linked, nowhere
from briefs.feedback import EvalLine
from briefs.model import Answer, Citation, Document, Dropped, Figure, Receipt, Statement, Value
from briefs.ports import Listing, Receipts, Shown

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_DIGITS = 4


def answer_document(answer: Answer, linked: Linked = nowhere) -> dict[str, Json]:
    """Return an answer, or an abstention, as `ask --json` prints it."""
    return {
        "question": answer.question,
        "understood": answer.understood,
        "answered": answer.answered,
        "confidence": round(answer.confidence, _DIGITS),
        "statements": [_statement(each) for each in answer.statements],
        "differences": [figure_document(each) for each in answer.differences],
        "citations": [citation_document(each, linked) for each in answer.citations],
        "nearest": [citation_document(each, linked) for each in answer.nearest],
        "reason": answer.reason,
        "searched": {
            "documents": answer.searched.documents,
            "passages": answer.searched.passages,
            "undated": answer.searched.undated,
        },
        "elapsed_ms": round(answer.elapsed_ms, 1),
        "id": answer.id,
    }


def eval_line_document(line: EvalLine) -> dict[str, Json]:
    """Return a line as `eval` reads it."""
    right: dict[str, Json] = {"expect": list(line.expect)} if line.expect else {"answerable": False}
    note: dict[str, Json] = {} if line.note is None else {"note": line.note}
    return {"question": line.question} | right | note


def receipts_document(receipts: Receipts) -> dict[str, Json]:
    """Return receipts as `source add --json` prints them."""
    return {"results": [_receipt(each) for each in receipts.receipts]}


def listing_document(listing: Listing) -> dict[str, Json]:
    """Return a listing as `source list --json` prints it."""
    return {
        "sources": [
            _document(each.document, each.sentences) | {"collection": each.document.collection}
            for each in listing.documents
        ]
    }


def shown_document(shown: Shown) -> dict[str, Json]:
    """Return one document as `source show --json` prints it: one flat object."""
    document = shown.listed.document
    return _document(document, shown.listed.sentences) | {
        "status": "unchanged",
        "error": None,
        "dropped": [_dropped(each) for each in shown.dropped],
        "collection": document.collection,
        "revisions": document.revision,
        "text": document.text,
    }


def _statement(statement: Statement) -> Json:
    return {
        "text": statement.text,
        "context": None if statement.context is None else statement.context.quote,
        "citations": [citation.number for citation in statement.citations],
        "outlets": len(statement.outlets),
        "origins": len(statement.origins),
    }


def figure_document(figure: Figure) -> Json:
    """Return what outlets give for one thing."""
    return {
        "subject": figure.subject,
        "relation": figure.relation.value,
        "values": [_value(each) for each in figure.values],
    }


def _value(value: Value) -> Json:
    return {
        "value": value.text,
        "number": value.number,
        "unit": value.unit,
        "bound": None if value.bound is None else value.bound.value,
        "as_of": None if value.as_of is None else value.as_of.isoformat(),
        "citations": [citation.number for citation in value.citations],
    }


def citation_document(citation: Citation, linked: Linked = nowhere) -> Json:
    """Return a citation, with where it can be read."""
    document = citation.document
    return {
        "number": citation.number,
        "document": document.id,
        "revision": document.revision,
        "title": document.title,
        "outlet": document.outlet,
        "published": printed_date(document),
        "url": document.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "link": linked(citation),
    }


def _receipt(receipt: Receipt) -> Json:
    document = receipt.document
    found: dict[str, Json] = {
        "source": receipt.source,
        "status": receipt.status.value,
        "document": None,
        "revision": None,
        "title": None,
        "outlet": None,
        "author": None,
        "published": None,
        "url": None,
        "reprint_of": None,
        "sentences": receipt.sentences,
        "dropped": [_dropped(each) for each in receipt.dropped],
        "notes": list(receipt.notes),
        "error": receipt.error,
    }
    if document is not None:
        known = _document(document, receipt.sentences)
        found |= {key: known[key] for key in found.keys() & known.keys()}
        found["source"] = receipt.source
    return found


def _dropped(dropped: Dropped) -> Json:
    return {"number": dropped.number, "text": dropped.text, "reason": str(dropped.reason)}


def _document(document: Document, sentences: int) -> dict[str, Json]:
    return {
        "source": document.source,
        "document": document.id,
        "revision": document.revision,
        "title": document.title,
        "outlet": document.outlet,
        "author": document.author,
        "published": printed_date(document),
        "url": document.url,
        "sentences": sentences,
        "reprint_of": document.reprint_of,
    }


def printed_date(document: Document) -> str | None:
    """Return when a document was published, as precise as its source says it."""
    return None if document.published is None else document.published.isoformat()
