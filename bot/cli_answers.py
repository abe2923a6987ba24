"""`dateline feedback` and `dateline forget`: what is kept of readers, told and deleted."""

import asyncio
import json
import re
import sys
from typing import Annotated

import typer
from rich.console import Console

from bot.command_line import Options, assembled_app, reported
from briefs.errors import UsageError

feedback = typer.Typer(
    help="What readers said of answers.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

# Verdicts that are given in a terminal are those of “terminal:”.
_USER = re.compile(r"terminal:|[a-z]+:[!-~]+")


@feedback.command()
def export(context: typer.Context) -> None:
    """Print what readers found right as lines for “dateline eval”; who they are is not in them.

    A line is made where most found an answer useful, or found it right that there was none. What
    else was judged is told on standard error.
    """
    from adapters.terminal.json_documents import eval_line_document  # noqa: PLC0415
    from adapters.terminal.plain import inert_line  # noqa: PLC0415
    from briefs.feedback import eval_lines  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        settings = options.settings()
        with assembled_app(settings, settings.data_folder(options.data)) as app:
            asyncio.run(app.keeping.expire())
            lines, left_out = eval_lines(app.answers.feedback())
        for line in lines:
            sys.stdout.write(json.dumps(eval_line_document(line), ensure_ascii=False) + "\n")
        sys.stdout.flush()
        errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        if not lines and not left_out:
            errors.print("Nobody has judged an answer that is still kept.")
        for each in left_out:
            errors.print(inert_line(f"Left out: “{each.question}”: {each.because}."))


def forget(
    context: typer.Context,
    user: Annotated[
        str, typer.Argument(metavar="USER", help="For example discord:123 or slack:U0123.")
    ],
) -> None:
    """Delete what a person asked, with the answers, and what the person said of any answer."""
    options: Options = context.obj
    with reported(options):
        person = user.strip()
        if not _USER.fullmatch(person):
            raise UsageError(
                "Write whose answers to delete with the platform, as discord:123 or slack:U0123."
            )
        settings = options.settings()
        with assembled_app(settings, settings.data_folder(options.data)) as app:
            gone = app.answers.forget(person)
        if not gone.answers and not gone.verdicts:
            typer.echo(f"Nothing is kept of {person}.")
            return
        answers = f"{gone.answers:,} answer{'' if gone.answers == 1 else 's'}"
        verdicts = f"{gone.verdicts:,} verdict{'' if gone.verdicts == 1 else 's'}"
        typer.echo(f"Deleted: {answers} and {verdicts} of {person}.")
