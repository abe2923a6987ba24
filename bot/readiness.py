"""Whether the bot can do its work now: the model, the database, and the platforms that are on."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from adapters.storage.database import Database
from bot.newsroom import Newsroom
from briefs.errors import LibraryError

PATIENCE_SECONDS = 2.0
"""After so long without an answer the database counts as not usable."""

_log = logging.getLogger(__name__)


class Readiness:
    """Looks at what the bot needs."""

    def __init__(
        self, newsroom: Newsroom, database: Database, connected: Mapping[str, Callable[[], bool]]
    ) -> None:
        """Take what is looked at; `connected` says of each platform that is on whether it is."""
        self._newsroom = newsroom
        self._database = database
        self._connected = connected
        self._looking: asyncio.Task[bool] | None = None

    async def checks(self) -> dict[str, bool]:
        """Say of each thing whether it works."""
        return {
            "model": self._newsroom.warm,
            "database": await self._is_usable(),
            **{platform: is_on() for platform, is_on in self._connected.items()},
        }

    async def _is_usable(self) -> bool:
        # One look at a time, however many ask: a database that hangs must not take every thread.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._looked(), name="looking at the database")
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE_SECONDS)
        return bool(done) and self._looking.result()

    async def _looked(self) -> bool:
        try:
            await asyncio.to_thread(self._database.touch)
        except LibraryError as error:
            _log.error("the database cannot be used: %s", error)
            return False
        return True
