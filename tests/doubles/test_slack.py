"""The Slack double: the real SDK works with it in both modes, and it refuses what Slack refuses."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.building import modest
from tests.doubles.slack import (
    Acked,
    ApiError,
    LostReply,
    LostRequest,
    Message,
    RateLimited,
    ServerError,
    SlackDouble,
    Slow,
    View,
    links,
    mentions,
    shown,
)
from tests.doubles.slack.block_rules import block_problems
from tests.doubles.slack.typed import typed

ANN, BEN, NEWS, DESK = "U0ANN", "U0BEN", "C0NEWS", "C0DESK"
Json = dict[str, Any]


def text(words: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": words}


def section(words: str) -> Json:
    """Return a section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def buttons(*buttons: Json) -> Json:
    """Return a block of buttons."""
    return {"type": "actions", "block_id": "acts", "elements": list(buttons)}


def button(action_id: str, value: str = "1", **more: Any) -> Json:
    """Return a button."""
    return {"type": "button", "action_id": action_id, "value": value, "text": text("Go")} | more


def modal(**more: Any) -> Json:
    """Return a modal that asks for one text."""
    question = {"type": "plain_text_input", "action_id": "question"}
    block = {"type": "input", "block_id": "ask", "label": text("Ask"), "element": question}
    view = {"type": "modal", "title": text("Ask"), "submit": text("Send"), "blocks": [block]}
    return view | {"callback_id": "asking"} | more


class TinyApp:
    """A small app on the real AsyncApp; `seen` is every payload that its listeners got."""

    def __init__(self, slack: SlackDouble) -> None:
        self.slack = slack
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.app = AsyncApp(client=self.client, signing_secret=slack.signing_secret)
        self.seen: list[Json] = []
        self.slow = 0.0
        self.answers: dict[str, Any] = {}
        self._listen()

    def _listen(self) -> None:
        app = self.app

        @app.event("app_mention")
        async def _mentioned(body: Json, say: Callable[..., Awaitable[Any]]) -> None:
            self.seen.append(body)
            await asyncio.sleep(self.slow)
            event = body["event"]
            thread = event.get("thread_ts", event["ts"])
            await say(text="12 trips", thread_ts=thread, blocks=[section("*12* trips")])

        @app.event({"type": "message"})
        @app.event("message")
        @app.event("file_shared")
        @app.event("app_home_opened")
        async def _told(body: Json) -> None:
            self.seen.append(body)

        @app.command("/ask")
        async def _ask(ack: Any, body: Json, respond: Any, client: AsyncWebClient) -> None:
            self.seen.append(body)
            await asyncio.sleep(self.slow)
            await ack(*self.answers.get("/ask", ()))
            if body["text"] == "modal":
                await client.views_open(trigger_id=body["trigger_id"], view=modal())
            else:
                await respond(text="12 trips", blocks=[section("12"), buttons(button("save"))])

        @app.action("save")
        @app.action("keep")
        @app.action("city")
        async def _acted(ack: Any, body: Json, respond: Any) -> None:
            self.seen.append(body)
            await ack()
            if how := self.answers.get("save"):
                await respond(**how)

        @app.options("city")
        async def _cities(ack: Any, body: Json) -> None:
            self.seen.append(body)
            await ack(options=self.answers["city"])

        @app.view("asking")
        async def _sent(ack: Any, body: Json) -> None:
            self.seen.append(body)
            await ack(**self.answers.get("asking", {}))

        @app.shortcut("why")
        async def _why(ack: Any, body: Json) -> None:
            self.seen.append(body)
            await ack()

    async def events(self, kind: str) -> list[Json]:
        """Return the events of a kind that the app got."""
        return [each for each in self.seen if each.get("event", {}).get("type") == kind]

    @asynccontextmanager
    async def by_socket(self) -> AsyncIterator[None]:
        """Run the app in Socket Mode."""
        handler = AsyncSocketModeHandler(self.app, self.slack.app_token, ping_interval=0.1)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def by_http(self) -> AsyncIterator[None]:
        """Run the app behind an HTTP server."""

        async def answer(request: web.Request) -> web.Response:
            response = await self.app.async_dispatch(await to_bolt_request(request))
            return await to_aiohttp_response(response)

        server = web.Application(client_max_size=10_000)
        server.add_routes([web.post("/slack/events", answer)])
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        self.slack.http_target = f"http://127.0.0.1:{port}/slack/events"
        try:
            yield
        finally:
            await runner.cleanup()


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Return a workspace of two people and two channels."""
    async with SlackDouble() as double:
        double.user(ANN, name="ann", owner=True)
        double.user(BEN, name="ben", tz="Asia/Tokyo")
        double.channel(NEWS, name="news", creator=ANN, members={BEN})
        double.channel(DESK, name="desk", creator=ANN, private=True, bot_in=False)
        yield double


@pytest.fixture
def client(slack: SlackDouble) -> AsyncWebClient:
    """Return the real client, without retries."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture(params=["socket", "http"])
async def tiny(slack: SlackDouble, request: pytest.FixtureRequest) -> AsyncIterator[TinyApp]:
    """Return the tiny app, running in one mode after the other."""
    app = TinyApp(slack)
    async with app.by_socket() if request.param == "socket" else app.by_http():
        yield app


@pytest.fixture
async def socket_app(slack: SlackDouble) -> AsyncIterator[TinyApp]:
    """Return the tiny app in Socket Mode."""
    app = TinyApp(slack)
    async with app.by_socket():
        yield app


async def refused(call: Awaitable[Any]) -> str:
    """Return the error with which a call is refused."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


# Both modes.


async def test_a_mention_makes_two_events_and_is_answered(
    slack: SlackDouble, tiny: TinyApp
) -> None:
    """A mention is a `message` and an `app_mention` event; the answer is seen in the thread."""
    acked = await slack.mention(NEWS, "How many trips?", user=ANN)
    assert acked.ok
    assert acked.deliveries == len(set(acked.event_ids)) == 2
    assert acked.message is not None
    (answer,) = await slack.until(lambda: slack.messages(NEWS, acked.message.ts)[1:])  # type: ignore[union-attr]
    assert "12 trips" in shown(answer)
    assert [said.text for said in slack.messages(NEWS)] == ["<@U0BOT> How many trips?"]
    kinds = {each["event"]["type"] for each in tiny.seen}
    assert kinds == {"message", "app_mention"}
    assert {each["event"]["text"] for each in tiny.seen} == {"<@U0BOT> How many trips?"}


async def test_files_make_a_third_event_where_subscribed(slack: SlackDouble, tiny: TinyApp) -> None:
    """With a file there is `file_shared` too, for who subscribed to it."""
    report = slack.upload("report.pdf", b"%PDF", "application/pdf", user=ANN)
    without = await slack.mention(NEWS, "Read this", user=ANN, files=[report])
    slack.events.add("file_shared")
    acked = await slack.mention(NEWS, "Read this", user=ANN, files=[report])
    assert (len(without.event_ids), len(acked.event_ids)) == (2, 3)
    (shared,) = await tiny.events("file_shared")
    assert shared["event"]["file_id"] == report.id
    (mentioned, _again) = await tiny.events("app_mention")
    assert mentioned["event"]["files"][0]["url_private_download"] == report.url_private_download


async def test_a_command_is_answered_to_one_person(slack: SlackDouble, tiny: TinyApp) -> None:
    """What an app says through a response_url only that person sees, and can press."""
    tiny.answers["/ask"] = ("One moment",)
    acked = await slack.command("/ask", "How many?", user=ANN, channel=NEWS)
    assert acked.ok
    assert acked.payload == {"text": "One moment"}
    await slack.until(lambda: len(slack.ephemerals(ANN)) == 2)
    # Which of the two is first is a race, with Slack too.
    answer, moment = sorted(slack.ephemerals(ANN, NEWS), key=lambda said: said.text)
    assert (answer.text, moment.text) == ("12 trips", "One moment")
    assert slack.ephemerals(BEN) == []
    assert slack.messages(NEWS) == []
    tiny.answers["save"] = {"text": "Saved", "replace_original": True}
    pressed = await slack.click(answer, "save", user=ANN)
    assert pressed.ok
    await slack.until(lambda: answer.text == "Saved")
    assert "message" not in tiny.seen[-1]
    assert tiny.seen[-1]["container"]["is_ephemeral"]
    assert len(slack.ephemerals(ANN)) == 2


async def test_a_modal_is_opened_filled_in_and_answered(slack: SlackDouble, tiny: TinyApp) -> None:
    """A submission carries what was filled in; errors keep the modal, nothing closes it."""
    assert (await slack.command("/ask", "modal", user=ANN, channel=NEWS)).ok
    view = await slack.until(lambda: slack.modal(ANN))
    with pytest.raises(AssertionError, match="fill in"):
        await slack.submit(view, user=ANN)
    tiny.answers["asking"] = {"response_action": "errors", "errors": {"ask": "Too short"}}
    acked = await slack.submit(view, {"question": "Why?"}, user=ANN)
    assert acked.ok
    assert acked.errors == {"ask": "Too short"}
    assert acked.view is view
    given = tiny.seen[-1]["view"]["state"]["values"]["ask"]["question"]
    assert given == {"type": "plain_text_input", "value": "Why?"}
    tiny.answers["asking"] = {"response_action": "push", "view": modal(title=text("Sure?"))}
    acked = await slack.submit(view, {"ask": {"question": "Why so?"}}, user=ANN)
    assert acked.view is not None
    assert acked.view.title == "Sure?"
    tiny.answers["asking"] = {}
    acked = await slack.submit(acked.view, {"ask": "Yes"}, user=ANN)
    assert acked.view is view, "the one below is seen again"
    tiny.answers["asking"] = {"response_action": "clear"}
    assert (await slack.submit(view, user=ANN)).view is None
    assert slack.views(ANN) == []


async def test_bad_answers_to_a_submission_are_no_acknowledgement(
    slack: SlackDouble, tiny: TinyApp
) -> None:
    """Errors of an unknown input, and views against the rules, count as failed."""
    await slack.command("/ask", "modal", user=ANN, channel=NEWS)
    view = await slack.until(lambda: slack.modal(ANN))
    tiny.answers["asking"] = {"response_action": "errors", "errors": {"other": "No"}}
    assert not (await slack.submit(view, {"ask": "Why?"}, user=ANN)).ok
    bad = modal(title=text("x" * 25))
    tiny.answers["asking"] = {"response_action": "update", "view": bad}
    acked = await slack.submit(view, {"ask": "Why?"}, user=ANN)
    assert "title" in str(acked.reason)
    assert len(slack.unacknowledged) == 2


async def test_menus_ask_for_their_options(slack: SlackDouble, tiny: TinyApp) -> None:
    """A menu is told what was typed and gives what the app offers, within the limits."""
    menu = {"type": "external_select", "action_id": "city", "placeholder": text("City")}
    await tiny.client.chat_postMessage(channel=NEWS, text="Where?", blocks=[buttons(menu)])
    (said,) = slack.messages(NEWS)
    berlin = {"text": text("Berlin"), "value": "ber"}
    tiny.answers["city"] = [berlin]
    acked = await slack.suggest(said, "city", "ber", user=ANN)
    assert acked.payload == {"options": [berlin]}
    assert tiny.seen[-1]["value"] == "ber"
    await slack.click(said, "city", value=berlin, user=ANN)
    assert tiny.seen[-1]["actions"][0]["selected_option"] == berlin
    tiny.answers["city"] = [berlin] * 101
    acked = await slack.suggest(said, "city", "ber", user=ANN)
    assert not acked.ok
    assert "no more than 100" in str(acked.reason)


async def test_shortcuts_homes_edits_and_deletions_reach_the_app(
    slack: SlackDouble, tiny: TinyApp
) -> None:
    """Each has the payload that Slack gives it."""
    said = (await slack.say(NEWS, "News at ten", user=ANN)).message
    assert said is not None
    assert (await slack.shortcut("why", said, user=BEN)).ok
    assert tiny.seen[-1]["message"]["text"] == "News at ten"
    await slack.open_home(BEN)
    assert tiny.seen[-1]["event"] == tiny.seen[-1]["event"] | {"user": BEN, "tab": "home"}
    await slack.edit_message(said, "News at nine")
    await slack.unfurl(said)
    await slack.delete_message(said)
    subtypes = [each["event"].get("subtype") for each in tiny.seen[-3:]]
    assert subtypes == ["message_changed", "message_changed", "message_deleted"]
    assert tiny.seen[-3]["event"]["message"]["text"] == "News at nine"
    assert "edited" not in tiny.seen[-3]["event"]["previous_message"]
    assert slack.messages(NEWS) == []


async def test_events_of_others_and_unsubscribed_events_are_not_sent(
    slack: SlackDouble, tiny: TinyApp
) -> None:
    """Nothing of channels without the bot, nothing without subscription or scope."""
    assert (await slack.say(DESK, "Secret", user=ANN)).event_ids == ()
    slack.events.discard("message.channels")
    assert (await slack.say(NEWS, "Hello", user=ANN)).event_ids == ()
    assert len((await slack.say(slack.dm(ANN), "Hello", user=ANN)).event_ids) == 1
    slack.scopes.discard("im:history")
    assert (await slack.say(slack.dm(ANN), "Hello", user=ANN)).event_ids == ()
    assert [each["event"]["channel_type"] for each in tiny.seen] == ["im"]


async def test_what_is_late_is_delivered_again(slack: SlackDouble, tiny: TinyApp) -> None:
    """An event that nobody listens to is never acknowledged, and comes up to four times."""
    slack.patience, slack.retry_delays = 0.05, (0.01, 0.01, 0.01)
    slack.events.add("file_shared")
    tiny.slow = 0.2
    acked = await slack.command("/ask", "slowly", user=ANN, channel=NEWS)
    assert not acked.ok
    assert acked.deliveries == 1, "a command comes once"
    tiny.app._async_listeners.clear()
    acked = await slack.say(NEWS, "Anybody?", user=ANN)
    assert (acked.ok, acked.retries, acked.deliveries) == (False, 3, 4)
    assert acked.reason in {"timeout", "http_error"}
    assert len(slack.unacknowledged) == 2
    await asyncio.sleep(0.2)


async def test_a_redelivery_has_the_same_event_and_says_why(
    slack: SlackDouble, tiny: TinyApp
) -> None:
    """A redelivered event keeps its id, and its number and reason reach Bolt's headers."""
    numbers: list[Any] = []

    @tiny.app.middleware
    async def _noted(request: Any, next_: Any) -> Any:
        numbers.append(request.headers.get("x-slack-retry-num"))
        return await next_()

    acked = await slack.say(NEWS, "Hello", user=ANN)
    again = await slack.redeliver()
    assert again.event_ids == acked.event_ids
    assert tiny.seen[0]["event_id"] == tiny.seen[1]["event_id"]
    assert numbers[1] == ["1"]


async def test_an_app_hears_itself(slack: SlackDouble, tiny: TinyApp) -> None:
    """Its own posts are events too, which Bolt acknowledges and passes over."""
    posted = await tiny.client.chat_postMessage(channel=NEWS, text="A brief")
    await tiny.client.chat_update(channel=NEWS, ts=posted["ts"], text="A better brief")
    await slack.idle()
    assert len(slack.sent_events) == 2
    assert slack.unacknowledged == []
    assert tiny.seen == []


# HTTP.


async def test_http_requests_are_signed_and_forgeries_are_seen(slack: SlackDouble) -> None:
    """The real verifier takes what is signed rightly and now, and nothing else."""
    body = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
    async with TinyApp(slack).by_http():
        await slack.verify_url()
        right = await slack.post_raw(body, slack.signed(body))
        old = await slack.post_raw(body, slack.signed(body, at=time.time() - 400))
        forged = await slack.post_raw(body, slack.signed(body, secret="another"))  # noqa: S106
        large = b"x" * 20_000
        oversized = await slack.post_raw(large, slack.signed(large))
    assert (right.status, old.status, forged.status) == (200, 401, 401)
    assert oversized.status == 413


async def test_an_absent_http_server_fails(slack: SlackDouble) -> None:
    """Without a server nothing is acknowledged."""
    slack.retry_delays, slack.http_target = (0.0,), "http://127.0.0.1:1/"
    acked = await slack.say(NEWS, "Hello", user=ANN)
    assert (acked.ok, acked.reason, acked.deliveries) == (False, "connection_failed", 0)


# Sockets.


async def test_tickets_are_used_once_and_need_the_app_token(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """A socket opens with a ticket, once; only the app token gets tickets."""
    assert await refused(client.apps_connections_open(app_token=slack.bot_token)) == (
        "not_allowed_token_type"
    )
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
        assert (await ws.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_eleventh_socket_is_sent_away(slack: SlackDouble, client: AsyncWebClient) -> None:
    """Ten sockets may be open; one of them gets a payload."""
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        said = [await ws.receive_json() for ws in sockets]
        assert [each["type"] for each in said] == ["hello"] * 10 + ["disconnect"]
        assert said[-1]["reason"] == "too_many_websockets"
        slack.patience, slack.retry_delays = 0.05, ()
        await slack.say(NEWS, "Hello", user=ANN)
        got = await asyncio.gather(*(_soon(ws) for ws in sockets[:10]))
        assert sum(each is not None for each in got) == 1
        for ws in sockets:
            await ws.close()


async def _soon(ws: aiohttp.ClientWebSocketResponse) -> Any:
    try:
        return await ws.receive_json(timeout=0.05)
    except TimeoutError:
        return None


@pytest.mark.parametrize("how", ["drop", "refresh", "mute"])
async def test_the_app_comes_back(slack: SlackDouble, socket_app: TinyApp, how: str) -> None:
    """After a break, a request to refresh, or silence, the real client connects anew."""
    assert (await slack.say(NEWS, "One", user=ANN)).ok
    before = list(slack.sockets.open)
    if how == "drop":
        await slack.drop_sockets()
    elif how == "refresh":
        await slack.refresh_sockets()
    else:
        slack.mute_sockets()
    slack.patience = 5.0
    await slack.until(lambda: slack.sockets.open and slack.sockets.open[-1] not in before)
    acked = await slack.say(NEWS, "Two", user=ANN)
    assert acked.ok
    assert [each["event"]["text"] for each in socket_app.seen] == ["One", "Two"]


async def test_an_envelope_comes_again_on_another_socket(
    slack: SlackDouble, socket_app: TinyApp
) -> None:
    """What was not acknowledged when a socket broke is sent on the next one."""
    socket_app.slow = 0.8
    command = asyncio.create_task(slack.command("/ask", "Why?", user=ANN, channel=NEWS))
    await slack.until(lambda: socket_app.seen)
    await slack.drop_sockets()
    acked = await command
    assert acked.ok
    assert acked.deliveries == 2
    assert len(socket_app.seen) == 2


# The Web API.


async def test_tokens_are_checked(slack: SlackDouble, client: AsyncWebClient) -> None:
    """No token, a wrong one, and the app token where the bot's is due are refused."""
    other = AsyncWebClient(base_url=slack.api_url)
    assert await refused(other.auth_test()) == "not_authed"
    other.token = "xoxb-wrong"  # noqa: S105
    assert await refused(other.auth_test()) == "invalid_auth"
    other.token = slack.app_token
    assert await refused(other.chat_postMessage(channel=NEWS, text="x")) == "not_allowed_token_type"
    assert await refused(client.api_call("chat.nothing")) == "unknown_method"
    me = await client.auth_test()
    assert (me["user_id"], me["bot_id"], me["url"]) == (
        slack.bot_user,
        slack.bot_id,
        "https://team.example/",
    )


CALLS: dict[str, Callable[[AsyncWebClient, str], Awaitable[Any]]] = {
    "chat:write": lambda c, _ts: c.chat_postMessage(channel=NEWS, text="x"),
    "channels:history": lambda c, _ts: c.conversations_history(channel=NEWS),
    "im:history": lambda c, _ts: c.conversations_history(channel="D0ANN"),
    "groups:history": lambda c, ts: c.conversations_replies(channel="C0TEAM", ts=ts),
    "channels:read": lambda c, _ts: c.conversations_info(channel=NEWS),
    "groups:read": lambda c, _ts: c.conversations_info(channel="C0TEAM"),
    "im:read": lambda c, _ts: c.conversations_info(channel="D0ANN"),
    "im:write": lambda c, _ts: c.conversations_open(users=ANN),
    "users:read": lambda c, _ts: c.users_info(user=ANN),
    "reactions:write": lambda c, ts: c.reactions_add(channel="C0TEAM", timestamp=ts, name="eyes"),
    "files:read": lambda c, _ts: c.files_info(file="F0"),
}


@pytest.mark.parametrize("scope", CALLS)
async def test_each_method_needs_its_scope(
    slack: SlackDouble, client: AsyncWebClient, scope: str
) -> None:
    """Without the scope a call is refused, saying which; with it, it is not."""
    slack.dm(ANN)
    slack.channel("C0TEAM", creator=ANN, private=True)
    ts = slack.said("C0TEAM", "Hello", user=ANN).ts
    slack.scopes.remove(scope)
    with pytest.raises(SlackApiError) as raised:
        await CALLS[scope](client, ts)
    answer = raised.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert "commands" in answer["provided"]
    slack.scopes.add(scope)
    if scope == "files:read":
        assert await refused(CALLS[scope](client, ts)) == "file_not_found"
    else:
        await CALLS[scope](client, ts)


async def test_history_is_paged_newest_first_and_leaves_replies_out(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """History and replies have Slack's order, bounds, pages and metadata."""
    said = [slack.said(NEWS, f"{number}", user=ANN) for number in range(5)]
    reply = slack.said(NEWS, "reply", user=BEN, thread_ts=said[0].ts)
    brief = {"event_type": "brief", "event_payload": {"key": "a"}}
    await client.chat_postMessage(channel=NEWS, text="a brief", metadata=brief)
    texts = [
        each["text"]
        async for page in await client.conversations_history(channel=NEWS, limit=2)
        for each in page["messages"]
    ]
    assert texts == ["a brief", "4", "3", "2", "1", "0"]
    page = await client.conversations_history(
        channel=NEWS, oldest=said[1].ts, latest=said[3].ts, inclusive=True
    )
    assert [each["text"] for each in page["messages"]] == ["3", "2", "1"]
    page = await client.conversations_history(channel=NEWS, oldest=said[3].ts)
    assert [each["text"] for each in page["messages"]] == ["a brief", "4"]
    assert "metadata" not in page["messages"][0]
    page = await client.conversations_history(channel=NEWS, limit=1, include_all_metadata=True)
    assert page["messages"][0]["metadata"] == brief
    thread = await client.conversations_replies(channel=NEWS, ts=said[0].ts)
    assert [each["ts"] for each in thread["messages"]] == [said[0].ts, reply.ts]
    assert thread["messages"][0]["reply_count"] == 1
    assert await refused(client.conversations_history(channel=NEWS, oldest="then")) == (
        "invalid_ts_oldest"
    )
    unknown = client.conversations_replies(channel=NEWS, ts="1.000000")
    assert await refused(unknown) == "thread_not_found"


async def test_what_is_there_is_told(slack: SlackDouble, client: AsyncWebClient) -> None:
    """People, channels, direct messages and links are as they were set up."""
    ann = (await client.users_info(user=ANN))["user"]
    ben = (await client.users_info(user=BEN))["user"]
    assert (ann["is_owner"], ann["is_admin"], ben["is_admin"]) == (True, True, False)
    assert (ben["tz"], ben["tz_offset"]) == ("Asia/Tokyo", 9 * 3600)
    info = (await client.conversations_info(channel=NEWS, include_num_members=True))["channel"]
    assert (info["name"], info["creator"], info["num_members"]) == ("news", ANN, 3)
    assert await refused(client.conversations_info(channel=DESK)) == "channel_not_found"
    direct = (await client.conversations_open(users=ANN))["channel"]["id"]
    assert direct == slack.dm(ANN)
    said = slack.said(NEWS, "Hello", user=ANN)
    link = await client.chat_getPermalink(channel=NEWS, message_ts=said.ts)
    assert link["permalink"] == (
        f"https://team.example/archives/C0NEWS/p{said.ts.replace('.', '')}"
    )


async def test_posts_are_refused_where_the_app_may_not_post(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """Unknown, archived and foreign channels, foreign messages and empty texts are refused."""
    slack.channel("C0ELSE", creator=ANN, bot_in=False)
    slack.channel("C0OLD", creator=ANN, archived=True)
    post = client.chat_postMessage
    assert await refused(post(channel="C0NONE", text="x")) == "channel_not_found"
    assert await refused(post(channel=DESK, text="x")) == "channel_not_found"
    assert await refused(post(channel="C0ELSE", text="x")) == "not_in_channel"
    assert await refused(post(channel="C0OLD", text="x")) == "is_archived"
    assert await refused(post(channel=NEWS, text="x" * 40_001)) == "msg_too_long"
    assert await refused(client.api_call("chat.postMessage", json={"channel": NEWS})) == "no_text"
    assert await refused(post(channel=NEWS, text="x", thread_ts="1.0")) == "thread_not_found"
    private = client.chat_postEphemeral
    slack.user("U0EVE")
    assert await refused(private(channel=NEWS, user="U0EVE", text="x")) == "user_not_in_channel"
    said = slack.said(NEWS, "Mine", user=ANN)
    update = client.chat_update(channel=NEWS, ts=said.ts, text="x")
    assert await refused(update) == "cant_update_message"
    assert await refused(client.chat_delete(channel=NEWS, ts=said.ts)) == "cant_delete_message"
    assert await refused(client.chat_delete(channel=NEWS, ts="1.0")) == "message_not_found"
    assert slack.posts() == []


async def test_updates_reactions_and_deletions(slack: SlackDouble, client: AsyncWebClient) -> None:
    """An update keeps what it does not name; reactions are put and taken once."""
    first = {"event_type": "brief", "event_payload": {"key": "a"}}
    ts = (
        await client.chat_postMessage(
            channel=NEWS, text="x", blocks=[section("one")], metadata=first
        )
    )["ts"]
    (said,) = slack.posts(NEWS)
    await client.chat_update(channel=NEWS, ts=ts, text="y")
    assert (said.text, shown(said), said.metadata) == ("y", "y\none", first)
    await client.chat_update(channel=NEWS, ts=ts, text="z", blocks=[])
    assert shown(said) == "z"
    react = {"channel": NEWS, "timestamp": ts, "name": "eyes"}
    await client.reactions_add(**react)
    assert said.reactions == {"eyes": [slack.bot_user]}
    assert await refused(client.reactions_add(**react)) == "already_reacted"
    await client.reactions_remove(**react)
    assert await refused(client.reactions_remove(**react)) == "no_reaction"
    await client.chat_delete(channel=NEWS, ts=ts)
    assert slack.messages(NEWS) == []


LONG = "x" * 3001
OPTION = {"text": text("A"), "value": "a"}
CONFIRM = {"title": text("T"), "text": text("Sure?"), "confirm": text("Yes"), "deny": text("No")}
WRONG: dict[str, list[Any]] = {
    "51 blocks": [{"type": "divider"}] * 51,
    "a long section": [section(LONG)],
    "an empty section": [section("")],
    "a section of nothing": [{"type": "section"}],
    "11 fields": [{"type": "section", "fields": [text("x")] * 11}],
    "a long field": [{"type": "section", "fields": [text("x" * 2001)]}],
    "11 in a context": [{"type": "context", "elements": [text("x")] * 11}],
    "a long header": [{"type": "header", "text": text("x" * 151)}],
    "a mrkdwn header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "a long button": [buttons(button("a", text=text("x" * 76)))],
    "a long value": [buttons(button("a", "x" * 2001))],
    "an empty value": [buttons(button("a", ""))],
    "a long action_id": [buttons(button("x" * 256))],
    "two of one action_id": [buttons(button("a"), button("a"))],
    "26 elements": [buttons(*(button(f"{number}") for number in range(26)))],
    "no elements": [buttons()],
    "a long block_id": [{"type": "divider", "block_id": "x" * 256}],
    "two of one block_id": [{"type": "divider", "block_id": "x"}] * 2,
    "an unknown field": [section("x") | {"colour": "red"}],
    "an unknown block": [{"type": "poem"}],
    "an unknown element": [buttons({"type": "lever", "action_id": "a"})],
    "null": [section("x") | {"block_id": None}],
    "no list": [{"type": "actions", "elements": "x"}],
    "a long confirmation": [buttons(button("a", confirm=CONFIRM | {"text": text("x" * 301)}))],
    "half a confirmation": [buttons(button("a", confirm={"title": text("T")}))],
    "101 options": [
        buttons({"type": "static_select", "action_id": "a", "options": [OPTION] * 101})
    ],
    "no options": [buttons({"type": "static_select", "action_id": "a"})],
    "a long option": [
        buttons(
            {"type": "static_select", "options": [{"text": text("x" * 76), "value": "a"}]},
        )
    ],
    "a long option value": [
        buttons({"type": "static_select", "options": [{"text": text("x"), "value": "x" * 151}]})
    ],
    "an initial option of none": [
        buttons(
            {
                "type": "static_select",
                "options": [OPTION],
                "initial_option": {"text": text("B"), "value": "b"},
            }
        )
    ],
    "6 in an overflow": [buttons({"type": "overflow", "options": [OPTION] * 6})],
    "11 checkboxes": [buttons({"type": "checkboxes", "options": [OPTION] * 11})],
}


@pytest.mark.parametrize("name", WRONG)
async def test_blocks_against_the_rules_are_refused(
    slack: SlackDouble, client: AsyncWebClient, name: str
) -> None:
    """Each breach of a limit is refused, and says where it is."""
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=NEWS, text="x", blocks=WRONG[name])
    answer = raised.value.response
    assert answer["error"] == "invalid_blocks"
    assert "json-pointer:/blocks" in answer["response_metadata"]["messages"][0]
    assert slack.messages(NEWS) == []


async def test_blocks_at_the_limits_are_taken(slack: SlackDouble, client: AsyncWebClient) -> None:
    """The longest that is allowed is allowed; in all, 13,200 characters."""
    menu = {"type": "static_select", "action_id": "m", "options": [OPTION] * 100}
    blocks = [
        section("x" * 3000) | {"block_id": "x" * 255},
        {"type": "header", "text": text("x" * 150)},
        buttons(button("x" * 255, "x" * 2000, text=text("x" * 75), confirm=CONFIRM), menu),
        {"type": "context", "elements": [text("x")] * 10},
        {"type": "section", "fields": [text("x" * 2000), text("y")]},
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A"},
        *[{"type": "divider"}] * 44,
    ]
    await client.chat_postMessage(channel=NEWS, text="x" * 40_000, blocks=blocks)
    assert len(slack.messages(NEWS)[0].blocks) == 50
    whole = [section("x" * 3000)] * 4 + [section("x" * 1200)]
    await client.chat_postMessage(channel=NEWS, text="x", blocks=whole)
    over = client.chat_postMessage(channel=NEWS, text="x", blocks=[*whole, section("x")])
    assert await refused(over) == "msg_blocks_too_long"


@modest
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "text", "elements", "options", "element", "fields"]),
                inner | st.sampled_from(["section", "actions", "button", "static_select", "input"]),
            )
        ),
        max_leaves=12,
    )
)
def test_no_blocks_break_the_double(blocks: Any) -> None:
    """Whatever is sent as blocks is judged; what is taken is a list of known blocks."""
    if not block_problems(blocks):
        assert all(isinstance(block, dict) and block["type"] for block in blocks)


async def test_posting_has_a_pace_where_enforced(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """A burst is taken, then 429 with Retry-After; another channel is not held up."""
    slack.enforce_pace = True
    slack.channel("C0TEAM", creator=ANN)
    for _ in range(4):
        await client.chat_postMessage(channel=NEWS, text="x")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=NEWS, text="x")
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="C0TEAM", text="x")


async def test_faults_are_met_in_turn(slack: SlackDouble, client: AsyncWebClient) -> None:
    """Each call meets the next fault, and it is done or not as the fault says."""

    async def post(words: str) -> Any:
        return await client.chat_postMessage(channel=NEWS, text=words)

    slack.fault("chat.postMessage", RateLimited(retry_after=2))
    slack.fault("chat.postMessage", ServerError(503))
    slack.fault("chat.postMessage", ApiError("fatal_error"))
    slack.fault("chat.postMessage", LostRequest(), times=2)
    slack.fault("chat.postMessage", LostReply())
    slack.fault("chat.postMessage", Slow(0.1))
    with pytest.raises(SlackApiError) as raised:
        await post("limited")
    assert raised.value.response.headers["Retry-After"] == "2"
    with pytest.raises(SlackApiError) as raised:
        await post("broken")
    assert raised.value.response.status_code == 503
    assert await refused(post("refused")) == "fatal_error"
    for words in ("lost", "lost", "unanswered"):
        with pytest.raises(aiohttp.ClientError):
            await post(words)
    started = time.monotonic()
    await post("slow")
    assert time.monotonic() - started >= 0.1
    assert [said.text for said in slack.messages(NEWS)] == ["unanswered", "slow"]
    assert len(slack.called("chat.postMessage")) == 7


async def test_what_never_comes_is_told_with_the_calls(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """A wait that fails prints what the app called."""
    await client.chat_postMessage(channel=NEWS, text="A brief")
    with pytest.raises(AssertionError, match=r"chat\.postMessage -> ok: .*A brief"):
        await slack.until(lambda: False, seconds=0.02)


# Views and response_urls.


async def test_triggers_are_used_once_and_soon(slack: SlackDouble, client: AsyncWebClient) -> None:
    """A trigger_id opens one modal within three seconds; a refused modal does not use it up."""
    trigger = slack.new_trigger(ANN)
    bad = modal(title=text("x" * 25))
    assert await refused(client.views_open(trigger_id=trigger, view=bad)) == "invalid_arguments"
    await client.views_open(trigger_id=trigger, view=modal())
    again = client.views_open(trigger_id=trigger, view=modal())
    assert await refused(again) == "exchanged_trigger_id"
    trigger = slack.new_trigger(ANN)
    slack.skip(3.1)
    late = client.views_open(trigger_id=trigger, view=modal())
    assert await refused(late) == "expired_trigger_id"
    unknown = client.views_open(trigger_id="x", view=modal())
    assert await refused(unknown) == "invalid_trigger_id"


@pytest.mark.parametrize(
    "change",
    [
        {"title": text("x" * 25)},
        {"submit": text("x" * 25)},
        {"close": text("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "divider"}] * 101},
        {"submit": None},
        {"type": "home"},
        {"colour": "red"},
        {"blocks": [modal()["blocks"][0] | {"label": text("x" * 2001)}]},
    ],
)
async def test_views_against_the_rules_are_refused(
    slack: SlackDouble, client: AsyncWebClient, change: Json
) -> None:
    """Each breach of a limit of views is refused."""
    view = {name: value for name, value in modal(**change).items() if value is not None}
    call = client.views_open(trigger_id=slack.new_trigger(ANN), view=view)
    assert await refused(call) == "invalid_arguments"
    assert slack.views(ANN) == []


async def test_three_modals_at_most_and_updates_by_hash(
    slack: SlackDouble, client: AsyncWebClient
) -> None:
    """A fourth modal is refused; an update with an old hash too; inputs of the same ids stay."""
    await client.views_open(trigger_id=slack.new_trigger(ANN), view=modal())
    outside = client.views_push(trigger_id=slack.new_trigger(ANN), view=modal())
    assert await refused(outside) == "invalid_trigger_id"
    for _ in range(2):
        trigger = slack.new_trigger(ANN, slack.modal(ANN))
        await client.views_push(trigger_id=trigger, view=modal())
    trigger = slack.new_trigger(ANN, slack.modal(ANN))
    fourth = client.views_push(trigger_id=trigger, view=modal())
    assert await refused(fourth) == "push_limit_reached"
    top = slack.modal(ANN)
    assert top is not None
    top.values = {"ask": {"question": {"type": "plain_text_input", "value": "So far"}}}
    old = top.hash
    new = await client.views_update(view_id=top.id, hash=old, view=modal(title=text("New")))
    assert new["view"]["state"]["values"]["ask"]["question"]["value"] == "So far"
    stale = client.views_update(view_id=top.id, hash=old, view=modal())
    assert await refused(stale) == "hash_conflict"
    await slack.dismiss(top, user=ANN)
    assert await refused(client.views_update(view_id=top.id, view=modal())) == "not_found"
    assert len(slack.views(ANN)) == 2


async def test_homes_are_published_and_pressed(slack: SlackDouble, socket_app: TinyApp) -> None:
    """A home is a person's own, and its buttons work."""
    home = {"type": "home", "blocks": [section("Hello"), buttons(button("save"))]}
    await socket_app.client.views_publish(user_id=ANN, view=home)
    view = slack.home(ANN)
    assert view is not None
    assert "Hello" in shown(view)
    assert slack.home(BEN) is None
    assert (await slack.click(view, "save", user=ANN)).ok
    assert socket_app.seen[-1]["view"]["id"] == view.id
    bad = socket_app.client.views_publish(user_id=ANN, view=home, hash="old")
    assert await refused(bad) == "hash_conflict"


async def test_response_urls_end(slack: SlackDouble, socket_app: TinyApp) -> None:
    """Five uses, thirty minutes; they replace and delete the message of a button."""
    await socket_app.client.chat_postMessage(
        channel=NEWS, text="Keep?", blocks=[buttons(button("save"))]
    )
    (said,) = slack.messages(NEWS)
    socket_app.answers["save"] = {"text": "For all", "response_type": "in_channel"}
    await slack.click(said, "save", user=BEN)
    await slack.until(lambda: len(slack.messages(NEWS)) == 2)
    url = socket_app.seen[-1]["response_url"]
    assert await _responded(url, {"text": "To you"}) == (200, "ok")
    assert [each.text for each in slack.ephemerals(BEN)] == ["To you"]
    bad = await _responded(url, {"text": "x", "blocks": WRONG["a long section"]})
    assert bad[0] == 400
    await _responded(url, {"text": "Kept", "blocks": [], "replace_original": True})
    assert (said.text, said.blocks) == ("Kept", [])
    await _responded(url, {"delete_original": True})
    assert [each.text for each in slack.messages(NEWS)] == ["For all"]
    await _responded(url, {"text": "The fifth"})
    status, answer = await _responded(url, {"text": "The sixth"})
    assert status == 404
    assert "used_url" in answer
    late = slack.new_response_url(ANN, NEWS)
    slack.skip(30 * 60 + 1)
    status, answer = await _responded(late, {"text": "Late"})
    assert status == 404
    assert "expired_url" in answer


async def _responded(url: str, said: Json) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=said) as answer:
        return answer.status, await answer.text()


async def test_nobody_presses_what_is_not_there(slack: SlackDouble, socket_app: TinyApp) -> None:
    """A person presses what they see, and only that."""
    await socket_app.client.chat_postEphemeral(
        channel=NEWS, user=ANN, text="For you", blocks=[buttons(button("save"))]
    )
    (said,) = slack.ephemerals(ANN)
    with pytest.raises(AssertionError, match="nobody can use keep"):
        await slack.click(said, "keep", user=ANN)
    with pytest.raises(AssertionError, match="only U0ANN"):
        await slack.click(said, "save", user=BEN)
    update = socket_app.client.chat_update(channel=NEWS, ts=said.ts, text="x")
    assert await refused(update) == "message_not_found"


# Files.


async def _fetched(url: str, token: str | None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, answer.content_type, await answer.read()


async def test_files_need_the_token_and_the_scope(slack: SlackDouble) -> None:
    """Without either there is a page to log in, with the status 200."""
    report = slack.upload("report.txt", b"12 trips", "text/plain", user=ANN)
    url = report.url_private_download
    assert await _fetched(url, slack.bot_token) == (200, "text/plain", b"12 trips")
    assert (await _fetched(url, None))[:2] == (200, "text/html")
    slack.scopes.remove("files:read")
    assert (await _fetched(report.url_private, slack.bot_token))[:2] == (200, "text/html")
    assert [each.authorization is None for each in slack.downloads] == [False, True, False]


async def test_files_may_lead_elsewhere_drip_and_lie(slack: SlackDouble) -> None:
    """A redirect leads to another port, which notes a token; lengths may be wrong."""
    moved = slack.upload("a.txt", b"x", "text/plain", user=ANN, redirect=True)
    assert (await _fetched(moved.url_private, slack.bot_token))[0] == 302
    assert (await _fetched(f"{slack.other_base}/{moved.id}/a.txt", "leaked"))[2] == b"x"
    assert slack.downloads[-1].elsewhere
    assert slack.downloads[-1].authorization == "Bearer leaked"
    slow = slack.upload("b.txt", b"x" * 3000, "text/plain", user=ANN, drip=0.05)
    started = time.monotonic()
    assert len((await _fetched(slow.url_private, slack.bot_token))[2]) == 3000
    assert time.monotonic() - started >= 0.1
    lying = slack.upload("c.txt", b"x" * 10, "text/plain", user=ANN, length=100)
    with pytest.raises(aiohttp.ClientPayloadError):
        await _fetched(lying.url_private, slack.bot_token)
    slack.fault("files", ServerError(500))
    assert (await _fetched(slow.url_private, slack.bot_token))[0] == 500


# Text.


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("see https://example.org/a?b=1&c=2.", "see <https://example.org/a?b=1&amp;c=2>."),
        ("see example.org/a", "see <http://example.org/a|example.org/a>"),
        ("mail ann@example.org", "mail <mailto:ann@example.org|ann@example.org>"),
        ("@ann and @nobody in #news", "<@U0ANN> and @nobody in <#C0NEWS|news>"),
        ("@here <!here>", "<!here> &lt;!here&gt;"),
        ("<@U0ANN>", "<@U0ANN>"),
    ],
)
async def test_what_people_type_is_given_as_slack_gives_it(
    slack: SlackDouble, words: str, given: str
) -> None:
    """Marks are escaped; addresses, people and channels are marked."""
    said = slack.said(NEWS, words, user=ANN)
    assert said.text == given


@modest
@given(st.text())
def test_typed_text_reads_as_it_was_typed(words: str) -> None:
    """Text without names and addresses is escaped, and reads as it was typed."""
    given_text, _blocks = typed(words, [], [])
    said = Message(ts="1.0", channel=NEWS, user=ANN, text=given_text)
    if not links(said) and not mentions(said):
        assert shown(said) == words


def test_what_would_ping_is_found_where_it_is_live() -> None:
    """Mentions are live in mrkdwn and the text, not in plain text, and not escaped."""
    blocks = [
        section("<!channel> &lt;!here&gt; <https://example.org|here>"),
        {"type": "header", "text": text("<!here>")},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!subteam^S1> <#C0NEWS>"}]},
    ]
    said = Message(ts="1.0", channel=NEWS, user=ANN, text="<@U0ANN> &lt;@U0BEN&gt;", blocks=blocks)
    assert mentions(said) == ["<@U0ANN>", "<!channel>", "<!subteam^S1>", "<#C0NEWS>"]
    assert links(said) == [("https://example.org", "here")]
    assert "<!here> here (https://example.org)" in shown(said)
    linked = Message(ts="1.0", channel=NEWS, user=ANN, text="@here", sent={"link_names": True})
    assert mentions(linked) == ["@here"]


def test_an_acknowledgement_without_errors_has_none() -> None:
    """An Acked of nothing has no errors, and views have names."""
    assert Acked(ok=True).errors == {}
    view = View(id="V1", user=ANN, definition=modal(), hash="1", root="V1")
    assert (view.title, view.callback_id, view.private_metadata) == ("Ask", "asking", "")
