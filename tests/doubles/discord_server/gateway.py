"""The gateway: who may connect, what they hear, and what they are disconnected for."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.doubles.discord_server.permissions import (
    GUILD_MEMBERS,
    GUILD_PRESENCES,
    KNOWN_INTENTS,
    MESSAGE_CONTENT,
    PRIVILEGED,
)
from tests.doubles.discord_server.refusing import Json
from tests.doubles.discord_server.sessions import Connection, Session
from tests.doubles.discord_server.things import Guild
from tests.doubles.discord_server.world import Event, World

_DISPATCH, _BEAT, _IDENTIFY, _PRESENCE, _RESUME = 0, 1, 2, 3, 6
_RECONNECT, _MEMBERS, _INVALID, _HELLO, _ACK = 7, 8, 9, 10, 11
_LARGEST: Final = 4096
_FRAMES, _MINUTE = 120, 60.0


class _Closed(Exception):  # noqa: N818
    """The connection ends with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """Sessions and connections of one bot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: list[Session] = []
        self.connections: list[Connection] = []
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.closed: list[int] = []
        """The codes with which the server closed connections."""
        self.presence: Json | None = None
        self.down = False
        """Whether new connections are refused with 503."""

    def tell(self, event: Event) -> None:
        """Tell the sessions whose shard and intents an event is for."""
        for session in self.sessions:
            if session.over or not self._covers(session, event.guild):
                continue
            if event.needs & session.intents or not event.needs:
                session.dispatch(event.name, event.payload(session.intents))

    @staticmethod
    def _covers(session: Session, guild: Guild | None) -> bool:
        number, count = session.shard
        return number == (0 if guild is None else (int(guild.id) >> 22) % count)

    async def connected(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.down:
            return web.Response(status=503)
        compress = request.query.get("compress")
        if compress not in {None, "zlib-stream"}:
            return web.Response(status=501, text=f"The double does not compress with {compress}")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request.transport, compressed=compress is not None)
        self.connections.append(connection)
        writing = asyncio.create_task(connection.write())
        try:
            await self._serve(connection, request)
        except _Closed as closed:
            self.closed.append(closed.code)
            await socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            writing.cancel()
            self.connections.remove(connection)
            if connection.session is not None:
                connection.session.leave(connection)
                # A bot that says goodbye itself with one of these ends its session.
                said = not connection.dropped and socket.close_code in {1000, 1001}
                connection.session.over |= said
            self._world.changed()
        return socket

    async def _serve(self, connection: Connection, request: web.Request) -> None:
        if request.query.get("v") not in {"9", "10"}:
            raise _Closed(4012, "Invalid API version.")
        if request.query.get("encoding", "json") != "json":
            raise _Closed(4002, "The double speaks JSON only.")
        interval = int(self._world.heartbeat_interval * 1000)
        connection.send({"op": _HELLO, "s": None, "t": None, "d": {"heartbeat_interval": interval}})
        received: list[float] = []
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT or len(message.data) > _LARGEST:
                raise _Closed(4002, "Error while decoding payload.")
            now = time.monotonic()
            received = [*(at for at in received if at > now - _MINUTE), now]
            if len(received) > _FRAMES:
                raise _Closed(4008, "Rate limited.")
            try:
                frame = json.loads(message.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, KeyError, TypeError, AttributeError):
                raise _Closed(4002, "Error while decoding payload.") from None
            if not connection.muted:
                self._frame(connection, op, data, resuming_at=request.path)
            self._world.changed()

    def _frame(self, connection: Connection, op: Any, data: Any, *, resuming_at: str) -> None:
        if op == _BEAT:
            connection.heartbeats += 1
            connection.send({"op": _ACK, "s": None, "t": None, "d": None})
        elif op in {_IDENTIFY, _RESUME}:
            if connection.session is not None:
                raise _Closed(4005, "Already authenticated.")
            if data.get("token") != self._world.token:
                raise _Closed(4004, "Authentication failed.")
            if op == _IDENTIFY:
                self._identify(connection, data)
            else:
                self._resume(connection, data, resuming_at)
        elif connection.session is None:
            raise _Closed(4003, "Not authenticated.")
        elif op == _PRESENCE:
            self.presence = data
        elif op == _MEMBERS:
            self._members(connection.session, data)
        elif op not in {4, 31}:
            raise _Closed(4001, "Unknown opcode.")

    def _identify(self, connection: Connection, data: Json) -> None:
        if not isinstance(data.get("properties"), dict):
            raise _Closed(4002, "Error while decoding payload.")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0 or intents & ~KNOWN_INTENTS:
            raise _Closed(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self._world.privileged:
            raise _Closed(4014, "Disallowed intent(s).")
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise _Closed(4010, "Invalid shard.")
        self.identifies.append(data)
        self.presence = data.get("presence") or self.presence
        session = Session(intents=intents, shard=(number, count), connection=connection)
        connection.session = session
        self.sessions.append(session)
        self.greet(session)

    def greet(self, session: Session) -> None:
        """Say READY, and then each guild."""
        world = self._world
        guilds = [guild for guild in world.guilds.values() if self._covers(session, guild)]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": {**world.bot.payload(), "verified": True, "mfa_enabled": False},
                "session_type": "normal",
                "private_channels": [],
                "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": f"{world.gateway_url}resume/",
                "shard": list(session.shard),
                "application": {"id": world.application_id, "flags": flags(world)},
            },
        )
        if session.intents & 1:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", world.guild_payload(guild, session.intents))

    def _resume(self, connection: Connection, data: Json, path: str) -> None:
        self.resumes.append({**data, "path": path})
        session = next((each for each in self.sessions if each.id == data["session_id"]), None)
        if session is None or session.over:
            connection.send({"op": _INVALID, "s": None, "t": None, "d": False})
            return
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            raise _Closed(4007, "Invalid seq.")
        connection.session = session
        session.resume(connection, seq)

    def _members(self, session: Session, data: Json) -> None:
        guild = self._world.guilds.get(str(data.get("guild_id")))
        query, wanted = data.get("query"), {str(each) for each in data.get("user_ids") or []}
        whole = query == "" and not data.get("limit")
        if guild is None or (whole and not session.intents & GUILD_MEMBERS):
            return
        members = [
            member.payload()
            for member in guild.members.values()
            if member.id in wanted or (query is not None and member.user.name.startswith(query))
        ]
        chunk: Json = {"guild_id": guild.id, "members": members, "chunk_index": 0, "chunk_count": 1}
        chunk["not_found"] = [each for each in wanted if each not in guild.members]
        session.dispatch("GUILD_MEMBERS_CHUNK", {**chunk, "nonce": data.get("nonce")})

    async def drop(self, code: int | None = None) -> None:
        """End all connections: with a code, or without a word as a broken line does."""
        for connection in list(self.connections):
            connection.dropped = True
            if code is not None:
                await connection.socket.close(code=code)
                continue
            if connection.transport is not None:
                connection.transport.abort()

    def reconnect(self) -> None:
        """Ask all connections to reconnect and resume."""
        for connection in self.connections:
            connection.send({"op": _RECONNECT, "s": None, "t": None, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Tell all connections that their session is invalid."""
        for connection in self.connections:
            if connection.session is not None:
                connection.session.over |= not resumable
            connection.send({"op": _INVALID, "s": None, "t": None, "d": resumable})

    def mute(self) -> None:
        """Say nothing any more on the connections that there are."""
        for connection in self.connections:
            connection.muted = True

    def raw(self, frame: Json) -> None:
        """Send a frame as it is, with the next number if it has none; it is not told again."""
        for session in self.sessions:
            if session.connection is not None:
                session.seq += 1
                session.connection.send({"op": _DISPATCH, "s": session.seq, **frame})

    async def close(self) -> None:
        """End everything."""
        for connection in list(self.connections):
            with suppress(ConnectionError):
                await connection.socket.close(code=1001)


def flags(world: World) -> int:
    """Return the flags of the application: which privileged intents it is granted."""
    bits = {GUILD_PRESENCES: 13, GUILD_MEMBERS: 15, MESSAGE_CONTENT: 19}
    return sum(1 << flag for intent, flag in bits.items() if world.privileged & intent)
