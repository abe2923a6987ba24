"""Who stands behind what is said, and whose words are given in different wordings."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loading.files import FileLoader
from briefs.brief import Quotation, Trace
from briefs.cleaning import clean
from briefs.gathering import Fact, gathered
from briefs.model import Document
from briefs.tracing import MOST, MOST_CITED, quotations, traces
from tests.building import HOSTILE, document, embedded, modest, prose


def traced(*articles: Document) -> tuple[Trace, ...]:
    """Return the traces of some articles, each of whose sentences is a fact of its own."""
    found = gathered(embedded(each) for each in articles)
    return traces(found, [Fact(members=(each,), origins=()) for each in found])


def quoted(*texts: str) -> tuple[Quotation, ...]:
    """Return what outlets A, B, C … quote differently, each its text."""
    articles = [document(each, outlet=chr(65 + at)) for at, each in enumerate(texts)]
    return quotations(gathered(embedded(each) for each in articles))


def test_an_origin_has_every_outlet_behind_it_and_the_way_to_each() -> None:
    """From the outlet over who passed it on."""
    (institute, radio) = traced(
        document("The port fell, according to the Harbour Institute.", outlet="A"),
        document("Port Radio, citing the Harbour Institute, said it fell.", outlet="B"),
    )
    assert (institute.name, institute.outlets) == ("Harbour Institute", ("A", "B")) or (
        institute.outlets == ("B", "A")
    )
    assert institute.chains == (
        ("B", "Port Radio", "Harbour Institute"),
        ("A", "Harbour Institute"),
    )
    assert (radio.name, radio.chains) == ("Port Radio", (("B", "Port Radio"),))


def test_initials_and_surnames_are_the_whole_name() -> None:
    """A surname is that of whom the same article names."""
    found = traced(
        document("The port fell, according to the Open Source Centre.", outlet="A"),
        document("The port fell, according to OSC.", outlet="B"),
        document("Ann Roe said it rained.\nRoe said it snowed.", outlet="C"),
        document("Tom Roe said it rained.\nRoe said it was cold.", outlet="D"),
        document("Shin Won-sik said it was dark.\nShin said it was late.", outlet="E"),
    )
    assert {(each.name, len(each.citations)) for each in found} == {
        ("Open Source Centre", 2),
        ("Ann Roe", 2),
        ("Tom Roe", 2),
        ("Shin Won-sik", 2),
    }


def test_the_outlet_itself_is_no_origin() -> None:
    """Whoever talks to it is traced to nobody else."""
    (trace,) = traced(document("Ann Roe told Port Radio that it fell.", outlet="Port Radio"))
    assert (trace.name, trace.chains) == ("Ann Roe", (("Port Radio", "Ann Roe"),))


def test_one_sentence_of_each_outlet_comes_before_a_second_one() -> None:
    """And there are not too many."""
    lines = [f"Ann Roe said boat {at} sank." for at in range(12)]
    (trace,) = traced(
        document("\n".join(lines), outlet="A"), document("Ann Roe said it rained.", outlet="B")
    )
    assert {each.document.outlet for each in trace.citations[:2]} == {"A", "B"}
    assert len(trace.citations) == MOST_CITED


def test_what_most_outlets_have_comes_first() -> None:
    """And there are not too many origins."""
    names = [f"{first}{second} Roe" for first in "ABCDEF" for second in ("nn", "da", "li", "mo")]
    lines = [f"{name} Dale{at} said it rained." for at, name in enumerate(names)]
    found = traced(
        document("\n".join(lines), outlet="A"),
        document("Tom Moss said it rained.", outlet="A"),
        document("Tom Moss said it rained.", outlet="B"),
    )
    assert found[0].name == "Tom Moss"
    assert len(found) == MOST


def test_a_sentence_that_does_not_name_an_origin_is_not_cited_for_it() -> None:
    """A reader sees in each that it is from there."""
    (trace,) = traced(document("Ann Roe said it rained. It was cold.", outlet="A"))
    assert [each.quote for each in trace.citations] == ["Ann Roe said it rained."]


STEADY = "Ann Roe said: “This steady flow of boats gives Norland a calm it hasn’t had since 2017.”"
SUPPLY = "“This steady supply of boats gives Norland a calm it hasn’t had since 2017,” Roe says."


def test_the_same_words_worded_otherwise_are_pointed_out() -> None:
    """Under the whole name, one sentence of each outlet."""
    (quotation,) = quoted(STEADY, SUPPLY, SUPPLY)
    assert quotation.speaker == "Ann Roe"
    assert [each.document.outlet for each in quotation.citations][-1] == "A"
    assert {each.document.outlet for each in quotation.citations} == {"A", "B", "C"}


def test_a_speaker_need_be_named_only_once() -> None:
    """Who says "he said" names no other speaker."""
    (quotation,) = quoted(STEADY, SUPPLY.replace("Roe says", "she said"))
    assert quotation.speaker == "Ann Roe"


@pytest.mark.parametrize(
    "other",
    [
        STEADY,
        STEADY.replace("’", "'").replace("“", '"').replace("”", '"'),
        STEADY.replace("hasn’t", "has not"),
        # who quotes a part of it words nothing otherwise
        "Roe called it a “steady flow of boats” that “gives Norland a calm” of old.",
        # another quotation
        "Ann Roe said: “The steady boats of Norland are the best that we have had in years.”",
        # the same words of somebody else
        SUPPLY.replace("Roe", "Tom Dale"),
        "Roe spoke of the steady supply of boats that gives Norland a calm.",
    ],
)
def test_what_is_not_worded_otherwise_is_not_pointed_out(other: str) -> None:
    """The same words, fewer of them, or other ones."""
    assert quoted(STEADY, other) == ()


def test_one_outlet_is_not_set_against_itself() -> None:
    """Nor against a reprint."""
    first = document(STEADY, outlet="A")
    again = document(SUPPLY, outlet="A")
    reprint = document(SUPPLY, outlet="B", reprint_of=first.id)
    found = gathered(embedded(each) for each in (first, again, reprint))
    assert quotations(found[:2]) == ()
    assert quotations([each for each in found if each.document.id != again.id]) == ()


_LINES = st.lists(
    st.sampled_from(
        [
            STEADY,
            SUPPLY,
            "It fell, as reported by Port Radio, citing the Harbour Institute.",
            "According to HI, it fell.",
            "Roe said it rained.",
            "It was dark.",
        ]
    ),
    max_size=5,
)


@modest
@given(st.lists(_LINES, max_size=4), st.integers())
def test_the_order_of_what_comes_in_does_not_matter(texts: list[list[str]], seed: int) -> None:
    """The same traces and quotations."""
    articles = [document("\n".join(each), outlet=f"O{at}") for at, each in enumerate(texts)]
    found = gathered(embedded(each) for each in articles)
    facts = [Fact(members=(each,), origins=()) for each in found]
    expected = traces(found, facts), quotations(found)
    shuffler = random.Random(seed)  # noqa: S311 - which order it is matters to nobody
    shuffler.shuffle(found)
    shuffler.shuffle(facts)
    assert (traces(found, facts), quotations(found)) == expected


def exact(parts: Sequence[Trace | Quotation]) -> bool:
    """Say whether everything that is cited is an exact span that is not empty."""
    return all(
        each.quote and each.quote == each.document.text[each.start : each.end]
        for part in parts
        for each in part.citations
    )


@modest
@given(st.lists(prose(), max_size=4))
def test_everything_cited_is_an_exact_sentence(texts: list[str]) -> None:
    """Whatever the text is; and a quotation has at least two."""
    articles = [document(each, outlet=str(at)) for at, each in enumerate(texts)]
    found = gathered(embedded(each) for each in articles)
    assert exact(traces(found, []))
    assert exact(quotations(found))
    assert all(len(each.citations) > 1 for each in quotations(found))
    assert all(way[0] != way[-1] for each in traces(found, []) for way in each.chains)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_within_seconds(text: str) -> None:
    """Its time does not grow with the square of its length."""
    articles = [document(text[:40_000], outlet=name) for name in "AB"]
    found = gathered(embedded(each) for each in articles)
    assert exact(traces(found, []))
    assert exact(quotations(found))


def test_the_seed_articles_name_their_origins(seeds: Path) -> None:
    """As docs/seeds.md says: the Open Source Centre behind all five, the BBC before it."""
    loader = FileLoader(max_bytes=100_000)
    articles = [loader.load(source) for source in loader.sources(str(seeds))]
    found = gathered(
        embedded(document(clean(each.text).text, outlet=each.outlet, title=each.title))
        for each in articles
    )
    named = {each.name: each for each in traces(found, [])}
    assert len(named["Open Source Centre"].outlets) == 5
    assert ("Espreso (digest)", "BBC", "Open Source Centre") in named["Open Source Centre"].chains
    assert len(named["BBC"].outlets) == 4
    assert ("Outlet A (digest)", "The Times", "Western intelligence") in named[
        "Western intelligence"
    ].chains
    assert not named.keys() & {"November", "Reports", "Experts", "Analysts", "Shin", "Byrne"}
    (quotation,) = quotations(found)
    assert quotation.speaker == "Joe Byrne"
    assert {each.document.publisher for each in quotation.citations} == {
        "Outlet A (digest)",
        "Espreso (digest)",
        "Outlet B (digest)",
    }
