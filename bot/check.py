"""`dateline check`: what is configured, and whether it works."""

import asyncio
import importlib.util
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.hashing import HASH_MODEL
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from adapters.storage.schedules import SqlSchedules
from adapters.terminal.progress import progress_bar
from adapters.wording import counted
from bot.app import DATABASE, utc_now
from bot.check_machine import machine
from bot.config import Settings, config_file, read_settings
from bot.embedding import model_for
from bot.linking import links_for
from bot.platforms import discord_connection, slack_connection
from briefs.errors import UserError
from briefs.granting import OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether one thing works, and what a person should know of it."""

    works: bool
    says: str
    status: int = 0
    """The exit status to stop with at once; 0 to go on."""


def checks(config: Path | None, data: Path | None) -> Iterator[tuple[str, Outcome]]:
    """Yield the name and the outcome of each check, the quickest first."""
    try:
        settings = read_settings(config)
    except UserError as error:
        yield "configuration", Outcome(works=False, says=str(error), status=error.exit_status)
        return
    file = config_file(config)
    yield "configuration", Outcome(works=True, says=str(file) if file else "the defaults; no file")
    yield from _library(settings, data)
    yield from _folders(settings)
    yield "model", _model(settings)
    for name, says, works in machine(settings.data_folder(data), settings.web):
        yield name, Outcome(works=works, says=says)
    channels = _channels(settings, data)
    if settings.slack.enabled:
        from adapters.slack.checking import tried as slack_tried  # noqa: PLC0415 - see bot.platforms

        yield "slack", _platform(lambda: slack_tried(slack_connection(settings), channels["slack"]))
    if settings.discord.enabled:
        from adapters.discord.checking import tried as discord_tried  # noqa: PLC0415

        yield (
            "discord",
            _platform(lambda: discord_tried(discord_connection(settings), channels["discord"])),
        )
    if settings.web.public_url is not None:
        yield "reader page", _reader(settings, data)
    yield from _off(settings, channels)


def _library(settings: Settings, data: Path | None) -> Iterator[tuple[str, Outcome]]:
    folder = settings.data_folder(data)
    try:
        database = Database(folder / DATABASE)
        try:
            database.check()
            documents = SqlLibrary(database, utc_now).documents()
        finally:
            database.close()
    except UserError as error:
        yield "library", Outcome(works=False, says=str(error))
        return
    outlets = {document.publisher for document in documents}
    says = f"{counted(len(documents), 'article')} of {counted(len(outlets), 'outlet')} in {folder}"
    if not documents:
        says = f"empty, in {folder}; load articles with: dateline source add PATH…"
    yield "library", Outcome(works=True, says=says)
    unknown = [each for each in documents if each.outlet is None]
    if unknown:
        yield (
            "outlets",
            Outcome(
                works=True,
                says="without an outlet, so that each counts as an outlet of its own: "
                f"{counted(len(unknown), 'article')}, {', '.join(each.id for each in unknown[:5])}",
            ),
        )


def _folders(settings: Settings) -> Iterator[tuple[str, Outcome]]:
    """Yield whether what `dateline run` is to load can be read, where anything is configured."""
    paths = [each.path.expanduser() for each in settings.library.folders]
    closed = [str(path) for path in paths if not os.access(path, os.R_OK)]
    if closed:
        says = f"cannot be read: {', '.join(closed)}; change library.folders, or who may read there"
        yield "folders", Outcome(works=False, says=says)
    elif paths:
        yield "folders", Outcome(works=True, says=", ".join(map(str, paths)))


def _platform(trying: Callable[[], Coroutine[Any, Any, str]]) -> Outcome:
    try:
        return Outcome(works=True, says=asyncio.run(trying()))
    except UserError as error:
        return Outcome(works=False, says=str(error))


def _reader(settings: Settings, data: Path | None) -> Outcome:
    """Say whether links can be signed, and whether anything serves what they lead to."""
    address = settings.web.public_url or ""
    try:
        links_for(settings, settings.data_folder(data)).brief("check", OPERATOR)
    except UserError as error:
        return Outcome(works=False, says=str(error))
    if not settings.web.enabled:
        return Outcome(
            works=False,
            says=f"links lead to {address}, and nothing serves it: set enabled = true under [web]",
        )
    return Outcome(works=True, says=f"links lead to {address} for {settings.web.link_days} days")


def _channels(settings: Settings, data: Path | None) -> dict[str, list[str]]:
    """Return the ids of channels that are named anywhere, by platform."""
    named = [*settings.channels, *(each.channel for each in settings.schedules)]
    if settings.alerts.channel is not None:
        named.append(settings.alerts.channel)
    try:
        database = Database(settings.data_folder(data) / DATABASE)
        try:
            named += [each.channel for each in SqlSchedules(database).schedules()]
        finally:
            database.close()
    except UserError:
        # That the database cannot be used is told in a line of its own.
        pass
    found: dict[str, list[str]] = {"discord": [], "slack": []}
    for channel in dict.fromkeys(named):
        platform, _, identity = channel.partition(":")
        if platform in found:
            found[platform].append(identity)
    return found


def _off(settings: Settings, channels: dict[str, list[str]]) -> Iterator[tuple[str, Outcome]]:
    """Yield what is scheduled, or granted, on a platform that is off."""
    for platform, section in (("discord", settings.discord), ("slack", settings.slack)):
        if channels[platform] and not section.enabled:
            name = platform.capitalize()
            says = f"channels of {name} are named, and it is off: set enabled = true under "
            yield "channels", Outcome(works=False, says=f"{says}[{platform}]")


def _model(settings: Settings) -> Outcome:
    """Say whether the weights are there and whole, and what runs them; export them if need be."""
    name = settings.model.name
    if name == HASH_MODEL:
        return Outcome(
            works=True, says="hash: matches words, not meanings; for trying the machinery only"
        )
    try:
        embedder = model_for(settings.model)
        with closing(embedder), progress_bar(Console(stderr=True)) as progressed:
            says = embedder.verified()
            way = asyncio.run(embedder.way(progressed))
    except UserError as error:
        return Outcome(works=False, says=str(error))
    for library in ("torch", "sentence_transformers"):
        if importlib.util.find_spec(library) is None:
            return Outcome(works=False, says=f"{library} is not installed; install Dateline again")
    return Outcome(works=True, says=f"{says}; {way}")
