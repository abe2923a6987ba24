"""Which sentences say the same."""

import numpy as np
import pytest
from hypothesis import given

from briefs.agreement import (
    DIFFERENT_FIGURES,
    SAYS_THE_SAME,
    SHARED_DAY,
    SHARED_QUANTITY,
    WORDS,
    Said,
    likeness,
    said,
    says_the_same,
)
from briefs.figures import figures
from tests.building import modest, prose, vector_of


def flat(_: str) -> float:
    """Return the same rarity for every term."""
    return 2.0


def speaking(sentence: str) -> Said:
    """Return what a sentence says, with a vector that matches words."""
    return said(sentence, vector_of(sentence))


def bare(axis: int, figured: str = "", terms: str = "") -> Said:
    """Return a sentence whose vector, figures and words are chosen one by one."""
    vector = np.zeros(8, dtype=np.float32)
    vector[axis] = 1
    return Said(vector=vector, terms=frozenset(terms.split()), figures=figures(figured))


def test_sentences_with_nothing_in_common_are_not_alike() -> None:
    """The scale begins at 0."""
    assert likeness(bare(0), bare(1), flat) == 0


def test_the_cosine_counts_whole() -> None:
    """The same direction is worth 1."""
    assert likeness(bare(0), bare(0), flat) == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("43 trips", "43 trips", SHARED_QUANTITY),
        ("43 trips", "44 trips", DIFFERENT_FIGURES),
        ("43 trips", "43 boats", 0),
        ("on March 7", "on 7 March 2024", SHARED_DAY),
        ("on March 7", "on March 8", DIFFERENT_FIGURES),
        ("in March", "in March", 0),
        # one adjustment at most, the strongest
        ("43 trips on March 7", "43 trips on March 7", SHARED_QUANTITY),
        ("43 trips on March 7", "43 trips on March 8", DIFFERENT_FIGURES),
        ("43 trips on March 7", "44 trips on March 7", DIFFERENT_FIGURES),
        ("43 trips on March 7", "over 40 trips on March 7", SHARED_DAY),
    ],
)
def test_figures_bring_sentences_together_or_apart(one: str, other: str, score: float) -> None:
    """What differs counts before a shared quantity, and that before a shared day."""
    assert likeness(bare(0, one), bare(1, other), flat) == pytest.approx(score)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("boat net", "boat net", 1),
        ("boat net", "boat storm", 1 / 2),
        # of the shorter one's words: a long sentence may say more besides
        ("boat", "boat net storm tide", 1),
        ("boat", "net", 0),
        ("", "boat", 0),
        ("", "", 0),
    ],
)
def test_shared_words_count_as_a_share_of_the_shorter_sentence(
    one: str, other: str, share: float
) -> None:
    """By half."""
    score = likeness(bare(0, terms=one), bare(1, terms=other), flat)
    assert score == pytest.approx(WORDS * share)


def test_a_rare_shared_word_counts_more_than_a_common_one() -> None:
    """A name says more of what a sentence is about than "year"."""

    def rarity(term: str) -> float:
        return 9.0 if term == "gull" else 1.0

    one = bare(0, terms="gull year")
    assert likeness(one, bare(1, terms="gull boat"), rarity) == pytest.approx(WORDS * 9 / 10)
    assert likeness(one, bare(1, terms="year boat"), rarity) == pytest.approx(WORDS * 1 / 2)


def test_the_same_sentence_says_the_same() -> None:
    """Whoever prints it."""
    sentence = "The boats of Port Ella made 43 trips."
    assert says_the_same(speaking(sentence), speaking(sentence), flat)


def test_a_sentence_in_other_words_with_the_same_figure_says_the_same() -> None:
    """As far as the words that carry meaning overlap."""
    one = speaking("The boats of Port Ella made 43 trips in eight months.")
    other = speaking("In eight months, boats from Port Ella made 43 trips.")
    assert says_the_same(one, other, flat)


def test_the_same_words_with_another_figure_do_not_say_the_same() -> None:
    """16,000 boxes are not 10,000 boxes, however alike the sentences are."""
    one = speaking("Port Ella has sent 16,000 boxes of herring.")
    other = speaking("Port Ella has sent 10,000 boxes of herring.")
    with_the_same_figure = speaking("Port Ella sent at least 16,000 boxes, mostly of cod.")
    assert not says_the_same(one, other, flat)
    assert says_the_same(one, with_the_same_figure, flat)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("43 trips", "44 trips"),
        ("in 2016", "in 2017"),
        ("on March 7", "on March 8"),
        ("$2,000", "$3,000"),
        ("three of the bridge's nine pillars", "four of the pillars"),
        # though another figure agrees
        ("three of the nine pillars", "four of the nine pillars"),
        ("12 boats made 43 trips", "12 boats made 45 trips"),
        ("43 trips on March 7", "44 trips on March 7"),
        ("43 trips on March 7", "43 trips on March 8"),
    ],
)
def test_nothing_outweighs_figures_that_differ(one: str, other: str) -> None:
    """Not even the very same vector and the very same words."""
    assert not says_the_same(bare(0, one, "boat"), bare(0, other, "boat"), flat)
    assert says_the_same(bare(0, one, "boat"), bare(0, one, "boat"), flat)


@modest
@given(prose(), prose())
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    """Which sentence comes first does not matter."""
    score = likeness(speaking(one), speaking(other), flat)
    assert score == likeness(speaking(other), speaking(one), flat)
    assert -1 + DIFFERENT_FIGURES <= score <= 1 + WORDS + SHARED_QUANTITY + 1e-6
    assert says_the_same(speaking(one), speaking(other), flat) == (score >= SAYS_THE_SAME)
