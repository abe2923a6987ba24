"""`dateline run`: the bot itself, until somebody stops it.

It never reads standard input. SIGTERM and SIGINT stop it; what is kept is kept in whole
transactions, so that nothing is left half-done however it ends.
"""

import asyncio
import contextlib
import logging
import signal

from bot.app import App
from bot.watching import Watching

_log = logging.getLogger(__name__)


async def run(app: App, watching: Watching) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no signal handlers on a loop; there Ctrl-C raises.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    tasks = [
        asyncio.create_task(watching.run(), name="watching"),
        asyncio.create_task(app.newsroom.warm_up(), name="warm-up"),
        asyncio.create_task(app.keeping.expire_daily(), name="expiry"),
    ]
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
        for task in tasks:
            task.cancel()
        # Leaving the event loop would wait for a parser that is at work.
        app.loader.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        _log.info("Dateline stopped")
