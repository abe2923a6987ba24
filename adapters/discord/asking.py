"""Asking on Discord: questions answered; answers shared, judged and looked at; claims checked."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from adapters.discord import answers
from adapters.discord.desk import Desk
from adapters.discord.incoming import Act, Said
from adapters.discord.posting import Where
from adapters.discord.render import rendered
from adapters.discord.responding import Responder
from adapters.persisting import Unpostable, quietly
from adapters.sharing import Sharing
from adapters.showing_work import beside
from briefs.keeping import KeptAnswer
from briefs.model import Answer
from briefs.ports import (
    Ask,
    Command,
    GiveVerdict,
    Help,
    Place,
    Refusal,
    Reply,
    ShowSources,
)

MOMENT_SECONDS = 0.7
"""Whoever waits longer sees Dateline typing."""

TYPING_SECONDS = 8.0
"""After so long it is shown again: Discord shows it for ten."""

_HELP = {"help", "hilfe", "?"}
_HOW = "Ask a question after the mention, for example: @Dateline Who documented the shipments?"
_HOW_TO_LOAD = "A file is loaded with /source add; who may load can type that."
_UNSEEN = (
    "Discord does not show me what you wrote: mention me in the reply, or leave its mention on."
)

_log = logging.getLogger(__name__)


class Asking:
    """Answers questions."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk
        self._sharing = Sharing()

    def is_addressed(self, said: Said) -> bool:
        """Say whether a message is surely for Dateline: to it alone, with its name, or to all."""
        if said.direct or said.to_us or said.ours:
            return True
        answers_all = self._desk.answers_all(said.home)
        return answers_all and not said.to_another and bool(said.text)

    async def goes_on(self, said: Said) -> bool:
        """Say whether a message goes on in a thread that Dateline has answered in."""
        if not said.threaded or said.to_another or not said.text:
            return False
        return await self._desk.has_answered_in(said.conversation)

    async def answer(self, said: Said, since: datetime | None = None) -> None:
        """Answer a message; `since`: it was taken on then, and may have been answered since."""
        desk = self._desk
        place = desk.place(said.user, said.home, said.conversation)
        async with self._showing_work(said):
            reply = await self._replied(said, place)
        messages = rendered(reply, desk.look(said.home))
        where = Where(channel=said.channel, reply_to=None if said.direct else said.id)
        try:
            made = await desk.poster.post(where, messages, said.key, since=since)
        except Unpostable as error:
            _log.error("%s is not answered: %s", said.key, error)
            if not said.direct:
                sentence = f"I cannot answer in <#{said.channel}>: {error}."
                await self._apologise(said, sentence)
            return
        if isinstance(reply, Answer):
            desk.given.note(made, reply.id)

    async def _apologise(self, said: Said, sentence: str) -> None:
        refusal = rendered(Refusal(message=sentence, exit_status=1), self._desk.look(said.home))
        try:
            await self._desk.write(said.user, refusal, f"{said.key}/apology")
        except Unpostable as error:
            _log.error("somebody could not be told anything: %s", error)

    async def _replied(self, said: Said, place: Place) -> Reply:
        if said.text.casefold() in _HELP:
            wanted: Command = Help()
        elif any(character.isalnum() for character in said.text):
            previous = await self._previous(said, place)
            wanted = Ask(question=said.text, previous=previous)
        else:
            hint = _UNSEEN if said.ours and not said.to_us else _HOW
            return Refusal(message=_HOW_TO_LOAD if said.files else hint, exit_status=2)
        return await self._desk.handle(wanted, place)

    async def _previous(self, said: Said, place: Place) -> str | None:
        """Return the question of the answer that a message replies to, as it was understood."""
        answer = said.answer or self._desk.given.by(said.reply_to)
        if answer is None:
            return None
        kept = await self._desk.handle(ShowSources(answer=answer), place)
        if not isinstance(kept, KeptAnswer):
            return None
        return kept.answer.understood or kept.answer.question

    @asynccontextmanager
    async def _showing_work(self, said: Said) -> AsyncIterator[None]:
        """Show Dateline typing while it takes longer than a moment."""

        async def show() -> None:
            await asyncio.sleep(MOMENT_SECONDS)
            while True:
                path = "/channels/{channel_id}/typing"
                await quietly(self._desk.rest.call("POST", path, channel_id=said.channel))
                await asyncio.sleep(TYPING_SECONDS)

        async with beside(show(), "a sign of work"):
            yield

    async def by_command(self, act: Act, responder: Responder) -> None:
        """Answer `/ask`."""
        question = act.text("question") or ""
        if not any(character.isalnum() for character in question):
            await responder.refuse("Type a question: /ask Who documented the shipments?")
            return
        wanted = Ask(question=question, outlet=act.text("outlet"), since=act.since)
        reply = await self._desk.handle(wanted, self._desk.place_of(act))
        made = await responder.reply(reply)
        if isinstance(reply, Answer):
            self._desk.given.note(made, reply.id)

    async def check(self, act: Act, responder: Responder) -> None:
        """Answer with the passages that support or contradict a message."""
        text = act.text("text") or ""
        if not any(character.isalnum() for character in text):
            await responder.refuse("There is no text in this message that could be checked.")
            return
        reply = await self._desk.handle(Ask(question=text), self._desk.place_of(act))
        if isinstance(reply, Answer):
            look = self._desk.look(act.home, private=True)
            await responder.tell(answers.checked(reply, text, look))
        else:
            await responder.reply(reply)

    async def show_sources(self, act: Act, responder: Responder) -> None:
        """Show the full quotes of an answer to who wants to see them."""
        kept = await self._kept(act)
        await responder.tell(answers.sources(kept, self._desk.look(act.home, private=True)))

    async def share(self, act: Act, responder: Responder) -> None:
        """Publish an answer that only the asker saw, after checking what the channel may see."""
        name = f"{act.channel}/{act.value}"
        async with self._sharing.turn(name) as unshared:
            if not unshared:
                await responder.refuse("This answer is shared here already.")
                return
            kept = await self._kept(act)
            messages = answers.shared(kept, act.user, self._desk.look(act.home))
            try:
                # Looked for since it was given: however often it is pressed, it is shared once.
                made = await self._desk.poster.post(
                    Where(channel=act.channel), messages, f"share/{name}", since=kept.asked_at
                )
            except Unpostable:
                await responder.publish(messages)
            else:
                self._desk.given.note(made, act.value)

    async def judge(self, act: Act, *, useful: bool) -> Reply:
        """Take note of what somebody says of an answer."""
        why = act.text("why")
        verdict = GiveVerdict(answer=act.value, useful=useful, why=why)
        return await self._desk.handle(verdict, self._desk.place_of(act))

    async def _kept(self, act: Act) -> KeptAnswer:
        place = self._desk.place_of(act)
        return await self._desk.replied(KeptAnswer, ShowSources(answer=act.value), place)
