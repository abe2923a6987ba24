"""Figures of different outlets for one thing, and how they go together."""

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embedding import SentenceTransformerEmbedder
from adapters.loading.files import FileLoader
from briefs.agreement import said
from briefs.cleaning import clean
from briefs.differing import Asked, Stating, compared, differences
from briefs.lexical import terms
from briefs.model import Bound, Citation, Document, Figure, Relation
from briefs.pairing import Rarity
from briefs.splitting import split
from tests.building import document, modest, prose, vector_of

SEEDS = Path(__file__).parents[2] / "seeds"


def flat(_: str) -> float:
    """Return the same rarity for every term."""
    return 2.0


def stating(*articles: Document) -> list[Stating]:
    """Return every sentence of some articles."""
    return [
        Stating(
            citation=Citation(number=1, document=each, start=cut.start, end=cut.end),
            said=said(each.text[cut.start : cut.end], vector_of(each.text[cut.start : cut.end])),
        )
        for each in articles
        for cut in split(each.text).sentences
    ]


def told(*texts: str) -> tuple[Figure, ...]:
    """Return what outlets A, B, C … say of one thing, each its text."""
    return compared(
        stating(*(document(each, outlet=chr(65 + at)) for at, each in enumerate(texts))), flat
    )


def short(figures: Sequence[Figure]) -> list[tuple[str, set[str]]]:
    """Return figures as a relation and its values."""
    return [(each.relation.value, {value.text for value in each.values}) for each in figures]


TRIPS = "The boats of Port Ella made 43 trips to the northern banks."
MORE_TRIPS = "The boats of Port Ella made more than 40 trips to the northern banks."


def test_outlets_that_give_the_same_agree() -> None:
    """They are one value with all its citations."""
    (figure,) = told(TRIPS, TRIPS.replace("The boats", "Boats"))
    assert (figure.subject, figure.relation) == ("trips", Relation.AGREE)
    (value,) = figure.values
    assert (value.text, value.number, value.unit, value.bound) == ("43 trips", 43, "trips", None)
    assert [each.document.outlet for each in value.citations] in (["A", "B"], ["B", "A"])


def test_outlets_that_give_another_number_differ() -> None:
    """Most outlets first."""
    (figure,) = told(MORE_TRIPS, TRIPS, TRIPS.replace("The", "Some"))
    assert figure.relation is Relation.DIFFER
    assert [value.text for value in figure.values] == ["43 trips", "more than 40 trips"]
    assert figure.values[1].bound is Bound.AT_LEAST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("over one million boxes", "more than a million boxes"),
        ("more than a dozen boxes", "more than 12 boxes"),
        ("1,500 boxes", "1.5 thousand boxes"),
    ],
)
def test_the_same_number_in_other_words_is_the_same(one: str, other: str) -> None:
    """However an outlet writes it."""
    figures = told(
        *(f"Port Ella has sold {each} of herring to the south." for each in (one, other))
    )
    assert [each.relation for each in figures] == [Relation.AGREE]


def test_a_vague_number_is_shown_beside_an_exact_one() -> None:
    """As a value without a number."""
    (figure,) = told(TRIPS, TRIPS.replace("43", "dozens of"))
    assert figure.relation is Relation.DIFFER
    assert {value.number for value in figure.values} == {43, None}
    assert {value.unit for value in figure.values} == {"trips"}


def test_counts_of_different_days_are_a_series() -> None:
    """One follows the other; what is of no stated time stays beside them."""
    (figure,) = told(
        "By February 1, Port Ella had sent around 6,700 boxes of herring to Port Anna.",
        "By June 1, Port Ella had sent at least 10,000 boxes of herring to Port Anna.",
        "Port Ella has reportedly sent 16,000 boxes of herring to Port Anna.",
    )
    assert figure.relation is Relation.SERIES
    assert {value.number for value in figure.values} == {6_700, 10_000, 16_000}
    # without a date of publication nobody knows of which year
    assert {value.as_of for value in figure.values} == {None}


def test_the_day_of_a_value_is_resolved() -> None:
    """Where its sentence and its document say enough."""
    text = "By {}, Port Ella had sent {} boxes of herring to Port Anna."
    published = date(2024, 11, 22)
    (figure,) = compared(
        stating(
            document(text.format("February 1", "6,700"), outlet="A", published=published),
            document(text.format("June", "10,000"), outlet="B", published=published),
        ),
        flat,
    )
    assert {value.number: value.as_of for value in figure.values} == {
        6_700: date(2024, 2, 1),
        10_000: None,  # a month is no day
    }


def test_a_count_that_rises_from_one_day_to_the_next_is_still_told_as_a_difference() -> None:
    """Who wrote later may know more, or may be wrong: only a stated day makes a series."""
    text = "The storm at Port Ella has killed {} people and sunk the ferry."
    first = document(text.format(12), outlet="A", published=date(2024, 3, 7))
    later = document(text.format(15), outlet="B", published=date(2024, 3, 8))
    (figure,) = compared(stating(first, later), flat)
    assert figure.relation is Relation.DIFFER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # other things
        ("They sent 43 boxes of herring to Port Anna.", "They sent 40 boats to Port Anna."),
        # a rate, a limit, room
        ("They sent 3,000 boxes of herring.", "They sent 4,000 boxes of herring a year."),
        ("They sold 3,000 boxes of herring.", "Sales are capped at 2,000 boxes of herring."),
        ("They sent 3,000 boxes of herring.", "There is room for 4,000 boxes of herring."),
        # other fates
        ("The storm at Port Ella killed 12 people.", "The storm at Port Ella injured 15 people."),
        # too far apart
        ("They sent 43 boxes of herring.", "They sent 43,000 boxes of herring."),
        # more of them
        ("They sent 43 boxes of herring.", "They sent another 20 boxes of herring."),
        # of somebody else
        ("They made 43 tours of Ella.", "They made 40 tours of Anna."),
        # what every story counts, without more in common
        ("Two people asked for rain.", "Three people left the harbour on foot."),
        # several values of one unit in one sentence
        (
            "The rate was 95 percent for the young and 92 percent for the old.",
            "The rate was 76 percent for the young and 70 percent for the old.",
        ),
        # names
        ("She went to Three Rivers Hospital.", "She went to Four Rivers Hospital."),
    ],
)
def test_different_things_are_not_put_side_by_side(one: str, other: str) -> None:
    """A false pair is worse than none."""
    assert told(one, other) == ()


def test_documents_that_agree_elsewhere_do_not_differ() -> None:
    """Both give 43, so 20 is of something else."""
    other = "Later the boats of Port Ella made 20 trips to the northern banks."
    assert short(told(TRIPS, f"{TRIPS} {other}")) == [("agree", {"43 trips"})]


def test_one_outlet_does_not_corroborate_itself() -> None:
    """Nor does a reprint."""
    first, again = document(TRIPS, outlet="A"), document(MORE_TRIPS, outlet="A")
    assert compared(stating(first, again), flat) == ()
    reprint = document(TRIPS, outlet="B", reprint_of=first.id)
    assert compared(stating(first, reprint), flat) == ()


def test_a_reprint_is_cited_beside_another_outlet() -> None:
    """It just does not count."""
    first, other = document(TRIPS, outlet="A"), document(TRIPS, outlet="C", title="Other")
    reprint = document(TRIPS, outlet="B", reprint_of=first.id)
    (figure,) = compared(stating(first, reprint, other), flat)
    assert len(figure.values[0].citations) == 3


def test_two_dates_of_one_event_differ() -> None:
    """Told by what happened, in whatever verb."""
    (figure,) = told(UNKNOWN, SHORT)
    assert (figure.relation, figure.subject) == (Relation.DIFFER, "sanctions")
    assert {value.text for value in figure.values} == {"2016", "2017"}
    assert {(value.number, value.unit, value.bound) for value in figure.values} == {
        (None, None, None)
    }


def test_a_date_without_its_year_is_the_same_date() -> None:
    """Nothing tells the two apart."""
    (figure,) = told(
        "The first trip of the boats was made on March 7, 2024.",
        "On 7 March the first trip of the boats was made.",
    )
    assert figure.relation is Relation.AGREE


def test_a_month_of_another_year_is_another_date() -> None:
    """As far as the dates of publication say."""
    text = "The first trip of the boats was made in March."
    one = document(text, outlet="A", published=date(2024, 11, 22))
    other = document(text, outlet="B", published=date(2024, 11, 23))
    older = document(text, outlet="B", published=date(2022, 11, 22))
    assert [each.relation for each in compared(stating(one, other), flat)] == [Relation.AGREE]
    assert compared(stating(one, older), flat) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The first trip of the boats began on March 7.",
            "The last trip of the boats began on May 5.",
        ),
        ("The mayor was elected in 2016.", "The mayor resigned in 2017."),
        ("The pier was opened in 2016.", "The school was opened in 2017."),
        ("In October the mayor said so.", "In November the mayor said so."),
    ],
)
def test_dates_of_different_events_do_not_differ(one: str, other: str) -> None:
    """However alike the sentences are."""
    assert told(one, other) == ()


def test_what_differs_comes_first_and_then_the_widest() -> None:
    """A reader looks for what does not fit."""
    figures = told(
        f"{TRIPS} They sold 900 crates of cod at the quay. They lost 7 nets in the storm.",
        f"{MORE_TRIPS} They sold 900 crates of cod at the quay. They lost 7 nets in the storm.",
        "They lost 7 nets in the storm.",
    )
    assert [(each.relation.value, each.subject) for each in figures] == [
        ("differ", "trips"),
        ("agree", "nets"),
        ("agree", "crates of cod"),
    ]


def asked(question: str, kind: Literal["quantity", "day"] | None) -> Asked:
    """Return what a question is after."""
    return Asked(terms=frozenset(terms(question)), kind=kind, vector=vector_of(question))


UNKNOWN = "It brings Port Ella a stability not known since sanctions were imposed in 2017."
SHORT = "It helps Port Ella, which is short of oil since sanctions limited its imports in 2016."
ARTICLES = (
    document(f"{TRIPS} {UNKNOWN}", outlet="A"),
    document(f"{MORE_TRIPS} {SHORT}", outlet="B"),
)


@pytest.mark.parametrize(
    ("question", "kind", "values"),
    [
        (
            "How many trips did the boats of Port Ella make?",
            "quantity",
            {"43 trips", "more than 40 trips"},
        ),
        ("When were sanctions imposed on Port Ella?", "day", {"2016", "2017"}),
        # another thing, or another kind of answer
        ("How many crates did the boats of Port Ella sell?", "quantity", None),
        ("When did the boats of Port Ella make trips?", "day", None),
        ("How many sanctions were imposed?", "quantity", None),
        ("Who is the mayor?", None, None),
    ],
)
def test_an_answer_shows_what_bears_on_its_question(
    question: str, kind: Literal["quantity", "day"] | None, values: set[str] | None
) -> None:
    """And nothing else, however much it differs."""
    figures = differences(asked(question, kind), stating(*ARTICLES), flat)
    assert short(figures) == ([("differ", values)] if values else [])


def test_an_answer_shows_nothing_where_outlets_agree() -> None:
    """There is nothing to warn of."""
    question = asked("How many trips did the boats of Port Ella make?", "quantity")
    articles = stating(document(TRIPS, outlet="A"), document(TRIPS, outlet="B"))
    assert len(compared(articles, flat)) == 1
    assert differences(question, articles, flat) == ()


def test_the_order_of_the_sentences_does_not_matter() -> None:
    """The same sentences give the same figures."""
    sentences = stating(*ARTICLES, document(TRIPS, outlet="C"))
    expected = compared(sentences, flat)
    for seed in range(5):
        shuffled = random.Random(seed).sample(sentences, len(sentences))  # noqa: S311
        assert compared(shuffled, flat) == expected


@modest
@given(st.lists(prose(), max_size=4))
def test_every_value_is_a_part_of_what_it_cites(texts: list[str]) -> None:
    """Whatever the texts; and at least two outlets stand behind a figure."""
    for figure in told(*texts):
        assert figure.subject
        assert len({cite.document.outlet for each in figure.values for cite in each.citations}) > 1
        assert (figure.relation is Relation.AGREE) == (len(figure.values) == 1)
        for value in figure.values:
            assert value.text in value.citations[0].quote


def test_nothing_is_compared_of_nothing() -> None:
    """An empty story has no figures."""
    assert compared([], flat) == ()
    assert told("The boats left.", "The boats stayed.") == ()


@pytest.fixture(scope="module")
def of_seeds(model: SentenceTransformerEmbedder) -> tuple[list[Stating], Rarity]:
    """Return every sentence of the seed articles with its real vector, and how rare words are."""
    loader = FileLoader(max_bytes=100_000)
    articles = [loader.load(source) for source in loader.sources(str(SEEDS))]
    documents = [
        document(clean(each.text).text, outlet=each.outlet, title=each.title) for each in articles
    ]
    sentences = [
        Citation(number=1, document=each, start=cut.start, end=cut.end)
        for each in documents
        for cut in split(each.text).sentences
        if not cut.heading
    ]
    vectors = asyncio.run(model.embed_passages([each.quote for each in sentences]))
    found = Counter(word for each in sentences for word in set(terms(each.quote)))

    def rarity(term: str) -> float:
        return math.log(1 + (len(sentences) - found[term] + 0.5) / (found[term] + 0.5))

    told = zip(sentences, vectors, strict=True)
    return [Stating(citation=each, said=said(each.quote, row)) for each, row in told], rarity


@pytest.mark.model
def test_the_seed_articles_agree_and_differ_as_documented(
    of_seeds: tuple[list[Stating], Rarity],
) -> None:
    """See the table of docs/seeds.md; what differs comes first."""
    figures = compared(*of_seeds)
    found = {each.subject: {value.number for value in each.values} for each in figures}
    assert found["trips"] == {43, 40}
    assert found["North Korean tankers"] == {12, 43, None}
    assert found["troops"] == {12_000, None}
    assert found["containers"] == {16_000, 6_700, 10_000}
    assert found["barrels of oil"] == {1_000_000}
    assert found["sanctions"] == {None}
    (sanctions,) = (each for each in figures if each.subject == "sanctions")
    assert {value.text for value in sanctions.values} == {"2016", "2017"}
    relations = [each.relation for each in figures]
    assert relations[:5] == [Relation.DIFFER] * 4 + [Relation.SERIES]
    assert set(relations[5:]) == {Relation.AGREE}


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "kind", "subjects"),
    [
        ("How many North Korean tankers loaded oil?", "quantity", ["North Korean tankers"]),
        ("How many soldiers did North Korea send to Russia?", "quantity", ["troops"]),
        ("When were sanctions imposed?", "day", ["sanctions"]),
        ("How much oil did North Korea receive?", "quantity", []),
        ("When was the first trip?", "day", []),
        ("Who is Joe Byrne?", None, []),
    ],
)
async def test_a_question_about_the_seeds_gets_its_differences(
    question: str,
    kind: Literal["quantity", "day"] | None,
    subjects: list[str],
    of_seeds: tuple[list[Stating], Rarity],
    model: SentenceTransformerEmbedder,
) -> None:
    """Nothing where outlets agree, or where nothing of it is asked."""
    vector = (await model.embed_queries([question]))[0]
    asks = Asked(terms=frozenset(terms(question)), kind=kind, vector=vector)
    assert [each.subject for each in differences(asks, *of_seeds)] == subjects


@pytest.mark.timeout(30)
def test_a_long_story_full_of_figures_is_compared_within_seconds() -> None:
    """Even where every sentence counts the same thing."""
    texts = [
        " ".join(f"They made {at * 30 + n} trips of old." for n in range(30)) for at in range(30)
    ]
    started = time.perf_counter()
    told(*texts)
    assert time.perf_counter() - started < 10
