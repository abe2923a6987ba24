"""The program under test, run in this process or as one of its own; and articles to give it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bot.cli import cli

ROOT = Path(__file__).parent.parent
"""The folder of the repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended, and what it said."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Return standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


def dateline(*words: str | Path, typed: str | None = None) -> Ended:
    """Run a command line in this process."""
    result = CliRunner().invoke(cli, [str(word) for word in words], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(status=result.exit_code, out=result.stdout, err=result.stderr)


def started(*words: str | Path) -> subprocess.Popen[str]:
    """Start a command line as a process of its own, its standard streams being pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], typed: str = "") -> Ended:
    """Wait for a process that was started, and type into it what it is to read."""
    out, err = process.communicate(typed)
    return Ended(status=process.returncode, out=out, err=err)


def article(file: Path, text: str, **facts: str) -> Path:
    """Write a Markdown article with front matter."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    file.write_text("\n".join(["---", *lines, "---", "", text, ""]), encoding="utf-8")
    return file


def articles(folder: Path) -> Path:
    """Write three articles of three outlets: one dated by day, one to the minute, one not at all.

    The first two say that the tankers made 43 trips; the third knows of a ferry.
    """
    article(
        folder / "coast.md",
        "The tankers of the northern fleet made 43 trips to the port of Vostochny.\n\n"
        "The harbour master declined to say what they had loaded.",
        title="Tankers at the coast",
        outlet="Coast Herald",
        author="Ann Rivers",
        published="2024-11-20",
    )
    article(
        folder / "harbour.md",
        "The tankers made 43 trips to the port of Vostochny since March.\n\n"
        "A pilot saw them leave at night without any lights.",
        title="Busy harbour",
        outlet="Harbour Times",
        published="2024-11-22T08:00:00+01:00",
    )
    article(
        folder / "island.md",
        "The ferry to the island sails twice a week and carries sheep.",
        title="Island life",
        outlet="Quiet Press",
    )
    return folder
