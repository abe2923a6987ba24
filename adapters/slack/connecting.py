"""Connecting to Slack: tokens are tried at the start, and what is wrong with one is said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.desk import Identity
from adapters.slack.errors import outcome_of, told
from briefs.errors import ConfigurationError
from briefs.outcomes import Refused

REQUEST_SECONDS = 15

_LONGEST_WAIT = 60.0
_TOKENS = {
    "bot": ("SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions → Bot User OAuth Token"),
    "app": ("SLACK_APP_TOKEN", "xapp-", "Basic Information → App-Level Tokens"),
    "signing": ("SLACK_SIGNING_SECRET", "", "Basic Information → Signing Secret"),
}
_WRONG = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "missing_scope",
        "no_permission",
        "invalid_app_id",
        "ekm_access_denied",
        "org_login_required",
        "team_access_not_granted",
    }
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Connection:
    """How Slack is reached, and with which secrets: without a repr, so that none is shown."""

    mode: Literal["socket", "http"]
    api_url: str
    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    admins: frozenset[str] = frozenset()
    file_bytes: int = 20_000_000

    def client(self) -> AsyncWebClient:
        """Return a client that tries nothing again by itself: a post must not come twice."""
        return AsyncWebClient(
            token=self.bot_token,
            base_url=self.api_url,
            timeout=REQUEST_SECONDS,
            retry_handlers=[],
            logger=logging.getLogger("adapters.slack.web"),
        )


def checked(connection: Connection) -> Connection:
    """Return a connection whose secrets look like what they are to be.

    Raises:
        ConfigurationError: One is missing, or stands where another belongs.
    """
    wanted = {"bot": connection.bot_token}
    if connection.mode == "socket":
        wanted["app"] = connection.app_token
    else:
        wanted["signing"] = connection.signing_secret
    for which, given in wanted.items():
        name, prefix, where = _TOKENS[which]
        if not given:
            raise ConfigurationError(
                f"Slack is on, and {name} is not set. Slack shows it under {where}; "
                "docs/slack.md leads there."
            )
        if prefix and not given.startswith(prefix):
            raise ConfigurationError(
                f"{name} is not the token that belongs there: it begins with {prefix}. Slack shows "
                f"it under {where}."
            )
    return connection


async def identified(client: AsyncWebClient) -> Identity:
    """Return who Dateline is in the workspace.

    Raises:
        ConfigurationError: Slack does not accept the bot token.
    """
    reply = await _asked("SLACK_BOT_TOKEN", client.auth_test)
    return Identity(
        user=str(reply["user_id"]),
        team=str(reply.get("team_id") or ""),
        url=str(reply.get("url") or "https://slack.com/"),
        name=str(reply.get("user") or "Dateline"),
    )


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Try the token that sockets are opened with.

    Raises:
        ConfigurationError: Slack does not accept it, or it lacks its scope.
    """
    await _asked("SLACK_APP_TOKEN", lambda: client.apps_connections_open(app_token=app_token))


async def renewing_tickets(client: SocketModeClient, seconds: float) -> None:
    """Let a socket that does not open for long be opened with another ticket, until cancelled.

    A ticket lasts for half a minute, and slack_sdk would try the same one for ever.
    """
    while True:
        await asyncio.sleep(seconds)
        if not await client.is_connected():
            client.wss_uri = None


async def _asked(name: str, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Return what Slack says; wait as long as it cannot be reached: it may be the network."""
    wait = 1.0
    while True:
        try:
            return await ask()
        except SlackApiError as error:
            said = told(error)
            if said.code in _WRONG:
                needs = f"; it needs the scope {said.needed}" if said.needed else ""
                raise ConfigurationError(
                    f"Slack does not accept {name} ({said.code}{needs}). Copy it again from the "
                    "app's page; docs/slack.md leads there."
                ) from error
            outcome = outcome_of(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            outcome = outcome_of(error)
        wait = min(_LONGEST_WAIT, 2 * wait)
        seconds = outcome.retry_after if isinstance(outcome, Refused) else wait
        reason = outcome.reason if outcome is not None else "no answer"
        _log.error("no connection to Slack yet: %s; tried again in %.0f s", reason, seconds)
        await asyncio.sleep(seconds)
