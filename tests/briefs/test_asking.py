"""What a question asks for."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefs.asking import Kind, plain, question_of
from tests.building import modest


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many boats left?", Kind.QUANTITY),
        ("What percentage of boats left?", Kind.QUANTITY),
        ("By when did the boats leave?", Kind.DAY),
        ("In what year did the boats leave?", Kind.DAY),
        ("Who counted the boats?", Kind.PERSON),
        ("Whose boats left?", Kind.PERSON),
        ("Where did the boats go?", Kind.PLACE),
        ("Which port did the boats leave?", Kind.PLACE),
        ("Why did the boats leave?", Kind.OTHER),
        ("Wann fuhren die Boote?", Kind.OTHER),
    ],
)
def test_a_question_word_says_what_kind_of_thing_is_asked_for(question: str, kind: Kind) -> None:
    """The first one that fits counts."""
    assert question_of(question).kind is kind


@pytest.mark.parametrize(
    ("question", "sentence", "answers"),
    [
        ("How many boats left?", "Some 43 boats left.", True),
        ("How many boats left?", "A dozen boats left.", True),
        ("How many boats left?", "The boats left.", False),
        ("How many of the 43 boats left?", "The 43 boats left.", False),
        ("When did the boats leave?", "The boats left in March.", True),
        ("When did the boats leave?", "The boats left in 2024.", True),
        ("When in March did the boats leave?", "The boats left in March.", False),
        ("Who counted the boats?", "The boats were counted by Ann Roe.", True),
        ("Who is Ann Roe?", "In May, Ann Roe left.", True),
        ("Who is Ann Roe?", "There Ann Roe left.", False),
        ("Where did the boats go?", "They went to Port Ella.", True),
        ("Why did the boats leave?", "Some 43 boats left Port Ella in March.", False),
    ],
)
def test_a_sentence_holds_what_is_asked_for_beside_what_was_asked_with(
    question: str, sentence: str, *, answers: bool
) -> None:
    """A number of the question itself answers nothing."""
    assert question_of(question).answered_by(sentence) is answers


@pytest.mark.parametrize(
    ("question", "sentence", "describes"),
    [
        ("Who is Ann Roe?", "Ann Roe, a sailor of Port Ella, left.", True),
        ("Who was Ann Roe", "Ann Roe was the harbour master.", True),
        ("What's a cog?", "A cog is a boat.", True),
        ("What is OSC?", "OSC (a research group) counted boats.", True),
        ("Who is Ann Roe?", "Boats were counted by Ann Roe.", False),
        ("Who counted the boats?", "Ann Roe, a sailor, left.", False),
        ("What is the reason, if any, for it?", "The reason is a storm.", False),
    ],
)
def test_who_is_and_what_is_are_answered_by_a_description(
    question: str, sentence: str, *, describes: bool
) -> None:
    """In apposition, in brackets, or after "is"."""
    assert question_of(question).described_by(sentence) is describes


@pytest.mark.parametrize(
    ("question", "outlet", "names"),
    [
        ("What did Port Radio say?", "Port Radio", True),
        ("what did port radio say?", "Port Radio", True),
        ("What did the Gull's man say?", "The Gull", True),
        ("What did Meduza say?", "Meduza (digest)", True),
        ("What time is it?", "Time", False),
        ("What did Time say?", "Time", True),
        ("what did time say?", "Time", True),
        ("What did Port say?", "Port Radio", False),
        ("What did anybody say?", "(digest)", False),
    ],
)
def test_a_question_may_name_an_outlet(question: str, outlet: str, *, names: bool) -> None:
    """One word that is also a word of the language needs its capital."""
    assert question_of(question).names_outlet(outlet) is names


def test_a_question_may_name_when_something_was_published() -> None:
    """As precisely as it says; nothing is named where nothing is said."""
    asked = question_of("What did Meduza say in November 2024?")
    assert asked.names_day(date(2024, 11, 22))
    assert asked.names_day(datetime(2024, 11, 22, 8, tzinfo=UTC))
    assert not asked.names_day(date(2023, 11, 22))
    assert not asked.names_day(None)
    assert not question_of("What did Meduza say?").names_day(date(2024, 11, 22))


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("<@U12> how *many* trips? <#C1|news>", "how many trips?"),
        ("@everyone **who** left?", "who left?"),
        ("who [left](https://example.org/a)?", "who left?"),
        ("see https://example.org/a_b who left?", "see who left?"),
        ("> `who` _left_?", "who left?"),
        ("mail ann@everyone.example", "mail ann@everyone.example"),
        ("is 3 < 4 and snake_case kept?", "is 3 < 4 and snake_case kept?"),
        ("https://example.org", "https://example.org"),
        ("***", "***"),
    ],
)
def test_what_a_chat_adds_is_not_searched_for(typed: str, bare: str) -> None:
    """Mentions, addresses and emphasis are no words of the question."""
    assert plain(typed) == bare


@modest
@example("0.0")
@given(st.text(max_size=200))
def test_any_text_is_a_question(text: str) -> None:
    """Nothing is raised, and its terms are those of its words."""
    asked = question_of(text)
    assert set(asked.terms) == set(asked.words)
    assert asked.names <= set(asked.words)
    assert set(asked.written) == set(asked.words)
    assert all(word in text for word in asked.written.values())
    asked.answered_by(text)
    asked.described_by(text)
    assert plain(plain(text)) or not text


@pytest.mark.parametrize("piece", ["<", "[", "_", "*", "http://", "](", "who is ", "A "])
def test_a_long_question_takes_no_longer_than_its_length(piece: str) -> None:
    """However it repeats itself."""
    text = (piece * 20_000)[:20_000]
    began = time.perf_counter()
    question_of(text).described_by(text)
    plain(text)
    assert time.perf_counter() - began < 5
