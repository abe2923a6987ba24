"""Connecting to Discord: where it is, with which token, and what is wrong with one."""

import asyncio
import logging
from dataclasses import dataclass

import aiohttp
import discord
import discord.asset
import discord.gateway
import discord.http
from yarl import URL

from briefs.errors import ConfigurationError

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"
CDN_URL = "https://cdn.discordapp.com"

TOKEN = "DISCORD_BOT_TOKEN"  # noqa: S105 - the name of the variable

_REQUEST = aiohttp.ClientTimeout(total=15)
_LONGEST_WAIT = 60.0
_UNAUTHORIZED = 401
_SHOWN = "Discord shows a new one under Bot → Reset Token; docs/discord.md leads there."
_CLOSED = {
    4004: f"Discord does not accept {TOKEN}. {_SHOWN}",
    4011: "Discord asks for more connections than were made; start Dateline again.",
    4013: "Discord does not know what Dateline wants to hear; install a newer Dateline.",
}

UNREAD = (
    'A channel has respond_to = "all", and the bot may not read messages. Switch on Message '
    'Content Intent under Bot in Discord\'s developer portal, or set respond_to = "mentions"; '
    "docs/discord.md leads there."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Connection:
    """How Discord is reached, and with which token: without a repr, so that it is not shown."""

    token: str
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    cdn_url: str = CDN_URL
    guilds: frozenset[int] = frozenset()
    """Where Dateline answers; none: everywhere."""
    admin_roles: frozenset[int] = frozenset()
    """Whose members may load; none: who has Manage Server."""
    file_bytes: int = 20_000_000
    reads_all: bool = False
    """Whether there is a channel in which every message is a question."""

    def intents(self) -> discord.Intents:
        """Return the least that Discord is to tell of."""
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = self.reads_all
        return intents

    def point(self) -> None:
        """Let discord.py speak with the configured endpoints; before a client is made."""
        discord.http.Route.BASE = self.api_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(self.gateway_url)
        discord.asset.Asset.BASE = self.cdn_url


def checked(connection: Connection) -> Connection:
    """Return a connection that has a token.

    Raises:
        ConfigurationError: There is none, or it cannot be one.
    """
    if not connection.token:
        raise ConfigurationError(f"Discord is on, and {TOKEN} is not set. {_SHOWN}")
    if connection.token.startswith("Bot ") or any(each.isspace() for each in connection.token):
        raise ConfigurationError(f"{TOKEN} is the token alone, without “Bot ” and without spaces.")
    return connection


async def recommended_shards(connection: Connection) -> int:
    """Return how many connections Discord recommends; wait as long as it cannot be reached.

    Raises:
        ConfigurationError: Discord does not accept the token.
    """
    wait = 1.0
    while True:
        try:
            return await _asked_shards(connection)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            wait = min(_LONGEST_WAIT, 2 * wait)
            reason = type(error).__name__
            _log.error("Discord cannot be reached (%s); tried again in %.0f s", reason, wait)
            await asyncio.sleep(wait)


async def _asked_shards(connection: Connection) -> int:
    headers = {"Authorization": f"Bot {connection.token}"}
    async with (
        aiohttp.ClientSession(timeout=_REQUEST, headers=headers) as session,
        session.get(f"{connection.api_url}/gateway/bot") as reply,
    ):
        if reply.status == _UNAUTHORIZED:
            raise ConfigurationError(f"Discord does not accept {TOKEN}. {_SHOWN}")
        try:
            return max(1, int((await reply.json(content_type=None))["shards"]))
        except (KeyError, TypeError, ValueError):
            # A server that only speaks the protocol need not recommend anything.
            _log.info("Discord recommends no number of connections (status %d)", reply.status)
            return 1


def explained(error: Exception) -> ConfigurationError | None:
    """Return what somebody has to mend before Discord can be connected to; None: it may pass."""
    match error:
        case discord.LoginFailure():
            return ConfigurationError(_CLOSED[4004])
        case discord.PrivilegedIntentsRequired():
            return ConfigurationError(UNREAD)
        case discord.ConnectionClosed() if error.code in _CLOSED:
            return ConfigurationError(_CLOSED[error.code])
        case _:
            return None
