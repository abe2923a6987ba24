"""`dateline run`: the bot itself, until somebody stops it.

It never reads standard input. SIGTERM and SIGINT stop it; what is kept is kept in whole
transactions, so that nothing is left half-done however it ends.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

from adapters.terminal.messenger import TerminalMessenger
from bot.alerting import ChannelAlerts
from bot.app import TYPESETTERS, App, utc_now
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.delivering import Deliverer
from bot.keeping_up import keep_up
from bot.measuring import watch_lag
from bot.platforms import Platforms, platforms_of
from bot.readiness import Readiness
from bot.watching import Watching
from briefs.errors import ConfigurationError, LibraryError, UsageError

KEPT_DAYS = 365
"""How long it is kept what became of a delivery."""

_DAY_SECONDS = 86_400.0
_LONGEST_STOP_SECONDS = 9.5

_log = logging.getLogger(__name__)


async def run(
    app: App,
    watching: Watching,
    settings: Settings,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Run until SIGTERM or SIGINT; `stopping` is called when one comes.

    Raises:
        ConfigurationError: A channel of the configuration cannot be posted to.
    """
    _check_channels(app, settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no signal handlers on a loop; there Ctrl-C raises.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    alerts = ChannelAlerts(app.outbox, settings.alerts.channel, TYPESETTERS, utc_now)
    deliverer: Deliverer | None = None

    def connected() -> None:
        if deliverer is not None:
            deliverer.wake()

    platforms = platforms_of(settings, app, connected)
    platforms.messengers["terminal"] = TerminalMessenger(sys.stdout)
    deliverer = Deliverer(app.outbox, platforms.messengers, app.occasions, alerts, meter=app.meter)
    app.occasions.added = deliverer.wake
    clockwork = Clockwork(app.timetable, app.occasions)
    tasks = [
        asyncio.create_task(watching.run(), name="watching"),
        asyncio.create_task(keep_up(app.newsroom), name="keeping up"),
        asyncio.create_task(app.keeping.expire_daily(), name="expiry"),
        asyncio.create_task(_forget_daily(app), name="forgetting deliveries"),
        asyncio.create_task(clockwork.run(), name="clockwork"),
        asyncio.create_task(deliverer.run(), name="deliveries"),
        asyncio.create_task(watch_lag(app.meter), name="loop lag"),
        *(asyncio.create_task(live(), name=name) for name, live in platforms.lives.items()),
    ]
    if settings.web.enabled:
        tasks.append(asyncio.create_task(_serve(settings, app, platforms), name="web server"))
    _log.info("Dateline runs")
    stopped = asyncio.create_task(stop.wait())
    try:
        while not stopped.done():
            done, _ = await asyncio.wait(
                {stopped, *(task for task in tasks if not task.done())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done - {stopped}:
                # A part that fails ends the bot: better stopped and said than half alive.
                await task
    finally:
        stopping()
        # All at once: what composes and what sends each have their time to finish.
        for task in tasks:
            task.cancel()
        # Leaving the event loop would wait for a parser that is at work.
        app.loader.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        _log.info("Dateline stopped")


@contextlib.contextmanager
def leaving_in_time() -> Iterator[Callable[[], None]]:
    """Yield what is to be called when the program begins to stop: it ends in time, come what may.

    Python would wait for a thread that computes, however long that takes. Nothing is lost with it:
    whatever is kept is kept in whole transactions.
    """
    timer = threading.Timer(_LONGEST_STOP_SECONDS, os._exit, (0,))
    timer.daemon = True
    try:
        yield timer.start
    finally:
        # Once it is to stop, the time counts to the very end: Python waits for its threads, too.
        if not timer.is_alive():
            timer.cancel()


def _check_channels(app: App, settings: Settings) -> None:
    channels = [(f"the schedule {each.name}", each.channel) for each in settings.schedules]
    if settings.alerts.channel is not None:
        channels.append(("alerts", settings.alerts.channel))
    for what, channel in channels:
        try:
            app.timetable.check_channel(channel)
            _check_platform(channel, settings)
        except UsageError as error:
            raise ConfigurationError(f"In the configuration, {what}: {error}") from error


def _check_platform(channel: str, settings: Settings) -> None:
    platform = channel.partition(":")[0]
    off = {
        "slack": None if settings.slack.enabled else "Slack",
        "discord": None if settings.discord.enabled else "Discord",
    }.get(platform)
    if off is not None:
        raise UsageError(
            f"{channel} cannot be posted to: {off} is off; set enabled = true under [{platform}]."
        )


async def _serve(settings: Settings, app: App, platforms: Platforms) -> None:
    """Serve what is served over HTTP, until cancelled."""
    from adapters.web import reader  # noqa: PLC0415 - only where it is on
    from adapters.web.probes import probes  # noqa: PLC0415
    from adapters.web.server import serving  # noqa: PLC0415

    read = reader.routes(
        library=app.library, briefs=app.briefs, grants=settings.grants, links=app.links
    )
    readiness = Readiness(app.newsroom, app.database, platforms.connected)
    ours = probes(readiness.checks, app.figures, public=settings.web.metrics == "public")
    async with serving(settings.web.host, settings.web.port, [*platforms.routes, *read, *ours]):
        await asyncio.Event().wait()


async def _forget_daily(app: App) -> None:
    """Forget what became of deliveries long ago."""
    while True:
        try:
            await asyncio.to_thread(_forget, app)
        except LibraryError as error:
            _log.error("old deliveries cannot be forgotten: %s", error)
        await asyncio.sleep(_DAY_SECONDS)


def _forget(app: App) -> None:
    # First, or what was delivered would count as not told once its row is gone.
    app.briefs.settle()
    while app.outbox.expire(utc_now() - timedelta(days=KEPT_DAYS)):
        pass
