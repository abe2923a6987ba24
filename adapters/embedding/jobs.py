"""Having a model exported by another process."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.embedding.engine import Form


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


def started(job: Job) -> subprocess.Popen[str]:
    """Start exporting beside this process; it goes on when this one ends."""
    # Whatever is first on the path here: the other process has the same Dateline as this one.
    places = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "adapters.embedding.exporting", json.dumps(asdict(job))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )


def outcome_of(process: subprocess.Popen[str], seconds: float | None) -> Outcome | None:
    """Wait for an export; return how it ended, None where it goes on after that time."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    try:
        return Outcome(**json.loads(out.splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        return Outcome(done=False, reason=f"exporting ended with status {process.returncode}")
