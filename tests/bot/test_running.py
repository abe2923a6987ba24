"""The bot as it runs: what was missed, what other processes change, and how it stops."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.terminal.messenger import TerminalMessenger
from bot.alerting import ChannelAlerts
from bot.app import TYPESETTERS, App, assembled
from bot.clockwork import Clockwork
from bot.config import read_settings
from bot.delivering import Deliverer
from bot.sending import Surroundings
from briefs.parts import Ending
from briefs.ports import Place
from briefs.scheduling import CatchUp
from briefs.timetabling import AddSchedule, ChangeSchedule, Verb
from tests.running import dateline, ended, started

ADMIN = Place(channel="terminal:", collections=None, admin=True)
PATIENCE = 30.0


class Clock:
    """A wall clock that a test sets, and that runs."""

    def __init__(self, now: datetime) -> None:
        """Show a time from now on."""
        self._ahead = now - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return what it shows."""
        return datetime.now(UTC) + self._ahead

    def wait(self, passing: timedelta) -> None:
        """Let time pass at once."""
        self._ahead += passing


@pytest.fixture
def clock() -> Clock:
    """Return the clock of `app`."""
    return Clock(datetime(2026, 3, 2, 8, 55, tzinfo=UTC))


@pytest.fixture
def app(loaded: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Return a program by a clock that the test sets."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    with assembled(read_settings(), loaded) as made:
        yield made


def add(app: App, channel: Path, **facts: Any) -> None:
    """Set up a schedule that is due at nine."""
    usual = {"name": "ports", "cron": "0 9 * * *", "timezone": "UTC"}
    app.timetable.add(AddSchedule(**(usual | {"channel": f"terminal:{channel}"} | facts)), ADMIN)


@contextlib.asynccontextmanager
async def running(app: App, clock: Clock, alerts: str | None = None) -> AsyncIterator[None]:
    """Run the clock and the deliveries."""
    works = Clockwork(app.timetable, app.occasions, now=clock, poll_seconds=0.02, beat_seconds=0.02)
    deliverer = Deliverer(
        app.outbox,
        {"terminal": TerminalMessenger(None)},  # type: ignore[arg-type] # nothing is printed
        app.occasions,
        ChannelAlerts(app.outbox, alerts, TYPESETTERS, clock),
        Surroundings(now=clock, poll_seconds=0.02),
    )
    app.occasions.added = deliverer.wake
    tasks = [asyncio.create_task(works.run()), asyncio.create_task(deliverer.run())]
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - looked at from outside
            await asyncio.sleep(0.01)


def endings(app: App, name: str = "ports") -> list[str]:
    """Return how the occurrences of a schedule stand, the oldest first."""
    return [each.ending.value for each in reversed(app.outbox.history(name))]


def posts(file: Path) -> int:
    """Return how many messages are in a file."""
    return file.read_text(encoding="utf-8").count("-- dateline ") if file.exists() else 0


@pytest.mark.parametrize(
    ("catch_up", "days", "found"),
    [
        (CatchUp.LATEST, 0, ["delivered"]),
        (CatchUp.ALL, 0, ["delivered"]),
        (CatchUp.SKIP, 0, ["skipped"]),
        (CatchUp.LATEST, 2, ["skipped", "delivered"]),
        (CatchUp.ALL, 2, ["delivered"] * 3),
        (CatchUp.SKIP, 2, ["skipped"]),
    ],
)
async def test_down_over_a_due_time(
    app: App, clock: Clock, tmp_path: Path, catch_up: CatchUp, days: int, found: list[str]
) -> None:
    """What was missed comes late and says so, or is left out and stands in the history."""
    file = tmp_path / "out.txt"
    add(app, file, catch_up=catch_up)
    clock.wait(timedelta(minutes=15, days=days))
    async with running(app, clock):
        await until(lambda: endings(app) == found)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    delivered = found.count("delivered")
    assert (posts(file), text.count("Late: this brief was due on ")) == (delivered, delivered)
    async with running(app, clock):
        await asyncio.sleep(0.3)
    assert endings(app) == found
    assert posts(file) == delivered


async def test_the_loop_blocked_over_a_due_time(app: App, clock: Clock, tmp_path: Path) -> None:
    """The brief comes as soon as the loop is free again."""
    file = tmp_path / "out.txt"
    add(app, file)
    clock.wait(timedelta(minutes=4, seconds=59))
    async with running(app, clock):
        await asyncio.sleep(0.3)
        assert posts(file) == 0
        time.sleep(1.2)  # noqa: ASYNC251 - that is the fault
        await until(lambda: posts(file) == 1)


async def test_the_clock_set_back(app: App, clock: Clock, tmp_path: Path) -> None:
    """Nothing comes twice."""
    file = tmp_path / "out.txt"
    add(app, file)
    clock.wait(timedelta(minutes=6))
    async with running(app, clock):
        await until(lambda: posts(file) == 1)
        clock.wait(timedelta(minutes=-10))
        await asyncio.sleep(0.2)
        clock.wait(timedelta(minutes=10))
        await asyncio.sleep(0.5)
    assert posts(file) == 1


async def test_what_others_change_takes_effect(app: App, clock: Clock, tmp_path: Path) -> None:
    """A schedule that is set up, paused, resumed and removed beside the running bot."""
    file = tmp_path / "out.txt"
    async with running(app, clock):
        await asyncio.sleep(0.1)
        add(app, file)
        clock.wait(timedelta(minutes=6))
        await until(lambda: posts(file) == 1)
        app.timetable.change(ChangeSchedule(name="ports", verb=Verb.PAUSE), ADMIN)
        await asyncio.sleep(0.2)
        clock.wait(timedelta(days=1))
        await asyncio.sleep(0.2)
        app.timetable.change(ChangeSchedule(name="ports", verb=Verb.RESUME), ADMIN)
        await asyncio.sleep(0.2)
        assert posts(file) == 1
        clock.wait(timedelta(days=1))
        await until(lambda: posts(file) == 2)
        app.timetable.change(ChangeSchedule(name="ports", verb=Verb.REMOVE), ADMIN)
        await asyncio.sleep(0.2)
        clock.wait(timedelta(days=1))
        await asyncio.sleep(0.2)
    assert posts(file) == 2


async def test_a_failure_is_told_once_and_its_end(app: App, clock: Clock, tmp_path: Path) -> None:
    """In the channel for alerts; further failures are not told, recovery is."""
    alerts, file = tmp_path / "alerts.txt", tmp_path / "folder" / "out.txt"
    file.parent.mkdir()
    add(app, file)
    file.mkdir()
    async with running(app, clock, f"terminal:{alerts}"):
        clock.wait(timedelta(minutes=6))
        await until(lambda: endings(app) == ["failed"])
        await until(lambda: posts(alerts) == 1)
        clock.wait(timedelta(days=1))
        await until(lambda: endings(app) == ["failed", "failed"])
        file.rmdir()
        clock.wait(timedelta(days=1))
        await until(lambda: endings(app)[2:] == [Ending.DELIVERED.value])
        await until(lambda: posts(alerts) == 2)
    told = alerts.read_text(encoding="utf-8")
    assert "the brief of “ports”" in told
    assert "arrive again" in told
    # What could not be delivered is told by the one that is.
    assert "43 trips" in file.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_bot_as_a_process(tmp_path: Path, loaded: Path) -> None:
    """It delivers what is asked for beside it, and SIGTERM ends it in time."""
    file = tmp_path / "out.txt"
    when = ("--cron", "* * * * *", "--timezone", "UTC")
    dateline("schedule", "add", "ports", "--channel", f"terminal:{file}", *when)
    bot = started("run")
    try:
        patience = time.monotonic() + PATIENCE
        while not (loaded / "dateline.holder").exists():
            assert time.monotonic() < patience
            time.sleep(0.05)
        ran = dateline("schedule", "run", "ports", "--json")
        assert ran.json()["state"] == "delivered", ran.err
        # And one that comes by itself.
        patience = time.monotonic() + 75
        while posts(file) < 2:
            assert time.monotonic() < patience
            time.sleep(0.2)
        began = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        stopped = ended(bot)
    finally:
        bot.kill()
    assert time.monotonic() - began < 10
    assert stopped.status == 0, stopped.err
    assert "Traceback" not in stopped.err
    assert posts(file) == 2


@pytest.mark.slow
def test_a_channel_that_cannot_be_posted_to_is_refused_at_the_start(
    tmp_path: Path, loaded: Path
) -> None:
    """The configuration is wrong, and says where."""
    file = tmp_path / "config.toml"
    file.write_text('[alerts]\nchannel = "slack:C0123"\n', encoding="utf-8")
    refused = ended(started("--config", file, "--data", loaded, "run"))
    assert refused.status == 2
    assert "In the configuration, alerts: slack:C0123 cannot be posted to" in refused.err
