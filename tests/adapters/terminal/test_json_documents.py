"""The JSON documents: the keys of INTERFACES.md, in their order, with null for what is unknown."""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from adapters.terminal.json_documents import (
    answer_document,
    listing_document,
    receipts_document,
    shown_document,
)
from briefs.cues import Reason
from briefs.model import (
    Answer,
    Citation,
    Dropped,
    Published,
    Receipt,
    Searched,
    Statement,
    Status,
)
from briefs.ports import Listed, Listing, Receipts, Shown
from tests.building import document

COAST = document(
    "At the coast. The tankers made 43 trips.",
    id="coast",
    revision=2,
    source="/coast.md",
    title="Coast",
    outlet="Coast Herald",
    author="Ann",
    published=date(2024, 11, 20),
    url="https://example.org/coast",
)
ISLAND = document("Tankers made 43 trips.", id="island", source="/island.md", title="Island")


def test_an_answer_is_its_statements_and_citations() -> None:
    """Every key of the interface, the quote being the span, and counts in place of names."""
    answer = Answer(
        question="How many trips?",
        understood="How many trips did the tankers make?",
        confidence=0.123456,
        searched=Searched(documents=5, passages=41, undated=2, loaded=9),
        statements=(
            Statement(
                citations=(
                    Citation(number=1, document=COAST, start=14, end=40),
                    Citation(number=2, document=ISLAND, start=0, end=22),
                ),
                origins=("Open Source Centre",),
            ),
        ),
        id="Ab-_01",
        elapsed_ms=12.345,
    )
    found = answer_document(answer)
    assert found == {
        "question": "How many trips?",
        "understood": "How many trips did the tankers make?",
        "answered": True,
        "confidence": 0.1235,
        "statements": [
            {
                "text": "The tankers made 43 trips.",
                "context": None,
                "citations": [1, 2],
                "outlets": 2,
                "origins": 1,
            }
        ],
        "differences": [],
        "citations": [
            {
                "number": 1,
                "document": "coast",
                "revision": 2,
                "title": "Coast",
                "outlet": "Coast Herald",
                "published": "2024-11-20",
                "url": "https://example.org/coast",
                "quote": "The tankers made 43 trips.",
                "start": 14,
                "end": 40,
                "link": None,
            },
            {
                "number": 2,
                "document": "island",
                "revision": 1,
                "title": "Island",
                "outlet": None,
                "published": None,
                "url": None,
                "quote": "Tankers made 43 trips.",
                "start": 0,
                "end": 22,
                "link": None,
            },
        ],
        "nearest": [],
        "reason": None,
        "searched": {"documents": 5, "passages": 41, "undated": 2},
        "elapsed_ms": 12.3,
        "id": "Ab-_01",
    }
    assert json.loads(json.dumps(found)) == found


def test_an_abstention_has_a_reason_and_the_nearest_citations() -> None:
    """Nothing is stated; what came nearest is told as citations are."""
    answer = Answer(
        question="bitcoin?",
        confidence=0.0,
        searched=Searched(documents=1, passages=1),
        nearest=(Citation(number=1, document=ISLAND, start=0, end=7),),
        reason="Not in the sources.",
    )
    found: Any = answer_document(answer)
    assert found["answered"] is False
    assert found["statements"] == found["citations"] == []
    assert found["reason"] == "Not in the sources."
    assert [each["quote"] for each in found["nearest"]] == ["Tankers"]


def test_outlets_are_counted_once_each() -> None:
    """Two citations of one outlet are one; a document of unknown outlet is one of its own."""
    again = document("The tankers made 43 trips again.", title="Later", outlet="Coast Herald")
    cited = tuple(
        Citation(number=number, document=each, start=0, end=5)
        for number, each in enumerate((COAST, again, ISLAND), start=1)
    )
    answer = Answer(
        question="?",
        confidence=1,
        searched=Searched(documents=3, passages=3),
        statements=(Statement(citations=cited, origins=()),),
    )
    found: Any = answer_document(answer)
    assert [(each["outlets"], each["origins"]) for each in found["statements"]] == [(2, 0)]


def test_receipts_tell_what_became_of_each_source() -> None:
    """One that was kept has the facts of its document; one that failed has its reason."""
    receipts = Receipts(
        receipts=(
            Receipt(
                source="/copy.md",
                status=Status.DUPLICATE,
                document=COAST,
                sentences=2,
                notes=("mend this",),
            ),
            Receipt(source="gone.md", status=Status.FAILED, error="there is no such file"),
        )
    )
    found = receipts_document(receipts)
    assert found == {
        "results": [
            {
                "source": "/copy.md",
                "status": "duplicate",
                "document": "coast",
                "revision": 2,
                "title": "Coast",
                "outlet": "Coast Herald",
                "author": "Ann",
                "published": "2024-11-20",
                "url": "https://example.org/coast",
                "reprint_of": None,
                "sentences": 2,
                "dropped": [],
                "notes": ["mend this"],
                "error": None,
            },
            {
                "source": "gone.md",
                "status": "failed",
                "document": None,
                "revision": None,
                "title": None,
                "outlet": None,
                "author": None,
                "published": None,
                "url": None,
                "reprint_of": None,
                "sentences": 0,
                "dropped": [],
                "notes": [],
                "error": "there is no such file",
            },
        ]
    }
    assert json.loads(json.dumps(found)) == found


def test_a_listing_has_facts_and_no_texts() -> None:
    """In the order of the listing, each with its collection."""
    listing = Listing(
        documents=(Listed(document=ISLAND, sentences=1), Listed(document=COAST, sentences=2))
    )
    facts = {
        "source": "/coast.md",
        "document": "coast",
        "revision": 2,
        "title": "Coast",
        "outlet": "Coast Herald",
        "author": "Ann",
        "published": "2024-11-20",
        "url": "https://example.org/coast",
        "sentences": 2,
        "reprint_of": None,
        "collection": "main",
    }
    found: Any = listing_document(listing)
    assert found["sources"][1] == facts
    shown = shown_document(Shown(listed=listing.documents[1]))
    assert shown == facts | {
        "status": "unchanged",
        "error": None,
        "dropped": [],
        "revisions": 2,
        "text": COAST.text,
    }
    assert json.loads(json.dumps([found, shown])) == [found, shown]


def test_dropped_lines_have_their_numbers_and_reasons() -> None:
    """In a receipt and in the document shown, so that they can be brought back."""
    dropped = (
        Dropped(number=1, text="Trending Now", reason=Reason.NAVIGATION),
        Dropped(number=4, text="Share", reason=Reason.SHARING),
    )
    expected = [
        {"number": 1, "text": "Trending Now", "reason": "navigation"},
        {"number": 4, "text": "Share", "reason": "sharing"},
    ]
    receipt = Receipt(source="/a.md", status=Status.ADDED, document=COAST, dropped=dropped)
    made: Any = receipts_document(Receipts(receipts=(receipt,)))
    assert made["results"][0]["dropped"] == expected
    shown = shown_document(Shown(listed=Listed(document=COAST, sentences=2), dropped=dropped))
    assert shown["dropped"] == expected
    assert json.loads(json.dumps([made, shown])) == [made, shown]


def test_a_document_shown_has_every_key_of_a_result() -> None:
    """One flat object: what reads a result can read it."""
    receipt = Receipt(source="/coast.md", status=Status.UNCHANGED, document=COAST, sentences=2)
    made: Any = receipts_document(Receipts(receipts=(receipt,)))
    (result,) = made["results"]
    shown = shown_document(Shown(listed=Listed(document=COAST, sentences=2)))
    for key in result.keys() - {"notes"}:
        assert shown[key] == result[key]


def test_a_reprint_names_the_document_that_it_repeats() -> None:
    """And counts with it as one outlet."""
    again = document(COAST.text, id="again", title="Again", outlet="Sea Post", reprint_of=COAST.id)
    listed = Listed(document=again, sentences=2)
    listing: Any = listing_document(Listing(documents=(listed,)))
    assert listing["sources"][0]["reprint_of"] == "coast"
    added = Receipt(source="/again.md", status=Status.ADDED, document=again, sentences=2)
    receipts: Any = receipts_document(Receipts(receipts=(added,)))
    assert receipts["results"][0]["reprint_of"] == "coast"
    assert shown_document(Shown(listed=listed))["reprint_of"] == "coast"
    cited = tuple(
        Citation(number=number, document=each, start=14, end=40)
        for number, each in enumerate((COAST, again), start=1)
    )
    answer = Answer(
        question="?",
        confidence=1,
        searched=Searched(documents=2, passages=2),
        statements=(Statement(citations=cited, origins=()),),
    )
    found: Any = answer_document(answer)
    assert found["statements"][0]["outlets"] == 1
    assert found["statements"][0]["citations"] == [1, 2]


@pytest.mark.parametrize(
    ("published", "written"),
    [
        (None, None),
        (date(2024, 11, 22), "2024-11-22"),
        (datetime(2024, 11, 22, 11, 36), "2024-11-22T11:36:00"),  # noqa: DTZ001 - a local time
        (
            datetime(2024, 11, 22, 8, tzinfo=timezone(timedelta(hours=1))),
            "2024-11-22T08:00:00+01:00",
        ),
    ],
)
def test_a_date_is_written_as_precise_as_it_is(
    published: Published | None, written: str | None
) -> None:
    """ISO 8601, with no time or offset that its source did not give."""
    shown = Shown(listed=Listed(document=document("x", published=published), sentences=1))
    assert shown_document(shown)["published"] == written
