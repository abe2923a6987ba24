"""A brief for a channel of Slack: parts that fit, without what was removed."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack.blocks import Message
from adapters.slack.typesetting import SlackTypesetter
from adapters.wording import CUT
from briefs.brief import Brief
from briefs.model import Citation
from briefs.parts import Draft
from tests.adapters.slack.checking import check, seen, squeezed
from tests.adapters.slack.saying import HOSTILE
from tests.adapters.slack.test_briefs import of_points
from tests.briefing import briefs_of, full
from tests.building import modest

QUOTES = [f"The pilots counted {number} cranes at pier {number}." for number in range(1, 9)]


def read(draft: Draft) -> Message:
    """Return the message that a draft holds."""
    body = json.loads(draft.body)
    return Message(text=body["text"], blocks=tuple(body["blocks"]), documents=draft.documents)


CHANNEL = "slack:C0123"


class Signed:
    """Links that lead to one place, whatever is cited."""

    def __init__(self, url: str) -> None:
        """Take where they lead."""
        self._url = url

    def cited(self, citation: Citation, channel: str) -> str | None:
        """Return where they lead, in the one channel."""
        del citation
        return self._url if channel == CHANNEL else None

    def brief(self, brief: str, channel: str) -> str | None:
        """Return where they lead, with the brief's id."""
        return f"{self._url}&brief={brief}" if channel == CHANNEL else None


def test_drafts_are_messages_that_fit() -> None:
    """The same brief gives the same bytes; each part names what it shows."""
    made = of_points(*(quote * 20 for quote in QUOTES * 5))
    drafts = SlackTypesetter().drafts(made, ["Late: by an hour."])
    assert drafts == SlackTypesetter().drafts(made, ["Late: by an hour."])
    assert len(drafts) > 1
    check([read(each) for each in drafts])
    assert {each for draft in drafts for each in draft.documents} == {
        each.id for each in made.documents
    }
    check([read(SlackTypesetter().remark("Nothing is *new* <!here>."))])


def test_what_was_removed_is_left_out() -> None:
    """It is said; what the message does not show cannot be left out of it."""
    typesetter = SlackTypesetter()
    made = of_points(*QUOTES)
    (draft,) = typesetter.drafts(made)
    found = typesetter.without(draft.body, made, frozenset({"d3"}))
    assert found is not None
    check([read(found)])
    shown = seen(read(found).blocks)
    assert squeezed(QUOTES[2]) not in shown
    assert QUOTES[2] not in read(found).text
    assert "article3" not in shown
    assert squeezed(QUOTES[3]) in shown
    assert shown.count(squeezed(CUT)) == 2
    assert "d3" not in found.documents
    assert typesetter.without(typesetter.remark("Else.").body, made, frozenset({"d3"})) is None
    again = typesetter.without(found.body, made, frozenset({"d5"}))
    assert again is not None
    assert squeezed(QUOTES[4]) not in seen(read(again).blocks)
    assert squeezed(QUOTES[3]) in seen(read(again).blocks)


def test_links_that_lead_elsewhere_by_now_hide_nothing() -> None:
    """A signed link changes; what it belongs to is found all the same."""
    made = of_points(*QUOTES)
    (draft,) = SlackTypesetter(Signed("https://d.example/?signed=1"), CHANNEL).drafts(made)
    later = SlackTypesetter(Signed("https://d.example/?signed=2"), CHANNEL)
    found = later.without(draft.body, made, frozenset({"d3"}))
    assert found is not None
    assert "article3" not in seen(read(found).blocks)


def test_a_heading_that_names_what_is_removed_goes_too() -> None:
    """A brief is called by a story, and a story by the title of an article."""
    made = of_points(*QUOTES)
    named = replace(made, title=made.documents[2].title)
    (draft,) = SlackTypesetter().drafts(named)
    found = SlackTypesetter().without(draft.body, named, frozenset({"d3"}))
    assert found is not None
    assert made.documents[2].title not in found.body


def test_every_part_of_a_full_brief_can_be_cut() -> None:
    """No quote, number or title of a removed article is left."""
    made = full()
    removed = made.documents[1]
    typesetter = SlackTypesetter()
    for draft in typesetter.drafts(made):
        found = typesetter.without(draft.body, made, frozenset({removed.id}))
        assert found is not None
        gone = {each.number for each in made.citations if each.document.id == removed.id}
        assert not any(f"[{number}]" in found.body for number in gone)
        assert removed.title not in found.body


@pytest.mark.slow
@modest
@example(of_points(*HOSTILE), 2)
@given(briefs_of(most=3), st.integers(0, 2))
def test_what_is_cut_shows_nothing_of_what_was_removed(made: Brief, which: int) -> None:
    """Whatever sources wrote: a part without an article still fits, and names it no more."""
    typesetter = SlackTypesetter()
    removed = frozenset(each.id for each in made.documents[which : which + 1])
    for draft in typesetter.drafts(made):
        found = typesetter.without(draft.body, made, removed)
        if found is not None:
            check([read(found)])
            assert removed.isdisjoint(found.documents)


@pytest.mark.parametrize(
    ("channel", "postable"),
    [
        ("slack:C0123456789", True),
        ("slack:G0123", True),
        ("slack:D0123", True),
        ("slack:U0123", False),
        ("slack:general", False),
        ("discord:123", False),
        ("slack:C01\n", False),
    ],
)
def test_where_nothing_can_be_posted(channel: str, *, postable: bool) -> None:
    """What is no channel by its id."""
    why = SlackTypesetter().unpostable(channel)
    assert (why is None) == postable
