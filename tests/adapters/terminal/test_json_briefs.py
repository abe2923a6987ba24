"""The JSON of briefs: the keys of the interface, with null for what is unknown."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.json_briefs import (
    brief_document,
    explained_document,
)
from briefs.brief import (
    Brief,
    Change,
    ChangeKind,
    Event,
    Gate,
    Period,
    Point,
    Quotation,
    Source,
    Trace,
    Why,
)
from briefs.briefing import Explained
from briefs.calendar_days import Dated, Precision
from briefs.model import (
    Bound,
    Citation,
    Context,
    Document,
    Figure,
    Relation,
    Statement,
    Value,
)
from tests.briefing import briefs_of
from tests.building import document, modest

UNTIL = datetime(2024, 11, 22, 8, 5, 1, 250, tzinfo=UTC)
COAST = document(
    "It is said. The tankers made 43 trips.",
    id="coast",
    revision=2,
    title="Coast",
    outlet="Coast Herald",
    published=date(2024, 11, 20),
    url="https://example.org/coast",
)
ISLAND = document("Tankers made 43 trips.", id="island", title="Island")
ONE = Citation(number=1, document=COAST, start=12, end=38)
TWO = Citation(number=2, document=ISLAND, start=0, end=22)
EMPTY = Brief(id="b-01", title="", period=Period(since=None, until=UNTIL))

KEYS = [
    *("id", "title", "period", "documents", "points", "changes", "figures", "timeline"),
    *("origins", "sources", "citations", "elapsed_ms"),
]


def cited(citation: Citation, source: Document) -> dict[str, Any]:
    """Return the JSON of a citation."""
    return {
        "number": citation.number,
        "document": source.id,
        "revision": source.revision,
        "title": source.title,
        "outlet": source.outlet,
        "published": "2024-11-20" if source is COAST else None,
        "url": source.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "link": None,
    }


def test_a_brief_is_all_its_parts() -> None:
    """Every key of the interface first, in its order; numbers in place of citations."""
    brief = Brief(
        id="b-01",
        title="Boats",
        topic="oil",
        period=Period(since=datetime(2024, 11, 20, 6, 0, tzinfo=UTC), until=UNTIL),
        documents=(COAST, ISLAND),
        points=(
            Point(
                story="Boats",
                statement=Statement(
                    citations=(ONE, TWO),
                    origins=("OSC",),
                    context=Context(document=COAST, start=0, end=11),
                ),
            ),
        ),
        changes=(
            Change(kind=ChangeKind.NEW, text=ONE.quote, citations=(ONE,)),
            Change(kind=ChangeKind.WITHDRAWN, text="Island", documents=(ISLAND,)),
        ),
        figures=(
            Figure(
                subject="trips",
                relation=Relation.AGREE,
                values=(
                    Value(
                        text="43 trips",
                        number=43,
                        unit="trips",
                        bound=Bound.ABOUT,
                        as_of=date(2024, 11, 1),
                        citations=(ONE, TWO),
                    ),
                ),
            ),
        ),
        timeline=(
            Event(
                date=Dated(on=date(2024, 3, 1), precision=Precision.MONTH),
                text=ONE.quote,
                citations=(ONE,),
            ),
        ),
        origins=(Trace(name="OSC", citations=(ONE, TWO), chains=(("Coast Herald", "OSC"),)),),
        quotations=(Quotation(speaker="Roe", citations=(ONE, TWO)),),
        sources=(Source(document=COAST), Source(document=ISLAND, only_here=(TWO,))),
        notes=("It is the first.",),
        elapsed_ms=80.123,
    )
    found = brief_document(brief)
    assert list(found)[: len(KEYS)] == KEYS
    assert found == {
        "id": "b-01",
        "title": "Boats",
        "period": {
            "since": "2024-11-20T06:00:00+00:00",
            "until": "2024-11-22T08:05:01+00:00",
        },
        "documents": 2,
        "points": [
            {
                "story": "Boats",
                "text": "The tankers made 43 trips.",
                "citations": [1, 2],
                "outlets": 2,
                "origins": 1,
                "origin_names": ["OSC"],
                "context": "It is said.",
            }
        ],
        "changes": [
            {
                "kind": "new",
                "text": "The tankers made 43 trips.",
                "citations": [1],
                "documents": [],
            },
            {
                "kind": "withdrawn",
                "text": "Island",
                "citations": [],
                "documents": [{"document": "island", "revision": 1, "title": "Island"}],
            },
        ],
        "figures": [
            {
                "subject": "trips",
                "relation": "agree",
                "values": [
                    {
                        "value": "43 trips",
                        "number": 43,
                        "unit": "trips",
                        "bound": "about",
                        "as_of": "2024-11-01",
                        "citations": [1, 2],
                    }
                ],
            }
        ],
        "timeline": [{"date": "2024-03", "text": "The tankers made 43 trips.", "citations": [1]}],
        "origins": [
            {
                "name": "OSC",
                "outlets": ["Coast Herald", "Island"],
                "citations": [1, 2],
                "chains": [["Coast Herald", "OSC"]],
            }
        ],
        "sources": [
            {
                "document": "coast",
                "title": "Coast",
                "outlet": "Coast Herald",
                "published": "2024-11-20",
                "only_here": [],
                "revision": 2,
                "url": "https://example.org/coast",
                "reprint_of": None,
            },
            {
                "document": "island",
                "title": "Island",
                "outlet": None,
                "published": None,
                "only_here": [{"text": "Tankers made 43 trips.", "citations": [2]}],
                "revision": 1,
                "url": None,
                "reprint_of": None,
            },
        ],
        "citations": [cited(ONE, COAST), cited(TWO, ISLAND)],
        "elapsed_ms": 80.1,
        "topic": "oil",
        "quotations": [{"speaker": "Roe", "citations": [1, 2]}],
        "notes": ["It is the first."],
    }
    assert json.loads(json.dumps(found)) == found


def test_a_date_is_as_precise_as_it_is() -> None:
    """A year is four digits: "2024-01-01" would say too much."""
    on = date(2024, 1, 1)
    timeline = tuple(
        Event(date=Dated(on=on, precision=each), text="x", citations=(ONE,)) for each in Precision
    )
    found: Any = brief_document(replace(EMPTY, timeline=timeline))
    assert {each["date"] for each in found["timeline"]} == {"2024-01-01", "2024-01", "2024"}


def test_an_empty_brief_has_every_key() -> None:
    """With nothing in it, and no beginning of its period."""
    found: Any = brief_document(EMPTY)
    assert set(KEYS) < set(found)
    assert (found["documents"], found["points"], found["citations"]) == (0, [], [])
    assert found["period"] == {"since": None, "until": "2024-11-22T08:05:01+00:00"}


@given(briefs_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)))
@modest
def test_every_number_is_of_a_citation(brief: Brief) -> None:
    """No part refers to what is not there, whatever a brief holds."""
    found: Any = json.loads(json.dumps(brief_document(brief)))
    numbers = {each["number"] for each in found["citations"]}
    parts = [
        *(each for name in ("points", "changes", "timeline", "origins") for each in found[name]),
        *found["quotations"],
        *(value for figure in found["figures"] for value in figure["values"]),
        *(only for source in found["sources"] for only in source["only_here"]),
    ]
    assert {number for part in parts for number in part["citations"]} <= numbers


def test_an_explanation_has_every_gate() -> None:
    """And the sentences that are meant, which need no number of the brief."""
    quoted = {
        "document": "island",
        "revision": 1,
        "title": "Island",
        "outlet": None,
        "quote": "Tankers made 43 trips.",
        "start": 0,
        "end": 22,
    }
    why = Why(
        shown=True,
        text="It is point 1 of the brief.",
        citation=TWO,
        story="Boats",
        rank=1,
        group=(TWO,),
        gates=(Gate(passed=True, text="It is new here."),),
    )
    assert explained_document(Explained(text="43 trips", brief="b-01", why=why)) == {
        "text": "43 trips",
        "brief": "b-01",
        "shown": True,
        "answer": "It is point 1 of the brief.",
        "story": "Boats",
        "rank": 1,
        "sentence": quoted,
        "group": [quoted],
        "gates": [{"passed": True, "text": "It is new here."}],
    }
    unknown: Any = explained_document(
        Explained(text="?", brief="b-01", why=Why(shown=False, text="No article says so."))
    )
    assert (unknown["sentence"], unknown["rank"], unknown["gates"]) == (None, None, [])
