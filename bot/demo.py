"""`make demo`: what Dateline does, in a minute, on the seed articles.

It hands over the same commands that it prints, in a data folder of its own, so that whatever it
shows can be typed. One process does all of it: the model starts once.
"""

import asyncio
import os
import shlex
import sys
from pathlib import Path

from rich.console import Console

from adapters.storage.lock import instance_lock
from adapters.terminal.chat import chat
from adapters.terminal.progress import progress_bar
from adapters.terminal.render import output, rendered
from bot.app import App, assembled, utc_now
from bot.config import Settings
from briefs.briefing import ComposeBrief
from briefs.errors import UserError
from briefs.model import Status
from briefs.ports import AddSources, Ask, Command, Place, Receipts, Refusal

ROOT = Path(__file__).parent.parent
DATA = ROOT / ".demo"
SEEDS = ROOT / "seeds"
QUESTIONS = (
    ("Several outlets answer this one.", "How many trips did the tankers make?"),
    ("A single outlet answers this one.", "What animals did Moscow send to the zoo?"),
    ("Nobody answers this one.", "What is the price of bitcoin?"),
)
PLACE = Place(channel="terminal:", admin=True)


def main() -> int:
    """Show Dateline; return the exit status."""
    # The user's own settings must not change what the demo shows.
    for name in [name for name in os.environ if name.startswith("DATELINE_")]:
        del os.environ[name]
    try:
        with (
            instance_lock(DATA, "demo", utc_now()),
            assembled(Settings(), DATA) as app,
            asyncio.Runner() as runner,
        ):
            return _shown(app, runner, output())
    except UserError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return error.exit_status
    except KeyboardInterrupt:
        sys.stdout.flush()
        os._exit(130)  # as bot.cli does, and for the same reason


def _shown(app: App, runner: asyncio.Runner, console: Console) -> int:
    if not os.access(SEEDS, os.R_OK | os.X_OK) or not any(SEEDS.glob("*.md")):
        raise UserError(
            f"The seed articles cannot be read in {SEEDS}. They are part of the repository: "
            "git checkout -- seeds"
        )
    _say(console, "Five articles of different outlets about one event.")
    loading = AddSources(sources=(str(SEEDS),))
    status = _handled(app, runner, console, f"source add {SEEDS.name}", loading)
    for remark, question in QUESTIONS:
        if status:
            return status
        _say(console, remark)
        typed = f"ask {shlex.quote(question)}"
        status = _handled(app, runner, console, typed, Ask(question=question))
    if status == 0:
        _say(console, "And a brief: what happened, who says so, who differs.")
        status = _handled(app, runner, console, "brief", ComposeBrief())
    if status == 0 and sys.stdin.isatty() and console.is_terminal:
        _say(console, "Now you. Ask a question, or type /help; Ctrl-D or /quit leaves.")
        chat(app.commands, PLACE, runner, console)
    return status


def _say(console: Console, remark: str) -> None:
    console.print(f"\n── {remark}", style="bold yellow", markup=False)


def _handled(
    app: App, runner: asyncio.Runner, console: Console, typed: str, command: Command
) -> int:
    console.print(f"$ dateline {typed}", style="green", markup=False)
    with progress_bar(Console(stderr=True)) as progressed:
        reply = runner.run(app.commands.handle(command, PLACE, progressed))
    console.print(rendered(reply))
    match reply:
        case Refusal():
            return reply.exit_status
        case Receipts():
            return int(any(receipt.status is Status.FAILED for receipt in reply.receipts))
        case _:
            return 0


if __name__ == "__main__":
    sys.exit(main())
