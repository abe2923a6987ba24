"""The outside of a delivery: a chat platform that loses requests and replies."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from briefs.outcomes import (
    Absent,
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
from briefs.parts import Part
from tests.delivery.virtual_time import VirtualTimeLoop


class Fate(Enum):
    """What happens to one request to post."""

    WELL = "well"
    SLOW = "slow"
    """Posted, and answered much later."""
    LOST_REPLY = "lost reply"
    """Posted, and never answered."""
    LOST_REQUEST = "lost request"
    """Never answered, and not posted."""
    RESET = "reset"
    """Posted a moment after the connection broke."""
    BROKEN = "broken"
    """A 5xx, and not posted."""
    REFUSED = "refused"
    FORBIDDEN = "forbidden"


class Sight(Enum):
    """What happens to one request to read what was posted."""

    WELL = "well"
    SLOW = "slow"
    LOST = "lost"
    NOT_NOW = "not now"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message as people see it."""

    key: str
    body: str
    at: datetime


@dataclass(slots=True)
class Platform:
    """Keeps what is posted, and mistreats requests as it is told to."""

    loop: VirtualTimeLoop
    random: Random
    fates: Callable[[], Fate] = lambda: Fate.WELL
    sights: Callable[[], Sight] = lambda: Sight.WELL
    limits: Limits = field(default_factory=lambda: Limits(interval_seconds=1.0))
    ahead: timedelta = timedelta()
    """By how much its clock is ahead of ours."""
    posted: dict[str, list[Posted]] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Take a request to post."""
        del root
        fate = self.fates()
        self.requests[fate.value] += 1
        longest = self.limits.timeout_seconds
        await asyncio.sleep(self.random.uniform(0, 0.3))
        match fate:
            case Fate.REFUSED:
                return Refused(retry_after=self.random.uniform(0, 40))
            case Fate.FORBIDDEN:
                return Failed(reason="403 missing access")
            case Fate.BROKEN:
                return Unknown(reason="502")
            case Fate.LOST_REQUEST:
                await asyncio.sleep(2 * longest)
        # From here on it is posted, whatever becomes of who asked for it.
        landing = 0.0 if fate is Fate.WELL else self.random.uniform(0, 0.9 * longest)
        if fate is Fate.LOST_REQUEST:
            return Unknown(reason="nobody waits for this")
        self.loop.call_later(landing, self._post, channel, part)
        if fate is Fate.RESET:
            await asyncio.sleep(landing / 2)
            return Unknown(reason="connection reset")
        await asyncio.sleep(2 * longest if fate is Fate.LOST_REPLY else landing + 0.1)
        return Sent(remote_id=f"m-{part.key}", link=f"https://chat.example/{part.key}")

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Take a request to read what was posted."""
        del root
        sight = self.sights()
        self.requests[f"look: {sight.value}"] += 1
        await asyncio.sleep(self.random.uniform(0, 0.3))
        # As it is now: a slow answer is old when it arrives.
        there = [
            each
            for each in self.posted.get(channel, ())
            if each.key == part.key and each.at + self.ahead >= since
        ]
        match sight:
            case Sight.LOST:
                await asyncio.sleep(2 * self.limits.timeout_seconds)
            case Sight.SLOW:
                await asyncio.sleep(self.random.uniform(0, self.limits.timeout_seconds))
            case Sight.NOT_NOW:
                return NotNow(reason="503", retry_after=self.random.uniform(0, 60))
            case Sight.UNREADABLE:
                return Unreadable(reason="403 missing history")
        return Found(remote_id=f"m-{part.key}") if there else Absent()

    def _post(self, channel: str, part: Part) -> None:
        message = Posted(key=part.key, body=part.body, at=self.loop.now())
        self.posted.setdefault(channel, []).append(message)
