"""From a typed line to a `Command`: the grammar that the chat commands share with the terminal."""

import difflib
import shlex
from collections.abc import Callable

from briefs.errors import UsageError
from briefs.ports import (
    AddSources,
    Ask,
    Command,
    Help,
    ListSources,
    ReportStatus,
    ShowSource,
)

_COMMANDS = ("/ask", "/source", "/dateline", "/help")


def command(line: str) -> Command:
    """Return the command that a line means; a line that begins with no "/" is a question.

    Raises:
        UsageError: There is no such command, or it is not complete.
    """
    line = line.strip()
    if not line.startswith("/"):
        return Ask(question=line)
    name, _, rest = line.partition(" ")
    match name.casefold():
        case "/ask":
            return Ask(question=rest)
        case "/source":
            return _source(rest)
        case "/dateline":
            return _umbrella(rest)
        case "/help":
            return Help()
    raise UsageError(f"There is no command {name}.{_nearest(name, _COMMANDS)}")


def _source(rest: str) -> Command:
    verb, *arguments = _words(rest) or [""]
    verbs: dict[str, Callable[[], Command]] = {
        "add": lambda: AddSources(sources=tuple(_required(arguments, "/source add PATH…"))),
        "list": ListSources,
        "show": lambda: ShowSource(id=_required(arguments, "/source show ID")[0]),
    }
    return _chosen("/source", verb, verbs)


def _umbrella(rest: str) -> Command:
    verb = (_words(rest) or ["help"])[0]
    return _chosen("/dateline", verb, {"help": Help, "status": ReportStatus})


def _chosen(name: str, verb: str, verbs: dict[str, Callable[[], Command]]) -> Command:
    make = verbs.get(verb.casefold())
    if make is not None:
        return make()
    if not verb:
        raise UsageError(f"Type one of: {', '.join(f'{name} {each}' for each in verbs)}.")
    raise UsageError(f"There is no command {name} {verb}.{_nearest(verb, tuple(verbs))}")


def _words(rest: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError as error:
        raise UsageError(f"A quotation mark is left open in: {rest}") from error


def _required(arguments: list[str], usage: str) -> list[str]:
    if not arguments:
        raise UsageError(f"Something is missing. Type: {usage}")
    return arguments


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f" Did you mean {close[0]}?"
    return f" There are: {', '.join(known)}."
