"""The tree of commands: all that can be typed on Discord, and what is said when one fails."""

import logging
from typing import Any

import discord
from discord import app_commands

from adapters.discord.brief_commands import brief
from adapters.discord.offering import Interaction, Offers, Taking, plain_command
from adapters.discord.source_commands import Edit, source
from adapters.refusing import failed

CHECK = "Check against sources"
"""What the menu of a message calls it."""

_STALE = "This command has changed meanwhile. Restart Discord (Ctrl+R), and type it again."
_QUESTION = 1_000

_log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[Any]):
    """The tree of commands; whatever fails in it is answered."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Tell somebody that something went wrong, and under which reference the log has it."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            sentence = _STALE
        else:
            try:
                raise error
            except app_commands.AppCommandError:
                sentence = failed("Discord: a command")
        try:
            if interaction.response.is_done():
                await interaction.followup.send(sentence, ephemeral=True)
            else:
                await interaction.response.send_message(sentence, ephemeral=True)
        except (discord.HTTPException, OSError, TimeoutError):
            _log.warning("somebody could not be told that a command failed")


def build(
    tree: Tree,
    take: Taking,
    edit: Edit,
    offers: Offers,
    *,
    roles: bool,
) -> None:
    """Put every command into the tree.

    Args:
        tree: An empty one.
        take: What takes a command on.
        edit: What opens the form that edits a document.
        offers: What is offered to choose from.
        roles: Whether the configuration says which roles may load; Discord then shows `/source` to
            everybody, and it is checked who may when it is typed.
    """
    _asking(tree, take, offers)
    tree.add_command(brief(take, offers))
    tree.add_command(source(take, edit, offers, roles=roles))
    tree.add_command(_umbrella(take))


def _asking(tree: Tree, take: Taking, offers: Offers) -> None:
    @tree.command(name="ask", description="Answer a question with exact, cited sentences")
    @app_commands.describe(
        question="What you want to know",
        outlet="Only from this outlet",
        since="Only what was published since this day: 2024-11-22",
        private="Only you see the answer, and may share it",
    )
    @app_commands.autocomplete(outlet=offers.outlets)
    async def ask(
        interaction: Interaction,
        question: app_commands.Range[str, 1, _QUESTION],
        outlet: str | None = None,
        since: str | None = None,
        private: bool = False,  # noqa: FBT001, FBT002 - Discord's option
    ) -> None:
        given = {"question": question, "outlet": outlet, "since": since}
        await take(interaction, "ask", private=private, **given)

    @tree.context_menu(name=CHECK)
    async def check(interaction: Interaction, message: discord.Message) -> None:
        shown = [message.content, *(each.description or "" for each in message.embeds)]
        text = "\n".join(each for each in shown if each)
        await take(interaction, "check", text=text)

    del ask, check


def _umbrella(take: Taking) -> app_commands.Group:
    group = app_commands.Group(name="dateline", description="What can be typed, what is loaded")
    group.add_command(plain_command("dateline help", "Say what can be typed here", take))
    group.add_command(plain_command("dateline status", "Say what is loaded", take))
    return group
