"""From a typed line to a `Command`: the grammar that the chat commands share with the terminal."""

import difflib
import re
import shlex
from collections.abc import Callable
from datetime import date, datetime

from adapters.typed_schedule import schedule_of
from briefs.briefing import ComposeBrief, Explain, ListBriefs, ShowBrief
from briefs.errors import UsageError
from briefs.model import Published, Stated
from briefs.ports import (
    AddSources,
    Ask,
    Command,
    EditSource,
    GiveVerdict,
    Help,
    ListSources,
    RefreshSources,
    RemoveSource,
    ReportStatus,
    RestoreLines,
    ShowSource,
    ShowSources,
)
from briefs.timetabling import ChangeSchedule, Verb

_EDITABLE = ("title", "outlet", "author", "published")
_OPTIONS = tuple(f"--{name}" for name in _EDITABLE)
_STRAIGHT = str.maketrans("“”„", '"""')
_NUMBER = re.compile(r"[0-9]{1,9}")
_VERDICT = "/verdict ID yes|no [WHY]"
_ASK = "/ask QUESTION --outlet NAME --since 2024-11-22 --until 2024-11-30"
_ASK_OPTION = re.compile(r"(?:^|\s)--(outlet|since|until)(?:=|\s|$)")
_DASH = re.compile(r"(?<!\S)—(?=[a-z])")
_ADD = "/source add URL… --collection NAME"


def command(line: str) -> Command:
    """Return the command that a line means; a line that begins with no "/" is a question.

    Raises:
        UsageError: There is no such command, or it is not complete.
    """
    line = _typeset_back(line.strip())
    if not line.startswith("/"):
        return Ask(question=line)
    name, _, rest = line.partition(" ")
    makers: dict[str, Callable[[str], Command]] = {
        "/ask": _ask,
        "/answer": _answer,
        "/verdict": _verdict,
        "/brief": _brief,
        "/why": _why,
        "/source": _source,
        "/dateline": _umbrella,
        "/help": lambda _: Help(),
    }
    make = makers.get(name.casefold())
    if make is None:
        raise UsageError(f"There is no command {name}.{_nearest(name, tuple(makers))}")
    return make(rest)


def _typeset_back(line: str) -> str:
    """Return a line as it was typed: some devices make a dash of two hyphens, and curl quotes."""
    if not line.startswith("/"):
        return line
    return _DASH.sub("--", line)


def _ask(rest: str) -> Command:
    # A question is what is left of the line, an apostrophe in it is no quotation mark; options may
    # only follow it.
    question, *options = _ASK_OPTION.split(rest)
    given: dict[str, str] = {}
    for name, value in zip(options[::2], options[1::2], strict=True):
        stated = value.strip().strip("\"“”'‘’")
        if not stated or name in given:
            raise UsageError(f"Give --{name} once, with what it is. Type: {_ASK}")
        given[name] = stated
    return Ask(
        question=question.strip(),
        outlet=given.get("outlet"),
        since=_day(given.get("since")),
        until=_day(given.get("until")),
    )


def _day(stated: str | None) -> date | None:
    if stated is None:
        return None
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise UsageError(f"“{stated}” is no date. Write it as 2024-11-22.") from None


def _answer(rest: str) -> Command:
    return ShowSources(answer=_required(rest.split(), "/answer ID")[0])


def _verdict(rest: str) -> Command:
    # The reason is what is left of the line: an apostrophe in it is no quotation mark.
    answer, useful, why, *_ = [*_required(rest.split(maxsplit=2), _VERDICT), "", ""]
    if useful.casefold() not in {"yes", "no"}:
        raise UsageError(f"Say whether it was useful, yes or no. Type: {_VERDICT}")
    return GiveVerdict(answer=answer, useful=useful.casefold() == "yes", why=why or None)


def _brief(rest: str) -> Command:
    # A topic is what is left of the line, as a question is: an apostrophe in it opens nothing.
    verb, _, typed = rest.strip().partition(" ")
    topic = typed.strip() or None
    verbs: dict[str, Callable[[], Command]] = {
        "now": lambda: ComposeBrief(topic=topic, here=True),
        "preview": lambda: ComposeBrief(topic=topic, here=True, preview=True),
        "list": ListBriefs,
        "history": lambda: ListBriefs(topic=topic, here=True),
        "show": lambda: ShowBrief(id=_required(typed.split(), "/brief show ID")[0]),
        "schedule": lambda: schedule_of(_words(typed)),
        "pause": lambda: _changing("pause", Verb.PAUSE, typed),
        "resume": lambda: _changing("resume", Verb.RESUME, typed),
        "delete": lambda: _changing("delete", Verb.REMOVE, typed),
    }
    return _chosen("/brief", verb, verbs)


def _changing(typed: str, verb: Verb, name: str) -> Command:
    return ChangeSchedule(
        name=_required(name.split(maxsplit=0), f"/brief {typed} NAME")[0].strip(), verb=verb
    )


def _why(text: str) -> Command:
    if not text.strip():
        raise UsageError("Something is missing. Type: /why SENTENCE")
    return Explain(text=text.strip(), brief=ComposeBrief(here=True))


def _source(rest: str) -> Command:
    verb, *arguments = _words(rest) or [""]
    verbs: dict[str, Callable[[], Command]] = {
        "add": lambda: _add(_required(arguments, "/source add PATH|URL…")),
        "list": ListSources,
        "show": lambda: ShowSource(id=_required(arguments, "/source show ID")[0]),
        "edit": lambda: _edit(_required(arguments, "/source edit ID --outlet NAME")),
        "remove": lambda: RemoveSource(id=_required(arguments, "/source remove ID")[0]),
        "restore": lambda: _restore(_required(arguments, "/source restore ID N…")),
        "refresh": RefreshSources,
        "status": ReportStatus,
    }
    return _chosen("/source", verb, verbs)


def _add(arguments: list[str]) -> Command:
    collection, stated, sources = None, {}, []
    rest = list(arguments)
    while rest:
        word, *rest = rest
        if not word.startswith("--"):
            sources.append(word)
            continue
        name = word.removeprefix("--")
        if name not in {"collection", *_EDITABLE}:
            raise UsageError(f"There is no {word}.{_nearest(word, ('--collection', *_OPTIONS))}")
        value, *rest = _required(rest, _ADD)
        if name == "collection":
            collection = value
        else:
            stated[name] = value
    when = _date(stated.pop("published", None))
    return AddSources(
        sources=tuple(_required(sources, "/source add PATH|URL…")),
        collection=collection,
        stated=Stated(**stated, published=when),
    )


def _edit(arguments: list[str]) -> Command:
    document, *rest = arguments
    given: dict[str, str] = {}
    while rest:
        option, *rest = rest
        name = option.removeprefix("--")
        if not option.startswith("--") or name not in _EDITABLE:
            raise UsageError(f"There is no {option}.{_nearest(option, _OPTIONS)}")
        given[name] = _required(rest, f"/source edit {document} {option} VALUE")[0]
        rest = rest[1:]
    if not given:
        raise UsageError(f"Say what to set: {', '.join(_OPTIONS)}.")
    when = _date(given.pop("published", None))
    return EditSource(id=document, stated=Stated(**given, published=when))


def _date(stated: str | None) -> Published | None:
    if stated is None:
        return None
    try:
        return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
    except ValueError:
        raise UsageError(
            f"“{stated}” is no date. Write 2024-11-22 or 2024-11-22T08:00:00+01:00."
        ) from None


def _restore(arguments: list[str]) -> Command:
    document, *numbers = arguments
    if not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise UsageError("Type the numbers of the lines: /source restore ID 3 4")
    return RestoreLines(id=document, numbers=tuple(int(number) for number in numbers))


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
        return shlex.split(rest.translate(_STRAIGHT))
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
