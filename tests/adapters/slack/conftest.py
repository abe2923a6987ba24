"""A workspace of the tests' own, and Dateline in it: the real program on the real libraries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest

from adapters.slack.client import SlackAdapter
from adapters.slack.connecting import Connection
from adapters.slack.receiving import route
from adapters.web.server import serving
from bot.app import App, assembled, utc_now
from bot.config import read_settings
from bot.delivering import Deliverer
from bot.sending import Surroundings
from tests.doubles.slack import SlackDouble

ANN, BOB, ZOE = "U0ANN", "U0BOB", "U0ZOE"
"""An admin of the workspace, the creator of a channel, and a reader."""
NEWS, PORTS, AWAY = "C0NEWS", "C0PORTS", "C0AWAY"
"""A channel that sees `main`, one that sees `sea` too, and one that Dateline is not in."""

CONFIG = f"""[answers]
min_confidence = 0.3

[channels."slack:{PORTS}"]
collections = ["main", "sea"]
"""


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Return a workspace; whatever happens in it must have been acknowledged."""
    async with SlackDouble() as made:
        made.user(ANN, name="ann", admin=True, tz="Europe/Berlin")
        made.user(BOB, name="bob")
        made.user(ZOE, name="zoe", tz="America/New_York")
        for channel, name in ((NEWS, "news"), (PORTS, "ports"), (AWAY, "away")):
            everybody = {ANN, BOB, ZOE}
            made.channel(channel, name=name, creator=BOB, members=everybody, bot_in=channel != AWAY)
        yield made
        assert made.unacknowledged == []


@pytest.fixture
def app(loaded: Path, tmp_path: Path) -> Iterator[App]:
    """Return the program with three articles in `main`."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    with assembled(read_settings(file), loaded, stays=True) as made:
        yield made


@asynccontextmanager
async def in_workspace(
    app: App,
    slack: SlackDouble,
    *,
    mode: Literal["socket", "http"] = "socket",
    delivering: bool = False,
) -> AsyncIterator[SlackAdapter]:
    """Run Dateline in a workspace until the block ends."""
    adapter = SlackAdapter(
        Connection(
            mode=mode,
            api_url=slack.api_url,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            signing_secret=slack.signing_secret,
        ),
        handler=app.commands,
        grants=app.timetable.grants,
        inbox=app.inbox,
        conversations=app.keeping,
        uploads=app.uploads,
        now=utc_now,
    )
    messenger = await adapter.connect()
    routes = [route(slack.signing_secret, lambda: adapter.app)] if mode == "http" else []
    async with serving("127.0.0.1", 0, routes) as port:
        slack.http_target = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
        tasks = [asyncio.create_task(adapter.run())]
        if delivering:
            deliverer = Deliverer(
                app.outbox,
                {"slack": messenger},
                app.occasions,
                Silent(),
                Surroundings(poll_seconds=0.05),
            )
            app.occasions.added = deliverer.wake
            tasks.append(asyncio.create_task(deliverer.run()))
        if mode == "socket":
            await slack.until(lambda: slack.sockets)
        try:
            yield adapter
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Silent:
    """Tells nobody of what became of deliveries."""

    async def tell(self, alert: object) -> None:
        """Let it pass."""


@pytest.fixture(params=["socket", "http"])
async def dateline(
    request: pytest.FixtureRequest, app: App, slack: SlackDouble
) -> AsyncIterator[SlackAdapter]:
    """Run Dateline in the workspace, in either mode."""
    async with in_workspace(app, slack, mode=request.param) as adapter:
        yield adapter
