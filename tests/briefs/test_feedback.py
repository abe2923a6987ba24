"""From verdicts to lines of a question file: nothing is claimed that no reader said."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.terminal.json_documents import eval_line_document
from briefs.feedback import EvalLine, LeftOut, eval_lines
from briefs.keeping import Judged, KeptAnswer, Verdict
from briefs.model import Answer, Citation, Document, Scope, Searched, Statement
from briefs.question_files import read_questions
from tests.building import document

UP, DOWN = "👍", "👎"
ASKED = datetime(2024, 11, 22, 8, 0, tzinfo=UTC)
COAST = document("They made 43 trips.", outlet="Coast Herald")
HARBOUR = document("43 trips were made.", outlet="Harbour Times")
ISLAND = document("The ferry carries sheep.", outlet="Quiet Press")


def judged(*verdicts: str, said: tuple[Document, ...] = (COAST,), **facts: Any) -> Judged:
    """Return an answer with what people say of it: a reason is one why it was not useful."""
    cited = tuple(
        Citation(number=number, document=each, start=0, end=len(each.text))
        for number, each in enumerate(said, start=1)
    )
    answer = Answer(
        question=facts.pop("question", "How many trips?"),
        understood=facts.pop("understood", None),
        confidence=0.5,
        searched=Searched(documents=1, passages=1),
        statements=(Statement(citations=cited, origins=()),) if cited else (),
        reason=None if cited else "No article says.",
    )
    stated: dict[str, Any] = {
        "id": "a1",
        "channel": "slack:C1",
        "asked_at": ASKED,
        "scope": Scope(),
        "snapshot": 1,
    }
    return Judged(
        kept=KeptAnswer(answer=answer, **stated | facts),
        verdicts=tuple(
            Verdict(useful=each == UP, given_at=ASKED, why=None if each in {UP, DOWN} else each)
            for each in verdicts
        ),
    )


def lines(*feedback: Judged) -> tuple[EvalLine, ...]:
    """Return the lines, there being nothing that is left out."""
    made, left_out = eval_lines(feedback)
    assert left_out == ()
    return made


def because(*feedback: Judged) -> str:
    """Return why the only question is left out."""
    made, left_out = eval_lines(feedback)
    assert made == ()
    (one,) = left_out
    assert one.question == feedback[0].kept.answer.question
    return one.because


def test_a_useful_answer_expects_its_first_statement_in_the_words_of_any_outlet() -> None:
    """The further statements were not what was asked for, perhaps."""
    one = judged(UP, said=(COAST, HARBOUR))
    further = replace(
        one.kept.answer.statements[0],
        citations=(judged(UP, said=(ISLAND,)).kept.answer.citations),
    )
    answer = replace(one.kept.answer, statements=(*one.kept.answer.statements, further))
    assert lines(replace(one, kept=replace(one.kept, answer=answer))) == (
        EvalLine(question="How many trips?", expect=(COAST.text, HARBOUR.text)),
    )


def test_a_useful_abstention_is_a_question_to_be_refused() -> None:
    """A reader found it right that there was nothing."""
    assert lines(judged(UP, said=())) == (EvalLine(question="How many trips?", expect=()),)


@pytest.mark.parametrize("said", [(COAST,), ()])
def test_what_was_not_useful_is_no_line(said: tuple[Document, ...]) -> None:
    """It tells neither what is right nor that there is nothing; the reasons are told."""
    assert because(judged(DOWN, said=said)) == (
        "it was not useful, which does not tell what is right"
    )
    assert because(judged("It is old.", DOWN, "Off topic", said=said)).endswith(
        "what is right; they say: “It is old.” “Off topic”"
    )


def test_the_majority_counts() -> None:
    """Who disagrees is in the note."""
    assert lines(judged(UP, DOWN, UP)) == (
        EvalLine(question="How many trips?", expect=(COAST.text,), note="useful to 2, not to 1"),
    )
    assert "not useful" in because(judged(UP, DOWN, DOWN))


def test_a_tie_is_left_out() -> None:
    """And said, with the reasons."""
    assert because(judged(UP, "Old.")) == "as many found it useful as did not; they say: “Old.”"


def test_the_same_answer_to_the_same_question_is_judged_together() -> None:
    """However often it was asked, in whatever case and spacing."""
    again = judged(DOWN, DOWN, question="how  many TRIPS?")
    assert because(judged(UP), again).startswith("it was not useful")
    assert lines(judged(UP, UP, UP), again) == (
        EvalLine(question="How many trips?", expect=(COAST.text,), note="useful to 3, not to 2"),
    )


def test_two_useful_answers_are_both_right() -> None:
    """One line a question, with the quotes of either."""
    assert lines(judged(UP), judged(UP, said=(HARBOUR, COAST)), judged(DOWN, said=(ISLAND,))) == (
        EvalLine(question="How many trips?", expect=(COAST.text, HARBOUR.text)),
    )


@pytest.mark.parametrize("answered_later", [True, False])
def test_of_a_right_answer_and_a_right_refusal_the_later_counts(*, answered_later: bool) -> None:
    """What the library does not know one day, it may know the next."""
    later = ASKED + timedelta(days=1)
    answered = judged(UP, asked_at=later if answered_later else ASKED)
    refused = judged(UP, said=(), asked_at=ASKED if answered_later else later)
    (line,) = lines(answered, refused)
    assert line.expect == ((COAST.text,) if answered_later else ())


def test_a_follow_up_is_asked_as_it_was_understood() -> None:
    """A line is asked alone, without the conversation."""
    (line,) = lines(judged(UP, question="And since?", understood="How many trips since March?"))
    assert line.question == "How many trips since March?"


@pytest.mark.parametrize(
    "scope",
    [
        Scope(outlet="Coast"),
        Scope(since=date(2024, 11, 22)),
        Scope(until=date(2024, 11, 22)),
    ],
)
def test_a_filtered_question_is_left_out(scope: Scope) -> None:
    """Asked without the filter, it is another question."""
    assert because(judged(UP, scope=scope)) == "it was asked with a filter, which no line can have"
    assert len(lines(judged(UP), judged(DOWN, scope=scope))) == 1


def test_quotes_of_removed_articles_are_not_expected() -> None:
    """They cannot be found any more; a revised one may still say the same."""
    both = (COAST, HARBOUR)
    gone = frozenset({COAST.id})
    (line,) = lines(judged(UP, said=both, withdrawn=gone, updated=frozenset({HARBOUR.id})))
    assert line.expect == (HARBOUR.text,)
    assert "removed since" in because(judged(UP, withdrawn=gone))


def test_questions_keep_their_order() -> None:
    """Of the first time that each was asked."""
    made, left_out = eval_lines(
        [
            judged(UP, question="B?"),
            judged(DOWN, question="X?"),
            judged(UP, question="A?"),
            judged(UP, question="b?"),
        ]
    )
    assert [each.question for each in made] == ["B?", "A?"]
    assert [each.question for each in left_out] == ["X?"]
    assert all(isinstance(each, LeftOut) for each in left_out)


def test_eval_reads_every_line() -> None:
    """Those with notes, too."""
    made = lines(
        judged(UP),
        judged(UP, UP, "Why?", said=(), question="Who is\u2028she?"),
    )
    printed = "\n".join(json.dumps(eval_line_document(each), ensure_ascii=False) for each in made)
    read = read_questions(printed)
    assert [(each.question, each.expect) for each in read] == [
        ("How many trips?", (COAST.text,)),
        ("Who is\u2028she?", ()),
    ]
    assert json.loads(printed.split("\n")[0]) == {
        "question": "How many trips?",
        "expect": ["They made 43 trips."],
    }
    assert json.loads(printed.split("\n")[1]) == {
        "question": "Who is\u2028she?",
        "answerable": False,
        "note": "useful to 2, not to 1: Why?",
    }
