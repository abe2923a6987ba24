"""A brief on Discord: an embed a section, complete, within every limit."""

from dataclasses import replace

import pytest
from hypothesis import example, given

from adapters import arranging, wording
from adapters.discord.briefs import messages
from adapters.looking import Look
from briefs.brief import Brief, Point, Source
from briefs.model import Statement
from tests.adapters.discord.reading import alive, check, descriptions, feet, is_shown, read, texts
from tests.briefing import FACTS, HOSTILE, articles, brief, briefs_of, cite, full, texts_of
from tests.building import document, modest

SECTIONS = [
    "Oil for weapons",
    "Since the last brief",
    "What is reported",
    "Figures and dates",
    "Timeline",
    "Who stands behind it",
    "The same words, given differently",
    "Only here",
    "Sources",
]


def complete(made: Brief) -> None:
    """Assert that a brief is shown whole, fits, and that every number is in the sources."""
    shown = messages(made, Look())
    check(shown)
    assert alive(shown) == []
    assert all(is_shown(text, shown) for text in texts_of(made))
    lines = read(shown).split("\n")
    listed = lines[lines.index("Sources") :] if made.citations else []
    for citation in made.citations:
        assert any(f" [{citation.number}]" in line for line in listed)


@pytest.mark.slow
@modest
@given(briefs_of())
@example(full())
@example(full(outlets=12))
@example(full(outlets=40))
@example(brief())
def test_any_brief_is_shown_whole_and_inert(made: Brief) -> None:
    """Whatever a source wrote, wherever a brief holds it."""
    complete(made)


@pytest.mark.parametrize("text", [*HOSTILE, "<@1> <t:0> <#1> </a:1>", "x " * 2_600])
def test_known_tricks_are_text_in_every_field(text: str) -> None:
    """Each trick alone, in many fields at once, and a text that fits no embed."""
    source = document(text or "x", title=text, outlet=text, author=text, url=text)
    cited = cite(source)
    statement = Statement(citations=(cited,), origins=(text,))
    complete(
        brief(
            id=text,
            title=text,
            topic=text,
            documents=(source,),
            points=(Point(story=text, statement=statement),),
            sources=(Source(document=source, only_here=(cited,)),),
            notes=(text,),
        )
    )


def test_a_brief_of_every_part_is_one_message() -> None:
    """A section an embed, in the order in which it is read."""
    (message,) = messages(full(), Look())
    assert [each["title"] for each in message.embeds] == SECTIONS
    assert feet([message]) == [f"{wording.VERBATIM} · Brief b-01"]
    period = wording.period(full().period)
    assert message.embeds[0]["description"].split("\n") == [
        f"On “oil” · {period} · 3 articles of 3 outlets",
        "This is the first brief of this channel.",
    ]


def test_points_come_by_story_with_their_numbers_and_support() -> None:
    """Numbered throughout; what a sentence needs to be understood stands before it."""
    (message,) = messages(full(), Look())
    assert message.embeds[2]["description"].split("\n")[:11] == [
        "**Troops**",
        f"**1.** {FACTS[0]} [1] [2] [3]",
        "-# 3 outlets · origin not stated",
        "",
        f"**2.** {FACTS[3]} [7]",
        "-# 1 outlet · origin not stated",
        "",
        "**Oil**",
        f"-# Context: “{FACTS[0]}”",
        f"**3.** {FACTS[1]} [4] [5]",
        "-# 2 outlets · 1 origin: Open Source Centre",
    ]


def test_a_long_brief_comes_in_parts() -> None:
    """Each says which it is, and every point stands in one of them, with its number."""
    made = full(outlets=60)
    shown = messages(made, Look())
    check(shown)
    assert len(shown) > 1
    assert [each.split(" · ")[0] for each in feet(shown)] == [
        f"Part {number} of {len(shown)}" for number in range(1, len(shown) + 1)
    ]
    for story in arranging.stories(made):
        for each in story.points:
            statement = each.point.statement
            first = statement.citations[0].number
            wanted = f"**{each.number}.** {statement.text} [{first}]"
            assert sum(wanted in said for said in descriptions(shown)) == 1


def test_a_point_leads_to_its_article() -> None:
    """By its number in the point, and by name in the sources."""
    source = document("It left.", title="Ships", outlet="Herald", url="https://a.example/s")
    statement = Statement(citations=(cite(source),), origins=())
    made = brief(title="Oil", points=(Point(story="Oil", statement=statement),))
    said = "\n".join(descriptions(messages(made, Look())))
    assert "**1.** It left. [[1]](https://a.example/s)" in said
    assert "- Herald: Ships, date unknown [1] · [article](https://a.example/s)" in said
    assert "**Oil**" not in said


def test_articles_that_are_not_cited_are_named_or_counted() -> None:
    """A list of a thousand titles helps nobody."""
    documents = tuple(document("x", title=f"Article {number}") for number in range(1_000))
    said = read(messages(brief(documents=documents), Look()))
    assert "Article 9, date unknown, not cited" in said
    assert "And 990 more articles, not cited" in said


def test_an_empty_brief_says_so() -> None:
    """No heading stands over nothing, and nothing is promised of its sentences."""
    shown = messages(brief(notes=("Nothing is new.",)), Look())
    assert texts(shown)[0] == "Oil for weapons"
    assert len(shown[0].embeds) == 1
    assert wording.NOTHING in read(shown)
    assert feet(shown) == ["Brief b-01"]


def test_sentences_of_ours_stand_around_it() -> None:
    """What is remarked before, what is to be known after."""
    made = brief(documents=tuple(articles(3)))
    shown = messages(made, Look(), ["Late by an hour."], ["This brief is not kept."])
    said = texts(shown)
    assert said[1] == "Late by an hour."
    assert said[-1] == "This brief is not kept."


def test_the_same_brief_gives_the_same_messages() -> None:
    """How long it took is no part of it."""
    made = full()
    assert messages(made, Look()) == messages(replace(made, elapsed_ms=1.0), Look())
