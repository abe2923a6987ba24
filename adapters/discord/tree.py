"""The commands as Discord lists them: what each takes, who sees it, what is offered to choose."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, Protocol, TypeAlias

import discord
from discord import app_commands

from adapters.discord.desk import failed
from adapters.zones import zones_like

CHECK = "Check against sources"
"""What the menu of a message calls it."""

CHOICES = 25
CHOICE = 100
"""Choices that Discord shows at once, and the characters of one."""

Interaction: TypeAlias = discord.Interaction[Any]
Offer: TypeAlias = Callable[[Interaction], Awaitable[Iterable[tuple[str, str]]]]
"""Returns names and values to choose from."""

_STALE = "This command has changed meanwhile. Restart Discord (Ctrl+R), and type it again."
_QUESTION, _TOPIC, _NAME, _WHEN = 1_000, 250, 64, 100

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
                sentence = failed("a command")
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
    edit: Callable[[Interaction, str], Awaitable[None]],
    offers: "Offers",
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
    tree.add_command(_brief(take, offers))
    tree.add_command(_source(take, edit, offers, roles=roles))
    tree.add_command(_umbrella(take))


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


def _short(name: str) -> str:
    return name if len(name) <= CHOICE else f"{name[: CHOICE - 1]}…"


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


def _brief(take: Taking, offers: Offers) -> app_commands.Group:
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


def _changing(
    verb: str, does: str, take: Taking, offers: Offers
) -> app_commands.Command[Any, ..., None]:
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


def _source(
    take: Taking,
    edit: Callable[[Interaction, str], Awaitable[None]],
    offers: Offers,
    *,
    roles: bool,
) -> app_commands.Group:
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
        group.add_command(_plain(f"source {name}", does, take))
    del add
    return group


def _of_one(
    group: app_commands.Group,
    take: Taking,
    edit: Callable[[Interaction, str], Awaitable[None]],
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


def _umbrella(take: Taking) -> app_commands.Group:
    group = app_commands.Group(name="dateline", description="What can be typed, what is loaded")
    group.add_command(_plain("dateline help", "Say what can be typed here", take))
    group.add_command(_plain("dateline status", "Say what is loaded", take))
    return group


def _plain(path: str, does: str, take: Taking) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=path.partition(" ")[2], description=does)
    async def plain(interaction: Interaction) -> None:
        await take(interaction, path)

    return plain
