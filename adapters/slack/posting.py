"""Posting on Slack: at its pace, each message once, recognised again by its key."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.persisting import as_look, key_of, posted_once
from adapters.slack.blocks import Message
from adapters.slack.errors import outcome_of
from adapters.slack.names import PREFIX
from briefs.outcomes import (
    Absent,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    Refused,
    SendOutcome,
    Sent,
)
from briefs.parts import Part

EVENT = "dateline_post"
"""The type of the metadata that holds a message's key."""

LIMITS = Limits(length=None, interval_seconds=1.0, timeout_seconds=15.0)

BURST = 3
"""So many messages may follow one another in a channel before the pace counts."""

_PAGE = 200
_PAGES = 20
_CHANNELS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A channel, and the thread in it."""

    channel: str
    """Slack's id, for example `C0123`; or a person's, for the conversation with them."""
    thread: str | None = None
    """The `ts` of the thread's first message."""


class Pace:
    """Lets a channel have about one message a second, after a short burst."""

    def __init__(self, interval: float, burst: int = BURST) -> None:
        """Take the seconds between two messages, and how many may come at once."""
        self._interval = interval
        self._slack = interval * (burst - 1)
        self._free: OrderedDict[str, float] = OrderedDict()

    def wait(self, channel: str) -> float:
        """Return the seconds until a message may go to a channel."""
        return max(0.0, self._free.get(channel, 0.0) - time.monotonic())

    async def turn(self, channel: str) -> None:
        """Wait until a message may go to a channel; those who wait go in turn."""
        now = time.monotonic()
        begin = max(self._free.get(channel, 0.0), now - self._slack)
        self._free[channel] = begin + self._interval
        self._free.move_to_end(channel)
        while len(self._free) > _CHANNELS:
            self._free.popitem(last=False)
        if begin > now:
            await asyncio.sleep(begin - now)

    def hold(self, channel: str, seconds: float) -> None:
        """Let nothing go to a channel for a while: Slack asked for it."""
        until = time.monotonic() + seconds
        self._free[channel] = max(self._free.get(channel, 0.0), until)


class Posts:
    """Posts one message with a key, and looks for one by it."""

    def __init__(self, client: AsyncWebClient, url: str, pace: Pace | None = None) -> None:
        """Take a client that tries nothing again, and the workspace's address, for links."""
        self._client = client
        self._url = url
        self._pace = pace or Pace(LIMITS.interval_seconds)

    def wait(self, where: Where) -> float:
        """Return the seconds until a message may go there."""
        return self._pace.wait(where.channel)

    async def post(
        self, where: Where, text: str, blocks: Sequence[dict[str, Any]], key: str
    ) -> SendOutcome:
        """Post a message, once. Never raises for what Slack does."""
        await self._pace.turn(where.channel)
        try:
            reply = await self._client.chat_postMessage(
                channel=where.channel,
                thread_ts=where.thread,
                text=text,
                blocks=list(blocks),
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
            )
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            if isinstance(outcome, Refused):
                self._pace.hold(where.channel, outcome.retry_after)
            return outcome
        stamp, channel = str(reply.get("ts")), str(reply.get("channel") or where.channel)
        return Sent(remote_id=stamp, link=self._link(channel, stamp))

    async def find(self, where: Where, key: str, since: datetime) -> LookOutcome:
        """Look for a message by its key among what was posted since a time."""
        cursor: str | None = None
        oldest = f"{since.astimezone(UTC).timestamp():.6f}"
        try:
            for _ in range(_PAGES):
                if where.thread is None:
                    page = await self._client.conversations_history(
                        channel=where.channel,
                        oldest=oldest,
                        limit=_PAGE,
                        cursor=cursor,
                        include_all_metadata=True,
                    )
                else:
                    page = await self._client.conversations_replies(
                        channel=where.channel,
                        ts=where.thread,
                        oldest=oldest,
                        limit=_PAGE,
                        cursor=cursor,
                        include_all_metadata=True,
                    )
                for message in page.get("messages") or ():
                    if _key(message) == key:
                        stamp = str(message["ts"])
                        return Found(remote_id=stamp, link=self._link(where.channel, stamp))
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
                if cursor is None:
                    return Absent()
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            return as_look(outcome)
        return NotNow(reason="more was posted there than can be looked through")

    def _link(self, channel: str, stamp: str) -> str:
        return f"{self._url.rstrip('/')}/archives/{channel}/p{stamp.replace('.', '')}"


def _key(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


class SlackMessenger:
    """Delivers the parts of briefs: the first in the channel, the others in its thread."""

    def __init__(self, posts: Posts) -> None:
        """Take what posts."""
        self._posts = posts

    @property
    def limits(self) -> Limits:
        """What Slack bears."""
        return LIMITS

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Post a part with its key in the metadata, once."""
        body = json.loads(part.body)
        where = _where(channel, None if part.number == 1 else root)
        wait = self._posts.wait(where)
        if wait > LIMITS.timeout_seconds / 3:
            # Waiting here would use up the time that the request itself may take.
            return Refused(retry_after=wait, reason="others are posting there")
        return await self._posts.post(where, body["text"], body["blocks"], part.key)

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Look for a part by its key in the channel's history, or in the thread of the first."""
        return await self._posts.find(
            _where(channel, None if part.number == 1 else root), part.key, since
        )


def _where(channel: str, thread: str | None) -> Where:
    return Where(channel=channel.removeprefix(PREFIX), thread=thread)


class Poster:
    """Posts answers: waits where Slack asks for it, and looks before it posts again."""

    def __init__(self, posts: Posts) -> None:
        """Take what posts."""
        self._posts = posts

    async def post(
        self,
        where: Where,
        messages: Sequence[Message],
        key: str,
        *,
        since: datetime | None = None,
        threaded: bool = False,
    ) -> str:
        """Post messages in their order, each once; return the `ts` of the first.

        Args:
            where: Where they go.
            messages: At least one.
            key: By which they are told from others.
            since: When they may have been posted first: an earlier process may have begun.
            threaded: Whether the further ones go into the thread of the first.

        Raises:
            Unpostable: Slack does not take them, or cannot be reached for long.
        """
        first = ""
        for number, message in enumerate(messages):
            place = where
            if number and threaded and where.thread is None:
                place = Where(channel=where.channel, thread=first or None)
            stamp = await self._posted(place, message, key_of(f"{key}/{number}"), since)
            first = first or stamp
        return first

    async def _posted(
        self, where: Where, message: Message, key: str, since: datetime | None
    ) -> str:
        return await posted_once(
            lambda: self._posts.post(where, message.text, message.blocks, key),
            lambda since: self._posts.find(where, key, since),
            LIMITS,
            since=since,
        )
