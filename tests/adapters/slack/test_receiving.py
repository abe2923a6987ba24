"""HTTP mode: what is not Slack's is refused unread, and what is Slack's is acknowledged."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack import receiving
from adapters.slack.client import SlackAdapter
from adapters.slack.receiving import MOST_BYTES, route
from adapters.web.server import serving
from bot.app import App
from tests.adapters.slack.conftest import NEWS, ZOE, adapter_of, connection, in_workspace, replies
from tests.doubles.slack import SlackDouble

_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVENT = json.dumps({"type": "event_callback", "event": {"type": "team_join"}}).encode()


@pytest.fixture
async def http(app: App, slack: SlackDouble) -> AsyncIterator[SlackAdapter]:
    """Run Dateline in HTTP mode."""
    async with in_workspace(app, slack, mode="http") as adapter:
        yield adapter


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what was read of requests: it must stay empty."""
    read: list[Any] = []

    def noted(**given: Any) -> Any:
        read.append(given)
        return AsyncBoltRequest(**given)

    monkeypatch.setattr("adapters.slack.receiving.AsyncBoltRequest", noted)
    return read


@pytest.mark.usefixtures("http")
async def test_what_slack_signed_is_taken(slack: SlackDouble, unread: list[Any]) -> None:
    """Which shows that the others are refused for what is wrong with them."""
    answer = await slack.post_raw(EVENT, {**slack.signed(EVENT), **_JSON})
    assert answer.status == 200
    assert len(unread) == 1


@pytest.mark.usefixtures("http")
async def test_what_slack_did_not_sign_is_refused_unread(
    slack: SlackDouble, unread: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong, an old or no signature, another body, and headers that are none."""
    right = slack.signed(EVENT)
    now = right["X-Slack-Request-Timestamp"]
    wrong = [
        {},
        slack.signed(EVENT, secret="f" * 32),
        slack.signed(EVENT, at=time.time() - 301),
        slack.signed(EVENT, at=time.time() + 301),
        slack.signed(EVENT + b" "),
        {"X-Slack-Request-Timestamp": now},
        {"X-Slack-Signature": right["X-Slack-Signature"]},
        {**right, "X-Slack-Signature": ""},
        {**right, "X-Slack-Signature": "v0="},
        {**right, "X-Slack-Signature": right["X-Slack-Signature"].upper()},
        {**right, "X-Slack-Signature": "v0=\u00e9\u20ac"},
        {**right, "X-Slack-Request-Timestamp": "today"},
        {**right, "X-Slack-Request-Timestamp": "-1"},
        {**right, "X-Slack-Request-Timestamp": "nan"},
        {**right, "X-Slack-Request-Timestamp": "9" * 400},
        {**right, "X-Slack-Request-Timestamp": "9" * 5_000},
        {**right, "X-Slack-Request-Timestamp": "\u0661" * 10},
    ]
    for headers in wrong:
        answer = await slack.post_raw(EVENT, {**_JSON, **headers})
        assert answer.status == 401, headers
        assert b"signature" in answer.body
    assert unread == []
    for record in caplog.records:
        assert record.levelname != "ERROR"


@pytest.mark.usefixtures("http")
async def test_a_body_that_is_not_utf_8_is_refused(slack: SlackDouble, unread: list[Any]) -> None:
    """Slack signs none."""
    body = b"\xff\xfe{"
    answer = await slack.post_raw(body, {**_JSON, **slack.signed(body)})
    assert answer.status == 401
    assert unread == []


@pytest.mark.usefixtures("http")
async def test_a_body_that_is_too_large_is_refused(slack: SlackDouble, unread: list[Any]) -> None:
    """Though it is signed."""
    body = b"x" * (MOST_BYTES + 1)
    answer = await slack.post_raw(body, {**_JSON, **slack.signed(body)})
    assert answer.status == 413
    assert unread == []


async def test_a_body_of_no_stated_length_is_refused_before_all_of_it_came(
    slack: SlackDouble, unread: list[Any]
) -> None:
    """Nobody fills the memory."""
    sent, most = 0, 40 * MOST_BYTES

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < most:
            sent += 65_536
            yield b"x" * 65_536

    served = web.Application()
    served.add_routes([route(slack.signing_secret, lambda: None)])
    runner = web.AppRunner(served, access_log=None, lingering_time=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    async with aiohttp.ClientSession() as session:
        # The server may hang up before it is heard.
        with suppress(aiohttp.ClientConnectionError):
            async with session.post(address, data=endless()) as reply:
                assert reply.status == 413
    await runner.cleanup()
    assert sent < most
    assert unread == []


@pytest.mark.usefixtures("http")
async def test_a_body_that_does_not_come_is_not_waited_for(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody holds a connection without a signature."""
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.1)
    assert slack.http_target is not None
    port = int(slack.http_target.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
    line = await asyncio.wait_for(reader.readline(), 5)
    assert b"408" in line
    writer.close()
    await writer.wait_closed()


async def test_an_address_proves_itself(app: App, slack: SlackDouble) -> None:
    """As Slack asks when it is entered."""
    async with in_workspace(app, slack, mode="http"):
        await slack.verify_url()


async def test_before_it_is_connected_slack_is_asked_to_come_again(
    app: App, slack: SlackDouble
) -> None:
    """Nothing is taken that nobody would do."""
    adapter = adapter_of(app, connection(slack, mode="http"))
    async with serving("127.0.0.1", 0, [route(slack.signing_secret, lambda: adapter.app)]) as port:
        slack.http_target = f"http://127.0.0.1:{port}/slack/events"
        answer = await slack.post_raw(EVENT, {**slack.signed(EVENT), **_JSON})
        assert answer.status == 503
        await adapter.connect()
        answer = await slack.post_raw(EVENT, {**slack.signed(EVENT), **_JSON})
        assert answer.status == 200


PAYLOADS: list[dict[str, Any]] = [
    {"type": "event_callback", "event": {"type": "of_tomorrow"}},
    {"type": "event_callback", "event": {"type": "message"}},
    {"type": "event_callback", "event": {"type": "message", "subtype": ["x"]}},
    {"type": "event_callback", "event": {"type": "message", "text": 7, "channel": 7, "ts": 7}},
    {"type": "event_callback", "event": {"type": "app_mention", "user": {}}},
    {"type": "event_callback", "event": {"type": "app_home_opened"}},
    {"type": "event_callback", "event": {"type": "file_shared"}},
    {"type": "app_rate_limited", "minute_rate_limited": 7},
    {"type": "of_tomorrow"},
    {},
]
INTERACTIONS: list[dict[str, Any]] = [
    {"type": "block_actions", "actions": [{"action_id": "other", "block_id": "b"}]},
    {"type": "block_actions", "actions": [{"action_id": "answer_sources", "block_id": "b"}]},
    {"type": "view_submission", "view": {"callback_id": "other"}},
    {"type": "view_closed", "view": {"callback_id": "other"}},
    {"type": "block_suggestion", "action_id": "other", "block_id": "b", "value": "x"},
    {"type": "shortcut", "callback_id": "other"},
    {"type": "message_action", "callback_id": "other"},
    {"type": "interactive_message", "callback_id": "other", "actions": [{"name": "x"}]},
    {"type": "dialog_submission", "callback_id": "other"},
    {"type": "of_tomorrow"},
    {},
]


def bodies() -> list[tuple[bytes, dict[str, str]]]:
    """Return payloads of forms that are not known, as they are posted."""
    user = {"user": {"id": ZOE}, "team": {"id": "T0TEAM"}, "channel": {"id": NEWS}}
    forms = [{"payload": json.dumps({**user, **each})} for each in INTERACTIONS]
    forms += [
        {"command": "/other", "text": "x", "user_id": ZOE, "channel_id": NEWS},
        {"ssl_check": "1"},
        {"x": "y"},
    ]
    events = [({"team_id": "T0TEAM", **each}) for each in PAYLOADS]
    return [
        *((json.dumps(each).encode(), _JSON) for each in events),
        *((urlencode(each).encode(), _FORM) for each in forms),
    ]


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize(("body", "headers"), bodies())
async def test_what_is_not_known_is_acknowledged(
    slack: SlackDouble, body: bytes, headers: dict[str, str]
) -> None:
    """Slack would take an app for broken that acknowledges too little."""
    answer = await slack.post_raw(body, {**slack.signed(body), **headers})
    assert answer.status == 200, answer


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"payload=%7B", b"payload=[]", b"payload=", b"\x00"]
)
async def test_what_cannot_be_read_does_no_harm(slack: SlackDouble, body: bytes) -> None:
    """Though it was signed; the next question is answered."""
    for headers in (_JSON, _FORM):
        answer = await slack.post_raw(body, {**slack.signed(body), **headers})
        assert answer.status in {200, 400, 404}, answer
    await slack.mention(NEWS, "How many trips to the port of Vostochny?", user=ZOE)
    await replies(slack, NEWS)
