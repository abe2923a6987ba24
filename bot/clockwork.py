"""Keeping the clock to the schedules: at the start, and as other processes change them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bot.occasions import Occasions
from bot.schedule import BEAT_SECONDS, Scheduler
from bot.timetable import Timetable
from briefs.errors import LibraryError
from briefs.scheduling import Schedule

POLL_SECONDS = 2.0
"""How often to look for what another process has set up, paused or removed."""

REST_SECONDS = 60.0
"""How often to keep that nothing is missed of what the configuration pauses."""

STOP_SECONDS = 5.0
"""How long a brief that is being composed may take once the program is to stop."""

_log = logging.getLogger(__name__)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Clockwork:
    """Runs the schedules of a timetable, until cancelled."""

    def __init__(
        self,
        timetable: Timetable,
        occasions: Occasions,
        *,
        now: Callable[[], datetime] = _wall_clock,
        poll_seconds: float = POLL_SECONDS,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        """Take what to run; a test gives its own clock."""
        self._timetable = timetable
        self._poll_seconds = poll_seconds
        self._scheduler = Scheduler(
            occasions.due,
            dealt_with=self._deal_with,
            passed_over=occasions.passed_over,
            now=now,
            beat_seconds=beat_seconds,
        )
        self._known: dict[str, Schedule] = {}
        self._rested = 0.0

    async def run(self) -> None:
        """Call back what is due, first what was missed, until cancelled."""
        await self._scheduler.start(())
        failing = False
        try:
            while True:
                try:
                    await self._keep_up()
                    failing = False
                except LibraryError as error:
                    if not failing:
                        _log.error("The schedules cannot be read: %s", error)
                    failing = True
                await asyncio.sleep(self._poll_seconds)
        finally:
            await self._scheduler.shutdown(STOP_SECONDS)

    async def _keep_up(self) -> None:
        schedules = await asyncio.to_thread(self._timetable.schedules)
        wanted = {each.name: each for each in schedules}
        new = [each for each in schedules if self._begins(each)]
        if new:
            # From when on it counts was kept when it was set up or resumed, or by the last run.
            dealt_with = await asyncio.to_thread(self._timetable.dealt_with)
            for each in new:
                self._scheduler.add(each, dealt_with.get(each.name))
        for each in schedules:
            if each not in new and self._known.get(each.name) != each:
                self._scheduler.replace(each)
        for name in self._known.keys() - wanted.keys():
            self._scheduler.remove(name)
        self._known = wanted
        clock = asyncio.get_running_loop().time()
        if not self._rested or clock - self._rested >= REST_SECONDS:
            await asyncio.to_thread(self._timetable.rest)
            self._rested = clock

    def _begins(self, schedule: Schedule) -> bool:
        """Say whether a schedule begins to run, or runs at other times than before."""
        before = self._known.get(schedule.name)
        if schedule.paused:
            return False
        return before is None or before.paused or not before.is_timed_as(schedule)

    async def _deal_with(self, schedule: Schedule, until: datetime) -> None:
        await asyncio.to_thread(self._timetable.deal_with, schedule, until)
