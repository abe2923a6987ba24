"""Source text on one line, without what steers a program or turns its direction."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from adapters.wording import plain
from tests.building import modest

_STEERING = {"Cc", "Cf", "Cs", "Co"}


@modest
@given(st.text(max_size=200))
def test_nothing_that_steers_is_left(text: str) -> None:
    """And nothing else is lost but white space, which becomes single spaces."""
    found = plain(text)
    assert found == " ".join(found.split())
    assert not [
        each
        for each in found
        if unicodedata.category(each) in _STEERING and each not in "\u200c\u200d"
    ]
    visible = [
        each
        for each in text
        if not each.isspace()
        and unicodedata.category(each) not in _STEERING
        and not 0xFDD0 <= ord(each) <= 0xFDEF
        and ord(each) & 0xFFFE != 0xFFFE
    ]
    assert [each for each in found if each not in " \u200c\u200d"] == visible


def test_lines_become_one_and_joiners_stay() -> None:
    """Directions, byte order marks and controls go."""
    assert plain("  a\n\tb \u202egnp.exe\ufeff\x00 c\u200dd ") == "a b gnp.exe c\u200dd"
