"""What the desk of every chat platform is given, and what it does the same on each of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from adapters.looking import Look
from briefs.errors import LibraryError, UserError
from briefs.granting import Grants
from briefs.ports import (
    Command,
    CommandHandler,
    Conversations,
    Help,
    Inbox,
    Links,
    Place,
    Progressed,
    Refusal,
    Reply,
    Uploads,
    Usage,
)

Wanted = TypeVar("Wanted")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPorts:
    """What the adapter of a chat platform is given."""

    handler: CommandHandler
    grants: Grants
    inbox: Inbox
    conversations: Conversations
    uploads: Uploads
    now: Callable[[], datetime]
    links: Links | None = None
    """None: citations lead to the articles' own addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDesk:
    """What every journey on a chat platform needs; people and channels have the platform's ids."""

    prefix: ClassVar[str]
    """What the names of its people and channels begin with."""
    usage: ClassVar[Usage]
    """What can be typed there."""

    ports: ChatPorts

    def place(
        self,
        user: int | str,
        channel: int | str,
        thread: str | None = None,
        *,
        admin: bool = False,
        manages: bool = False,
    ) -> Place:
        """Return where somebody types, with what the caller knows that they may."""
        return self.ports.grants.place(
            f"{self.prefix}{channel}",
            person=f"{self.prefix}{user}",
            thread=thread,
            admin=admin,
            manages=manages,
        )

    def look(self, channel: int | str, *, private: bool = False, admin: bool = False) -> Look:
        """Return how a reply is looked at in a channel."""
        name = f"{self.prefix}{channel}"
        return Look.from_channel(self.ports.links, name, private=private, admin=admin)

    def answers_all(self, channel: int | str) -> bool:
        """Say whether every message in a channel is a question."""
        return self.ports.grants.of(f"{self.prefix}{channel}").answers_all

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Carry out a command; what can be typed is the platform's own."""
        if isinstance(command, Help):
            return self.usage
        return await self.ports.handler.handle(command, place, progressed)

    async def replied(self, kind: type[Wanted], command: Command, place: Place) -> Wanted:
        """Carry out a command, and return its reply, which can only be of one kind.

        Raises:
            UserError: It is refused.
            TypeError: It is of another kind, which is a defect.
        """
        reply = await self.handle(command, place)
        if isinstance(reply, Refusal):
            raise UserError(reply.message)
        if not isinstance(reply, kind):
            raise TypeError(type(reply).__name__)
        return reply

    async def has_answered_in(self, conversation: str) -> bool:
        """Say whether Dateline has answered in a conversation, as far as that can be told."""
        try:
            last = await self.ports.conversations.last_question(conversation)
        except LibraryError as error:
            _log.error("whether a thread is one of ours cannot be told: %s", error)
            return False
        return last is not None
