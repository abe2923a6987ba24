"""What a button says when it is pressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import names
from tests.building import modest


@modest
@given(st.text(max_size=60))
def test_a_name_is_read_as_it_was_written(value: str) -> None:
    """Whatever the value, a colon in it too."""
    assert names.parsed(names.custom_id(names.SOURCES, value)) == (names.SOURCES, value)


@pytest.mark.parametrize("name", ["", "sources:1", "dateline:", "dateline:S:1", "other:yes:1"])
def test_a_button_of_somebody_else_is_none_of_ours(name: str) -> None:
    """Another bot's message can be pressed too."""
    assert names.parsed(name) is None


@pytest.mark.parametrize(("action", "value"), [("yes", "x" * 90), ("Yes", "1"), ("", "1")])
def test_what_cannot_be_a_name_is_a_defect(action: str, value: str) -> None:
    """Discord would refuse the whole message."""
    with pytest.raises(ValueError, match="cannot be the name"):
        names.custom_id(action, value)
