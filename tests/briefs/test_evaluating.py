"""What answers are worth: each judged by what was expected, and the figures over them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.answering import AnswerSettings, answer
from briefs.evaluating import Outcome, caught_at, failures, judged, measured
from briefs.model import Document, Searched
from briefs.question_files import Expectation
from tests.building import EVERYTHING, document, index_of, modest, vector_of

ASKED = "How many trips did the boats of Port Ella make?"
PORT = document(
    "The boats of Port Ella made 43 trips.\nThe boats of Port Ella left.\n"
    "The gulls of Port Ella ate herring.",
    source="/articles/port.md",
)
STORM = document("A storm closed the harbour of Port Ella.", source="/articles/storm.md")


def judge(
    question: str, *documents: Document, min_confidence: float = 0.0, **expected: Any
) -> Outcome:
    """Return how a question to documents is judged."""
    asked = Expectation(line=1, question=question, **expected)
    settings = AnswerSettings(min_confidence=min_confidence)
    index = index_of(*documents)
    return judged(asked, answer(question, vector_of(question), index, EVERYTHING, settings))


def outcome(line: int = 1, **stated: Any) -> Outcome:
    """Return an outcome; unless stated, of an answerable question that was answered rightly."""
    asked: dict[str, Any] = {"expect": ("it",), "document": None, "question": "What?"}
    asked |= {key: stated.pop(key) for key in asked.keys() & stated.keys()}
    return Outcome(
        asked=Expectation(line=line, **asked),
        **{
            "answered": True,
            "confidence": 0.5,
            "elapsed_ms": 1.0,
            "searched": Searched(documents=2, passages=2, loaded=2),
            "quote": "It is it.",
            "source": "/articles/port.md",
            "answer_place": 1,
            "ranked_place": 1,
            "passage_place": None,
            **stated,
        },
    )


def outcomes() -> st.SearchStrategy[list[Outcome]]:
    """Return a strategy for outcomes that can be."""
    places = st.none() | st.integers(min_value=1, max_value=7)
    return st.lists(
        st.builds(
            outcome,
            line=st.integers(min_value=1, max_value=99),
            expect=st.sampled_from(((), ("it",))),
            document=st.sampled_from((None, "port.md")),
            answered=st.booleans(),
            confidence=st.floats(min_value=0, max_value=1),
            elapsed_ms=st.floats(min_value=0, max_value=1e6),
            answer_place=places,
            ranked_place=places,
            passage_place=places,
        ),
        min_size=1,
        max_size=30,
    )


def test_the_first_statement_is_right() -> None:
    """It is the place of an expected string that counts, among statements and among the ranked."""
    found = judge(ASKED, PORT, STORM, expect=("43 TRIPS",), document="port.md")
    assert (found.answer_place, found.ranked_place, found.passage_place) == (1, 1, 1)
    assert found.quote == "The boats of Port Ella made 43 trips."
    assert found.source == "/articles/port.md"
    assert found.right


def test_a_later_statement_is_right() -> None:
    """What is wrong first can still be right among three."""
    other = document("The boats of Port Ella made 43 trips to the gulls.", source="/articles/b.md")
    third = document("The boats of Port Ella made 44 trips to the gulls.", source="/articles/c.md")
    found = judge("How many trips to the gulls?", other, third, expect=("44 trips",))
    first = judge("How many trips to the gulls?", other, third, expect=("43 trips",))
    assert {found.ranked_place, first.ranked_place} == {1, 2}
    assert {found.answer_place, first.answer_place} == {1, 2}
    found = max(found, first, key=lambda each: each.answer_place or 0)
    assert not found.right


def test_a_refusal_is_wrong_and_its_ranking_is_judged_all_the_same() -> None:
    """So one sees whether the search or the refusing is to blame."""
    found = judge(ASKED, PORT, min_confidence=1.0, expect=("43 trips",))
    assert (found.answered, found.answer_place, found.ranked_place) == (False, None, 1)
    assert found.quote == "The boats of Port Ella made 43 trips."
    assert not found.right


def test_an_unanswerable_question_is_right_when_it_is_refused() -> None:
    """Whatever was ranked."""
    assert judge(ASKED, PORT, min_confidence=1.0).right
    answered = judge(ASKED, PORT)
    assert not answered.right
    assert answered.answer_place is None


def test_nothing_found_is_judged_too() -> None:
    """Without a document there is no quote and no place."""
    found = judge(ASKED, expect=("43 trips",), document="port.md")
    assert (found.quote, found.source) == ("", None)
    assert (found.answer_place, found.ranked_place, found.passage_place) == (None, None, None)


def test_a_document_counts_once_however_many_of_its_passages_are_ranked() -> None:
    """The place of the right document is one among documents."""
    long = document(
        "\n".join(f"The boats of Port Ella made {n} trips." for n in range(200)), source="/long.md"
    )
    found = judge(ASKED, long, STORM, expect=("43 trips",), document="storm.md")
    assert found.passage_place == 2


def test_the_figures_are_shares_of_what_they_are_about() -> None:
    """Of the answerable, of the unanswerable, of those that name a document."""
    figures = measured(
        [
            outcome(elapsed_ms=1),
            outcome(answer_place=3, ranked_place=5, passage_place=5, document="a", elapsed_ms=2),
            outcome(answered=False, answer_place=None, ranked_place=3, elapsed_ms=3),
            outcome(answer_place=4, ranked_place=None, document="a", elapsed_ms=4),
            outcome(expect=(), answered=False, answer_place=None, elapsed_ms=5),
            outcome(expect=(), answer_place=None, passage_place=1, document="a", elapsed_ms=6),
            outcome(expect=(), answer_place=None, elapsed_ms=99),
        ]
    )
    assert (figures.questions, figures.answerable, figures.unanswerable) == (7, 4, 3)
    assert figures.documents == 2
    assert (figures.answer_at_1, figures.answer_at_3) == (1 / 4, 2 / 4)
    assert (figures.ranked_at_1, figures.ranked_at_3) == (1 / 4, 2 / 4)
    assert figures.cited_at_5 == 3 / 4
    assert (figures.passage_at_1, figures.passage_at_5) == (1 / 3, 2 / 3)
    assert (figures.false_refusals, figures.caught) == (1 / 4, 1 / 3)
    assert figures.p50_ms == 4
    assert 6 < figures.p99_ms <= 99


def test_what_nothing_is_counted_for_is_unknown() -> None:
    """A share of nothing is no 0."""
    nothing_to_answer = measured([outcome(expect=(), answer_place=None)])
    assert nothing_to_answer.answer_at_1 is nothing_to_answer.ranked_at_3 is None
    assert nothing_to_answer.false_refusals is nothing_to_answer.passage_at_1 is None
    assert nothing_to_answer.caught == 0
    all_to_answer = measured([outcome()])
    assert all_to_answer.caught is None
    assert all_to_answer.false_refusals == 0


@modest
@given(outcomes())
def test_figures_are_shares_and_widen_with_what_they_allow(found: list[Outcome]) -> None:
    """Every share is from 0 to 1; among more places no less is right; their order is the file's."""
    figures = measured(found)
    wider = (
        (figures.answer_at_1, figures.answer_at_3),
        (figures.ranked_at_1, figures.ranked_at_3),
        (figures.ranked_at_3, figures.cited_at_5),
        (figures.passage_at_1, figures.passage_at_5),
    )
    for narrow, wide in wider:
        assert narrow is None or wide is None or 0 <= narrow <= wide <= 1
        assert (narrow is None) is (wide is None)
    assert (figures.caught is None) is (figures.unanswerable == 0)
    assert figures.p50_ms <= figures.p99_ms
    assert list(figures.outcomes) == found


def test_the_worst_come_first_and_every_kind_is_shown() -> None:
    """The surest mistakes, and the least sure refusal of what could be answered."""
    said = [
        outcome(line, expect=(), answer_place=None, confidence=line / 10) for line in range(1, 6)
    ]
    refused = [outcome(line, answered=False, answer_place=None) for line in (7, 6)]
    wrong = [outcome(line, answer_place=None, confidence=line / 10) for line in (8, 9)]
    fine = [outcome(10), outcome(11, expect=(), answered=False, answer_place=None)]
    found = [*fine, *wrong, *refused, *said]
    assert [each.asked.line for each in failures(found, 7)] == [5, 4, 3, 6, 7, 9, 8]
    assert [each.asked.line for each in failures(found, 3)] == [5, 6, 9]
    assert len(failures(found, 99)) == 9
    assert failures(fine, 9) == ()


@modest
@given(outcomes(), st.integers(min_value=0, max_value=12))
def test_failures_are_wrong_distinct_and_as_many_as_there_are(
    found: list[Outcome], most: int
) -> None:
    """Nothing that was right is shown, and nothing is left out while there is room."""
    numbered = [outcome(line, **_facts(each)) for line, each in enumerate(found, start=1)]
    shown = failures(numbered, most)
    assert len({each.asked.line for each in shown}) == len(shown)
    assert not any(each.right for each in shown)
    assert len(shown) == min(most, sum(not each.right for each in numbered))


@pytest.mark.parametrize(
    ("refused", "caught", "below"),
    [(0.0, 0.0, 0.4), (0.25, 0.5, 0.5), (0.3, 0.5, 0.5), (0.5, 0.5, 0.6), (1, 1.0, 1.0)],
)
def test_what_is_caught_depends_on_what_may_be_refused(
    refused: float, caught: float, below: float
) -> None:
    """The threshold lets no more than that share of the answerable go."""
    share, threshold = caught_at([1.0, 0.4, 0.6, 0.5], [0.4, 0.45, 0.7, 0.9], refused)
    assert (share, threshold) == (caught, below)


@modest
@given(
    st.lists(st.floats(min_value=0, max_value=1), min_size=1),
    st.lists(st.floats(min_value=0, max_value=1), min_size=1),
    st.floats(min_value=0, max_value=1),
)
def test_a_threshold_keeps_to_what_may_be_refused(
    answerable: list[float], unanswerable: list[float], refused: float
) -> None:
    """Whatever the confidences are; and what it is said to catch is what is below it."""
    caught, threshold = caught_at(answerable, unanswerable, refused)
    assert sum(each < threshold for each in answerable) <= refused * len(answerable) + 1e-6
    assert caught == sum(each < threshold for each in unanswerable) / len(unanswerable)


def _facts(found: Outcome) -> dict[str, Any]:
    """Return what `outcome` makes one like this from."""
    return {
        "expect": found.asked.expect,
        "answered": found.answered,
        "confidence": found.confidence,
        "answer_place": found.answer_place,
    }
