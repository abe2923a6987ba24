"""An answer on Discord: complete, exact, and inert whatever a source holds."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given

from adapters.discord import answers, names
from adapters.discord.embeds import Message
from adapters.discord.render import rendered
from adapters.discord.text import inert
from adapters.looking import Look
from briefs.keeping import KeptAnswer
from briefs.model import Answer, Context, Figure, Relation, Scope, Searched, Statement, Value
from tests.adapters.discord.reading import (
    alive,
    answer_of,
    answers_of,
    check,
    descriptions,
    feet,
    is_shown,
    read,
)
from tests.briefing import cite, full
from tests.building import document, modest

COAST = document(
    "The port was quiet. The tankers made 43 trips. Nobody counted the crews.\nLater it rained.",
    title="At the coast",
    outlet="Coast Herald",
    author="Mara Lindt",
    published=date(2024, 11, 20),
    url="https://coast.example/trips_(43)",
)
HARBOUR = document(
    "Tankers made 43 trips.", title="Busy", outlet="Harbour Times", published=date(2024, 11, 22)
)
LETTER = document("They made 41 trips.", title="A letter")

ANSWER = Answer(
    question="How many trips did the tankers make?",
    confidence=0.934,
    searched=Searched(documents=5, passages=1_041, undated=2),
    statements=(
        Statement(
            citations=(cite(COAST, 1, "The tankers made 43 trips."), cite(HARBOUR, 2)),
            origins=("Open Source Centre",),
            context=Context(document=COAST, start=0, end=19),
        ),
    ),
    differences=(
        Figure(
            subject="trips",
            relation=Relation.DIFFER,
            values=(
                Value(
                    text="43 trips",
                    number=43,
                    unit="trips",
                    bound=None,
                    as_of=date(2024, 11, 1),
                    citations=(cite(COAST, 1, "The tankers made 43 trips."), cite(HARBOUR, 2)),
                ),
                Value(
                    text="41 trips",
                    number=41,
                    unit="trips",
                    bound=None,
                    as_of=None,
                    citations=(cite(LETTER, 3),),
                ),
            ),
        ),
    ),
    understood="How many trips did the tankers make to the port?",
    id="Ab-_01",
)
REFUSED = Answer(
    question="What is the price of bread?",
    confidence=0.1,
    searched=Searched(documents=1, passages=1),
    reason="The one article here does not answer this.",
    nearest=(cite(COAST, 1, "The port was quiet."),),
    id="Ab-_02",
)
KEPT = KeptAnswer(
    id="Ab-_01",
    answer=ANSWER,
    channel="discord:1",
    asked_at=datetime(2024, 11, 23, 8, 5, tzinfo=UTC),
    scope=Scope(),
    snapshot=3,
    updated=frozenset({HARBOUR.id}),
    withdrawn=frozenset({LETTER.id}),
)


def complete(answer: Answer, messages: tuple[Message, ...]) -> None:
    """Assert that an answer is shown whole, and that every number leads somewhere."""
    check(messages)
    assert alive(messages) == []
    said = read(messages)
    for statement in answer.statements:
        assert is_shown(statement.text, messages)
        assert statement.context is None or is_shown(statement.context.quote, messages)
        assert all(is_shown(each.quote, messages) for each in statement.citations)
    for citation in (*answer.citations, *answer.nearest):
        assert is_shown(citation.quote, messages)
        lines = said.split("\n")
        assert any(
            each.startswith((f"[{citation.number}] ", f"[[{citation.number}]](")) for each in lines
        )


@pytest.mark.slow
@modest
@given(answers_of())
@example(answer_of(full()))
@example(answer_of(full(outlets=12)))
def test_any_answer_is_shown_whole_and_inert(answer: Answer) -> None:
    """Whatever a source wrote; in private with buttons, shared, with its sources, as a check."""
    look = Look(private=True, admin=True)
    complete(answer, rendered(answer, look))
    kept = replace(KEPT, answer=answer)
    complete(answer, rendered(kept, look))
    complete(answer, answers.shared(kept, 80351110224678912, look))
    complete(answer, answers.checked(answer, answer.question, look))
    shown = answers.sources(kept, look)
    check(shown)
    assert alive(shown) == []
    assert all(is_shown(each.quote, shown) for each in answer.citations or answer.nearest)


def test_a_long_sentence_is_told_to_its_end() -> None:
    """Five thousand characters of one sentence, and of many."""
    for text in ("All of it is one sentence " * 220, "There are many of them. " * 220):
        source = document(f"{text.strip()}.", title="Long", outlet="Herald")
        answer = replace(
            ANSWER,
            differences=(),
            statements=(Statement(citations=(cite(source), cite(COAST, 2)), origins=()),),
        )
        messages = rendered(answer, Look())
        check(messages)
        complete(answer, messages)
        assert "** [1] [[2]](https" in "\n".join(descriptions(messages))


def test_an_answer_reads_like_one() -> None:
    """What was understood, the sentence with its numbers, who says it, and how they differ."""
    (message,) = rendered(ANSWER, Look(private=True))
    said, figures, quoted = message.embeds
    link = "https://coast.example/trips%5F%2843%29"
    assert said["title"] == ANSWER.question
    assert said["description"].split("\n") == [
        "-# Understood as: How many trips did the tankers make to the port?",
        "",
        "-# Context: “The port was quiet.”",
        f"**The tankers made 43 trips.** [[1]]({link}) [2]",
        "-# 2 outlets · 1 origin: Open Source Centre",
        "[1] Coast Herald, 20 November 2024: _At the coast_",
        "[2] Harbour Times, 22 November 2024: _Busy_: “Tankers made 43 trips.”",
    ]
    assert figures["title"] == "Outlets differ"
    assert figures["description"].split("\n") == [
        "**trips**",
        "- **43 trips** (as of 1 November 2024): Coast Herald [1], Harbour Times [2]",
        "- **41 trips**: A letter [3]",
    ]
    assert quoted["description"] == "[3] A letter, date unknown: “They made 41 trips.”"
    assert feet([message]) == [
        "Searched 5 articles, 1,041 passages; 2 articles without a date left out; confidence 0.93"
    ]


def test_the_buttons_are_those_of_the_answer() -> None:
    """Share only where it is private, and none where the answer is not kept."""

    def actions(messages: tuple[Message, ...]) -> list[str]:
        assert all(each.value == "Ab-_01" for each in messages[-1].buttons)
        return [each.action for each in messages[-1].buttons]

    usual = [names.SOURCES, names.HELPFUL, names.UNHELPFUL]
    assert actions(rendered(ANSWER, Look())) == usual
    assert actions(rendered(ANSWER, Look(private=True))) == [names.SOURCES, names.SHARE, *usual[1:]]
    assert actions(answers.shared(KEPT, 1, Look(private=True))) == usual
    assert actions(rendered(replace(ANSWER, id=None), Look(private=True))) == []


def test_a_number_leads_where_the_caller_says() -> None:
    """A reader's link, or nowhere."""
    linked = Look(linked=lambda each: f"https://news.example/d/{each.number}")
    assert (
        "** [[1]](https://news.example/d/1) [[2]](https://news.example/d/2)\n"
        in (rendered(ANSWER, linked)[0].embeds[0]["description"])
    )
    nowhere = Look(linked=lambda _: None)
    assert "** [1] [2]\n" in rendered(ANSWER, nowhere)[0].embeds[0]["description"]


def test_a_refusal_gives_its_reason_and_what_came_closest() -> None:
    """In another colour."""
    (message,) = rendered(REFUSED, Look())
    said, nearest = message.embeds
    assert said["title"] == REFUSED.question
    assert said["description"] == REFUSED.reason
    assert nearest["description"].endswith(
        " Coast Herald, 20 November 2024: _At the coast_: “The port was quiet.”"
    )
    assert said["color"] != rendered(ANSWER, Look())[0].embeds[0]["color"]


def test_sources_show_each_quote_between_its_neighbours() -> None:
    """With its author, its page, its place, and what became of the article."""
    (message,) = answers.sources(KEPT, Look())
    link = "https://coast.example/trips%5F%2843%29"
    about = f"[[1]]({link}) Coast Herald, 20 November 2024: _At the coast_"
    assert message.embeds[0]["description"].split("\n") == [
        f"{about}, by Mara Lindt · [article]({link})",
        "> The port was quiet. **The tankers made 43 trips.** Nobody counted the crews.",
        "-# revision 1, characters 20–46",
        "",
        "[2] Harbour Times, 22 November 2024: _Busy_",
        "> **Tankers made 43 trips.**",
        "-# revision 1, characters 0–22 · updated since: there is a newer revision of it",
        "",
        "[3] A letter, date unknown",
        "> **They made 41 trips.**",
        "-# revision 1, characters 0–19 · withdrawn since: it was removed from the library",
    ]
    assert message.buttons == ()


def test_a_quote_at_the_edge_of_a_paragraph_has_a_neighbour_in_the_next() -> None:
    """On a line of its own; half a sentence is completed."""
    edge = replace(
        ANSWER, statements=(Statement(citations=(cite(COAST, 1, "Nobody counted"),), origins=()),)
    )
    (message,) = answers.sources(replace(KEPT, answer=replace(edge, differences=())), Look())
    assert message.embeds[0]["description"].split("\n")[1:3] == [
        "> The tankers made 43 trips. **Nobody counted** the crews.",
        "> Later it rained.",
    ]


def test_who_shares_an_answer_is_named() -> None:
    """Before it; what has changed since is said after it."""
    (message,) = answers.shared(KEPT, 80351110224678912, Look(private=True))
    assert message.content == "Shared by <@80351110224678912>"
    assert message.embeds[0]["title"] == ANSWER.question
    assert "withdrawn since" in message.embeds[-1]["description"]


def test_a_checked_message_is_quoted_and_compared() -> None:
    """Each line of it, inert; then what the sources say, or that they say nothing."""
    text = "They made **60** trips!\n\n@everyone look"
    (message,) = answers.checked(ANSWER, text, Look())
    assert message.embeds[0]["description"] == (
        f"> {inert('They made **60** trips!')}\n> {inert('@everyone look')}"
    )
    assert [each["title"] for each in message.embeds[1:3]] == [
        "What the sources say",
        "Outlets differ",
    ]
    (message,) = answers.checked(REFUSED, text, Look())
    assert [each["title"] for each in message.embeds[1:]] == [
        "Nothing in the sources speaks of it",
        "The nearest passages",
    ]
