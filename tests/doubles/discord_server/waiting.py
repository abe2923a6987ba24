"""Waiting until something holds, without looking all the time."""

import asyncio
from collections.abc import Callable
from typing import Final

_AGAIN: Final = 0.05
"""What the server is not told of is looked at this often, in seconds."""


class Waiting:
    """Wakes those who wait whenever the server has done something."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Let all who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(
        self,
        holds: Callable[[], object],
        seconds: float = 10,
        otherwise: Callable[[], str] = lambda: "It does not hold in time",
    ) -> None:
        """Return once something holds.

        Raises:
            AssertionError: when it does not hold in time.
        """
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                raise AssertionError(otherwise())
            changed = asyncio.create_task(self._changed.wait())
            await asyncio.wait([changed], timeout=min(left, _AGAIN))
            changed.cancel()
