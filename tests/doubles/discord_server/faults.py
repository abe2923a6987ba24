"""What can go wrong between a bot and Discord, on purpose."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimited:
    """Answer 429 and do nothing."""

    retry_after: float = 0.1
    global_: bool = False
    shared: bool = False
    """A shared limit does not count as an invalid request."""


@dataclass(frozen=True, slots=True)
class LostRequest:
    """Break the connection before the request is read: nothing is done."""


@dataclass(frozen=True, slots=True)
class LostReply:
    """Do what is asked, then break the connection: nobody hears that it is done."""


@dataclass(frozen=True, slots=True)
class ServerError:
    """Answer 5xx and do nothing; with `done`, do what is asked and answer 5xx all the same."""

    status: int = 502
    done: bool = False


@dataclass(frozen=True, slots=True)
class ApiError:
    """Refuse with a status and a code of Discord's."""

    status: int
    code: int
    message: str = "Refused on purpose"


@dataclass(frozen=True, slots=True)
class Slow:
    """Do what is asked so many seconds later."""

    seconds: float


Fault = RateLimited | LostRequest | LostReply | ServerError | ApiError | Slow


@dataclass(slots=True)
class Planned:
    """A fault that waits for its requests."""

    method: str
    path: str
    faults: list[Fault] = field(default_factory=list)

    def meets(self, method: str, path: str) -> bool:
        """Tell whether a request is of the kind that this waits for; `{}` is one step."""
        if method != self.method or not self.faults:
            return False
        steps = re.sub(r"\{\w*\}", "{}", self.path).split("{}")
        pattern = "[^/]+".join(map(re.escape, steps))
        return re.fullmatch(pattern, path) is not None
