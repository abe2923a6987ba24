"""Whether Slack can reach Dateline, and how often it had to be connected."""

import asyncio

from adapters.slack.client import SlackAdapter
from adapters.slack.connecting import Connection
from bot.app import App
from bot.platforms import chat_ports
from tests.doubles.slack import SlackDouble


async def test_each_socket_is_counted(app: App, slack: SlackDouble) -> None:
    """The first one and each after it; online only once there is one."""
    greetings: list[str] = []
    adapter = SlackAdapter(
        Connection(
            mode="socket",
            api_url=slack.api_url,
            bot_token=slack.bot_token,
            app_token=slack.app_token,
        ),
        chat_ports(app),
    )
    adapter.greeted = lambda: greetings.append("hello")
    await adapter.connect()
    seen = [adapter.online]
    running = asyncio.create_task(adapter.run())
    try:
        await slack.until(lambda: greetings)
        seen.append(adapter.online)
        await slack.refresh_sockets()
        await slack.until(lambda: greetings[1:])
        seen.append(adapter.online)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(greetings) == 2
    assert [*seen, adapter.online] == [False, True, True, False]
