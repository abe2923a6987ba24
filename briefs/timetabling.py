"""Setting schedules up and looking at them: the commands, the replies, and who keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from briefs.scheduling import CatchUp, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSchedule:
    """Set up a schedule."""

    name: str
    timezone: str
    cron: str | None = None
    when: str | None = None
    """In words; either this or `cron`."""
    channel: str | None = None
    """None: the one that it is typed in."""
    topic: str | None = None
    collections: tuple[str, ...] = ()
    catch_up: CatchUp = CatchUp.LATEST
    skip_if_empty: bool = False
    preview: bool = False
    """Only say when it would be due, and keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchedules:
    """List the schedules of the place, or all of them to the operator."""


class Verb(StrEnum):
    """What can be done to a schedule."""

    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSchedule:
    """Let a schedule rest, go on, or go."""

    name: str
    verb: Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A schedule, and when it is due next, as its zone's clocks show it."""

    schedule: Schedule
    times: tuple[datetime, ...]
    kept: bool = True
    """False: it was only looked at when it would be due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleListing:
    """Schedules, in the order of their names; of a paused one no time is known."""

    schedules: tuple[Scheduled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanged:
    """What was done to a schedule."""

    name: str
    verb: Verb


class KeptSchedules(Protocol):
    """Keeps schedules that were set up by command. Blocks; every call is one transaction.

    Every method raises `LibraryError` where the database cannot be used.
    """

    def add(self, schedule: Schedule, now: datetime) -> None:
        """Keep a new schedule.

        Raises:
            UsageError: There is one of that name.
        """

    def schedules(self) -> tuple[Schedule, ...]:
        """Return every schedule, in the order of their names."""

    def get(self, name: str) -> Schedule | None:
        """Return a schedule by its name."""

    def pause(self, name: str) -> bool:
        """Let a schedule rest; False: there is none of that name."""

    def resume(self, name: str, now: datetime) -> bool:
        """Let a paused schedule go on; what was due in its pause was not missed."""

    def remove(self, name: str) -> bool:
        """Let go of a schedule, and of how far it came; False: there is none of that name."""

    def deal_with(self, schedule: Schedule, until: datetime) -> None:
        """Keep up to when a schedule was dealt with, of whichever origin."""

    def dealt_with(self, wanted: Iterable[Schedule]) -> dict[str, datetime]:
        """Return for the names of schedules up to when each was dealt with."""
