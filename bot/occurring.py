"""`schedule run`: one occurrence now, delivered by the bot that runs, or else here."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TextIO

from adapters.storage.database import Database
from adapters.storage.outbox import SqlOutbox
from adapters.terminal.messenger import TerminalMessenger
from bot.alerting import ChannelAlerts
from bot.app import TYPESETTERS, App, utc_now
from bot.delivering import Deliverer
from bot.sending import Surroundings
from bot.waiting import posted_here
from briefs.errors import LibraryError
from briefs.parts import Delivery, Ending
from briefs.scheduling import Schedule

PATIENCE_SECONDS = 30.0
"""How long to wait until a brief is delivered."""

_POLL_SECONDS = 0.1


class _OneChannel(SqlOutbox):
    """The outbox as far as one channel is concerned: the others are the bot's."""

    def __init__(self, database: Database, channel: str) -> None:
        super().__init__(database)
        self._only = channel

    def channels(self) -> tuple[str, ...]:
        return tuple(each for each in super().channels() if each == self._only)


async def occur(
    app: App,
    schedule: Schedule,
    *,
    alerts: str | None,
    elsewhere: Callable[[], bool],
    out: TextIO,
) -> Delivery:
    """Compose the brief of a schedule now, and have it delivered; return what became of it.

    Args:
        app: The parts.
        schedule: What is composed.
        alerts: The channel for alerts.
        elsewhere: Whether a bot runs that delivers it.
        out: Where `terminal:` prints, if it is delivered here.

    Raises:
        UserError: It cannot be composed.
    """
    due = utc_now()
    await app.occasions.due(schedule.name, due)
    delivery = _found(app, schedule, due)
    if delivery.ending is Ending.PENDING and elsewhere():
        delivery = await _ended(app, schedule, due, elsewhere)
    # It may have stopped meanwhile; that two deliver it does no harm. To a chat platform nothing
    # can be posted from here, however long one waits.
    here = posted_here(schedule.channel) and not elsewhere()
    if delivery.ending is Ending.PENDING and here:
        async with _delivering(app, schedule, alerts, out):
            delivery = await _ended(app, schedule, due, lambda: True)
    return delivery


async def _ended(
    app: App, schedule: Schedule, due: datetime, goes_on: Callable[[], bool]
) -> Delivery:
    """Wait until a delivery has ended, but not for ever."""
    delivery = _found(app, schedule, due)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while delivery.ending is Ending.PENDING and goes_on():
                await asyncio.sleep(_POLL_SECONDS)
                delivery = await asyncio.to_thread(_found, app, schedule, due)
    return delivery


@contextlib.asynccontextmanager
async def _delivering(
    app: App, schedule: Schedule, alerts: str | None, out: TextIO
) -> AsyncIterator[None]:
    outbox = _OneChannel(app.database, schedule.channel)
    deliverer = Deliverer(
        outbox,
        {"terminal": TerminalMessenger(out)},
        app.occasions,
        ChannelAlerts(outbox, alerts, TYPESETTERS, utc_now),
        Surroundings(poll_seconds=_POLL_SECONDS),
    )
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _found(app: App, schedule: Schedule, due: datetime) -> Delivery:
    for each in app.outbox.history(schedule.name):
        if each.occurrence.due == due:
            return each
    raise LibraryError(f"The schedule “{schedule.name}” was removed meanwhile.")
