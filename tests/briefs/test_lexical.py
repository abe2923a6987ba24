"""Words, stems, and the inverted index over them."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from briefs.lexical import BM25_B, BM25_K1, STOP_WORDS, Postings, content_words, stem, terms
from tests.building import HOSTILE, modest, prose

VOCABULARY = ("boat", "net", "harbour", "storm", "tide")
ROWS = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=8), min_size=1, max_size=8)
# "gull" is in no row.
QUERY = st.lists(st.sampled_from((*VOCABULARY, "gull")), max_size=6)


def everything(rows: int) -> NDArray[np.bool_]:
    """Return a mask that shows every row."""
    return np.ones(rows, dtype=np.bool_)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The boats have left the harbour", ["boats", "left", "harbour"]),
        ("U.S. and D.P.R.K.", ["us", "dprk"]),
        ("It gave it to the boats", ["gave", "boats"]),
        ("The US and IT", ["us", "it"]),
        ("Russia's boats don’t leave", ["russia", "boats", "don", "leave"]),
        ("4.8 million, 2,000 and 2,000,000", ["4.8", "million", "2000", "2000000"]),
        ("1,5 is no thousand, 12,3456 neither", ["1,5", "thousand", "12,3456", "neither"]),
        ("state-owned and well_known", ["state", "owned", "well", "known"]),
        ("Café ÉCOLE naïve", ["café", "école", "naïve"]),
        ("a b c", []),
        ("é 他走了", ["é", "他走了"]),
        ("", []),
        ("?! … — “”", []),
    ],
)
def test_words_that_carry_meaning_are_kept(text: str, words: list[str]) -> None:
    """In small letters, initialisms and numbers as one word each, pronouns apart from countries."""
    assert content_words(text) == words


def test_no_word_that_says_nothing_is_kept() -> None:
    """Every stop word is left out, in small letters and at the start of a sentence."""
    for word in STOP_WORDS:
        assert content_words(f"{word} {word.capitalize()}") == []


def test_forms_of_a_word_have_one_stem() -> None:
    """So that a question finds them all."""
    assert len({stem(word) for word in ("ship", "ships", "shipped", "shipping")}) == 1
    assert terms("Ships were shipping ships") == [stem("ship")] * 3
    assert stem("shop") != stem("ship")


@modest
@given(prose(), prose())
def test_the_terms_of_two_texts_are_those_of_the_one_and_of_the_other(one: str, other: str) -> None:
    """A word is read the same wherever it stands."""
    assert terms(f"{one} {other}") == terms(one) + terms(other)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_long_hostile_text_is_read_within_seconds(text: str) -> None:
    """The time grows with the length, not with its square."""
    assert len(terms(text)) <= len(text)


def okapi(rows: list[list[str]], query: list[str], row: int, visible: NDArray[np.bool_]) -> float:
    """Return BM25 as the formula is printed, with a logarithm that is never negative."""
    shown = [each for each, seen in zip(rows, visible, strict=True) if seen]
    mean = max(sum(map(len, shown)) / len(shown), 1.0)
    score = 0.0
    for term in set(query):
        holding = sum(1 for each in shown if term in each)
        rarity = math.log(1 + (len(shown) - holding + 0.5) / (holding + 0.5))
        count = rows[row].count(term)
        length = BM25_K1 * (1 - BM25_B + BM25_B * len(rows[row]) / mean)
        score += rarity * count * (BM25_K1 + 1) / (count + length)
    return score


@modest
@given(ROWS, QUERY, st.randoms(use_true_random=False))
def test_bm25_is_the_formula_over_the_visible_rows(
    rows: list[list[str]], query: list[str], random: Random
) -> None:
    """Repetitions in the question do not count; a row that cannot be seen scores nothing."""
    visible = np.array([random.random() < 0.7 for _ in rows], dtype=np.bool_)
    scores = Postings(rows).bm25(query, visible)
    for row, seen in enumerate(visible):
        expected = okapi(rows, query, row, visible) if seen else 0.0
        assert scores[row] == pytest.approx(expected, rel=1e-5, abs=1e-6)


@modest
@given(ROWS, ROWS, QUERY)
def test_a_row_that_cannot_be_seen_changes_nothing(
    shown: list[list[str]], hidden: list[list[str]], query: list[str]
) -> None:
    """Scores, coverage and rarity are to the last bit those of the visible rows alone."""
    # Hidden rows before, between and after the visible ones.
    rows: list[list[str]] = []
    flags: list[bool] = []
    for number in range(max(len(shown), len(hidden))):
        for source, flag in ((hidden, False), (shown, True)):
            if number < len(source):
                rows.append(source[number])
                flags.append(flag)
    visible = np.array(flags, dtype=np.bool_)
    both, alone = Postings(rows), Postings(shown)
    whole = everything(len(shown))

    assert both.bm25(query, visible)[visible].tolist() == alone.bm25(query, whole).tolist()
    assert both.coverage(query, visible)[visible].tolist() == alone.coverage(query, whole).tolist()
    assert not both.bm25(query, visible)[~visible].any()
    assert not both.coverage(query, visible)[~visible].any()
    for term in (*VOCABULARY, "gull"):
        assert both.rarity(term, visible) == alone.rarity(term, whole)
        assert both.holds(term, visible) == alone.holds(term, whole)


@modest
@given(ROWS, QUERY)
def test_coverage_is_the_share_of_the_questions_rarity(
    rows: list[list[str]], query: list[str]
) -> None:
    """From 0 for none of its terms to 1 for all of them, each counted once."""
    visible = everything(len(rows))
    postings = Postings(rows)
    asked = set(query)
    for row, covered in zip(rows, postings.coverage(query, visible), strict=True):
        held = sum(postings.rarity(term, visible) for term in asked & set(row))
        whole = sum(postings.rarity(term, visible) for term in asked)
        assert covered == pytest.approx(held / whole if whole else 0.0, rel=1e-5)


def test_a_rarer_term_weighs_more() -> None:
    """And one that nobody has weighs the most."""
    postings = Postings([["boat", "net"], ["boat"], ["boat"]])
    visible = everything(3)
    weights = [postings.rarity(term, visible) for term in ("boat", "net", "gull")]
    assert weights == sorted(set(weights))
    assert weights[0] > 0


def test_whether_a_term_is_held_depends_on_what_can_be_seen() -> None:
    """What only a hidden row has is in no visible one."""
    postings = Postings([["boat"], ["net"]])
    assert postings.holds("net", everything(2))
    assert not postings.holds("net", np.array([True, False]))
    assert not postings.holds("gull", everything(2))


@pytest.mark.parametrize("rows", [[], [[]], [[], []]])
def test_rows_without_terms_score_nothing(rows: list[list[str]]) -> None:
    """An empty index can be asked, too."""
    postings = Postings(rows)
    visible = everything(len(rows))
    assert postings.bm25(["boat"], visible).tolist() == [0.0] * len(rows)
    assert postings.coverage(["boat"], visible).tolist() == [0.0] * len(rows)
    assert not postings.holds("boat", visible)
