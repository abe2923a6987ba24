"""Telling admins of deliveries that failed, once, and of the end of that."""

import asyncio
import logging

from bot.sending import Surroundings
from briefs.delivering_ports import Alerts, Outbox, Untold, alert_of
from briefs.parts import Ending

ALERT_PAUSE_SECONDS = 60.0
"""After how long to tell again what could not be told."""

_log = logging.getLogger(__name__)


class Teller:
    """Tells of how deliveries ended, as they end, and keeps that it was told."""

    def __init__(self, outbox: Outbox, alerts: Alerts, around: Surroundings) -> None:
        """Take what to work with."""
        self._outbox = outbox
        self._alerts = alerts
        self._around = around
        self._again: dict[str, float] = {}

    async def tell_all(self) -> None:
        """Tell of every ending that nobody was told of.

        Raises:
            LibraryError: The database cannot be used.
        """
        while True:
            # One of a schedule at a time: what is told of it counts for the next.
            first: dict[str, Untold] = {}
            for untold in await self._around.blocking(self._outbox.untold):
                first.setdefault(untold.delivery.occurrence.schedule, untold)
            ready = [each for each in first.values() if self._may_be_told(each)]
            if not ready:
                return
            for each in ready:
                await self._tell(each)

    def _may_be_told(self, untold: Untold) -> bool:
        clock = asyncio.get_running_loop().time()
        return self._again.get(untold.delivery.occurrence.id, clock) <= clock

    async def _tell(self, untold: Untold) -> None:
        delivery, alert = untold.delivery, alert_of(untold)
        occurrence = delivery.occurrence
        if delivery.ending is not Ending.DELIVERED:
            _log.warning(
                "the brief of “%s” due %s for %s: %s, %s",
                occurrence.schedule,
                occurrence.due.isoformat(),
                occurrence.channel,
                delivery.ending,
                delivery.reason,
            )
        if alert is not None:
            try:
                async with asyncio.timeout(ALERT_PAUSE_SECONDS):
                    await self._alerts.tell(alert)
            except Exception:  # noqa: BLE001 - whatever it is: it is logged, and told again
                _log.exception("an alert could not be told; it will be told again")
                clock = asyncio.get_running_loop().time()
                self._again[occurrence.id] = clock + ALERT_PAUSE_SECONDS
                return
        self._again.pop(occurrence.id, None)
        tell = self._outbox.tell
        await self._around.blocking(tell, occurrence.id, delivery.ending, self._around.now())
