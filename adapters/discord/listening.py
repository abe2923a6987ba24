"""discord.py's client, which hears as little as it may and is not ended by what it hears."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord

READY_SECONDS = 0.5
"""How long Discord may take from one server to the next when it says what there is."""

LONGEST_RATE_LIMIT = 30.0
"""A rate limit that lasts longer is told to who asked, in place of being waited for."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told of what."""

    take_message: Callable[[discord.Message], Awaitable[None]]
    take_interaction: Callable[[discord.Interaction[Any]], Awaitable[None]]
    set_up: Callable[[], Awaitable[None]]
    ready: Callable[[], Awaitable[None]]


class _Listening(discord.Client):
    """Tells a listener."""

    listener: Listener

    async def setup_hook(self) -> None:
        """Begin what goes on beside the connection."""
        await self.listener.set_up()

    async def on_ready(self) -> None:
        """Tell that all is known; Discord may say so more than once."""
        await self.listener.ready()

    async def on_message(self, message: discord.Message) -> None:
        """Take a message."""
        await self.listener.take_message(message)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take a pressed button or a form; commands are taken by their tree."""
        await self.listener.take_interaction(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log a defect; the event itself holds what must not be in a log."""
        del args, kwargs
        _log.exception("Discord: %s failed", event_method)


class _One(_Listening):
    """With one connection."""


class _Many(_Listening, discord.AutoShardedClient):
    """With as many connections as Discord recommends."""


def client_of(listener: Listener, intents: discord.Intents, shards: int) -> discord.Client:
    """Return a client that is not connected yet."""
    options: dict[str, Any] = {
        "intents": intents,
        # Whatever a text holds, nobody is pinged.
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": READY_SECONDS,
        "max_ratelimit_timeout": LONGEST_RATE_LIMIT,
    }
    client = _One(**options) if shards == 1 else _Many(shard_count=shards, **options)
    client.listener = listener
    parsers: dict[str, Callable[[Any], Any]] = client._connection.parsers  # noqa: SLF001
    # An event that cannot be read would end the connection; so only that event is lost.
    parsers |= {name: _forgiving(name, parse) for name, parse in parsers.items()}
    return client


def _forgiving(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parsed(data: Any) -> Any:
        try:
            return parse(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next event is another one
            kind = type(error).__name__
            _log.error("Discord sent a %s that cannot be read (%s)", name, kind)
            return None

    return parsed
