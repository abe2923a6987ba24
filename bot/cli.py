"""The command line.

Results go to standard output, everything else to standard error. What takes long to import (the
model's libraries, the database) is imported where it is needed, so that help and a usage error come
at once.
"""

import asyncio
import gc
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli_answers import feedback, forget
from bot.cli_backup import backup, restore
from bot.cli_brief import brief
from bot.cli_eval import evaluate
from bot.cli_schedule import schedule
from bot.cli_sources import source
from bot.command_line import (
    DONE,
    FAILED,
    JsonOption,
    Options,
    assembled_app,
    day_of,
    handled,
    linked,
    place_of,
    refuse,
    reported,
    show_reply,
)
from bot.log import set_up as set_up_log
from bot.secrets import all_secrets

if TYPE_CHECKING:
    from bot.app import App

cli = typer.Typer(
    name="dateline",
    help="Answers and briefs made of exact, cited sentences of the articles that you load.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli.add_typer(source, name="source")
cli.add_typer(schedule, name="schedule")
cli.add_typer(feedback, name="feedback")


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
    context.obj = Options(config=config, data=data, verbose=verbose)
    set_up_log(verbose=verbose, secrets=all_secrets())


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

    with reported(context.obj):
        asked = Ask(question=question, outlet=outlet, since=day_of(since), until=day_of(until))
        reply = handled(context.obj, asked, place_of(collection), embeds=True)
        if not isinstance(reply, Answer):
            refuse(reply)
        leading = linked(context.obj)
        show_reply(reply, answer_document(reply, leading) if as_json else None, leading)
        # Nothing loaded to ask is a failure of the set-up; an abstention is an answer.
        nothing = not reply.searched.loaded
        raise typer.Exit(FAILED if nothing else DONE)


@cli.command()
def chat(context: typer.Context) -> None:
    """Ask and load in a conversation, with the commands of the chat platforms."""
    from adapters.storage.lock import instance_lock  # noqa: PLC0415
    from adapters.terminal.chat import chat as converse  # noqa: PLC0415
    from adapters.terminal.render import output  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        settings = options.settings()
        data = settings.data_folder(options.data)
        with (
            instance_lock(data, "chat", datetime.now(UTC)),
            assembled_app(settings, data, embeds=True) as app,
        ):
            app.database.check()
            console = output()
            with asyncio.Runner() as runner:
                if console.is_terminal:
                    console.print(
                        "Ask a question, or type /help. Ctrl-D or /quit leaves.", style="dim"
                    )
                    _warm_up(runner, app)
                converse(app.commands, place_of(None), runner, console, linked(options))


@cli.command()
def run(context: typer.Context) -> None:
    """Run the bot until it is stopped: load and watch folders and feeds, deliver briefs."""
    from adapters.storage.lock import instance_lock  # noqa: PLC0415
    from bot.app import watching_for  # noqa: PLC0415
    from bot.running import leaving_in_time  # noqa: PLC0415
    from bot.running import run as run_until_stopped  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        settings = options.settings()
        data = settings.data_folder(options.data)
        set_up_log(
            verbose=options.verbose,
            secrets=all_secrets(),
            style=settings.logging.format,
            level=settings.logging.level,
        )
        with (
            leaving_in_time() as stopping,
            instance_lock(data, "run", datetime.now(UTC)),
            assembled_app(settings, data, stays=True) as app,
        ):
            app.database.check()
            watching = watching_for(settings, app)
            asyncio.run(run_until_stopped(app, watching, settings, stopping))


@cli.command()
def check(context: typer.Context) -> None:
    """Say what is configured, whether it works, and how to mend what does not."""
    options: Options = context.obj
    with reported(options):
        from bot.check import checks  # noqa: PLC0415

        console = Console()
        failed = 0
        for name, outcome in checks(options.config, options.data):
            failed += not outcome.works
            mark = "[green]ok  [/]" if outcome.works else "[bold red]FAIL[/]"
            console.print(f"{mark} [bold]{name}[/]: ", end="")
            console.print(outcome.says, markup=False, highlight=False, soft_wrap=True)
            if outcome.status:
                raise typer.Exit(outcome.status)
        raise typer.Exit(FAILED if failed else DONE)


cli.command()(brief)
cli.command(name="eval")(evaluate)
cli.command()(forget)
cli.command()(backup)
cli.command()(restore)


def main() -> None:
    """Run the command line; never returns."""
    # To look for garbage among what is being imported costs a tenth of the start. It is looked for
    # again once the program stands (`assembled_app`); other commands end before there is any.
    gc.disable()
    cli()


def _warm_up(runner: asyncio.Runner, app: "App") -> None:
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415

    with progress_bar(Console(stderr=True)) as progressed:
        runner.run(app.newsroom.warm_up(progressed))
