"""Connecting to Slack, staying connected, and going on after a stop: nothing lost or twice."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from adapters import persisting
from adapters.intake import ANSWERABLE
from adapters.persisting import key_of
from adapters.slack import client as adapter_module
from adapters.slack import connecting
from adapters.slack.connecting import checked
from adapters.slack.posting import Posts, Where
from bot.app import App
from bot.config import read_settings
from bot.platforms import slack_connection
from briefs.briefing import Briefed, ComposeBrief
from briefs.errors import ConfigurationError
from briefs.ports import Command, Place, Progressed, Received, Reply
from tests.adapters.slack.conftest import (
    BOB,
    NEWS,
    ZOE,
    adapter_of,
    connection,
    in_workspace,
    replies,
    told,
    written,
)
from tests.doubles.slack import (
    ApiError,
    LostReply,
    Message,
    RateLimited,
    ServerError,
    SlackDouble,
    Slow,
    shown,
)

QUESTION = "How many trips to the port of Vostochny?"
ANSWER = "made 43 trips"

# Tokens.


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bot_token": ""}, "Slack is on, and SLACK_BOT_TOKEN is not set. Slack shows it under"),
        ({"bot_token": "xapp-1"}, "SLACK_BOT_TOKEN is not the token that belongs there"),
        ({"app_token": ""}, "SLACK_APP_TOKEN is not set. Slack shows it under Basic Information"),
        ({"app_token": "xoxb-1"}, "it begins with xapp-"),
        ({"mode": "http", "signing_secret": ""}, "SLACK_SIGNING_SECRET is not set"),
    ],
)
def test_a_secret_that_cannot_be_right_is_said(
    slack: SlackDouble, changes: dict[str, Any], said: str
) -> None:
    """Before anything is asked, with where to find the right one; no secret is in the sentence."""
    with pytest.raises(ConfigurationError) as raised:
        checked(connection(slack, **changes))
    assert said in str(raised.value)
    for secret in ("xoxb-1", "xapp-1", slack.signing_secret):
        assert secret not in str(raised.value)


def test_what_a_mode_does_not_need_may_be_missing(slack: SlackDouble) -> None:
    """And what is right is returned as it is."""
    for changes in ({"signing_secret": ""}, {"mode": "http", "app_token": ""}):
        reached = connection(slack, **changes)
        assert checked(reached) is reached
    assert slack.bot_token not in repr(connection(slack))


def test_the_configuration_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """With swapped tokens, as whoever copies them in a hurry has them."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-1-double")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-1-double")
    file = tmp_path / "config.toml"
    file.write_text("[slack]\nenabled = true\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="SLACK_BOT_TOKEN is not the token that belongs"):
        slack_connection(read_settings(file))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bot_token": "xoxb-other"}, r"does not accept SLACK_BOT_TOKEN \(invalid_auth\)"),
        ({"bot_token": "xapp-1-A0APP-double"}, r"SLACK_BOT_TOKEN \(not_allowed_token_type\)"),
        ({"app_token": "xapp-other"}, r"does not accept SLACK_APP_TOKEN \(invalid_auth\)"),
        ({"app_token": "xoxb-1-double"}, r"SLACK_APP_TOKEN \(not_allowed_token_type\)"),
    ],
)
async def test_a_token_that_slack_does_not_accept_is_said(
    app: App, slack: SlackDouble, changes: dict[str, Any], said: str
) -> None:
    """At the start, which then ends."""
    with pytest.raises(ConfigurationError, match=said) as raised:
        await adapter_of(app, connection(slack, **changes)).connect()
    assert "docs/slack.md" in str(raised.value)
    assert next(iter(changes.values())) not in str(raised.value)


@pytest.mark.parametrize(
    ("method", "error", "said"),
    [
        ("auth.test", ApiError("account_inactive"), "SLACK_BOT_TOKEN (account_inactive)"),
        ("auth.test", ApiError("token_revoked"), "SLACK_BOT_TOKEN (token_revoked)"),
        (
            "apps.connections.open",
            ApiError("missing_scope", {"needed": "connections:write"}),
            "SLACK_APP_TOKEN (missing_scope; it needs the scope connections:write)",
        ),
    ],
)
async def test_a_token_that_has_lost_its_right_is_said(
    app: App, slack: SlackDouble, method: str, error: ApiError, said: str
) -> None:
    """With the scope that it needs."""
    slack.fault(method, error)
    with pytest.raises(ConfigurationError) as raised:
        await adapter_of(app, connection(slack)).connect()
    assert said in str(raised.value)


async def test_in_http_mode_no_app_token_is_tried(app: App, slack: SlackDouble) -> None:
    """There is no socket."""
    await adapter_of(app, connection(slack, mode="http", app_token="")).connect()
    assert slack.called("apps.connections.open") == []


@pytest.mark.parametrize(
    "fault", [ServerError(503), LostReply(), RateLimited(), ApiError("internal_error")]
)
async def test_slack_that_cannot_be_reached_is_waited_for(
    app: App, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    """It may be the network, which comes back by itself."""
    monkeypatch.setattr(connecting, "asyncio", SimpleNamespace(sleep=_nap))
    slack.fault("auth.test", fault, times=3)
    slack.fault("apps.connections.open", fault, times=2)
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)


async def test_slack_that_is_not_there_yet_is_waited_for(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine may start before its network; longer and longer, and it is logged."""
    waited: list[float] = []
    nowhere = connection(slack, api_url="http://127.0.0.1:9/api/").client()
    there = connection(slack).client()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def ask() -> Any:
        return await (nowhere if len(waited) < 8 else there).auth_test()

    monkeypatch.setattr(connecting, "asyncio", SimpleNamespace(sleep=sleep))
    reply = await connecting._asked("SLACK_BOT_TOKEN", ask)
    assert reply["user_id"] == slack.bot_user
    assert waited == [2, 4, 8, 16, 32, 60, 60, 60]
    assert caplog.text.count("tried again in") == 8


async def _nap(_seconds: float) -> None:
    await asyncio.sleep(0.001)


# The socket.


@pytest.fixture
def pinging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a socket be tried often."""
    monkeypatch.setattr(adapter_module, "PING_SECONDS", 0.1)


@pytest.mark.usefixtures("pinging")
@pytest.mark.parametrize("trouble", ["dropped", "refreshed", "warned", "muted"])
async def test_what_is_asked_while_a_socket_breaks_is_answered_once(
    app: App, slack: SlackDouble, trouble: str
) -> None:
    """Whether it is closed without a word, with one, or only falls silent."""
    async with in_workspace(app, slack):
        (first,) = slack.sockets.open
        if trouble == "dropped":
            await slack.drop_sockets()
        elif trouble == "refreshed":
            await slack.refresh_sockets()
        elif trouble == "warned":
            await slack.refresh_sockets("warning")
        else:
            slack.mute_sockets()
        asking = await slack.mention(NEWS, QUESTION, user=ZOE)
        assert asking.ok
        (answer,) = await replies(slack, NEWS)
        assert ANSWER in shown(answer)
        if trouble != "warned":
            assert first not in slack.sockets.open
        await slack.mention(NEWS, QUESTION, user=BOB)
        await replies(slack, NEWS, 2)


@pytest.mark.usefixtures("pinging")
async def test_a_socket_is_opened_again_as_soon_as_slack_lets_it(
    app: App, slack: SlackDouble
) -> None:
    """However often it does not."""
    async with in_workspace(app, slack):
        slack.fault("apps.connections.open", ServerError(503), times=3)
        slack.fault("apps.connections.open", ApiError("internal_error"), times=2)
        await slack.drop_sockets()
        await slack.until(lambda: slack.sockets.open)
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)
    assert slack.sockets.open == []


class Forgetful(set[str]):
    """Tickets of which the first has expired when it is used."""

    def __init__(self) -> None:
        """Nothing has expired yet."""
        super().__init__()
        self._expired = False

    def add(self, ticket: str) -> None:
        """Keep a ticket, but for the first."""
        if self._expired:
            super().add(ticket)
        self._expired = True


@pytest.mark.usefixtures("pinging")
async def test_a_ticket_that_is_not_taken_any_more_is_asked_for_anew(
    app: App, slack: SlackDouble
) -> None:
    """The network may fail between the ticket and the socket, for longer than the ticket lasts."""
    async with in_workspace(app, slack):
        slack.sockets._tickets = Forgetful()
        await slack.drop_sockets()
        await slack.until(lambda: slack.sockets.open, what="no socket was opened again")
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)


# A stop in the middle.


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a stop wait for nothing."""
    monkeypatch.setattr(adapter_module, "FINISH_SECONDS", 0.05)


class Hanging:
    """Carries out no command."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.asked: list[Command] = []

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Take a command, and never come back."""
        del place, progressed
        self.asked.append(command)
        await asyncio.Event().wait()
        raise AssertionError


def left(app: App) -> list[str]:
    """Return the keys of what was taken on and is not done."""
    return [each.key for each in app.inbox.unsettled("slack:")]


async def settled(app: App, slack: SlackDouble) -> None:
    """Wait until all that was taken on is done."""
    await slack.until(lambda: not left(app), what="something is not settled")


def take_on(app: App, message: Message, *, minutes: float = 0, **changes: Any) -> str:
    """Put a message into the inbox, as an earlier process took it on."""
    event = {
        "type": "message",
        "channel": message.channel,
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        **changes,
    }
    key = f"slack:{message.channel}/{message.ts}"
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    assert app.inbox.receive(Received(key=key, payload=json.dumps(event), at=at))
    return key


@pytest.mark.usefixtures("stopping")
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_was_not_answered_before_a_stop_is_answered_by_the_next_start(
    app: App, slack: SlackDouble, mode: Literal["socket", "http"]
) -> None:
    """Once, though Slack tells of it again; what was answered is not answered again."""
    async with in_workspace(app, slack, mode=mode):
        done = await slack.mention(NEWS, QUESTION, user=BOB)
        await replies(slack, NEWS)
    hanging = Hanging()
    async with in_workspace(app, slack, mode=mode, handler=hanging):
        asking = await slack.mention(NEWS, QUESTION, user=ZOE)
        await slack.until(lambda: hanging.asked)
        assert len(left(app)) == 1
    await replies(slack, NEWS)
    async with in_workspace(app, slack, mode=mode):
        for event in (*asking.event_ids, *done.event_ids):
            await slack.redeliver(event, number=1)
        _, answer = await replies(slack, NEWS, 2)
        assert answer.thread_ts == written(asking).ts
        await settled(app, slack)
    async with in_workspace(app, slack, mode=mode):
        await replies(slack, NEWS, 2)


async def test_what_was_posted_before_a_stop_is_found_by_its_key(
    app: App, slack: SlackDouble
) -> None:
    """And not posted again."""
    question = slack.said(NEWS, f"<@{slack.bot_user}> {QUESTION}", user=ZOE)
    key = take_on(app, question)
    posts = Posts(connection(slack).client(), slack.team_url)
    thread = Where(channel=NEWS, thread=question.ts)
    await posts.post(thread, ANSWER, [{"type": "divider"}], key_of(f"{key}/0"))
    async with in_workspace(app, slack):
        await settled(app, slack)
        await replies(slack, NEWS)
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_direct_message_is_answered_by_the_next_start(app: App, slack: SlackDouble) -> None:
    """At the top level, and found there, too."""
    question = slack.said(slack.dm(ZOE), QUESTION, user=ZOE)
    for _ in range(2):
        take_on(app, question, channel_type="im")
        async with in_workspace(app, slack):
            await settled(app, slack)
            (answer,) = await replies(slack, slack.dm(ZOE))
            assert answer.thread_ts is None
        app.inbox.expire(datetime.now(UTC) + timedelta(hours=1))


async def test_what_came_too_long_ago_is_not_answered_any_more(
    app: App, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    """It is settled, and logged."""
    minutes = ANSWERABLE.total_seconds() / 60
    old = slack.said(NEWS, f"<@{slack.bot_user}> {QUESTION}", user=ZOE)
    take_on(app, old, minutes=minutes + 1)
    recent = slack.said(NEWS, f"<@{slack.bot_user}> {QUESTION}", user=ZOE)
    take_on(app, recent, minutes=minutes - 1)
    async with in_workspace(app, slack):
        await settled(app, slack)
        (answer,) = await replies(slack, NEWS)
        assert answer.thread_ts == recent.ts
    assert "came too long ago" in caplog.text


@pytest.mark.parametrize("payload", ["{", "[]", "7", "{}", '{"type": []}', '{"command": []}'])
async def test_what_cannot_be_read_any_more_stops_no_start(
    app: App, slack: SlackDouble, payload: str
) -> None:
    """An older version may have taken it on."""
    app.inbox.receive(Received(key="slack:old", payload=payload, at=datetime.now(UTC)))
    async with in_workspace(app, slack):
        await settled(app, slack)
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await replies(slack, NEWS)


@pytest.mark.usefixtures("stopping")
async def test_a_command_is_answered_by_the_next_start(app: App, slack: SlackDouble) -> None:
    """Where it was typed, for who typed it alone; or, too late for that, in a direct message."""
    for late in (False, True):
        hanging = Hanging()
        before = len(slack.ephemerals(ZOE))
        async with in_workspace(app, slack, handler=hanging):
            await slack.command("/ask", QUESTION, user=ZOE, channel=NEWS)
            await slack.until(lambda: hanging.asked)  # noqa: B023 - it is waited for here
        if late:
            slack.skip(3_600)
        async with in_workspace(app, slack):
            await told(slack, ZOE, before + 1)
            await settled(app, slack)
    assert [ANSWER in shown(each) for each in slack.ephemerals(ZOE)] == [True, True]
    assert slack.posts() == []


@pytest.mark.usefixtures("stopping")
async def test_a_brief_that_was_asked_for_is_posted_by_the_next_start(
    app: App, slack: SlackDouble
) -> None:
    """Once."""
    hanging = Hanging()
    async with in_workspace(app, slack, handler=hanging):
        await slack.command("/brief", "now", user=ZOE, channel=NEWS)
        await slack.until(lambda: hanging.asked)
    for _ in range(2):
        async with in_workspace(app, slack):
            await settled(app, slack)
            (brief,) = await replies(slack, NEWS)
            assert ANSWER in shown(brief)


@pytest.mark.parametrize("topic", ["", " tankers"])
async def test_a_brief_that_was_composed_before_a_stop_is_posted_by_the_next_start(
    app: App, slack: SlackDouble, topic: str
) -> None:
    """Its news count as told; and where it was posted, too, it is found."""
    place = app.timetable.grants.place(f"slack:{NEWS}", person=f"slack:{ZOE}")
    other = ComposeBrief(topic=None if topic else "sheep", here=True)
    await app.commands.handle(other, place)
    body = {
        "command": "/brief",
        "text": f"now{topic}",
        "user_id": ZOE,
        "channel_id": NEWS,
        "response_url": slack.new_response_url(ZOE, NEWS),
        "trigger_id": "1.2",
    }
    received = Received(key="slack:command/1.2", payload=json.dumps(body), at=datetime.now(UTC))
    composed = await app.commands.handle(
        ComposeBrief(topic=topic.strip() or None, here=True), place
    )
    assert isinstance(composed, Briefed)
    assert composed.kept
    for _ in range(2):
        app.inbox.receive(received)
        async with in_workspace(app, slack):
            await settled(app, slack)
            (brief,) = await replies(slack, NEWS)
            assert composed.brief.id in shown(brief)
        app.inbox.expire(datetime.now(UTC) + timedelta(hours=1))
    assert slack.ephemerals(ZOE) == []


async def test_what_slack_does_not_take_for_long_is_left_for_the_next_start(
    app: App, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to ask again after an outage."""
    monkeypatch.setattr(persisting, "asyncio", SimpleNamespace(sleep=_nap))
    monkeypatch.setattr(persisting, "TRIES", 3)
    slack.fault("chat.postMessage", RateLimited(), times=3)
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await slack.until(lambda: len(slack.called("chat.postMessage")) == 3)
        await asyncio.sleep(0.1)
        assert len(left(app)) == 1
    assert slack.posts() == []
    async with in_workspace(app, slack):
        await settled(app, slack)
        await replies(slack, NEWS)


async def test_what_is_being_answered_may_finish_when_the_program_stops(
    app: App, slack: SlackDouble
) -> None:
    """For a while."""
    slack.fault("chat.postMessage", Slow(0.3))
    async with in_workspace(app, slack):
        await slack.mention(NEWS, QUESTION, user=ZOE)
        await slack.until(lambda: slack.called("chat.postMessage"))
    assert len(slack.posts(NEWS)) == 1
    assert left(app) == []
