"""What a person did with the bot, and how the bot responded: what a test looks at."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.doubles.discord_server.messages import Message
from tests.doubles.discord_server.refusing import Json
from tests.doubles.discord_server.things import Channel, Member, User
from tests.doubles.discord_server.waiting import Waiting

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9

_FITTING: Final = {
    COMMAND: {MESSAGE, DEFER, MODAL},
    COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A form that a person was shown."""

    custom_id: str
    title: str
    components: list[Json]
    shown_by: "Interaction"


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """One act of a person, and every response to it.

    Wait for `acked`, `replied`, `finished` or `shown`; look at the rest at any time.
    """

    id: str
    token: str
    kind: int
    channel: Channel
    by: Member | User
    data: Json
    waiting: Waiting
    message: Message | None = None
    """That which was clicked on."""
    source: "Interaction | None" = None
    """The interaction that showed the form that was submitted."""
    focused: int | None = None
    """The type of the option that autocomplete is for."""
    started: float = field(default_factory=time.monotonic)
    acked_after: float | None = None
    """Seconds from the act to the first response that was accepted."""
    response: int | None = None
    """The type of the first response, as Discord numbers it."""
    original: Message | None = None
    """What `@original` is."""
    messages: list[Message] = field(default_factory=list)
    """The first response and the follow-ups, in order, as they stand now."""
    said: list[Json] = field(default_factory=list)
    """Every state of every message in the order of its arrival, edits too, as JSON."""
    modal: Modal | None = None
    choices: list[Json] | None = None
    deferred: bool = False
    """Whether the first response was only “thinking”, or to say later what changes."""
    ephemeral: bool = False
    """Whether the first response is for the person only."""

    @property
    def user(self) -> User:
        """The person."""
        return self.by.user if isinstance(self.by, Member) else self.by

    @property
    def age(self) -> float:
        """Seconds since the act."""
        return time.monotonic() - self.started

    @property
    def is_acked(self) -> bool:
        """Whether there was a first response."""
        return self.acked_after is not None

    @property
    def last(self) -> Message:
        """The newest message of the bot about this."""
        return self.messages[-1]

    def fits(self, response: Any) -> bool:
        """Tell whether a first response is of a type that this may have."""
        if response in {DEFER_UPDATE, UPDATE} and self.message is None:
            return False
        return response in _FITTING[self.kind]

    async def acked(self, seconds: float = 10) -> "Interaction":
        """Wait for the first response of any kind."""
        await self._until(lambda: self.is_acked, "acknowledged", seconds)
        return self

    async def replied(self, seconds: float = 10) -> Message:
        """Wait for a message that says more than “thinking”, and return the first."""

        def spoken() -> list[Message]:
            return [message for message in self.messages if not message.loading]

        await self._until(lambda: bool(spoken()), "replied to", seconds)
        return spoken()[0]

    async def followed(self, count: int, seconds: float = 10) -> list[Message]:
        """Wait for so many messages, the first response included, and return them."""

        def enough() -> bool:
            return sum(not message.loading for message in self.messages) >= count

        await self._until(enough, f"replied to {count} times", seconds)
        return self.messages

    async def shown(self, seconds: float = 10) -> Modal:
        """Wait for a form, and return it."""
        await self._until(lambda: self.modal is not None, "shown a form", seconds)
        assert self.modal is not None, "it was waited for"
        return self.modal

    async def autocompleted(self, seconds: float = 10) -> list[Json]:
        """Wait for what autocomplete offers, and return it."""
        await self._until(lambda: self.choices is not None, "offered choices", seconds)
        return self.choices or []

    async def _until(self, holds: Callable[[], bool], wish: str, seconds: float) -> None:
        def seen() -> str:
            return f"{self.data} was not {wish} within {seconds} s; there is {self.said}"

        await self.waiting.until(holds, seconds, seen)
