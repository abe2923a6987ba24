"""A question becomes an answer of exact, cited sentences, or a reason why there is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.answering import LONGEST_QUESTION, RELEVANT, checked_question
from briefs.errors import UsageError
from briefs.model import MAIN, Answer, Citation, Document, Relation, Scope, Searched
from briefs.ranking import ranked
from briefs.refusing import NEAREST
from briefs.splitting import split
from tests.building import EVERYTHING, HOSTILE, ask, document, index_of, modest, prose, vector_of

QUESTION = "How many trips did the boats of Port Ella make?"
RADIO = document(
    "Boats at sea\n"
    "The boats of Port Ella made 43 trips, according to the Harbour Institute. It rained.",
    title="At sea",
    outlet="Port Radio",
)
POST = document(
    "In eight months, boats of Port Ella made 43 trips. Nobody counted them.",
    title="Trips",
    outlet="Sea Post",
)
OTHER = document("A storm closed the harbour. It was cold.", title="Storm", outlet="Storm Watch")
SECRET = document(
    "The boats of Port Ella made 44 trips to the gulls.", title="Secret", collection="secret"
)

SENTENCES = (
    "The boats of Port Ella made 43 trips.",
    "Boats of Port Ella made 43 trips, Ann Roe said.",
    "The boats of Port Ella made 44 trips.",
    "A storm closed the harbour on March 7.",
    "Nobody saw the boats of Port Ella.",
    "The boats and their trips",
)
QUESTIONS = (QUESTION, "Who closed the harbour?", "What did the gulls eat?", SENTENCES[0])


def libraries() -> st.SearchStrategy[list[Document]]:
    """Return a strategy for documents in two collections that have much in common."""
    lines = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map("\n".join)
    outlets = st.sampled_from((None, "Port Radio", "Sea Post"))
    collections = st.sampled_from((MAIN, "secret"))
    return st.lists(
        st.builds(
            lambda text, outlet, collection: document(text, outlet=outlet, collection=collection),
            lines,
            outlets,
            collections,
        ),
        max_size=6,
        unique_by=lambda each: each.id,
    )


def quoted(citations: tuple[Citation, ...]) -> list[str]:
    """Return the quotes of citations."""
    return [citation.quote for citation in citations]


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("???", "no word"),
        ("— “…”", "no word"),
        ("Who left?\udcff", "not valid Unicode"),
        ("a" * (LONGEST_QUESTION + 1), "20,001 characters"),
    ],
)
def test_what_is_no_question_is_refused_with_the_reason(question: str, problem: str) -> None:
    """It is the asker's to mend: wrong usage."""
    with pytest.raises(UsageError, match=problem) as caught:
        checked_question(question)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("question", ["Who left?", "43", "谁走了？", "a" * LONGEST_QUESTION])
def test_a_question_stays_as_it_was_asked_without_the_white_space_around_it(question: str) -> None:
    """In any language, and in figures."""
    assert checked_question(f" \n{question}\t") == question


def test_a_statement_is_a_sentence_with_all_who_say_the_same() -> None:
    """One sentence of each document, the best first, and who they have it from."""
    found = ask(QUESTION, RADIO, POST, OTHER)
    assert found.answered
    assert found.reason is None
    assert found.nearest == ()
    first = found.statements[0]
    assert quoted(first.citations) == [
        "In eight months, boats of Port Ella made 43 trips.",
        "The boats of Port Ella made 43 trips, according to the Harbour Institute.",
    ]
    assert first.text == first.citations[0].quote
    assert [citation.document for citation in first.citations] == [POST, RADIO]
    assert first.outlets == ("Sea Post", "Port Radio")
    assert first.origins == ("Harbour Institute",)
    assert found.searched == Searched(documents=3, passages=3, loaded=3)


def test_sentences_whose_figures_differ_are_statements_of_their_own() -> None:
    """43 trips and 44 trips are not the same."""
    found = ask("How many trips did the boats of Port Ella make to the gulls?", RADIO, SECRET)
    assert all(len(each.citations) == 1 for each in found.statements)
    (figure,) = found.differences
    assert figure.relation is Relation.DIFFER
    assert {value.text for value in figure.values} == {"43 trips", "44 trips"}


def test_the_sentences_of_one_document_do_not_bear_each_other_out() -> None:
    """An outlet that repeats itself is one voice."""
    twice = document("Boats of Port Ella made 43 trips.\nThe boats of Port Ella made 43 trips.")
    found = ask(QUESTION, twice, POST)
    assert [citation.document for citation in found.statements[0].citations] == [twice, POST]
    assert len(found.statements) == 1


def test_a_heading_is_never_quoted() -> None:
    """Even where it is the very question."""
    found = ask("Boats at sea", RADIO, min_confidence=0)
    assert "Boats at sea" not in quoted(found.citations)


def test_a_sentence_far_worse_than_the_best_is_no_further_statement() -> None:
    """What is hardly about the question is left out."""
    found = ask("Who closed the harbour?", OTHER, POST)
    assert [each.text for each in found.statements] == ["A storm closed the harbour."]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_is_said_than_was_asked_for(most: int) -> None:
    """The best statements remain."""
    documents = [
        document(f"The boats of Port Ella made {number} trips.", outlet=f"Outlet {number}")
        for number in (43, 44, 45, 46)
    ]
    whole = ask(QUESTION, *documents, max_statements=4)
    found = ask(QUESTION, *documents, max_statements=most)
    assert len(whole.statements) == 4
    assert found.statements == whole.statements[:most]


def test_a_question_that_nothing_answers_is_refused_with_what_came_closest() -> None:
    """The reason says how much was looked through, and which words nobody has."""
    found = ask("Which gulls ate the herring of Port Ella?", RADIO, POST, OTHER)
    assert not found.answered
    assert found.citations == ()
    assert found.reason == (
        "None of the 3 articles here answers this or mentions “gulls” or “ate” or “herring”."
    )
    assert [citation.number for citation in found.nearest] == [1, 2, 3]
    assert len({citation.document.id for citation in found.nearest}) == 3
    assert found.confidence < 0.48


def test_no_more_than_a_few_come_closest() -> None:
    """The best sentence of each of the best documents."""
    documents = [document(f"A boat of Port Ella, number {number}.") for number in range(9)]
    found = ask("Which gulls ate the boat?", *documents, min_confidence=1.0)
    assert len(found.nearest) == NEAREST


@pytest.mark.parametrize(
    ("question", "documents", "reason"),
    [
        (
            "Who left?",
            [],
            "No article is loaded here to answer from. An admin can load some: source add PATH.",
        ),
        ("gulls", [OTHER], "The one article here does not answer this, nor mention “gulls”."),
        (
            "boats",
            [OTHER, RADIO],
            "None of the 2 articles here comes close enough to this question to answer it.",
        ),
        (
            "storm",
            [OTHER],
            "The one article here does not come close enough to this question to answer it.",
        ),
        (
            "Did Jo of the U.S. pay 2,500 to İzmir?",
            [OTHER],
            (
                "The one article here does not answer this, nor mention “Jo” or “U.S.” or “pay” or "
                "“2,500”."
            ),
        ),
        (
            "gulls, bats, crabs, eels and seals",
            [OTHER, RADIO],
            (
                "None of the 2 articles here answers this or mentions “gulls” or “bats” or “crabs” "
                "or “eels”."
            ),
        ),
    ],
)
def test_a_reason_is_one_sentence_for_a_person(
    question: str, documents: list[Document], reason: str
) -> None:
    """It names a few missing words, as they were asked."""
    assert ask(question, *documents, min_confidence=1.1).reason == reason


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (
            Scope(outlet="Nobody"),
            (
                "No article here is of an outlet with “Nobody” in its name. There are: Port Radio, "
                "Sea Post."
            ),
        ),
        (
            Scope(since=date(2024, 1, 1)),
            (
                "No article here was published since 2024-01-01. The dates there are: 2023-05-02; "
                "1 without a date."
            ),
        ),
        (
            Scope(outlet="radio", until=date(2024, 1, 1)),
            "No article here of radio was published until 2024-01-01. It has no date.",
        ),
        (
            Scope(since=date(2020, 1, 1), until=date(2020, 2, 1)),
            (
                "No article here was published from 2020-01-01 to 2020-02-01. The dates there are: "
                "2023-05-02; 1 without a date."
            ),
        ),
    ],
)
def test_a_reason_names_what_there_is_when_the_filters_left_nothing(
    scope: Scope, reason: str
) -> None:
    """Articles are loaded, but none of that outlet and of those dates."""
    dated = document(POST.text, title="Trips", outlet="Sea Post", published=date(2023, 5, 2))
    assert ask(QUESTION, RADIO, dated, scope=scope).reason == reason


def test_a_reason_tells_nothing_of_what_the_place_may_not_see() -> None:
    """Neither how many documents there are, nor which words they have."""
    question = "What did the gulls of Port Ella eat?"
    here = Scope(collections=frozenset({MAIN}))
    with_secret = ask(question, RADIO, OTHER, SECRET, scope=here, min_confidence=0.9)
    assert with_secret == ask(question, RADIO, OTHER, scope=here, min_confidence=0.9)
    assert (
        with_secret.reason
        == "None of the 2 articles here answers this or mentions “gulls” or “eat”."
    )


def test_an_article_in_a_collection_that_is_not_seen_is_not_loaded_here() -> None:
    """The reason is the one of an empty library."""
    assert ask(QUESTION, SECRET, scope=Scope()) == ask(QUESTION, scope=Scope())


def test_an_answer_needs_the_confidence_that_was_asked_for() -> None:
    """From exactly that confidence on, a question is answered."""
    confidence = ask(QUESTION, RADIO, POST).confidence
    assert ask(QUESTION, RADIO, POST, min_confidence=confidence).answered
    assert not ask(QUESTION, RADIO, POST, min_confidence=confidence + 1e-6).answered


def test_confidence_grows_with_how_much_of_the_question_is_found() -> None:
    """An article's own sentence is answered with certainty, another question is not."""
    sure = ask("In eight months, boats of Port Ella made 43 trips.", POST).confidence
    partly = ask("Who counted the boats?", POST).confidence
    unsure = ask("What do gulls eat?", POST).confidence
    assert sure > partly > unsure
    assert sure > 0.9
    assert unsure < 0.01


def checked(found: Answer, documents: list[Document], scope: Scope) -> None:
    """Assert what holds for every answer."""
    assert 0 <= found.confidence <= 1
    assert found.answered == (found.reason is None)
    assert not (found.answered and found.nearest)
    assert [each.number for each in found.citations] == list(range(1, len(found.citations) + 1))
    stated = [cite for said in found.statements for cite in said.citations]
    assert list(found.citations[: len(stated)]) == stated
    for value in (value for figure in found.differences for value in figure.values):
        assert set(value.citations) <= set(found.citations)
        assert value.text in value.citations[0].quote
    for statement in found.statements:
        cited = [cite.document.id for cite in statement.citations]
        assert cited
        assert len(cited) == len(set(cited))
        assert len(set(statement.origins)) == len(statement.origins)
    nearest = [cite.document.id for cite in found.nearest]
    assert len(nearest) == len(set(nearest)) <= NEAREST
    for cite in (*found.citations, *found.nearest):
        assert cite.document in documents
        assert scope.admits(cite.document)
        assert cite.quote == cite.document.text[cite.start : cite.end]
        spans = {
            (cut.start, cut.end) for cut in split(cite.document.text).sentences if not cut.heading
        }
        assert (cite.start, cite.end) in spans
    admitted = [each for each in documents if scope.admits(each)]
    assert found.searched.documents == len(admitted)


@modest
@given(libraries(), st.sampled_from(QUESTIONS), st.sampled_from((0.0, 0.3, 0.6, 1.0)))
def test_every_answer_is_made_of_numbered_exact_sentences(
    documents: list[Document], question: str, confidence: float
) -> None:
    """Numbers from 1 without a gap, each quote a whole sentence of what may be seen."""
    scope = Scope(collections=frozenset({MAIN}))
    found = ask(question, *documents, scope=scope, min_confidence=confidence)
    checked(found, documents, scope)
    if found.answered:
        assert found.confidence >= confidence


@modest
@given(st.lists(prose(), max_size=4, unique=True), prose())
def test_whatever_was_loaded_and_asked_is_answered_or_refused(
    articles: list[str], question: str
) -> None:
    """No text and no question makes it fail."""
    documents = [document(text) for text in articles]
    checked(ask(question, *documents, min_confidence=0.0), documents, EVERYTHING)


@modest
@given(libraries(), st.sampled_from(QUESTIONS))
def test_what_a_place_may_not_see_changes_nothing_of_its_answer(
    documents: list[Document], question: str
) -> None:
    """Statements, citations, origins, confidence, counts and reasons are the same without it."""
    scope = Scope(collections=frozenset({MAIN}))
    visible = [each for each in documents if scope.admits(each)]
    assert ask(question, *documents, scope=scope) == ask(question, *visible, scope=scope)


@modest
@given(libraries(), st.sampled_from(QUESTIONS))
def test_the_order_of_loading_does_not_change_an_answer(
    documents: list[Document], question: str
) -> None:
    """The same library and question give the same answer."""
    assert ask(question, *documents) == ask(question, *reversed(documents))


@modest
@given(libraries(), st.sampled_from(QUESTIONS))
def test_further_statements_are_nearly_as_good_as_the_first(
    documents: list[Document], question: str
) -> None:
    """By the score of the sentence that is shown."""
    found = ask(question, *documents)
    ranking = ranked(index_of(*documents).search(question, vector_of(question), EVERYTHING))
    scores = {(hit.document.id, hit.sentence.start): hit.score for hit in ranking.sentences}
    shown = [each.citations[0] for each in found.statements]
    for cite in shown:
        assert scores[cite.document.id, cite.start] >= ranking.sentences[0].score - RELEVANT


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["names", "speakers", "sentences", "numbers", "months"])
def test_a_long_hostile_article_is_asked_within_seconds(name: str) -> None:
    """All the way from its text to an answer."""
    hostile = document(HOSTILE[name] + f" The boats of Port Ella made 43 trips.\n{name} end.")
    found = ask(QUESTION, hostile, POST, min_confidence=0.0)
    assert found.answered
