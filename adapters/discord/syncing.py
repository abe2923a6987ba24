"""Telling Discord which commands there are, only where that has changed."""

import logging
from collections.abc import Iterable
from typing import Any

import discord

from adapters.discord.rest import Rest
from adapters.discord.tree import Tree

_log = logging.getLogger(__name__)

_GLOBAL = "/applications/{application_id}/commands"
_OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"

_COMPARED = frozenset(
    {
        *("name", "type", "description", "options", "choices", "required", "autocomplete"),
        *("min_value", "max_value", "min_length", "max_length", "channel_types", "value"),
        *("default_member_permissions", "nsfw"),
    }
)
"""What makes a command what it is; Discord adds more, and leaves out what is not set."""


async def sync(tree: Tree, rest: Rest, application: int, guilds: Iterable[int]) -> int:
    """Tell Discord of the commands; return how often it had to be told.

    Args:
        tree: The commands.
        rest: What asks Discord.
        application: Its id.
        guilds: The servers that have the commands; none: all have.

    Raises:
        discord.HTTPException: Discord does not take them.
    """
    payloads = [each.to_dict(tree) for each in _all(tree)]
    served = sorted(guilds)
    told = await _told(rest, _GLOBAL, [] if served else payloads, application_id=application)
    for guild in served:
        place: dict[str, Any] = {"application_id": application, "guild_id": guild}
        try:
            told += await _told(rest, _OF_GUILD, payloads, **place)
        except discord.Forbidden:
            _log.error(
                "Dateline is not in the server %d of discord.guilds, or was invited without "
                "applications.commands; docs/discord.md has the link",
                guild,
            )
    return told


def _all(tree: Tree) -> list[Any]:
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    return [each for kind in kinds for each in tree.get_commands(type=kind)]


async def _told(rest: Rest, path: str, payloads: list[Any], **place: Any) -> int:
    there = await rest.call("GET", path, **place)
    if comparable(there) == comparable(payloads):
        return 0
    await rest.call("PUT", path, body=payloads, **place)
    _log.info("Discord was told of %d commands", len(payloads))
    return 1


def comparable(commands: Iterable[Any]) -> list[Any]:
    """Return commands in an order and a form in which equal ones are equal."""
    found = [(_compared(each), _direct(each)) for each in commands]
    return sorted(found, key=lambda each: (each[0].get("type", 1), each[0]["name"]))


def _direct(command: Any) -> bool:
    """Say whether a command is offered in direct messages."""
    contexts = command.get("contexts")
    return 1 in contexts if contexts else command.get("dm_permission") is not False


def _is_set(name: str, value: Any) -> bool:
    # To nobody but administrators is something else than to all.
    if name == "default_member_permissions":
        return value is not None
    return value not in (None, False, [], ())


def _compared(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_compared(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {
        name: str(each) if name == "default_member_permissions" else _compared(each)
        for name, each in value.items()
        if name in _COMPARED and _is_set(name, each)
    }
    # Discord gives a menu's empty description back, and the type that is usual.
    return {name: each for name, each in kept.items() if each != ""}
