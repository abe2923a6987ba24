"""Briefs on Slack: whole points, whole citations, and further messages for what does not fit."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given

from adapters import wording
from adapters.looking import Look
from adapters.slack.blocks import MOST_BLOCKS
from adapters.slack.briefs import briefed, kept, messages
from briefs.brief import Brief, Point
from briefs.briefing import Briefed, Edition, KeptBrief
from briefs.model import Statement
from tests.adapters.slack.checking import (
    all_blocks,
    as_json,
    check,
    check_golden,
    literal,
    seen,
    squeezed,
)
from tests.adapters.slack.saying import HOSTILE, texts
from tests.briefing import UNTIL, brief, briefs_of, cite, full, texts_of
from tests.building import document, modest

PART = re.compile(r"Part\d+of\d+")


def of_points(*quotes: str) -> Brief:
    """Return a brief with a point a quote, each in its own article."""
    documents = [
        document(quote, id=f"d{number}", title=f"The title of article {number}")
        for number, quote in enumerate(quotes, start=1)
    ]
    points = tuple(
        Point(
            story="Boxes",
            statement=Statement(citations=(cite(each, number),), origins=()),
        )
        for number, each in enumerate(documents, start=1)
    )
    return brief(documents=tuple(documents), points=points)


@pytest.mark.slow
@modest
@example(of_points(*HOSTILE))
@example(full())
@given(briefs_of(texts(), most=3))
def test_any_brief_fits_and_is_whole(made: Brief) -> None:
    """Every text of it can be read in full, and every number leads to a source."""
    for look in (Look(), Look(linked=lambda _: "https://d.example/d?a=1&b=<2>|3")):
        shown = messages(made, look, ["Late: Dateline was asleep."])
        check(shown)
        # The number of a part may stand in the middle of what fits in no message.
        blocks = [each for each in all_blocks(shown) if not PART.fullmatch(seen([each]))]
        everything = seen(blocks)
        for text in texts_of(made):
            assert squeezed(wording.plain(text)) in everything
        sections = literal(blocks)
        for point in made.points:
            numbers = "".join(f"[{each.number}]" for each in point.statement.citations)
            assert squeezed(wording.plain(point.statement.text)) + numbers in sections
        for citation in made.citations:
            assert f"[{citation.number}]" in everything
        assert everything.startswith(squeezed("Late: Dateline was asleep."))
        named = {each for message in shown for each in message.documents}
        assert named >= {each.document.id for each in made.citations}


def test_a_brief() -> None:
    """As its golden file says."""
    shown = messages(full(), Look())
    check(shown)
    check_golden("brief", as_json(shown))


@pytest.mark.parametrize("count", [3, 40, 120])
def test_no_point_is_parted(count: int) -> None:
    """What does not fit goes on in further messages, each saying which part it is."""
    quotes = [f"Crane {number} moved boxes. " + "More. " * 80 for number in range(count)]
    shown = messages(of_points(*quotes), Look())
    check(shown)
    assert (len(shown) > 1) == (count > 3)
    for number, quote in enumerate(quotes, start=1):
        whole = squeezed(f"{number}. {wording.plain(quote)}[{number}]1outlet")
        assert sum(whole in seen(each.blocks) for each in shown) == 1
    for number, each in enumerate(shown, start=1):
        assert len(each.blocks) <= MOST_BLOCKS
        if len(shown) > 1:
            assert f"Part{number}of{len(shown)}" in seen(each.blocks)


def test_a_brief_that_was_not_kept_or_is_of_nothing() -> None:
    """It is said."""
    preview = briefed(Briefed(brief=full(), kept=False, loaded=3), Look())
    check(preview)
    assert "Thisbriefisnotkept." in seen(all_blocks(preview))
    nothing = briefed(Briefed(brief=brief(), kept=False, loaded=0), Look())
    check(nothing)
    assert "Noarticleisloaded" in seen(all_blocks(nothing))
    empty = briefed(Briefed(brief=brief(), kept=True, loaded=1), Look())
    assert squeezed(wording.NOTHING) in seen(all_blocks(empty))


def test_a_kept_brief_says_what_has_become_of_its_articles() -> None:
    """And for whom it was composed."""
    made = full()
    edition = Edition(
        brief=made.id,
        title=made.title,
        channel="slack:C0123",
        topic=None,
        composed_at=UNTIL,
        collections=None,
        snapshot=1,
    )
    gone = made.citations[0].document.id
    shown = kept(KeptBrief(edition=edition, brief=made, withdrawn=frozenset({gone})), Look())
    check(shown)
    everything = seen(all_blocks(shown))
    assert "withdrawnsince:Outlet1:WhatOutlet1tells" in everything.replace("outlet1t", "Outlet1t")
    assert "forslack:C0123" in everything


def test_a_title_that_is_too_long_for_a_header_is_shown_whole() -> None:
    """As a section."""
    made = replace(full(), title="A long title " * 30)
    shown = messages(made, Look())
    check(shown)
    assert squeezed(made.title) in seen(shown[0].blocks)
