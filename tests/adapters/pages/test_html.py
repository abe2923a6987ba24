"""A brief as an HTML page: whole, accessible, inert, and without a need for anything else."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]
from rich.cells import cell_len

from adapters import wording
from adapters.pages import coverage
from adapters.pages.html import html
from adapters.pages.links import web_address
from adapters.pages.timeline import plot
from briefs.brief import Brief, Event, Point, Source, Trace
from briefs.calendar_days import Dated, Precision
from briefs.model import Figure, Relation, Statement, Value
from tests.briefing import FACTS, HOSTILE, articles, brief, briefs_of, cite, full, texts_of
from tests.building import document, modest

SVG = "{http://www.w3.org/2000/svg}"
OURS = set(
    """html head meta title style body a header p span h1 ul li nav main section h2 h3 ol div table
    caption thead tbody tr th td sup bdi q mark time strong figure figcaption blockquote cite
    details summary footer code""".split()
) | {f"{SVG}{name}" for name in "svg title desc line text g circle rect".split()}
LOADING = {"src", "srcset", "data", "poster", "background", "style", "action", "formaction", "ping"}
SECTIONS = """changes points coverage figures timeline origins quotations only-here sources
    citations""".split()
HEADINGS = ["h1", "h2", "h3"]


def parsed(made: Brief) -> etree._Element:
    """Return a page as a tree: it is so strict that XML reads it, with nothing left open."""
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    return etree.fromstring(html(made).encode(), parser)


def words(tree: etree._Element) -> str:
    """Return what a reader sees, spaces made one."""
    shown = (text for element in tree.iter("body") for text in element.itertext())
    return " ".join("".join(shown).split())


def check(made: Brief) -> etree._Element:
    """Assert what holds for the page of any brief, and return the page."""
    tree = parsed(made)
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    assert {each.tag for each in elements} <= OURS
    assert len(elements) == len(list(tree.iter())), "there are no comments or instructions"
    check_links(made, elements)
    check_citations(made, tree)
    check_outline(elements)
    shown = words(tree)
    for each in texts_of(made):
        assert " ".join(wording.plain(each).split()) in shown
    return tree


def check_links(made: Brief, elements: list[etree._Element]) -> None:
    """Assert that nothing is loaded or run, and that links lead within the page or to a source."""
    addresses = {web_address(citation.document.url) for citation in made.citations}
    identifiers = Counter(each.get("id") for each in elements if each.get("id"))
    assert set(identifiers.values()) <= {1}
    for element in elements:
        names = {str(name) for name in element.attrib}
        assert not names & LOADING
        assert not any(name.startswith("on") for name in names)
        if element.tag == "a":
            target = element.attrib["href"]
            assert target[1:] in identifiers if target[0] == "#" else target in addresses
        for name in ("aria-labelledby", "aria-describedby"):
            for each in element.get(name, "").split():
                assert each in identifiers
    (style,) = (each.text for each in elements if each.tag == "style")
    assert "url(" not in (style or "")
    assert "@import" not in (style or "")


def check_citations(made: Brief, tree: etree._Element) -> None:
    """Assert that every number leads to its note, and every note back to each of its places."""
    notes = {each.get("id"): each for each in tree.iterfind(".//ol[@class='citations']/li")}
    assert list(notes) == [f"cite-{each.number}" for each in made.citations]
    referring = tree.xpath("//sup[@class='refs']/a")
    assert {f"#{name}" for name in notes} == {each.get("href") for each in referring}
    back = {}
    for name, note in notes.items():
        for link in note.iterfind(".//span[@class='back']/a"):
            back[link.get("href")] = name
    assert back == {f"#{each.get('id')}": each.get("href")[1:] for each in referring}
    for each in referring:
        assert each.get("href") == f"#cite-{each.text}"
    for citation in made.citations:
        shown = words_of(notes[f"cite-{citation.number}"])
        assert notes[f"cite-{citation.number}"].get("value") == str(citation.number)
        assert wording.plain(citation.quote) in shown
        assert f"revision {citation.document.revision}, characters {citation.start:,}–" in shown


def words_of(element: etree._Element) -> str:
    """Return the text of an element, spaces made one."""
    return " ".join("".join(element.itertext()).split())


def check_outline(elements: list[etree._Element]) -> None:
    """Assert what assistive technology goes by: landmarks, headings, captions, descriptions."""
    tags = [each.tag for each in elements]
    assert all(tags.count(once) == 1 for once in ("header", "main", "footer", "h1", "title"))
    levels = [HEADINGS.index(tag) for tag in tags if tag in HEADINGS]
    assert levels[0] == 0
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for element in elements:
        if element.tag == "section":
            assert element.find("h2").get("id") == element.get("aria-labelledby")
        if element.tag == "table":
            assert element.find("caption").text
            assert all(each.get("scope") for each in element.iter("th"))
        if element.tag == f"{SVG}svg" and element.get("role"):
            assert element.find(f"{SVG}title").text
            assert element.find(f"{SVG}desc").text
        if element.get("tabindex"):
            assert element.get("aria-label")


@modest
@given(briefs_of())
@example(full())
@example(full(outlets=12))
@example(brief())
def test_any_brief_is_a_sound_page(made: Brief) -> None:
    """Whatever a source wrote: a sound, inert page on which every text is shown."""
    check(made)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_text_in_every_field(text: str) -> None:
    """Each trick alone, in all fields at once, the pictures included."""
    sources = [
        document(text or "x", title=text, outlet=text and f"{text}{n}", url=text, revision=n)
        for n in (1, 2)
    ]
    cited = tuple(cite(each, n + 1) for n, each in enumerate(sources))
    day = Dated(on=date(2024, 3, 7), precision=Precision.DAY)
    year = Dated(on=date(2017, 1, 1), precision=Precision.YEAR)
    value = Value(text=text[:3], number=None, unit=text, bound=None, as_of=None, citations=cited)
    check(
        brief(
            id=text,
            title=text,
            topic=text,
            documents=tuple(sources),
            points=(Point(story=text, statement=Statement(citations=cited, origins=(text,))),),
            figures=tuple(
                Figure(subject=text, relation=each, values=(value,)) for each in Relation
            ),
            timeline=tuple(
                Event(date=each, text=cited[0].quote, citations=cited) for each in (year, day)
            ),
            origins=(Trace(name=text, citations=cited, chains=((text, text),)),),
            sources=tuple(Source(document=each, only_here=cited[:1]) for each in sources),
            notes=(text,),
        )
    )


def test_the_page_forbids_itself_to_load_anything() -> None:
    """Even what somebody slipped in would not run, and only the page's own style counts."""
    page = html(full())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"<[^>]* style=", page)


def test_a_citation_leads_to_its_article_where_there_is_a_page_for_it() -> None:
    """By its number, so that what is read out says where the link goes."""
    made = full()
    tree = etree.HTML(html(made, lambda each: f"https://a.example/d/{each.number}?r=1&s=2#cited"))
    links = tree.xpath("//ol[@class='citations']//a[contains(@aria-label, 'in its article')]")
    assert [each.get("href") for each in links] == [
        f"https://a.example/d/{each.number}?r=1&s=2#cited" for each in made.citations
    ]
    assert links[0].get("aria-label") == "Citation 1 in its article"


def test_what_became_of_its_articles_comes_before_its_own_notes() -> None:
    """A reader should know first what does not hold any more."""
    tree = etree.HTML(html(brief(notes=("Nothing is new.",)), notices=("Gone <b>.",)))
    assert [each.text for each in tree.xpath("//ul[@class='notes']/li")] == [
        "Gone <b>.",
        "Nothing is new.",
    ]


def test_a_full_brief_shows_its_parts_in_their_order() -> None:
    """What changed comes first."""
    tree = check(full())
    sections = [each.get("aria-labelledby") for each in tree.iter("section")]
    assert sections == list(SECTIONS)
    linked = [each.get("href")[1:] for each in tree.iterfind(".//nav//a")]
    assert linked == sections
    shown = words(tree)
    assert "3 outlets, 1 origin" in shown
    assert "Outlet 1 → BBC → Open Source Centre" in shown
    assert "1 outlet · 2 origins: Open Source Centre, Kyiv" in shown


def test_an_empty_brief_says_so() -> None:
    """No heading stands over nothing."""
    tree = check(brief(notes=("Nothing is new.",)))
    assert wording.NOTHING in words(tree)
    assert "Nothing is new." in words(tree)
    assert not list(tree.iter("section", "nav"))


def test_a_brief_with_changes_only_has_those_and_their_notes() -> None:
    """As the next brief of a quiet day may be."""
    made = full()
    tree = check(brief(changes=made.changes))
    sections = [each.get("aria-labelledby") for each in tree.iter("section")]
    assert sections == ["changes", "sources", "citations"]


def test_forty_points_of_twelve_outlets_stay_legible() -> None:
    """A row a fact, a column an outlet, no two on each other, all within the picture."""
    made = full(
        outlets=12, facts=[f"Fact number {n} is told here at some length." for n in range(40)]
    )
    check(made)
    matrix = coverage.matrix(made)
    assert matrix is not None
    assert len(matrix.rows) == 40
    assert len(matrix.columns) == 12
    places = [x for x, _ in matrix.columns]
    assert all(after - before >= 24 for before, after in pairwise(places))
    heights = [row.y for row in matrix.rows]
    assert all(after - before >= 24 for before, after in pairwise(heights))
    assert matrix.labels > max(places)
    assert heights[-1] < matrix.height
    assert matrix.width < 1_000


def test_outlets_for_which_there_is_no_room_are_counted_and_in_the_table() -> None:
    """None is left out silently."""
    made = full(outlets=25)
    matrix = coverage.matrix(made)
    assert matrix is not None
    assert (len(matrix.columns), matrix.left_out) == (coverage.MOST_COLUMNS, 5)
    shown = words(check(made))
    assert "5 more outlets in the table only." in shown


def test_the_matrix_marks_origins_the_outlet_that_is_one_and_reprints() -> None:
    """A letter where that very sentence names it; a reprint does not count as another outlet."""
    bbc, first = document(FACTS[0], outlet="BBC"), document(FACTS[0], outlet="Herald")
    again = document(FACTS[0], outlet="Mirror", reprint_of=first.id)
    cited = tuple(cite(each, n + 1) for n, each in enumerate((bbc, first, again)))
    point = Point(story="Oil", statement=Statement(citations=cited, origins=("BBC",)))
    made = brief(points=(point,), origins=(Trace(name="BBC", citations=cited[:1]),))
    matrix = coverage.matrix(made)
    assert matrix is not None
    (row,) = matrix.rows
    own, other, reprint = row.cells
    assert [key.name for _, key in row.chips] == ["BBC"]
    assert (own.key and own.key.letter, own.itself, own.reprint) == ("A", True, False)
    assert (other.key, other.itself, other.reprint) == (None, False, False)
    assert reprint.reprint
    shown = words(check(made))
    assert "the outlet is the origin itself" in shown
    assert "a reprint, which does not count" in shown


def test_one_outlet_alone_is_not_compared() -> None:
    """A picture of one column says nothing."""
    assert coverage.matrix(full(outlets=1)) is None
    assert coverage.matrix(brief()) is None


@modest
@given(
    st.lists(
        st.builds(
            lambda on, how: Dated(on=on, precision=how), st.dates(), st.sampled_from(Precision)
        ),
        max_size=40,
    )
)
def test_any_dates_are_plotted_within_the_picture(days: list[Dated]) -> None:
    """Each event is in one mark, marks do not lie on each other, and ticks are few."""
    cited = (cite(document("x")),)
    drawn = plot([Event(date=each, text="x", citations=cited) for each in days])
    if drawn is None:
        return
    titles = [title for mark in drawn.marks for title in mark.title.split("; ")]
    assert sorted(titles) == sorted(wording.dated(each) for each in days)
    assert all(0 <= mark.x <= 100 and 0 <= mark.y <= drawn.height for mark in drawn.marks)
    assert all(x >= 0 and x + width <= 100 for x, width in drawn.bars)
    assert len(drawn.ticks) <= 8
    lanes: dict[float, list[float]] = {}
    for mark in drawn.marks:
        lanes.setdefault(mark.y, []).append(mark.x)
    for lane in lanes.values():
        assert all(b - a >= 7.4 for a, b in pairwise(sorted(lane)))


def test_ticks_are_years_months_or_days() -> None:
    """As fine as the time that is shown."""

    def ticks(*days: date) -> list[str]:
        events = [
            Event(date=Dated(on=day, precision=Precision.DAY), text="x", citations=())
            for day in days
        ]
        made = plot(events)
        return [] if made is None else [label for _, label, _ in made.ticks]

    assert ticks(date(2016, 3, 1), date(2024, 11, 22)) == ["2018", "2020", "2022", "2024"]
    assert ticks(date(2024, 3, 7), date(2024, 6, 30)) == ["Apr 2024", "May 2024", "Jun 2024"]
    assert ticks(date(2024, 3, 7), date(2024, 3, 9)) == ["7 Mar", "8 Mar", "9 Mar"]
    assert ticks(date(2024, 3, 7), date(2024, 3, 7)) == []


@given(st.text(max_size=300), st.integers(5, 90))
@example("a" * 200, 20)
@example("油轮" * 50, 21)
@modest
def test_labels_fit(text: str, cells: int) -> None:
    """However wide the letters are; what is cut ends with an ellipsis."""
    label = coverage.short(text, cells)
    assert cell_len(label) <= cells
    assert label == wording.plain(text) or label.endswith("…")


def test_very_long_texts_are_shown_whole() -> None:
    """A sentence of a hundred thousand letters, with and without spaces."""
    for long in ("word " * 20_000, "a" * 100_000):
        source = document(long, title=long, outlet="Herald")
        other = document(long, outlet="Mirror")
        cited = (cite(source), cite(other, 2))
        check(brief(points=(Point(story=long, statement=Statement(citations=cited, origins=())),)))


def test_every_text_of_a_source_states_its_direction() -> None:
    """Arabic and Hebrew are set from the right, and turn nothing of ours around."""
    source = document("شحنات النفط (43) إلى كوريا.", title="משלוחי נפט", outlet="العربية")
    point = Point(story="نفط", statement=Statement(citations=(cite(source),), origins=("كييف",)))
    tree = check(brief(title="油轮", points=(point,), sources=(Source(document=source),)))
    for text in ("شحنات النفط (43) إلى كوريا.", "משלוחי נפט", "نفط", "油轮"):
        for element in tree.iterfind("body//*"):
            if element.text and element.text.strip() == text:
                assert element.get("dir") == "auto" or element.tag in {"bdi", f"{SVG}title"}


def test_the_value_is_marked_in_its_sentence() -> None:
    """A reader sees at once where a figure comes from."""
    source = document("Tankers <b>made</b> 43 trips & more.", outlet="Herald")
    value = Value(
        text="43 trips", number=43, unit="trips", bound=None, as_of=None, citations=(cite(source),)
    )
    figure = Figure(subject="trips", relation=Relation.DIFFER, values=(value,))
    page = html(brief(figures=(figure,)))
    assert "Tankers &lt;b&gt;made&lt;/b&gt; <mark>43 trips</mark> &amp; more." in page


def test_a_link_to_a_source_is_called_by_its_host() -> None:
    """What is no address of a web page is none."""
    made = [
        replace(each, url=url)
        for each, url in zip(articles(2), ["https://a.example/x?y=1&z", "data:x"], strict=True)
    ]
    point = Point(
        story="Oil",
        statement=Statement(
            citations=tuple(cite(each, n + 1, FACTS[0]) for n, each in enumerate(made)), origins=()
        ),
    )
    tree = check(brief(points=(point,)))
    (link,) = tree.xpath("//a[starts-with(@href, 'http')]")
    assert (link.get("href"), link.text) == ("https://a.example/x?y=1&z", "a.example")
    assert "noopener" in link.get("rel")


def test_the_same_brief_gives_the_same_page() -> None:
    """How long it took is no part of it."""
    made = full()
    assert html(made) == html(replace(made, elapsed_ms=1.0))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_text_has_enough_contrast_in_light_in_dark_and_in_print() -> None:
    """WCAG AA asks for 4.5."""
    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.+?)\}", html(brief()), re.DOTALL)
    ]
    assert len(schemes) == 3
    for colours in schemes:
        for text in ("ink", "dim", "accent"):
            for ground in ("paper", "raised"):
                assert contrast(colours[text], colours[ground]) >= 4.5
        for text in ("ink", "accent"):
            assert contrast(colours[text], colours["mark"]) >= 4.5
        for hue in ("hue", *(f"hue-{n}" for n in range(coverage.HUES))):
            assert contrast(colours["on-hue"], colours[hue]) >= 4.5


def test_the_matrix_names_an_origin_once_and_counts_those_without_room() -> None:
    """A surname is the whole name; letters come in the order of the facts."""
    one, other = (document(FACTS[0], outlet=name) for name in ("Herald", "Mirror"))
    cited = cite(one), cite(other, 2)
    byrne = Trace(name="Joe Byrne", citations=cited[:1])
    origins = ("Kyiv", "Byrne", "Seoul", "Tokyo", "Rome")
    points = tuple(
        Point(story="Oil", statement=Statement(citations=cited, origins=names))
        for names in (("Byrne",), origins, ())
    )
    matrix = coverage.matrix(brief(points=points, origins=(byrne,)))
    assert matrix is not None
    assert [(key.letter, key.name) for key in matrix.keys][:2] == [
        ("A", "Joe Byrne"),
        ("B", "Kyiv"),
    ]
    assert [len(row.chips) for row in matrix.rows] == [1, 3, 0]
    assert [row.more for row in matrix.rows] == [0, 2, 0]
    assert all(matrix.chips <= x < matrix.labels for row in matrix.rows for x, _ in row.chips)
