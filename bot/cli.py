"""The command line.

Results go to standard output, everything else to standard error. What takes long to import (the
model's libraries, the database) is imported where it is needed, so that help and a usage error come
at once.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from briefs.errors import UsageError, UserError

if TYPE_CHECKING:
    from adapters.terminal.json_documents import Json
    from bot.app import App
    from bot.config import Settings
    from briefs.model import Stated
    from briefs.ports import Command, Place, Progressed, Reply

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130
_LOG_LINE = "%(levelname)s %(name)s: %(message)s"

_T = TypeVar("_T")

cli = typer.Typer(
    name="dateline",
    help="Answers and briefs made of exact, cited sentences of the articles that you load.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
source = typer.Typer(
    help="The library: load articles, look at them, set what is unknown, remove them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
cli.add_typer(source, name="source")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What stands before the command's name."""

    config: Path | None
    data: Path | None
    verbose: bool

    def settings(self) -> "Settings":
        from bot.config import read_settings  # noqa: PLC0415

        return read_settings(self.config)


class _Untraced(logging.Formatter):
    """Names the error of a log record, and leaves the traceback to --verbose."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return one line."""
        return f"{ei[0].__name__}: {ei[1]} (--verbose before the command shows where)"


JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]
DocumentArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")
]
TitleOption = Annotated[str | None, typer.Option(help="In place of the title found.")]
OutletOption = Annotated[str | None, typer.Option(help="In place of the outlet found.")]
AuthorOption = Annotated[str | None, typer.Option(help="In place of the author found.")]
PublishedOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="2024-11-22 or 2024-11-22T08:00:00+01:00.")
]
CollectionsOption = Annotated[
    list[str] | None,
    typer.Option("--collection", metavar="NAME", help="Look in this collection; repeatable."),
]


def _print_version(wanted: bool | None) -> None:  # noqa: FBT001
    if wanted:
        sys.stdout.write(f"dateline {version('dateline')}\n")
        raise typer.Exit


@cli.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The configuration; else ./config.toml.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The data folder; else that of the user.")
    ] = None,
    verbose: Annotated[  # noqa: FBT002 - Typer makes a flag of it
        bool, typer.Option("--verbose", help="Show what happens, and tracebacks.")
    ] = False,
    _version: Annotated[
        bool | None,
        typer.Option("--version", help="Print the version.", callback=_print_version),
    ] = None,
) -> None:
    """Take the options that every command has."""
    context.obj = _Options(config=config, data=data, verbose=verbose)
    log = logging.StreamHandler(sys.stderr)
    log.setFormatter((logging.Formatter if verbose else _Untraced)(_LOG_LINE))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.ERROR, handlers=[log])
    if verbose:
        # What the libraries say of themselves drowns what Dateline says.
        for library in ("httpx", "httpcore", "urllib3", "markdown_it", "asyncio", "filelock"):
            logging.getLogger(library).setLevel(logging.WARNING)


@cli.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know.")],
    outlet: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this outlet; a part of its name will do."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or later: 2024-11-22.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")
    ] = None,
    collection: CollectionsOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Answer a question once, with exact sentences and who says them."""
    from adapters.terminal.json_documents import answer_document  # noqa: PLC0415
    from briefs.model import Answer  # noqa: PLC0415
    from briefs.ports import Ask  # noqa: PLC0415

    with _reported(context.obj):
        asked = Ask(question=question, outlet=outlet, since=_day(since), until=_day(until))
        reply = _handled(context.obj, asked, _place(collection))
        if not isinstance(reply, Answer):
            _refuse(reply)
        _show(reply, answer_document(reply) if as_json else None)
        # Nothing loaded to ask is a failure of the set-up; an abstention is an answer.
        nothing = not reply.searched.loaded
        raise typer.Exit(_FAILED if nothing else _DONE)


@cli.command()
def chat(context: typer.Context) -> None:
    """Ask and load in a conversation, with the commands of the chat platforms."""
    from adapters.storage.lock import instance_lock  # noqa: PLC0415
    from adapters.terminal.chat import chat as converse  # noqa: PLC0415
    from adapters.terminal.render import output  # noqa: PLC0415

    options: _Options = context.obj
    with _reported(options):
        settings = options.settings()
        data = settings.data_folder(options.data)
        with instance_lock(data, "chat", datetime.now(UTC)), _app(settings, data) as app:
            app.database.check()
            console = output()
            with asyncio.Runner() as runner:
                if console.is_terminal:
                    console.print(
                        "Ask a question, or type /help. Ctrl-D or /quit leaves.", style="dim"
                    )
                    _warm_up(runner, app)
                converse(app.commands, _place(None), runner, console)


@cli.command()
def run(context: typer.Context) -> None:
    """Run the bot: load the configured folders and feeds, and watch them, until it is stopped."""
    from adapters.storage.lock import instance_lock  # noqa: PLC0415
    from bot.app import watching_for  # noqa: PLC0415
    from bot.running import run as run_until_stopped  # noqa: PLC0415

    options: _Options = context.obj
    with _reported(options):
        settings = options.settings()
        data = settings.data_folder(options.data)
        if not options.verbose:
            for package in ("bot", "adapters"):
                logging.getLogger(package).setLevel(logging.INFO)
        with instance_lock(data, "run", datetime.now(UTC)), _app(settings, data) as app:
            app.database.check()
            _run(run_until_stopped(app, watching_for(settings, app)))


@cli.command()
def check(context: typer.Context) -> None:
    """Say what is configured, whether it works, and how to mend what does not."""
    from bot.check import checks  # noqa: PLC0415

    options: _Options = context.obj
    with _reported(options):
        console = Console()
        failed = 0
        for name, outcome in checks(options.config, options.data):
            failed += not outcome.works
            mark = "[green]ok  [/]" if outcome.works else "[bold red]FAIL[/]"
            console.print(f"{mark} [bold]{name}[/]: ", end="")
            console.print(outcome.says, markup=False, highlight=False, soft_wrap=True)
            if outcome.status:
                raise typer.Exit(outcome.status)
        raise typer.Exit(_FAILED if failed else _DONE)


@source.command()
def add(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL…", help="Files, folders with all in them, pages and feeds."
        ),
    ],
    collection: Annotated[
        str, typer.Option(metavar="NAME", help="The collection that they go into.")
    ] = "main",
    title: TitleOption = None,
    outlet: OutletOption = None,
    author: AuthorOption = None,
    published: PublishedOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Load articles. One that cannot be loaded never stops the others."""
    from briefs.ports import AddSources  # noqa: PLC0415

    with _reported(context.obj):
        stated = _stated(title, outlet, author, published)
        if not collection.strip() or not collection.isprintable():
            raise UsageError("A collection's name must be one line of printable characters.")
        command = AddSources(sources=tuple(sources), collection=collection, stated=stated)
        _receipts(context.obj, command, as_json=as_json)


@source.command()
def edit(
    context: typer.Context,
    document: DocumentArgument,
    title: TitleOption = None,
    outlet: OutletOption = None,
    author: AuthorOption = None,
    published: PublishedOption = None,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Set what an article's source does not say; it stays, however often the source is loaded."""
    from briefs.model import Stated  # noqa: PLC0415
    from briefs.ports import EditSource  # noqa: PLC0415

    with _reported(context.obj):
        stated = _stated(title, outlet, author, published)
        if stated == Stated():
            raise UsageError("Say what to set: --title, --outlet, --author or --published.")
        _receipts(context.obj, EditSource(id=document, stated=stated), as_json=as_json)


@source.command()
def remove(
    context: typer.Context,
    document: DocumentArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Let an article answer no more, at once and in a running bot too."""
    from briefs.ports import RemoveSource  # noqa: PLC0415

    with _reported(context.obj):
        _receipts(context.obj, RemoveSource(id=document), as_json=as_json)


@source.command()
def restore(
    context: typer.Context,
    document: DocumentArgument,
    numbers: Annotated[
        list[int], typer.Argument(metavar="N…", help="Numbers of dropped lines: “source show”.")
    ],
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Bring dropped lines back into an article, as a new revision."""
    from briefs.ports import RestoreLines  # noqa: PLC0415

    with _reported(context.obj):
        command = RestoreLines(id=document, numbers=tuple(numbers))
        _receipts(context.obj, command, as_json=as_json)


@source.command()
def refresh(
    context: typer.Context,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Load every source again; what has changed becomes a new revision."""
    from briefs.ports import RefreshSources  # noqa: PLC0415

    with _reported(context.obj):
        _receipts(context.obj, RefreshSources(), as_json=as_json)


@source.command(name="list")
def list_sources(
    context: typer.Context,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """List the articles with their ids."""
    from adapters.terminal.json_documents import listing_document  # noqa: PLC0415
    from briefs.ports import Listing, ListSources  # noqa: PLC0415

    with _reported(context.obj):
        reply = _handled(context.obj, ListSources(), _everywhere())
        if not isinstance(reply, Listing):
            _refuse(reply)
        _show(reply, listing_document(reply) if as_json else None)


@source.command()
def show(
    context: typer.Context,
    document: DocumentArgument,
    as_json: JsonOption = False,  # noqa: FBT002
) -> None:
    """Show one article: what is known about it, and the text that citations point into."""
    from adapters.terminal.json_documents import shown_document  # noqa: PLC0415
    from briefs.ports import Shown, ShowSource  # noqa: PLC0415

    with _reported(context.obj):
        reply = _handled(context.obj, ShowSource(id=document), _everywhere())
        if not isinstance(reply, Shown):
            _refuse(reply)
        _show(reply, shown_document(reply) if as_json else None)


def main() -> None:
    """Run the command line; never returns."""
    cli()


@contextmanager
def _reported(options: _Options) -> Iterator[None]:
    """Turn what a person did wrong into a sentence and the right exit status."""
    try:
        yield
    except UserError as error:
        if options.verbose:
            logging.getLogger(__name__).exception("refused")
        _say(str(error), error.exit_status)
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        sys.stdout.flush()
        Console(stderr=True).print("Interrupted. What was finished until then is kept.")
        sys.stderr.flush()
        # The model's thread may be in the middle of a batch, and Python would wait for it. Nothing
        # is lost: whatever is kept is kept in whole transactions.
        os._exit(_INTERRUPTED)
    except BrokenPipeError:
        # Who reads the output has seen enough. Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_FAILED) from None
    except Exception as error:
        if options.verbose:
            logging.getLogger(__name__).exception("failed")
        _say(
            f"Something went wrong inside Dateline ({type(error).__name__}). Run it again with "
            "--verbose before the command, and report what it shows.",
            _FAILED,
        )


def _handled(options: _Options, command: "Command", place: "Place") -> "Reply":
    """Carry out one command in a program of its own."""
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415

    settings = options.settings()
    with (
        _app(settings, settings.data_folder(options.data)) as app,
        progress_bar(Console(stderr=True)) as progressed,
    ):
        return _run(_carried_out(app, command, place, progressed))


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
def _app(settings: "Settings", data: Path) -> "Iterator[App]":
    from bot.app import assembled  # noqa: PLC0415

    with assembled(settings, data) as app:
        yield app


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    return asyncio.run(work)


def _warm_up(runner: asyncio.Runner, app: "App") -> None:
    with Console(stderr=True).status("Starting the model …"):
        runner.run(app.newsroom.warm_up())


def _place(collections: list[str] | None) -> "Place":
    """Return the terminal as a place that sees some collections, `main` for none."""
    from briefs.model import MAIN  # noqa: PLC0415
    from briefs.ports import Place  # noqa: PLC0415

    return Place(channel="terminal:", collections=frozenset(collections or [MAIN]), admin=True)


def _everywhere() -> "Place":
    """Return the terminal as the operator's place: who may start the program sees the library."""
    from briefs.ports import Place  # noqa: PLC0415

    return Place(channel="terminal:", collections=None, admin=True)


def _receipts(options: _Options, command: "Command", *, as_json: bool) -> NoReturn:
    """Carry out what changes the library, and show what became of each source."""
    from adapters.terminal.json_documents import receipts_document  # noqa: PLC0415
    from briefs.model import Status  # noqa: PLC0415
    from briefs.ports import Receipts  # noqa: PLC0415

    reply = _handled(options, command, _everywhere())
    if not isinstance(reply, Receipts):
        _refuse(reply)
    _show(reply, receipts_document(reply) if as_json else None)
    failed = any(receipt.status is Status.FAILED for receipt in reply.receipts)
    raise typer.Exit(_FAILED if failed else _DONE)


def _stated(
    title: str | None, outlet: str | None, author: str | None, published: str | None
) -> "Stated":
    """Return what a person states of a source.

    Raises:
        UsageError: The date is none, or a word is not valid Unicode.
    """
    from adapters.loading.dates import published as parsed  # noqa: PLC0415
    from briefs.model import Stated  # noqa: PLC0415

    for word in (title, outlet, author):
        if word is not None and not word.isprintable():
            raise UsageError("What is stated of a source must be one line of printable characters.")
    when = parsed(published) if published else None
    if published and when is None:
        raise UsageError(
            f"“{published}” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00."
        )
    return Stated(title=title, outlet=outlet, author=author, published=when)


def _show(reply: "Reply", document: "dict[str, Json] | None") -> None:
    if document is not None:
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        # The lone surrogates of a file name that is not UTF-8 become escapes, which JSON has too.
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
        sys.stdout.flush()
        return
    from adapters.terminal.render import output, rendered  # noqa: PLC0415

    output().print(rendered(reply))


def _refuse(reply: "Reply") -> NoReturn:
    from briefs.ports import Refusal  # noqa: PLC0415

    if isinstance(reply, Refusal):
        _say(reply.message, reply.exit_status)
    raise AssertionError(f"the handler answered with {type(reply).__name__}")


def _say(message: str, status: int) -> NoReturn:
    Console(stderr=True, highlight=False).print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(status)


def _day(stated: str | None) -> date | None:
    if stated is None:
        return None
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise UsageError(f"“{stated}” is no date. Write it as 2024-11-22.") from None
