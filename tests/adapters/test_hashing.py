"""The embedder that needs no model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hashing import DIMENSIONS, HASH_MODEL, HashEmbedder
from tests.building import modest, prose


@modest
@given(st.lists(prose(), max_size=5))
async def test_every_text_gets_a_unit_vector_or_none_at_all(texts: list[str]) -> None:
    """One row a text, in their order; a text without a word is like no other."""
    embedder = HashEmbedder()
    vectors = await embedder.embed_passages(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert vectors.dtype == np.float32
    for text, vector in zip(texts, vectors, strict=True):
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5) or not vector.any()
        alone = await embedder.embed_passages([text])
        assert alone[0].tolist() == vector.tolist()


async def test_a_question_and_a_text_of_the_same_words_get_the_same_vector() -> None:
    """Whatever their order, form and case; other words get another one."""
    embedder = HashEmbedder()
    question = (await embedder.embed_queries(["Which boats left the harbour?"]))[0]
    same, part, other = await embedder.embed_passages(
        ["The HARBOUR is left by a boat.", "The boat sank.", "Herring is dear."]
    )
    assert float(question @ same) == pytest.approx(1)
    assert 0 < float(question @ part) < 1
    assert float(question @ other) < float(question @ part)


async def test_a_vector_is_the_same_in_every_process_and_release() -> None:
    """Stored vectors stay comparable: a bucket and a sign for each stem."""
    for text, expected in [("boats", {247: 1.0}), ("nets", {345: 1.0}), ("herring", {117: -1.0})]:
        vector = (await HashEmbedder().embed_passages([text]))[0]
        assert {int(at): float(vector[at]) for at in np.flatnonzero(vector)} == expected


async def test_a_repeated_word_weighs_more() -> None:
    """But the vector stays as long."""
    once, twice = await HashEmbedder().embed_passages(["boat net", "boat boat net"])
    at = int(np.argmax(np.abs(twice)))
    assert abs(twice[at]) == pytest.approx(2 / np.sqrt(5))
    assert abs(once[at]) == pytest.approx(1 / np.sqrt(2))


async def test_it_is_always_ready() -> None:
    """There is nothing to wait for, and nothing to let go of."""
    embedder = HashEmbedder()
    await embedder.ready()
    assert embedder.name == HASH_MODEL
    assert await embedder.identity() == await HashEmbedder().identity()
    embedder.close()
    assert (await embedder.embed_queries(["boats"])).any()


async def test_no_texts_get_no_rows() -> None:
    """The shape still says how long a vector is."""
    assert (await HashEmbedder().embed_queries([])).shape == (0, DIMENSIONS)
