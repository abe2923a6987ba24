"""`/source` as Discord lists it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord
from discord import app_commands

from adapters.discord.offering import Interaction, Offers, Taking, plain_command

Edit: TypeAlias = Callable[[Interaction, str], Awaitable[None]]
"""Opens the form that edits a document."""


def source(
    take: Taking,
    edit: Edit,
    offers: Offers,
    *,
    roles: bool,
) -> app_commands.Group:
    """Return the commands about what is loaded; `roles`: the configuration says whose may."""
    group = app_commands.Group(
        name="source",
        description="Articles: add, list, show, edit, remove (admins)",
        guild_only=True,
        default_permissions=None if roles else discord.Permissions(manage_guild=True),
    )

    @group.command(name="add", description="Load files, pages and feeds")
    @app_commands.describe(
        file="An article: HTML, PDF, Word, Markdown or text",
        url="Web addresses of pages or feeds, with spaces between",
        collection="Into which collection; empty: main",
        outlet="Who published it, where it does not say so itself",
        published="When, where it does not say so itself: 2024-11-22",
    )
    @app_commands.autocomplete(collection=offers.collections, outlet=offers.outlets)
    async def add(  # noqa: PLR0913, PLR0917 - Discord's options
        interaction: Interaction,
        file: discord.Attachment | None = None,
        url: str | None = None,
        collection: str | None = None,
        outlet: str | None = None,
        published: str | None = None,
        file2: discord.Attachment | None = None,
        file3: discord.Attachment | None = None,
        file4: discord.Attachment | None = None,
        file5: discord.Attachment | None = None,
    ) -> None:
        files = [
            {"name": each.filename, "size": each.size, "url": each.url}
            for each in (file, file2, file3, file4, file5)
            if each is not None
        ]
        await take(
            interaction,
            "source add",
            files=files,
            url=url,
            collection=collection,
            outlet=outlet,
            published=published,
        )

    _of_one(group, take, edit, offers)
    for name, does in (
        ("list", "List what is loaded"),
        ("refresh", "Load every source again"),
        ("status", "Say what is loaded, and with what it is searched"),
    ):
        group.add_command(plain_command(f"source {name}", does, take))
    del add
    return group


def _of_one(
    group: app_commands.Group,
    take: Taking,
    edit: Edit,
    offers: Offers,
) -> None:
    """Add the commands that are about one document."""
    which = app_commands.describe(id="The article: choose it, or type its id")

    @group.command(name="show", description="Show an article whole")
    @which
    @app_commands.autocomplete(id=offers.documents)
    async def show(interaction: Interaction, id: str) -> None:  # noqa: A002 - Discord's option
        await take(interaction, "source show", id=id)

    @group.command(name="edit", description="Say what an article's source does not")
    @which
    @app_commands.autocomplete(id=offers.documents)
    async def edited(interaction: Interaction, id: str) -> None:  # noqa: A002 - Discord's option
        await edit(interaction, id)

    @group.command(name="remove", description="Let an article answer no more")
    @which
    @app_commands.autocomplete(id=offers.documents)
    async def remove(interaction: Interaction, id: str) -> None:  # noqa: A002 - Discord's option
        await take(interaction, "source remove", id=id)

    @group.command(name="restore", description="Bring dropped lines back into an article")
    @which
    @app_commands.describe(lines="Their numbers, as /source show gives them: 3 4")
    @app_commands.autocomplete(id=offers.documents)
    async def restore(
        interaction: Interaction,
        id: str,  # noqa: A002 - Discord's option
        lines: str,
    ) -> None:
        await take(interaction, "source restore", id=id, lines=lines)

    del show, edited, remove, restore
