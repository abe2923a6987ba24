"""Keeping up with the library: what is loaded is in memory before somebody asks."""

import asyncio
import logging

from bot.newsroom import Newsroom
from briefs.errors import UserError
from briefs.ports import unheard

LOOK_SECONDS = 2.0
"""How often to look whether the library has changed, by whichever process."""

_log = logging.getLogger(__name__)


async def keep_up(newsroom: Newsroom, look_seconds: float = LOOK_SECONDS) -> None:
    """Bring the index and the model into memory, and every change after that, until cancelled.

    Raises:
        UserError: It cannot be done at the start. Later it is tried again, and logged once.
    """
    await newsroom.warm_up()
    seen, well = 0, True
    while True:
        await asyncio.sleep(look_seconds)
        try:
            _, version = await newsroom.current_index(unheard)
            if version != seen:
                # The first articles: now there is something to ask a model for.
                await newsroom.warm_up()
            seen, well = version, True
        except UserError as error:
            if well:
                _log.error("what has changed in the library is not in memory: %s", error)
            well = False
