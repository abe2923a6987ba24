"""What every journey on Discord needs: the handler, who sees what, and ways to tell people."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import ClassVar

from adapters.chat_desk import ChatDesk
from adapters.discord.embeds import Message
from adapters.discord.errors import outcome_of
from adapters.discord.files import Downloads
from adapters.discord.incoming import Act
from adapters.discord.people import People, Rights
from adapters.discord.posting import PREFIX, Poster, Where
from adapters.discord.responding import Responder
from adapters.discord.rest import Rest
from adapters.discord.usage import USAGE
from adapters.intake import Intake, Workers
from adapters.persisting import Unpostable
from adapters.refusing import nobody_left_alone
from briefs.ports import Place, Usage

_REMEMBERED = 2_000


class Given:
    """Remembers which messages of ours give which answer, where no button of theirs tells it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._answers: OrderedDict[int, str] = OrderedDict()

    def note(self, messages: Sequence[int], answer: str | None) -> None:
        """Take note of the messages that give an answer."""
        if answer is not None:
            self._answers |= dict.fromkeys(messages, answer)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

    def by(self, message: int | None) -> str | None:
        """Return the answer that a message gives."""
        return None if message is None else self._answers.get(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(ChatDesk):
    """What every journey on Discord needs."""

    prefix: ClassVar[str] = PREFIX
    usage: ClassVar[Usage] = USAGE

    me: int
    """Dateline's own id."""
    rest: Rest
    rights: Rights
    people: People
    poster: Poster
    intake: Intake
    workers: Workers
    downloads: Downloads
    given: Given = field(default_factory=Given)

    def place_of(self, act: Act) -> Place:
        """Return where somebody did something, with what they may do there."""
        return self.place(act.user, act.home, admin=act.admin, manages=act.manages)

    def responder(self, act: Act, *, waits: bool = True) -> Responder:
        """Return what responds to something that was acknowledged."""
        return Responder(self, act, waits=waits)

    async def write(self, user: int, messages: Sequence[Message], key: str) -> list[int]:
        """Write direct messages.

        Raises:
            Unpostable: This person takes none.
        """
        try:
            body = {"recipient_id": str(user)}
            opened = await self.rest.call("POST", "/users/@me/channels", body=body)
        except Exception as error:
            outcome = outcome_of(error)
            if outcome is None:
                raise
            raise Unpostable(outcome.reason) from error
        return await self.poster.post(Where(channel=int(opened["id"])), messages, key)

    def nobody_left_alone(self, responder: Responder) -> AbstractAsyncContextManager[None]:
        """Tell somebody what went wrong, whatever it is."""
        return nobody_left_alone(responder.refuse, "Discord")
