"""The inverted index: where a term stands, and BM25 over what can be seen."""

import math
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.index import Index
from briefs.lexical import terms
from briefs.model import Scope, Words
from briefs.postings import BM25_B, BM25_K1, Postings, number_of, words_of
from briefs.scoring import _bm25, looked_up
from briefs.shard import label, shard_of
from tests.building import document, embedded, modest

VOCABULARY = ("boat", "net", "storm", "harbour", "tide")
ROWS = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=6), max_size=8)


def flat(rows: list[list[str]]) -> Words:
    """Return rows of terms as they are kept."""
    numbers = [number_of(term) for term in chain.from_iterable(rows)]
    return Words(
        numbers=np.array(numbers, dtype=np.uint32),
        lengths=np.array([len(row) for row in rows], dtype=np.int32),
    )


@modest
@given(ROWS)
def test_a_term_is_found_in_just_the_rows_that_have_it(rows: list[list[str]]) -> None:
    """As often as it stands there, in the order of the rows."""
    postings = Postings(flat(rows))
    for term in (*VOCABULARY, "gull"):
        found, counts = postings.find(number_of(term))
        having = [(at, row.count(term)) for at, row in enumerate(rows) if term in row]
        assert list(zip(found.tolist(), counts.tolist(), strict=True)) == having


def test_the_words_of_texts_are_their_terms_by_number() -> None:
    """A text without words is a row without terms."""
    texts = ["The boats left.", "", "Boats of boats."]
    words = words_of(texts)
    assert words.lengths.tolist() == [2, 0, 2]
    expected = [number_of(term) for text in texts for term in terms(text)]
    assert words.numbers.tolist() == expected


@modest
@given(
    st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6), min_size=1, max_size=6)
)
def test_bm25_is_the_formula_over_the_visible_passages(rows: list[list[str]]) -> None:
    """Half of the documents are hidden; they neither score nor count."""
    documents = [
        document(f"The {' '.join(row)}.", title="", collection=("seen", "hidden")[at % 2])
        for at, row in enumerate(rows)
    ]
    index = Index(embedded(each) for each in documents)
    scope = Scope(collections=frozenset({"seen"}))
    (shard,) = index._shards
    (visible,) = index._admitted(scope)
    shown = [
        [*terms(each.document.text), *terms(label(each.document))]
        for each in shard.documents
        if scope.admits(each.document)
    ]
    asked = ["boat", "storm", "gull"]
    found = [looked_up(term, [shard], [visible]) for term in asked]
    (scores,) = _bm25(found, [shard], [visible])
    limit = sum(term.passage_rarity for term in found) * (BM25_K1 + 1) or 1.0
    mean = max(sum(map(len, shown)) / len(shown), 1.0)
    expected = []
    for row in shown:
        score = 0.0
        for term in asked:
            holding = sum(term in each for each in shown)
            rarity = math.log(1 + (len(shown) - holding + 0.5) / (holding + 0.5))
            length = BM25_K1 * (1 - BM25_B + BM25_B * len(row) / mean)
            score += rarity * row.count(term) * (BM25_K1 + 1) / (row.count(term) + length)
        expected.append(score / limit)
    assert scores[visible.passages].tolist() == pytest.approx(expected, rel=1e-5)
    assert not scores[~visible.passages].any()


def test_a_documents_title_outlet_and_date_count_in_each_of_its_passages() -> None:
    """They are what a question often names, and no sentence says them."""
    long = " ".join(
        f"Sentence number {number} is about nothing in particular." for number in range(80)
    )
    shard = shard_of([embedded(document(long, title="Herring", outlet="The Gull"))])
    assert len(shard.passage_owner) > 1
    passages, counts = shard.passages_with(number_of(terms("herring")[0]))
    assert passages.tolist() == list(range(len(shard.passage_owner)))
    assert set(counts.tolist()) == {1.0}
    assert shard.sentences_with(number_of(terms("herring")[0])).tolist() == []
