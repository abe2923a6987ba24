"""The Discord adapter: discord.py's client, what it hears, and the life of the connection."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import discord

from adapters.chat_desk import ChatPorts
from adapters.discord.connecting import Connection, explained, recommended_shards
from adapters.discord.desk import Desk
from adapters.discord.errors import outcome_of
from adapters.discord.files import Downloads
from adapters.discord.incoming import Act, Said, act_of, said_of
from adapters.discord.journeys import Journeys
from adapters.discord.listening import Listener, client_of
from adapters.discord.offering import Interaction
from adapters.discord.people import People, Rights
from adapters.discord.posting import DiscordMessenger, Poster, Posts
from adapters.discord.presence import Presence
from adapters.discord.rest import Rest
from adapters.discord.syncing import sync
from adapters.discord.tree import Tree
from adapters.intake import Intake, Work, Workers

FINISH_SECONDS = 6.0
"""How long what is being answered may take to finish once the program is to stop."""

HEALTHY_SECONDS = 600.0
"""A connection that held so long was a good one: the next failure is the first again."""

LONGEST_WAIT = 300.0
"""Between two connections; Discord lets a bot identify a thousand times a day."""

_CANCEL_SECONDS = 0.5
_CLOSE_SECONDS = 2.0

_NOT_HERE = "Dateline does not answer in this server; who runs it can add it to discord.guilds."

_log = logging.getLogger(__name__)


class DiscordAdapter:
    """Dateline on Discord."""

    greeted: Callable[[], None]
    """Is called each time that Discord says that the bot is ready."""

    def __init__(self, connection: Connection, ports: ChatPorts) -> None:
        """Take how it is reached, and the ports; nothing is connected yet."""
        self.greeted = lambda: None
        self._connected_once = False
        self._connection = connection
        self._ports = ports
        self._workers = Workers()
        self._begun: list[asyncio.Task[None]] = []

    @property
    def online(self) -> bool:
        """Whether Discord's gateway is connected, as far as is known here."""
        if not self._connected_once or not self._client.is_ready() or self._client.is_closed():
            return False
        if isinstance(self._client, discord.AutoShardedClient):
            return not any(shard.is_closed() for shard in self._client.shards.values())
        # discord.py stays "ready" while it connects anew.
        socket: Any = self._client.ws
        return socket is not None and bool(socket.open)

    async def connect(self) -> DiscordMessenger:
        """Try the token, and return what delivers briefs.

        Raises:
            ConfigurationError: Discord does not accept the token.
        """
        shards = await recommended_shards(self._connection)
        self._connection.point()
        listener = Listener(
            take_message=self._on_message,
            take_interaction=self._on_interaction,
            set_up=self._set_up,
            ready=self._on_ready,
        )
        self._client = client_of(listener, self._connection.intents(), shards)
        self._rest = Rest(self._client)
        self._tree = Tree(self._client)
        self._rights = Rights(self._connection.admin_roles)
        posts = Posts(self._client, self._rest)
        self._posts = posts
        await self._log_in()
        self._connected_once = True
        _log.info("Discord: connected as %s", self._client.user)
        return DiscordMessenger(posts)

    async def _log_in(self) -> None:
        wait = 1.0
        while True:
            try:
                await self._client.login(self._connection.token)
            except Exception as error:
                wrong = explained(error)
                if wrong is not None:
                    await self._client.http.close()
                    raise wrong from error
                if outcome_of(error) is None:
                    raise
                await self._client.http.close()
                wait = min(LONGEST_WAIT, 2 * wait)
                _log.error("Discord does not let us in; tried again in %.0f s", wait)
                await asyncio.sleep(wait)
            else:
                return

    async def _set_up(self) -> None:
        """Begin what goes on beside the connection: once, however often Discord says READY."""
        if self._begun:
            return
        user = self._client.user
        self._desk = Desk(
            ports=self._ports,
            me=user.id if user is not None else 0,
            rest=self._rest,
            rights=self._rights,
            people=People(self._rest, self._connection.guilds),
            poster=Poster(self._posts),
            intake=Intake(self._ports.inbox, "discord", self._ports.now),
            workers=self._workers,
            downloads=Downloads(self._connection.cdn_url, self._connection.file_bytes),
        )
        self._presence = Presence(self._client, self._ports.handler)
        self._journeys = Journeys(self._desk, self._tree, self._take)
        self._journeys.build(roles=bool(self._connection.admin_roles))
        self._begun = [
            asyncio.create_task(self._desk.intake.forget_hourly(), name="old requests"),
            asyncio.create_task(self._presence.run(), name="presence"),
            asyncio.create_task(self._synced(), name="syncing commands"),
        ]

    async def run(self) -> None:
        """Receive and answer until cancelled; then let what is being answered finish.

        Raises:
            ConfigurationError: Discord does not let the bot hear what it needs to.
        """
        connected: asyncio.Task[None] | None = None
        try:
            await self._resume()
            connected = asyncio.create_task(self._stay_connected(), name="connection to Discord")
            await asyncio.wait({connected})
            await connected
        finally:
            if connected is not None:
                await _ended(connected)
            for task in self._begun:
                task.cancel()
            await asyncio.gather(*self._begun, return_exceptions=True)
            await self._workers.finish(FINISH_SECONDS)
            await self._closed()

    async def _stay_connected(self) -> None:
        """Connect, and after anything that may pass, connect again."""
        wait = 0.5
        while True:
            begun = time.monotonic()
            try:
                if self._client.is_closed():
                    self._client.clear()
                    await self._log_in()
                await self._client.connect(reconnect=True)
            except Exception as error:
                wrong = explained(error)
                if wrong is not None:
                    raise wrong from error
                _log.error("the connection to Discord failed", exc_info=error)
            if time.monotonic() - begun > HEALTHY_SECONDS:
                wait = 0.5
            wait = min(LONGEST_WAIT, 2 * wait)
            await self._hung_up()
            await asyncio.sleep(wait)

    async def _hung_up(self) -> None:
        """Leave a socket that nobody listens to any more."""
        if isinstance(self._client, discord.AutoShardedClient):
            await self._closed()
            return
        socket: Any = self._client.ws
        if socket is not None and not self._client.is_closed():
            try:
                await asyncio.wait_for(socket.close(code=4000), _CLOSE_SECONDS)
            except (OSError, TimeoutError, RuntimeError):
                _log.debug("the old socket could not be closed")

    async def _closed(self) -> None:
        # discord.py would say that it is ready after it was closed, and fail in that.
        ready = getattr(self._client._connection, "_ready_task", None)  # noqa: SLF001
        if ready is not None:
            ready.cancel()
        try:
            await asyncio.wait_for(self._client.close(), _CLOSE_SECONDS)
        except (OSError, TimeoutError, discord.DiscordException):
            _log.debug("the connection to Discord could not be closed in time")

    async def _synced(self) -> None:
        """Tell Discord of the commands; as long as it does not listen, again."""
        wait = 1.0
        application = self._client.application_id or self._desk.me
        while True:
            try:
                await sync(self._tree, self._rest, application, self._connection.guilds)
            except Exception as error:
                if outcome_of(error) is None:
                    raise
                wait = min(LONGEST_WAIT, 2 * wait)
                _log.error("Discord does not take the commands; tried again in %.0f s", wait)
                await asyncio.sleep(wait)
            else:
                return

    async def _resume(self) -> None:
        """Answer what an earlier process took on and did not finish."""
        for left in await self._desk.intake.left():
            read: dict[str, Any] = json.loads(left.payload)
            if "token" in read:
                act = Act(**read)
                work: Work = partial(self._journeys.carry_out, act, again=True)
            else:
                said = Said(**read)
                work = partial(self._journeys.asking.answer, said, left.at)
            self._desk.intake.begin_again(left.key, work, self._workers)

    async def _kept(self, key: str, payload: str, work: Work) -> None:
        """Take something on; the platform may be told that it arrived when this returns."""
        await self._desk.intake.begin_once(key, payload, work, self._workers)

    async def _take(
        self, interaction: Interaction, name: str, *, private: bool = True, **options: Any
    ) -> None:
        if not await self._is_served(interaction):
            await interaction.response.send_message(_NOT_HERE, ephemeral=True)
            return
        # An option may be called `name` too.
        options = {key.rstrip("_"): value for key, value in options.items()}
        act = act_of(interaction, self._rights, name, private=private, options=options)
        acknowledged = asyncio.Event()

        async def work() -> None:
            await acknowledged.wait()
            await self._journeys.carry_out(act)

        try:
            await self._kept(act.key, act.written(), work)
            await self._journeys.acknowledge(interaction, private=private)
        finally:
            acknowledged.set()

    async def _is_served(self, interaction: Interaction) -> bool:
        return await self._desk.people.is_served(interaction.user.id, interaction.guild_id)

    async def _on_message(self, message: discord.Message) -> None:
        said = said_of(message, self._desk.me)
        if said is None:
            return
        asking = self._journeys.asking
        if not (asking.is_addressed(said) or await asking.goes_on(said)):
            return
        guild = None if message.guild is None else message.guild.id
        if await self._desk.people.is_served(said.user, guild):
            await self._kept(said.key, said.written(), lambda: asking.answer(said))

    async def _on_interaction(self, interaction: Interaction) -> None:
        kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if interaction.type not in kinds or not await self._is_served(interaction):
            return
        if self._desk.intake.is_new(f"discord:interaction/{interaction.id}"):
            await self._journeys.pressed(interaction)

    async def _on_ready(self) -> None:
        self.greeted()
        await self._presence.show()


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel a task until it ends.

    discord.py connects under `asyncio.wait_for`, which in Python 3.11 forgets that it was cancelled
    when what it waits for comes at the same moment.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_CANCEL_SECONDS)
