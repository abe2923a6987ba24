"""Answers on Slack: whole, cited, and inert."""

from dataclasses import replace

import pytest
from hypothesis import example, given

from adapters import wording
from adapters.looking import Look
from adapters.slack import answers, names
from adapters.slack.render import rendered
from briefs.errors import ContractError
from briefs.model import Answer, Citation, Searched, Statement
from tests.adapters.slack.checking import (
    all_blocks,
    as_json,
    check,
    check_golden,
    literal,
    seen,
    squeezed,
)
from tests.adapters.slack.saying import HOSTILE, abstention, answer, answers_of, kept
from tests.briefing import cite
from tests.building import document, modest

ACTIONS = (names.SOURCES, names.HELPFUL, names.UNHELPFUL)


def stating(*quotes: str) -> Answer:
    """Return an answer with a statement a quote, each in its own article."""
    said = tuple(
        Statement(
            citations=(cite(document(quote, id=f"d{number}", outlet=quote), number),), origins=()
        )
        for number, quote in enumerate(quotes, start=1)
    )
    return Answer(
        question="?", confidence=1, searched=Searched(documents=1, passages=1), statements=said
    )


def actions_of(blocks: list[dict[str, object]]) -> list[str]:
    """Return the action ids of the buttons of blocks."""
    rows = [each["elements"] for each in blocks if each["type"] == "actions"]
    return [button["action_id"] for row in rows if isinstance(row, list) for button in row]


@pytest.mark.slow
@modest
@example(stating(*HOSTILE))
@given(answers_of())
def test_any_answer_fits_and_is_whole(made: Answer) -> None:
    """Every statement and every quote can be read in full, and every number leads to a line."""
    for look in (Look(), Look(private=True, linked=lambda _: "https://d.example/d?a=1&b=<2>|3")):
        messages = rendered(made, look)
        check(messages)
        blocks = all_blocks(messages)
        shown, everything = literal(blocks), seen(blocks)
        for statement in made.statements:
            numbers = "".join(f"[{each.number}]" for each in statement.citations)
            assert squeezed(wording.plain(statement.text)) + numbers in shown
        cited = made.citations or made.nearest
        lines = [seen([each]) for each in blocks if each["type"] == "context"]
        for citation in cited:
            assert squeezed(wording.plain(citation.quote)) in everything
            assert any(line.startswith(f"[{citation.number}]") for line in lines)
        assert set().union(*(each.documents for each in messages)) >= {
            each.document.id for each in cited
        }


@pytest.mark.slow
@modest
@given(answers_of())
def test_the_sources_of_any_answer_are_whole(made: Answer) -> None:
    """Every quote stands in a section of its own, whole."""
    messages = answers.sources(kept(made), Look())
    check(messages)
    shown = literal(all_blocks(messages))
    for citation in made.citations or made.nearest:
        assert f"▸{squeezed(wording.plain(citation.quote))}" in shown or not wording.plain(
            citation.quote
        )
    check(rendered(kept(made), Look()))
    check(answers.shared(kept(made), "U123", Look(private=True)))


def test_a_statement_stays_with_its_citations() -> None:
    """Forty statements need several messages; each has its line in the same one."""
    quotes = [f"Crane {number} moved {number} boxes. " + "More. " * 60 for number in range(1, 41)]
    messages = rendered(stating(*quotes), Look())
    check(messages)
    assert len(messages) > 1
    for number, quote in enumerate(quotes, start=1):
        (holder,) = (
            each for each in messages if squeezed(f"{quote}[{number}]") in literal(each.blocks)
        )
        assert any(
            seen([block]).startswith(f"[{number}]")
            for block in holder.blocks
            if block["type"] == "context"
        )


def test_an_answer_with_differences() -> None:
    """As its golden file says."""
    messages = rendered(answer(), Look(private=True))
    check(messages)
    check_golden("answer", as_json(messages))


def test_an_abstention() -> None:
    """As its golden file says: the reason, and what came nearest."""
    messages = rendered(abstention(), Look())
    check(messages)
    check_golden("abstention", as_json(messages))


def test_the_sources_of_an_answer() -> None:
    """As their golden file says: each quote between its neighbours, and what became of it."""
    messages = answers.sources(kept(answer(), updated=frozenset({"d2"})), Look())
    check(messages)
    check_golden("sources", as_json(messages))


def test_a_shared_answer() -> None:
    """As its golden file says: who shares it, and no button to share it again."""
    messages = answers.shared(kept(answer()), "U0123", Look(private=True))
    check(messages)
    check_golden("shared", as_json(messages))
    assert "Searched" not in str(as_json(messages))
    with pytest.raises(ContractError):
        answers.shared(kept(answer()), "U1> <!channel", Look())


def test_only_a_private_answer_can_be_shared() -> None:
    """And only a kept one has buttons at all, below its last message."""
    private = all_blocks(rendered(answer(), Look(private=True)))
    assert actions_of(private) == [names.SOURCES, names.SHARE, names.HELPFUL, names.UNHELPFUL]
    assert actions_of(all_blocks(rendered(answer(), Look()))) == list(ACTIONS)
    assert private[-1]["block_id"] == "answer:a1b2c3"
    assert {each["value"] for each in private[-1]["elements"]} == {"a1b2c3"}
    assert not actions_of(all_blocks(rendered(replace(answer(), id=None), Look(private=True))))


def test_a_quote_stands_between_its_neighbours() -> None:
    """Of its own paragraph; beyond a heading there is none."""
    text = (
        "First one here.\nA heading\nThe boats left. The quay was empty. It rained.\nThe end came."
    )
    source = document(text)

    def neighbours(quote: str) -> list[str]:
        made = Answer(
            question="?",
            confidence=1,
            searched=Searched(documents=1, passages=1),
            statements=(Statement(citations=(cite(source, 1, quote),), origins=()),),
        )
        blocks = all_blocks(answers.sources(kept(made), Look()))
        return [
            each["elements"][0]["text"]
            for each in blocks
            if each["type"] == "context" and "…" in each["elements"][0]["text"]
        ]

    assert neighbours("The quay was empty.") == ["… The boats left.", "It rained. …"]
    assert neighbours("The boats left.") == ["The quay was empty. …"]
    assert neighbours("quay was") == ["… The", "empty. …"]


def test_a_citation_leads_where_the_reader_can_open_it() -> None:
    """To the article's own address, or to another, or nowhere."""

    def linked(citation: Citation) -> str | None:
        return None if citation.number == 2 else f"https://d.example/{citation.number}"

    text = str(all_blocks(rendered(answer(), Look(linked=linked))))
    assert "<https://d.example/1|[1]>" in text
    assert "|[2]>" not in text
    own = str(all_blocks(rendered(answer(), Look())))
    assert "<https://news.example/cranes?part=1&amp;view=full|[1]>" in own
