"""A brief without what removed articles said: nothing of theirs stays, everything of others."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from briefs.brief import Brief, Change, ChangeKind, Point, Source
from briefs.model import Citation, Context, Figure, Relation, Statement, Value
from briefs.withholding import without
from tests.briefing import brief, briefs_of, cite, full, texts_of
from tests.building import document, modest

ANN = document("The boats left at noon. Ann saw it.", id="ann", title="Boats leave", outlet="Ann")
BOB = document("At noon the boats left. Bob said so.", id="bob", title="Noon", outlet="Bob")
BOTH = (cite(ANN, 1, "The boats left at noon."), cite(BOB, 2, "At noon the boats left."))


def told(*citations: Citation, story: str = "Boats", context: Context | None = None) -> Point:
    """Return a point."""
    statement = Statement(citations=citations, origins=("the port",), context=context)
    return Point(story=story, statement=statement)


def test_of_a_brief_of_which_nothing_was_removed_everything_stays() -> None:
    """It is the same."""
    made = full()
    assert without(made, frozenset()) is made
    assert without(made, {"nobody"}) == made


def test_what_others_say_too_is_shown_in_their_words() -> None:
    """The next one who says it is quoted, without the context of the one before."""
    context = Context(document=ANN, start=0, end=9)
    made = brief(documents=(ANN, BOB), points=(told(*BOTH, context=context),))
    (point,) = without(made, {"ann"}).points
    assert point.statement.citations == BOTH[1:]
    assert point.statement.text == "At noon the boats left."
    assert point.statement.context is None
    (point,) = without(made, {"bob"}).points
    assert point.statement.context == context


def test_what_nobody_else_says_is_gone() -> None:
    """With the article itself, and what it alone says."""
    made = brief(
        documents=(ANN, BOB),
        points=(told(BOTH[0]), told(BOTH[1])),
        sources=(Source(document=ANN, only_here=(cite(ANN, 3, "Ann saw it."),)),),
    )
    rest = without(made, {"ann"})
    assert rest.points == (told(BOTH[1]),)
    assert rest.documents == (BOB,)
    assert rest.sources == ()
    assert rest.id == made.id


def test_a_title_of_a_removed_article_gives_way_to_what_is_told_first() -> None:
    """Of the brief and of the story; a title of our own stays."""
    made = brief(
        title="Boats leave", documents=(ANN, BOB), points=(told(*BOTH, story="Boats leave"),)
    )
    rest = without(made, {"ann"})
    assert rest.title == "At noon the boats left."
    assert rest.points[0].story == "At noon the boats left."
    assert without(replace(made, title="2 stories"), {"ann"}).title == "2 stories"
    assert without(made, {"bob"}).title == "Boats leave"
    assert without(made, {"ann", "bob"}).title == "Brief"


def test_values_that_only_one_is_left_to_give_do_not_differ() -> None:
    """A difference needs two values, an agreement one."""

    def value(citation: Citation, text: str) -> Value:
        return Value(
            text=text, number=None, unit=None, bound=None, as_of=None, citations=(citation,)
        )

    values = (value(BOTH[0], "noon"), value(BOTH[1], "noon"))
    figures = tuple(
        Figure(subject="boats", relation=each, values=values)
        for each in (Relation.DIFFER, Relation.SERIES, Relation.AGREE)
    )
    rest = without(brief(documents=(ANN, BOB), figures=figures), {"ann"})
    assert [each.relation for each in rest.figures] == [Relation.AGREE]
    assert rest.figures[0].values == values[1:]


def test_that_an_article_was_withdrawn_is_still_told() -> None:
    """It names the article and quotes nothing; that it was updated does not matter any more."""
    changes = (
        Change(kind=ChangeKind.WITHDRAWN, text=ANN.title, documents=(ANN,)),
        Change(kind=ChangeKind.UPDATED, text=ANN.title, documents=(ANN,)),
        Change(kind=ChangeKind.NEW, text=BOTH[0].quote, citations=BOTH),
        Change(kind=ChangeKind.NEW, text=BOTH[0].quote, citations=BOTH[:1]),
    )
    rest = without(brief(documents=(ANN, BOB), changes=changes), {"ann"})
    assert [(each.kind, each.text) for each in rest.changes] == [
        (ChangeKind.WITHDRAWN, "Boats leave"),
        (ChangeKind.NEW, "At noon the boats left."),
    ]


@modest
@given(made=briefs_of(), picked=st.sets(st.integers(0, 3)))
def test_whatever_is_removed_nothing_of_it_is_cited(made: Brief, picked: set[int]) -> None:
    """In no part; all that stays has somebody who says it."""
    known = sorted({each.document.id for each in made.citations})
    removed = {each for number, each in enumerate(known) if number in picked}
    rest = without(made, removed)
    assert not removed & {each.document.id for each in rest.citations}
    assert {each.id for each in rest.documents} == {
        each.id for each in made.documents if each.id not in removed
    }
    assert all(each.statement.citations for each in rest.points)
    assert all(value.citations for figure in rest.figures for value in figure.values)
    assert all(each.citations for each in rest.origins) or not removed
    assert without(rest, removed) == rest


def test_of_a_full_brief_no_word_of_a_removed_article_stays() -> None:
    """Not even where it stood as a text of its own."""
    made = full()
    last = made.documents[-1]
    said = "Reported by outlet 3."
    assert said in {each.quote for each in made.citations}
    rest = without(made, {last.id})
    assert not any(said in each for each in texts_of(rest))
    assert rest.points
    assert rest.figures
