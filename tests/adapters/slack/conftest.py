"""A workspace of the tests' own, and Dateline in it: the real program on the real libraries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from adapters.slack import manifest
from adapters.slack.client import SlackAdapter
from adapters.slack.connecting import Connection
from adapters.slack.receiving import route
from adapters.web.server import serving
from bot.app import App, assembled
from bot.config import read_settings
from bot.delivering import Deliverer
from bot.platforms import chat_ports
from bot.sending import Surroundings
from briefs.ports import CommandHandler
from tests.doubles.slack import Acked, Message, SlackDouble, shown
from tests.running import dateline as program

ANN, BOB, ZOE = "U0ANN", "U0BOB", "U0ZOE"
"""An admin of the workspace, the creator of a channel, and a reader."""
NEWS, PORTS, AWAY = "C0NEWS", "C0PORTS", "C0AWAY"
"""A channel that sees `main`, one that sees `sea` too, and one that Dateline is not in."""

CONFIG = f"""[answers]
min_confidence = 0.3

[channels."slack:{PORTS}"]
collections = ["main", "sea"]
"""


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Return a workspace that granted what the manifest asks for, and no more.

    Whatever happens in it must have been acknowledged.
    """
    async with SlackDouble(scopes=set(manifest.SCOPES), events=set(manifest.EVENTS)) as made:
        made.user(ANN, name="ann", admin=True, tz="Europe/Berlin")
        made.user(BOB, name="bob")
        made.user(ZOE, name="zoe", tz="America/New_York")
        for channel, name in ((NEWS, "news"), (PORTS, "ports"), (AWAY, "away")):
            everybody = {ANN, BOB, ZOE}
            made.channel(channel, name=name, creator=BOB, members=everybody, bot_in=channel != AWAY)
        yield made
        assert made.unacknowledged == []


@pytest.fixture
def app(loaded: Path, tmp_path: Path) -> Iterator[App]:
    """Return the program with three articles in `main`."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    with assembled(read_settings(file), loaded, stays=True) as made:
        yield made


def connection(slack: SlackDouble, **changes: Any) -> Connection:
    """Return how a workspace is reached."""
    known: dict[str, Any] = {
        "mode": "socket",
        "api_url": slack.api_url,
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
    }
    return Connection(**{**known, **changes})


def adapter_of(
    app: App, reached: Connection, handler: CommandHandler | None = None
) -> SlackAdapter:
    """Return the adapter of the program; nothing is connected yet."""
    ports = chat_ports(app)
    return SlackAdapter(reached, replace(ports, handler=handler or ports.handler))


@asynccontextmanager
async def in_workspace(
    app: App,
    slack: SlackDouble,
    *,
    mode: Literal["socket", "http"] = "socket",
    delivering: bool = False,
    handler: CommandHandler | None = None,
    **changes: Any,
) -> AsyncIterator[SlackAdapter]:
    """Run Dateline in a workspace until the block ends.

    Args:
        app: The program.
        slack: The workspace.
        mode: How it is told of what happens.
        delivering: Whether what is in the outbox is delivered.
        handler: What carries out commands; None: the program's own.
        changes: What is otherwise in the connection.
    """
    adapter = adapter_of(app, connection(slack, mode=mode, **changes), handler)
    messenger = await adapter.connect()
    routes = [route(slack.signing_secret, lambda: adapter.app)] if mode == "http" else []
    async with serving("127.0.0.1", 0, routes) as port:
        slack.http_target = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
        tasks = [asyncio.create_task(adapter.run())]
        if delivering:
            deliverer = Deliverer(
                app.outbox,
                {"slack": messenger},
                app.occasions,
                Silent(),
                Surroundings(poll_seconds=0.05),
            )
            app.occasions.added = deliverer.wake
            tasks.append(asyncio.create_task(deliverer.run()))
        if mode == "socket":
            await slack.until(lambda: slack.sockets.open, what="no socket was opened")
        try:
            yield adapter
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Silent:
    """Tells nobody of what became of deliveries."""

    async def tell(self, alert: object) -> None:
        """Let it pass."""


@pytest.fixture(params=["socket", "http"])
async def dateline(
    request: pytest.FixtureRequest, app: App, slack: SlackDouble
) -> AsyncIterator[SlackAdapter]:
    """Run Dateline in the workspace, in either mode."""
    async with in_workspace(app, slack, mode=request.param) as adapter:
        yield adapter


async def replies(slack: SlackDouble, channel: str, count: int = 1, ts: str | None = None) -> Any:
    """Wait for Dateline's messages, and return them; there are no more, a moment later, either."""
    found = await slack.until(lambda: _posts(slack, channel, ts, count))
    await slack.idle()
    await asyncio.sleep(0.2)
    assert len(_posts(slack, channel, ts, 0)) == count
    return found


def _posts(slack: SlackDouble, channel: str, ts: str | None, least: int) -> list[Message]:
    found = [each for each in slack.posts(channel) if ts is None or ts in {each.ts, each.thread_ts}]
    return found if len(found) >= least else []


async def told(slack: SlackDouble, user: str, number: int = 1) -> list[Message]:
    """Wait until somebody was told so many things that nobody else sees, and return them."""

    def found() -> list[Message]:
        said = slack.ephemerals(user)
        return said if len(said) >= number else []

    return await slack.until(found, what=f"{user} was not told {number} things")


async def asked(
    slack: SlackDouble, command: str, text: str, *, user: str, channel: str = NEWS
) -> str:
    """Let somebody type a command, and return what they are told that nobody else sees."""
    before = len(slack.ephemerals(user))
    acked = await slack.command(command, text, user=user, channel=channel)
    assert acked.ok
    found = await slack.until(lambda: slack.ephemerals(user)[before:], what=f"{command} {text}")
    return shown(found[0])


async def load(*words: Any) -> None:
    """Load beside the running bot, as an operator would."""
    ended = await asyncio.to_thread(program, *words)
    assert ended.status == 0, ended.err


def written(acked: Acked) -> Message:
    """Return the message that somebody wrote."""
    assert acked.message is not None
    return acked.message


def button(message: Message, action: str) -> Any:
    """Return a button of a message."""
    elements = [each for block in message.blocks for each in block.get("elements", ())]
    (found,) = [each for each in elements if each.get("action_id") == action]
    return found
