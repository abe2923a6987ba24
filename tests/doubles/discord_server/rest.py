"""The front of the REST API and of the CDN: who may ask, and what goes wrong on purpose."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from tests.doubles.discord_server.faults import (
    ApiError,
    Fault,
    LostReply,
    LostRequest,
    Planned,
    RateLimited,
    ServerError,
    Slow,
)
from tests.doubles.discord_server.refusing import Json, Refused
from tests.doubles.discord_server.requests import Call, Limits, answered, read, too_many
from tests.doubles.discord_server.world import World

Answer = tuple[int, Any]
"""A status, and what is sent as JSON; None: nothing."""
Handler = Callable[[Call], Answer]

_OPEN: Final = ("/interactions/", "/webhooks/")
"""Below these a token in the path says who asks."""
_NOT_FOUND: Final[Json] = {"message": "404: Not Found", "code": 0}
_UNAUTHORIZED: Final[Json] = {"message": "401: Unauthorized", "code": 0}


class Rest:
    """The routes, the calls that were made, and the faults that are planned."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._routes: list[tuple[str, str, re.Pattern[str], Handler]] = []
        self.calls: list[Call] = []
        self.planned: list[Planned] = []
        self.limits = Limits()

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Let a handler answer a method and a path with `{variables}`."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        self._routes.append((method, path, pattern, handler))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request below `/api/v10`."""
        path = request.path.removeprefix("/api/v10")
        call, handler = self._found(request, path)
        self.calls.append(call)
        fault = self._fault(call)
        if isinstance(fault, LostRequest):
            return _broken(request)
        response = await self._answered(request, call, handler, fault)
        if isinstance(fault, LostReply):
            self._world.changed()
            return _broken(request)
        call.status = response.status
        shared = response.headers.get("X-RateLimit-Scope") == "shared"
        self.limits.count(response.status, shared=shared)
        self._world.changed()
        return response

    def _found(self, request: web.Request, path: str) -> tuple[Call, Handler | None]:
        route, values, handler = "", {}, None
        for method, template, pattern, candidate in self._routes:
            match = pattern.fullmatch(path)
            if method == request.method and match is not None:
                route, values, handler = template, match.groupdict(), candidate
                break
        call = Call(
            method=request.method,
            path=path,
            route=route,
            values=values,
            query=dict(request.query),
            headers=dict(request.headers),
        )
        return call, handler

    def _fault(self, call: Call) -> Fault | None:
        for planned in self.planned:
            if planned.meets(call.method, call.path):
                return planned.faults.pop(0)
        return None

    async def _answered(
        self, request: web.Request, call: Call, handler: Handler | None, fault: Fault | None
    ) -> web.Response:
        if self.limits.is_banned():
            # What stands before Discord answers this, not Discord: a page, and no Via.
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        try:
            await read(request, call)
        except Refused as refusal:
            return answered(refusal.status, refusal.body())
        if isinstance(fault, RateLimited):
            return too_many(fault, {})
        if isinstance(fault, ApiError):
            return answered(fault.status, {"message": fault.message, "code": fault.code})
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, ServerError):
            if fault.done:
                self._done(call, handler)
            return web.Response(status=fault.status, text="upstream error")
        return self._done(call, handler)

    def _done(self, call: Call, handler: Handler | None) -> web.Response:
        is_open = call.path.startswith(_OPEN) or call.path == "/gateway"
        if not is_open and call.headers.get("Authorization") != f"Bot {self._world.token}":
            return answered(401, _UNAUTHORIZED)
        if handler is None:
            return answered(404, _NOT_FOUND)
        headers: Json = {}
        if self._world.rate_limits:
            exceeded, headers = self.limits.take(call)
            if exceeded is not None:
                return too_many(exceeded, headers)
        try:
            status, body = handler(call)
        except Refused as refusal:
            return answered(refusal.status, refusal.body(), headers)
        return answered(status, body, headers)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to the CDN."""
        file = self._world.files.get(request.match_info["id"])
        expires, issued = request.query.get("ex", ""), request.query.get("is", "")
        gone = web.Response(status=404, text="This content is no longer available.")
        if file is None or file.filename != request.match_info["filename"]:
            return gone
        if request.query.get("hm") != self._world.signature(file.id, expires, issued):
            return gone
        if int(expires, 16) <= time.time():
            return gone
        kind = file.content_type or "application/octet-stream"
        return web.Response(body=file.data, headers={"Content-Type": kind})


def _broken(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
