"""What every journey on Slack needs: the handler, who may what, and ways to tell people."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat_desk import ChatDesk
from adapters.intake import Intake, Workers
from adapters.persisting import Unpostable, key_of
from adapters.refusing import nobody_left_alone
from adapters.showing_work import beside
from adapters.slack.blocks import Message, note
from adapters.slack.errors import outcome_of, told
from adapters.slack.files import Downloads
from adapters.slack.names import PREFIX
from adapters.slack.people import People
from adapters.slack.posting import Poster, Where
from adapters.slack.render import rendered
from adapters.slack.texts import escaped
from adapters.slack.usage import USAGE
from briefs.errors import UserError
from briefs.ports import Place, Refusal, Reply, Usage

MOMENT_SECONDS = 1.5
"""Whoever waits longer is shown that there is work being done."""

RESPONSES = 5
"""So many times Slack takes something at the address that comes with a command or a click."""

_RESPONSE_SECONDS = 10
_SENT = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who Dateline is in the workspace."""

    user: str
    team: str
    url: str
    """Where the workspace is read: `https://news.slack.com/`."""
    name: str = "Dateline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(ChatDesk):
    """What every journey on Slack needs."""

    prefix: ClassVar[str] = PREFIX
    usage: ClassVar[Usage] = USAGE

    client: AsyncWebClient
    me: Identity
    people: People
    poster: Poster
    intake: Intake
    workers: Workers
    downloads: Downloads

    async def place_of_admin(self, user: str, channel: str) -> Place:
        """Return where somebody types, with whether that is an admin.

        Raises:
            UserError: Slack cannot say.
        """
        return self.place(user, channel, admin=await self.people.is_admin(user))

    async def place_of_manager(self, user: str, channel: str) -> Place:
        """Return where somebody types, with whether the channel is theirs to schedule for.

        Raises:
            UserError: Slack cannot say.
        """
        if await self.people.is_admin(user):
            return self.place(user, channel, admin=True)
        # A conversation with Dateline is nobody else's.
        own = channel.startswith("D") or await self.people.is_creator(user, channel)
        return self.place(user, channel, manages=own)

    def privately(self, user: str, channel: str, response_url: str | None = None) -> "Private":
        """Return a way to tell somebody something that nobody else sees."""
        return Private(self, user, channel, response_url)

    @asynccontextmanager
    async def nobody_left_alone(self, private: "Private") -> AsyncIterator[None]:
        """Tell somebody what went wrong, whatever it is."""
        async with nobody_left_alone(private.refuse, "Slack"):
            try:
                yield
            except SlackApiError as error:
                # A form that was to be opened too late, for example: nothing of ours is wrong.
                reason = told(error).reason
                _log.warning("Slack did not do what somebody asked for: %s", reason)
                raise UserError(f"Slack did not do that: {reason}. Try again.") from error


class Private:
    """Tells one person something: where they typed it, or else in a direct message."""

    def __init__(self, desk: Desk, user: str, channel: str, response_url: str | None) -> None:
        """Take who it is, and where they typed; the address is valid for half an hour."""
        self._desk = desk
        self._user = user
        self._channel = channel
        self._response_url = response_url
        self._left = RESPONSES

    async def refuse(self, sentence: str) -> None:
        """Say why something was not done."""
        await self.reply(Refusal(message=sentence, exit_status=1))

    async def reply(self, reply: Reply, *, admin: bool = False) -> None:
        """Tell a reply."""
        await self.tell(rendered(reply, self._desk.look(self._channel, private=True, admin=admin)))

    async def tell(self, messages: Sequence[Message]) -> None:
        """Tell messages in their order."""
        for message in messages:
            if not (await self._responded(message) or await self._whispered(message)):
                await self._written(message)

    async def replace(self, message: Message | None) -> None:
        """Put a message in place of the one that was clicked in, or, for None, nothing."""
        changed = {"delete_original": True} if message is None else {"replace_original": True}
        if not await self._responded(message, **changed) and message is not None:
            await self._written(message)

    @asynccontextmanager
    async def showing_work(self, sentence: str) -> AsyncIterator[None]:
        """Show a sentence while something lasts longer than a moment."""

        async def show() -> None:
            await asyncio.sleep(MOMENT_SECONDS)
            await self.note(sentence)

        async with beside(show(), "a sign of work"):
            yield

    async def note(self, sentence: str) -> None:
        """Say something in passing, as long as enough is left for the answer itself."""
        if self._left > RESPONSES - 2 and self._response_url is not None:
            await self._responded(_said(sentence))
        elif self._response_url is None:
            await self._whispered(_said(sentence))

    async def _responded(self, message: Message | None, **changed: bool) -> bool:
        """Answer at the address that came with the command; False: that is not to be had."""
        if self._response_url is None or self._left < 1:
            return False
        self._left -= 1
        hook = AsyncWebhookClient(
            self._response_url, timeout=_RESPONSE_SECONDS, retry_handlers=[], logger=_quiet
        )
        content: dict[str, Any] = {"response_type": "ephemeral", **changed}
        if message is not None:
            content |= {"text": message.text, "blocks": list(message.blocks)}
        if not changed:
            content["replace_original"] = False
        try:
            reply = await hook.send_dict({**content, "unfurl_links": False, "unfurl_media": False})
        except Exception as error:
            if outcome_of(error) is None:
                raise
            _log.warning("Slack took no private reply (%s)", type(error).__name__)
            return False
        if reply.status_code != _SENT:
            _log.warning("Slack took no private reply (status %d)", reply.status_code)
        return reply.status_code == _SENT

    async def _whispered(self, message: Message) -> bool:
        """Show it in the channel to that person only."""
        if self._channel.startswith("D"):
            return False
        return await self._done(
            lambda: self._desk.client.chat_postEphemeral(
                channel=self._channel,
                user=self._user,
                text=message.text,
                blocks=list(message.blocks),
                parse="none",
            )
        )

    async def _written(self, message: Message) -> None:
        """Write a direct message."""
        channel = self._channel if self._channel.startswith("D") else self._user
        key = key_of(secrets.token_hex(16))
        try:
            await self._desk.poster.post(Where(channel=channel), [message], key)
        except Unpostable as error:
            _log.error("somebody could not be told anything: %s", error)

    async def _done(self, call: Callable[[], Awaitable[Any]]) -> bool:
        try:
            await call()
        except SlackApiError as error:
            _log.info("not told in the channel: %s", outcome_of(error))
            return False
        except Exception as error:
            if outcome_of(error) is None:
                raise
            return False
        return True


def _said(sentence: str) -> Message:
    return Message(text=escaped(sentence), blocks=tuple(note(sentence)))


_quiet = logging.getLogger("adapters.slack.responses")
