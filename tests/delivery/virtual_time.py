"""An event loop on which hours pass in no time, and always in the same order."""

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class StuckError(Exception):
    """Everybody waits, and nothing will ever happen."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Where it would sleep until something is due, it is that late at once."""

    def __init__(self) -> None:
        """Begin at 0 seconds."""
        self._passed = 0.0
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Return the virtual seconds since the beginning."""
        return self._passed

    def now(self) -> datetime:
        """Return the virtual present."""
        return EPOCH + timedelta(seconds=self._passed)

    def passed(self, seconds: float) -> None:
        """Be later."""
        self._passed += seconds


class _Impatient(selectors.SelectSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if not found:
            if timeout is None:
                raise StuckError
            self._loop.passed(max(0.0, timeout))
        return found
