"""The hybrid index: what is found, in which order, and that nothing hidden shows."""

import zlib
from dataclasses import replace
from datetime import date
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.hits import PassageHit, Ranking
from briefs.index import Index
from briefs.lexical import stem
from briefs.model import MAIN, Document, EmbeddedDocument, Scope, Searched, Sentence, Vectors
from briefs.splitting import split
from tests.building import EVERYTHING, document, embedded, index_of, modest, vector_of

PERIOD = Scope(since=date(2024, 1, 1), until=date(2024, 12, 31))

SENTENCES = (
    "The boats left the harbour.",
    "Boats of Port Ella made 43 trips.",
    "A storm closed the harbour on March 7.",
    "Nobody saw the boats.",
    "The tide was high, and the harbour was closed.",
    "Herring is dear this year.",
    "A heading on boats",
)
QUESTIONS = ("Who closed the harbour?", "How many trips did the boats make?", "What is dear?", "?")


def articles(collection: str, most: int) -> st.SearchStrategy[list[Document]]:
    """Return a strategy for documents of a collection."""
    lines = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map("\n".join)
    titles = st.sampled_from(("Boats", "Storm", "Harbour"))
    return st.lists(
        st.builds(
            lambda text, title: document(text, title=title, collection=collection), lines, titles
        ),
        max_size=most,
        unique_by=lambda each: each.id,
    )


def dense(texts: list[str]) -> Vectors:
    """Return unit vectors without a zero in them, as a model's are; the same for the same text."""
    rows = [np.random.default_rng(zlib.crc32(text.encode())).standard_normal(384) for text in texts]
    vectors = np.array(rows, dtype=np.float32).reshape(len(texts), 384)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def densely(*documents: Document) -> Index:
    """Return an index whose vectors look like a model's."""
    return Index(
        EmbeddedDocument(
            document=each,
            segments=split(each.text),
            vectors=dense(split(each.text).texts(each.text)),
        )
        for each in documents
    )


Found = tuple[tuple[tuple[Document, Sentence, float, float, float], ...], tuple[PassageHit, ...]]


def found(ranking: Ranking) -> Found:
    """Return all of the hits but their rows, which are numbers in one snapshot."""
    hits = ((h.document, h.sentence, h.score, h.cosine, h.coverage) for h in ranking.sentences)
    return tuple(hits), ranking.passages


def texts(ranking: Ranking) -> list[str]:
    """Return the sentences that were found, best first."""
    return [hit.text for hit in ranking.sentences]


def search(
    question: str, *documents: Document, scope: Scope = EVERYTHING, limit: int = 60
) -> Ranking:
    """Return what a question finds in documents."""
    return index_of(*documents).search(question, vector_of(question), scope, limit)


def test_the_sentence_that_answers_comes_first() -> None:
    """By its words and by those of its passage."""
    harbour = document("The harbour was closed by a storm.\nThe boats stayed at home.")
    fish = document("Herring is dear this year.\nCod is cheap.")
    assert texts(search("Who closed the harbour?", harbour, fish))[0] == (
        "The harbour was closed by a storm."
    )
    assert texts(search("Is cod cheap?", harbour, fish))[0] == "Cod is cheap."


def test_hits_come_best_first() -> None:
    """Sentences and passages alike."""
    ranking = search("Who closed the harbour?", *(document(each) for each in SENTENCES))
    for hits in (ranking.sentences, ranking.passages):
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > scores[-1]


def test_a_hit_says_what_it_was_scored_by() -> None:
    """Its cosine with the question, and its share of the question's rare words."""
    ranking = search("boats harbour", document("The boats left the harbour.\nBoats are dear."))
    whole, part = ranking.sentences
    assert whole.cosine == pytest.approx(
        float(vector_of(whole.text) @ vector_of("boats harbour")), abs=1e-6
    )
    assert whole.coverage == pytest.approx(1)
    assert 0 < part.coverage < 1


def test_a_row_leads_to_the_vector_of_its_sentence() -> None:
    """For who wants to compare sentences that were found."""
    index = index_of(*(document(each) for each in SENTENCES))
    ranking = index.search("boats", vector_of("boats"), EVERYTHING)
    assert ranking.sentences
    for hit in ranking.sentences:
        assert hit.vector.tolist() == vector_of(hit.text).tolist()


def test_a_heading_is_found_in_its_passage_and_never_as_a_sentence() -> None:
    """It says nothing that could be quoted."""
    text = "Herring in the harbour\nThe boats brought it."
    ranking = search("herring in the harbour", document(text))
    assert texts(ranking) == ["The boats brought it."]
    assert ranking.passages[0].coverage == pytest.approx(1)


@pytest.mark.parametrize("asked", ["Dalesman", "Port Radio", "Ann Roe", "November 2024"])
def test_what_is_known_about_a_document_can_be_asked_for(asked: str) -> None:
    """Its title, outlet, author and date count as words of its passages."""
    facts = {"outlet": "Port Radio", "author": "Ann Roe", "published": date(2024, 11, 22)}
    known = document("Nobody came.", title="The Dalesman", **facts)
    ranking = search(asked, document("Nobody left.", title="A"), known)
    assert ranking.missing == ()
    assert ranking.passages[0].document == known
    assert ranking.passages[0].score > ranking.passages[1].score


def test_a_term_that_no_visible_document_has_is_missing() -> None:
    """Each once, in the order of the question; a hidden document does not help."""
    shown = document("The boats left the harbour.")
    hidden = document("Gulls and whales.", collection="secret")
    ranking = search(
        "gulls boats whales gulls", shown, hidden, scope=Scope(collections=frozenset({MAIN}))
    )
    assert ranking.missing == (stem("gulls"), stem("whales"))
    assert search("gulls boats whales gulls", shown, hidden).missing == ()


@pytest.mark.parametrize(
    ("scope", "titles", "undated", "loaded"),
    [
        (Scope(), {"Undated", "Dated"}, 0, 2),
        (Scope(collections=frozenset({"secret"})), {"Hidden"}, 0, 1),
        (EVERYTHING, {"Undated", "Dated", "Hidden"}, 0, 3),
        (Scope(outlet="radio"), {"Dated"}, 0, 2),
        (Scope(outlet="radio", collections=None), {"Dated", "Hidden"}, 0, 3),
        (PERIOD, {"Dated"}, 1, 2),
        (replace(PERIOD, outlet="radio"), {"Dated"}, 0, 2),
        (replace(PERIOD, collections=None), {"Dated"}, 2, 3),
        (replace(PERIOD, outlet="radio", collections=None), {"Dated"}, 1, 3),
        (Scope(since=date(2025, 1, 1)), set(), 1, 2),
        (Scope(collections=frozenset()), set(), 0, 0),
    ],
)
def test_only_what_a_scope_admits_is_found_and_counted(
    scope: Scope, titles: set[str], undated: int, loaded: int
) -> None:
    """Filters hold before ranking, and what a place may not see is in no number."""
    day = date(2024, 11, 22)
    documents = (
        document("The boats left.\nNobody saw them.", title="Undated"),
        document("The boats left.", title="Dated", outlet="Port Radio", published=day),
        document("The boats left.", title="Hidden", outlet="Sea Radio", collection="secret"),
    )
    ranking = search("boats", *documents, scope=scope)
    assert {hit.document.title for hit in ranking.sentences} == titles
    assert {hit.document.title for hit in ranking.passages} == titles
    assert ranking.searched == Searched(
        documents=len(titles), passages=len(titles), undated=undated, loaded=loaded
    )
    assert {each.document.title for each in index_of(*documents).documents(scope)} == titles


def test_one_snapshot_can_be_asked_from_several_places() -> None:
    """What one place may see is not what the next one gets."""
    shown = document("The boats left the harbour.")
    hidden = document("The boats came back.", collection="secret")
    index = index_of(shown, hidden)
    secret = Scope(collections=frozenset({"secret"}))
    for scope, expected in [(Scope(), [shown]), (secret, [hidden]), (Scope(), [shown])]:
        ranking = index.search("boats", vector_of("boats"), scope)
        assert [hit.document for hit in ranking.sentences] == expected


@modest
@given(articles(MAIN, 5), articles("secret", 5), st.sampled_from(QUESTIONS))
def test_what_a_scope_does_not_admit_changes_nothing_of_what_is_found(
    shown: list[Document], hidden: list[Document], question: str
) -> None:
    """Hits and scores are, to the last bit, those of an index without it."""
    vector = dense([question])[0]
    both = densely(*shown, *hidden).search(question, vector, Scope())
    alone = densely(*shown).search(question, vector, Scope())
    assert found(both) == found(alone)
    assert (both.searched, both.missing) == (alone.searched, alone.missing)
    assert densely(*shown, *hidden).rarity(Scope())("boat") == densely(*shown).rarity(Scope())(
        "boat"
    )


def test_a_hidden_document_does_not_change_the_last_bit_of_a_score() -> None:
    """Matrix products round a row in a way that depends on how many others there are."""
    lines = (f"Boat number {number} left the harbour at noon." for number in range(400))
    shown = [document("\n".join(line)) for line in zip(*[lines] * 10, strict=True)]
    question, vector = "Which boat left?", dense(["Which boat left?"])[0]
    alone = densely(*shown).search(question, vector, Scope(), limit=400)
    for rows in range(1, 12):
        # Its id comes first, so that every visible row moves.
        hidden = document("\n".join(SENTENCES[:1] * rows), id="0", collection="secret")
        both = densely(*shown, hidden).search(question, vector, Scope(), limit=400)
        assert found(both) == found(alone)


@modest
@given(articles(MAIN, 4), st.sampled_from(QUESTIONS), st.randoms(use_true_random=False))
def test_the_order_in_which_documents_were_loaded_does_not_matter(
    documents: list[Document], question: str, random: Random
) -> None:
    """The same library gives the same answers, ties and rows included."""
    shuffled = list(documents)
    random.shuffle(shuffled)
    one = index_of(*documents).search(question, vector_of(question), EVERYTHING)
    assert index_of(*shuffled).search(question, vector_of(question), EVERYTHING) == one


def test_equal_scores_come_in_the_order_of_ids() -> None:
    """Of documents that say the same, the same ones are found whatever was loaded first."""
    same = [document("The boats left.", id=f"{name}") for name in "dbca"]
    for order in permutations(same):
        ranking = search("boats", *order)
        assert [hit.document.id for hit in ranking.sentences] == ["a", "b", "c", "d"]
        assert [hit.document.id for hit in ranking.passages] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("count", [61, 100, 1_000])
def test_where_more_tie_than_are_wanted_the_first_ones_come_back(count: int) -> None:
    """A limit cuts through equal scores in the order of ids, too."""
    same = [document("The boats left.", id=f"{number:04}") for number in range(count)]
    best = document("The boats left the harbour.", id="9999")
    ranking = search("boats harbour", *same, best, limit=60)
    expected = ["9999", *(f"{number:04}" for number in range(59))]
    assert [hit.document.id for hit in ranking.sentences] == expected
    assert [hit.document.id for hit in ranking.passages] == expected


@pytest.mark.parametrize("limit", [1, 2, 5, 60])
def test_no_more_comes_back_than_is_wanted(limit: int) -> None:
    """And the best of it."""
    documents = [document(each) for each in SENTENCES[:6]]
    everything = search("boats in the harbour", *documents)
    ranking = search("boats in the harbour", *documents, limit=limit)
    assert ranking.sentences == everything.sentences[:limit]
    assert ranking.passages == everything.passages[:limit]


def test_an_empty_index_finds_nothing() -> None:
    """It can be asked without a vector."""
    index = Index()
    ranking = index.search("boats", index.no_vector(), EVERYTHING)
    assert found(ranking) == ((), ())
    assert ranking.searched == Searched(documents=0, passages=0)
    assert ranking.missing == (stem("boats"),)
    assert len(index) == 0


def test_a_vector_that_is_like_no_other_leaves_the_words() -> None:
    """What is found then is found by its words alone."""
    index = index_of(document("The boats left."), document("Nobody came."))
    ranking = index.search("boats", index.no_vector(), EVERYTHING)
    assert ranking.sentences[0].text == "The boats left."
    assert {hit.cosine for hit in ranking.sentences} == {0.0}


def test_a_document_of_headings_alone_is_counted_and_not_quoted() -> None:
    """Its passage is found."""
    ranking = search("boats", document("Boats and nets"))
    assert ranking.sentences == ()
    assert len(ranking.passages) == 1


def test_a_snapshot_knows_its_documents() -> None:
    """How many they are, and how each was cut."""
    documents = [document(each) for each in SENTENCES]
    index = index_of(*documents)
    assert len(index) == len(documents)
    for each in documents:
        assert index.segments(each.id) == split(each.text)
    assert {each.document.id for each in index.documents(EVERYTHING)} == {
        each.id for each in documents
    }


def test_scores_are_bounded() -> None:
    """Whatever is asked: at most 1 for a passage, at most 1.5 for a sentence."""
    for question in (*QUESTIONS, *SENTENCES):
        ranking = search(question, *(document(each) for each in SENTENCES))
        assert all(0 <= hit.score <= 1 + 1e-6 for hit in ranking.passages)
        assert all(hit.score <= 1.5 + 1e-6 for hit in ranking.sentences)
        assert all(0 <= hit.coverage <= 1 + 1e-6 for hit in ranking.sentences)


def test_the_embedded_document_of_the_builder_is_what_an_index_expects() -> None:
    """One row a sentence and a passage."""
    made = embedded(document("The boats left.\nNobody saw them."))
    assert made.vectors.shape == (3, 384)


@modest
@given(
    articles(MAIN, 8),
    st.lists(st.tuples(st.sampled_from(("add", "remove", "replace")), st.integers(0, 7))),
    st.sampled_from(QUESTIONS),
)
def test_a_snapshot_that_was_changed_finds_what_a_new_one_finds(
    pool: list[Document], steps: list[tuple[str, int]], question: str
) -> None:
    """Whatever was added, replaced and removed before, in whatever order; hits and scores alike."""
    index, there = Index(), dict[str, EmbeddedDocument]()
    for step, number in steps if pool else []:
        wanted = pool[number % len(pool)]
        if step == "remove":
            index = index.changed(removed=[wanted.id])
            there.pop(wanted.id, None)
            continue
        text = wanted.text if step == "add" else f"{wanted.text}\nThe tide turned."
        made = EmbeddedDocument(
            document=replace(wanted, text=text),
            segments=split(text),
            vectors=dense(split(text).texts(text)),
        )
        index = index.changed([made])
        there[wanted.id] = made
    scratch = Index(there.values())
    assert len(index) == len(there)
    assert [each.document for each in index.documents(EVERYTHING)] == [
        each.document for each in scratch.documents(EVERYTHING)
    ]
    if there:
        vector = dense([question])[0]
        mine = index.search(question, vector, EVERYTHING)
        anew = scratch.search(question, vector, EVERYTHING)
        assert mine.searched == anew.searched
        assert mine.missing == anew.missing
        assert [hit.score for hit in mine.sentences] == pytest.approx(
            [hit.score for hit in anew.sentences], abs=1e-5
        )
        assert {hit.text for hit in mine.sentences} == {hit.text for hit in anew.sentences}


def test_a_change_leaves_the_old_snapshot_as_it_was() -> None:
    """An answer that is being computed is not disturbed by a load."""
    first, second = document("The boats left."), document("The boats came back.")
    before = index_of(first)
    after = before.changed([embedded(second)], removed=[first.id])
    assert [each.document.id for each in before.documents(EVERYTHING)] == [first.id]
    assert [each.document.id for each in after.documents(EVERYTHING)] == [second.id]
