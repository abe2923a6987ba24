"""Question files: what a line may say, and what is told of one that is wrong."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import UsageError
from briefs.question_files import MOST_PROBLEMS, Expectation, folded, read_questions
from tests.building import HOSTILE, modest

ANSWERABLE = {"question": "How many trips?", "expect": ["43 trips"]}
GOOD = json.dumps(ANSWERABLE)


def problem(line: str | dict[str, Any]) -> str:
    """Return what is told of a line that is wrong."""
    text = line if isinstance(line, str) else json.dumps(line)
    with pytest.raises(UsageError) as caught:
        read_questions(f"{GOOD}\n\n{text}\n")
    message = str(caught.value)
    assert message.startswith("Line 3: ")
    assert "\n" not in message
    return message.removeprefix("Line 3: ")


def test_a_line_says_what_is_right_or_that_nothing_is() -> None:
    """Both kinds are read with all that they may have; the line numbers are those of the file."""
    lines = [
        '{"question": " How many trips? ", "expect": ["43 trips", "forty-three"]}',
        "",
        '{"question": "Who won?", "answerable": false, "id": "w", "note": {"by": "Ann"}}',
        "  \r",
        '{"question": "Is it?", "expect": ["it"], "answerable": true, "document": "a.md", "id": 7}',
    ]
    text = "\n".join(lines)
    assert read_questions(text) == (
        Expectation(line=1, question="How many trips?", expect=("43 trips", "forty-three")),
        Expectation(line=3, question="Who won?", id="w"),
        Expectation(line=5, question="Is it?", expect=("it",), document="a.md", id="7"),
    )
    assert [each.answerable for each in read_questions(text)] == [True, False, True]


def test_nothing_known_of_id_and_document_is_as_if_they_were_left_out() -> None:
    """Programs write null for what they do not know."""
    (read,) = read_questions(json.dumps({**ANSWERABLE, "id": None, "document": None}))
    assert (read.id, read.document) == (None, None)


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_allowed() -> None:
    """Editors there write both."""
    assert len(read_questions(f"\ufeff{GOOD}\r\n{GOOD}\r\n")) == 2


def test_a_line_separator_in_a_string_ends_no_line() -> None:
    """JSON allows it there, and `str.splitlines` would cut at it."""
    (read,) = read_questions('{"question": "How\u2028many?", "expect": ["a\u0085b"]}')
    assert read.expect == ("a\u0085b",)


@pytest.mark.parametrize("text", ["", "\ufeff", "\n \r\n\t\n"])
def test_a_file_without_a_question_is_refused(text: str) -> None:
    """There would be nothing to measure."""
    with pytest.raises(UsageError, match="There is no question in the file"):
        read_questions(text)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"question": "What?"', "It is not JSON: Expecting ',' delimiter, at character 21."),
        ("How many trips?", "It is not JSON: Expecting value, at character 1."),
        (GOOD + GOOD, "It is not JSON: Extra data"),
        ("[" * 100_000, "It is not JSON that can be read."),
        ('{"question": "What?", "expect": ' + "9" * 5_000 + "}", "It is not JSON that can be read"),
        (json.dumps([ANSWERABLE]), "It is JSON, but no object."),
        ('"What?"', "It is JSON, but no object."),
        ('{"question": "a", "expect": ["b"], "question": "c"}', "“question” stands there twice."),
        ({"expect": ["it"]}, "“question” is missing."),
        ({**ANSWERABLE, "question": None}, "“question” must be a string"),
        ({**ANSWERABLE, "question": " "}, "“question” must be a string that is not empty."),
        ({**ANSWERABLE, "question": "?!"}, "The question has no word in it."),
        ({**ANSWERABLE, "question": "a" * 20_001}, "The question has 20,001 characters"),
        ({**ANSWERABLE, "question": "a\ud800"}, "“question” must be"),
        ({"question": "What?"}, "What is right is missing."),
        ({"question": "What?", "answerable": True}, "What is right is missing."),
        ({**ANSWERABLE, "answerable": False}, "It has “expect” and is not answerable."),
        ({**ANSWERABLE, "answerable": "false"}, "“answerable” must be true or false"),
        ({**ANSWERABLE, "answerable": 0}, "“answerable” must be true or false"),
        ({"question": "What?", "answerable": None}, "“answerable” must be true or false"),
        *(
            ({**ANSWERABLE, "expect": wrong}, "“expect” must be a list of strings")
            for wrong in (
                None,
                [],
                "43 trips",
                ["43", 43],
                [""],
                ["it", " \n"],
                {"a": 1},
                ["\ud800"],
            )
        ),
        ({**ANSWERABLE, "id": True}, "“id” must be a string that is not empty."),
        ({**ANSWERABLE, "id": ["a"]}, "“id” must be a string that is not empty."),
        ({**ANSWERABLE, "document": ""}, "“document” must be a string that is not empty."),
        ({**ANSWERABLE, "document": 7}, "“document” must be a string that is not empty."),
    ],
)
def test_a_wrong_line_is_told_in_a_sentence_with_its_number(
    line: str | dict[str, Any], told: str
) -> None:
    """Each kind of mistake has a sentence that says what to do."""
    assert problem(line).startswith(told)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("expects", "Did you mean “expect”?"),
        ("Question", "Did you mean “question”?"),
        ("answer", "Did you mean “answerable”?"),
        ("documents", "Did you mean “document”?"),
        ("weight", "Remove it; the keys are “question”, “expect”, "),
        ("\x1b[31m" + "x" * 900, "“[31mxxxx"),
    ],
)
def test_an_unknown_key_is_told_with_the_one_that_was_meant(key: str, told: str) -> None:
    """A key that is passed over in silence would leave its line measuring something else."""
    message = problem({**ANSWERABLE, key: 1})
    assert told in message
    assert message.isprintable()
    assert len(message) < 200


def test_every_wrong_line_is_told_up_to_a_number_of_them() -> None:
    """Who mends a file sees what to mend at once, and is not drowned in it."""
    with pytest.raises(UsageError) as caught:
        read_questions(f"no\n{GOOD}\n" + "no\n" * (MOST_PROBLEMS + 1))
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["Line 1", "Line 3", "Line 4"]
    assert lines[MOST_PROBLEMS:] == ["2 more lines are wrong."]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("43 TRIPS", "It made 43 trips."),
        ("Straße", "in the STRASSE there"),
        ("43 trips", "It made 43\n  trips."),
        ("43\ntrips", "It made 43\u00a0trips."),
        ("cafe\u0301", "the Café"),
        ("trips", "roundtrips"),
    ],
)
def test_case_white_space_and_composed_accents_do_not_count(expected: str, text: str) -> None:
    """A document breaks its lines elsewhere, and a heading shouts."""
    assert Expectation(line=1, question="?", expect=("nothing else", expected)).met_by(text)


def test_punctuation_and_figures_do_count() -> None:
    """Only what is written differently without meaning anything else is passed over."""
    asked = Expectation(line=1, question="?", expect=("1,000 trips",))
    assert not asked.met_by("They made 1000 trips.")
    assert not asked.met_by("1,000")
    assert not Expectation(line=1, question="?").met_by("anything")


@pytest.mark.parametrize(
    ("source", "named", "is_it"),
    [
        ("/articles/a.md", "a.md", True),
        ("/articles/a.md", "articles/a.md", True),
        ("C:\\articles\\a.md", "a.md", True),
        ("https://example.com/a.md", "https://example.com/a.md", True),
        ("/articles/cafe\u0301.md", "café.md", True),
        ("/articles/aa.md", "a.md", False),
        ("/articles/a.md", "a", False),
        ("/articles/a.md", None, False),
    ],
)
def test_a_document_is_named_by_its_file_name(source: str, named: str | None, is_it: bool) -> None:  # noqa: FBT001
    """Or by the end of its path, where two folders have a file of that name."""
    asked = Expectation(line=1, question="?", expect=("it",), document=named)
    assert asked.names(source) is is_it


@modest
@given(st.text(), st.text())
def test_folding_twice_changes_nothing_and_finds_what_it_found(before: str, after: str) -> None:
    """Whatever the text is, an expected string of the text itself is found."""
    assert folded(folded(before)) == folded(before)
    inner = "43 Trips"
    assert Expectation(line=1, question="?", expect=(inner,)).met_by(f"{before} {inner} {after}")


@modest
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("question", "expect", "answerable", "id", "document", "x")), inner
            )
        ),
        max_leaves=6,
    ).map(json.dumps)
    | st.text()
)
def test_whatever_stands_in_a_file_it_is_read_or_told(text: str) -> None:
    """No content makes anything but questions or a sentence for a person."""
    with suppress(UsageError):
        assert all(each.question.strip() for each in read_questions(text))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_are_told_at_once(name: str) -> None:
    """Two hundred thousand characters of nothing take no time, and are not printed."""
    with pytest.raises(UsageError) as caught:
        read_questions(HOSTILE[name])
    assert len(str(caught.value)) < 2_000
