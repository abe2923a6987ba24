"""Progress of long work, on a terminal only and on standard error."""

import contextlib
from collections.abc import Iterator
from pathlib import PurePath

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from adapters.terminal.plain import inert_line
from briefs.ports import Progress, Progressed

_LONGEST_NAME = 40


@contextlib.contextmanager
def progress_bar(console: Console) -> Iterator[Progressed]:
    """Yield a listener that draws a bar while there is work, and leaves nothing behind."""
    if not console.is_terminal:
        yield lambda _: None
        return
    bar = Bar(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[now]}", style="dim", markup=False),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("Starting", total=None, now="")

        def progressed(progress: Progress) -> None:
            bar.update(
                task,
                description=progress.what,
                total=progress.total or None,
                completed=progress.done,
                now=inert_line(PurePath(progress.now).name)[:_LONGEST_NAME],
            )

        yield progressed
