"""`make demo`: what Dateline does, in a minute, on the seed articles.

It runs the `dateline` commands that it prints, in a data folder of its own, so that whatever it
shows can be typed.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parent.parent
DATA = ROOT / ".demo"
QUESTIONS = (
    ("Several outlets answer this one.", "How many trips did the tankers make?"),
    ("A single outlet answers this one.", "What animals did Moscow send to the zoo?"),
    ("Nobody answers this one.", "What is the price of bitcoin?"),
)


def main() -> int:
    """Show Dateline; return the exit status."""
    console = Console(highlight=False)
    seeds = ROOT / "seeds"
    if not os.access(seeds, os.R_OK) or not any(seeds.glob("*.md")):
        Console(stderr=True).print(
            f"There are no seed articles in {seeds}. They are part of the repository: "
            "git checkout -- seeds",
            style="red",
            markup=False,
        )
        return 1
    _say(console, "Five articles of different outlets about one event.")
    status = _run(console, "source", "add", str(seeds.relative_to(ROOT)))
    for remark, question in QUESTIONS:
        if status:
            return status
        _say(console, remark)
        status = _run(console, "ask", question)
    if status == 0 and sys.stdin.isatty() and sys.stdout.isatty():
        _say(console, "Now you.")
        return _run(console, "chat")
    return status


def _say(console: Console, remark: str) -> None:
    console.print()
    console.rule(remark, align="left", style="dim")


def _run(console: Console, *words: str) -> int:
    console.print(f"$ dateline {shlex.join(words)}", style="green", markup=False)
    command = [sys.executable, "-m", "bot", "--data", str(DATA), *words]
    # The user's own settings must not change what the demo shows.
    environment = {name: value for name, value in os.environ.items() if "DATELINE" not in name}
    environment["DATELINE_CONFIG"] = str(ROOT / "config.example.toml")
    try:
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
