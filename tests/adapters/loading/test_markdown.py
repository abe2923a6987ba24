"""Markdown with YAML front matter."""

import contextlib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.loading.markdown import front_matter, plain
from briefs.errors import SourceError
from tests.building import HOSTILE, modest, prose

BODY = "The boats left.\n"


def stated(yaml: str) -> dict[str, str]:
    """Return what front matter states."""
    values, rest = front_matter(f"---\n{yaml}\n---\n{BODY}")
    assert rest == BODY
    return values


def refusal(yaml: str) -> str:
    """Return why front matter is refused."""
    with pytest.raises(SourceError) as caught:
        front_matter(f"---\n{yaml}\n---\n{BODY}")
    return str(caught.value)


def test_front_matter_states_facts() -> None:
    """Each key with a plain value; keys are read without regard to case."""
    assert stated("title: \"Boats: a tale\"\nOutlet: Port Radio\nauthor: 'Ann Roe'") == {
        "title": "Boats: a tale",
        "outlet": "Port Radio",
        "author": "Ann Roe",
    }


@pytest.mark.parametrize("value", ["2024-11-22", "2024-11-22T08:00:00+01:00", "2024-11", "007"])
def test_a_value_stays_what_was_written(value: str) -> None:
    """YAML would make a date, a time in UTC or a number of it."""
    assert stated(f"published: {value}") == {"published": value}


@pytest.mark.parametrize("value", ["null", "Null", "~", "none", "", '""', "' '"])
def test_a_null_is_left_out(value: str) -> None:
    """As if the key were not there."""
    assert stated(f"author: {value}\ntitle: Boats") == {"title": "Boats"}


@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "\n  - a\n  - b"])
def test_a_value_that_is_not_plain_is_left_out(value: str) -> None:
    """There is no fact of that shape."""
    assert stated(f"tags: {value}\ntitle: Boats") == {"title": "Boats"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (r'"a\nb"', "a b"),
        ("|\n  a\n  b", "a b"),
        ("a\n  b", "a b"),
        (r'"a\u2028b"', "a b"),
        (r'"a\e[31mb"', "a[31mb"),
        (r'"a\0b"', "ab"),
        (r'"a\ud800b"', "ab"),
    ],
)
def test_a_value_is_one_clean_line(value: str, expected: str) -> None:
    """An escape cannot bring a control character, a lone surrogate or a line end into a title."""
    assert stated(f"title: {value}") == {"title": expected}


def test_a_value_of_nothing_but_controls_is_left_out() -> None:
    """Nothing of it can be shown."""
    assert stated(r'title: "\0\ud800"') == {}


def test_a_tag_is_never_carried_out() -> None:
    """A text cannot make Python do anything."""
    assert stated("title: !!python/object/apply:os.getcwd []") == {}
    assert stated("title: !!python/name:os.system Boats") == {"title": "Boats"}


@pytest.mark.parametrize("text", ["", BODY, "--\na: b\n--\n", " ---\na: b\n---\n", "---\na: b\n"])
def test_a_text_without_front_matter_is_all_text(text: str) -> None:
    """It must begin in the first line, and end."""
    assert front_matter(text) == ({}, text)


@pytest.mark.parametrize("text", ["---\n---\n" + BODY, "---  \n# a comment\n---\t\n" + BODY])
def test_empty_front_matter_states_nothing(text: str) -> None:
    """And is no part of the text."""
    assert front_matter(text) == ({}, BODY)


def test_front_matter_ends_at_the_first_line_of_dashes() -> None:
    """A rule further down belongs to the text."""
    assert front_matter("---\na: b\n---\nText\n---\nMore") == ({"a": "b"}, "Text\n---\nMore")


def test_a_fault_in_front_matter_is_named_with_its_line() -> None:
    """As it is counted in the file."""
    assert "line 3" in refusal("title: Boats\noutlet: a: b")


@pytest.mark.parametrize(
    "yaml",
    [
        "just words",
        "- a\n- b",
        "title: [",
        'title: "',
        "title: *nothing",
        r'title: "\UFFFFFFFF"',
        r'title: "\xZZ"',
        "&a [*a]",
        "? [a]\n: b",
        "title: \x01",
        "[" * 1_000,
        "{a: " * 1_000,
        "- " * 1_000,
    ],
)
def test_what_is_no_list_of_facts_is_refused(yaml: str) -> None:
    """With a sentence for a person."""
    assert "front matter" in refusal(yaml)


@modest
@given(st.text(st.characters(exclude_characters="\0")))
@example("a: &x [b]\nb: *x")
@example('a: "\\UDEADBEEF"')
@example("%YAML 9.9\n--- a")
@example("? ? ? a")
@example("!<!> a")
@example("a: !!binary x")
def test_any_front_matter_is_read_or_refused(yaml: str) -> None:
    """Nothing but a `SourceError` is raised, and what is read is clean."""
    try:
        values, _ = front_matter(f"---\n{yaml}\n---\n{BODY}")
    except SourceError:
        return
    for value in values.values():
        assert value
        assert value == " ".join(value.split())
        assert not {unicodedata.category(each) for each in value} & {"Cc", "Cs"}


@pytest.mark.parametrize(
    ("markdown", "title", "text"),
    [
        ("# Boats leave\n\nThe boats left.", "Boats leave", "The boats left."),
        ("Boats leave\n===\n\nThe boats left.", "Boats leave", "The boats left."),
        ("# The *boats*, [left](https://port.example)\n\nText.", "The boats, left", "Text."),
        ("Boats  \nleave\n===\nText.", "Boats leave", "Text."),
        ("## Boats leave\n\nThe boats left.", None, "Boats leave\n\nThe boats left."),
        ("Text.\n\n# Boats leave", None, "Text.\n\nBoats leave"),
        ("# ![a picture](a.png)\n\nText.", None, "Text."),
        ("# Boats leave", "Boats leave", ""),
        ("", None, ""),
    ],
)
def test_a_first_heading_of_level_one_is_the_title(
    markdown: str, title: str | None, text: str
) -> None:
    """In one line and without markup; it is then no part of the text."""
    assert plain(markdown) == (title, text)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("The boats\nleft.", "The boats left."),
        ("The boats.\\\nThe nets.", "The boats.\n\nThe nets."),
        ("The boats.  \nThe nets.", "The boats.\n\nThe nets."),
        ("The boats.<br>The nets.<BR />The men.", "The boats.\n\nThe nets.\n\nThe men."),
        ("**The** _boats_ `left`.", "The boats left."),
        ("[The boats](https://port.example 'a title') left.", "The boats left."),
        ("<https://port.example/boats>", "https://port.example/boats"),
        ("The ![a picture](a.png) boats left.", "The boats left."),
        ("The <b>boats</b> left.", "The boats left."),
        ("- The boats\n- The nets\n\n1. One\n2. Two", "The boats\n\nThe nets\n\nOne\n\nTwo"),
        ("> The boats left.", "The boats left."),
        ("| Boats | Nets |\n|---|---|\n| 43 | 7 |", "Boats\n\nNets\n\n43\n\n7"),
        ("The boats.\n\n---\n\nThe nets.", "The boats.\n\nThe nets."),
        ("```\nthe code\n```\n\n    more code", "the code\n\nmore code"),
        ("Boats &amp; nets &lt;here&gt; \\*now\\*", "Boats & nets <here> *now*"),
        ("A &#10; B", "A\n\nB"),
        ("<!-- a comment -->\n\nThe boats left.", "The boats left."),
        ("<script>alert(1)</script>\n\nThe boats left.", "The boats left."),
    ],
)
def test_the_text_is_one_block_a_line_without_markup(markdown: str, text: str) -> None:
    """What links and emphasis hold stays; pictures, rules, comments and scripts go."""
    assert plain(markdown) == (None, text)


@modest
@given(prose())
def test_no_markdown_makes_it_fail(markdown: str) -> None:
    """A line has no white space around it, and a title no line end in it."""
    title, text = plain(markdown)
    assert title is None or (title == " ".join(title.split()) and title)
    assert all(line == line.strip() for line in text.split("\n"))


@modest
@given(st.lists(st.sampled_from(["The boats left.", "Nobody saw them.", "43 trips"]), min_size=1))
def test_plain_paragraphs_stay_as_they_are(blocks: list[str]) -> None:
    """Text that has no markup loses nothing."""
    text = "\n\n".join(blocks)
    assert plain(text) == (None, text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["letters", "brackets", "numbers", "lines", "spaces", "ellipses"])
def test_a_long_hostile_text_is_read_within_seconds(name: str) -> None:
    """As front matter and as Markdown."""
    text = HOSTILE[name][:50_000]
    assert len(plain(text)[1]) <= 2 * len(text)
    with contextlib.suppress(SourceError):
        front_matter(f"---\n{text}\n---\n")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("repeated", ["[", "![", "](", "*a", "_a ", "> ", "`a", "<a ", "&"])
def test_long_hostile_markup_is_read_within_seconds(repeated: str) -> None:
    """Unclosed links, emphasis, quotations, code and tags."""
    plain(repeated * (20_000 // len(repeated)))
