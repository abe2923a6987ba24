"""Having a model exported by another process."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

from adapters.embedding.engine import Form

STEPS = ("read", "convert", "write", "check")
"""What an export consists of, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be exported."""

    name: str
    folder: str | None
    identity: str
    form: Form
    cache: str
    device: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How exporting ended."""

    done: bool
    reason: str = ""
    lasting: bool = False
    """Whether it would end so each time."""
    broken: bool = False
    """Whether the model itself cannot be loaded."""


class Exporting:
    """An export by another process, which goes on when this one ends (Ctrl-C ends both).

    The process writes the name of each step that it begins, and its outcome as JSON, a line each.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start it."""
        # Whatever is first on the path here: the other process has the same Dateline as this one.
        places = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        )
        self._outcome: Outcome | None = None
        self._told = Event()
        """Set at the end, or once nobody is to wait any more."""
        self.steps = 0
        """How many are done."""
        # A daemon: an export must not keep the program from ending.
        self._reader = Thread(target=self._read, name="export", daemon=True)
        self._reader.start()

    def outcome(self, seconds: float | None) -> Outcome | None:
        """Wait for the end; return how it ended, None where it goes on after that time."""
        self._told.wait(seconds)
        return self._outcome

    def leave(self) -> None:
        """Let nobody wait for it any more."""
        self._told.set()

    def _read(self) -> None:
        last = ""
        with self._process as process:
            for line in process.stdout or ():
                last = line.strip()
                if last in STEPS:
                    self.steps = STEPS.index(last)
        try:
            self._outcome = Outcome(**json.loads(last))
        except (ValueError, TypeError):
            self._outcome = Outcome(done=False, reason=_ended(process.returncode))
        self._told.set()


def _ended(status: int) -> str:
    if status < 0:
        return f"exporting was killed (signal {-status}), perhaps for want of memory"
    return f"exporting ended with status {status}"


def started(job: Job) -> Exporting:
    """Start exporting beside this process."""
    module = "adapters.embedding.exporting"
    return Exporting([sys.executable, "-m", module, json.dumps(asdict(job))])


def tell(line: str) -> None:
    """Write one line to the process that waits, if it still does."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
