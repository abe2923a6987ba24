"""`/brief schedule NAME --when WORDS …`: what sets a schedule up, as it is typed."""

import difflib
from collections import defaultdict

from briefs.errors import UsageError
from briefs.scheduling import CatchUp
from briefs.timetabling import AddSchedule, ListSchedules

USAGE = '/brief schedule NAME --when "weekdays at 08:00" --timezone Europe/Berlin'

_ONCE = ("--when", "--cron", "--timezone", "--topic", "--catch-up")
_FLAG = "--skip-if-empty"
_OPTIONS = (*_ONCE, "--collection", _FLAG)


def schedule_of(words: list[str]) -> AddSchedule | ListSchedules:
    """Return the command that words mean; without any, the schedules are listed.

    Raises:
        UsageError: They are not complete, or an option is not known.
    """
    if not words:
        return ListSchedules()
    name, *rest = words
    given: defaultdict[str, list[str]] = defaultdict(list)
    while rest:
        option, *rest = rest
        if option == _FLAG:
            given[option].append("yes")
            continue
        if option not in _OPTIONS:
            near = difflib.get_close_matches(option, _OPTIONS, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"Type: {USAGE}"
            raise UsageError(f"There is no {option}. {hint}")
        if not rest or (option in _ONCE and given[option]):
            raise UsageError(f"Give {option} once, with what it is. Type: {USAGE}")
        value, *rest = rest
        given[option].append(value)
    if name.startswith("--") or not given["--timezone"]:
        raise UsageError(f"A schedule needs a name and a time zone. Type: {USAGE}")
    return AddSchedule(
        name=name,
        timezone=given["--timezone"][0],
        when=_only(given["--when"]),
        cron=_only(given["--cron"]),
        topic=_only(given["--topic"]),
        collections=tuple(given["--collection"]),
        catch_up=_catch_up(_only(given["--catch-up"]) or CatchUp.LATEST.value),
        skip_if_empty=bool(given[_FLAG]),
    )


def _only(values: list[str]) -> str | None:
    return values[0] if values else None


def _catch_up(typed: str) -> CatchUp:
    if typed not in {each.value for each in CatchUp}:
        raise UsageError("--catch-up is one of: latest, all, skip.")
    return CatchUp(typed)
