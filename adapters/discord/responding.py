"""Responding to commands, buttons and forms: in time, and past the time, with what is left."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adapters.discord.embeds import Message
from adapters.discord.errors import outcome_of
from adapters.discord.incoming import Act
from adapters.discord.posting import NO_PINGS, Where, payload_of
from adapters.discord.render import rendered
from adapters.discord.text import inert
from adapters.persisting import Unpostable
from briefs.outcomes import Failed, Refused, Unknown
from briefs.ports import Refusal, Reply

if TYPE_CHECKING:
    from adapters.discord.desk import Desk

EPHEMERAL = 1 << 6

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_HOOK}/messages/@original"
_TRIES = 4

_log = logging.getLogger(__name__)


class Responder:
    """Responds to one act that was acknowledged."""

    def __init__(self, desk: "Desk", act: Act, *, waits: bool = True) -> None:
        """Take what was done.

        Args:
            desk: What every journey needs.
            act: What somebody did.
            waits: Whether Discord shows “thinking” until the first message takes its place.
        """
        self._desk = desk
        self._act = act
        self._waits = waits
        self._lost = act.expired
        self._count = 0

    async def refuse(self, sentence: str) -> None:
        """Say why something was not done."""
        await self.reply(Refusal(message=sentence, exit_status=1))

    async def reply(self, reply: Reply, *, admin: bool = False) -> list[int]:
        """Tell a reply; return the ids of the messages, of those that are known."""
        look = self._desk.look(self._act.home, private=self._act.private, admin=admin)
        return await self.tell(rendered(reply, look))

    async def tell(self, messages: Sequence[Message]) -> list[int]:
        """Tell messages in their order; return their ids, of those that are known."""
        made = []
        for message in messages:
            made += await self._told(message)
        return made

    async def note(self, sentence: str) -> None:
        """Say in passing how far it has come; what is told afterwards takes its place."""
        if self._waits and not self._lost:
            # Without an embed, by which an answer is told from it after a restart.
            await self._tried("PATCH", _ORIGINAL, {"content": inert(sentence)})

    async def replace(self, message: Message | None) -> None:
        """Put a message in place of the one that was pressed in, or, for None, nothing."""
        if message is None:
            await self._tried("DELETE", _ORIGINAL, None)
        elif await self._tried("PATCH", _ORIGINAL, payload_of(message)) is None:
            await self._ordinary(message)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish where Dateline may not post by itself.

        Raises:
            Unpostable: Discord does not take it there either.
        """
        for message in messages:
            body = payload_of(message)
            if self._lost or await self._tried("POST", _HOOK, body, once=True) is None:
                raise Unpostable("Dateline may not post in this channel")

    async def is_answered(self) -> bool:
        """Say whether an earlier process has responded already, as far as Discord tells."""
        found = None if self._lost else await self._tried("GET", _ORIGINAL, None)
        return isinstance(found, dict) and bool(found.get("embeds"))

    async def _told(self, message: Message) -> list[int]:
        self._count += 1
        if not self._lost:
            flags = EPHEMERAL if self._act.private or not self._waits else 0
            body = payload_of(message)
            if self._waits and self._count == 1:
                made = await self._tried("PATCH", _ORIGINAL, body)
            else:
                made = await self._tried("POST", _HOOK, {**body, "flags": flags}, once=True)
            if made is not None:
                return [int(made["id"])] if isinstance(made, dict) and "id" in made else []
        return await self._ordinary(message)

    async def _tried(self, method: str, path: str, body: Any, *, once: bool = False) -> Any:
        """Return what Discord answers, or `True`: it may be done; None: it is not, for certain."""
        if body is not None:
            body = {**body, "allowed_mentions": NO_PINGS}
        for attempt in range(_TRIES):
            try:
                made = await self._desk.rest.call(
                    method,
                    path,
                    body=body,
                    webhook_id=self._act.application,
                    webhook_token=self._act.token,
                )
            except Exception as error:
                outcome = outcome_of(error)
                if outcome is None:
                    raise
                match outcome:
                    case Unknown() if once:
                        # A second one may be one too many, and no nonce is taken here.
                        _log.warning("whether a response arrived is not known: %s", outcome.reason)
                        return True
                    case Failed(permanent=True):
                        _log.info("no response is taken: %s", outcome.reason)
                        self._lost = True
                        return None
                    case Refused():
                        await asyncio.sleep(outcome.retry_after)
                    case _:
                        await asyncio.sleep(0.5 * 2**attempt)
                if self._act.expired:
                    self._lost = True
                    return None
            else:
                return True if made is None or made == "" else made
        return None

    async def _ordinary(self, message: Message) -> list[int]:
        """Write an ordinary message: what only one person may see, to that person."""
        act = self._act
        key = f"{act.key}/{self._count}"
        private = (act.private or not self._waits) and not act.direct
        try:
            if private:
                return await self._desk.write(act.user, [message], key)
            if not act.direct and self._count == 1 and not message.content:
                message = Message(
                    content=f"For <@{act.user}>",
                    embeds=message.embeds,
                    buttons=message.buttons,
                    documents=message.documents,
                )
            where = Where(channel=act.channel)
            return await self._desk.poster.post(where, [message], key, since=act.at)
        except Unpostable as error:
            _log.error("%s is not answered: %s", act.key, error)
            return []
