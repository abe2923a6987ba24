"""A web page becomes its article and what it states about it, or one sentence says why not."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.html import parse
from briefs.errors import SourceError
from briefs.model import Published
from tests.adapters.loading.building import SECOND, SENTENCE, article, page
from tests.building import modest

CET = timezone(timedelta(hours=1))


def _linked(**facts: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **facts}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def _meta(**facts: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{value}">'
        for name, value in facts.items()
    )


def test_blocks_are_lines_with_an_empty_line_between() -> None:
    """Headings, lists, tables and quotations stay, each a line; the title is not repeated."""
    body = (
        f"<h2>What was lost</h2><p>{SECOND} It was a long week.</p>"
        "<table><tr><th>Year</th><th>Trips</th></tr><tr><td>2024</td><td>43</td></tr></table>"
        "<ul><li>Two ships</li><li>One crane</li></ul><blockquote><p>It is over.</p></blockquote>"
    )
    loaded = parse(article(body=body), "a.html")
    assert loaded.title == "Port reopens"
    assert loaded.text.split("\n\n") == [
        SENTENCE,
        SECOND,
        "What was lost",
        f"{SECOND} It was a long week.",
        "Year | Trips",
        "2024 | 43",
        "- Two ships",
        "- One crane",
        "It is over.",
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>HIDDEN</script>",
        "<style>.HIDDEN {}</style>",
        "<template><p>HIDDEN text is here.</p></template>",
        "<noscript><p>HIDDEN text is here.</p></noscript>",
        '<p style="color: red; DISPLAY : none">HIDDEN text is here.</p>',
        '<div style="visibility:hidden"><p>HIDDEN text is here.</p></div>',
        '<p aria-hidden="true">HIDDEN text is here.</p>',
        "<p hidden>HIDDEN text is here.</p>",
        "<!-- HIDDEN text is here. -->",
    ],
)
def test_what_nobody_sees_is_not_the_article(unseen: str) -> None:
    """Scripts, styles and hidden elements give no text; what is behind them does."""
    text = parse(article(body=f"{unseen}<p>It ends here, with a last sentence.</p>"), "a").text
    assert "HIDDEN" not in text
    assert "It ends here, with a last sentence." in text


def test_navigation_and_the_rest_of_the_page_go() -> None:
    """Menus, side bars and the footer are not the article."""
    links = "".join(f"<li><a href='/{n}'>Headline number {n} of today</a></li>" for n in range(20))
    data = page(
        f"<nav><ul>{links}</ul></nav><main><article><h1>Port reopens</h1><p>{SENTENCE}</p>"
        f"<p>{SECOND}</p></article></main><aside><ul>{links}</ul></aside>"
        "<footer><p>All rights reserved.</p></footer>"
    )
    assert parse(data, "a.html").text == f"{SENTENCE}\n\n{SECOND}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "<script>document.write('An article of many words, one might think.')</script>",
        "<nav><ul>" + "<li><a href='/'>Home</a></li><li><a href='/w'>World</a></li>" * 9 + "</ul>",
        "<div>" + "<h3><a href='/a'>Minister resigns after a long night of talks</a></h3>" * 20,
        "<noscript>This page needs JavaScript. Please turn it on.</noscript><div id=root></div>",
    ],
    ids=["empty", "blank", "script", "menu", "front page", "application"],
)
def test_a_page_without_an_article_is_refused(body: str) -> None:
    """Only navigation, or a page that a script would fill: the error says so."""
    with pytest.raises(SourceError, match="no article in this page"):
        parse(page(body), "a.html")


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (_linked(datePublished="2024-11-22T08:00:00+01:00"), datetime(2024, 11, 22, 8, tzinfo=CET)),
        (_linked(datePublished="2024-11-22T08:00:00.123Z"), datetime(2024, 11, 22, 8, tzinfo=UTC)),
        (_linked(datePublished="2024-11-22T08:00:00"), datetime(2024, 11, 22, 8)),  # noqa: DTZ001
        (_linked(datePublished="2024-11-22"), date(2024, 11, 22)),
        (_linked(dateModified="2024-11-22T08:00:00Z"), None),
        (_linked(datePublished="1970-01-01T00:00:00Z"), None),
        (_linked(datePublished="soon"), None),
        (_linked(datePublished="2024-13-45"), None),
        (
            _meta(article__published_time="2024-11-22T08:00:00+0100"),
            datetime(2024, 11, 22, 8, tzinfo=CET),
        ),
        (_meta(article__modified_time="2024-11-22T08:00:00+0100"), None),
        (
            _meta(article__published_time="2024-11-22") + _meta(pubdate="2024-11-22 08:00 UTC"),
            datetime(2024, 11, 22, 8, tzinfo=UTC),
        ),
        (
            _linked(datePublished="2024-11-22T08:00:00Z", dateModified="2024-11-25T08:00:00Z")
            + _meta(article__published_time="2024-11-23T08:00:00Z"),
            datetime(2024, 11, 22, 8, tzinfo=UTC),
        ),
    ],
)
def test_the_date_is_as_precise_as_the_page(head: str, published: Published | None) -> None:
    """A time keeps its offset or has none, a day stays a day, and an update is no publication."""
    found = parse(article(head), "a.html").published
    assert (type(found), found) == (type(published), published)
    if isinstance(found, datetime) and isinstance(published, datetime):
        assert found.utcoffset() == published.utcoffset()


@pytest.mark.parametrize(
    ("body", "published"),
    [
        (
            "<time datetime='2024-11-22T08:00:00Z'>22 Nov</time>",
            datetime(2024, 11, 22, 8, tzinfo=UTC),
        ),
        ("<p class=updated><time datetime='2024-11-25T08:00Z'>25</time></p>", None),
        (
            (
                "<time class=updated datetime='2024-11-25T08:00Z'></time>"
                "<time itemprop=datePublished datetime='2024-11-22T08:00Z'></time>"
            ),
            datetime(2024, 11, 22, 8, tzinfo=UTC),
        ),
    ],
)
def test_a_time_element_dates_the_article(body: str, published: Published | None) -> None:
    """The time above the article counts unless it is that of an update."""
    found = parse(article(body=body), "a.html").published
    assert found == published


def test_a_date_in_the_text_of_the_page_is_a_day_only() -> None:
    """Where nothing states the date, a byline's is the last resort."""
    body = '<p class="byline">Published: November 22, 2024</p>'
    assert parse(article(body=body), "a.html").published == date(2024, 11, 22)


def test_what_the_page_states_of_itself() -> None:
    """Outlet, authors, title and address come from JSON-LD and meta elements."""
    head = (
        _linked(
            headline="Port reopens after storm",
            author=[{"@type": "Person", "name": "Ada Roe"}, {"name": "Ben Coe"}],
            publisher={"@type": "Organization", "name": "The Aldmouth Gazette"},
        )
        + '<link rel="canonical" href="https://gazette.example/port">'
    )
    loaded = parse(article(head), "a.html")
    assert loaded.title == "Port reopens after storm"
    assert loaded.author == "Ada Roe, Ben Coe"
    assert loaded.outlet == "The Aldmouth Gazette"
    assert loaded.url == "https://gazette.example/port"


def test_the_name_of_the_site_is_the_outlet_and_no_part_of_the_title() -> None:
    """og:site_name wins over the agency, and goes from the end of the title."""
    head = _linked(publisher={"name": "News Agency"}) + _meta(
        og__site_name="The Gazette", og__title="Port &amp;#8211; open | The Gazette"
    )
    loaded = parse(article(head), "a.html")
    assert (loaded.outlet, loaded.title) == ("The Gazette", "Port – open")


def test_linked_data_may_point_within_itself() -> None:
    """A publisher given by its id is looked up; the article is not one that the page links to."""
    graph = [
        {"@type": "NewsArticle", "headline": "Another", "datePublished": "2020-01-01"},
        {"@type": "Organization", "@id": "#o", "name": "The Gazette"},
        {
            "@type": ["Article"],
            "headline": "Port",
            "publisher": {"@id": "#o"},
            "mainEntityOfPage": {"@id": "https://g.example/port"},
            "datePublished": "2024-11-22",
        },
    ]
    head = (
        f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
        '<link rel="canonical" href="https://g.example/port">'
    )
    loaded = parse(article(head), "a.html")
    assert (loaded.outlet, loaded.title, loaded.published) == (
        "The Gazette",
        "Port",
        date(2024, 11, 22),
    )


def test_what_is_not_stated_is_none() -> None:
    """Nothing is guessed: not the outlet from an address, nor an author from a handle."""
    head = (
        '<link rel="canonical" href="/port">'
        '<meta name="twitter:site" content="@gazette">'
        '<meta property="article:author" content="https://facebook.com/gazette">'
        '<script type="application/ld+json">{"datePublished": </script>'
    )
    loaded = parse(page(f"<p>{SENTENCE}</p><p>{SECOND}</p>", head), "/x/storm.html")
    assert loaded.title == "storm"
    assert (loaded.outlet, loaded.author, loaded.published, loaded.url) == (None, None, None, None)


LETTERS = "Größe: „Der Fährmann“ kehrte nach der langen Reise über die Förde zurück."


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("", "utf-8"),
        ("windows-1252", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("windows-1252", "utf-8"),
        ("no-such-charset", "utf-8"),
    ],
)
def test_encodings(charset: str, encoding: str) -> None:
    """By the mark, as UTF-8, or as the page states; one that states it wrongly is read too."""
    head = f'<meta charset="{charset}">' if charset else ""
    data = page(f"<article><p>{LETTERS}</p><p>{LETTERS}</p></article>", head).decode()
    assert LETTERS in parse(data.encode(encoding), "a.html").text


def test_damage_is_survived() -> None:
    """NULs, bad bytes, lone surrogates, control characters and unclosed elements do no harm."""
    data = (
        b"<html><p>\0" + SENTENCE.encode() + b"\xff<p>A &#xD800; b &#0; c &#7; d, and so it ends."
        b"<div><b><i></div><table><tr><p>" + SECOND.encode() + b"</html></html><p>"
    )
    text = parse(data, "a.html").text
    assert SENTENCE in text
    assert SECOND in text
    assert not {"\0", "\x07", "\ud800"} & set(text)


@pytest.mark.parametrize("nested", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<span>"])
def test_nesting_of_any_depth_ends(nested: str) -> None:
    """50,000 elements in each other give a text or an error, and no crash."""
    data = page(f"<article><p>{SENTENCE}</p><p>{SECOND}</p>{nested * 50_000}")
    try:
        assert SENTENCE in parse(data, "a.html").text
    except SourceError as error:
        assert str(error)  # noqa: PT017 - either ending is right


@pytest.mark.parametrize("repeated", ["<", "&", "<!--", " ", "[", "a", ".", "(", "<i a=1 b=2>"])
def test_long_repetitions_end(repeated: str) -> None:
    """Nothing here takes the square of a page's length."""
    body = f"<article><p>{SENTENCE}</p><p>{SECOND}</p><p>{repeated * 20_000}</p></article>"
    head = f'<script type="application/ld+json">{repeated * 20_000}</script>'
    try:
        parse(page(body, head), "a.html")
    except SourceError as error:
        assert str(error)  # noqa: PT017 - either ending is right


_PIECES = (
    "<p>", "</p>", "<article>", "<h1>", "<table>", "<td>", "<time datetime='", "2024-11-22",
    "<script type='application/ld+json'>", '{"@type": "NewsArticle", "datePublished": ', "[]", "}",
    '"author": 1', "</script>", "<meta property='og:title' content='", "'>", "\0", "&#0;", "\udcff",
    "<meta charset=utf-7>", "<?xml version='1.0' encoding='x'?>", "<!--", "-->", SENTENCE,
)  # fmt: skip


@modest
@given(
    st.binary(max_size=500)
    | st.lists(st.sampled_from(_PIECES), max_size=40).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogateescape")
    )
)
def test_only_source_errors_come_out(data: bytes) -> None:
    """Whatever the bytes are, there is a text with letters in it, or a `SourceError`."""
    try:
        text = parse(data, "a.html").text
    except SourceError:
        return
    assert any(character.isalnum() for character in text)


@pytest.mark.parametrize(
    "stated",
    [
        1,
        None,
        [],
        {},
        [[]],
        {"@id": 1},
        {"name": {"name": []}},
        [None, {"name": ["A Roe"]}],
        "x" * 999,
    ],
)
def test_linked_data_of_any_shape_is_survived(stated: object) -> None:
    """A field that holds what it should not is as if it were not there."""
    head = _linked(
        author=stated, publisher=stated, headline=stated, datePublished=stated, url=stated,
        mainEntityOfPage=stated, mainEntity=stated,
    )  # fmt: skip
    assert parse(article(head), "a.html").text == f"{SENTENCE}\n\n{SECOND}"
