"""Source text on Discord: shown as it is, obeyed nowhere, cut only where it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text import (
    Line,
    Said,
    filename,
    inert,
    line,
    recovered,
    safe_address,
    shortened,
    size,
    split_at,
    without_folders,
)
from adapters.wording import plain
from tests.briefing import hostile_texts
from tests.building import modest


@modest
@given(hostile_texts() | st.text("\\*_[]()<>:@#-1. \u2060everyone\n"))
def test_nothing_is_changed_but_what_is_not_seen(text: str) -> None:
    """Whoever copies a quote from Discord has the source's characters."""
    assert recovered(inert(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** _it_ ~~gone~~ ||x||", r"\*\*bold\*\* \_it\_ \~\~gone\~\~ \|\|x\|\|"),
        ("[click](https://evil.example)", r"\[click\]\(https\://evil.example\)"),
        ("see https://evil.example/a_b", r"see https\://evil.example/a\_b"),
        ("<https://evil.example>", r"\<https\://evil.example\>"),
        ("<@1> <@!1> <@&1> <#1>", r"\<@1\> \<@!1\> \<@&1\> \<#1\>"),
        ("<t:0> <t:0:R>", r"\<t\:0\> \<t\:0\:R\>"),
        ("</ask:1> <:a:1> <a:b:1>", r"\</ask\:1\> \<\:a\:1\> \<a\:b\:1\>"),
        (":smile: then: this", r"\:smile: then: this"),
        ("@everyone and @HERE", "@\u2060everyone and @\u2060HERE"),
        ("# big", r"\# big"),
        ("-# small", r"\-# small"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("> quoted", r"\> quoted"),
        ("```\ncode\n```", r"\`\`\` code \`\`\`"),
        ("\u202egnp.exe\u2066\x00\ufdd0", "gnp.exe"),
        ("It is 3 - 2 and C#; 1.5 tonnes (net).", r"It is 3 - 2 and C#; 1.5 tonnes \(net\)."),
    ],
)
def test_markup_of_a_source_is_text(text: str, shown: str) -> None:
    """Every kind that Discord knows, escaped where it begins."""
    assert inert(text) == shown


@modest
@given(hostile_texts(), st.integers(20, 90))
def test_a_line_is_cut_into_pieces_that_fit_and_lose_nothing(text: str, room: int) -> None:
    """Each piece has the marks, the number comes last, the words are all there."""
    whole = line("“", Said(text * 5, "**"), "”", " [1]", mark="> ")
    pieces = list(whole.pieces(room))
    assert all(size(each.text) <= room for each in pieces)
    said = "".join(each.text for piece in pieces for each in piece.spans if isinstance(each, Said))
    assert "".join(plain(said).split()) == "".join(plain(text * 5).split())
    assert pieces[-1].text.endswith("[1]")
    assert all(each.text.startswith("> ") for each in pieces)


def test_a_long_text_is_cut_after_a_sentence_else_after_a_word() -> None:
    """A sentence moves whole where it can."""
    text = "The boats left the harbour. They came back in the evening."
    assert split_at(text, 40) == (
        "The boats left the harbour.",
        "They came back in the evening.",
    )
    assert split_at(text, 20) == ("The boats left the", "harbour. They came back in the evening.")
    assert split_at(text, 20, rather_not=True) == ("", text)
    assert split_at("x" * 9, 4) == ("xxxx", "xxxxx")


def test_a_short_text_after_another_moves_whole() -> None:
    """What does not begin a piece is not cut at a word."""
    first, second = "The first one is here.", "The second one is there too."
    pieces = list(line(Said(first), ": ", Said(second)).pieces(40))
    assert [each.text for each in pieces] == [f"{first}:", second]


def test_an_astral_letter_counts_twice() -> None:
    """As Discord may count it."""
    assert size("a\U0001f6a2") == 3
    assert all(size(each.text) <= 20 for each in line(Said("\U0001f6a2" * 50)).pieces(20))


def test_what_is_ours_stays_whole_even_where_it_does_not_fit() -> None:
    """A link is never cut."""
    link = f"[[1]](https://a.example/{'x' * 40})"
    assert list(Line(spans=("x" * 10, link)).pieces(30))[-1].text == link


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("https://a.example/x_(y)", "https://a.example/x%5F%28y%29"),
        ("javascript:alert(1)", None),
        ("https://user:pw@a.example/", None),
        ("ftp://a.example/", None),
        ("https://a.example/ b", None),
        ("https://a.example/\u202e", None),
        ("https://[", None),
        (f"https://a.example/{'x' * 600}", None),
        ("", None),
        (None, None),
    ],
)
def test_only_an_address_that_leads_where_it_says_is_a_link(
    url: str | None, address: str | None
) -> None:
    """No other scheme, no user name, nothing that would end the link early."""
    assert safe_address(url) == address


def test_folders_of_the_server_are_not_told() -> None:
    """A file is named by its name, a page by its address."""
    assert filename("/srv/news room/a b.pdf") == "a b.pdf"
    assert filename("C:\\news\\a.pdf") == "a.pdf"
    assert filename("https://a.example/x/y") == "https://a.example/x/y"
    said = "/srv/news room/a.pdf cannot be read; see /var/lib/x.db and https://a.example/x/y/z"
    assert without_folders(said, "/srv/news room/a.pdf") == (
        "a.pdf cannot be read; see x.db and https://a.example/x/y/z"
    )
    assert without_folders("Type /brief now, and/or nothing/at all.") == (
        "Type /brief now, and/or nothing/at all."
    )


def test_only_an_absurd_name_is_shortened() -> None:
    """And one that is shortened says so."""
    assert shortened("Coast  Herald", 40) == "Coast Herald"
    cut = shortened("*" * 400, 100)
    assert cut.endswith("…")
    assert size(inert(cut)) <= 100
