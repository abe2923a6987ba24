"""The clock: says when a schedule is due, and finds what was missed.

APScheduler is an alarm clock here and nothing more. What is due is always worked out anew from the
schedule's timing and from the moment up to which everything was dealt with. So it makes no
difference whether an alarm rings in time, late (the event loop was blocked), hours late (the
machine slept: timers stand still meanwhile) or at the start of the next process. An occurrence is
known by its due time in UTC; that its brief goes out once is for the store to see to.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from adapters.zones import zone_named
from briefs.errors import UserError
from briefs.scheduling import CatchUp, Missed, Schedule, missed
from briefs.timing import Timing, parsed

_log = logging.getLogger(__name__)

Now: TypeAlias = Callable[[], datetime]
Due: TypeAlias = Callable[[str, datetime], Awaitable[None]]
"""Takes an occurrence on: the schedule's name, the due time in UTC. It may be called again for one
that it failed to take on, or that it took on before a restart."""
DealtWith: TypeAlias = Callable[[Schedule, datetime], Awaitable[None]]
"""Keeps the moment up to which a schedule was dealt with, for the next start."""
PassedOver: TypeAlias = Callable[[Schedule, Missed], Awaitable[None]]
"""Is told of occurrences that are left out as the schedule says, for its history."""

BEAT_SECONDS = 15.0
"""How often the wall clock is looked at: after a sleep no alarm rings by itself."""

STEPPED_BACK = timedelta(hours=3)
"""A clock that goes back further was wrong before, and what it said then does not count. Up to
this, as in Debian's cron, nothing is due until the clock has caught up."""

_AFTER = timedelta(milliseconds=5)
# How many due times are remembered against a clock that goes back.
_REMEMBERED = 256


def timing_of(schedule: Schedule) -> Timing:
    """Return when a schedule is due.

    Raises:
        UsageError: Its zone is unknown, or its cron expression is malformed or never fires.
    """
    return parsed(schedule.cron, zone_named(schedule.timezone))


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A schedule that runs, and how far it was dealt with."""

    schedule: Schedule
    timing: Timing
    until: datetime
    kept: bool = False
    """Whether that was kept for the next start."""
    busy: bool = False
    failing: bool = False
    taken_on: deque[datetime] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def waits(self, now: datetime) -> bool:
        """Say whether there is something to do that nobody is at work on."""
        following = self.timing.after(self.until)
        return not self.busy and (not self.kept or (following is not None and following <= now))


class Trigger(BaseTrigger):  # type: ignore[misc] # it has no types
    """Rings when a timing is due next. APScheduler's own cron would shift with the clocks."""

    __slots__ = ("_now", "_timing")

    def __init__(self, timing: Timing, now: Now) -> None:
        """Ring for a timing by a clock."""
        self._timing = timing
        self._now = now

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime | None:
        """Return when to ring, by APScheduler's clock; what lies behind is never asked for."""
        here = self._now()
        due = self._timing.after(here)
        # A little later, because two clocks are read one after the other: never before it is due.
        return None if due is None else now + (due - here) + _AFTER


class Scheduler:
    """Calls back when a schedule is due, until it is shut down. For one event loop."""

    def __init__(
        self,
        due: Due,
        *,
        dealt_with: DealtWith | None = None,
        passed_over: PassedOver | None = None,
        now: Now = lambda: datetime.now(UTC),
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """Take what to call; `due` and the others may block the loop no longer than it should."""
        self._due = due
        self._dealt_with = dealt_with
        self._passed_over = passed_over
        self._now = now
        self._beat_seconds = beat_seconds
        self._entries: dict[str, _Entry] = {}
        self._idle: dict[str, Schedule] = {}  # the paused ones, and the broken ones
        self._alarms = AsyncIOScheduler(timezone=UTC)
        self._beating: asyncio.Task[None] | None = None
        self._working: set[asyncio.Task[None]] = set()

    async def start(
        self, schedules: Iterable[Schedule], dealt_with: Mapping[str, datetime] | None = None
    ) -> None:
        """Begin to call back, first for what was missed.

        Args:
            schedules: All of them; one that is broken is logged and left out.
            dealt_with: For the names of schedules, up to when they were; now, where none is given.
        """
        self._alarms.start()
        for schedule in schedules:
            self.add(schedule, (dealt_with or {}).get(schedule.name))
        self._beating = asyncio.create_task(self._beat(), name="clock")

    async def shutdown(self, patience_seconds: float = 5.0) -> None:
        """Ring no more; what is being taken on may end, unless that takes too long."""
        self._entries.clear()
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._alarms.running:
            self._alarms.pause()
            if self._working:
                await asyncio.wait(self._working, timeout=patience_seconds)
            self._alarms.shutdown(wait=False)
            # It shuts down at the loop's next turn.
            await asyncio.sleep(0)

    def add(self, schedule: Schedule, dealt_with: datetime | None = None) -> None:
        """Run a schedule, in place of the one of its name; what was due before does not count.

        Args:
            schedule: A paused one is due again from the moment on at which it is resumed.
            dealt_with: From when on it counts instead.
        """
        self._drop(schedule.name)
        if schedule.paused:
            self._idle[schedule.name] = schedule
            return
        try:
            timing = timing_of(schedule)
        except UserError as error:
            _log.error("The schedule %s does not run: %s", schedule.name, error)
            self._idle[schedule.name] = schedule
            return
        entry = _Entry(
            schedule=schedule,
            timing=timing,
            until=dealt_with or self._now(),
            kept=dealt_with is not None,
        )
        self._mind_the_clock(entry, self._now())
        self._entries[schedule.name] = entry
        self._arm(entry)

    def replace(self, schedule: Schedule) -> None:
        """Run a schedule as it is now; what is due stays so where its times are the same."""
        entry = self._entries.get(schedule.name)
        same = entry is not None and entry.schedule.is_timed_as(schedule)
        if entry is not None and same and not schedule.paused:
            entry.schedule = schedule
        else:
            self.add(schedule)

    def remove(self, name: str) -> None:
        """Run a schedule no more."""
        self._drop(name)

    def keep_to(self, schedules: Iterable[Schedule]) -> None:
        """Run these schedules and no others; one that has not changed is left alone.

        This is how what another process set up, paused or removed takes effect.
        """
        wanted = {schedule.name: schedule for schedule in schedules}
        running = {name: entry.schedule for name, entry in self._entries.items()} | self._idle
        for name in running.keys() - wanted.keys():
            self._drop(name)
        for name, schedule in wanted.items():
            if running.get(name) != schedule:
                self.replace(schedule)

    @property
    def names(self) -> frozenset[str]:
        """The names of the schedules that run: not the paused ones, nor the broken ones."""
        return frozenset(self._entries)

    def _drop(self, name: str) -> None:
        self._idle.pop(name, None)
        if self._entries.pop(name, None) is not None and self._alarms.get_job(name) is not None:
            self._alarms.remove_job(name)

    def _arm(self, entry: _Entry) -> None:
        """Set the alarm of a schedule; it rings at once where something is due."""
        now = datetime.now(UTC)
        trigger = Trigger(entry.timing, self._now)
        waits = entry.waits(self._now())
        self._alarms.add_job(
            self._ring,
            trigger,
            args=(entry.schedule.name,),
            id=entry.schedule.name,
            next_run_time=now if waits else trigger.get_next_fire_time(None, now),
            replace_existing=True,
            # However late it rings, what was missed is ours to judge.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    async def _beat(self) -> None:
        """Look at the wall clock: at alarms that slept, at a clock set back, at what failed."""
        while True:
            await asyncio.sleep(self._beat_seconds)
            now = self._now()
            for entry in tuple(self._entries.values()):
                self._mind_the_clock(entry, now)
                if entry.waits(now):
                    self._arm(entry)

    def _mind_the_clock(self, entry: _Entry, now: datetime) -> None:
        """Go by the new time where the clock went far back."""
        if now < entry.until - STEPPED_BACK:
            _log.warning(
                "The schedule %s was dealt with up to %s, and it is %s: the new time counts",
                entry.schedule.name,
                entry.until.isoformat(),
                now.isoformat(),
            )
            # What was due since the last look counts.
            entry.until = now - timedelta(seconds=self._beat_seconds)
            entry.kept = False

    async def _ring(self, name: str) -> None:
        entry = self._entries.get(name)
        if entry is None:
            return
        entry.busy = True
        task = asyncio.current_task()
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        try:
            while self._entries.get(name) is entry and await self._work(entry):
                pass
            if entry.failing:
                entry.failing = False
                _log.info("The schedule %s is taken on again", name)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next beat tries again
            if entry.failing:
                _log.debug("The schedule %s fails still: %s", name, error)
            else:
                _log.exception("An occurrence of the schedule %s could not be taken on", name)
            entry.failing = True
        finally:
            entry.busy = False

    async def _work(self, entry: _Entry) -> bool:
        """Take on what is due; False: nothing is."""
        now = self._now()
        if not entry.kept:
            await self._deal(entry, entry.until)
        found = missed(entry.schedule, entry.timing, entry.until, now)
        if found.left_out:
            await self._pass_over(entry, found)
            await self._deal(entry, found.last_left_out or now)
        for due in found.times:
            if due not in entry.taken_on:
                await self._due(entry.schedule.name, due)
                entry.taken_on.append(due)
            await self._deal(entry, due)
        return bool(found.times)

    async def _pass_over(self, entry: _Entry, found: Missed) -> None:
        schedule = entry.schedule
        _log.warning(
            "The schedule %s missed %s occurrences, the last of them due at %s; they are left out, "
            "because it %s",
            schedule.name,
            found.left_out,
            found.last_left_out and entry.timing.local(found.last_left_out).isoformat(),
            "skips what was missed"
            if schedule.catch_up is CatchUp.SKIP
            else "makes up for no more of them",
        )
        if self._passed_over is not None:
            await self._passed_over(schedule, found)

    async def _deal(self, entry: _Entry, until: datetime) -> None:
        entry.until = until
        entry.kept = True
        if self._dealt_with is not None:
            await self._dealt_with(entry.schedule, until)
