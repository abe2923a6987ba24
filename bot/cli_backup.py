"""`dateline backup` and `dateline restore`: the data folder as one file, and back."""

import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.command_line import Options, reported
from briefs.errors import UsageError


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="Where; replaced if it exists.")],
) -> None:
    """Write the data folder into one file: articles, answers, briefs, schedules, keys, uploads.

    Works beside a running bot. The file is verified, and there as a whole or not at all.
    """
    from adapters.storage.archive import is_upload  # noqa: PLC0415
    from adapters.storage.backup import back_up  # noqa: PLC0415
    from adapters.storage.database import Database  # noqa: PLC0415
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415
    from bot.app import DATABASE  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        data = options.settings().data_folder(options.data)
        if not (data / DATABASE).is_file():
            raise UsageError(f"There is nothing to back up in {data}.")
        database = Database(data / DATABASE)
        try:
            with progress_bar(Console(stderr=True)) as progressed:
                made = back_up(
                    database,
                    file.absolute(),
                    program=version("dateline"),
                    now=datetime.now(UTC),
                    progressed=progressed,
                )
        finally:
            database.close()
        size, sent = file.stat().st_size / 1e6, sum(map(is_upload, made.files))
        also = f", with {sent:,} that people sent" if sent else ""
        sys.stdout.write(f"{file}: {size:,.1f} MB{also}; verified\n")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="What `backup` has written.")],
    force: Annotated[  # noqa: FBT002 - Typer makes a flag of it
        bool, typer.Option("--force", help="Replace what is in the data folder.")
    ] = False,
) -> None:
    """Put a backup in the place of the data folder; stop the bot before.

    It is verified first; what was there is replaced as a whole or not at all.
    """
    from adapters.storage.lock import instance_lock  # noqa: PLC0415
    from adapters.storage.restoring import restore as restored  # noqa: PLC0415
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415

    options: Options = context.obj
    with reported(options):
        data = options.settings().data_folder(options.data)
        with (
            instance_lock(data, "restore", datetime.now(UTC)),
            progress_bar(Console(stderr=True)) as progressed,
        ):
            found = restored(file.absolute(), data, force=force, progressed=progressed)
        sys.stdout.write(f"{data}: restored from a backup of {found.made}\n")
