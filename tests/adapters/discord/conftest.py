"""A server of the tests' own, and Dateline in it: the real program on the real discord.py."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.client import DiscordAdapter
from adapters.discord.connecting import Connection
from bot.app import App, assembled
from bot.config import read_settings
from bot.delivering import Deliverer
from bot.platforms import chat_ports
from bot.sending import Surroundings
from tests.doubles.discord_server import Channel, DiscordDouble, Guild, Member
from tests.doubles.discord_server import permissions as bits
from tests.running import dateline as program

QUESTION = "How many trips to the port of Vostochny?"
ANSWER = "made 43 trips"

NEWS_ID, PORTS_ID = "1185270114287464401", "1185270114287464402"
"""A channel that sees `main`, and one that sees `sea` too."""

CONFIG = f"""[answers]
min_confidence = 0.3

[channels."discord:{PORTS_ID}"]
collections = ["main", "sea"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """A server, and who and what is in it."""

    server: DiscordDouble
    guild: Guild
    news: Channel
    ports: Channel
    ann: Member
    """Has Manage Server."""
    bob: Member
    """Has Manage Channels."""
    zoe: Member
    """A reader."""

    def said(self, channel: Channel | None = None) -> list[Any]:
        """Return what Dateline has said in a channel for everybody, the oldest first."""
        seen = self.server.messages(channel or self.news)
        return [each for each in seen if each.author is self.server.bot]

    async def replies(self, count: int = 1, channel: Channel | None = None) -> list[Any]:
        """Wait for so many messages of Dateline's; a moment later there are no more, either."""
        await self.server.until(lambda: len(self.said(channel)) >= count)
        await asyncio.sleep(0.15)
        found = self.said(channel)
        assert len(found) == count
        return found


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    """Return a server, to which discord.py is pointed."""
    async with DiscordDouble() as server:
        guild = server.guild(name="The newsroom")
        made = Newsroom(
            server=server,
            guild=guild,
            news=_channel(server, guild, "news", NEWS_ID),
            ports=_channel(server, guild, "ports", PORTS_ID),
            ann=server.member(guild, "Ann", permissions=bits.MANAGE_GUILD),
            bob=server.member(guild, "Bob", permissions=1 << 4),
            zoe=server.member(guild, "Zoe"),
        )
        with server.pointed():
            yield made


def _channel(server: DiscordDouble, guild: Guild, name: str, wanted: str) -> Channel:
    channel = server.channel(guild, name)
    del server.channels[channel.id]
    channel.id = wanted
    server.channels[wanted] = channel
    return channel


@pytest.fixture
def app(loaded: Path, tmp_path: Path) -> Iterator[App]:
    """Return the program with three articles in `main`."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    with assembled(read_settings(file), loaded, stays=True) as made:
        yield made


class Silent:
    """Tells nobody of what became of deliveries."""

    async def tell(self, alert: object) -> None:
        """Let it pass."""


def connection(server: DiscordDouble, **more: Any) -> Connection:
    """Return how a server is reached."""
    return Connection(
        token=server.token,
        api_url=server.api_url,
        gateway_url=server.gateway_url,
        cdn_url=server.cdn_url,
        **more,
    )


@asynccontextmanager
async def in_server(
    app: App, server: DiscordDouble, *, delivering: bool = False, **more: Any
) -> AsyncIterator[DiscordAdapter]:
    """Run Dateline in a server until the block ends; it must not have failed."""
    adapter = DiscordAdapter(connection(server, **more), chat_ports(app))
    messenger = await adapter.connect()
    running = asyncio.create_task(adapter.run())
    tasks = [running]
    if delivering:
        deliverer = Deliverer(
            app.outbox,
            {"discord": messenger},
            app.occasions,
            Silent(),
            Surroundings(poll_seconds=0.05),
        )
        app.occasions.added = deliverer.wake
        tasks.append(asyncio.create_task(deliverer.run()))
    await server.until(lambda: server.connected or running.done())
    served = sorted(more.get("guilds", ())) or [None]
    await server.until(lambda: all(server.commands(each and str(each)) for each in served))
    try:
        yield adapter
        assert not running.done(), running
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def dateline(app: App, room: Newsroom) -> AsyncIterator[DiscordAdapter]:
    """Run Dateline in the server."""
    async with in_server(app, room.server) as adapter:
        yield adapter


async def load(*words: Any) -> None:
    """Load beside the running bot, as an operator would."""
    ended = await asyncio.to_thread(program, *words)
    assert ended.status == 0, ended.err


def button(message: Any, action: str) -> str:
    """Return the name of a button of a message."""
    (found,) = [each for each in message.custom_ids if each.startswith(f"dateline:{action}:")]
    return str(found)
