"""What the commands of Discord are made with: who takes them on, and what they offer to choose."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeAlias

import discord
from discord import app_commands

from adapters.zones import zones_like

CHOICES = 25
CHOICE = 100
"""Choices that Discord shows at once, and the characters of one."""

Interaction: TypeAlias = discord.Interaction[Any]
Offer: TypeAlias = Callable[[Interaction], Awaitable[Iterable[tuple[str, str]]]]
"""Returns names and values to choose from."""
Plain: TypeAlias = app_commands.Command[Any, ..., None]

_log = logging.getLogger(__name__)


class Taking(Protocol):
    """Takes a command on."""

    async def __call__(
        self, interaction: Interaction, name: str, *, private: bool = True, **options: Any
    ) -> None:
        """Acknowledge a command and carry it out.

        Args:
            interaction: What Discord tells of it.
            name: The command's, with its subcommand.
            private: Whether only who typed it sees the response.
            options: What was given.
        """


class Offers:
    """What autocomplete offers."""

    def __init__(
        self, *, outlets: Offer, schedules: Offer, documents: Offer, collections: Offer
    ) -> None:
        """Take what knows the names."""
        self.outlets = _completing(outlets)
        self.schedules = _completing(schedules)
        self.documents = _completing(documents)
        self.collections = _completing(collections)
        self.zones = _zones


def choices(offered: Iterable[tuple[str, str]], current: str) -> list[app_commands.Choice[str]]:
    """Return those of the names that hold what was typed, as choices that Discord takes."""
    low = current.strip().casefold()
    found = [each for each in offered if low in each[0].casefold() and each[0].strip()]
    return [
        app_commands.Choice(name=_short(name), value=value)
        for name, value in found
        # A value cannot be cut: it would be another one.
        if 1 <= len(value) <= CHOICE
    ][:CHOICES]


def plain_command(path: str, does: str, take: Taking) -> Plain:
    """Return a command that takes nothing; its path is its name with the one before it."""

    @app_commands.command(name=path.partition(" ")[2], description=does)
    async def plain(interaction: Interaction) -> None:
        await take(interaction, path)

    return plain


def _completing(offer: Offer) -> Any:
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            return choices(await offer(interaction), current)
        except Exception:  # noqa: BLE001 - it is logged
            # A list that stays empty is not worth a word to whoever types.
            _log.exception("nothing can be offered to choose from")
            return []

    return complete


async def _zones(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=each, value=each) for each in zones_like(current, CHOICES)]


def _short(name: str) -> str:
    return name if len(name) <= CHOICE else f"{name[: CHOICE - 1]}…"
