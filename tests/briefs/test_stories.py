"""Documents on different stories are kept apart, each under its best title."""

import random

from hypothesis import given
from hypothesis import strategies as st

from briefs.model import Document
from briefs.stories import stories
from tests.building import document, embedded, modest, prose

BOATS = (
    "The boats of Port Ella made 43 trips to the northern banks of Lake Mora this summer.",
    "Port Ella counted 43 trips of its boats to the northern banks of Lake Mora in summer.",
)
LIBRARY = (
    "Mayor Anna Roe opened the new library of Kelm before hundreds of cheering pupils.",
    "Hundreds of pupils cheered when the new library of Kelm was opened by Mayor Anna Roe.",
)


def told(*articles: Document) -> list[tuple[str, int]]:
    """Return the title and the number of documents of every story."""
    return [(each.title, len(each.documents)) for each in stories(map(embedded, articles))]


def test_documents_on_one_thing_are_one_story() -> None:
    """Those on another are another."""
    found = told(
        document(BOATS[0], title="Boats of Port Ella make 43 trips"),
        document(BOATS[1], title="A summer on the lake"),
        document(LIBRARY[0], title="Kelm has a library"),
        document(LIBRARY[1], title="Library of Kelm opened by Mayor Roe"),
    )
    assert sorted(count for _, count in found) == [2, 2]
    assert {title for title, _ in found} == {
        "Boats of Port Ella make 43 trips",
        "Library of Kelm opened by Mayor Roe",
    }


def test_the_story_of_most_documents_comes_first() -> None:
    """Whatever their ids are."""
    found = told(document(LIBRARY[0]), *(document(each) for each in BOATS))
    assert [count for _, count in found] == [2, 1]


def test_no_documents_tell_no_story() -> None:
    """Nothing to head."""
    assert told() == []


@modest
@given(st.lists(prose(), max_size=6), st.randoms(use_true_random=False))
def test_every_document_is_in_one_story_in_any_order(
    texts: list[str], chance: random.Random
) -> None:
    """Also those without a word."""
    articles = [
        embedded(document(text, outlet=str(at), title=f"T{at}")) for at, text in enumerate(texts)
    ]
    found = stories(articles)
    assert sorted(each.document.id for story in found for each in story.documents) == sorted(
        each.document.id for each in articles
    )
    mixed = list(articles)
    chance.shuffle(mixed)
    again = stories(mixed)
    assert [(each.title, each.documents) for each in found] == [
        (each.title, each.documents) for each in again
    ]
