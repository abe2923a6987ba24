"""Posting on Slack: at its pace, once each, found again by the key, and what its errors mean."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from adapters import persisting
from adapters.persisting import Unpostable, key_of
from adapters.slack import posting
from adapters.slack.blocks import Message
from adapters.slack.errors import outcome_of
from adapters.slack.posting import EVENT, Pace, Poster, Posts, SlackMessenger, Where
from briefs.outcomes import (
    Absent,
    Failed,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    Refused,
    Sent,
    Unknown,
    Unreadable,
)
from briefs.parts import Part
from tests.adapters.slack.conftest import AWAY, BOB, NEWS, ZOE, connection
from tests.doubles.slack import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    SlackDouble,
    Slow,
)

HERE = Where(channel=NEWS)
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Hello."}}]
QUIET = 0.05
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for longer than it takes to see the order of things."""
    monkeypatch.setattr(posting, "LIMITS", Limits(timeout_seconds=0.2))
    monkeypatch.setattr(persisting, "_LOOK_AFTER", 0.01)
    monkeypatch.setattr(Limits, "quiet", timedelta(seconds=QUIET))
    monkeypatch.setattr(posting, "asyncio", SimpleNamespace(sleep=_nap))
    monkeypatch.setattr(persisting, "asyncio", SimpleNamespace(sleep=_nap))


@pytest.fixture
def client(slack: SlackDouble) -> AsyncWebClient:
    """Return a client of the workspace."""
    made = connection(slack).client()
    made.timeout = 1
    return made


@pytest.fixture
def posts(slack: SlackDouble, client: AsyncWebClient) -> Posts:
    """Return what posts, as fast as it can."""
    return Posts(client, slack.team_url, Pace(0.0))


def message(text: str = "Hello.") -> Message:
    """Return a message."""
    return Message(text=text, blocks=({**BLOCKS[0], "block_id": "one"},))


def keys(slack: SlackDouble) -> list[str]:
    """Return the keys of what was posted, in its order."""
    return [each.metadata["event_payload"]["key"] for each in slack.posts() if each.metadata]


async def test_a_channel_takes_a_burst_and_then_one_message_a_while() -> None:
    """Those who wait go in turn; another channel has a pace of its own."""
    pace = Pace(0.05, burst=3)
    began = time.monotonic()
    went: list[tuple[int, float]] = []

    async def go(number: int) -> None:
        await pace.turn("C1")
        went.append((number, time.monotonic() - began))

    await asyncio.gather(*(go(number) for number in range(6)))
    assert [number for number, _ in went] == list(range(6))
    assert went[2][1] < 0.04
    for number, at in went[3:]:
        assert at >= 0.05 * (number - 2) - 0.005
    began = time.monotonic()
    await pace.turn("C2")
    assert time.monotonic() - began < 0.04


async def test_a_channel_rests_as_long_as_slack_asks_for() -> None:
    """No longer, and no burst follows."""
    pace = Pace(0.1, burst=3)
    pace.hold("C1", 0.2)
    assert 0.15 < pace.wait("C1") <= 0.2
    assert pace.wait("C2") == 0
    began = time.monotonic()
    await pace.turn("C1")
    assert 0.19 < time.monotonic() - began < 0.29
    await pace.turn("C1")
    assert time.monotonic() - began > 0.29


async def test_the_pace_of_many_channels_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was used last is remembered."""
    monkeypatch.setattr(posting, "_CHANNELS", 3)
    pace = Pace(10.0, burst=1)
    for number in range(9):
        await pace.turn(f"C{number}")
    assert len(pace._free) == 3
    assert pace.wait("C8") > 9


def test_a_key_is_short_and_its_own() -> None:
    """And the same for the same name, in any process."""
    assert key_of("slack:C1/1.2/0") == "f5c251d4826c3645c75169ae5"
    assert len({key_of(f"slack:C1/1.2/{number}") for number in range(100)}) == 100


async def test_a_message_is_posted_with_its_key_and_previews_nothing(
    slack: SlackDouble, posts: Posts
) -> None:
    """A link leads to it; and it is found by its key."""
    sent = await posts.post(HERE, "Hello.", BLOCKS, "k1")
    (post,) = slack.posts(NEWS)
    link = f"https://team.example/archives/{NEWS}/p{post.ts.replace('.', '')}"
    assert sent == Sent(remote_id=post.ts, link=link)
    assert post.metadata == {"event_type": EVENT, "event_payload": {"key": "k1"}}
    (call,) = slack.called("chat.postMessage")
    for name in ("unfurl_links", "unfurl_media", "link_names"):
        assert not call.arguments[name]
    assert call.arguments["parse"] == "none"
    assert await posts.find(HERE, "k1", LONG_AGO) == Found(remote_id=post.ts, link=link)
    assert await posts.find(HERE, "k2", LONG_AGO) == Absent()


async def test_a_message_is_found_behind_many_others(
    slack: SlackDouble, posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the channel and in a thread; what others wrote with the same words is not it."""
    monkeypatch.setattr(posting, "_PAGE", 5)
    root = slack.said(NEWS, "A thread.", user=ZOE)
    thread = Where(channel=NEWS, thread=root.ts)
    sent = await posts.post(HERE, "Hello.", BLOCKS, "k1")
    within = await posts.post(thread, "Hello.", BLOCKS, "k2")
    for number in range(12):
        slack.said(NEWS, f"k1 k2 {number}", user=BOB)
        slack.said(NEWS, f"k1 k2 {number}", user=BOB, thread_ts=root.ts)
    assert isinstance(sent, Sent)
    assert isinstance(within, Sent)
    found = await posts.find(HERE, "k1", LONG_AGO)
    assert isinstance(found, Found)
    assert found.remote_id == sent.remote_id
    assert len(slack.called("conversations.history")) == 3
    # A reply stands in its thread, not in the channel.
    assert await posts.find(HERE, "k2", LONG_AGO) == Absent()
    assert await posts.find(thread, "k1", LONG_AGO) == Absent()
    found = await posts.find(thread, "k2", LONG_AGO)
    assert isinstance(found, Found)
    assert found.remote_id == within.remote_id
    # Only what came since is looked through.
    calls = len(slack.calls)
    assert await posts.find(HERE, "k1", datetime.now(UTC) + timedelta(minutes=1)) == Absent()
    assert len(slack.calls) == calls + 1


async def test_more_than_can_be_looked_through_is_no_proof(
    slack: SlackDouble, posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not seen to be absent may be there."""
    monkeypatch.setattr(posting, "_PAGE", 2)
    monkeypatch.setattr(posting, "_PAGES", 2)
    for number in range(6):
        slack.said(NEWS, f"{number}", user=BOB)
    assert isinstance(await posts.find(HERE, "k1", LONG_AGO), NotNow)


async def test_metadata_of_other_apps_is_no_key(slack: SlackDouble, posts: Posts) -> None:
    """Whatever its form is."""
    for metadata in (
        {"event_type": "other", "event_payload": {"key": "k1"}},
        {"event_type": EVENT, "event_payload": {"key": ["k1"]}},
        {"event_type": EVENT, "event_payload": {}},
        {"event_type": EVENT},
    ):
        said = slack.said(NEWS, "Hello.", user=BOB)
        said.metadata = metadata
    assert await posts.find(HERE, "k1", LONG_AGO) == Absent()


@pytest.mark.parametrize(
    ("fault", "outcome", "looked"),
    [
        (RateLimited(7), Refused(retry_after=7, reason="Slack asks to wait"), NotNow),
        (ApiError("ratelimited"), Refused(retry_after=30, reason="Slack asks to wait"), NotNow),
        # Reading once more is done by aiohttp itself, posting once more is not.
        (LostReply(), Unknown, Found),
        (LostRequest(), Unknown, Absent),
        (Slow(1.3), Unknown, NotNow),
        (ServerError(500), Unknown, NotNow),
        (ServerError(503), Unknown, NotNow),
        (ApiError("internal_error"), Unknown, NotNow),
        (ApiError("service_unavailable"), Unknown, NotNow),
        (ApiError("channel_not_found"), Failed, Unreadable),
        (ApiError("not_in_channel"), Failed, Unreadable),
        (ApiError("is_archived"), Failed, Unreadable),
        (ApiError("token_revoked"), Failed, Unreadable),
        (ApiError("missing_scope", {"needed": "groups:history"}), Failed, Unreadable),
        (ApiError("some_error_of_tomorrow"), Failed, Unreadable),
    ],
)
async def test_what_slacks_errors_mean(
    slack: SlackDouble, posts: Posts, fault: Any, outcome: Any, looked: type[LookOutcome]
) -> None:
    """Nothing is certain but what Slack says in so many words; and nothing is raised."""
    slack.fault("chat.postMessage", fault)
    found = await posts.post(HERE, "Hello.", BLOCKS, "k1")
    if isinstance(outcome, type):
        assert isinstance(found, outcome)
    else:
        assert found == outcome
    if isinstance(found, Failed):
        assert found.permanent
    if not isinstance(found, Sent):
        assert found.reason
        assert "http" not in found.reason
    slack.fault("conversations.history", fault)
    seen = await posts.find(HERE, "k1", LONG_AGO)
    assert isinstance(seen, looked)


async def test_what_needs_a_scope_names_it(slack: SlackDouble, posts: Posts) -> None:
    """And how to get it."""
    slack.scopes.discard("chat:write")
    failed = await posts.post(HERE, "Hello.", BLOCKS, "k1")
    assert isinstance(failed, Failed)
    assert "chat:write" in failed.reason
    assert "docs/slack-manifest.yaml" in failed.reason


async def test_a_server_that_is_not_there_has_posted_nothing(slack: SlackDouble) -> None:
    """So that the message may be posted again at once."""
    client = connection(slack, api_url="http://127.0.0.1:9/api/").client()
    outcome = await Posts(client, slack.team_url, Pace(0.0)).post(HERE, "Hello.", BLOCKS, "k1")
    assert outcome == Failed(reason="Slack cannot be reached", permanent=False)


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientPayloadError("x"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ContentTypeError(None, ()),  # type: ignore[arg-type]
        TimeoutError(),
        ConnectionResetError(),
        SlackRequestError("x"),
        SlackApiError("x", {}),  # type: ignore[no-untyped-call]
        SlackApiError("x", {"ok": False}),  # type: ignore[no-untyped-call]
    ],
)
def test_what_is_not_known_to_have_failed_may_have_been_done(error: Exception) -> None:
    """Whichever library it comes from."""
    assert isinstance(outcome_of(error), Unknown)


def test_a_defect_of_ours_is_none_of_slacks_errors() -> None:
    """It is raised, and not taken for the network."""
    assert outcome_of(KeyError("x")) is None
    assert outcome_of(ValueError("x")) is None


@pytest.mark.parametrize(
    ("thread", "number", "expected"), [(None, 1, False), ("root", 1, False), ("root", 2, True)]
)
async def test_a_part_of_a_brief_goes_where_its_number_says(
    slack: SlackDouble, posts: Posts, thread: str | None, number: int, *, expected: bool
) -> None:
    """The first one in the channel, the others in its thread; there they are looked for."""
    root = slack.said(NEWS, "The first part.", user=BOB).ts
    part = _part(number)
    messenger = SlackMessenger(posts)
    at = root if thread else None
    sent = await messenger.send(f"slack:{NEWS}", part, at)
    assert isinstance(sent, Sent)
    (post,) = slack.posts(NEWS)
    assert post.thread_ts == (root if expected else None)
    found = await messenger.reconcile(f"slack:{NEWS}", part, LONG_AGO, at)
    assert isinstance(found, Found)
    assert found.remote_id == post.ts


async def test_a_part_of_a_brief_does_not_wait_for_its_turn_for_long(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """What was surely not sent is not in doubt."""
    pace = Pace(1.0)
    pace.hold(NEWS, 20.0)
    messenger = SlackMessenger(Posts(client, slack.team_url, pace))
    outcome = await messenger.send(f"slack:{NEWS}", _part(1))
    assert isinstance(outcome, Refused)
    assert 19 < outcome.retry_after <= 20
    assert slack.calls == []


def _part(number: int) -> Part:
    body = '{"text": "Hello.", "blocks": [{"type": "divider"}]}'
    return Part(occurrence="a", number=number, body=body)


def done(slack: SlackDouble) -> str:
    """Return what Slack was asked for, in its order."""
    names = {"chat.postMessage": "post", "conversations.history": "look"}
    return " ".join(names[each.method] for each in slack.calls)


@pytest.mark.usefixtures("quick")
async def test_several_messages_are_posted_in_their_order(slack: SlackDouble, posts: Posts) -> None:
    """One after another where they were asked for, or in the thread of the first."""
    poster = Poster(posts)
    first = await poster.post(HERE, [message("1"), message("2"), message("3")], "a", threaded=True)
    sent = slack.posts(NEWS)
    assert [each.thread_ts for each in sent] == [None, first, first]
    assert [each.text for each in sent] == ["1", "2", "3"]
    assert keys(slack) == [key_of(f"a/{number}") for number in range(3)]
    await poster.post(HERE, [message("4"), message("5")], "b")
    assert [each.thread_ts for each in slack.posts(NEWS)[3:]] == [None, None]
    thread = Where(channel=NEWS, thread=first)
    await poster.post(thread, [message("6"), message("7")], "c", threaded=True)
    assert [each.thread_ts for each in slack.posts(NEWS)[5:]] == [first, first]


@pytest.mark.usefixtures("quick")
async def test_what_an_earlier_process_posted_is_not_posted_again(
    slack: SlackDouble, posts: Posts
) -> None:
    """What it had not posted is, in the same thread."""
    poster = Poster(posts)
    sent = await posts.post(HERE, "1", BLOCKS, key_of("a/0"))
    assert isinstance(sent, Sent)
    since = datetime.now(UTC)
    first = await poster.post(HERE, [message("1"), message("2")], "a", since=since, threaded=True)
    assert first == sent.remote_id
    assert [each.text for each in slack.posts(NEWS)] == ["1", "2"]
    assert slack.posts(NEWS)[1].thread_ts == first


@pytest.mark.usefixtures("quick")
async def test_where_a_message_cannot_be_posted_at_all(slack: SlackDouble, posts: Posts) -> None:
    """It is tried once, and said why."""
    with pytest.raises(Unpostable, match="invite") as raised:
        await Poster(posts).post(Where(channel=AWAY), [message()], "a")
    assert raised.value.for_good
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("sent", "looked", "expected"),
    [
        # Nothing is looked for where nothing can have been posted.
        (RateLimited(), None, "post post"),
        (ApiError("ratelimited"), None, "post post"),
        # What may have been posted is looked for.
        (LostReply(), None, "post look"),
        (LostReply(), RateLimited(), "post look look"),
        (LostReply(), ServerError(502), "post look look"),
        # What cannot be looked for is not posted twice.
        (LostReply(), ApiError("missing_scope"), "post look"),
    ],
)
async def test_a_message_in_doubt_is_looked_for_before_it_is_posted_again(
    slack: SlackDouble, posts: Posts, sent: Any, looked: Any, expected: str
) -> None:
    """And only then; it is there once."""
    slack.fault("chat.postMessage", sent)
    if looked is not None:
        slack.fault("conversations.history", looked)
    await Poster(posts).post(HERE, [message()], "a")
    assert done(slack) == expected
    assert keys(slack) == [key_of("a/0")]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", [LostRequest(), ServerError(500), ApiError("fatal_error")])
async def test_a_message_that_was_not_found_is_posted_again(
    slack: SlackDouble, posts: Posts, fault: Any
) -> None:
    """After the time in which it could still have come."""
    slack.fault("chat.postMessage", fault)
    began = time.monotonic()
    stamp = await Poster(posts).post(HERE, [message()], "a")
    assert time.monotonic() - began >= QUIET
    assert done(slack).startswith("post look look")
    assert done(slack).endswith("look post")
    (post,) = slack.posts()
    assert post.ts == stamp


@pytest.mark.usefixtures("quick")
async def test_what_follows_a_message_that_nobody_can_find_is_posted_all_the_same(
    slack: SlackDouble, posts: Posts
) -> None:
    """In the channel: the thread is not known."""
    slack.fault("chat.postMessage", LostReply())
    slack.fault("conversations.history", ApiError("missing_scope"))
    await Poster(posts).post(HERE, [message("1"), message("2")], "a", threaded=True)
    assert [(each.text, each.thread_ts) for each in slack.posts()] == [("1", None), ("2", None)]
    assert "thread_ts" not in slack.called("chat.postMessage")[-1].arguments


@pytest.mark.usefixtures("quick")
async def test_a_poster_gives_up_in_the_end(slack: SlackDouble, posts: Posts) -> None:
    """But not for good: the next start may try again."""
    slack.fault("chat.postMessage", RateLimited(), times=persisting.TRIES)
    with pytest.raises(Unpostable, match="wait") as raised:
        await Poster(posts).post(HERE, [message()], "a")
    assert not raised.value.for_good
    assert done(slack) == " ".join(["post"] * persisting.TRIES)


@pytest.mark.usefixtures("quick")
async def test_a_poster_gives_up_where_slack_is_not_there(slack: SlackDouble) -> None:
    """After as many tries, and looks for nothing: nothing can have been posted."""
    client = connection(slack, api_url="http://127.0.0.1:9/api/").client()
    with pytest.raises(Unpostable, match="cannot be reached") as raised:
        await Poster(Posts(client, "", Pace(0.0))).post(HERE, [message()], "a")
    assert not raised.value.for_good


async def _nap(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.01))
