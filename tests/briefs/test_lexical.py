"""Words, stems, and the inverted index over them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from briefs.lexical import STOP_WORDS, content_words, stem, terms
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
