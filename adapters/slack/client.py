"""The Slack adapter: the life of the connection, and what is taken on over it."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from adapters.chat_desk import ChatPorts
from adapters.intake import Intake, Work, Workers
from adapters.persisting import quietly
from adapters.slack.connecting import (
    Connection,
    check_app_token,
    identified,
    renewing_tickets,
)
from adapters.slack.desk import Desk
from adapters.slack.files import Downloads
from adapters.slack.incoming import message_of
from adapters.slack.listening import Listening
from adapters.slack.manifest import COMMANDS
from adapters.slack.people import People
from adapters.slack.posting import Poster, Posts, SlackMessenger

FINISH_SECONDS = 6.0
"""How long what is being answered may take to finish once the program is to stop."""

PING_SECONDS = 10.0
"""How often a socket is tried; after four unanswered ones it is stale, and another is opened."""

_log = logging.getLogger(__name__)


class SlackAdapter:
    """Dateline in one Slack workspace."""

    def __init__(self, connection: Connection, ports: ChatPorts) -> None:
        """Take how it is reached, and the ports; nothing is connected yet."""
        self.greeted: Callable[[], None] = lambda: None
        """Is called each time that Slack greets a new socket."""
        self._socket: AsyncSocketModeHandler | None = None
        self._connection = connection
        self._ports = ports
        self._app: AsyncApp | None = None

    @property
    def app(self) -> AsyncApp | None:
        """The app, for what receives Slack's requests in HTTP mode; None before it is connected."""
        return self._app

    @property
    def online(self) -> bool:
        """Whether Slack can reach Dateline, as far as is known here."""
        if self._connection.mode == "http":
            return self._app is not None
        session = None if self._socket is None else self._socket.client.current_session
        return session is not None and not session.closed

    async def connect(self) -> SlackMessenger:
        """Try the tokens, and return what delivers briefs.

        Raises:
            ConfigurationError: Slack does not accept a token.
        """
        client = self._connection.client()
        me = await identified(client)
        if self._connection.mode == "socket":
            await check_app_token(client, self._connection.app_token)
        posts = Posts(client, me.url)
        self._desk = Desk(
            ports=self._ports,
            client=client,
            me=me,
            people=People(client, me.team, self._connection.admins),
            poster=Poster(posts),
            intake=Intake(self._ports.inbox, "slack", self._ports.now),
            workers=Workers(),
            downloads=Downloads(client, self._connection.file_bytes),
        )
        self._listening = Listening(self._desk, self._connection, self._take)
        self._app = self._listening.app()
        _log.info("Slack: connected as %s", me.name)
        return SlackMessenger(posts)

    async def run(self) -> None:
        """Receive and answer until cancelled; then let what is being answered finish."""
        tasks = [asyncio.create_task(self._desk.intake.forget_hourly(), name="old requests")]
        socket: AsyncSocketModeHandler | None = None
        try:
            await self._resume()
            if self._connection.mode == "socket" and self._app is not None:
                socket = AsyncSocketModeHandler(
                    self._app,
                    self._connection.app_token,
                    logger=logging.getLogger("adapters.slack.socket"),
                    ping_interval=PING_SECONDS,
                )
                renewing = renewing_tickets(socket.client, 2 * PING_SECONDS)
                tasks.append(asyncio.create_task(renewing, name="new tickets"))
                socket.client.message_listeners.append(self._on_greeting)
                self._socket = socket
                await socket.connect_async()  # type: ignore[no-untyped-call]
            await asyncio.Event().wait()
        finally:
            for task in tasks:
                task.cancel()
            if socket is not None:
                await quietly(socket.close_async())  # type: ignore[no-untyped-call]
            await self._desk.workers.finish(FINISH_SECONDS)

    async def _resume(self) -> None:
        """Answer what an earlier process took on and did not finish."""
        for left in await self._desk.intake.left():
            try:
                body = json.loads(left.payload)
            except ValueError:
                body = None
            message = message_of(body) if isinstance(body, dict) else None
            if message is not None:
                work: Work = partial(self._listening.asking.answer, message, left.at)
                self._desk.intake.begin_again(left.key, work, self._desk.workers)
            elif isinstance(body, dict) and str(body.get("command")) in COMMANDS:
                work = partial(self._listening.carry_out, body, left.at)
                self._desk.intake.begin_again(left.key, work, self._desk.workers)
            else:
                _log.warning("%s cannot be read any more", left.key)
                await self._desk.intake.settle(left.key)

    async def _take(self, key: str, body: Mapping[str, Any], work: Work) -> None:
        """Take something on; the platform may be told that it arrived when this returns."""
        await self._desk.intake.begin_once(key, json.dumps(body), work, self._desk.workers)

    async def _on_greeting(self, _client: object, message: dict[str, Any], _raw: object) -> None:
        if message.get("type") == "hello":
            self.greeted()
