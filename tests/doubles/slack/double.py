"""The server itself."""

from typing import Any, Self

from aiohttp import web

from tests.doubles.slack import conversations, messages, modals
from tests.doubles.slack.answers import ResponseUrls
from tests.doubles.slack.delivery import Answer
from tests.doubles.slack.files import Files
from tests.doubles.slack.interacting import Interacting
from tests.doubles.slack.nouns import Acked, Json
from tests.doubles.slack.web_api import WebApi

_MOST_BYTES = 64 * 1024 * 1024


class SlackDouble(Interacting):
    """A Slack workspace behind a local server, as long as it is entered.

    Args:
        port: where to listen on 127.0.0.1; 0: any free port
        settings: see Workspace
    """

    def __init__(self, *, port: int = 0, **settings: Any) -> None:
        super().__init__(**settings)
        self._port = port
        self._runners: list[web.AppRunner] = []

    @property
    def api_url(self) -> str:
        """Return the base_url of a client."""
        return f"{self.base}/api/"

    async def __aenter__(self) -> Self:
        methods = {
            **messages.METHODS,
            **conversations.METHODS,
            **modals.METHODS,
            **self.sockets.methods,
        }
        files = Files(self)
        app = web.Application(client_max_size=_MOST_BYTES)
        app.add_routes(
            [
                web.route("*", "/api/{method}", WebApi(self, methods).answer),
                web.get("/link/", self.sockets.connect),
                web.post("/actions/{team}/{name}", ResponseUrls(self).answer),
                web.get("/files-pri/{file}/{name}", files.answer),
                web.get("/files-pri/{file}/download/{name}", files.answer),
            ]
        )
        other = web.Application()
        other.add_routes([web.get("/{file}/{name}", files.elsewhere)])
        self.base = await self._listen(app, self._port)
        self.other_base = await self._listen(other, 0)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.stop_telling()
        self.sockets.drop()
        await self.delivery.close()
        for runner in self._runners:
            await runner.cleanup()

    async def _listen(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def drop_sockets(self) -> None:
        """Break every socket without a word."""
        self.sockets.drop()

    async def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew; with the reason `warning` nothing is closed yet."""
        await self.sockets.refresh(reason)

    def mute_sockets(self) -> None:
        """Let the sockets that are open fall silent: stale."""
        self.sockets.mute()

    def signed(
        self, body: bytes, *, at: float | None = None, secret: str | None = None
    ) -> dict[str, str]:
        """Return the headers that sign a body, at another time or with another secret."""
        return self.delivery.signed(body, at=at, secret=secret)

    async def post_raw(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Post anything to http_target, and return what the app's server answers."""
        return await self.delivery.post(body, headers)

    async def verify_url(self) -> Acked:
        """Ask the app's server to prove itself, as when its address is entered."""
        challenge: Json = {"type": "url_verification", "token": "x", "challenge": "c-1"}
        challenge["event_id"] = self.new_id("Ev")
        acked = await self.delivery.redelivered(challenge, 0, "")
        assert acked.payload in ({"challenge": "c-1"}, {"text": "c-1"}), acked
        return acked
