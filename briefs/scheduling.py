"""What a person sets up to be briefed: a schedule, and what it has missed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from briefs.errors import UsageError
from briefs.timing import Timing

GRACE = timedelta(minutes=5)
"""An occurrence that comes later than this is late: Dateline was down, asleep or blocked."""

CAUGHT_UP = 24
"""How many missed occurrences are made up for, at most."""

_NAME = re.compile(r"\w(?:[\w .-]{0,62}\w)?")
_CHANNELS = {
    "slack": re.compile(r"[CDG][A-Z0-9]{2,20}"),
    "discord": re.compile(r"\d{1,20}"),
    "terminal": re.compile(r"[^\x00-\x1f\x7f]*"),
}
PLATFORMS = frozenset(_CHANNELS)
"""What the name of a channel begins with."""

_CHANNEL_HELP = {
    "slack": "is no channel of Slack; write its id, for example slack:C0123456789, which Slack "
    "shows at the end of the channel's details",
    "discord": "is no channel of Discord; write its id, for example "
    "discord:1185270114287464499, which Discord copies in developer mode",
    "terminal": "names no file; write for example terminal:briefs.txt",
}


class CatchUp(StrEnum):
    """What becomes of occurrences that were missed."""

    LATEST = "latest"
    """The last one is delivered, late."""
    ALL = "all"
    """Each of them is delivered, late, up to `CAUGHT_UP`."""
    SKIP = "skip"
    """None of them is delivered."""


class Origin(StrEnum):
    """Where a schedule was set up."""

    COMMAND = "command"
    CONFIG = "config"
    """It is changed there only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a person set up: what is briefed, when, and where it is posted."""

    name: str
    channel: str
    cron: str
    timezone: str
    topic: str | None = None
    collections: tuple[str, ...] = ()
    """None named: what the channel may see."""
    catch_up: CatchUp = CatchUp.LATEST
    skip_if_empty: bool = False
    paused: bool = False
    origin: Origin = Origin.COMMAND

    @property
    def key(self) -> str:
        """What no two schedules share: names that differ in case alone are one."""
        return key_of(self.name)

    def is_timed_as(self, other: "Schedule") -> bool:
        """Say whether it is due when another one is."""
        return (self.cron, self.timezone) == (other.cron, other.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The occurrences of a period that are to be delivered, the oldest first, and the others."""

    times: tuple[datetime, ...] = ()
    left_out: int = 0
    """How many are not; not counted far beyond a thousand."""
    last_left_out: datetime | None = None


def key_of(name: str) -> str:
    """Return what a schedule is found by."""
    return name.strip().casefold()


def checked(schedule: Schedule) -> Schedule:
    """Return a schedule as it is kept; its cron expression and zone are checked by `parsed`.

    Raises:
        UsageError: Its name or its channel is malformed.
    """
    return replace(
        schedule,
        name=_checked_name(schedule.name),
        channel=checked_channel(schedule.channel),
        topic=(schedule.topic or "").strip() or None,
        collections=_checked_collections(schedule.collections),
    )


def checked_channel(channel: str) -> str:
    """Return a channel as it is kept.

    Raises:
        UsageError: It is malformed. Whether it can be posted to is the platform's to say.
    """
    channel = channel.strip()
    platform, colon, rest = channel.partition(":")
    pattern = _CHANNELS.get(platform)
    if pattern is None or not colon:
        raise UsageError(
            f"“{channel}” is no channel; write slack:ID, discord:ID, terminal:FILE or terminal:, "
            "for example slack:C0123456789."
        )
    if not pattern.fullmatch(rest):
        raise UsageError(f"“{channel}” {_CHANNEL_HELP[platform]}.")
    return channel


def missed(schedule: Schedule, timing: Timing, last: datetime, now: datetime) -> Missed:
    """Return what was due after one moment and up to another, as the schedule catches up.

    One occurrence that is due within the grace is not late, and comes whatever the schedule says.
    """
    most = CAUGHT_UP if schedule.catch_up is CatchUp.ALL else 1
    times, left_out = timing.between(last, now, most + 1)
    late, times = times[:-most], times[-most:]
    left_out += len(late)
    if schedule.catch_up is CatchUp.SKIP and times and now - times[-1] > GRACE:
        return Missed(left_out=left_out + 1, last_left_out=times[-1])
    return Missed(times=times, left_out=left_out, last_left_out=late[-1] if late else None)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"“{name}” cannot be the name of a schedule; write up to 64 letters, digits, spaces, "
            "hyphens, underscores and dots, for example morning-ports."
        )
    return name


def _checked_collections(collections: Iterable[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(each.strip() for each in collections))
    if "" in named:
        raise UsageError("A collection needs a name; write for example main.")
    return named
