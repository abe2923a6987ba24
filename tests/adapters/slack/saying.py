"""Answers that nobody gave: what the tests of their renderings are made of."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from briefs.keeping import KeptAnswer
from briefs.model import (
    Answer,
    Citation,
    Document,
    Figure,
    Relation,
    Scope,
    Searched,
    Statement,
    Value,
)
from tests.briefing import brief, briefs_of, cite, hostile_texts
from tests.building import document

HOSTILE = (
    "<!channel> and <!here> look.",
    "<@U1> and <@U123ABC> were told in <#C123>.",
    "Fish &<> chips &amp; peas &lt;b&gt;.",
    "Read <https://evil.example|https://bank.example> now.",
    "It was *bold* and _slanted_ and ~gone~ and `code` and ```more```.",
    "They were :smile: :+1::skin-tone-2: about it.",
    "\u202egnp.exe\u2066 turned\u2069 \u200fround\u200e.",
    "@channel @here #general https://evil.example mailto:a@evil.example",
    "&" * 700,
    "> quoted\n• listed\n1. numbered",
    "word " * 600 + "end.",
    "w" * 3_000,
    "A sentence that goes on, " * 400 + "ends.",
    "w" * 10_000,
    "😀" * 2_000,
    "e\u0301" * 4_000,
    "<" * 10_000,
)
ASKED_AT = datetime(2024, 11, 22, 18, 30, tzinfo=UTC)


def articles() -> tuple[Document, ...]:
    """Return three articles on the same thing."""
    facts = {
        "Harbour Post": (
            "The port opened in May. Cranes at the pier moved 43 containers on Monday. "
            "Nobody was hurt.\nA new paragraph follows."
        ),
        "Tide & Times": (
            "According to the Harbour Institute, cranes moved 43 containers. It rained all day."
        ),
        "Quay <Weekly>": "Workers count 51 containers at the pier. The count goes on.",
    }
    return tuple(
        document(
            text,
            id=f"d{number}",
            title=f"Cranes *at* the pier, part {number}",
            outlet=outlet,
            author="Ada Quill" if number == 1 else None,
            published=date(2024, 11, 20 + number),
            url=f"https://news.example/cranes?part={number}&view=full",
        )
        for number, (outlet, text) in enumerate(facts.items(), start=1)
    )


def answer(**stated: Any) -> Answer:
    """Return an answer that outlets differ on."""
    first, second, third = articles()
    moved = cite(first, 1, "Cranes at the pier moved 43 containers on Monday.")
    agreed = cite(second, 2, "According to the Harbour Institute, cranes moved 43 containers.")
    counted = cite(third, 3, "Workers count 51 containers at the pier.")
    said = Statement(citations=(moved, agreed), origins=("Harbour Institute",))
    differing = Figure(
        subject="containers at the pier",
        relation=Relation.DIFFER,
        values=(_value("43 containers", moved, agreed), _value("51 containers", counted)),
    )
    facts: dict[str, Any] = {
        "question": "How many containers were moved?",
        "confidence": 0.91,
        "searched": Searched(documents=3, passages=4, undated=1),
        "statements": (said,),
        "differences": (differing,),
        "id": "a1b2c3",
        **stated,
    }
    return Answer(**facts)


def abstention(**stated: Any) -> Answer:
    """Return an answer that says nothing, with what came nearest."""
    first, *_ = articles()
    facts: dict[str, Any] = {
        "question": "Who paid for the cranes?",
        "confidence": 0.1,
        "searched": Searched(documents=3, passages=4),
        "nearest": (cite(first, 1, "The port opened in May."),),
        "reason": "The loaded articles do not say who paid for the cranes.",
        "id": "a9",
        **stated,
    }
    return Answer(**facts)


def kept(given: Answer, **stated: Any) -> KeptAnswer:
    """Return an answer as it is kept."""
    facts: dict[str, Any] = {
        "id": given.id or "a1",
        "answer": given,
        "channel": "slack:C0123",
        "asked_at": ASKED_AT,
        "scope": Scope(),
        "snapshot": 1,
        **stated,
    }
    return KeptAnswer(**facts)


def texts() -> st.SearchStrategy[str]:
    """Return a strategy for texts that Slack would obey, and for long ones."""
    return hostile_texts() | st.sampled_from(HOSTILE)


@st.composite
def answers_of(draw: st.DrawFn) -> Answer:
    """Return a strategy for answers with anything in every field."""
    made = draw(briefs_of(texts(), most=3))
    citations = made.citations
    has_any = bool(made.points) and draw(st.booleans())
    return Answer(
        question=draw(texts()),
        confidence=draw(st.floats(0, 1)),
        searched=Searched(documents=draw(st.integers(0, 9)), passages=9),
        statements=tuple(point.statement for point in made.points) if has_any else (),
        differences=made.figures if has_any else (),
        nearest=() if has_any else citations[:3],
        reason=None if has_any else draw(texts()),
        understood=draw(st.none() | texts()),
        id=draw(st.none() | st.just("a1")),
    )


def _value(text: str, *citations: Citation) -> Value:
    return Value(text=text, number=None, unit=None, bound=None, as_of=None, citations=citations)


__all__ = ["ASKED_AT", "HOSTILE", "abstention", "answer", "answers_of", "brief", "kept", "texts"]
