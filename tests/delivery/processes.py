"""Processes that deliver, and can be killed between any two steps."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from bot.delivering import Deliverer
from bot.sending import Surroundings
from briefs.delivering_ports import Alert, Outbox, Rechecked, Unchanged
from briefs.outcomes import Limits, LookOutcome, SendOutcome
from briefs.parts import Delivery, Part
from tests.delivery.platform import Platform
from tests.delivery.virtual_time import VirtualTimeLoop

_T = TypeVar("_T")
_running: contextvars.ContextVar["Process"] = contextvars.ContextVar("running")


class Process:
    """One life of a process that delivers. What it asked of the platform outlives it.

    Each use of a port is two steps, one before and one after it, at which it may be killed; nothing
    of it runs after that. The store is used in place, so that the order is the seed's.
    """

    def __init__(
        self,
        loop: VirtualTimeLoop,
        outbox: Outbox,
        platform: Platform,
        random: Random,
        crashes: Callable[[str], bool],
    ) -> None:
        """Start it.

        Args:
            loop: On which it runs.
            outbox: The store.
            platform: Where `test:` channels are.
            random: Decides how two processes take turns.
            crashes: Says whether it is killed at a step, by its name.
        """
        loop.set_task_factory(_owned)  # type: ignore[arg-type]  # typeshed wants Python 3.14's
        self.alive = True
        self.told: list[Alert] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self._platform = platform
        self._random = random
        self._crashes = crashes
        around = Surroundings(now=loop.now, blocking=self._stored, poll_seconds=600.0)
        token = _running.set(self)
        try:
            self.deliverer = Deliverer(outbox, {"test": self}, self, self, around)
            self._main = loop.create_task(self.deliverer.run())
        finally:
            _running.reset(token)

    def kill(self) -> None:
        """Let nothing of it run any more."""
        self.alive = False
        for each in self.tasks:
            each.cancel()

    async def stop(self) -> None:
        """Stop it as a signal does."""
        self._main.cancel()
        await asyncio.gather(self._main, return_exceptions=True)
        self.alive = False

    def check(self) -> None:
        """Raise what ended it, if it was not killed."""
        if self.alive and self._main.done():
            self._main.result()

    @property
    def limits(self) -> Limits:
        """What the platform bears."""
        return self._platform.limits

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Ask the platform to post."""
        del root
        await self._at("before sending")
        outcome = await self._platform.send(channel, part)
        await self._at("after sending")
        return outcome

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Ask the platform what was posted."""
        del root
        await self._at("before looking")
        outcome = await self._platform.reconcile(channel, part, since)
        await self._at("after looking")
        return outcome

    async def recheck(self, delivery: Delivery, part: Part) -> Rechecked:
        """Let every part leave: nothing changes in this library."""
        del delivery, part
        await self._at("checking again")
        return Unchanged()

    async def tell(self, alert: Alert) -> None:
        """Hear an alert."""
        self.told.append(alert)
        await self._at("telling")

    async def _stored(self, function: Callable[..., _T], /, *arguments: Any) -> _T:
        await self._at("before the store")
        result = function(*arguments)
        await self._at("after the store")
        return result

    async def _at(self, step: str) -> None:
        if self._random.random() < 0.3:
            await asyncio.sleep(0)
        if self.alive and self._crashes(step):
            self.kill()
        if not self.alive:
            raise asyncio.CancelledError


def _owned(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, _T], **how: Any
) -> asyncio.Task[_T]:
    """Make a task, and let the process know of it that it belongs to."""
    task = asyncio.Task(coroutine, loop=loop, **how)
    process = _running.get(None)
    if process is not None:
        process.tasks = [each for each in process.tasks if not each.done()]
        process.tasks.append(task)
    return task
