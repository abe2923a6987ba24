"""Sharing a private answer in a channel: once, however often and however fast it is pressed."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_REMEMBERED = 1_000


class Sharing:
    """Remembers what was shared, and lets those wait who would share the same at once."""

    def __init__(self) -> None:
        """Nothing is shared yet."""
        self._locks: dict[str, asyncio.Lock] = {}
        self._shared: OrderedDict[str, None] = OrderedDict()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[bool]:
        """Wait for a turn to share something; yield whether it is still to be shared.

        What is yielded as such counts as shared when the block ends without an error.
        """
        async with self._locks.setdefault(name, asyncio.Lock()):
            yield name not in self._shared
            self._shared[name] = None
            while len(self._shared) > _REMEMBERED:
                self._shared.popitem(last=False)
        # After an error it stays: somebody may be waiting for it.
        self._locks.pop(name, None)
