"""Work that is one piece behind: while one is done, what the next one needs is gathered."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, Self, TypeVar

_T = TypeVar("_T")


class OneBehind(Generic[_T]):
    """Does work beside its caller, one piece at a time."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._task: asyncio.Task[_T] | None = None

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave nothing that is being done."""
        if self._task is None:
            return
        # What was begun is finished, unless everything is to end.
        if kind is not None and not issubclass(kind, Exception):
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def begin(self, work: Coroutine[Any, Any, _T]) -> _T | None:
        """Begin some work once the one before it is done; return what that came to."""
        try:
            done = await self.end()
        except BaseException:
            work.close()
            raise
        self._task = asyncio.create_task(work)
        return done

    async def end(self) -> _T | None:
        """Return what the last work came to; None where there is none."""
        task, self._task = self._task, None
        return None if task is None else await task
