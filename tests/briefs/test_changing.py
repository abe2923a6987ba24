"""What is different since the last brief of a channel."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.brief import Change, ChangeKind
from briefs.changing import MOST, Stale, Told, changes, is_told
from briefs.differing import Stating, compared
from briefs.gathering import Fact, Gathered, gathered
from briefs.model import Document, Figure
from tests.building import document, embedded, modest, prose


def flat(_: str) -> float:
    """Return the same rarity for every term."""
    return 2.0


def sentences(*articles: Document) -> list[Gathered]:
    """Return every sentence of some articles."""
    return gathered(embedded(each) for each in articles)


def fact(*members: Gathered) -> Fact:
    """Return a fact of some sentences."""
    return Fact(members=members, origins=())


def facts(*texts: str, outlets: str = "XYZ") -> list[Fact]:
    """Return one fact, as outlets X, Y, Z give it, each its text."""
    articles = [document(each, outlet=outlets[at]) for at, each in enumerate(texts)]
    return [fact(*sentences(*articles))]


def points(*texts: str, origins: tuple[str, ...] = ()) -> list[Told]:
    """Return points that an earlier brief showed, of each outlet A, B, C its text."""
    articles = [document(each, outlet=chr(65 + at)) for at, each in enumerate(texts)]
    return [
        Told(
            citation=each.citation,
            said=each.said,
            outlets=(each.document.publisher,),
            origins=origins,
        )
        for each in sentences(*articles)
    ]


def changed(
    stated: Sequence[Fact], told: Sequence[Told], stale: Sequence[Stale] = ()
) -> list[tuple[str, str]]:
    """Return changes as their kind and their text."""
    return [(each.kind.value, each.text) for each in changes(stated, [], told, [], stale, flat)]


def figures(*articles: Document) -> tuple[Figure, ...]:
    """Return what some articles count."""
    return compared(
        [Stating(citation=each.citation, said=each.said) for each in sentences(*articles)], flat
    )


TRIPS = "The boats of Port Ella made 43 trips to the northern banks."
MORE = "The boats of Port Ella made 50 trips to the northern banks."
RAIN = "A heavy rain closed the old school of Moss."


def test_without_a_history_nothing_is_new() -> None:
    """All of it is: the brief says so elsewhere."""
    assert changed(facts(TRIPS), []) == []


def test_what_no_brief_told_is_new() -> None:
    """In the words of the fact's first sentence, with everyone who says it."""
    (change,) = changes(facts(RAIN, RAIN), [], points(TRIPS), [], [], flat)
    assert (change.kind, change.text) == (ChangeKind.NEW, RAIN)
    assert [each.document.outlet for each in change.citations] in (["X", "Y"], ["Y", "X"])


def test_what_was_told_of_the_same_outlet_is_no_change() -> None:
    """Whoever wrote it again."""
    assert changed(facts(TRIPS, outlets="A"), points(TRIPS)) == []


def test_what_another_outlet_says_now_is_corroborated() -> None:
    """In its own words."""
    text = TRIPS.replace("The boats", "Boats")
    assert changed(facts(text), points(TRIPS)) == [("corroborated", text)]


def test_what_another_origin_says_now_is_corroborated() -> None:
    """Though the outlet is the same."""
    text = f"Ann Roe said {TRIPS[0].lower()}{TRIPS[1:]}"
    stated = facts(text, outlets="A")
    assert changed(stated, points(TRIPS, origins=("Tom Dale",))) == [("corroborated", text)]
    assert changed(stated, points(TRIPS, origins=("Roe",))) == []


def test_every_brief_that_told_it_counts() -> None:
    """Outlets come one by one."""
    assert changed(facts(TRIPS, outlets="B"), points(TRIPS, TRIPS)) == []


def test_a_reprint_corroborates_nothing() -> None:
    """It is the same article in another place."""
    told = points(TRIPS)
    again = document(TRIPS, outlet="X", reprint_of=told[0].citation.document.id)
    assert changed([fact(*sentences(again))], told) == []


def test_another_value_for_the_same_thing_is_a_changed_figure() -> None:
    """And not a new fact beside."""
    assert changed(facts(MORE), points(TRIPS)) == [("figure", MORE)]


@pytest.mark.parametrize("now", ["44 boats carried 9 crates", "43 boats carried 8 crates"])
def test_one_figure_of_several_is_enough(now: str) -> None:
    """A correction leaves the rest as it was: words, place, and the other figures."""
    told = points("43 boats carried 9 crates of fish to Norland.")
    text = f"{now} of fish to Norland."
    for outlet in ("A", "Z"):
        assert changed(facts(text, outlets=outlet), told) == [("figure", text)]


def test_another_value_for_another_thing_is_new() -> None:
    """The trips of one harbour are not the boats of another."""
    text = "The bank of Norland sold 50 houses to the council."
    assert changed(facts(text), points(TRIPS)) == [("new", text)]


def test_a_figure_that_was_shown_and_has_another_value_now_has_changed() -> None:
    """Though no point told it."""
    one, other = document(TRIPS, outlet="A"), document(TRIPS + " Yes.", outlet="B")
    later = document(MORE, outlet="C")
    before, after = figures(one, other), figures(one, other, later)
    found = changes([], after, points(RAIN), before, [], flat)
    assert [(each.kind, each.text) for each in found] == [(ChangeKind.FIGURE, MORE)]
    assert changes([], before, points(RAIN), before, [], flat) == ()
    assert changes([], after, points(RAIN), after, [], flat) == ()


def test_a_value_that_a_correction_put_in_the_place_of_another_has_changed() -> None:
    """At the very same characters of the article: 50 is as long as 43."""
    stays = document(TRIPS + " Yes.", outlet="A")
    first = document(TRIPS, outlet="B", source="/b.md")
    second = document(MORE, outlet="B", source="/b.md", revision=2)
    before, after = figures(stays, first), figures(stays, second)
    found = changes([], after, points(RAIN), before, [], flat)
    assert [(each.kind, each.text) for each in found] == [(ChangeKind.FIGURE, MORE)]


def test_a_sentence_that_a_correction_only_moved_is_no_change() -> None:
    """The brief showed it, where it stood before."""
    stays, other = document(TRIPS, outlet="A"), document(TRIPS + " Yes.", outlet="B")
    moved = document(f"This article was corrected. {MORE}", outlet="C", source="/c.md", revision=2)
    first = document(MORE, outlet="C", source="/c.md")
    (shown,) = sentences(first)
    told = Told(citation=shown.citation, said=shown.said, outlets=("C",), origins=())
    after = figures(stays, other, moved)
    assert changes([], after, [told], figures(stays, other), [], flat) == ()


def test_corrections_come_first_the_withdrawn_before_the_updated() -> None:
    """Then figures, what is corroborated, what is new."""
    gone, newer = document("A.", title="Gone"), document("B.", title="Newer")
    stale = [
        Stale(document=newer, kind=ChangeKind.UPDATED),
        Stale(document=gone, kind=ChangeKind.WITHDRAWN),
        Stale(document=gone, kind=ChangeKind.UPDATED),
    ]
    hill = "The hill of Dale was sold to the church."
    stated = [*facts(RAIN), *facts(hill), *facts(MORE)]
    found = changed(stated, points(TRIPS, hill), stale)
    assert found == [
        ("withdrawn", "Gone"),
        ("updated", "Newer"),
        ("figure", MORE),
        ("corroborated", hill),
        ("new", RAIN),
    ]


def test_a_correction_names_its_document() -> None:
    """Its title, and nothing that is quoted."""
    gone = document("A.", title="Gone")
    stale = [Stale(document=gone, kind=ChangeKind.WITHDRAWN)]
    (change,) = changes([], [], points(RAIN), [], stale, flat)
    assert change == Change(kind=ChangeKind.WITHDRAWN, text="Gone", documents=(gone,))


def test_of_too_many_those_that_most_outlets_carry_are_kept() -> None:
    """Corrections beside them."""
    stated = [each for at in range(30) for each in facts(f"Word{at}a word{at}b word{at}c.")]
    carried = "Rain fell on the hill of Dale."
    found = changed([*stated, *facts(carried, carried)], points(TRIPS))
    assert len(found) == MOST
    assert found[0] == ("new", carried)


def test_a_point_that_told_a_fact_is_found() -> None:
    """The one that is the most alike."""
    told = points(RAIN, TRIPS)
    found = is_told(facts(TRIPS)[0], told, flat)
    assert found is not None
    assert found.citation.quote == TRIPS
    assert is_told(facts(MORE)[0], told, flat) is None
    assert is_told(facts(TRIPS)[0], [], flat) is None


_TEXTS = st.lists(
    st.sampled_from([TRIPS, MORE, RAIN, "Ann Roe said it rained in Dale.", "It was dark."]),
    max_size=5,
)


@modest
@given(_TEXTS, _TEXTS, st.integers())
def test_the_order_of_what_comes_in_does_not_matter(
    now: list[str], then: list[str], seed: int
) -> None:
    """The same changes."""
    stated = [each for at, text in enumerate(now) for each in facts(text, outlets="XYZUV"[at])]
    told = points(*then)
    expected = changes(stated, [], told, [], [], flat)
    shuffler = random.Random(seed)  # noqa: S311 - which order it is matters to nobody
    shuffler.shuffle(stated)
    shuffler.shuffle(told)
    assert changes(stated, [], told, [], [], flat) == expected


@modest
@given(st.lists(prose(), max_size=3), st.lists(prose(), max_size=3))
def test_everything_is_an_exact_sentence(now: list[str], then: list[str]) -> None:
    """Whatever the text is; and what was told before is no news."""
    stated = [fact(each) for each in sentences(*(document(text, outlet="X") for text in now))]
    told = points(*then)
    for each in changes(stated, [], told, [], [], flat):
        assert each.text == each.citations[0].quote
        assert (
            each.text
            == each.citations[0].document.text[each.citations[0].start : each.citations[0].end]
        )
    again = [
        Told(
            citation=each.first.citation,
            said=each.first.said,
            outlets=("X",),
            origins=("somebody",),
        )
        for each in stated
    ]
    kinds = {each.kind for each in changes(stated, [], again, [], [], flat)}
    assert kinds <= {ChangeKind.CORROBORATED}


@pytest.mark.parametrize("text", ["", "43", "—", "A\x00b.", "他走了。"])
def test_odd_texts_are_no_trouble(text: str) -> None:
    """Nor is none at all."""
    stated = [fact(each) for each in sentences(document(text, outlet="X"))]
    changes(stated, [], points(text, TRIPS), [], [], flat)
