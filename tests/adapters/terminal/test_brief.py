"""A brief on the terminal: complete, in whole lines for a pipe, inert whatever a source holds."""

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from rich.cells import cell_len
from rich.console import Console

from adapters import wording
from adapters.terminal.brief import rendered_brief
from adapters.terminal.plain import inert_line
from briefs.brief import Brief, Change, ChangeKind, Event, Point, Source, Trace
from briefs.calendar_days import Dated, Precision
from briefs.model import Figure, Relation, Statement, Value
from tests.briefing import (
    FACTS,
    HOSTILE,
    SINCE,
    UNTIL,
    articles,
    brief,
    briefs_of,
    cite,
    full,
    texts_of,
)
from tests.building import document, modest

SECTIONS = (
    "Since the last brief",
    "What is reported",
    "Outlets differ",
    "At different times",
    "Several outlets give the same",
    "Timeline",
    "Who stands behind it",
    "The same words, given differently",
    "Only here",
    "Sources",
)


def printed(made: Brief, *, width: int = 100_000, colours: str | None = None) -> str:
    """Return what a terminal of some width gets to see of a brief."""
    written = io.StringIO()
    console = Console(
        file=written,
        force_terminal=True,
        color_system=colours,  # type: ignore[arg-type]
        width=width,
        highlight=False,
    )
    console.print(rendered_brief(made))
    return written.getvalue()


def lines(made: Brief) -> list[str]:
    """Return the lines that a pipe gets."""
    return printed(made).splitlines()


def check(made: Brief) -> None:
    """Assert that a brief is shown whole, and steers nothing."""
    shown = printed(made)
    steering = {each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"}}
    assert steering <= {"\n"}
    for each in texts_of(made):
        assert inert_line(each).strip() in shown
    for citation in made.citations:
        assert f"[{citation.number}]" in shown
    coloured = printed(made, colours="truecolor")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown


@modest
@given(briefs_of())
@example(full())
@example(full(outlets=12))
@example(brief())
def test_any_brief_is_shown_whole_and_inert(made: Brief) -> None:
    """Whatever a source wrote, wherever a brief holds it."""
    check(made)


@modest
@given(briefs_of())
@example(full())
def test_no_line_is_wider_than_the_terminal(made: Brief) -> None:
    """Eighty columns are enough for any text."""
    for line in printed(made, width=80).splitlines():
        assert cell_len(line) <= 80


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_text_in_every_field(text: str) -> None:
    """Each trick alone, in many fields at once."""
    source = document(text or "x", title=text, outlet=text, author=text, url=text)
    cited = cite(source)
    check(
        brief(
            id=text,
            title=text,
            topic=text,
            documents=(source,),
            points=(Point(story=text, statement=Statement(citations=(cited,), origins=(text,))),),
            sources=(Source(document=source, only_here=(cited,)),),
            notes=(text,),
        )
    )


def test_the_parts_come_in_their_order() -> None:
    """What changed comes first."""
    shown = lines(full())
    assert [line for line in shown if line in SECTIONS] == list(SECTIONS)


def test_the_head_says_what_it_is_about() -> None:
    """Its title, its topic, when its articles were loaded, how many they are, its notes."""
    made = brief(topic="oil", documents=tuple(articles(3)), notes=("A first brief.",))
    assert lines(made)[:3] == [
        "Oil for weapons",
        "On “oil” · Articles loaded until 22 November 2024, 18:30 UTC · 3 articles of 3 outlets",
        "A first brief.",
    ]
    later = replace(made, period=replace(made.period, since=SINCE))
    assert "Articles loaded from 20 November 2024, 06:00 UTC to 22 Nov" in printed(later)


def test_points_are_verbatim_with_their_numbers_and_support() -> None:
    """By story, numbered throughout, in whole lines."""
    made = full()
    shown = lines(replace(made, changes=(), figures=(), timeline=(), origins=(), quotations=()))
    start = shown.index("What is reported")
    assert shown[start + 1 : start + 11] == [
        "Troops",
        f"  1. {FACTS[0]} [1] [2] [3]",
        "     3 outlets · origin not stated",
        f"  2. {FACTS[3]} [7]",
        "     1 outlet · origin not stated",
        "",
        "Oil",
        f"  3. context: {FACTS[0]}",
        f"     {FACTS[1]} [4] [5]",
        "     2 outlets · 1 origin: Open Source Centre",
    ]


def test_the_title_of_the_only_story_is_not_repeated() -> None:
    """A brief on one story is headed once."""
    point = Point(
        story="Oil", statement=Statement(citations=(cite(document(FACTS[0])),), origins=())
    )
    assert lines(brief(title="Oil", points=(point,))).count("Oil") == 1
    assert lines(brief(title="Oil and more", points=(point,))).count("Oil") == 1


def test_changes_come_by_kind_what_was_wrong_first() -> None:
    """A withdrawn source matters more than a new fact."""
    shown = lines(brief(changes=full().changes))
    kinds = [line for line in shown if line in wording.CHANGES.values()]
    assert kinds == list(wording.CHANGES.values())
    assert len(kinds) == len(ChangeKind)
    gone = document("x", title="Ships", outlet="Herald", revision=2)
    change = Change(kind=ChangeKind.WITHDRAWN, text="Ships", documents=(gone,))
    assert "  Ships · Herald, revision 2" in lines(brief(changes=(change,)))


def test_figures_say_who_gives_which() -> None:
    """Differing ones with the sentence; a series with its days; what agrees in a line."""
    one, other = (
        document("More than 12 tankers sailed.", outlet="Herald"),
        document("Dozens of tankers sailed.", outlet="Mirror"),
    )
    values = tuple(
        Value(text=text, number=None, unit="tankers", bound=None, as_of=day, citations=(cited,))
        for text, day, cited in (
            ("More than 12 tankers", date(2024, 2, 1), cite(one)),
            ("Dozens of tankers", None, cite(other, 2)),
        )
    )
    made = brief(
        figures=tuple(
            Figure(subject="tankers", relation=relation, values=values) for relation in Relation
        )
    )
    shown = lines(made)
    start = shown.index("Outlets differ")
    assert shown[start + 1 : start + 6] == [
        "  tankers",
        "    More than 12 tankers (as of 1 February 2024): Herald [1]",
        "      “More than 12 tankers sailed.”",
        "    Dozens of tankers: Mirror [2]",
        "      “Dozens of tankers sailed.”",
    ]
    start = shown.index("At different times")
    assert shown[start + 2] == "    More than 12 tankers (as of 1 February 2024): Herald [1]"
    start = shown.index("Several outlets give the same")
    assert shown[start + 1] == (
        "  tankers: More than 12 tankers (as of 1 February 2024): Herald [1]; "
        "Dozens of tankers: Mirror [2]"
    )


def test_origins_are_said_plainly_with_their_chains() -> None:
    """Three outlets with one origin are not three sources."""
    shown = lines(full())
    start = shown.index("Who stands behind it")
    assert shown[start + 1 : start + 5] == [
        "  Open Source Centre: 3 outlets, 1 origin [1] [2] [3]",
        "    Outlet 1 → BBC → Open Source Centre",
        "    Outlet 2 → BBC",
        "  Outlet 1: 1 outlet [1]",
    ]


def test_an_origin_of_one_outlet_is_told_by_its_chain() -> None:
    """A line is enough for it."""
    cited = cite(document("x", outlet="Herald"))
    chain = ("Herald", "The Times", "Western intelligence")
    trace = Trace(name="Western intelligence", citations=(cited,), chains=(chain,))
    shown = lines(brief(origins=(trace,)))
    assert "  Herald → The Times → Western intelligence [1]" in shown


def test_a_date_is_as_precise_as_it_is_known() -> None:
    """A month is no first day of it."""
    cited = cite(document("x"))
    events = tuple(
        Event(date=Dated(on=date(2024, 3, 1), precision=each), text="x", citations=(cited,))
        for each in Precision
    )
    shown = [" ".join(line.split()) for line in lines(brief(timeline=events))]
    assert {"2024-03-01 x [1]", "2024-03 x [1]", "2024 x [1]"} <= set(shown)


def test_an_empty_brief_says_so() -> None:
    """No heading stands over nothing."""
    shown = lines(brief(notes=("Nothing is new.",)))
    assert wording.NOTHING in shown
    assert "Nothing is new." in shown
    assert not set(shown) & set(SECTIONS)


def test_many_articles_that_are_not_cited_are_counted() -> None:
    """A list of a thousand titles helps nobody."""
    documents = tuple(document("x", title=f"Article {n}") for n in range(1_000))
    shown = printed(brief(documents=documents))
    assert "Article 9; and 990 more articles" in shown


def test_a_pipe_gets_whole_lines() -> None:
    """Nothing fills a line up to the width of a pipe, and no sentence is broken."""
    shown = printed(full(), width=1_000_000)
    assert not re.search(r" $", shown, re.MULTILINE)
    assert any(FACTS[1] in line for line in shown.splitlines())


def test_the_same_brief_gives_the_same_text() -> None:
    """How long it took is no part of it."""
    made = full()
    assert made.period.until == UNTIL
    assert printed(made) == printed(replace(made, elapsed_ms=1.0))
