"""`dateline check`: what is configured, and whether it works."""

import asyncio
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.embedding import verified
from adapters.hashing import HASH_MODEL
from adapters.slack.checking import tried
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot.app import DATABASE, utc_now
from bot.check_machine import machine
from bot.config import Settings, config_file, read_settings
from bot.platforms import slack_connection
from briefs.errors import UserError


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
    yield "model", _model(settings)
    for name, says, works in machine(settings.data_folder(data), settings.web):
        yield name, Outcome(works=works, says=says)
    if settings.slack.enabled:
        yield "slack", _slack(settings)
    yield from _channels(settings)


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
    says = f"{len(documents)} articles of {len(outlets)} outlets in {folder}"
    if not documents:
        says = f"empty, in {folder}; load articles with: dateline source add PATH…"
    yield "library", Outcome(works=True, says=says)
    unknown = [each for each in documents if each.outlet is None]
    if unknown:
        yield (
            "outlets",
            Outcome(
                works=True,
                says=f"{len(unknown)} articles have no outlet, and count as outlets of their own: "
                + ", ".join(each.id for each in unknown[:5]),
            ),
        )


def _slack(settings: Settings) -> Outcome:
    try:
        return Outcome(works=True, says=asyncio.run(tried(slack_connection(settings))))
    except UserError as error:
        return Outcome(works=False, says=str(error))


def _channels(settings: Settings) -> Iterator[tuple[str, Outcome]]:
    """Yield what is scheduled, or granted, on a platform that is off."""
    named = [*settings.channels, *(each.channel for each in settings.schedules)]
    platforms = {channel.partition(":")[0] for channel in named}
    for platform in sorted(platforms):
        section = getattr(settings, platform, None)
        if section is not None and not section.enabled:
            says = f"channels of {platform.capitalize()} are named, and it is off: set enabled = "
            yield "channels", Outcome(works=False, says=f"{says}true under [{platform}]")


def _model(settings: Settings) -> Outcome:
    """Say whether the weights are there and whole, without importing what would run them."""
    name = settings.model.name
    if name == HASH_MODEL:
        return Outcome(
            works=True, says="hash: matches words, not meanings; for trying the machinery only"
        )
    try:
        says = verified(name)
    except UserError as error:
        return Outcome(works=False, says=str(error))
    for library in ("torch", "sentence_transformers"):
        if importlib.util.find_spec(library) is None:
            return Outcome(works=False, says=f"{library} is not installed; install Dateline again")
    return Outcome(works=True, says=says)
