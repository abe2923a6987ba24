"""A brief frozen for a channel: JSON that fits, and what is left of it without an article."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.embeds import Message
from adapters.discord.typesetting import DiscordTypesetter
from adapters.wording import CUT
from briefs.brief import Brief, Period, Point, Source
from briefs.model import Citation, Statement
from briefs.parts import Draft
from briefs.typesetting import Typesetter
from tests.adapters.discord.reading import check, read
from tests.briefing import UNTIL, briefs_of, cite, full
from tests.building import document, modest

SENTENCES = [f"The pilots counted {number} cranes at pier {number}." for number in range(1, 9)]
TYPESETTER: Typesetter = DiscordTypesetter()


def message_of(draft: Draft) -> Message:
    """Return a frozen message."""
    body: dict[str, Any] = json.loads(draft.body)
    assert set(body) == {"content", "embeds"}
    return Message(content=body["content"], embeds=tuple(body["embeds"]))


@pytest.fixture
def cranes() -> Brief:
    """Return a brief of eight points, each of a document of its own."""
    documents = [
        document(
            text,
            id=f"d{number}",
            title=f"Title {number}",
            outlet=f"Outlet {number}",
            url=f"https://a.example/{number}",
        )
        for number, text in enumerate(SENTENCES, start=1)
    ]
    points = [
        Point(story="Cranes", statement=Statement(citations=(cite(each, number),), origins=()))
        for number, each in enumerate(documents, start=1)
    ]
    return Brief(
        id="b1",
        title="Cranes",
        period=Period(since=None, until=UNTIL),
        documents=tuple(documents),
        points=tuple(points),
        sources=tuple(Source(document=each) for each in documents),
    )


CHANNEL = "discord:987"


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


def test_a_brief_is_frozen_with_what_is_remarked_before_it(cranes: Brief) -> None:
    """The same text every time, with the ids of all that it shows."""
    (draft,) = TYPESETTER.drafts(cranes, ["Late: by an hour."])
    message = message_of(draft)
    check([message])
    assert message.embeds[0]["description"] == "Late: by an hour."
    assert all(text in read([message]) for text in SENTENCES)
    assert set(draft.documents) == {each.id for each in cranes.documents}
    assert TYPESETTER.drafts(replace(cranes, elapsed_ms=9.0), ["Late: by an hour."]) == (draft,)


def test_parts_are_frozen_each_with_its_own_documents() -> None:
    """A removed article concerns only the parts that show it."""
    texts = [f"{'The pilots counted cranes there. ' * 40}Pier {number}." for number in range(9)]
    documents = [document(each, title=f"T{at}", outlet=f"O{at}") for at, each in enumerate(texts)]
    made = Brief(
        id="b1",
        title="Cranes",
        period=Period(since=None, until=UNTIL),
        points=tuple(
            Point(story="Piers", statement=Statement(citations=(cite(each, at + 1),), origins=()))
            for at, each in enumerate(documents)
        ),
    )
    drafts = TYPESETTER.drafts(made)
    check([message_of(each) for each in drafts])
    assert len(drafts) > 2
    assert drafts[0].documents == tuple(each.id for each in documents[: len(drafts[0].documents)])
    assert len(drafts[0].documents) < len(documents)


def test_what_was_removed_is_left_out(cranes: Brief) -> None:
    """It is said; what the message does not show cannot be left out of it."""
    (draft,) = TYPESETTER.drafts(cranes)
    found = TYPESETTER.without(draft.body, cranes, frozenset({"d3"}))
    assert found is not None
    said = read([message_of(found)])
    assert SENTENCES[2] not in said
    assert "Title 3" not in said
    assert SENTENCES[3] in said
    assert said.count(CUT) == 2
    assert "d3" not in found.documents
    assert set(found.documents) == {each.id for each in cranes.documents} - {"d3"}
    assert TYPESETTER.without(TYPESETTER.remark("Else.").body, cranes, frozenset({"d3"})) is None
    assert TYPESETTER.without(draft.body, cranes, frozenset({"elsewhere"})) is None


def test_a_link_that_is_signed_anew_hides_nothing(cranes: Brief) -> None:
    """The message is found by what it says, not by where its numbers lead."""
    (draft,) = DiscordTypesetter(Signed("https://a.example/d?until=1"), CHANNEL).drafts(cranes)
    later = DiscordTypesetter(Signed("https://a.example/d?until=2"), CHANNEL)
    found = later.without(draft.body, cranes, frozenset({"d3"}))
    assert found is not None
    assert SENTENCES[2] not in found.body
    assert SENTENCES[1] in found.body


def test_a_long_sentence_is_left_out_in_all_its_pieces() -> None:
    """Nothing of it stays in any part."""
    text = " ".join(f"word{number}" for number in range(900))
    source = document(text, id="long", title="Long", outlet="Herald")
    statement = Statement(citations=(cite(source),), origins=())
    made = replace(full(), points=(Point(story="Oil", statement=statement),))
    for draft in TYPESETTER.drafts(made):
        if "long" not in draft.documents:
            continue
        found = TYPESETTER.without(draft.body, made, frozenset({"long"}))
        assert found is not None
        assert not re.search(r"word\d", found.body)
        assert CUT in found.body


def test_a_title_of_what_was_removed_goes_too(cranes: Brief) -> None:
    """A brief may be named after an article."""
    made = replace(cranes, title="Title 3")
    (draft,) = TYPESETTER.drafts(made)
    found = TYPESETTER.without(draft.body, made, frozenset({"d3"}))
    assert found is not None
    assert "Title 3" not in found.body


@pytest.mark.slow
@modest
@given(briefs_of(), st.data())
@example(full(outlets=12), None)
def test_whatever_is_left_out_the_rest_fits(made: Brief, data: st.DataObject | None) -> None:
    """And shows nothing of it, or else there is no such message."""
    ids = [each.id for each in made.documents]
    gone = frozenset(ids[:1] if data is None else data.draw(st.sets(st.sampled_from([*ids, "-"]))))
    for draft in TYPESETTER.drafts(made):
        check([message_of(draft)])
        found = TYPESETTER.without(draft.body, made, gone)
        if found is not None:
            assert gone.isdisjoint(found.documents)
            assert set(found.documents) <= set(draft.documents)
            check([message_of(found)])
        elif gone.isdisjoint(draft.documents):
            assert TYPESETTER.without(draft.body, made, gone) is None


def test_a_sentence_of_ours_is_a_message() -> None:
    """With an embed, for the key that it is recognised by."""
    draft = TYPESETTER.remark("Nothing is new <@1>.")
    message = message_of(draft)
    check([message])
    assert read([message]).strip() == "Nothing is new <@1>."
    assert draft.documents == ()
    check([message_of(TYPESETTER.remark("Nothing is new. " * 900))])


def test_where_nothing_can_be_posted() -> None:
    """A channel is named by its number."""
    assert TYPESETTER.unpostable("discord:1185270114287464499") is None
    assert "is no channel of Discord" in (TYPESETTER.unpostable("discord:general") or "")
    assert "is no channel of Discord" in (TYPESETTER.unpostable("slack:C0123") or "")
