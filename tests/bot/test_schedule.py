"""The clock: in time after a blocked loop, a sleep, a stop; never twice when it goes back."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.schedule import Scheduler, Trigger, timing_of
from briefs.errors import UsageError
from briefs.scheduling import CAUGHT_UP, CatchUp, Missed, Schedule

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """A wall clock that runs as fast as ours, and can be set."""

    def __init__(self, now: datetime) -> None:
        """Show a time from now on."""
        self.set(now)

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self._shown + timedelta(seconds=time.monotonic() - self._set_at)

    def set(self, now: datetime) -> None:
        """Show another time."""
        self._shown, self._set_at = now, time.monotonic()


class Desk:
    """Takes occurrences on, and remembers what it was told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.due: list[tuple[str, datetime]] = []
        self.dealt_with: dict[str, datetime] = {}
        self.passed_over: list[Missed] = []
        self.failures = 0
        self.takes_seconds = 0.0

    async def take_on(self, name: str, due: datetime) -> None:
        """Take an occurrence on, or fail as often as it was set to."""
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        await asyncio.sleep(self.takes_seconds)
        self.due.append((name, due))

    async def deal_with(self, schedule: Schedule, until: datetime) -> None:
        """Keep how far a schedule was dealt with."""
        self.dealt_with[schedule.name] = until

    async def pass_over(self, _schedule: Schedule, missed: Missed) -> None:
        """Take note of what is left out."""
        self.passed_over.append(missed)

    @property
    def times(self) -> list[datetime]:
        """The due times that were taken on."""
        return [due for _, due in self.due]

    def scheduler(self, clock: Clock, beat_seconds: float = 60) -> Scheduler:
        """Return a scheduler that calls this desk."""
        return Scheduler(
            self.take_on,
            dealt_with=self.deal_with,
            passed_over=self.pass_over,
            now=clock,
            beat_seconds=beat_seconds,
        )


def schedule(name: str = "ports", cron: str = "0 9 * * *", **facts: Any) -> Schedule:
    """Return a schedule in UTC."""
    return Schedule(name=name, channel="terminal:", cron=cron, timezone="UTC", **facts)


@asynccontextmanager
async def running(
    scheduler: Scheduler, *schedules: Schedule, since: datetime | None = None
) -> AsyncIterator[Scheduler]:
    """Run a scheduler; each of its schedules was dealt with up to a moment, if one is given."""
    await scheduler.start(schedules, {} if since is None else {s.name: since for s in schedules})
    try:
        yield scheduler
    finally:
        await scheduler.shutdown()


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Wait for something, and fail where it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it waits for sets no event
            await asyncio.sleep(0.01)


async def test_it_calls_when_a_schedule_is_due() -> None:
    """The due time is in UTC, whatever the zone."""
    clock, desk = Clock(NINE - timedelta(seconds=0.2)), Desk()
    berlin = Schedule(name="b", channel="terminal:", cron="0 10 * * *", timezone="Europe/Berlin")
    async with running(desk.scheduler(clock), schedule(), berlin, schedule("later", "1 9 * * *")):
        assert not desk.due
        await until(lambda: len(desk.due) == 2)
        assert clock() >= NINE
    assert sorted(desk.due) == [("b", NINE), ("ports", NINE)]
    assert desk.dealt_with["ports"] == desk.dealt_with["b"] == NINE


async def test_it_calls_again_and_again() -> None:
    """Each due time once: the alarm is set anew after each."""
    clock, desk = Clock(NINE - timedelta(seconds=0.1)), Desk()
    async with running(desk.scheduler(clock), schedule(cron="* * * * *")) as scheduler:
        for count in range(1, 4):
            await until(lambda wanted=count: len(desk.due) == wanted)  # type: ignore[misc]
            clock.set(NINE + count * MINUTE - timedelta(seconds=0.1))
            # The alarm does not follow a clock that is set; a beat would find that.
            scheduler._arm(scheduler._entries["ports"])
        await asyncio.sleep(0.3)
    assert desk.times == [NINE, NINE + MINUTE, NINE + 2 * MINUTE, NINE + 3 * MINUTE]


async def test_a_loop_that_was_blocked_over_a_due_time_still_calls() -> None:
    """APScheduler's own grace would be a second."""
    clock, desk = Clock(NINE - timedelta(seconds=0.1)), Desk()
    async with running(desk.scheduler(clock), schedule(catch_up=CatchUp.SKIP)):
        time.sleep(1.5)  # noqa: ASYNC251 - the loop is blocked on purpose
        assert not desk.due
        await until(lambda: desk.due)
    assert desk.times == [NINE]


@pytest.mark.parametrize("slept", [timedelta(minutes=10), timedelta(days=3, hours=-1)])
async def test_a_sleep_over_a_due_time_is_found_by_the_beat(slept: timedelta) -> None:
    """Timers stand still while a machine sleeps, so no alarm rings: the wall clock has moved."""
    clock, desk = Clock(NINE - timedelta(minutes=5)), Desk()
    async with running(desk.scheduler(clock, beat_seconds=0.05), schedule()):
        await asyncio.sleep(0.1)
        assert not desk.due
        clock.set(clock() + slept)
        await until(lambda: desk.due)
        await asyncio.sleep(0.2)
    assert desk.times == [NINE + timedelta(days=2 if slept.days else 0)]


@pytest.mark.parametrize("back", [timedelta(seconds=30), timedelta(hours=5)])
async def test_a_clock_that_goes_back_over_a_due_time_does_not_call_twice(back: timedelta) -> None:
    """An occurrence is its due time, and that is the same again."""
    clock, desk = Clock(NINE - timedelta(seconds=0.1)), Desk()
    async with running(desk.scheduler(clock, beat_seconds=0.05), schedule()):
        await until(lambda: desk.due)
        clock.set(clock() - back)
        await asyncio.sleep(0.2)
        clock.set(NINE - timedelta(seconds=0.1))
        await asyncio.sleep(0.5)
    assert desk.times == [NINE]


async def test_a_clock_that_was_far_ahead_does_not_silence_a_schedule() -> None:
    """What was dealt with by a wrong clock is no reason to be silent for a year."""
    clock, desk = Clock(NINE + timedelta(days=365)), Desk()
    async with running(desk.scheduler(clock, beat_seconds=0.05), schedule(), since=clock()):
        await asyncio.sleep(0.1)
        clock.set(NINE - timedelta(seconds=0.5))
        # That is kept too, lest the next process goes by the wrong time.
        await until(lambda: desk.dealt_with.get("ports", NINE) < NINE)
        await until(lambda: desk.due)
    assert desk.times == [NINE]
    # The next process reads what the wrong clock left behind.
    again = Desk()
    clock.set(NINE - timedelta(seconds=0.1))
    ahead = NINE + timedelta(days=365)
    async with running(again.scheduler(clock), schedule(), since=ahead):
        await until(lambda: again.due)
    assert again.times == [NINE]


async def test_the_alarm_follows_a_clock_that_went_back() -> None:
    """In time, and not at some later beat."""
    clock, desk = Clock(NINE + timedelta(days=1)), Desk()
    async with running(desk.scheduler(clock, beat_seconds=2), schedule()):
        await until(lambda: desk.dealt_with)
        clock.set(NINE - timedelta(seconds=2.5))
        await until(lambda: desk.due)
        assert timedelta() <= clock() - NINE < timedelta(seconds=1)
    assert desk.times == [NINE]


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [(CatchUp.LATEST, [NINE]), (CatchUp.ALL, [NINE]), (CatchUp.SKIP, [])],
)
async def test_down_for_ten_minutes_over_a_due_time(
    catch_up: CatchUp, expected: list[datetime], caplog: pytest.LogCaptureFixture
) -> None:
    """One late brief, or a line that says why there is none."""
    clock, desk = Clock(NINE + timedelta(minutes=7)), Desk()
    down = NINE - timedelta(minutes=3)
    async with running(desk.scheduler(clock), schedule(catch_up=catch_up), since=down):
        await until(lambda: desk.due or desk.passed_over)
    assert desk.times == expected
    said = "The schedule ports missed 1 occurrences, the last of them due at 2026-03-02T09:00:00"
    assert (said in caplog.text) == (not expected)
    assert desk.dealt_with["ports"] == NINE


async def test_a_restart_within_the_grace_is_no_reason_to_skip() -> None:
    """An upgrade at nine o'clock does not cost the brief of nine o'clock."""
    clock, desk = Clock(NINE + timedelta(minutes=2)), Desk()
    since = NINE - timedelta(minutes=1)
    async with running(desk.scheduler(clock), schedule(catch_up=CatchUp.SKIP), since=since):
        await until(lambda: desk.due)
    assert desk.times == [NINE]


@pytest.mark.parametrize(
    ("catch_up", "count"), [(CatchUp.LATEST, 1), (CatchUp.ALL, CAUGHT_UP), (CatchUp.SKIP, 0)]
)
async def test_thirty_days_down_with_a_minutely_cron(catch_up: CatchUp, count: int) -> None:
    """The work is bounded, the last occurrences count, and the next start finds nothing missed."""
    clock, desk = Clock(NINE - timedelta(seconds=30) + MINUTE * bool(count)), Desk()
    minutely = schedule(cron="* * * * *", catch_up=catch_up)
    if catch_up is CatchUp.SKIP:
        # In the last half hour nothing was due, so that the last one is late too.
        minutely = schedule(cron="0-29 * * * *", catch_up=catch_up)
    began = time.monotonic()
    async with running(desk.scheduler(clock), minutely, since=NINE - timedelta(days=30)):
        await until(lambda: len(desk.due) >= count and desk.passed_over)
        assert time.monotonic() - began < 2
    last = NINE if count else NINE - 31 * MINUTE
    assert desk.times == [last - back * MINUTE for back in reversed(range(count))]
    assert desk.passed_over[0].left_out >= 1000
    assert desk.dealt_with["ports"] == last
    again = Desk()
    async with running(again.scheduler(clock), minutely, since=last):
        await asyncio.sleep(0.1)
    assert not again.due
    assert not again.passed_over


async def test_what_could_not_be_taken_on_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, and nothing is lost."""
    caplog.set_level(logging.INFO)
    clock, desk = Clock(NINE - timedelta(seconds=0.05)), Desk()
    desk.failures = 3
    async with running(desk.scheduler(clock, beat_seconds=0.05), schedule()):
        await until(lambda: desk.due)
    assert desk.times == [NINE]
    assert caplog.text.count("could not be taken on") == 1
    assert "is taken on again" in caplog.text


async def test_what_is_due_while_another_is_taken_on_comes_after_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One schedule is never at work twice at a time, and does not drop the second."""
    clock, desk = Clock(NINE - timedelta(seconds=0.05)), Desk()
    desk.takes_seconds = 0.4
    async with running(desk.scheduler(clock, beat_seconds=0.1), schedule(cron="* * * * *")):
        await asyncio.sleep(0.2)
        clock.set(NINE + MINUTE)
        await until(lambda: len(desk.due) == 2)
    assert desk.times == [NINE, NINE + MINUTE]
    assert not caplog.records


async def test_schedules_come_and_go_at_run_time() -> None:
    """Added, replaced, paused, resumed, removed: what is due follows at once."""
    clock, desk = Clock(NINE - timedelta(seconds=0.3)), Desk()
    async with running(desk.scheduler(clock), schedule("removed"), schedule("paused")) as scheduler:
        scheduler.add(schedule("added"))
        scheduler.remove("removed")
        scheduler.replace(schedule("paused", paused=True))
        scheduler.remove("never there")
        assert scheduler.names == {"added"}
        await until(lambda: desk.due)
        await asyncio.sleep(0.1)
        assert desk.due == [("added", NINE)]
        clock.set(NINE + timedelta(hours=1))
        # What was due during a pause was not missed.
        scheduler.replace(schedule("paused"))
        scheduler.add(schedule("created before", "30 9 * * *"), NINE)
        await until(lambda: len(desk.due) == 2)
        await asyncio.sleep(0.1)
    assert desk.due[1:] == [("created before", NINE + timedelta(minutes=30))]


async def test_it_keeps_to_a_list() -> None:
    """One that has not changed is left alone; one with other times begins anew."""
    clock, desk = Clock(NINE + MINUTE), Desk()
    before = [schedule("same"), schedule("gone"), schedule("topic"), schedule("times")]
    async with running(
        desk.scheduler(clock), *before, schedule("paused", paused=True)
    ) as scheduler:
        entries = dict(scheduler._entries)
        scheduler.keep_to(
            [
                schedule("same"),
                schedule("topic", topic="ships"),
                schedule("times", "0 8 * * *"),
                schedule("new"),
                schedule("paused"),
            ]
        )
        assert scheduler.names == {"same", "topic", "times", "new", "paused"}
        now = scheduler._entries
        assert now["same"] is entries["same"]
        assert now["topic"] is entries["topic"]
        assert now["topic"].schedule.topic == "ships"
        assert now["times"] is not entries["times"]
        scheduler.keep_to([schedule("paused", paused=True)])
        assert scheduler.names == set()


async def test_one_broken_schedule_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A zone may be renamed, and a row may be of another time; it is said once."""
    clock, desk = Clock(NINE - timedelta(seconds=0.1)), Desk()
    broken = Schedule(name="broken", channel="terminal:", cron="0 9 * * *", timezone="Mars/Base")
    async with running(desk.scheduler(clock), broken, schedule()) as scheduler:
        await until(lambda: desk.due)
        scheduler.keep_to([broken, schedule()])
        assert scheduler.names == {"ports"}
    assert caplog.text.count("The schedule broken does not run: There is no time zone") == 1


async def test_a_new_schedule_is_dealt_with_from_its_start_on() -> None:
    """So that what it misses before its first occurrence is found at the next start."""
    clock, desk = Clock(NINE + MINUTE), Desk()
    async with running(desk.scheduler(clock), schedule()):
        await until(lambda: desk.dealt_with)
    assert NINE + MINUTE <= desk.dealt_with["ports"] < NINE + 2 * MINUTE
    assert not desk.due


async def test_a_shutdown_lets_what_is_taken_on_end() -> None:
    """And nothing begins after it."""
    clock, desk = Clock(NINE + timedelta(seconds=1)), Desk()
    desk.takes_seconds = 0.3
    scheduler = desk.scheduler(clock)
    await scheduler.start([schedule()], {"ports": NINE - MINUTE})
    await asyncio.sleep(0.1)
    await scheduler.shutdown()
    assert desk.times == [NINE]
    assert desk.dealt_with["ports"] == NINE
    await scheduler.shutdown()


async def test_a_shutdown_does_not_wait_for_ever() -> None:
    """What takes too long is cancelled; the next start finds it missed."""
    clock, desk = Clock(NINE + timedelta(seconds=1)), Desk()
    desk.takes_seconds = 60
    scheduler = desk.scheduler(clock)
    await scheduler.start([schedule()], {"ports": NINE - MINUTE})
    await asyncio.sleep(0.1)
    await scheduler.shutdown(patience_seconds=0.1)
    await asyncio.sleep(0.05)
    assert not desk.due
    assert "ports" not in desk.dealt_with
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


def test_the_alarm_never_rings_early() -> None:
    """By APScheduler's clock it rings when it is due by ours, or a little later."""
    theirs = datetime(2001, 1, 1, tzinfo=UTC)
    trigger = Trigger(timing_of(schedule()), lambda: NINE - timedelta(seconds=10))
    rings = trigger.get_next_fire_time(None, theirs)
    assert rings is not None
    assert timedelta(seconds=10) < rings - theirs < timedelta(seconds=10.1)


def test_the_times_of_a_schedule_need_a_zone_and_an_expression() -> None:
    """Either is refused where it is wrong."""
    with pytest.raises(UsageError, match="no time zone “Mars/Base”"):
        timing_of(Schedule(name="x", channel="terminal:", cron="0 9 * * *", timezone="Mars/Base"))
    with pytest.raises(UsageError, match="five fields"):
        timing_of(schedule(cron="0 0 9 * * 1"))
