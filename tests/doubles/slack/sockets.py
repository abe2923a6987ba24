"""Socket Mode: tickets, up to ten sockets, envelopes until they are acknowledged."""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.slack.nouns import Json
from tests.doubles.slack.web_api import Arguments, Method
from tests.doubles.slack.workspace import Workspace

MOST_SOCKETS = 10
_GRACE = 0.3


@dataclass(slots=True, eq=False)
class Socket:
    """One open connection; `gone` is done when it is closed."""

    ws: web.WebSocketResponse
    request: web.Request
    gone: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    mute: bool = False

    async def send(self, said: Json) -> None:
        """Send something, unless the line is mute."""
        if not self.mute:
            await self.ws.send_str(json.dumps(said))

    def abort(self) -> None:
        """Break the connection without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass(frozen=True, slots=True)
class Reply:
    """An acknowledgement: what it carried, and how often the envelope was sent until then."""

    payload: Any
    sent: int


class Sockets:
    """The connections of the app, and the envelopes that it has not acknowledged."""

    def __init__(self, workspace: Workspace) -> None:
        self.open: list[Socket] = []
        self.stray: list[Json] = []  # acknowledgements of nothing, or too late
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._connected = asyncio.Event()
        self._turn = itertools.count()

    @property
    def methods(self) -> dict[str, Method]:
        """Return the Web API method that gives tickets."""
        return {"apps.connections.open": Method(self._ticket, app_token=True)}

    def _ticket(self, workspace: Workspace, _given: Arguments) -> Json:
        ticket = workspace.new_id("t")
        self._tickets.add(ticket)
        link = workspace.base.replace("http", "ws", 1)
        return {"url": f"{link}/link/?ticket={ticket}&app_id={workspace.app_id}"}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it is closed."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.remove(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        if len(self.open) >= MOST_SOCKETS:
            await ws.send_json(_goodbye("too_many_websockets"))
            await ws.close()
            return ws
        socket = Socket(ws, request)
        self.open.append(socket)
        try:
            await socket.send(self._hello())
            self._connected.set()
            async for message in ws:
                if message.type == WSMsgType.PING and not socket.mute:
                    await ws.pong(message.data)
                elif message.type == WSMsgType.TEXT:
                    self._acknowledge(str(message.data))
        except ConnectionError:
            pass
        finally:
            self._forget(socket)
        return ws

    def _forget(self, socket: Socket) -> None:
        if socket in self.open:
            self.open.remove(socket)
        if not socket.gone.done():
            socket.gone.set_result(None)
        if not self.open:
            self._connected.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": _debug_info() | {"approximate_connection_time": 18060},
            "connection_info": {"app_id": self._workspace.app_id},
        }

    def _acknowledge(self, said: str) -> None:
        try:
            reply = json.loads(said)
        except ValueError:
            reply = said
        name = reply.get("envelope_id") if isinstance(reply, dict) else None
        waiting = self._waiting.get(str(name))
        if waiting is None or waiting.done():
            self.stray.append(reply if isinstance(reply, dict) else {"text": reply})
        else:
            waiting.set_result(reply.get("payload"))

    async def deliver(self, envelope: Json, patience: float) -> Reply | int:
        """Send an envelope until it is acknowledged, again on another socket if one closes.

        Returns the acknowledgement, or how often it was sent when patience ended.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        acknowledged: asyncio.Future[Any] = loop.create_future()
        self._waiting[envelope["envelope_id"]] = acknowledged
        sent = 0
        try:
            while (left := end - loop.time()) > 0:
                socket = await self._next(left)
                if socket is None:
                    break
                try:
                    await socket.send(envelope)
                except ConnectionError:
                    self._forget(socket)
                    continue
                sent += 1
                both = {acknowledged, socket.gone}
                await asyncio.wait(
                    both, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED
                )
                if acknowledged.done():
                    return Reply(acknowledged.result(), sent)
        finally:
            del self._waiting[envelope["envelope_id"]]
        return sent

    async def _next(self, seconds: float) -> Socket | None:
        """Return any one of the open sockets, or the first that opens in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._connected.wait()
        except TimeoutError:
            return None
        return self.open[next(self._turn) % len(self.open)]

    def drop(self) -> None:
        """Break every connection without a word."""
        for socket in list(self.open):
            socket.abort()
            self._forget(socket)

    async def refresh(self, reason: str) -> None:
        """Ask the app to connect anew, then close what it left open."""
        old = list(self.open)
        for socket in old:
            await socket.send(_goodbye(reason))
        if old and reason != "warning":
            await asyncio.wait([socket.gone for socket in old], timeout=_GRACE)
            for socket in old:
                await socket.ws.close()
                self._forget(socket)

    def mute(self) -> None:
        """Let every connection stay open, but silent: no pong, nothing sent."""
        for socket in self.open:
            socket.mute = True


def _debug_info() -> Json:
    return {"host": "applink-1", "build_number": 1}


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": _debug_info()}
