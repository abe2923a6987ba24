"""How much one person, and all together, may ask for: a bucket a person, and a bounded queue."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from briefs.errors import ThrottledError

LONGEST_QUEUE = 64
"""How many questions and briefs may be at work or wait at once; each takes a part of a second."""

REMEMBERED = 10_000
"""People whose buckets are kept; whoever falls out has a full one again."""

_MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    """What a person may still ask for, at a moment."""

    tokens: float
    at: float


class Throttle:
    """Lets everybody ask so many times a minute, in a burst or spread out."""

    def __init__(
        self,
        per_minute: int,
        *,
        queue: int = LONGEST_QUEUE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take how many times a minute; the clock counts seconds and never goes back."""
        self._most = per_minute
        self._queue = queue
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._busy = 0

    @contextmanager
    def admitted(self, person: str | None) -> Iterator[None]:
        """Let one thing be done for a person; None: whoever may start the program.

        Raises:
            ThrottledError: The person has asked too often, or too much is being done.
        """
        if person is None:
            yield
            return
        wait = self._wait(person)
        if wait:
            times = "once" if self._most == 1 else f"{self._most} times"
            raise ThrottledError(
                f"You have asked {times} within a minute, which is as often as anybody may. Ask "
                f"again in {wait} {'second' if wait == 1 else 'seconds'}."
            )
        if self._busy >= self._queue:
            raise ThrottledError(
                "So many people are asking at the moment that this would take too long. Ask again "
                "in a moment."
            )
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def _wait(self, person: str) -> int:
        """Take from a person's bucket, and return 0; or for how many seconds it is empty."""
        now = self._clock()
        bucket = self._buckets.setdefault(person, _Bucket(tokens=float(self._most), at=now))
        self._buckets.move_to_end(person)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        refilled = bucket.tokens + (now - bucket.at) * self._most / _MINUTE
        bucket.tokens, bucket.at = min(float(self._most), refilled), now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) * _MINUTE / self._most)
        bucket.tokens -= 1
        return 0
