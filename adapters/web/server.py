"""The program's own web server: what adapters serve, on one address."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from briefs.errors import ConfigurationError

MOST_BYTES = 1_048_576
"""A larger body is refused while it comes in."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(host: str, port: int, routes: Sequence[web.RouteDef]) -> AsyncIterator[int]:
    """Serve routes, and yield the port on which.

    Args:
        host: The address to listen on.
        port: 0: any that is free.
        routes: What is served.

    Raises:
        ConfigurationError: Nobody may listen there, or somebody does already.
    """
    app = web.Application(client_max_size=MOST_BYTES)
    app.add_routes(routes)
    # What is asked for may hold secrets: nothing is logged here.
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigurationError(
                f"Nothing can listen on {host}:{port} ({error.strerror}). Set another web.host or "
                "web.port."
            ) from error
        found = int(runner.addresses[0][1])
        _log.info("listening on http://%s:%d", host, found)
        yield found
    finally:
        await runner.cleanup()
