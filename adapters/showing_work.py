"""Showing that there is work being done, and how far it has come."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from briefs.ports import Progress


@asynccontextmanager
async def beside(sign: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Let a sign of work go on beside what is done within: it is cut off where that ends."""
    task = asyncio.create_task(sign, name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def how_far(progress: Progress) -> str:
    """Return how far work has come: "Embedding: 1,200 of 4,000…"."""
    of = f": {progress.done:,} of {progress.total:,}" if progress.total else ""
    return f"{progress.what}{of}…"
