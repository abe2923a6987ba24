"""The server as a test holds it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Self

import discord.asset
import discord.gateway
import discord.http
import yarl
from aiohttp import web

from tests.doubles.discord_server.applications import Applications
from tests.doubles.discord_server.channels import Channels, shown
from tests.doubles.discord_server.faults import Fault, Planned
from tests.doubles.discord_server.gateway import Gateway
from tests.doubles.discord_server.messages import Message
from tests.doubles.discord_server.people import People
from tests.doubles.discord_server.refusing import Json
from tests.doubles.discord_server.requests import Call
from tests.doubles.discord_server.responses import Responses
from tests.doubles.discord_server.rest import Rest
from tests.doubles.discord_server.things import Channel, Member, User
from tests.doubles.discord_server.waiting import Waiting

_LARGEST_BODY = 64 * 1024 * 1024


class DiscordDouble(People):
    """A local Discord; the package's docstring shows how it is used."""

    def __init__(
        self, *, port: int = 0, token: str | None = None, application_id: str | None = None
    ) -> None:
        super().__init__(token=token, application_id=application_id)
        self.port = port
        self.waiting = Waiting()
        self.changed = self.waiting.wake
        self.gateway = Gateway(self)
        self.tell = self.gateway.tell
        self.rest = Rest(self)
        self._channels = Channels(self, self.rest)
        Responses(self, self.rest)
        Applications(self, self.rest, self.gateway)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.router.add_get("/gateway/", self.gateway.connected)
        application.router.add_get("/gateway/resume/", self.gateway.connected)
        application.router.add_get("/cdn/attachments/{channel}/{id}/{filename}", self.rest.download)
        application.router.add_route("*", "/api/v10/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @contextlib.contextmanager
    def pointed(self) -> Iterator[None]:
        """Let discord.py speak with this server meanwhile; clients must be made within."""
        before = (
            discord.http.Route.BASE,
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY,
            discord.asset.Asset.BASE,
        )
        discord.http.Route.BASE = self.api_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        discord.asset.Asset.BASE = self.cdn_url
        try:
            yield
        finally:
            discord.http.Route.BASE = before[0]
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before[1]
            discord.asset.Asset.BASE = before[2]

    def messages(self, channel: Channel, *, seen_by: Member | User | None = None) -> list[Message]:
        """Return what people see in a channel, oldest first; with a person, what only they see."""
        user = seen_by.user if isinstance(seen_by, Member) else seen_by
        if user is None:
            return [each for each in shown(channel) if not each.loading]
        return [
            each
            for each in channel.messages
            if not each.deleted and not each.loading and each.only_for in {None, user}
        ]

    def commands(self, guild_id: str | None = None) -> list[Json]:
        """Return the commands of all guilds, or those of one."""
        return self.registered.get(guild_id, [])

    @property
    def calls(self) -> list[Call]:
        """Every request to the REST API, oldest first."""
        return self.rest.calls

    @property
    def invalid_requests(self) -> int:
        """How many requests of the last ten minutes count towards a ban of the address."""
        self.rest.limits.is_banned()
        return len(self.rest.limits.invalid)

    @property
    def typing(self) -> list[str]:
        """The ids of the channels in which the bot was seen typing."""
        return self._channels.typing

    @property
    def presence(self) -> Json | None:
        """The presence that the bot sent last."""
        return self.gateway.presence

    @property
    def identifies(self) -> list[Json]:
        """Every accepted IDENTIFY."""
        return self.gateway.identifies

    @property
    def resumes(self) -> list[Json]:
        """Every RESUME, with the `path` at which it came."""
        return self.gateway.resumes

    @property
    def connected(self) -> int:
        """How many connections have a session now."""
        return sum(each.session is not None for each in self.gateway.connections)

    async def until(self, holds: Callable[[], object], seconds: float = 10) -> None:
        """Return once something holds.

        Raises:
            AssertionError: when it does not hold in time.
        """
        await self.waiting.until(holds, seconds)

    def fault(self, method: str, path: str, *faults: Fault, times: int = 1) -> None:
        """Let the next requests of a kind go wrong, one fault each, `times` times over.

        `{}` in the path is one step of it: `"/channels/{}/messages"`.
        """
        self.rest.planned.append(Planned(method, path, [*faults] * times))

    def clear_faults(self) -> None:
        """Forget the faults that have not happened."""
        self.rest.planned.clear()

    async def drop_gateway(self, code: int | None = None) -> None:
        """Break all connections, without a word or with a close code."""
        await self.gateway.drop(code)

    async def reconnect_gateway(self) -> None:
        """Ask the bot to reconnect (op 7)."""
        self.gateway.reconnect()

    async def invalidate_session(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is invalid (op 9)."""
        self.gateway.invalidate(resumable=resumable)

    async def mute_gateway(self) -> None:
        """Say nothing more on the open connections, acknowledgements neither."""
        self.gateway.mute()

    async def refuse_gateway(self, *, refuse: bool = True) -> None:
        """Answer new connections with 503, or no longer."""
        self.gateway.down = refuse

    async def ready_again(self) -> None:
        """Say READY and all guilds a second time."""
        for session in self.gateway.sessions:
            if not session.over:
                self.gateway.greet(session)

    async def dispatch_raw(self, frame: Json) -> None:
        """Send a frame as it is, such as `{"t": "MESSAGE_CREATE", "d": {}}`."""
        self.gateway.raw(frame)
        await asyncio.sleep(0)
