"""Posting an answer once: waiting where a platform asks for it, looking before posting again."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from briefs.outcomes import (
    Failed,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    Refused,
    SendOutcome,
    Sent,
    Unknown,
    Unreadable,
)

TRIES = 12
"""How often a message is tried to be posted, over some minutes."""

CLOCKS = timedelta(minutes=5)
"""By how much a platform's clock may differ from ours."""

_LOOK_AFTER = 1.0
_LONGEST_WAIT = 30.0
_KEY_CHARACTERS = 25

_log = logging.getLogger(__name__)


class Unpostable(Exception):  # noqa: N818 - it is what became of it, not an error of ours
    """A message cannot be posted where it was to be; says why."""

    def __init__(self, reason: str, *, for_good: bool = True) -> None:
        """Take why, and whether trying again later is of no use."""
        super().__init__(reason)
        self.for_good = for_good


async def posted_once(
    post: Callable[[], Awaitable[SendOutcome]],
    find: Callable[[datetime], Awaitable[LookOutcome]],
    limits: Limits,
    *,
    since: datetime | None = None,
    again_for: timedelta = timedelta(0),
) -> str:
    """Post a message until it is there, and return its remote id, empty where that is not known.

    Args:
        post: Posts it once.
        find: Looks for it among what was posted since a time.
        limits: What the platform bears.
        since: When it may have been posted first: an earlier process may have begun.
        again_for: So long the platform itself makes no second message of a second post.

    Raises:
        Unpostable: The platform does not take it, or cannot be reached for long.
    """
    begun = since or datetime.now(UTC)
    doubt, looked, reason = since is not None, False, ""
    for attempt in range(TRIES):
        if doubt:
            found = await _found(find, begun - CLOCKS, limits, wait=looked)
            looked = True
            if found is not None:
                return found
        outcome = await post()
        match outcome:
            case Sent():
                return outcome.remote_id or ""
            case Failed(permanent=True):
                raise Unpostable(outcome.reason)
            case Refused():
                _log.info("a message waits for %.0f s: %s", outcome.retry_after, outcome.reason)
                await asyncio.sleep(outcome.retry_after)
            case Failed() | Unknown():
                _log.warning("a message waits: %s", outcome.reason)
                is_unknown = isinstance(outcome, Unknown)
                doubt = doubt or (is_unknown and datetime.now(UTC) - begun >= again_for)
                # The first look comes at once, and what it waits for is part of it.
                looked = looked or doubt
                await asyncio.sleep(min(_LONGEST_WAIT, 0.5 * 2**attempt))
        reason = outcome.reason
    raise Unpostable(reason, for_good=False)


async def _found(
    find: Callable[[datetime], Awaitable[LookOutcome]],
    since: datetime,
    limits: Limits,
    *,
    wait: bool,
) -> str | None:
    """Look for a message that may have been posted; None: it was not, as far as is known."""
    give_up = time.monotonic() + (limits.quiet.total_seconds() if wait else 0.0)
    while True:
        looked = await find(since)
        match looked:
            case Found():
                return looked.remote_id or ""
            case Unreadable():
                # Twice is worse than a question that is asked again.
                _log.warning("it cannot be looked for: %s", looked.reason)
                return "" if wait else None
            case NotNow():
                await asyncio.sleep(min(_LONGEST_WAIT, looked.retry_after or 2.0))
                if time.monotonic() > give_up + limits.timeout_seconds:
                    return None
                continue
            case _:
                pass
        # What was sent may still be on its way, until the request's whole time has run out.
        if time.monotonic() >= give_up:
            return None
        await asyncio.sleep(min(_LOOK_AFTER, max(0.0, give_up - time.monotonic())))


def as_look(outcome: Refused | Failed | Unknown) -> LookOutcome:
    """Return what an error means for a request that looks for something."""
    match outcome:
        case Refused():
            return NotNow(reason=outcome.reason, retry_after=outcome.retry_after)
        case Failed(permanent=True):
            return Unreadable(reason=outcome.reason)
        case _:
            return NotNow(reason=outcome.reason)


def key_of(name: str) -> str:
    """Return a short key for a name that only it has; Discord's nonce may have 25 characters."""
    return hashlib.sha256(name.encode()).hexdigest()[:_KEY_CHARACTERS]


async def quietly(work: Awaitable[object]) -> None:
    """Wait for something that nobody misses if it fails: a sign of work, for example."""
    with suppress(Exception):
        await work
