"""Trying what `dateline run` would need of Slack, for whoever sets it up."""

import asyncio
from collections.abc import Iterable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.connecting import Connection, check_app_token, identified
from adapters.slack.errors import told
from adapters.slack.manifest import SCOPES
from briefs.errors import ConfigurationError

PATIENCE_SECONDS = 15.0


async def _is_member(client: AsyncWebClient, channel: str) -> bool:
    """Say whether Dateline can post in a channel, as far as Slack tells."""
    if channel.startswith("D"):
        return True
    try:
        reply = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        return told(error).code not in {"channel_not_found", "missing_scope"}
    return bool((reply.get("channel") or {}).get("is_member", True))


async def tried(connection: Connection, channels: Iterable[str] = ()) -> str:
    """Return who Dateline is in the workspace, after tokens, scopes and channels were tried.

    Args:
        connection: How Slack is reached.
        channels: The ids of channels that are to be posted to.

    Raises:
        ConfigurationError: Slack does not accept a token, cannot be reached, or gives less than the
            manifest asks for.
    """
    client = connection.client()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            me = await identified(client)
            if connection.mode == "socket":
                await check_app_token(client, connection.app_token)
            reply = await client.auth_test()
            unseen = [each for each in channels if not await _is_member(client, each)]
    except TimeoutError as error:
        raise ConfigurationError(
            f"Slack cannot be reached at {connection.api_url}; is there a network, or a proxy?"
        ) from error
    except SlackApiError as error:
        raise ConfigurationError(f"Slack answered: {told(error).reason}.") from error
    granted = {name.casefold(): value for name, value in (reply.headers or {}).items()}
    scopes = granted.get("x-oauth-scopes")
    missing = sorted(set(SCOPES) - set(str(scopes or "").replace(" ", "").split(",")))
    # A server that only speaks the protocol may not say what is granted.
    if scopes and missing:
        raise ConfigurationError(
            f"the app lacks the scopes {', '.join(missing)}; paste docs/slack-manifest.yaml again "
            "and reinstall it to the workspace"
        )
    if unseen:
        raise ConfigurationError(
            f"Dateline is not in {', '.join(unseen)}; type there: /invite @{me.name}"
        )
    return f"{me.name} in {me.url}, {connection.mode} mode"
