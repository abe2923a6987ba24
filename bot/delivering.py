"""Delivering: one task a channel that has something to send, and one that tells of endings."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from bot.sending import Sender, Surroundings
from bot.telling import Teller
from briefs.delivering_ports import Alerts, Messenger, Outbox, Recheck
from briefs.errors import LibraryError
from briefs.measuring import UNMEASURED, Meter
from briefs.next_step import Idle, Look, Send, Wait

LONGEST_PAUSE_SECONDS = 60.0
"""After so long a channel is looked at again: the clock may have been set, or a machine slept."""

GRACE_SECONDS = 8.0
"""How long what is being sent may take to finish once the program is to stop."""

TROUBLE_PAUSE_SECONDS = 5.0
"""How long to leave a store alone that cannot be used at the moment."""

_log = logging.getLogger(__name__)


class Deliverer:
    """Sends what the outbox holds, until it is told to stop."""

    def __init__(
        self,
        outbox: Outbox,
        messengers: Mapping[str, Messenger],
        recheck: Recheck,
        alerts: Alerts,
        surroundings: Surroundings | None = None,
        meter: Meter = UNMEASURED,
    ) -> None:
        """Take what to work with; nothing starts yet.

        Args:
            outbox: What is to be sent.
            messengers: By platform, which is what a channel's name begins with.
            recheck: Is asked before each part leaves.
            alerts: Is told of what went wrong, and of the end of that.
            surroundings: The clock and the like.
            meter: Is told what came of each attempt to post.
        """
        self._outbox = outbox
        self._messengers = messengers
        self._around = surroundings or Surroundings()
        self._sender = Sender(outbox, recheck, self._around, self.wake, meter)
        self._teller = Teller(outbox, alerts, self._around)
        self._stopping = False
        self._woken = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look at once at what there is to do: something was put into the outbox."""
        # A new event for those who wait from now on; all who wait on the old one go on.
        self._woken, woken = asyncio.Event(), self._woken
        woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; then let what is being sent finish, for a while.

        An error that is a defect ends it: better stopped and said than half alive.
        """
        telling = asyncio.create_task(self._tell_all(), name="telling of deliveries")
        try:
            while True:
                for each in (telling, *self._tasks.values()):
                    if each.done():
                        each.result()
                self._tasks = {name: each for name, each in self._tasks.items() if not each.done()}
                woken = self._woken
                for channel in await self._channels():
                    if channel not in self._tasks:
                        task = asyncio.create_task(self._serve(channel), name=f"to {channel}")
                        task.add_done_callback(lambda _: self.wake())
                        self._tasks[channel] = task
                await self._pause(self._around.poll_seconds, woken)
        finally:
            await self._stop(telling)

    async def _stop(self, telling: asyncio.Task[None]) -> None:
        self._stopping = self._sender.stopping = True
        self.wake()
        telling.cancel()
        tasks = [telling, *self._tasks.values()]
        try:
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        finally:
            # What is cut off now will be in doubt when its lease has run out.
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pause(self, seconds: float, woken: asyncio.Event | None = None) -> None:
        """Wait for a while, or until woken."""
        if not self._stopping:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await (woken or self._woken).wait()

    async def _channels(self) -> tuple[str, ...]:
        try:
            return await self._around.blocking(self._outbox.channels)
        except LibraryError as error:
            _log.error("deliveries wait: %s", error)
            await self._pause(TROUBLE_PAUSE_SECONDS)
            return ()

    async def _serve(self, channel: str) -> None:
        """Do what there is to do for one channel, until nothing is left."""
        messenger = self._messengers.get(channel.partition(":")[0])
        if messenger is None:
            _log.warning("nothing can be sent to %s: no adapter for it is on", channel)
        while not self._stopping:
            woken = self._woken
            try:
                step = await self._sender.step(channel, messenger)
            except LibraryError as error:
                _log.error("%s waits: %s", channel, error)
                await self._pause(TROUBLE_PAUSE_SECONDS)
                continue
            match step:
                case Idle():
                    return
                case Wait():
                    seconds = (step.until - self._around.now()).total_seconds()
                    await self._pause(min(LONGEST_PAUSE_SECONDS, max(0.0, seconds)), woken)
                case Send() | Look() if messenger is None:
                    await self._pause(LONGEST_PAUSE_SECONDS, woken)
                case _:
                    pass

    async def _tell_all(self) -> None:
        while True:
            woken = self._woken
            try:
                await self._teller.tell_all()
            except LibraryError as error:
                _log.error("alerts wait: %s", error)
            await self._pause(self._around.poll_seconds, woken)
