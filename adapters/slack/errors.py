"""What Slack's errors mean: what may pass, what stays, and what nobody can know."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from briefs.outcomes import Failed, Refused, Unknown

_WORDS = {
    "channel_not_found": "the channel is not there, or Dateline may not see it; invite it with "
    "/invite @Dateline",
    "not_in_channel": "Dateline is not in the channel; invite it with /invite @Dateline",
    "is_archived": "the channel is archived",
    "account_inactive": "the app was removed from the workspace; install it again",
    "token_revoked": "the token was revoked; install the app again",
    "token_expired": "the token has expired; install the app again",
    "invalid_auth": "Slack does not accept the token",
    "not_authed": "Slack was given no token",
    "missing_scope": "the app lacks a scope; install it again with docs/slack-manifest.yaml",
    "restricted_action": "who administers the workspace does not let the app post there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "user_not_found": "there is no such person any more",
    "cannot_dm_bot": "a bot cannot be written to",
}

_DOUBTFUL = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
"""Slack says nothing of whether it was done."""

_USUAL_WAIT = 30.0
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an error of Slack says."""

    code: str
    status: int = 200
    retry_after: float | None = None
    needed: str | None = None
    """The scope that is missing."""

    @property
    def reason(self) -> str:
        """What it means, for a person."""
        if self.needed:
            return (
                f"the app lacks the scope {self.needed}; install it again with "
                "docs/slack-manifest.yaml"
            )
        return _WORDS.get(self.code, f"Slack refused it ({self.code})")


def told(error: SlackApiError) -> Told:
    """Return what an error of Slack says."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 200
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    headers = getattr(response, "headers", None) or {}
    return Told(
        code=str(data.get("error") or ("ratelimited" if status == 429 else "unknown_error")),  # noqa: PLR2004
        status=int(status),
        retry_after=_seconds(headers.get("Retry-After")),
        needed=data.get("needed") if isinstance(data.get("needed"), str) else None,
    )


def outcome_of(error: Exception) -> Refused | Failed | Unknown | None:
    """Return what an error means for a request that posts; None: it is none of Slack's."""
    if isinstance(error, SlackApiError):
        said = told(error)
        if said.code in {"ratelimited", "rate_limited"} or said.status == 429:  # noqa: PLR2004
            return Refused(retry_after=said.retry_after or _USUAL_WAIT, reason="Slack asks to wait")
        if said.status >= _SERVER_ERROR or said.code in _DOUBTFUL or said.code == "unknown_error":
            return Unknown(reason=f"Slack answered with an error ({said.status}, {said.code})")
        return Failed(reason=said.reason)
    if isinstance(error, aiohttp.ClientConnectorError):
        # No connection came about, so that nothing was asked.
        return Failed(reason="Slack cannot be reached", permanent=False)
    if isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError | SlackClientError):
        return Unknown(reason=f"Slack gave no answer ({type(error).__name__})")
    return None


def _seconds(stated: object) -> float | None:
    try:
        return max(1.0, float(str(stated)))
    except ValueError:
        return None
