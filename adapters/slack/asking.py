"""Asking on Slack: by mention, in a direct message, in a thread, by command; and the buttons."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.persisting import Unpostable, quietly
from adapters.sharing import Sharing
from adapters.slack import answers, forms
from adapters.slack.desk import MOMENT_SECONDS, Desk, Private
from adapters.slack.incoming import Message, typed
from adapters.slack.posting import Where
from adapters.slack.render import rendered
from adapters.typed import command
from briefs.keeping import KeptAnswer
from briefs.ports import (
    Ask,
    Command,
    GiveVerdict,
    Help,
    Place,
    Refusal,
    ShowSources,
)

_SIGN = "eyes"
_HOW = (
    "Ask a question after the mention, for example: @Dateline Who documented the shipments? "
    "/dateline help shows what else there is."
)
_HOW_TO_LOAD = (
    "A file is loaded by an admin: open the menu of the message with it, choose “More message "
    "shortcuts…” and “Load into Dateline”, or type /source add."
)
_HELP = frozenset({"help", "/help", "hilfe", "?"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button that somebody clicked, where, and what it stands for."""

    user: str
    channel: str
    value: str
    response_url: str | None
    trigger: str
    thread: str | None = None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Click":
        """Return what the payload of an interaction tells of."""
        action = (body.get("actions") or [{}])[0]
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        return cls(
            user=str((body.get("user") or {}).get("id") or ""),
            channel=str(channel),
            value=str(action.get("value") or ""),
            response_url=body.get("response_url"),
            trigger=str(body.get("trigger_id") or ""),
            thread=container.get("thread_ts"),
        )


class Asking:
    """Answers questions."""

    def __init__(self, desk: Desk) -> None:
        """Take what every journey needs."""
        self._desk = desk
        self._sharing = Sharing()

    def is_addressed(self, message: Message) -> bool:
        """Say whether a message is surely for Dateline: to it alone, with its name, or to all."""
        if message.direct or message.mentions(self._desk.me.user):
            return True
        answers_all = self._desk.answers_all(message.channel)
        return answers_all and not message.is_for_another(self._desk.me.user)

    async def goes_on(self, message: Message) -> bool:
        """Say whether a message goes on in a thread that Dateline has answered in."""
        if message.thread is None or message.is_for_another(self._desk.me.user):
            return False
        return await self._desk.has_answered_in(message.conversation)

    async def answer(self, message: Message, since: datetime | None = None) -> None:
        """Answer a message; `since`: it was taken on then, and may have been answered since."""
        desk = self._desk
        text = typed(message.text, desk.me.user)
        place = desk.place(message.user, message.channel, message.conversation)
        thread = message.thread if message.direct else (message.thread or message.ts)
        where = Where(channel=message.channel, thread=thread)
        async with self._showing_work(message):
            reply = await self._replied(text, message, place)
        try:
            await desk.poster.post(
                where, rendered(reply, desk.look(message.channel)), message.key, since=since
            )
        except Unpostable as error:
            if not error.for_good:
                # It stays taken on: the next start tries again.
                raise
            _log.error("%s is not answered: %s", message.key, error)
            if not message.direct:
                sentence = f"I cannot answer in <#{message.channel}>: {error}."
                await desk.privately(message.user, message.channel).refuse(sentence)

    async def _replied(self, text: str, message: Message, place: Place) -> Any:
        if text.casefold() in _HELP:
            wanted: Command = Help()
        elif any(character.isalnum() for character in text):
            wanted = Ask(question=text)
        else:
            return Refusal(message=_HOW_TO_LOAD if message.files else _HOW, exit_status=2)
        return await self._desk.handle(wanted, place)

    @asynccontextmanager
    async def _showing_work(self, message: Message) -> AsyncIterator[None]:
        """Mark a message while it takes longer than a moment to be answered."""
        client = self._desk.client
        marked = {"channel": message.channel, "timestamp": message.ts, "name": _SIGN}
        shown = False

        async def show() -> None:
            nonlocal shown
            await asyncio.sleep(MOMENT_SECONDS)
            shown = True
            await quietly(client.reactions_add(**marked))

        task = asyncio.create_task(show(), name="a sign of work")
        try:
            yield
        finally:
            if not shown:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if shown:
                await quietly(client.reactions_remove(**marked))

    async def by_command(self, text: str, user: str, channel: str, private: Private) -> None:
        """Answer `/ask`: only who asked sees it, and may share it."""
        if not text.strip():
            await private.refuse("Type a question, for example: /ask Who documented the shipments?")
            return
        wanted = command(f"/ask {typed(text)}")
        async with private.showing_work("Looking through the articles…"):
            reply = await self._desk.handle(wanted, self._desk.place(user, channel))
        await private.reply(reply)

    async def show_sources(self, click: Click) -> None:
        """Show the full quotes of an answer to who wants to see them."""
        private = self._desk.privately(click.user, click.channel, click.response_url)
        async with self._desk.nobody_left_alone(private):
            kept = await self._kept(click)
            await private.tell(answers.sources(kept, self._desk.look(click.channel, private=True)))

    async def share(self, click: Click) -> None:
        """Publish an answer that only the asker saw, after checking what the channel may see."""
        private = self._desk.privately(click.user, click.channel, click.response_url)
        name = f"{click.channel}/{click.value}"
        async with (
            self._desk.nobody_left_alone(private),
            self._sharing.turn(name) as unshared,
        ):
            if not unshared:
                await private.note("This answer is shared here already.")
                return
            kept = await self._kept(click)
            messages = answers.shared(kept, click.user, self._desk.look(click.channel))
            where = Where(channel=click.channel, thread=click.thread)
            try:
                # Looked for since it was given: however often it is clicked, it is shared once.
                await self._desk.poster.post(
                    where, messages, f"share/{name}", since=kept.asked_at, threaded=True
                )
            except Unpostable:
                await self._published(click, messages)

    async def _published(self, click: Click, messages: tuple[Any, ...]) -> None:
        """Publish where Dateline is no member, at the address that came with the click.

        Raises:
            Unpostable: Slack does not take it there either.
        """
        for message in messages:
            if click.response_url is None:
                raise Unpostable("invite Dateline to the channel with /invite @Dateline")
            hook = AsyncWebhookClient(click.response_url, retry_handlers=[])
            reply = await hook.send(
                text=message.text,
                blocks=list(message.blocks),
                response_type="in_channel",
                replace_original=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            if reply.status_code != 200:  # noqa: PLR2004 - HTTP's own
                raise Unpostable("invite Dateline to the channel with /invite @Dateline")

    async def judge(self, click: Click, *, useful: bool) -> None:
        """Take note of what somebody says of an answer; if it was bad, ask why."""
        desk = self._desk
        private = desk.privately(click.user, click.channel, click.response_url)
        async with desk.nobody_left_alone(private):
            place = desk.place(click.user, click.channel)
            if not useful:
                # First of all: Slack lets a form be opened for three seconds only.
                form = forms.why_form(click.value, click.channel)
                await quietly(desk.client.views_open(trigger_id=click.trigger, view=form))
            reply = await desk.handle(GiveVerdict(answer=click.value, useful=useful), place)
            if useful or isinstance(reply, Refusal):
                await private.reply(reply)

    async def take_why(self, view: dict[str, Any], user: str) -> None:
        """Take note of why an answer was not helpful."""
        draft = forms.read_why(view)
        private = self._desk.privately(user, draft.opened_in)
        async with self._desk.nobody_left_alone(private):
            wanted = GiveVerdict(answer=draft.answer, useful=False, why=draft.why)
            await private.reply(
                await self._desk.handle(wanted, self._desk.place(user, draft.opened_in))
            )

    async def _kept(self, click: Click) -> KeptAnswer:
        place = self._desk.place(click.user, click.channel)
        return await self._desk.replied(KeptAnswer, ShowSources(answer=click.value), place)
