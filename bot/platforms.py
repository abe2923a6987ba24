"""The chat platforms that the bot is on: what each needs, and its life within `dateline run`.

The libraries of a platform are imported where it is on: those of both take a fifth of a start.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.chat_desk import ChatPorts
from bot.app import App, utc_now
from bot.config import Settings
from bot.secrets import secret
from briefs.delivering_ports import Messenger
from briefs.errors import ConfigurationError

if TYPE_CHECKING:
    from aiohttp import web

    from adapters.discord.connecting import Connection as DiscordConnection
    from adapters.slack.connecting import Connection

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Platforms:
    """What runs beside the clock and the deliveries."""

    messengers: dict[str, Messenger] = field(default_factory=dict)
    """By platform; one that is not connected yet is not there yet."""
    routes: "list[web.RouteDef]" = field(default_factory=list)
    """What is served over HTTP."""
    lives: dict[str, Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=dict)
    """What is to run, by its name."""
    connected: dict[str, Callable[[], bool]] = field(default_factory=dict)
    """By platform that is on: whether it is connected."""


def platforms_of(settings: Settings, app: App, connected: Callable[[], None]) -> Platforms:
    """Return the platforms that are on; nothing is connected yet.

    Args:
        settings: What is configured.
        app: The program.
        connected: Is called when something can be delivered that could not before.

    Raises:
        ConfigurationError: A secret is missing, or what a platform needs is off.
    """
    found = Platforms()
    if settings.slack.enabled:
        _add_slack(found, settings, app, connected)
    if settings.discord.enabled:
        _add_discord(found, settings, app, connected)
    return found


def slack_connection(settings: Settings) -> "Connection":
    """Return how Slack is reached.

    Raises:
        ConfigurationError: A secret is missing, or stands where another belongs.
    """
    from adapters.slack.connecting import Connection, checked  # noqa: PLC0415

    slack = settings.slack
    if slack.mode == "http" and not settings.web.enabled:
        raise ConfigurationError(
            'slack.mode = "http" needs the web server: set enabled = true under [web], or use '
            'mode = "socket".'
        )
    return checked(
        Connection(
            mode=slack.mode,
            api_url=slack.api_url,
            bot_token=secret("SLACK_BOT_TOKEN"),
            app_token=secret("SLACK_APP_TOKEN"),
            signing_secret=secret("SLACK_SIGNING_SECRET"),
            admins=frozenset(slack.admins),
            file_bytes=settings.limits.file_bytes,
        )
    )


def discord_connection(settings: Settings) -> "DiscordConnection":
    """Return how Discord is reached.

    Raises:
        ConfigurationError: The token is missing, or cannot be one.
    """
    from adapters.discord.connecting import Connection, checked  # noqa: PLC0415

    discord = settings.discord
    channels = settings.grants.channels
    return checked(
        Connection(
            token=secret("DISCORD_BOT_TOKEN"),
            api_url=discord.api_url,
            gateway_url=discord.gateway_url,
            cdn_url=discord.cdn_url,
            guilds=frozenset(map(int, discord.guilds)),
            admin_roles=frozenset(map(int, discord.admin_roles)),
            file_bytes=settings.limits.file_bytes,
            reads_all=any(
                name.startswith("discord:") and each.answers_all for name, each in channels.items()
            ),
        )
    )


def chat_ports(app: App) -> ChatPorts:
    """Return what the program gives to the adapter of a chat platform."""
    return ChatPorts(
        handler=app.commands,
        grants=app.timetable.grants,
        inbox=app.inbox,
        conversations=app.keeping,
        uploads=app.uploads,
        now=utc_now,
        links=app.links,
    )


def _add_discord(
    found: Platforms, settings: Settings, app: App, connected: Callable[[], None]
) -> None:
    from adapters.discord.client import DiscordAdapter  # noqa: PLC0415

    adapter = DiscordAdapter(discord_connection(settings), chat_ports(app))
    adapter.greeted = lambda: app.meter.connected("discord")

    async def live() -> None:
        found.messengers["discord"] = await adapter.connect()
        connected()
        await adapter.run()

    found.lives["Discord"] = live
    found.connected["discord"] = lambda: adapter.online


def _add_slack(
    found: Platforms, settings: Settings, app: App, connected: Callable[[], None]
) -> None:
    from adapters.slack.client import SlackAdapter  # noqa: PLC0415
    from adapters.slack.receiving import route  # noqa: PLC0415

    connection = slack_connection(settings)
    adapter = SlackAdapter(connection, chat_ports(app))
    adapter.greeted = lambda: app.meter.connected("slack")
    if connection.mode == "http":
        found.routes.append(route(connection.signing_secret, lambda: adapter.app))

    async def live() -> None:
        found.messengers["slack"] = await adapter.connect()
        connected()
        await adapter.run()

    found.lives["Slack"] = live
    found.connected["slack"] = lambda: adapter.online
