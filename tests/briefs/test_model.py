"""The nouns of the newsroom."""

from dataclasses import FrozenInstanceError, fields
from datetime import date, datetime

import numpy as np
import pytest

from briefs.model import (
    MAIN,
    Answer,
    Citation,
    Document,
    Passage,
    Published,
    Scope,
    Searched,
    Segments,
    Sentence,
    Stated,
    Statement,
    concatenated,
)
from tests.building import document

TEXT = "The boats left. Nobody saw them."


def cited(number: int, outlet: str | None = None, title: str = "Untitled") -> Citation:
    """Return a citation of the first sentence of a document."""
    return Citation(
        number=number, document=document(TEXT, outlet=outlet, title=title), start=0, end=15
    )


def test_a_quote_is_the_exact_span_of_its_document() -> None:
    """It is not stored, so that it cannot drift from the article."""
    citation = Citation(number=1, document=document(TEXT), start=4, end=9)
    assert citation.quote == "boats"
    assert not any(field.name == "quote" for field in fields(Citation))


def test_a_statement_is_its_first_citations_quote() -> None:
    """The other citations say the same in their own words."""
    other = Citation(number=2, document=document(TEXT), start=16, end=len(TEXT))
    assert Statement(citations=(cited(1), other), origins=()).text == "The boats left."


def test_outlets_are_counted_once_in_their_order() -> None:
    """Two articles of one outlet are one voice."""
    said = Statement(
        citations=(cited(1, "Port Radio"), cited(2, "Sea Post"), cited(3, "Port Radio")), origins=()
    )
    assert said.outlets == ("Port Radio", "Sea Post")


def test_documents_of_an_unknown_outlet_count_one_by_one() -> None:
    """Each is shown by its title: nothing says that they are of the same outlet."""
    said = Statement(citations=(cited(1, title="One"), cited(2, title="Two")), origins=())
    assert said.outlets == ("One", "Two")


def reprinted(number: int, outlet: str, *, of: str | None = None, **facts: str) -> Citation:
    """Return a citation of a document that repeats another one, if it does."""
    made = document(TEXT, outlet=outlet, reprint_of=of, **facts)
    return Citation(number=number, document=made, start=0, end=15)


def test_a_text_and_its_reprints_count_as_one_outlet() -> None:
    """Who printed it again is no second witness; the first that is cited is named."""
    first = reprinted(1, "Wire", id="first")
    again = reprinted(2, "Port Radio", of="first")
    other = reprinted(3, "Sea Post", id="other")
    assert Statement(citations=(first, again, other), origins=()).outlets == ("Wire", "Sea Post")
    assert Statement(citations=(again, other, first), origins=()).outlets == (
        "Port Radio",
        "Sea Post",
    )


def test_two_reprints_count_once_without_what_they_repeat() -> None:
    """That may be in no citation, or removed."""
    citations = reprinted(1, "Port Radio", of="first"), reprinted(2, "Sea Post", of="first")
    assert Statement(citations=citations, origins=()).outlets == ("Port Radio",)


def test_an_outlet_that_also_reprints_counts_for_its_own_text() -> None:
    """The reprint adds nothing, its own article does, and only once."""
    said = Statement(
        citations=(
            reprinted(1, "Wire", id="first"),
            reprinted(2, "Port Radio", of="first"),
            reprinted(3, "Port Radio", id="own"),
            reprinted(4, "Wire", id="second"),
        ),
        origins=(),
    )
    assert said.outlets == ("Wire", "Port Radio")


def test_a_document_shares_its_copy_with_its_reprints_alone() -> None:
    """Whichever of them one looks at."""
    first = document(TEXT, id="first")
    assert first.copy == "first"
    assert document(TEXT, id="again", reprint_of="first").copy == first.copy
    assert document(TEXT, id="other").copy == "other"


def test_what_is_said_last_beats_what_was_said_before() -> None:
    """Fact by fact; what is not said now stays as it was said before."""
    before = Stated(title="T", outlet="O", author="A", published=date(2020, 1, 1))
    assert Stated().over(before) == before
    assert before.over(Stated()) == before
    assert Stated(title="New", published=date(2024, 11, 22)).over(before) == Stated(
        title="New", outlet="O", author="A", published=date(2024, 11, 22)
    )


def test_an_answers_citations_come_in_the_order_of_their_numbers() -> None:
    """Each once, however many statements it stands behind."""
    answer = Answer(
        question="?",
        confidence=1,
        searched=Searched(documents=1, passages=1),
        statements=(
            Statement(citations=(cited(3), cited(1)), origins=()),
            Statement(citations=(cited(2), cited(3)), origins=()),
        ),
    )
    assert [citation.number for citation in answer.citations] == [1, 2, 3]


def test_an_answer_without_a_statement_is_none() -> None:
    """It says why instead."""
    searched = Searched(documents=0, passages=0)
    assert not Answer(question="?", confidence=0, searched=searched, reason="why").answered
    said = Statement(citations=(cited(1),), origins=())
    assert Answer(question="?", confidence=0, searched=searched, statements=(said,)).answered


def test_two_answers_are_equal_however_long_they_took() -> None:
    """The same inputs give the same answer."""
    searched = Searched(documents=0, passages=0)
    quick, slow = (
        Answer(question="?", confidence=0, searched=searched, elapsed_ms=took) for took in (1, 9)
    )
    assert quick == slow


def test_texts_are_embedded_sentences_first_then_passages() -> None:
    """The order in which the rows of their vectors are kept."""
    segments = Segments(
        sentences=(Sentence(start=0, end=15), Sentence(start=16, end=len(TEXT))),
        passages=(Passage(start=0, end=len(TEXT), first=0, last=2),),
    )
    assert segments.texts(TEXT) == ["The boats left.", "Nobody saw them.", TEXT]


def test_a_value_cannot_be_changed() -> None:
    """What two threads look at stays what it is."""
    made = document(TEXT)
    with pytest.raises(FrozenInstanceError):
        made.text = "Another text."  # type: ignore[misc]


def admitted(scope: Scope, **facts: object) -> bool:
    """Say whether a scope admits a document of such facts."""
    made: Document = document(TEXT, **facts)
    return scope.admits(made)


def test_a_scope_sees_main_unless_it_says_otherwise() -> None:
    """A collection is seen only where it was granted."""
    assert admitted(Scope(), collection=MAIN)
    assert not admitted(Scope(), collection="secret")
    assert admitted(Scope(collections=frozenset({"secret"})), collection="secret")
    assert not admitted(Scope(collections=frozenset({"secret"})), collection=MAIN)
    assert not admitted(Scope(collections=frozenset()), collection=MAIN)
    assert admitted(Scope(collections=None), collection="secret")


@pytest.mark.parametrize(
    ("asked", "outlet", "title", "admits"),
    [
        ("Port Radio", "Port Radio", "T", True),
        ("port radio", "PORT RADIO", "T", True),
        ("radio", "Port Radio", "T", True),
        ("Port Radio", "Radio", "T", False),
        ("Sea Post", "Port Radio", "T", False),
        # a document of an unknown outlet goes by its title
        ("boats", None, "The boats", True),
        ("boats", "Port Radio", "The boats", False),
    ],
)
def test_a_part_of_an_outlets_name_is_enough(
    asked: str,
    outlet: str | None,
    title: str,
    admits: bool,  # noqa: FBT001 - what is expected
) -> None:
    """Without regard to case."""
    assert admitted(Scope(outlet=asked), outlet=outlet, title=title) is admits


DAY = date(2024, 11, 22)
# 23:30 in New York is the next day in UTC, and 00:30 in Seoul is the day before.
LATE = datetime.fromisoformat("2024-11-22T23:30:00-05:00")
EARLY = datetime.fromisoformat("2024-11-22T00:30:00+09:00")
LOCAL = datetime.fromisoformat("2024-11-22T11:36:00")


@pytest.mark.parametrize("published", [DAY, LATE, EARLY, LOCAL])
def test_dates_are_compared_by_the_day_that_the_source_printed(published: Published) -> None:
    """Both ends of a period are in it, whatever the precision and the zone."""
    before, after = date(2024, 11, 21), date(2024, 11, 23)
    assert admitted(Scope(since=DAY, until=DAY), published=published)
    assert admitted(Scope(since=before), published=published)
    assert admitted(Scope(until=after), published=published)
    assert not admitted(Scope(since=after), published=published)
    assert not admitted(Scope(until=before), published=published)


@pytest.mark.parametrize("scope", [Scope(since=DAY), Scope(until=DAY)])
def test_a_period_leaves_out_documents_without_a_date(scope: Scope) -> None:
    """Nothing says that they are of it."""
    assert not admitted(scope, published=None)
    assert admitted(Scope(), published=None)


def test_all_filters_of_a_scope_hold_at_once() -> None:
    """What fails one of them is not looked at."""
    scope = Scope(outlet="Radio", since=DAY)
    assert admitted(scope, outlet="Port Radio", published=DAY)
    assert not admitted(scope, outlet="Port Radio", published=date(2024, 11, 21))
    assert not admitted(scope, outlet="Sea Post", published=DAY)
    assert not admitted(scope, outlet="Port Radio", published=DAY, collection="secret")


def test_matrices_are_put_together_row_by_row() -> None:
    """In their order, as float32; none of them make a matrix of no rows."""
    one, other = np.ones((1, 3), dtype=np.float32), np.zeros((2, 3), dtype=np.float32)
    whole = concatenated([one, other], 3)
    assert whole.dtype == np.float32
    assert whole.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert concatenated([], 3).shape == (0, 3)
