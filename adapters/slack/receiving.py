"""HTTP mode: what Slack posts, verified before anything of it is read."""

import logging
import time
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

PATH = "/slack/events"
MOST_BYTES = 262_144
"""Slack's own payloads are far smaller."""

_log = logging.getLogger(__name__)


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
        body = await request.content.read(MOST_BYTES + 1)
        while not request.content.at_eof() and len(body) <= MOST_BYTES:
            body += await request.content.read(MOST_BYTES + 1 - len(body))
        if len(body) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
        if not _is_slacks(verifier, body, request):
            _log.warning("a request to %s without Slack's signature was refused", PATH)
            raise web.HTTPUnauthorized(text="The signature is missing, wrong, or too old.")
        connected = app()
        if connected is None:
            # Slack comes again in a moment.
            raise web.HTTPServiceUnavailable(text="Dateline is starting.")
        wanted = AsyncBoltRequest(
            body=body.decode("utf-8", "replace"),
            query=request.query_string,
            headers=dict(request.headers),
        )
        return await to_aiohttp_response(await connected.async_dispatch(wanted))

    return web.post(PATH, receive)


def _is_slacks(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    """Say whether Slack signed a body, not more than five minutes ago."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 60 * 5:
        return False
    try:
        return bool(verifier.is_valid(body, timestamp, signature))
    except UnicodeDecodeError:
        return False
