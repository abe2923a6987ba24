"""What Slack sends: acknowledged whatever it is; in HTTP mode verified before it is read."""

import asyncio
import logging
import time
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

PATH = "/slack/events"
MOST_BYTES = 262_144
"""Slack's own payloads are far smaller."""

PATIENCE_SECONDS = 10.0
"""How long a body may take to come: anybody may connect."""

_NOW = 60 * 5
"""Seconds by which the time of a signature may differ from ours."""

_LONGEST_TIME = 12
"""Digits."""

_TAKEN, _UNHANDLED = 200, 404
"""What slack_bolt answers to what a listener takes, and to what none takes."""

_log = logging.getLogger(__name__)


class ForgivingApp(AsyncApp):
    """Acknowledges also what no listener takes: else Slack would take the app for broken."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer what Slack sent, by whichever way."""
        try:
            response = await super().async_dispatch(req)
        except Exception as error:  # noqa: BLE001 - slack_bolt raises whatever it stumbles over
            _log.warning("what Slack sent cannot be read (%s)", type(error).__name__)
            return BoltResponse(status=_TAKEN)
        return BoltResponse(status=_TAKEN) if response.status == _UNHANDLED else response


def route(signing_secret: str, app: Callable[[], AsyncApp | None]) -> web.RouteDef:
    """Return the route that Slack posts to.

    Args:
        signing_secret: What Slack signs with.
        app: Gives the app, or None before it is connected.
    """
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                body = await _read(request)
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        if not _is_slacks(verifier, body, request):
            _log.warning("a request to %s without Slack's signature was refused", PATH)
            raise web.HTTPUnauthorized(text="The signature is missing, wrong, or too old.")
        connected = app()
        if connected is None:
            # Slack comes again in a moment.
            raise web.HTTPServiceUnavailable(text="Dateline is starting.")
        try:
            wanted = AsyncBoltRequest(
                body=body.decode(),
                query=request.query_string,
                headers=dict(request.headers),
            )
        except Exception as error:  # noqa: BLE001 - slack_bolt raises whatever it stumbles over
            # Slack signed it, and would only send it again.
            _log.warning("what Slack sent cannot be read (%s)", type(error).__name__)
            return web.Response()
        return await to_aiohttp_response(await connected.async_dispatch(wanted))

    return web.post(PATH, receive)


async def _read(request: web.Request) -> bytes:
    """Return a body, as long as it is not too large.

    Raises:
        HTTPRequestEntityTooLarge: It is.
    """
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    return bytes(body)


def _is_slacks(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    """Say whether Slack signed a body, not more than five minutes ago."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST_TIME):
        return False
    # Only text of ASCII can be compared without telling by the time it takes.
    if abs(time.time() - int(timestamp)) > _NOW or not signature.isascii():
        return False
    try:
        return bool(verifier.is_valid(body, timestamp, signature))
    except UnicodeDecodeError:
        return False
