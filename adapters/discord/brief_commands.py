"""`/brief` as Discord lists it."""

from typing import Any, Literal

import discord
from discord import app_commands

from adapters.discord.offering import Interaction, Offers, Plain, Taking

_TOPIC, _NAME, _WHEN = 250, 64, 100


def brief(take: Taking, offers: Offers) -> app_commands.Group:
    """Return the commands about briefs."""
    group = app_commands.Group(name="brief", description="Briefs: now, scheduled, and those before")
    topic = app_commands.describe(
        topic="What it is about; empty: everything that is new",
        since="Only what was published since this day: 2024-11-22",
    )

    @group.command(name="now", description="Brief this channel on what is new to it")
    @topic
    async def now(
        interaction: Interaction,
        topic: app_commands.Range[str, 1, _TOPIC] | None = None,
        since: str | None = None,
    ) -> None:
        await take(interaction, "brief now", private=False, topic=topic, since=since)

    @group.command(name="preview", description="Show the next brief to you alone")
    @topic
    async def preview(
        interaction: Interaction,
        topic: app_commands.Range[str, 1, _TOPIC] | None = None,
        since: str | None = None,
    ) -> None:
        await take(interaction, "brief preview", topic=topic, since=since)

    @group.command(name="schedule", description="Have this channel briefed regularly")
    @app_commands.describe(
        name="A name for the schedule",
        when="In words, as “weekdays at 08:00”, or as cron: 0 8 * * 1-5",
        timezone="Whose clocks count, as Europe/Berlin",
        topic="What it is about; empty: everything that is new",
        channel="Which channel; empty: this one",
        collections="From which collections, with commas between; empty: all of the channel's",
        catch_up="When some were missed; usually the last one is posted late",
        skip_if_empty="Post nothing when nothing is new",
    )
    @app_commands.autocomplete(timezone=offers.zones, collections=offers.collections)
    async def schedule(  # noqa: PLR0913, PLR0917 - Discord's options
        interaction: Interaction,
        name: app_commands.Range[str, 1, _NAME],
        when: app_commands.Range[str, 1, _WHEN],
        timezone: app_commands.Range[str, 1, _NAME],
        topic: app_commands.Range[str, 1, _TOPIC] | None = None,
        channel: discord.TextChannel | None = None,
        collections: str | None = None,
        catch_up: Literal["latest", "all", "skip"] = "latest",
        skip_if_empty: bool = False,  # noqa: FBT001, FBT002 - Discord's option
    ) -> None:
        given: dict[str, Any] = {}
        if channel is not None:
            given = {"channel": str(channel.id), "manages": _manages(interaction, channel)}
        await take(
            interaction,
            "brief schedule",
            name_=name,
            when=when,
            timezone=timezone,
            topic=topic,
            collections=collections,
            catch_up=catch_up,
            skip_if_empty=skip_if_empty,
            **given,
        )

    @group.command(name="list", description="List the schedules and briefs of this channel")
    async def listed(interaction: Interaction) -> None:
        await take(interaction, "brief list")

    @group.command(name="history", description="List the briefs that this channel was given")
    @app_commands.describe(topic="Only those on this topic")
    async def history(
        interaction: Interaction, topic: app_commands.Range[str, 1, _TOPIC] | None = None
    ) -> None:
        await take(interaction, "brief history", topic=topic)

    @group.command(name="show", description="Show a brief again, to you alone")
    @app_commands.describe(id="Its id, or the beginning of it")
    async def show(
        interaction: Interaction,
        id: app_commands.Range[str, 1, _NAME],  # noqa: A002 - Discord's option
    ) -> None:
        await take(interaction, "brief show", id=id)

    for verb, does in (
        ("pause", "Let a schedule rest"),
        ("resume", "Let a schedule go on"),
        ("delete", "Let go of a schedule"),
    ):
        group.add_command(_changing(verb, does, take, offers))
    del now, preview, schedule, listed, history, show
    return group


def _changing(verb: str, does: str, take: Taking, offers: Offers) -> Plain:
    @app_commands.command(name=verb, description=does)
    @app_commands.describe(name="The schedule's name")
    @app_commands.autocomplete(name=offers.schedules)
    async def change(interaction: Interaction, name: app_commands.Range[str, 1, _NAME]) -> None:
        await take(interaction, f"brief {verb}", name_=name)

    return change


def _manages(interaction: Interaction, channel: discord.TextChannel) -> bool:
    """Say whether somebody manages a channel that they named; Discord gives that with it."""
    data: Any = interaction.data or {}
    resolved = data.get("resolved") or {}
    named = (resolved.get("channels") or {}).get(str(channel.id)) or {}
    return discord.Permissions(int(named.get("permissions") or 0)).manage_channels
