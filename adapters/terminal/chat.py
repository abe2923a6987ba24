"""The terminal as a chat: a line in, a reply out."""

import asyncio
import contextlib
import io
import sys
from dataclasses import replace

from rich.console import Console

from adapters.terminal.answers import Linked, nowhere
from adapters.terminal.progress import progress_bar
from adapters.terminal.render import rendered
from adapters.typed import command
from briefs.errors import UserError
from briefs.model import Answer
from briefs.ports import Ask, CommandHandler, Place, Progressed, Refusal, Reply

_LEAVING = {"/quit", "/exit", "quit", "exit"}
# \001 and \002 tell readline which characters of a prompt take no room.
_PROMPT = "\n\001\033[1;36m\002dateline>\001\033[0m\002 "


def chat(
    handler: CommandHandler,
    place: Place,
    runner: asyncio.Runner,
    console: Console,
    linked: Linked = nowhere,
) -> None:
    """Read lines until the end of input, and answer each.

    A load is broken off by Ctrl-C and the chat goes on; at the prompt Ctrl-C clears the line. A
    question goes with the one that was answered before it, which it may go on with.
    """
    # Importing readline gives input() a history and an editable line, where there is one.
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415
    if isinstance(sys.stdin, io.TextIOWrapper):
        # One line of a pipe that is not UTF-8 must not end the conversation.
        sys.stdin.reconfigure(errors="replace")
    errors = Console(stderr=True)
    previous: str | None = None
    while True:
        try:
            line = input(_PROMPT if console.is_terminal else "").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            console.print("\nCtrl-D or /quit leaves.", style="dim")
            continue
        if line.casefold() in _LEAVING:
            return
        if not line:
            continue
        try:
            with progress_bar(errors) as progressed:
                reply = runner.run(_replied(handler, line, previous, place, progressed))
        except KeyboardInterrupt:
            console.print("Broken off. What was loaded until then is kept.", style="yellow")
            continue
        if isinstance(reply, Answer):
            previous = reply.understood or reply.question
        console.print(rendered(reply, linked))


async def _replied(
    handler: CommandHandler,
    line: str,
    previous: str | None,
    place: Place,
    progressed: Progressed,
) -> Reply:
    try:
        wanted = command(line)
    except UserError as error:
        return Refusal(message=str(error), exit_status=error.exit_status)
    if isinstance(wanted, Ask):
        wanted = replace(wanted, previous=previous)
    return await handler.handle(wanted, place, progressed)
