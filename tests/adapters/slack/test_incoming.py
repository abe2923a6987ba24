"""What Slack delivers, read: nothing is raised for any payload, and no word is lost."""

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.incoming import Message, links, message_of, typed
from tests.building import modest
from tests.doubles.slack.nouns import Channel, User
from tests.doubles.slack.typed import typed as marked_up

ME = "U0BOT"

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NAMES = (
    *("type", "subtype", "channel", "user", "ts", "text", "thread_ts", "channel_type", "hidden"),
    *("bot_id", "bot_profile", "files"),
)
_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>&@#"), max_size=20)
_marks = st.sampled_from(
    ("<", ">", "&", "|", "@", "#", "!", "<@", "<#", "<!", "<http://", "&amp;", "&lt;", "\n", ME)
)


@modest
@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(("message", "app_mention"))},
        optional={name: _json for name in _NAMES if name != "type"},
    )
    | st.dictionaries(st.sampled_from(_NAMES), _json)
)
def test_no_payload_raises(event: dict[str, Any]) -> None:
    """What is no message is none; what is one can be asked all that a message is asked."""
    message = message_of(event)
    if message is None:
        return
    assert (message.channel, message.user, message.ts) == (
        event["channel"],
        event["user"],
        event["ts"],
    )
    assert message.text == (event.get("text") if isinstance(event.get("text"), str) else "")
    assert message.key.startswith("slack:")
    assert message.conversation.startswith("slack:")
    assert message.mentions(ME) in {True, False}
    assert message.is_for_another(ME) in {True, False}
    assert all(isinstance(each, dict) for each in message.files)
    typed(message.text, ME)
    links(message.text)


def event(**changes: Any) -> dict[str, Any]:
    """Return an event of a message that a person wrote."""
    known = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.2", "text": "Hello."}
    return {**known, "channel_type": "channel", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "reaction_added"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": ["file_share"]},
        {"bot_id": "B1"},
        {"bot_profile": {"id": "B1"}},
        {"hidden": True},
        {"user": None},
        {"ts": 1.2},
        {"channel": {"id": "C1"}},
    ],
)
def test_what_no_person_wrote_is_no_message(changes: dict[str, Any]) -> None:
    """Nor what tells of a message that was there before."""
    assert message_of(event(**changes)) is None


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast"])
def test_what_a_person_wrote_is_a_message(subtype: str | None) -> None:
    """With its files, and in its thread."""
    file = {"id": "F1"}
    message = message_of(event(subtype=subtype, files=[file, "x"], thread_ts="1.1"))
    assert message == Message(
        channel="C1",
        user="U1",
        ts="1.2",
        text="Hello.",
        thread="1.1",
        direct=False,
        files=(file,),
    )


@pytest.mark.parametrize(
    ("changes", "conversation"),
    [
        ({}, "slack:C1/1.2"),
        ({"thread_ts": "1.1"}, "slack:C1/1.1"),
        ({"channel": "D1", "channel_type": "im"}, "slack:D1"),
        ({"channel": "D1", "channel_type": "im", "thread_ts": "1.1"}, "slack:D1/1.1"),
        ({"channel": "D1", "channel_type": None}, "slack:D1"),
    ],
)
def test_what_a_question_goes_on_from(changes: dict[str, Any], conversation: str) -> None:
    """A thread, or all that was written to Dateline alone."""
    message = message_of(event(**changes))
    assert message is not None
    assert message.conversation == conversation


@pytest.mark.parametrize("kind", ["message", "app_mention"])
def test_two_events_of_one_message_have_one_key(kind: str) -> None:
    """So that it is answered once."""
    message = message_of(event(type=kind, event_ts="9.9", client_msg_id=kind))
    assert message is not None
    assert message.key == "slack:C1/1.2"


@pytest.mark.parametrize(
    ("text", "mine", "another"),
    [
        (f"<@{ME}> who?", True, False),
        (f"  <@{ME}|dateline> who?", True, False),
        (f"Does <@{ME}> know?", True, False),
        ("<@U2> who?", False, True),
        (f"<@U2> ask <@{ME}>", True, True),
        ("Who is <@U2>?", False, False),
        ("<#C1> who?", False, False),
        (f"<@{ME}X> who?", False, True),
    ],
)
def test_to_whom_a_message_speaks(text: str, *, mine: bool, another: bool) -> None:
    """By whom it mentions, and by whom it begins with."""
    message = message_of(event(text=text))
    assert message is not None
    assert message.mentions(ME) is mine
    assert message.is_for_another(ME) is another


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"<@{ME}> who &amp; what?", "who & what?"),
        (f"<@{ME}|dateline>: who?", ": who?"),
        ("is <@U2|bob> in <#C1|news>?", "is @bob in #news?"),
        ("is <@U2> in <#C1>?", "is @U2 in #C1?"),
        ("<!here> <!subteam^S1|@desk> <!date^1^{date}|today>", "@desk today"),
        ("add <https://news.example/a?b=1&amp;c=2>", "add https://news.example/a?b=1&c=2"),
        ("add <http://news.example|news.example>", "add http://news.example"),
        ("<mailto:ann@news.example|ann@news.example>", "ann@news.example"),
        ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"),
        ("a < b > c", "a < b > c"),
        ("<@U2", "<@U2"),
        ("", ""),
    ],
)
def test_a_text_reads_as_it_was_typed(text: str, said: str) -> None:
    """Without the mention that only says to whom it speaks."""
    assert typed(text, ME) == said


@modest
@given(st.lists(_words, max_size=4).map(" ".join))
def test_no_word_is_lost(text: str) -> None:
    """However Slack marks up what stands beside it."""
    written = f"<@{ME}> {html.escape(text, quote=False)} <https://news.example/|news>"
    said = typed(written, ME)
    assert said == f"{text} https://news.example/".strip()


@modest
@given(st.lists(_words | _marks, max_size=12).map("".join))
def test_a_text_comes_back_as_somebody_typed_it(text: str) -> None:
    """Through the marks that Slack itself makes of it."""
    people = [User(id="U2", name="bob"), User(id=ME, name="dateline")]
    places = [Channel(id="C1", name="news", creator="U2")]
    sent, _ = marked_up(text, people, places)
    said = typed(sent)
    for word in re.findall(r"[a-zA-Z]{2,}", re.sub(r"<@\w*>?|https?://\S*|[@#]\w*", " ", text)):
        assert word in said


@modest
@given(st.lists(_words | _marks, max_size=12).map("".join))
def test_no_text_raises(text: str) -> None:
    """Whatever is marked up in it, and however badly."""
    typed(text)
    typed(text, ME)
    for each in links(text):
        assert each.startswith(("http://", "https://"))


def test_the_links_of_a_text() -> None:
    """Each once, as they are; nothing else is one."""
    text = (
        "<https://news.example/a?b=1&amp;c=2|here> <https://news.example/a?b=1&amp;c=2>"
        " <http://other.example> <mailto:ann@news.example|ann> <@U2> <#C1> https://bare.example"
    )
    assert links(text) == ("https://news.example/a?b=1&c=2", "http://other.example")
