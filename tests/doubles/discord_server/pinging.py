"""Whom a text mentions, and whom a message of the bot really pings."""

import re
from typing import TYPE_CHECKING, Final

from tests.doubles.discord_server.permissions import ALL, MENTION_EVERYONE
from tests.doubles.discord_server.refusing import Json

if TYPE_CHECKING:
    from tests.doubles.discord_server.messages import Message
    from tests.doubles.discord_server.things import User

_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
_CROWD: Final = re.compile(r"@(everyone|here)\b")
_IN_CHANNELS: Final[Json] = {"parse": ["users", "roles", "everyone"], "replied_user": True}
_IN_RESPONSES: Final[Json] = {"parse": ["users"], "replied_user": False}


def pings(message: "Message") -> set[str]:
    """Return what really pings: of `@everyone`, `@here`, `<@id>` and `<@&id>`.

    What `allowed_mentions` let through counts, with Discord's defaults where it was not sent:
    everything in a channel message, users only in an interaction's response. Embeds and
    ephemeral messages ping nobody. Mentions between backticks count here.
    """
    if message.ephemeral:
        return set()
    default = _IN_CHANNELS if message.by_interaction is None else _IN_RESPONSES
    allowed = default if message.allowed_mentions is None else message.allowed_mentions
    parse = allowed.get("parse") or []
    may_crowd = _permissions(message) & MENTION_EVERYONE
    found = set()
    if "everyone" in parse and may_crowd:
        found |= {f"@{name}" for name in _CROWD.findall(message.content)}
    for user in _USER.findall(message.content):
        if "users" in parse or user in map(str, allowed.get("users") or []):
            found.add(f"<@{user}>")
    for role in _ROLE.findall(message.content):
        named = "roles" in parse or role in map(str, allowed.get("roles") or [])
        if named and (may_crowd or _mentionable(message, role)):
            found.add(f"<@&{role}>")
    if message.reference is not None and allowed.get("replied_user", False):
        found.add(message.reference.author.mention)
    return found


def mentioned(message: "Message", known: "dict[str, User]") -> None:
    """Fill in whom a message mentions, as Discord does when it is sent."""
    pinged = pings(message)
    users = [known[each] for each in _USER.findall(message.content) if each in known]
    if message.reference is not None and message.reference.author.mention in pinged:
        users.append(message.reference.author)
    message.mentioned = list(dict.fromkeys(users))
    message.mentioned_roles = list(dict.fromkeys(_ROLE.findall(message.content)))
    message.mentions_everyone = bool(pinged & {"@everyone", "@here"})


def _permissions(message: "Message") -> int:
    guild = message.channel.guild
    if guild is None:
        return ALL
    member = guild.members.get(message.author.id)
    return 0 if member is None else member.permissions(message.channel)


def _mentionable(message: "Message", role_id: str) -> bool:
    guild = message.channel.guild
    return guild is not None and any(
        role.id == role_id and role.mentionable for role in guild.roles
    )
