"""Sentences of different documents that say the same become one fact."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.agreement import SAYS_THE_SAME, likeness
from briefs.gathering import Gathered, gathered
from briefs.grouping import facts
from briefs.linking import LEAST, compared_of, linked
from briefs.model import Document
from tests.building import document, embedded, modest, prose

TRIPS = "The boats of Port Ella made 43 trips to the northern banks of Lake Mora."
TRIPS_TOO = "Boats of Port Ella made 43 trips to the northern banks of Lake Mora, records show."
MORE = "The boats of Port Ella made 61 trips to the northern banks of Lake Mora."
OTHER = "Mayor Anna Roe opened the new library of Port Ella in the presence of many pupils."


def flat(_: str) -> float:
    """Return the same rarity for every term."""
    return 2.0


def sentences(*articles: Document) -> list[Gathered]:
    """Return the sentences of some articles."""
    return gathered(embedded(each) for each in articles)


def said(*texts: str) -> list[list[str]]:
    """Return the facts of outlets A, B, C …, each a text, as what their members say."""
    articles = [document(text, outlet=chr(65 + at)) for at, text in enumerate(texts)]
    return [[each.text for each in fact.members] for fact in facts(sentences(*articles), flat)]


def test_two_documents_that_say_the_same_make_one_fact() -> None:
    """The rest stays alone."""
    found = said(f"{TRIPS}\n{OTHER}", TRIPS_TOO)
    assert sorted(map(sorted, found)) == sorted([sorted([TRIPS, TRIPS_TOO]), [OTHER]])


def test_another_figure_is_another_fact() -> None:
    """However alike the sentences are."""
    assert sorted(said(TRIPS, MORE)) == sorted([[TRIPS], [MORE]])


def test_another_figure_is_another_fact_though_the_rest_agrees() -> None:
    """Who counts 61 trips confirms nobody who counts 43, in however many months."""
    trips, more = (each.replace("Mora.", "Mora in eight months.") for each in (TRIPS, MORE))
    assert sorted(said(trips, more)) == sorted([[trips], [more]])
    assert len(said(trips, f"By now, {trips[0].lower()}{trips[1:]}")) == 1


def test_a_document_counts_once() -> None:
    """It may say the same twice."""
    found = said(f"{TRIPS}\n{TRIPS_TOO}", TRIPS)
    assert max(len(each) for each in found) == 2


def test_a_reprint_says_nothing_beside_its_original() -> None:
    """They are one witness."""
    first = document(TRIPS, outlet="A")
    again = document(TRIPS, outlet="B", reprint_of=first.id)
    assert [len(each.members) for each in facts(sentences(first, again), flat)] == [1, 1]


def test_who_stands_behind_a_fact_is_traced() -> None:
    """Several outlets may have one origin."""
    text = "Boats made 43 trips to the northern banks, according to the Harbour Institute."
    (fact,) = facts(sentences(document(text, outlet="A"), document(text, outlet="B")), flat)
    assert fact.origins == ("Harbour Institute",)
    assert len(fact.members) == 2


@modest
@given(st.lists(prose(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_sentences_does_not_matter(texts: list[str], chance: random.Random) -> None:
    """Every sentence is in exactly one fact, and facts are the same in any order."""
    rows = sentences(*(document(text, outlet=str(at)) for at, text in enumerate(texts)))
    mixed = list(rows)
    chance.shuffle(mixed)
    found = [[id(each) for each in fact.members] for fact in facts(rows, flat)]
    assert found == [[id(each) for each in fact.members] for fact in facts(mixed, flat)]
    assert sorted(each for fact in found for each in fact) == sorted(map(id, rows))
    for fact in facts(rows, flat):
        copies = [each.document.id for each in fact.members]
        assert len(copies) == len(set(copies))
        assert all(
            likeness(fact.first.said, each.said, flat) >= SAYS_THE_SAME - 1e-6
            for each in fact.members[1:]
        )


@modest
@given(st.lists(prose(), min_size=2, max_size=4))
def test_links_are_what_comparing_each_pair_finds(texts: list[str]) -> None:
    """Arrays are a faster way to the same likeness."""
    rows = sentences(*(document(text, outlet=str(at)) for at, text in enumerate(texts)))
    links = linked(rows, flat)
    for one, other in product(range(len(rows)), repeat=2):
        if rows[one].document.id == rows[other].document.id:
            continue
        alike = likeness(rows[one].said, rows[other].said, flat)
        found = {each.other: each.likeness for each in links.of(one)}
        if rows[one].text == rows[other].text:
            assert found[other] >= SAYS_THE_SAME
        elif other in found:
            assert abs(found[other] - alike) < 1e-4
        else:
            assert alike < SAYS_THE_SAME + 1e-4
    assert LEAST < SAYS_THE_SAME


def test_of_too_many_sentences_every_document_brings_its_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """News stands at the head."""
    monkeypatch.setattr("briefs.linking.MOST", 5)
    text = f"{TRIPS}\n{OTHER}\n{MORE}"
    rows = sentences(document(text, outlet="A"), document(text, outlet="B"))
    assert compared_of(rows) == [0, 1, 3, 4]


def test_nothing_has_no_facts() -> None:
    """Nor does an empty document."""
    assert facts([], flat) == []
