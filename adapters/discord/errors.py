"""What Discord's errors mean: what may pass, what stays, and what nobody can know."""

import asyncio

import aiohttp
import discord

from briefs.outcomes import Failed, Refused, Unknown

BAN_SECONDS = 600.0
"""How long the address is refused once what stands before Discord refuses it."""

GONE = frozenset({10015, 10062, 50027})
"""An interaction's token is not good any more: unknown webhook, unknown interaction, invalid."""

NO_HISTORY = 160002
"""A message cannot be replied to where the history may not be read."""

ACKNOWLEDGED = 40060
"""An interaction was responded to already."""

_WORDS = {
    10003: "the channel is not there any more",
    10004: "Dateline is not in the server any more",
    50001: "Dateline may not see the channel; give it View Channel",
    50007: "this person takes no direct messages",
    50013: "Dateline may not post there; give it View Channel, Send Messages and Embed Links",
    50083: "the thread is archived",
    30046: "Discord lets it be changed no more at the moment",
}

_TOO_MANY, _SERVER_ERROR, _UNAUTHORIZED = 429, 500, 401
_USUAL_WAIT = 5.0


class Held(Exception):  # noqa: N818 - it is what became of it, not an error of ours
    """Nothing is asked of Discord for a while, because Discord would count it against the bot."""

    def __init__(self, retry_after: float) -> None:
        """Take for how many seconds."""
        super().__init__(f"nothing is asked of Discord for {retry_after:.0f} s")
        self.retry_after = retry_after


def outcome_of(error: BaseException) -> Refused | Failed | Unknown | None:
    """Return what an error means for a request that posts; None: it is none of Discord's."""
    if isinstance(error, Held | discord.RateLimited):
        return Refused(retry_after=max(1.0, error.retry_after), reason="Discord asks to wait")
    if isinstance(error, discord.HTTPException):
        return _refusal(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        # No connection came about, so that nothing was asked.
        return Failed(reason="Discord cannot be reached", permanent=False)
    if isinstance(error, RuntimeError) and str(error) == "Session is closed":
        # The client is between two connections.
        return Failed(reason="Dateline is not connected to Discord", permanent=False)
    if isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return Unknown(reason=f"Discord gave no answer ({type(error).__name__})")
    return None


def is_ban(error: discord.HTTPException) -> bool:
    """Say whether what stands before Discord refused it, because the address is banned."""
    return error.status == _TOO_MANY and not error.response.headers.get("Via")


def _refusal(error: discord.HTTPException) -> Refused | Failed | Unknown:
    if error.status == _TOO_MANY:
        seconds = BAN_SECONDS if is_ban(error) else _USUAL_WAIT
        return Refused(retry_after=seconds, reason="Discord asks to wait")
    if error.status >= _SERVER_ERROR:
        return Unknown(reason=f"Discord answered with an error ({error.status})")
    if error.status == _UNAUTHORIZED and error.code not in GONE:
        return Failed(reason="Discord does not accept the token; copy it again")
    return Failed(reason=_WORDS.get(error.code, f"Discord refused it ({error.code})"))
