"""What is measured while Dateline works: how much, how long, and never of what or of whom.

Nothing here takes a collection, an outlet, a channel, a person or a text: who reads the figures is
not who may see those.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from briefs.model import Status


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The articles do not say it, or it could not be asked that way."""
    FAILED = "failed"
    THROTTLED = "throttled"


class Stage(StrEnum):
    """A piece of work whose duration is measured."""

    EMBED = "embed"
    """A question, by the model."""
    SEARCH = "search"
    """Search and the answer made of what was found."""
    QUESTION = "question"
    """A question from the command to the reply, the waiting included."""
    LOAD = "load"
    """All sources of one command."""
    BRIEF = "brief"
    """From looking at what is new until the brief is kept."""


class Meter(Protocol):
    """Takes measurements; each call returns at once, and may come from any thread."""

    def asked(self, outcome: Outcome) -> None:
        """Count a question by what became of it."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Take note of how long a piece of work took."""

    def loaded(self, status: Status) -> None:
        """Count a source by what its load came to."""

    def indexed(self, documents: int, sentences: int) -> None:
        """Take note of how much is in memory to be searched."""

    def sent(self, outcome: str) -> None:
        """Count an attempt to post a part of a brief by its outcome, which is a word of ours."""

    def connected(self, platform: str) -> None:
        """Count a connection to a chat platform, the first one and each one after it was lost."""

    def lagged(self, seconds: float) -> None:
        """Take note of how late the event loop was."""


class Unmeasured:
    """A meter where nobody reads one."""

    def asked(self, outcome: Outcome) -> None:
        """Let it pass."""

    def took(self, stage: Stage, seconds: float) -> None:
        """Let it pass."""

    def loaded(self, status: Status) -> None:
        """Let it pass."""

    def indexed(self, documents: int, sentences: int) -> None:
        """Let it pass."""

    def sent(self, outcome: str) -> None:
        """Let it pass."""

    def connected(self, platform: str) -> None:
        """Let it pass."""

    def lagged(self, seconds: float) -> None:
        """Let it pass."""


UNMEASURED = Unmeasured()


@contextmanager
def timed(meter: Meter, stage: Stage, clock: Callable[[], float]) -> Iterator[None]:
    """Measure how long a piece of work takes, however it ends; the clock counts seconds."""
    began = clock()
    try:
        yield
    finally:
        meter.took(stage, clock() - began)
