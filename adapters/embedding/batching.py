"""Texts of like length together, so that little padding is computed, and never too many at once."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

_T = TypeVar("_T")

STEP_SECONDS = 0.04
"""How long one run of the model should take: a question waits for one at most."""

WIDTH = 4
"""Lengths are rounded up to a multiple: each new shape costs the runtime a preparation."""

_FEWEST, _MOST = 256, 8192


class Pace:
    """How many tokens fit into one step, learnt from how long the last ones took."""

    def __init__(self) -> None:
        """Begin with as many as a slow CPU computes in time."""
        self.tokens = 768

    def took(self, tokens: int, seconds: float) -> None:
        """Learn from one step; half of what is known stays, for a machine that stutters."""
        if seconds > 0 and tokens >= _FEWEST // 2:
            fitting = tokens / seconds * STEP_SECONDS
            self.tokens = int(min(max((self.tokens + fitting) / 2, _FEWEST), _MOST))


def width(length: int) -> int:
    """Return the length that a text of some tokens is padded to."""
    return max(WIDTH, -(-length // WIDTH) * WIDTH)


def batches(lengths: Sequence[int], pace: Pace, streams: int = 1) -> Iterator[list[int]]:
    """Yield the places of texts, the longest first, as many at a time as fit the pace of then.

    The longest come first, so that the memory for a batch is asked for once. Each batch but the
    last has a multiple of `streams` texts, so that each stream has the same to do.
    """
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    done = 0
    while done < len(order):
        each = width(lengths[order[done]])
        count = max(1, pace.tokens // (each * streams)) * streams
        yield order[done : done + count]
        done += count


def shared(texts: Sequence[_T], streams: int) -> list[Sequence[_T]]:
    """Divide texts into as many shares as there are streams, in their order, none of them empty."""
    whole, rest = divmod(len(texts), streams)
    sizes = [whole + (number < rest) for number in range(min(streams, len(texts)))]
    ends = list(accumulate(sizes))
    return [texts[end - size : end] for end, size in zip(ends, sizes, strict=True)]
