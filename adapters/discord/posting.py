"""Posting on Discord: each message once, recognised again by its key or by what it shows."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import discord

from adapters.discord.embeds import Message, components
from adapters.discord.errors import NO_HISTORY, outcome_of
from adapters.discord.rest import REQUEST_SECONDS, Rest
from adapters.persisting import as_look, key_of, posted_once
from briefs.outcomes import (
    Absent,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    SendOutcome,
    Sent,
    Unreadable,
)
from briefs.parts import Part

PREFIX = "discord:"

LIMITS = Limits(length=None, interval_seconds=0.2, timeout_seconds=REQUEST_SECONDS)

NONCE_HOLDS = timedelta(minutes=1)
"""For some minutes, Discord gives for a nonce the message that has it."""

NO_PINGS = {"parse": [], "replied_user": False}

MESSAGES = "/channels/{channel_id}/messages"

_PAGE = 100
_PAGES = 20

Payload: TypeAlias = dict[str, Any]
IsIt: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Says of a message of ours in a channel's history whether it is the one that is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A channel, and the message there that is replied to."""

    channel: int
    reply_to: int | None = None


class Posts:
    """Posts one message, and looks for one among those that are there."""

    def __init__(self, client: discord.Client, rest: Rest) -> None:
        """Take a client that is logged in, and what asks Discord."""
        self._client = client
        self._rest = rest

    async def post(self, where: Where, payload: Mapping[str, Any], key: str) -> SendOutcome:
        """Post a message, once. Never raises for what Discord does.

        discord.py tries a request again that Discord answers with 500, 502 or 504: within minutes
        the nonce, which Discord enforces, gives the message that is there in place of a second one.
        """
        body = {**payload, "nonce": key, "enforce_nonce": True, "allowed_mentions": NO_PINGS}
        if where.reply_to is not None:
            reference = {"message_id": str(where.reply_to), "fail_if_not_exists": False}
            body["message_reference"] = reference
        try:
            reply = await self._posted(where.channel, body)
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            return outcome
        return Sent(remote_id=str(reply["id"]), link=self._link(where.channel, reply["id"]))

    async def _posted(self, channel: int, body: Payload) -> Any:
        try:
            return await self._rest.call("POST", MESSAGES, body=body, channel_id=channel)
        except discord.HTTPException as error:
            if error.code != NO_HISTORY:
                raise
            body.pop("message_reference", None)
            return await self._rest.call("POST", MESSAGES, body=body, channel_id=channel)

    async def find(self, where: Where, is_it: IsIt, since: datetime) -> LookOutcome:
        """Look for a message of ours among what was posted since a time."""
        if not self._is_readable(where.channel):
            return Unreadable(reason="Dateline may not read the history; give it that permission")
        after = discord.utils.time_snowflake(since.astimezone(UTC))
        me = str(self._client.user.id) if self._client.user else ""
        try:
            for _ in range(_PAGES):
                query = {"after": str(after), "limit": _PAGE}
                page = await self._rest.call("GET", MESSAGES, query=query, channel_id=where.channel)
                for message in page:
                    if message["author"]["id"] == me and is_it(message):
                        link = self._link(where.channel, message["id"])
                        return Found(remote_id=str(message["id"]), link=link)
                if len(page) < _PAGE:
                    return Absent()
                after = max(int(each["id"]) for each in page)
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            return as_look(outcome)
        return NotNow(reason="more was posted there than can be looked through")

    def _is_readable(self, channel: int) -> bool:
        """Say whether the history can be read: where it cannot, Discord shows an empty one."""
        found = self._client.get_channel(channel)
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return True
        me: discord.Member | None = found.guild.me
        return me is None or found.permissions_for(me).read_message_history

    def _link(self, channel: int, message: Any) -> str:
        found = self._client.get_channel(channel)
        guild = getattr(getattr(found, "guild", None), "id", "@me")
        return f"https://discord.com/channels/{guild}/{channel}/{message}"


def payload_of(message: Message) -> Payload:
    """Return a message as Discord's REST interface takes it."""
    return {
        "content": message.content,
        "embeds": list(message.embeds),
        "components": components(message.buttons),
    }


def _shown(embeds: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [
        (str(each.get("title") or "").strip(), str(each.get("description") or "").strip())
        for each in embeds
    ]


def _foot(embeds: Sequence[Mapping[str, Any]]) -> str:
    return str((embeds[-1].get("footer") or {}).get("text") or "") if embeds else ""


class DiscordMessenger:
    """Delivers the parts of briefs, one after another in the channel."""

    def __init__(self, posts: Posts) -> None:
        """Take what posts."""
        self._posts = posts

    @property
    def limits(self) -> Limits:
        """What Discord bears."""
        return LIMITS

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Post a part, once, with its key as the nonce and in the last footer."""
        del root
        body = json.loads(part.body)
        embeds = list(body["embeds"])
        foot = " · ".join(each for each in (_foot(embeds), part.key) if each)
        embeds[-1] = {**embeds[-1], "footer": {"text": foot}}
        payload = {"content": body["content"], "embeds": embeds}
        return await self._posts.post(_where(channel), payload, part.key)

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Look for a part by the key in the footers of our messages."""
        del root
        return await self._posts.find(
            _where(channel),
            lambda message: _foot(message.get("embeds") or ()).endswith(part.key),
            since,
        )


def _where(channel: str) -> Where:
    return Where(channel=int(channel.removeprefix(PREFIX)))


class Poster:
    """Posts answers: waits where Discord asks for it, and looks before it posts again."""

    def __init__(self, posts: Posts) -> None:
        """Take what posts."""
        self._posts = posts

    async def post(
        self, where: Where, messages: Sequence[Message], key: str, *, since: datetime | None = None
    ) -> list[int]:
        """Post messages in their order, each once; return their ids, of those that are known.

        Args:
            where: Where they go; only the first replies to a message.
            messages: At least one.
            key: By which they are told from others.
            since: When they may have been posted first: an earlier process may have begun.

        Raises:
            Unpostable: Discord does not take them, or cannot be reached for long.
        """
        made = []
        for number, message in enumerate(messages):
            place = where if number == 0 else Where(channel=where.channel)
            remote = await posted_once(
                partial(self._posts.post, place, payload_of(message), key_of(f"{key}/{number}")),
                partial(self._posts.find, place, _shows(message, place)),
                LIMITS,
                since=since,
                again_for=NONCE_HOLDS,
            )
            made += [int(remote)] if remote else []
        return made


def _shows(message: Message, where: Where) -> IsIt:
    """Return what recognises a message of ours by what it shows: the nonce does not come back."""
    wanted, answered = _shown(message.embeds), where.reply_to

    def is_it(there: Mapping[str, Any]) -> bool:
        reference = (there.get("message_reference") or {}).get("message_id")
        replies = answered is None or reference == str(answered)
        same = (there.get("content") or "") == message.content
        return replies and same and _shown(there.get("embeds") or ()) == wanted

    return is_it
