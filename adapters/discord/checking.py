"""Trying what `dateline run` would need of Discord, for whoever sets it up."""

import asyncio
from collections.abc import Iterable
from typing import Any

import aiohttp

from adapters.discord.connecting import UNREAD, Connection
from adapters.discord.inviting import invite_link
from briefs.errors import ConfigurationError

PATIENCE_SECONDS = 15.0

_FOUND, _UNAUTHORIZED = 200, 401
_READS_MESSAGES = (1 << 18) | (1 << 19)
"""The application's flags of Message Content Intent: granted, or granted to a small bot."""


async def tried(connection: Connection, channels: Iterable[str] = ()) -> str:
    """Return who Dateline is on Discord, after its token, intents and channels were tried.

    Args:
        connection: How it is reached.
        channels: The ids of channels that are to be posted to.

    Raises:
        ConfigurationError: Something would not work; the message says how to mend it.
    """
    headers = {"Authorization": f"Bot {connection.token}"}
    try:
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            aiohttp.ClientSession(headers=headers) as session,
        ):
            me = await _got(session, f"{connection.api_url}/users/@me")
            application = await _got(session, f"{connection.api_url}/applications/@me")
            unseen = [
                each
                for each in channels
                if not await _got(session, f"{connection.api_url}/channels/{each}")
            ]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ConfigurationError(
            f"Discord cannot be reached at {connection.api_url}; is there a network, or a proxy?"
        ) from error
    flags = int((application or {}).get("flags") or 0)
    if connection.reads_all and application and not flags & _READS_MESSAGES:
        raise ConfigurationError(UNREAD)
    link = invite_link(str((application or {}).get("id") or (me or {}).get("id") or ""))
    if unseen:
        raise ConfigurationError(
            f"Dateline cannot see {', '.join(unseen)}; invite it with {link}, and add it to the "
            "members of channels that not everybody sees"
        )
    return f"{(me or {}).get('username', 'a bot')}; it is invited with {link}"


async def _got(session: aiohttp.ClientSession, url: str) -> dict[str, Any] | None:
    """Return what is there; None: nothing that may be seen.

    Raises:
        ConfigurationError: The token is not accepted.
    """
    async with session.get(url) as reply:
        if reply.status == _UNAUTHORIZED:
            raise ConfigurationError(
                "Discord does not accept DISCORD_BOT_TOKEN. Discord shows a new one under Bot → "
                "Reset Token; docs/discord.md leads there."
            )
        if reply.status != _FOUND:
            return None
        found = await reply.json(content_type=None)
        return found if isinstance(found, dict) else None
