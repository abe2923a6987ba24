"""What goes wrong between an app and Slack, queued per method of the Web API."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.doubles.slack.nouns import Json


@dataclass(frozen=True, slots=True)
class RateLimited:
    """429, to be tried again after so many whole seconds."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class LostReply:
    """It is done, then the connection is dropped without an answer."""


@dataclass(frozen=True, slots=True)
class LostRequest:
    """The connection is dropped, and nothing is done."""


@dataclass(frozen=True, slots=True)
class ServerError:
    """A page of HTML with a 5xx status; nothing is done."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class ApiError:
    """Slack refuses with this error; nothing is done."""

    error: str
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slow:
    """It is done after so many seconds."""

    seconds: float


Fault = RateLimited | LostReply | LostRequest | ServerError | ApiError | Slow


class Refusal(Exception):  # noqa: N818 - it is no error of this program
    """What Slack answers with ok: false."""

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


class Faults:
    """The faults that the next calls meet, first come first served."""

    def __init__(self) -> None:
        self._queued: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Let the next calls of a method meet a fault."""
        self._queued[method].extend([fault] * times)

    def meet(self, method: str) -> Fault | None:
        """Return and use up the next fault of a method."""
        return self._queued[method].popleft() if self._queued[method] else None

    def clear(self) -> None:
        """Forget every fault that nothing met yet."""
        self._queued.clear()
