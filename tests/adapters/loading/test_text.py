"""Plain text: its paragraphs and its title."""

import pytest
from hypothesis import given

from adapters.loading.text import first_line_title, paragraphs
from tests.building import HOSTILE, modest, prose

WRAPPED = """\
The boats of Port Ella left the harbour in the morning, and
nobody saw them before the storm had passed and the harbour
was open again."""
UNWRAPPED = (
    "The boats of Port Ella left the harbour in the morning, and nobody saw them before the storm "
    "had passed and the harbour was open again."
)


def test_a_paragraph_that_a_program_wrapped_is_one_line() -> None:
    """So that no sentence is cut where a line was full."""
    assert paragraphs(WRAPPED) == UNWRAPPED


def test_paragraphs_are_unwrapped_one_by_one() -> None:
    """An empty line, with or without white space in it, stands between two."""
    assert paragraphs(f"{WRAPPED}\n\n{WRAPPED}\n \t\n\n{WRAPPED}") == "\n\n".join([UNWRAPPED] * 3)


@pytest.mark.parametrize(
    "block",
    [
        # each line is a sentence
        "\n".join(["The boats of Port Ella left the harbour in the morning, at dawn."] * 4),
        # items, some of which run on
        "\n".join(["- The boats of Port Ella left the harbour in the morning, and"] * 4),
        "\n".join(["12. The boats of Port Ella left the harbour in the morning, and"] * 4),
        "\n".join(["• The boats of Port Ella left the harbour in the morning, and"] * 4),
        # short lines: a poem, an address, a table
        "The boats\nleft in the morning\nand nobody saw them",
        # lines that are wider than any program wraps at
        "\n".join(
            ["The boats of Port Ella left the harbour in the morning and the night " * 2] * 4
        ),
        # too few lines to tell
        "The boats of Port Ella left the harbour in the morning, and\nnobody saw them.",
    ],
)
def test_lines_that_people_wrote_stay_lines(block: str) -> None:
    """Joined, they would make sentences that nobody wrote."""
    expected = "\n".join(" ".join(line.split()) for line in block.split("\n"))
    assert paragraphs(block) == expected


def test_white_space_within_a_line_becomes_single_spaces() -> None:
    """Around it, there is none."""
    assert paragraphs("\n\n  The   boats \N{NO-BREAK SPACE} left. \n\n\n") == "The boats left."


@modest
@given(prose())
def test_nothing_but_white_space_is_changed(text: str) -> None:
    """Every word stays, in its order."""
    assert paragraphs(text).split() == text.split()


@modest
@given(prose())
def test_paragraphs_once_made_stay_as_they_are(text: str) -> None:
    """There is no line without a word, but single ones between paragraphs."""
    made = paragraphs(text)
    for block in made.split("\n\n"):
        assert all(line == line.strip() for line in block.split("\n"))
    assert "\n\n\n" not in made
    assert made == made.strip()


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Boats leave\n\nThe boats left.", "Boats leave", "The boats left."),
        ("Boats leave\nThe boats left.", "Boats leave", "The boats left."),
        ("Boats leave?\n\nThe boats left.", None, "Boats leave?\n\nThe boats left."),
        ("The boats left.\n\nNobody came.", None, "The boats left.\n\nNobody came."),
        ("“Go.”\n\nThe boats left.", None, "“Go.”\n\nThe boats left."),
        ("Boats leave", None, "Boats leave"),
        ("Boats leave\n\n", None, "Boats leave\n\n"),
        ("word " * 18 + "\nThe boats left.", ("word " * 18).strip(), "The boats left."),
        ("word " * 19 + "\nThe boats left.", None, "word " * 19 + "\nThe boats left."),
        ("", None, ""),
    ],
)
def test_a_short_first_line_that_is_no_sentence_is_the_title(
    text: str, title: str | None, rest: str
) -> None:
    """If a text comes after it; it is then no part of that."""
    assert first_line_title(text) == (title, rest)


@modest
@given(prose())
def test_a_title_and_the_rest_are_the_text(text: str) -> None:
    """Nothing is lost between them."""
    title, rest = first_line_title(text)
    assert (title or "").split() + rest.split() == text.split()
    assert title is None or "\n" not in title


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    title, rest = first_line_title(paragraphs(text))
    assert len(title or "") + len(rest) <= len(text)
