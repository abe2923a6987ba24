"""Requests to Discord: through discord.py, which keeps to Discord's pace, and not for ever."""

import asyncio
import time
from collections import deque
from typing import Any

import discord
from discord.http import Route

from adapters.discord.errors import BAN_SECONDS, Held, is_ban

REQUEST_SECONDS = 15.0
"""The longest that one request lasts, waiting for its turn included."""

MOST_INVALID = 5_000
"""So many refused requests in ten minutes are enough: at 10,000 Discord bans the address."""

_TEN_MINUTES = 600.0
_INVALID = frozenset({401, 403, 429})


class Rest:
    """Asks Discord for one thing at a time, as long as Discord wants to be asked."""

    def __init__(self, client: discord.Client) -> None:
        """Take a client that is logged in, or will be."""
        self._client = client
        self._invalid: deque[float] = deque()
        self._held_until = 0.0

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        **parameters: int | str,
    ) -> Any:
        """Return what Discord answers.

        Args:
            method: GET, POST, PATCH, PUT or DELETE.
            path: With its parameters in braces.
            body: What is sent as JSON; None: nothing.
            query: What follows the question mark.
            parameters: Those of the path; `channel_id`, `webhook_id` and `webhook_token` say which
                rate limit counts.

        Raises:
            Held: It was not even asked.
            discord.HTTPException: Discord refused it.
            TimeoutError: It took too long.
        """
        self._check()
        more = {} if body is None else {"json": body}
        if query:
            more["params"] = query
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self._client.http.request(
                    Route(method, path, metadata=None, **parameters), **more
                )
        except discord.HTTPException as error:
            self._note(error)
            raise
        except (TimeoutError, asyncio.CancelledError):
            self._let_others_go_on()
            raise

    def _check(self) -> None:
        now = time.monotonic()
        while self._invalid and self._invalid[0] < now - _TEN_MINUTES:
            self._invalid.popleft()
        if len(self._invalid) >= MOST_INVALID:
            self._held_until = max(self._held_until, self._invalid[0] + _TEN_MINUTES)
        if now < self._held_until:
            raise Held(self._held_until - now)

    def _note(self, error: discord.HTTPException) -> None:
        now = time.monotonic()
        if error.status in _INVALID:
            self._invalid.append(now)
        if is_ban(error):
            self._held_until = now + BAN_SECONDS

    def _let_others_go_on(self) -> None:
        # A request that is cut off while it waits for a global limit would leave all others waiting
        # for ever: discord.py only ends the wait of the others after its own.
        over = self._client.http._global_over  # noqa: SLF001 - there is no other way
        if not over.is_set():
            asyncio.get_running_loop().call_later(REQUEST_SECONDS, over.set)
