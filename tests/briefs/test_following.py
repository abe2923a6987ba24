"""What a question means after another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.answering import LONGEST_QUESTION
from briefs.following import LONGEST_CARRIED, MOST_WORDS, understood
from tests.building import HOSTILE, modest

FERRIES = "How many crossings did the ferries make?"
BRIDGE = "Who rebuilt the Norham bridge in May?"
ROE = "What did Ann Roe say about the harbour?"


@pytest.mark.parametrize(
    ("previous", "question", "carried"),
    [
        # it begins as one that goes on
        (FERRIES, "and when was the last one?", "crossings"),
        (FERRIES, "But why?", "crossings, ferries"),
        (FERRIES, "Also, who counted?", "crossings, ferries"),
        (FERRIES, "what about Port Radio?", "crossings, ferries"),
        (FERRIES, "How about the winter?", "crossings, ferries"),
        (FERRIES, "and Port Radio?", "crossings, ferries"),
        (FERRIES, "And who saw it?", "crossings, ferries"),
        (FERRIES, "So what did the harbour board do?", "crossings, ferries"),
        (FERRIES, "and?", "crossings, ferries"),
        # it has no word of its own
        (FERRIES, "why?", "crossings, ferries"),
        (FERRIES, "When?", "crossings, ferries"),
        (FERRIES, "who?", "crossings, ferries"),
        (FERRIES, "How come?", "crossings, ferries"),
        (FERRIES, "Who else?", "crossings, ferries"),
        (FERRIES, "Is that true?", "crossings, ferries"),
        (FERRIES, "who says so?", "crossings, ferries"),
        (FERRIES, "What happened then?", "crossings, ferries"),
        (FERRIES, "How long did it take?", "crossings, ferries"),
        (FERRIES, "tell me more", "crossings, ferries"),
        (FERRIES, "according to whom?", "crossings, ferries"),
        # a pronoun hangs
        (FERRIES, "Who owns them?", "crossings, ferries"),
        (FERRIES, "Did they use the port of Norham?", "crossings, ferries"),
        (FERRIES, "How many passengers did they carry?", "crossings, ferries"),
        (FERRIES, "Was the first one full?", "crossings"),
        (FERRIES, "Why did that annoy Norham?", "crossings, ferries"),
        (FERRIES, "What is their fare?", "crossings, ferries"),
        (FERRIES, "Who works there?", "crossings, ferries"),
        (FERRIES, "How many of those were late?", "crossings, ferries"),
        (ROE, "When did she say it?", "Ann Roe, harbour"),
        (ROE, "What is her office?", "Ann Roe, harbour"),
        # it is no more than a part of a question
        (FERRIES, "in June?", "crossings, ferries"),
        (FERRIES, "according to Port Radio?", "crossings, ferries"),
        (FERRIES, "Which port?", "crossings, ferries"),
        (FERRIES, "how many passengers?", "crossings, ferries"),
        (BRIDGE, "who paid?", "rebuilt, Norham bridge, May"),
        # what it has itself is not carried over, nor what it puts something else in place of
        (FERRIES, "and the ferries of Norham?", "crossings"),
        (FERRIES, "Which ferries?", "crossings"),
        (BRIDGE, "and in June?", "rebuilt, Norham bridge"),
        ("How many ferries left Norham in 2019?", "and in 2021?", "ferries left Norham"),
        ("Did 43 ferries leave on March 7?", "and how many boats?", "ferries leave, March 7"),
        ("Did 43 ferries leave on March 7?", "and on March 9?", "43 ferries leave"),
        ("How many boats came from Norham?", "and from Osport?", "boats"),
        ("Was the ferry late on Monday?", "and on Tuesday?", "ferry late"),
        # names and possessors, as they were typed
        ("What did Kim Jong-un’s sister sign?", "when?", "Kim Jong-un’s sister sign"),
        ("What are Norham's plans?", "why?", "Norham's plans"),
        ("Is the U.S. Coast Guard in Norham?", "since when?", "U.S. Coast Guard, Norham"),
        ("Who sold the US ferries?", "why?", "sold, US ferries"),
        # chains: the question that began it, and the one just before
        ("and when was the last one? (crossings, ferries)", "why?", "crossings, ferries"),
        (
            "what about Port Radio? (crossings, ferries)",
            "who counted them?",
            "crossings, ferries; Port Radio",
        ),
        (
            "who counted them? (crossings, ferries; Port Radio)",
            "and when?",
            "crossings, ferries; counted",
        ),
        ("what about Port Radio? (crossings, ferries)", "and Osport?", "crossings, ferries"),
    ],
)
def test_a_question_that_leans_is_completed(previous: str, question: str, carried: str) -> None:
    """It stays as it was typed; what it leans on stands in brackets."""
    assert understood(question, previous) == f"{question} ({carried})"


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Who is Joe Byrne?",
        "And who is Joe Byrne?",
        "Joe Byrne",
        "What is NATO?",
        "How much is one barrel of oil?",
        "Is there any evidence of fraud?",
        "Is it true that Norham sent troops?",
        "How long does it take to rebuild a bridge?",
        "Is it raining in Norham?",
        "Who said that the bridge fell?",
        "When did Ann Roe say she would resign?",
        "When the train arrived, was it full?",
        "What did Port Radio report this year?",
        "Which trains stopped?",
        "How many barrels of refined oil did they receive from Norham since March?",
        "Did the mayor and his wife resign?",
        "thanks",
        "ok",
        "Und wann?",
        "最后一次是什么时候？",
        "…",
        "",
    ],
)
def test_a_question_that_says_what_it_is_about_stands_alone(question: str) -> None:
    """Nothing of another subject is put into it."""
    assert understood(question, FERRIES) is None


@pytest.mark.parametrize("previous", [None, "", " ", "why?", "…", "What happened?"])
def test_there_may_be_nothing_to_carry_over(previous: str | None) -> None:
    """At the beginning of a conversation, and after a question without content."""
    assert understood("and when?", previous) is None


def test_what_is_carried_over_is_bounded() -> None:
    """A long question before it does not make a short one long, nor push it over the limit."""
    words = [f"word{number}" for number in range(100)]
    completed = understood("why?", ", ".join(words))
    assert completed == f"why? ({', '.join(words[:MOST_WORDS])})"
    assert understood("why?", "x" * LONGEST_QUESTION) is None
    almost = "why " + "?" * (LONGEST_QUESTION - 12)
    assert understood(almost, "Which ferries sink?") is None
    assert len(understood("?" * (LONGEST_QUESTION - 15) + "why", "Which boats?") or "") > 0


def test_a_chain_does_not_grow() -> None:
    """However long a conversation goes on, the brackets hold two questions."""
    previous = FERRIES
    for name in ("Roe", "Ito", "Kaya", "Boyle", "Grant"):
        previous = understood(f"What did {name} say about it?", previous) or ""
        assert previous.endswith(")")
    assert previous == "What did Grant say about it? (crossings, ferries; Boyle)"


questions = st.text(max_size=80) | st.lists(
    st.sampled_from(
        "and what about it the last one ferries (trips) Norham 43 2024 May ; , ?".split()
    ),
    max_size=12,
).map(" ".join)


@modest
@given(questions, questions)
def test_whatever_is_asked(question: str, previous: str) -> None:
    """It never raises, says the same each time, and keeps the question's own words."""
    completed = understood(question, previous)
    assert completed == understood(question, previous)
    assert understood(question, None) is None
    if completed is not None:
        assert completed.startswith(f"{question.strip()} (")
        assert len(completed) <= len(question) + LONGEST_CARRIED + len(" ()")
        assert len(completed) <= LONGEST_QUESTION


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HOSTILE)
def test_long_questions_take_no_longer_than_their_length_allows(name: str) -> None:
    """Not even where every word is a pronoun or a number."""
    text = HOSTILE[name][:LONGEST_QUESTION]
    for question, previous in ((text, FERRIES), ("why?", text), (text, text)):
        assert len(understood(question, previous) or "") <= LONGEST_QUESTION
