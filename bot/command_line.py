"""What every command of the command line shares: options, errors, and how a reply is shown.

What takes long to import (the model's libraries, the database) is imported where it is needed, so
that help and a usage error come at once.
"""

import asyncio
import gc
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from briefs.errors import UsageError, UserError

if TYPE_CHECKING:
    from adapters.terminal.answers import Linked
    from adapters.terminal.json_documents import Json
    from bot.app import App
    from bot.config import Settings
    from briefs.ports import Command, Place, Progressed, Reply

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit statuses; wrong usage or configuration is 2."""

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What stands before the command's name."""

    config: Path | None
    data: Path | None
    verbose: bool

    def settings(self) -> "Settings":
        """Read the settings."""
        from bot.config import read_settings  # noqa: PLC0415

        return read_settings(self.config)


@contextmanager
def reported(options: Options) -> Iterator[None]:
    """Turn what a person did wrong into a sentence and the right exit status."""
    try:
        yield
    except UserError as error:
        if options.verbose:
            logging.getLogger(__name__).exception("refused")
        say(str(error), error.exit_status)
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        sys.stdout.flush()
        Console(stderr=True).print("Interrupted. What was finished until then is kept.")
        sys.stderr.flush()
        # The model's thread may be in the middle of a batch, and Python would wait for it. Nothing
        # is lost: whatever is kept is kept in whole transactions.
        os._exit(INTERRUPTED)
    except BrokenPipeError:
        # Who reads the output has seen enough. Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except Exception as error:
        if options.verbose:
            logging.getLogger(__name__).exception("failed")
        say(
            f"Something went wrong inside Dateline ({type(error).__name__}). Run it again with "
            "--verbose before the command, and report what it shows.",
            FAILED,
        )


def handled(
    options: Options, command: "Command", place: "Place", *, embeds: bool = False
) -> "Reply":
    """Carry out one command in a program of its own; `embeds` as `assembled_app` has it."""
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415

    settings = options.settings()
    with (
        assembled_app(settings, settings.data_folder(options.data), embeds=embeds) as app,
        progress_bar(Console(stderr=True)) as progressed,
    ):
        return asyncio.run(_carried_out(app, command, place, progressed))


async def _carried_out(
    app: "App", command: "Command", place: "Place", progressed: "Progressed"
) -> "Reply":
    try:
        return await app.commands.handle(command, place, progressed)
    except asyncio.CancelledError:
        # Leaving the event loop would wait for a parser that is at work.
        app.loader.close()
        raise


@contextmanager
def assembled_app(
    settings: "Settings", data: Path, *, stays: bool = False, embeds: bool = False
) -> "Iterator[App]":
    """Yield the program over a data folder; `stays` as `bot.app.assembled` has it.

    Where it `embeds`, the model is brought into memory while the rest is still imported.
    """
    from bot.embedding import embedder_for  # noqa: PLC0415

    embedder = embedder_for(settings.model, soon=embeds)
    from bot.app import assembled  # noqa: PLC0415

    # What is imported stays: it is not looked through for garbage again.
    gc.freeze()
    gc.enable()
    with assembled(settings, data, stays=stays, embedder=embedder) as app:
        yield app


def place_of(collections: list[str] | None) -> "Place":
    """Return the terminal as a place that sees some collections, `main` for none."""
    from briefs.model import MAIN  # noqa: PLC0415
    from briefs.ports import Place  # noqa: PLC0415

    return Place(channel="terminal:", collections=frozenset(collections or [MAIN]), admin=True)


def everywhere() -> "Place":
    """Return the terminal as the operator's place: who may start the program sees the library."""
    from briefs.ports import Place  # noqa: PLC0415

    return Place(channel="terminal:", collections=None, admin=True)


def day_of(stated: str | None) -> date | None:
    """Return the day that a person stated.

    Raises:
        UsageError: It is none.
    """
    if stated is None:
        return None
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise UsageError(f"“{stated}” is no date. Write it as 2024-11-22.") from None


def linked(options: Options) -> "Linked":
    """Return what gives the links to the reader page, as the operator may see it."""
    from bot.linking import links_for  # noqa: PLC0415
    from briefs.granting import OPERATOR  # noqa: PLC0415

    settings = options.settings()
    links = links_for(settings, settings.data_folder(options.data))
    return partial(links.cited, channel=OPERATOR)


def show_reply(
    reply: "Reply", document: "dict[str, Json] | None", linked: "Linked | None" = None
) -> None:
    """Print a reply: as JSON where there is a document for it, else for a person."""
    if document is not None:
        print_json(document)
        return
    from adapters.terminal.answers import nowhere  # noqa: PLC0415
    from adapters.terminal.render import output, rendered  # noqa: PLC0415

    output().print(rendered(reply, linked or nowhere))


def print_json(document: "dict[str, Json]") -> None:
    """Print one JSON document on standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    # The lone surrogates of a file name that is not UTF-8 become escapes, which JSON has too.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()


def refuse(reply: "Reply") -> NoReturn:
    """Say why a command was not carried out, and exit with its status."""
    from briefs.ports import Refusal  # noqa: PLC0415

    if isinstance(reply, Refusal):
        say(reply.message, reply.exit_status)
    raise AssertionError(f"the handler answered with {type(reply).__name__}")


def say(message: str, status: int) -> NoReturn:
    """Print a sentence on standard error, and exit."""
    Console(stderr=True, highlight=False).print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(status)
