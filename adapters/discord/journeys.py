"""Which journey a command, a button or a form begins, and how each is acknowledged in time."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiohttp
import discord

from adapters.discord import forms, names
from adapters.discord.asking import Asking
from adapters.discord.briefing import Briefing
from adapters.discord.desk import Desk
from adapters.discord.errors import ACKNOWLEDGED
from adapters.discord.incoming import Act, act_of, fields_of
from adapters.discord.offering import Interaction, Offers, Taking
from adapters.discord.responding import Responder
from adapters.discord.sources import Sources
from adapters.discord.tree import Tree, build
from briefs.errors import UserError
from briefs.ports import Help, ReportStatus

_log = logging.getLogger(__name__)

_LOST = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)


class Journeys:
    """Everything that somebody may begin on Discord."""

    def __init__(self, desk: Desk, tree: Tree, take: Taking) -> None:
        """Take what every journey needs, the tree of commands, and what takes a command on."""
        self._desk = desk
        self._tree = tree
        self._take = take
        self.asking = Asking(desk)
        self.briefing = Briefing(desk)
        self.sources = Sources(desk)

    def build(self, *, roles: bool) -> None:
        """Put every command into the tree; `roles`: the configuration says whose may load."""
        offers = Offers(
            outlets=self._offering(self.sources.outlets),
            schedules=self._offering(self.briefing.names),
            documents=self._offering(self.sources.documents),
            collections=self._offering(self._collections),
        )
        build(self._tree, self._take, self._edit, offers, roles=roles)

    async def carry_out(self, act: Act, *, again: bool = False) -> None:
        """Carry out a command; `again`: an earlier process took it on, and may have done it."""
        responder = self._desk.responder(act)
        if again and await responder.is_answered():
            return
        async with self._desk.nobody_left_alone(responder):
            match act.name.partition(" ")[0]:
                case "ask":
                    await self.asking.by_command(act, responder)
                case "check":
                    await self.asking.check(act, responder)
                case "brief":
                    await self.briefing.by_command(act, responder, again=again)
                case "source":
                    await self.sources.by_command(act, responder)
                case _:
                    wanted = ReportStatus() if act.name.endswith("status") else Help()
                    place = self._desk.place_of(act)
                    await responder.reply(await self._desk.handle(wanted, place))

    async def acknowledge(self, interaction: Interaction, *, private: bool) -> None:
        """Let Discord show “thinking”: whatever there is to say comes in place of it."""
        await _acknowledged(interaction.response.defer(ephemeral=private, thinking=True))

    async def pressed(self, interaction: Interaction) -> None:
        """Carry out what a button or a form stands for; none of ours is left alone."""
        data: Any = interaction.data or {}
        named = names.parsed(str(data.get("custom_id") or ""))
        if named is None:
            return
        action, value = named
        filled = fields_of(interaction)
        act = act_of(
            interaction, self._desk.rights, action, value=value, private=True, options=filled
        )
        if interaction.type is discord.InteractionType.modal_submit:
            await self._submitted(interaction, act)
        elif action == names.UNHELPFUL:
            await _acknowledged(interaction.response.send_modal(forms.why_form(value)))
            self._start(act, self.asking.judge(act, useful=False))
        elif action == names.EDIT:
            await self._edit(interaction, value)
        elif action in _THINKING:
            await self.acknowledge(interaction, private=True)
            self._respond(act, _THINKING[action])
        elif action in _IN_PLACE:
            await _acknowledged(interaction.response.defer())
            self._respond(act, _IN_PLACE[action], waits=False)

    async def _submitted(self, interaction: Interaction, act: Act) -> None:
        if act.name in _FORMS:
            await self.acknowledge(interaction, private=True)
            self._respond(act, _FORMS[act.name])

    def _respond(self, act: Act, journey: "_Journey", *, waits: bool = True) -> None:
        responder = self._desk.responder(act, waits=waits)

        async def done() -> None:
            async with self._desk.nobody_left_alone(responder):
                await journey(self, act, responder)

        self._start(act, done())

    def _start(self, act: Act, work: Any) -> None:
        async def awaited() -> None:
            await work

        self._desk.workers.start(awaited(), f"carrying out {act.name}")

    async def _edit(self, interaction: Interaction, document: str) -> None:
        """Open the form that edits a document; a form is shown at once, or not at all."""
        act = act_of(interaction, self._desk.rights, "source edit", value=document, private=True)
        try:
            shown = await self.sources.shown(act)
        except UserError as error:
            responder = self._desk.responder(act)
            await self.acknowledge(interaction, private=True)
            await responder.refuse(str(error))
            return
        form = forms.edit_form(shown.listed.document)
        await _acknowledged(interaction.response.send_modal(form))

    async def _collections(self, act: Act) -> list[str]:
        return self.sources.collections(act)

    def _offering(
        self, known: Callable[[Act], Awaitable[Iterable[Any]]]
    ) -> Callable[[Interaction], Awaitable[list[tuple[str, str]]]]:
        async def offer(interaction: Interaction) -> list[tuple[str, str]]:
            act = act_of(interaction, self._desk.rights)
            served = self._desk.people.is_served(act.user, interaction.guild_id)
            if not await served:
                return []
            try:
                found = await known(act)
            except UserError:
                return []
            return [each if isinstance(each, tuple) else (each, each) for each in found]

        return offer


async def _acknowledged(work: Awaitable[Any]) -> None:
    """Wait for an acknowledgement; what there is to say finds its way without it too."""
    try:
        await work
    except _LOST as error:
        if getattr(error, "code", None) != ACKNOWLEDGED:
            _log.warning("Discord took no acknowledgement (%s)", type(error).__name__)


_Journey = Callable[[Journeys, Act, Responder], Awaitable[None]]


async def _helpful(journeys: Journeys, act: Act, responder: Responder) -> None:
    await responder.reply(await journeys.asking.judge(act, useful=True))


async def _why(journeys: Journeys, act: Act, responder: Responder) -> None:
    await responder.reply(await journeys.asking.judge(act, useful=False))


_THINKING: dict[str, _Journey] = {
    names.SOURCES: lambda journeys, *given: journeys.asking.show_sources(*given),
    names.HELPFUL: _helpful,
}
"""What says something that only who pressed the button sees."""

_IN_PLACE: dict[str, _Journey] = {
    names.SHARE: lambda journeys, *given: journeys.asking.share(*given),
    names.SAVE: lambda journeys, *given: journeys.briefing.save(*given),
    names.CANCEL: lambda journeys, *given: journeys.briefing.cancel(*given),
    names.REMOVE: lambda journeys, *given: journeys.sources.remove(*given),
    names.PREVIOUS: lambda journeys, *given: journeys.sources.turn(*given),
    names.NEXT: lambda journeys, *given: journeys.sources.turn(*given),
}
"""What changes the message that it stands under, or says nothing where all went well."""

_FORMS: dict[str, _Journey] = {
    forms.WHY: _why,
    forms.EDITED: lambda journeys, *given: journeys.sources.take_edited(*given),
}
