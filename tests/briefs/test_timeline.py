"""What happened when, in order, each with everyone who tells of it."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embedding import SentenceTransformerEmbedder
from adapters.loading.files import FileLoader
from briefs.agreement import says_the_same
from briefs.brief import Event
from briefs.calendar_days import Precision
from briefs.cleaning import clean
from briefs.figures import figures
from briefs.gathering import Fact, Gathered, gathered
from briefs.happening import happening
from briefs.model import Document, EmbeddedDocument
from briefs.splitting import split
from briefs.timeline import MOST, events
from tests.building import HOSTILE, document, embedded, modest, prose

PUBLISHED = date(2024, 11, 22)


def told(*articles: Document, same: Sequence[Sequence[str]] = ()) -> tuple[Event, ...]:
    """Return the events of some articles, of which some sentences say the same."""
    found = gathered(embedded(each) for each in articles)
    facts = [
        Fact(members=tuple(each for each in found if each.text in texts), origins=())
        for texts in same
    ]
    return events(found, facts)


def short(found: Sequence[Event]) -> list[tuple[str, str, int]]:
    """Return events as a date, its precision and how many tell of it."""
    return [(str(each.date.on), each.date.precision.value, len(each.citations)) for each in found]


def dated(sentence: str, **facts: object) -> list[str]:
    """Return the dates of the events of one sentence."""
    article = document(sentence, outlet="A", published=PUBLISHED, **facts)
    return [str(each.date.on) for each in told(article)]


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The port of Ella closed on March 7, 2024.", "2024-03-07"),
        ("On November 5, the last boat left the port of Ella.", "2024-11-05"),
        ("The last boat was seen on 5 November, according to Ann Roe.", "2024-11-05"),
        ("The council of Ella met Thursday to talk of the port.", "2024-11-21"),
        ("The council of Ella was elected in 2017 by the people.", "2017-01-01"),
        ("In 2017, the council of Ella closed the port.", "2017-01-01"),
        ("Ann Roe visited the port of Ella in June.", "2024-06-01"),
        ("Ann Roe will open the port of Ella on December 3.", "2024-12-03"),
        ("On the night of November 5 the port of Ella burned.", "2024-11-05"),
        ("Ann Roe announced on Thursday that the port would close.", "2024-11-21"),
    ],
)
def test_a_date_at_which_something_happens_makes_an_event(sentence: str, day: str) -> None:
    """Complete or not, before its verb or after it."""
    assert dated(sentence) == [day]


@pytest.mark.parametrize(
    "sentence",
    [
        # from when on, until when, of which time
        "The port of Ella was closed since March 7, 2024.",
        "The port of Ella sent 43 boats by November 5.",
        "The port of Ella was closed from March 7, 2024 to May 2, 2024.",
        "The port of Ella was closed until March 7, 2024.",
        "Images from October 2023 showed 43 boats in Ella.",
        # a date that merely names a thing
        "The March 7 report of the council named 43 boats.",
        "The council's November 5 vote was close, Ann Roe wrote.",
        "Sunday boats left the port of Ella empty.",
        "Norland’s March was wet and the boats stayed.",
        # beside what the sentence tells
        "The port of Ella, which closed in 2017, was sold to Ann Roe.",
        "The boats of Ella left after the council met on November 5.",
        "The port of Ella (closed on November 5) was sold.",
        "The boats that left on November 5 were old and empty.",
        # what is not sure
        "The port of Ella may have closed on November 5.",
        "The port of Ella was not closed on November 5.",
        # how things are
        "The port of Ella had 300 boats in 2017.",
        "Boats of Ella are seen everywhere today.",
        "The year was hard for Ella last year, as it turned out.",
        # publication lines, captions, talk
        "Published on November 5 and updated by the editors.",
        "This article was published on November 5.",
        "Associated Press A boat that burned is seen on Thursday.",
        "Ann Roe said on Thursday that the port was old.",
        "On Thursday, Ann Roe told reporters that the port was old.",
        # a conversation, or what hangs in the air
        "“I got to the port of Ella in August,” Ann Roe recalled.",
        "He closed it on November 5.",
        # misread
        "Ann Roe was born in April of 1942 in Ella.",
        "Ann Roe will open the port of Ella in March.",
        "Closed on Friday.",
    ],
)
def test_a_date_of_something_else_makes_none(sentence: str) -> None:
    """Precision comes first."""
    assert dated(sentence) == []


def test_several_outlets_that_say_nearly_the_same_of_a_date_tell_of_one_event() -> None:
    """With one sentence of each document."""
    text = "The port of Ella closed on November 5 after a storm."
    articles = [
        document(text, outlet="A", published=PUBLISHED),
        document("The port of Ella closed on 5 November.", outlet="B", published=PUBLISHED),
        document(f"{text} It was old.\n{text}", outlet="C", published=PUBLISHED),
    ]
    (event,) = told(*articles)
    assert {each.document.outlet for each in event.citations} == {"A", "B", "C"}
    assert len(event.citations) == 3
    assert event.text == event.citations[0].quote


def test_a_fact_brings_together_what_is_worded_otherwise() -> None:
    """Though its words have little in common."""
    one, other = "Ann Roe left Ella on November 5.", "The mayor moved away on 5 November."
    articles = [
        document(one, outlet="A", published=PUBLISHED),
        document(other, outlet="B", published=PUBLISHED),
    ]
    assert [count for _, _, count in short(told(*articles))] == [1, 1]
    assert short(told(*articles, same=[(one, other)])) == [("2024-11-05", "day", 2)]


def test_a_month_joins_a_day_where_a_fact_says_so() -> None:
    """The event has the finer date, and the sentence with it comes first."""
    one, other = "Ann Roe went to Ella in June.", "Ann Roe went to Ella on June 19."
    articles = [
        document(one, outlet="A", published=PUBLISHED),
        document(other, outlet="B", published=PUBLISHED),
    ]
    (event,) = told(*articles, same=[(one, other)])
    assert (str(event.date.on), event.date.precision, event.text) == (
        "2024-06-19",
        Precision.DAY,
        other,
    )


def test_events_are_in_the_order_of_their_dates() -> None:
    """A day before the month that begins with it."""
    lines = [
        "The port of Ella closed in June.",
        "The bank of Norland burned on November 5.",
        "The school of Dale opened on June 1.",
        "In 2017, the church of Moss was sold.",
    ]
    found = told(document("\n".join(lines), outlet="A", published=PUBLISHED))
    assert short(found) == [
        ("2017-01-01", "year", 1),
        ("2024-06-01", "day", 1),
        ("2024-06-01", "month", 1),
        ("2024-11-05", "day", 1),
    ]


def test_of_too_many_those_that_most_outlets_tell_are_kept() -> None:
    """And they are in the order of their dates again."""
    common = "The bank of Norland burned on November 5."
    lines = [f"The boat number {100 + at} of Ella sank on March {at}." for at in range(1, 25)]
    articles = [
        document("\n".join(lines), outlet="A", published=PUBLISHED),
        document(common, outlet="B", published=PUBLISHED),
        document(common + " It was old.", outlet="C", published=PUBLISHED),
    ]
    found = told(*articles)
    assert len(found) == MOST
    assert short(found)[-1] == ("2024-11-05", "day", 2)
    assert all(a.date.on <= b.date.on for a, b in pairwise(found))


def test_a_document_of_no_date_tells_only_of_complete_dates() -> None:
    """Nobody knows which November 5 it means."""
    text = "The port of Ella closed on November 5.\nThe bank of Norland burned on March 7, 2024."
    assert short(told(document(text, outlet="A"))) == [("2024-03-07", "day", 1)]


def test_a_document_of_no_date_that_says_what_others_say_is_of_their_time() -> None:
    """So much that a day has its year; "on Friday" still counts from nowhere."""
    shared = ["The port of Ella is old.", "The bank of Norland is large."]
    text = "\n".join([*shared, "The church of Moss burned on November 5.", "Ann Roe left Friday."])
    articles = [
        document(text, outlet="A"),
        document("\n".join(shared), outlet="B", published=PUBLISHED),
    ]
    assert told(*articles) == ()
    found = told(*articles, same=[[each] for each in shared])
    assert short(found) == [("2024-11-05", "day", 1)]


def test_one_that_names_a_later_day_was_written_later() -> None:
    """Then its company says nothing of its year."""
    shared = ["The port of Ella is old.", "The bank of Norland is large."]
    lines = [*shared, "The church of Moss burned on November 5.", "Ella was full on July 2, 2025."]
    articles = [
        document("\n".join(lines), outlet="A"),
        document("\n".join(shared), outlet="B", published=PUBLISHED),
    ]
    assert all(each.date.on.year == 2025 for each in told(*articles, same=[[x] for x in shared]))


def test_talk_is_an_event_only_where_several_outlets_tell_of_it() -> None:
    """What was said is not what happened."""
    text = "Ann Roe said on Thursday that the port of Ella was old."
    articles = [document(text, outlet=name, published=PUBLISHED) for name in "AB"]
    assert told(articles[0]) == ()
    assert short(told(*articles)) == [("2024-11-21", "day", 2)]


def test_a_reprint_is_no_further_outlet() -> None:
    """Neither for what is kept nor for what is talk."""
    text = "Ann Roe said on Thursday that the port of Ella was old."
    first = document(text, outlet="A", published=PUBLISHED)
    again = document(text, outlet="B", published=PUBLISHED, reprint_of=first.id)
    assert told(first, again) == ()


_LINES = st.lists(
    st.sampled_from(
        [
            "The port of Ella closed on November 5.",
            "The port closed on 5 November, Ann Roe said.",
            "Ann Roe left Ella in June.",
            "On Friday, the bank of Norland burned.",
            "In 2017, the church of Moss was sold.",
            "It was dark.",
        ]
    ),
    max_size=5,
)


@modest
@given(st.lists(_LINES, max_size=4), st.integers())
def test_the_order_of_what_comes_in_does_not_matter(texts: list[list[str]], seed: int) -> None:
    """Neither that of the sentences nor that of the facts."""
    articles = [
        document("\n".join(lines), outlet=f"O{at}", published=PUBLISHED if at else None)
        for at, lines in enumerate(texts)
    ]
    found = gathered(embedded(each) for each in articles)
    by_text: dict[str, list[Gathered]] = {}
    for each in found:
        by_text.setdefault(each.text, []).append(each)
    facts = [Fact(members=tuple(each), origins=()) for each in by_text.values()]
    expected = events(found, facts)
    shuffler = random.Random(seed)  # noqa: S311 - which order it is matters to nobody
    shuffler.shuffle(found)
    shuffler.shuffle(facts)
    assert events(found, facts) == expected


@modest
@given(st.lists(prose(), max_size=4))
def test_every_event_is_an_exact_sentence(texts: list[str]) -> None:
    """Whatever the text is."""
    articles = [
        document(each, outlet=str(at), published=PUBLISHED) for at, each in enumerate(texts)
    ]
    for event in told(*articles):
        assert event.text == event.citations[0].quote
        for each in event.citations:
            assert each.quote == each.document.text[each.start : each.end] != ""


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_sentence_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    sentence = text[:50_000] + " left on March 7, 2024."
    list(happening(sentence, figures(sentence).days))


@pytest.mark.timeout(60)
def test_thousands_of_dated_sentences_are_put_in_order_within_seconds() -> None:
    """All of one date, of a hundred outlets."""
    articles = [
        document(
            "\n".join(f"The boat {at * 50 + n} of Ella sank on March 7, 2024." for n in range(50)),
            outlet=f"O{at}",
        )
        for at in range(100)
    ]
    found = gathered(embedded(each) for each in articles)
    begun = time.perf_counter()
    assert len(events(found, [])) == MOST
    assert time.perf_counter() - begun < 10


@pytest.mark.model
def test_the_seed_articles_have_a_timeline(model: SentenceTransformerEmbedder, seeds: Path) -> None:
    """The first trip and the last one, three outlets each; the report; the visit in June."""
    loader = FileLoader(max_bytes=100_000)
    ready: list[EmbeddedDocument] = []
    for source in loader.sources(str(seeds)):
        each = loader.load(source)
        article = document(
            clean(each.text).text, outlet=each.outlet, title=each.title, published=each.published
        )
        segments = split(article.text)
        vectors = asyncio.run(model.embed_passages(segments.texts(article.text)))
        ready.append(EmbeddedDocument(document=article, segments=segments, vectors=vectors))
    found = gathered(ready)
    facts: list[list[Gathered]] = []
    for one in found:
        same = (each for each in facts if says_the_same(each[0].said, one.said, lambda _: 2.0))
        group = next(same, None)
        if group is None:
            facts.append([one])
        else:
            group.append(one)
    timeline = events(found, [Fact(members=tuple(each), origins=()) for each in facts])
    told = {
        (str(event.date.on), event.date.precision.value): len(
            {each.document.publisher for each in event.citations}
        )
        for event in timeline
    }
    assert told["2024-03-07", "day"] == 3
    assert told["2024-11-05", "day"] == 3
    assert told["2024-06-01", "month"] == 2
    assert told["2024-10-23", "day"] == 1
    assert any("report came out on November 22" in each.text for each in timeline)
    assert min(told) == ("2024-03-07", "day")
