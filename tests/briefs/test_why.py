"""Why a sentence is in a brief, or why it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.building import composed, document, modest, prose

TRIPS = "The boats of Port Ella made 43 trips to the northern banks of Lake Mora."
TRIPS_TOO = "Boats of Port Ella made 43 trips to the northern banks of Lake Mora, records show."
ROE = "Mayor Anna Roe opened the new library of Kelm before hundreds of cheering pupils."
HANGING = "She said that the northern banks of Lake Mora were closed to boats of Port Ella."


def test_a_point_is_said_to_be_one() -> None:
    """With its rank, its group and every gate passed."""
    found = composed(document(TRIPS, outlet="A"), document(ROE, outlet="B")).why("43 trips")
    assert found.shown
    assert found.citation is not None
    assert found.citation.quote == TRIPS
    assert (found.rank, len(found.group)) in {(1, 1), (2, 1)}
    assert all(gate.passed for gate in found.gates)


def test_who_stands_behind_a_point_is_said_to() -> None:
    """Whichever of the two is shown."""
    brief = composed(document(TRIPS, outlet="A"), document(TRIPS_TOO, outlet="B"))
    answers = {brief.why(TRIPS).text, brief.why(TRIPS_TOO).text}
    assert "It is point 1 of the brief." in answers
    assert any("stands behind point 1" in each for each in answers)


def test_a_sentence_that_hangs_failed_that_gate() -> None:
    """In words."""
    found = composed(document(f"{TRIPS}\n{HANGING}")).why(HANGING)
    assert not found.shown
    failed = [gate.text for gate in found.gates if not gate.passed]
    assert failed
    assert failed[0].startswith("It hangs on")


def test_a_sentence_for_which_there_was_no_room_is_told_its_place() -> None:
    """Among all facts."""
    brief = composed(document(f"{TRIPS}\n{ROE}"), max_points=1)
    found = [brief.why(each) for each in (TRIPS, ROE)]
    (left,) = [each for each in found if not each.shown]
    assert "room for 1" in left.text


@pytest.mark.parametrize("typed", ["", "  ", "…"])
def test_nothing_typed_is_said_to_be_nothing(typed: str) -> None:
    """With what to type."""
    assert "nothing to look for" in composed(document(TRIPS)).why(typed).text


def test_what_no_article_says_is_said_to_be_missing() -> None:
    """No sentence stands for it."""
    found = composed(document(TRIPS)).why("the price of gold is falling")
    assert (found.shown, found.citation) == (False, None)
    assert "No article of this brief says so" in found.text


def test_what_is_off_the_topic_is_said_to_be() -> None:
    """Its article may still be about it."""
    found = composed(document(TRIPS), document(ROE), topic="library of Kelm").why(TRIPS)
    assert not found.shown
    assert "nothing about “library of Kelm”" in found.text


@modest
@given(st.lists(prose(), max_size=3), prose())
def test_anything_typed_is_answered(found: list[str], typed: str) -> None:
    """Also what is no sentence."""
    brief = composed(*(document(text, outlet=str(at)) for at, text in enumerate(found)))
    for text in (typed, *brief.brief.notes, *(each.statement.text for each in brief.brief.points)):
        why = brief.why(text)
        assert why.text
        assert why.shown == (why.rank is not None)
    for rank, each in enumerate(brief.choice.chosen, start=1):
        tale = brief.tales[each.tale]
        why = brief.why(tale.gathered[tale.groups[each.group][0]].text)
        assert why.shown
        assert rank >= 1
