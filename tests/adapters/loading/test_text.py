"""The heading that a text begins with."""

import pytest
from hypothesis import given

from adapters.loading.text import first_line_title
from tests.building import HOSTILE, modest, prose


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
    title, rest = first_line_title(text)
    assert len(title or "") + len(rest) <= len(text)
