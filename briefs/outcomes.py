"""What may come of sending a part and of looking for one, and what a platform bears."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The platform has the part."""

    remote_id: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The platform did not take the part, for certain, and says when it may."""

    retry_after: float
    """In seconds."""
    reason: str = "the platform asked to wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The platform did not take the part, for certain."""

    reason: str
    permanent: bool = True
    """Whether trying again is of no use: the channel is gone, or may not be posted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The platform may have taken the part or not: no answer, a reset, a 5xx."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The part was looked for, and is there."""

    remote_id: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The part was looked for, and is not there, for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What was posted cannot be read, now or later."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """What was posted cannot be read at this moment."""

    reason: str
    retry_after: float | None = None
    """In seconds."""


SendOutcome: TypeAlias = Sent | Refused | Failed | Unknown
LookOutcome: TypeAlias = Found | Absent | Unreadable | NotNow | Failed
"""`Failed` if permanent: there is no such channel any more. Else it is as `NotNow`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a platform bears."""

    length: int | None = None
    """Characters of a body; None: any."""
    interval_seconds: float = 0.0
    """Between two posts in one channel."""
    timeout_seconds: float = 30.0
    """The longest that one whole request may last; then it is cut off."""

    @property
    def lease(self) -> timedelta:
        """How long a claim holds unless it is renewed."""
        return timedelta(seconds=min(30.0, max(1.0, self.timeout_seconds)))

    @property
    def quiet(self) -> timedelta:
        """After how long a request that was begun cannot post anything any more."""
        return timedelta(seconds=1.25 * self.timeout_seconds + 1.0)
