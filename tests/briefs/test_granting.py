"""What a channel may see."""

from briefs.granting import Grant, Grants

GRANTS = Grants(channels={"slack:C1": Grant(collections=frozenset({"sea", "main"}))})


def test_a_channel_sees_what_it_was_granted_and_others_main_alone() -> None:
    """A direct message, too; the operator's own sees everything."""
    assert GRANTS.collections("slack:C1") == frozenset({"sea", "main"})
    assert GRANTS.collections("slack:D1") == frozenset({"main"})
    assert GRANTS.collections("terminal:briefs.txt") is None


def test_a_place_is_a_channel_and_who_types_in_it() -> None:
    """It sees what the channel sees, whoever types."""
    place = GRANTS.place("slack:C2", person="slack:U1", admin=True, thread="slack:C2/1")
    assert place.sees("main")
    assert not place.sees("sea")
    assert (place.admin, place.manages, place.thread) == (True, False, "slack:C2/1")
