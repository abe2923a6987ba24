"""Taking on what people ask for on a chat platform: each thing once, and none lost by a restart.

A platform delivers a thing again when it is in doubt. What is taken on is kept before the platform
hears that it arrived, unless keeping it takes longer than the platform should wait.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from adapters.requesting import requested
from briefs.errors import LibraryError
from briefs.ports import Inbox, Received

PATIENCE_SECONDS = 0.15
"""How long a platform waits for a thing to be kept."""

KEPT = timedelta(hours=24)
"""How long it is remembered that something was received."""

ANSWERABLE = timedelta(minutes=30)
"""After a longer stop nobody waits for an answer any more."""

_HOUR = 3_600.0
_REMEMBERED = 20_000

Work: TypeAlias = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class Intake:
    """Takes things on for one platform."""

    def __init__(self, inbox: Inbox, platform: str, now: Callable[[], datetime]) -> None:
        """Take what keeps them, what their keys begin with, and the clock (aware)."""
        self._inbox = inbox
        self._prefix = f"{platform}:"
        self._now = now
        # Also where the database cannot be used, nothing is done twice by this process.
        self._seen: OrderedDict[str, float] = OrderedDict()

    async def take(self, key: str, payload: str) -> "asyncio.Task[bool]":
        """Keep something; return once that is done, or has taken as long as a platform may wait.

        Returns:
            Whether it is new, once that is known.
        """
        task = asyncio.create_task(self._kept(key, payload), name=f"taking {key}")
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        return task

    async def begin_once(self, key: str, payload: str, work: Work, workers: "Workers") -> None:
        """Take something on and begin it; the platform may hear that it arrived on return."""
        taken = await self.take(key, payload)

        async def once() -> None:
            if await taken:
                await work()
                await self.settle(key)

        workers.start(once(), f"answering {key}")

    def begin_again(self, key: str, work: Work, workers: "Workers") -> None:
        """Begin what an earlier process took on and did not finish."""

        async def done() -> None:
            await work()
            await self.settle(key)

        workers.start(done(), f"answering {key}")

    def is_new(self, key: str) -> bool:
        """Say whether this process hears of something for the first time, and keep nothing of it.

        For what is of no use after a restart: a click on a button, say.
        """
        new = key not in self._seen
        self._remember(key)
        return new

    async def settle(self, key: str) -> None:
        """Take note that something is done."""
        try:
            await asyncio.to_thread(self._inbox.settle, key)
        except LibraryError as error:
            _log.error("that %s is done is not kept: %s", key, error)

    async def left(self) -> tuple[Received, ...]:
        """Return what an earlier process took on and did not finish; what is too old is settled."""
        try:
            found = await asyncio.to_thread(self._inbox.unsettled, self._prefix)
        except LibraryError as error:
            _log.error("what was asked before the start cannot be read: %s", error)
            return ()
        oldest = self._now() - ANSWERABLE
        for each in found:
            self._remember(each.key)
            if each.at < oldest:
                _log.warning("%s came too long ago to be answered", each.key)
                await self.settle(each.key)
        return tuple(each for each in found if each.at >= oldest)

    async def forget_hourly(self) -> None:
        """Forget what came long ago, now and every hour, until cancelled."""
        while True:
            with suppress(LibraryError):
                while await asyncio.to_thread(self._inbox.expire, self._now() - KEPT):
                    pass
            await asyncio.sleep(_HOUR)

    async def _kept(self, key: str, payload: str) -> bool:
        if key in self._seen:
            return False
        self._remember(key)
        received = Received(key=key, payload=payload, at=self._now())
        try:
            return await asyncio.to_thread(self._inbox.receive, received)
        except LibraryError as error:
            _log.error("%s is not kept, and would be lost in a restart: %s", key, error)
            return True

    def _remember(self, key: str) -> None:
        self._seen[key] = time.monotonic()
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


class Workers:
    """The tasks of an adapter: what fails is logged, and a stop lets them finish for a while."""

    def __init__(self) -> None:
        """Nothing is at work yet."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin something that nobody waits for, as one request."""
        with requested():
            context = copy_context()
        task = asyncio.create_task(work, name=name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._ended, context=context)

    async def finish(self, seconds: float) -> None:
        """Let what is at work finish, and break off what has not after a time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("%s failed", task.get_name(), exc_info=task.exception())
