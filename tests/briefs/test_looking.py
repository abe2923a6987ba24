"""Finding the best rows by a rough scan: what comes back is what scoring every row gives."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random

import numkong
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from briefs import codes
from briefs import shard as shards
from briefs.codes import codes_of
from briefs.hits import Ranking
from briefs.index import Index
from briefs.lexical import terms
from briefs.model import Document, EmbeddedDocument, Scope, Segments, Vector, Vectors
from briefs.scoring import SENTENCE_COSINE, SENTENCE_COVERAGE
from briefs.splitting import split
from tests.building import EVERYTHING, document, modest

DIMENSIONS = 24
WORDS = ("boat", "net", "storm", "harbour", "tide", "gull", "herring", "rope", "mast", "sail")
OUTLETS = (None, "Port Radio", "Sea Radio", "The Gull")
SCOPES = (
    EVERYTHING,
    Scope(),
    Scope(collections=frozenset({"other"})),
    Scope(collections=None, outlet="radio"),
    Scope(collections=None, since=date(2024, 3, 1)),
    Scope(collections=None, outlet="gull", until=date(2024, 6, 1)),
    Scope(since=date(2024, 2, 1), until=date(2024, 9, 1)),
)


@pytest.fixture(autouse=True)
def scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a shard of twenty vectors be scanned at eight bits, as a great one is."""
    monkeypatch.setattr(shards, "FEW_ROWS", 20)


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Return vectors of length 1."""
    found: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def library(seed: int, count: int, near: float) -> list[EmbeddedDocument]:
    """Return documents whose vectors differ from a common one by about so much."""
    chance, random = np.random.default_rng(seed), Random(seed)  # noqa: S311 - a test's own
    common = unit(chance.standard_normal((1, DIMENSIONS)))
    made = []
    for number in range(count):
        sentences = [
            f"The {' '.join(random.choices(WORDS, k=random.randint(1, 5)))} number {number}."
            for _ in range(random.randint(1, 7))
        ]
        day = date(2024, random.randint(1, 12), 5)
        article = document(
            "\n".join(sentences),
            id=f"{random.randrange(10**6):06}-{number}",
            outlet=random.choice(OUTLETS),
            published=random.choice((None, day, datetime(day.year, day.month, 5, 23, tzinfo=UTC))),
            collection=random.choice(("main", "other")),
        )
        made.append(with_vectors(article, chance, common, near))
    return made


def with_vectors(
    article: Document, chance: np.random.Generator, common: Vectors, near: float
) -> EmbeddedDocument:
    """Return a document with invented vectors."""
    segments = split(article.text)
    rows = len(segments.sentence_spans) + len(segments.passage_spans)
    vectors = unit(common + near * chance.standard_normal((rows, DIMENSIONS)))
    return EmbeddedDocument(document=article, segments=segments, vectors=vectors)


def asked(seed: int) -> tuple[str, Vector]:
    """Return a question and its vector."""
    chance, random = np.random.default_rng(seed + 1), Random(seed + 1)  # noqa: S311
    vector: Vector = unit(chance.standard_normal((1, DIMENSIONS)))[0]
    return " ".join(random.choices(WORDS, k=3)), vector


def found(ranking: Ranking) -> list[object]:
    """Return all that a search says of its hits, to the last bit."""
    sentences = [(h.document.id, h.sentence, h.score, h.cosine, h.coverage, h.passage, h.before)
                 for h in ranking.sentences]  # fmt: skip
    return [sentences, ranking.passages, ranking.searched, ranking.missing, ranking.rarity]


def exhaustive(
    documents: list[EmbeddedDocument], question: str, vector: Vector, scope: Scope, limit: int
) -> Ranking:
    """Return what an index finds that scans in full precision and knows nothing but its scope."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shards, "FEW_ROWS", 10**9)
        index = Index(each for each in documents if scope.admits(each.document))
        everywhere = Scope(collections=scope.collections)
        return index.search(question, vector, everywhere, limit)


@modest
@given(
    st.integers(0, 10_000),
    st.integers(0, 40),
    st.sampled_from((1.0, 0.1, 0.003, 0.0)),
    st.sampled_from(SCOPES),
    st.sampled_from((1, 3, 10, 60)),
)
def test_a_rough_scan_moves_nothing(
    seed: int, count: int, near: float, scope: Scope, limit: int
) -> None:
    """Hits and scores to the last bit, however near to each other the vectors are."""
    documents = library(seed, count, near)
    question, vector = asked(seed)
    index = Index(documents)
    mine = index.search(question, vector, scope, limit)
    best = exhaustive(documents, question, vector, scope, limit)
    assert found(mine)[:2] == found(best)[:2]
    assert (mine.missing, mine.rarity) == (best.missing, best.rarity)
    assert {each.document.id for each in index.documents(scope)} == {
        each.document.id for each in documents if scope.admits(each.document)
    }


@modest
@given(st.integers(0, 10_000), st.sampled_from((1.0, 0.01)), st.sampled_from((3, 10)))
def test_what_is_found_is_best_by_the_formula(seed: int, near: float, limit: int) -> None:
    """Worked out sentence by sentence: no other one scores more than the last that came back."""
    documents = library(seed, 25, near)
    question, vector = asked(seed)
    ranking = Index(documents).search(question, vector, EVERYTHING, 10_000)
    some = Index(documents).search(question, vector, EVERYTHING, limit)
    assert found(some)[0] == found(ranking)[0][:limit]  # type: ignore[index]
    assert some.passages == ranking.passages[:limit]
    rarity, total = ranking.rarity, sum(ranking.rarity.values()) or 1.0
    passages = {(each.document.id, each.passage): each.score for each in ranking.passages}
    expected = []
    for each in documents:
        for number, sentence in enumerate(each.segments.sentences):
            text = each.document.text[sentence.start : sentence.end]
            own = set(terms(text))
            cosine = float(each.vectors[number] @ vector)
            held = sum(rarity[term] for term in rarity if term in own) / total
            around = max(
                passages[each.document.id, passage]
                for passage in each.segments.passages
                if passage.first <= number < passage.last
            )
            if not sentence.heading:
                expected.append(SENTENCE_COSINE * cosine + SENTENCE_COVERAGE * held + around)
    expected.sort(reverse=True)
    assert [hit.score for hit in ranking.sentences] == pytest.approx(expected, abs=1e-5)


@modest
@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.sampled_from(("add", "remove")), st.integers(0, 39), st.integers(1, 6))),
    st.sampled_from(SCOPES),
)
def test_any_changes_make_the_index_that_is_built_at_once(
    seed: int, steps: list[tuple[str, int, int]], scope: Scope
) -> None:
    """To the last bit, small shards and great ones together, and after their rows were cached."""
    pool = library(seed, 40, 0.05)
    question, vector = asked(seed)
    index, there = Index(pool[:20]), {each.document.id: each for each in pool[:20]}
    for step, first, count in steps:
        some = pool[first : first + count]
        index.search(question, vector, scope, 5)
        if step == "remove":
            index = index.changed(removed=[each.document.id for each in some])
            for each in some:
                there.pop(each.document.id, None)
        else:
            index = index.changed(added=some)
            there.update({each.document.id: each for each in some})
    mine, anew = index.search(question, vector, scope), Index(there.values()).search(
        question, vector, scope
    )  # fmt: skip
    assert found(mine) == found(anew)
    for word in WORDS:
        assert index.rarity(scope)(word) == Index(there.values()).rarity(scope)(word)


def test_of_vectors_a_hair_apart_the_nearer_one_comes_first() -> None:
    """At eight bits they are the same; what is looked at closely is not."""
    chance = np.random.default_rng(3)
    asked_for = unit(chance.standard_normal((1, DIMENSIONS)))
    text = "The boats left."
    documents = []
    for number in range(300):
        beside = chance.standard_normal((1, DIMENSIONS))
        beside -= (beside @ asked_for.T) * asked_for
        vector = unit(asked_for + (0.2 + 1e-5 * number) * unit(beside))
        segments = Segments(sentences=split(text).sentences, passages=split(text).passages)
        article = document(text, id=f"{(number * 7919) % 300:03}")
        documents.append(
            EmbeddedDocument(
                document=article, segments=segments, vectors=np.concatenate([vector, vector])
            )
        )
    ranking = Index(documents).search("whales", asked_for[0], EVERYTHING, 60)
    cosines = sorted((float(each.vectors[0] @ asked_for[0]) for each in documents), reverse=True)
    assert [hit.cosine for hit in ranking.sentences] == pytest.approx(cosines[:60], abs=1e-6)


@modest
@given(st.integers(0, 10_000), st.sampled_from((1e-3, 1.0, 1e3)), st.integers(1, 400))
def test_a_product_at_eight_bits_is_within_its_bound(seed: int, size: float, rows: int) -> None:
    """Whatever the numbers are: one that is far greater than the others, a row of nothing."""
    chance = np.random.default_rng(seed)
    vectors = (size * chance.standard_normal((rows, DIMENSIONS))).astype(np.float32)
    vectors[:: 1 + seed % 5, 0] *= 100
    vectors[-1] = 0
    vector = chance.standard_normal(DIMENSIONS).astype(np.float32)
    products, bound = codes_of(vectors).products(vector, [[0, rows]])
    exact = vectors.astype(np.float64) @ vector.astype(np.float64)
    assert np.abs(products[:-1] - exact).max() <= bound
    assert bound <= 0.1 * np.abs(vectors).max() * np.abs(vector).sum() * DIMENSIONS


def test_hidden_rows_move_no_visible_score_of_a_rough_scan() -> None:
    """They are scanned with the others where they lie between them; nothing of it is used."""
    documents = library(5, 60, 0.02)
    question, vector = asked(5)
    scope = Scope(outlet="radio")
    alone = Index(each for each in documents if scope.admits(each.document))
    both, one = Index(documents).search(question, vector, scope), alone.search(
        question, vector, scope
    )  # fmt: skip
    assert found(both)[:2] == found(one)[:2]
    assert replace(both.searched, loaded=0) == replace(one.searched, loaded=0)


def test_an_index_that_grows_has_few_parts_and_copies_little() -> None:
    """However many documents come one by one, each is copied a few times in all."""
    documents = library(7, 400, 0.5)
    index, copied = Index(), 0
    for each in documents:
        before = {id(shard) for shard in index._shards}
        index = index.changed(added=[each])
        copied += sum(len(new.vectors) for new in index._shards if id(new) not in before)
        sizes = [len(shard.vectors) for shard in index._shards]
        assert all(larger >= 4 * smaller for larger, smaller in pairwise(sizes))
    whole = sum(len(each.vectors) for each in documents)
    assert sum(len(shard.vectors) for shard in index._shards) == whole
    assert copied <= 12 * whole


def test_where_products_at_eight_bits_are_wrong_all_is_scanned_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A processor whose kernel is broken is slower, and finds the same."""
    documents = library(11, 40, 0.1)
    question, vector = asked(11)
    right = Index(documents).search(question, vector, EVERYTHING)
    assert codes.products_are_right()

    def wrong(rows: object, asked: object, metric: str, *, out: NDArray[np.float32]) -> None:
        assert (rows is not None, asked is not None, metric) == (True, True, "dot")
        out[:] = 1

    monkeypatch.setattr(numkong, "cdist", wrong)
    codes.products_are_right.cache_clear()
    assert not codes.products_are_right()
    index = Index(documents)
    monkeypatch.undo()
    codes.products_are_right.cache_clear()
    assert [shard.codes for shard in index._shards] == [None]
    assert found(index.search(question, vector, EVERYTHING)) == found(right)
