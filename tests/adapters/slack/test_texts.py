"""Text on Slack: inert, whole, and cut only where it must be."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import wording
from adapters.slack.blocks import quoted_sections
from adapters.slack.texts import address, escaped, link, markup, pieces, shortened, size
from tests.adapters.slack.checking import check_blocks, check_text, literal, squeezed
from tests.adapters.slack.saying import texts
from tests.building import modest


@modest
@given(texts())
def test_an_escaped_text_reads_as_it_was_written(text: str) -> None:
    """Nothing in it means anything to Slack, and a reader sees every character."""
    check_text(escaped(text))
    assert unescape(escaped(text)) == wording.plain(text) or "&" in text
    assert escaped("a < b & c > d") == "a &lt; b &amp; c &gt; d"


@modest
@given(texts(), st.integers(20, 400))
def test_pieces_fit_and_lose_nothing(text: str, room: int) -> None:
    """Each fits once it is escaped; together they are the text."""
    line = wording.plain(text)
    cut = pieces(line, room)
    assert all(0 < size(markup(piece)) <= room for piece in cut)
    assert squeezed("".join(cut)) == squeezed(line)


def test_a_text_is_cut_at_a_sentence_before_it_is_cut_at_a_word() -> None:
    """And inside a word only where the word alone does not fit."""
    assert pieces("One two three. Four five six.", 20) == ["One two three.", "Four five six."]
    assert pieces("one two three four five", 12) == ["one two", "three four", "five"]
    assert pieces("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert pieces("e\u0301" * 3, 3) == ["e\u0301", "e\u0301", "e\u0301"]


@modest
@given(texts(), st.integers(1, 700))
def test_numbers_never_part_from_the_last_word(text: str, count: int) -> None:
    """However long a sentence is, its last section has its first citation number."""
    after = " ".join(f"[{number}]" for number in range(1, count + 1))
    sections = quoted_sections(text, after=after)
    check_blocks(sections, 1_000)
    assert literal(sections) == squeezed(wording.plain(text)) + squeezed(after)
    if wording.plain(text):
        (holder,) = (
            each["text"]["text"]
            for each in sections
            if each["text"]["text"].endswith(" [1]") or " [1] " in each["text"]["text"]
        )
        assert not holder.startswith("[1]")


def test_a_shortened_line_says_so() -> None:
    """It ends with a sign, after a whole word."""
    assert shortened("one two three", 9) == "one two …"
    assert shortened("one two", 9) == "one two"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/b?c=1&d=2", "https://a.example/b?c=1&amp;d=2"),
        ("http://a.example/x|y>z<", "http://a.example/x%7Cy%3Ez%3C"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("javascript:alert(1)", None),
        ("https://user:pw@a.example/", None),
        ("ftp://a.example/", None),
        ("https:///nowhere", None),
        ("slack://open", None),
        (f"https://a.example/{'x' * 3_000}", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_leads_to_a_web_page_or_nowhere(url: str | None, shown: str | None) -> None:
    """What would end it, or part it from its label, is encoded."""
    assert address(url) == shown
    assert link(url, "[1]") == (None if shown is None else f"<{shown}|[1]>")


@modest
@given(texts())
def test_no_address_escapes_its_link(text: str) -> None:
    """Whatever a source calls its address."""
    for url in (text, f"https://evil.example/{text}", f"https://evil.example/?q={text}"):
        made = link(url, "[1]")
        if made is not None:
            check_text(made)
            assert made.count("|") == 1
            assert "\n" not in made
