"""Telling admins of deliveries in the channel of `[alerts]`, through the outbox like any brief."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.occasions import LONGEST_LIFE, OURS
from briefs.delivering_ports import Alert, AlertKind, Outbox
from briefs.parts import Occurrence
from briefs.typesetting import Typesetter

_SAID = {
    AlertKind.FAILED: "failed",
    AlertKind.HELD: "is held, because nobody knows whether it was posted",
    AlertKind.SKIPPED: "was skipped",
}

_log = logging.getLogger(__name__)


class ChannelAlerts:
    """Posts alerts in a channel; without one, the log has them."""

    def __init__(
        self,
        outbox: Outbox,
        channel: str | None,
        typesetters: Mapping[str, Typesetter],
        now: Callable[[], datetime],
    ) -> None:
        """Take where alerts go."""
        self._outbox = outbox
        self._channel = channel
        self._typesetters = typesetters
        self._now = now

    async def tell(self, alert: Alert) -> None:
        """Tell of an alert, once however often it is asked for."""
        about = alert.delivery.occurrence
        if alert.kind is AlertKind.RECOVERED:
            _log.info(
                "the briefs of “%s” for %s are delivered again", about.schedule, about.channel
            )
        # Of an alert that cannot be delivered the log tells; another alert would fare no better.
        if self._channel is None or about.schedule.startswith(OURS):
            return
        typesetter = self._typesetters.get(self._channel.partition(":")[0])
        if typesetter is None:
            _log.error("alerts cannot be posted in %s", self._channel)
            return
        now = self._now()
        occurrence = Occurrence(
            schedule=f"{OURS}{alert.kind}-{about.id}",
            due=about.due,
            channel=self._channel,
            composed=now,
            deadline=now + LONGEST_LIFE,
        )
        draft = typesetter.remark(said(alert))
        await asyncio.to_thread(self._outbox.add, occurrence, [draft])


def said(alert: Alert) -> str:
    """Return an alert in words."""
    delivery = alert.delivery
    about = delivery.occurrence
    if alert.kind is AlertKind.RECOVERED:
        return f"Dateline: the briefs of “{about.schedule}” for {about.channel} arrive again."
    told = (
        f"Dateline: the brief of “{about.schedule}” for {about.channel}, due "
        f"{about.due:%Y-%m-%d %H:%M %Z}, {_SAID[alert.kind]}: {delivery.reason}."
    )
    if alert.kind is AlertKind.HELD and delivery.head is not None:
        return (
            f"{told} Look whether it is there, and say so with: dateline schedule resolve "
            f"{delivery.head.key} sent (or: again, or: give-up)."
        )
    return f"{told} Further ones are not told until one arrives again."
