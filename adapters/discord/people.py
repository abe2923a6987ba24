"""Who may what on Discord: by the roles of the configuration, else by Discord's permissions."""

import time
from collections import OrderedDict
from typing import Any

import discord

from adapters.discord.errors import outcome_of
from adapters.discord.rest import Rest

FRESH_SECONDS = 60.0
"""So long what Discord said of somebody is believed."""

_REMEMBERED = 1_000
_MISSING = 404


class Rights:
    """Reads from an interaction what who did it may do; Discord gives that with each."""

    def __init__(self, admin_roles: frozenset[int] = frozenset()) -> None:
        """Take the ids of the roles that may load; none: whoever has Manage Server."""
        self._admin_roles = admin_roles

    def is_admin(self, interaction: discord.Interaction[Any]) -> bool:
        """Say whether somebody may change the library: never in a direct message."""
        if interaction.guild_id is None:
            return False
        if self._admin_roles:
            roles = getattr(interaction.user, "_roles", ())
            return any(int(role) in self._admin_roles for role in roles)
        return interaction.permissions.manage_guild

    def manages(self, interaction: discord.Interaction[Any]) -> bool:
        """Say whether the channel is somebody's to schedule for; a direct message is."""
        return interaction.guild_id is None or interaction.permissions.manage_channels


class People:
    """Asks Discord who is in a server, and remembers it for a moment."""

    def __init__(self, rest: Rest, guilds: frozenset[int]) -> None:
        """Take the ids of the servers in which Dateline answers; none: all of them."""
        self._rest = rest
        self._guilds = guilds
        self._known: OrderedDict[int, tuple[float, bool]] = OrderedDict()

    async def is_served(self, user: int, guild: int | None) -> bool:
        """Say whether Dateline answers there; in a direct message, the members of its servers."""
        if not self._guilds:
            return True
        if guild is not None:
            return guild in self._guilds
        known = self._known.get(user)
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        found = await self._is_member(user)
        if found is None:
            return False
        self._known[user] = (time.monotonic(), found)
        self._known.move_to_end(user)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    async def _is_member(self, user: int) -> bool | None:
        """Return whether somebody is in one of the servers; None: Discord cannot say."""
        path = "/guilds/{guild_id}/members/{user_id}"
        for guild in sorted(self._guilds):
            try:
                await self._rest.call("GET", path, guild_id=guild, user_id=user)
            except discord.HTTPException as error:
                if error.status < _MISSING - 1 or error.status > _MISSING:
                    return None
            except Exception as error:
                if outcome_of(error) is None:
                    raise
                return None
            else:
                return True
        return False
