"""An article's page: whole, inert, with the cited words marked and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from adapters import wording
from adapters.web.article_page import Citing, Newer, article_page, message_page
from briefs.briefing import Edition
from briefs.model import Dropped, Revision
from tests.briefing import HOSTILE
from tests.building import document, modest, prose

UNTIL = datetime(2024, 12, 22, tzinfo=UTC)
TEXT = "The boats left.\nWhat came next\nThey made 43 trips. A pilot saw them."
QUOTE = "They made 43 trips."
ALLOWED = set(
    """html head meta title style body a header p bdi h1 h2 time div strong nav ul li main article
    mark details summary ol span section footer""".split()
)
LINES = (
    Dropped(number=1, text="Home | News", reason="navigation"),
    Dropped(number=3, text="Read also: ferries", reason="related"),
)


def revision(text: str = TEXT, **facts: Any) -> Revision:
    """Return a revision of an article, the current one where nothing else is said."""
    dropped = facts.pop("dropped", ())
    newest = facts.pop("newest", 1)
    return Revision(document=document(text, **facts), dropped=dropped, newest=newest)


def page(shown: Revision, quote: str = "", **facts: Any) -> etree._Element:
    """Return the page of a revision, as a browser would understand it."""
    start = shown.document.text.index(quote)
    stated: dict[str, Any] = {"start": start, "end": start + len(quote), "until": UNTIL, **facts}
    return etree.HTML(article_page(shown, **stated))


def words(element: etree._Element) -> str:
    """Return the text of an element, spaces made one."""
    return " ".join("".join(element.itertext()).split())


def edition(**facts: Any) -> Edition:
    """Return an edition of a brief."""
    stated: dict[str, Any] = {
        "brief": "b1",
        "title": "Boats",
        "channel": "slack:C1",
        "topic": None,
        "composed_at": UNTIL,
        "collections": None,
        "snapshot": 1,
        **facts,
    }
    return Edition(**stated)


def test_an_article_is_shown_with_what_is_known_of_it() -> None:
    """Title, outlet, date, author, the original, and every block of its text in its order."""
    tree = page(
        revision(
            title="Boats leave",
            outlet="Coast Herald",
            author="Ann Rivers",
            published=date(2024, 11, 20),
            url="https://coast.example.org/boats?id=1&x=2",
        )
    )
    assert words(tree.find(".//title")) == "Boats leave"
    assert words(tree.find(".//header")) == (
        "Coast Herald Boats leave 20 November 2024 · Ann Rivers · the original at coast.example.org"
    )
    (original,) = tree.xpath("//header//a")
    assert original.get("href") == "https://coast.example.org/boats?id=1&x=2"
    assert "noreferrer" in original.get("rel")
    blocks = tree.xpath("//article/*")
    assert [(each.tag, words(each)) for each in blocks] == [
        ("p", "The boats left."),
        ("h2", "What came next"),
        ("p", "They made 43 trips. A pilot saw them."),
    ]
    assert tree.xpath("//mark") == []
    assert "22 December 2024, 00:00 UTC" in words(tree.find(".//footer"))


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    """And no link is made of what is no address of a web page."""
    tree = page(revision(title="", url="javascript:alert(1)"))
    assert words(tree.find(".//header")) == "Outlet unknown Untitled date unknown"
    assert tree.xpath("//header//a") == []


def test_the_quote_is_marked_and_can_be_gone_to() -> None:
    """One place is called `cited`; the skip link and the contents lead there."""
    tree = page(revision(), QUOTE)
    (mark,) = tree.xpath("//mark")
    assert (mark.get("id"), mark.get("class"), words(mark)) == ("cited", "last", QUOTE)
    assert mark.tail == " A pilot saw them."
    assert [each.get("href") for each in tree.xpath("//a")] == ["#cited", "#cited"]


def test_a_quote_over_several_blocks_is_marked_in_each() -> None:
    """The first mark is the place to go to, and the last one ends what is quoted."""
    tree = page(revision(), "left.\nWhat came next\nThey made")
    marks = [(each.get("id"), each.get("class"), words(each)) for each in tree.xpath("//mark")]
    assert marks == [
        ("cited", None, "left."),
        (None, None, "What came next"),
        (None, "last", "They made"),
    ]
    assert words(tree.find(".//article")) == " ".join(TEXT.split())


@modest
@given(text=prose(), at=st.tuples(st.integers(0, 250), st.integers(0, 250)))
@example(text="a\u200b b", at=(1, 2))
@example(text="\u200b\na", at=(0, 3))
@example(text=" a  b ", at=(0, 6))
@example(text="a\r\nb\x0bc\u2028d", at=(1, 9))
def test_whatever_is_cited_exactly_that_is_marked(text: str, at: tuple[int, int]) -> None:
    """The whole article is shown, in its order, and the marks hold the words of the span."""
    start, end = at
    shown = revision(text)
    tree = page(shown, start=start, end=end)
    article = "".join(tree.find(".//article").itertext())
    assert "".join(article.split()) == "".join(wording.plain(text).split())
    marked = "".join("".join(each.itertext()) for each in tree.xpath("//mark"))
    quote = wording.plain(text[start:end])
    assert "".join(marked.split()) == "".join(quote.split())
    assert len(tree.xpath("//*[@id='cited']")) == bool(quote)
    assert len(tree.xpath("//mark[@class='last']")) == bool(quote)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_text_in_every_field(text: str) -> None:
    """Neither an element nor an attribute comes of it, nor a link that leads somewhere else."""
    # A text with half a character in it is never kept.
    said = text.encode("utf-8", "ignore").decode()
    shown = revision(
        f"Before.\n{said}\nAfter {said} it.",
        title=text,
        outlet=text,
        author=text,
        url=text,
        newest=2,
        dropped=(Dropped(number=1, text=text, reason=text),),
    )
    tree = page(
        shown,
        said,
        newer=Newer(number=2, address="../d/a?k=1", quotes=False),
        briefs=[Citing(edition=edition(title=text, topic=text), address="../b/b1?k=1")],
    )
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    assert {each.tag for each in elements} <= ALLOWED
    for each in elements:
        assert not any(name.startswith("on") or name in {"src", "style"} for name in each.attrib)
    addresses = {each.get("href") for each in tree.xpath("//a")}
    ours = {"#cited", "#main", "#left-out", "#briefs", "../d/a?k=1", "../b/b1?k=1"}
    assert {each for each in addresses - ours if not each.startswith("https://evil.ex")} == set()
    assert wording.plain(f"After {said} it.") in words(tree.find(".//article"))
    assert wording.plain(text) in words(tree.xpath("//h1")[0]) or not wording.plain(text)


def test_what_was_left_out_is_folded_away_but_there() -> None:
    """Closed until somebody opens it, each line with its number and the reason."""
    tree = page(revision(dropped=LINES))
    (folded,) = tree.xpath("//details")
    assert folded.get("open") is None
    assert words(folded[0]) == "2 lines of the page left out of the article"
    lines = [(each.get("value"), words(each)) for each in folded.findall(".//li")]
    assert lines == [("1", "navigation: Home | News"), ("3", "related: Read also: ferries")]
    assert page(revision()).xpath("//details") == []


@pytest.mark.parametrize(
    ("quotes", "said"), [(True, "still stand in it"), (False, "do not stand in it any more")]
)
def test_an_article_that_changed_says_so_and_leads_to_what_it_says_now(
    *, quotes: bool, said: str
) -> None:
    """It says whether the quoted words still stand."""
    tree = page(
        revision(newest=3), QUOTE, newer=Newer(number=3, address="../d/a?r=3", quotes=quotes)
    )
    (note,) = tree.xpath("//*[@role='note']")
    assert words(note).startswith("This article changed since the answer.")
    assert "revision 1; now it is at revision 3" in words(note)
    assert said in words(note)
    assert [each.get("href") for each in note.iter("a")] == ["../d/a?r=3"]


def test_briefs_that_cite_it_are_listed() -> None:
    """Each with when it was composed, and on what."""
    tree = page(revision(), briefs=[Citing(edition=edition(topic="oil"), address="../b/b1?k=1")])
    (listed,) = tree.xpath("//ul[@class='briefs']/li")
    assert words(listed) == "Boats 22 December 2024, 00:00 UTC · on oil"
    assert listed.find("a").get("href") == "../b/b1?k=1"


def test_a_message_is_text() -> None:
    """Nothing that is put into it becomes an element."""
    tree = etree.HTML(message_page("<b>Gone</b>", "One.", "<i>Two</i>."))
    assert words(tree.find(".//main")) == "<b>Gone</b> One. <i>Two</i>."
