"""A brief as CommonMark: it reads well, and what a source wrote is text and nothing else."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters import wording
from adapters.pages.links import web_address
from adapters.pages.markdown import JOINER, escaped, markdown
from briefs.brief import Brief, Point, Source
from briefs.model import Statement
from tests.briefing import (
    FACTS,
    HOSTILE,
    articles,
    brief,
    briefs_of,
    cite,
    full,
    hostile_texts,
    texts_of,
)
from tests.building import document, modest

HEADINGS = (
    "Since the last brief",
    "What is reported",
    "Figures and dates",
    "Timeline",
    "Who stands behind it",
    "The same words, given differently",
    "Only here",
    "Sources",
    "Citations",
)
OURS = {"heading", "paragraph", "bullet_list", "ordered_list", "list_item", "hr", "inline"}
OURS_INLINE = {"text", "text_special", "softbreak", "hardbreak", "em", "strong", "link"}


def parsers() -> tuple[MarkdownIt, ...]:
    """Return strict CommonMark, and what platforms add to it."""
    platform = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return MarkdownIt("commonmark"), platform


def kind(token: Token) -> str:
    """Return what a token opens, closes or is."""
    return re.sub(r"_(open|close)$", "", token.type)


def read(text: str, parser: MarkdownIt) -> tuple[list[Token], list[Token], str]:
    """Return the blocks and the inline parts of a page, and its words as a reader sees them."""
    blocks = parser.parse(text)
    inline = [child for token in blocks for child in token.children or ()]
    shown = []
    for token in blocks:
        parts = token.children or ()
        shown += [" " if child.type.endswith("break") else child.content for child in parts]
        shown.append("\n")
    return blocks, inline, "".join(shown).replace(JOINER, "")


def check(made: Brief) -> None:
    """Assert that a page has our structure only, and all texts as they are."""
    text = markdown(made)
    assert text.encode().decode() == text
    for parser in parsers():
        blocks, inline, shown = read(text, parser)
        assert {kind(token) for token in blocks} <= OURS
        assert {kind(token) for token in inline} <= OURS_INLINE
        check_headings(made, blocks)
        addresses = {web_address(each.document.url) for each in made.citations} | {
            web_address(each.url) for each in made.documents
        }
        targets = {token.attrs["href"] for token in inline if token.type == "link_open"}
        assert targets <= {parser.normalizeLink(each) for each in addresses if each}
        for each in texts_of(made):
            assert wording.plain(each) in shown


def check_headings(made: Brief, blocks: list[Token]) -> None:
    """Assert that there are as many headings as we wrote, the title first."""
    levels = [token.tag for token in blocks if token.type == "heading_open"]
    assert levels[0] == "h1"
    assert levels.count("h1") == 1
    titles = [
        following.content
        for token, following in pairwise(blocks)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    # Ours, each at most once, in our order.
    assert titles == [each for each in HEADINGS if each in titles]
    assert len(titles) == levels.count("h2")
    stories = {point.story for point in made.points}
    exclusive = [each for each in made.sources if each.only_here]
    kinds = {change.kind for change in made.changes}
    relations = {figure.relation for figure in made.figures}
    ours = (stories, exclusive, kinds, relations, made.quotations)
    assert levels.count("h3") <= sum(len(each) for each in ours)
    assert set(levels) <= {"h1", "h2", "h3"}


@modest
@given(briefs_of())
@example(full())
@example(brief())
def test_any_brief_has_our_structure_only(made: Brief) -> None:
    """Whatever a source wrote: the headings, lists and links are ours, and its text survives."""
    check(made)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_text_in_every_field(text: str) -> None:
    """Each trick alone, in all fields at once."""
    source = document(text or "x", title=text, outlet=text, author=text, url=text)
    cited = cite(source)
    check(
        brief(
            title=text,
            topic=text,
            documents=(source,),
            points=(Point(story=text, statement=Statement(citations=(cited,), origins=(text,))),),
            sources=(Source(document=source, only_here=(cited,)),),
            notes=(text,),
        )
    )


@pytest.mark.parametrize("before", ["", "- ", "1. ", "# ", "> ", "text "])
@given(text=hostile_texts())
@example(text="1) one")
@example(text="# one #")
@example(text="+")
@modest
def test_escaped_text_is_one_run_of_text(before: str, text: str) -> None:
    """Wherever a line of ours puts it: it is shown whole, and makes nothing."""
    for parser in parsers():
        blocks = parser.parse(f"{before}{escaped(text)}")
        plain = [child for token in blocks for child in token.children or ()]
        assert {kind(token) for token in plain} <= {"text", "text_special"}
        shown = "".join(child.content for child in plain).replace(JOINER, "")
        ours = before if before == "text " else ""
        assert shown == f"{ours}{wording.plain(text)}".strip()


@pytest.mark.parametrize(
    ("text", "alive"),
    [
        ("@everyone", r"@\w"),
        ("see #12", r"#\w"),
        ("https://evil.example/x", "://"),
        ("//localhost", "(?<![\\\\])//"),
        ("www.1", r"www\."),
        ("evil.example", r"\w\.\w\w"),
        ("a@evil.example", r"@\w"),
        ("$x$", r"(?<!\\)\$"),
    ],
)
def test_what_platforms_make_live_by_themselves_is_broken(text: str, alive: str) -> None:
    """They look for mentions and addresses where CommonMark has none."""
    assert not re.search(alive, escaped(text))


def test_common_sentences_stay_readable_as_they_are() -> None:
    """Nothing is put into what needs nothing."""
    for text in (*FACTS, "U.S. aid rose by 2.5% (from 3 to 4), he said: “It is.” – e.g. now…"):
        assert escaped(text) == text


def test_a_full_brief_shows_its_parts_in_their_order() -> None:
    """What a reader of the raw text sees."""
    text = markdown(full())
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert tuple(titles) == HEADINGS
    assert "3 outlets · origin not stated" in text
    assert f"3. Context: “{FACTS[0]}”\\\n   {FACTS[1]} [4] [5]\\\n   *2 outlets" in text
    assert "Outlet 1 → BBC → Open Source Centre" in text
    assert "3 outlets, 1 origin" in text
    assert "*1 outlet · 2 origins: Open Source Centre, Kyiv*" in text
    assert "- **March 2024**: " in text
    assert f"[1] “{FACTS[0]}” Outlet 1, 2 November 2024, revision 1, characters 0–" in text


def test_every_number_shown_is_one_of_a_citation() -> None:
    """And each citation is listed once."""
    made = full(outlets=12)
    text = markdown(made)
    numbers = {str(each.number) for each in made.citations}
    assert set(re.findall(r"\[(\d+)\]", text)) == numbers
    listed = re.findall(r"^- \[(\d+)\] ", text, re.MULTILINE)
    assert listed == [str(each.number) for each in made.citations]


def test_an_empty_brief_says_so() -> None:
    """It has a title, its period, its notes, and no headings over nothing."""
    text = markdown(brief(notes=("Nothing is new.",)))
    assert wording.NOTHING in text
    assert "- Nothing is new." in text
    assert "## " not in text


def test_the_title_of_the_only_story_is_not_repeated() -> None:
    """A brief on one story is headed once."""
    source = document(FACTS[0], outlet="Herald")
    point = Point(story="Oil", statement=Statement(citations=(cite(source),), origins=()))
    assert "### Oil" not in markdown(brief(title="Oil", points=(point,)))
    assert "### Oil" in markdown(brief(title="Oil and troops", points=(point,)))


def test_an_address_leads_to_where_it_says() -> None:
    """It is called by its host; one that is no address of a web page is left out."""
    sources = [
        replace(each, url=url)
        for each, url in zip(
            articles(4),
            [
                "https://bücher.example/a_(b)?x=1&copy;=2",
                "javascript:alert(1)",
                "https://bank.example@evil.example/",
                "https://evil.example/)[x](y) <b>",
            ],
            strict=True,
        )
    ]
    point = Point(
        story="Oil",
        statement=Statement(
            citations=tuple(cite(each, n + 1, FACTS[0]) for n, each in enumerate(sources)),
            origins=(),
        ),
    )
    _, inline, _ = read(markdown(brief(points=(point,))), MarkdownIt("commonmark"))
    links = [token.attrs["href"] for token in inline if token.type == "link_open"]
    assert links == ["https://xn--bcher-kva.example/a_%28b%29?x=1&copy;=2".replace("_", "%5F")]


def test_many_articles_that_are_not_cited_are_counted() -> None:
    """A list of a thousand titles helps nobody."""
    documents = [document("x", title=f"Article {n}") for n in range(1_000)]
    text = markdown(brief(documents=tuple(documents)))
    assert "980 more articles, not cited" in text
    assert len(text) < 5_000


def test_the_same_brief_gives_the_same_page() -> None:
    """How long it took is no part of it."""
    made = full()
    assert markdown(made) == markdown(replace(made, elapsed_ms=1.0))
