"""Sessions of the gateway: what was told, so that it can be told again."""

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.discord_server.refusing import Json


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """One identification; it outlives its connections until it is invalidated."""

    intents: int
    shard: tuple[int, int]
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    told: list[Json] = field(default_factory=list)
    connection: "Connection | None" = None
    over: bool = False

    def dispatch(self, event: str, payload: Any) -> None:
        """Tell an event now, or when the session is resumed."""
        self.seq += 1
        frame = {"op": 0, "s": self.seq, "t": event, "d": payload}
        self.told.append(frame)
        if self.connection is not None:
            self.connection.send(frame)

    def resume(self, connection: "Connection", seq: int) -> None:
        """Tell again what came after a number, then say that this is all."""
        self.connection = connection
        for frame in self.told:
            if frame["s"] > seq:
                connection.send(frame)
        self.dispatch("RESUMED", {})

    def leave(self, connection: "Connection") -> None:
        """Forget a connection that is closed."""
        if self.connection is connection:
            self.connection = None


class Connection:
    """One socket of a bot, on which frames go out in order."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        *,
        compressed: bool,
    ) -> None:
        self.socket = socket
        self.transport = transport
        self.muted = False
        """Says nothing any more, and does not close: what a half-open connection looks like."""
        self.dropped = False
        """Whether the server hung up; the bot's answer to that does not end the session."""
        self.session: Session | None = None
        self.heartbeats = 0
        self._stream = zlib.compressobj() if compressed else None
        self._frames: asyncio.Queue[Json] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        """Queue a frame."""
        self._frames.put_nowait(frame)

    async def write(self) -> None:
        """Write what is queued, for as long as the socket is open."""
        while True:
            frame = await self._frames.get()
            if self.muted or self.socket.closed:
                continue
            try:
                await self._write(json.dumps(frame))
            except ConnectionError:
                return

    async def _write(self, text: str) -> None:
        if self._stream is None:
            await self.socket.send_str(text)
        else:
            data = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)
