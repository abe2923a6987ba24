"""Kill `dateline run` at random moments while it delivers: each brief must arrive exactly once.

    .venv/bin/python -m tests.soak.kill_briefs --kills 50 --seed 1

Two schedules post into two files. `schedule run` makes their occurrences, in processes of their own
beside the bot, which is killed with -9 at a random moment: while it starts, while it composes,
right after a part was claimed, or while it writes. Now and then a new article is loaded, so that
there is something to tell. In the end everything that was due must be in its file, once and whole.
"""

import argparse
import contextlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.running import article, articles

NAMES = ("mornings", "evenings")
PATIENCE = 90.0
STARTED = 5.0
_MARK = re.compile(r"^-- dateline ([a-z2-7]{25})$", re.MULTILINE)


@dataclass(slots=True)
class Life:
    """A data folder, the files that are posted into, and who is at work."""

    home: Path
    random: Random
    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    making: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def command(self, *words: str) -> list[str]:
        """Return a command line of the program."""
        config = ["--config", str(self.home / "config.toml"), "--data", str(self.home / "data")]
        return [sys.executable, "-m", "bot", *config, *words]

    def begun(self, *words: str) -> subprocess.Popen[bytes]:
        """Start the program; what it says is in a file."""
        with (self.home / "log.txt").open("ab") as log:
            return subprocess.Popen(
                self.command(*words), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def done(self, *words: str) -> None:
        """Run the program to its end."""
        subprocess.run(self.command(*words), check=True, stdout=subprocess.DEVNULL)

    def make(self, number: int) -> None:
        """Have occurrences made, with something new to tell now and then."""
        self.making = [each for each in self.making if each.poll() is None]
        if self.random.random() < 0.5:
            file = article(
                self.home / "new" / f"{number}.md",
                f"Harbour pilots counted {number + 2} new cranes at pier {number}.",
                title=f"Cranes at pier {number}",
                outlet=f"Outlet {number}",
            )
            self.making.append(self.begun("source", "add", str(file)))
        self.making += [self.begun("schedule", "run", name) for name in NAMES]

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """Look into the database, which others are writing."""
        file = f"file:{self.home / 'data' / 'dateline.db'}?mode=ro"
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(sqlite3.connect(file, uri=True)) as connection,
        ):
            return connection.execute(query).fetchall()
        return []

    def state(self) -> list[tuple[str, ...]]:
        """Return where the parts stand."""
        return self.rows("SELECT key, state FROM parts ORDER BY key")


def main() -> int:
    """Kill as often as wanted, look at what is there, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-briefs-") as folder:
        life = Life(home=Path(folder), random=Random(arguments.seed))  # noqa: S311
        _set_up(life)
        while life.kills < arguments.kills:
            _live(life)
            if life.kills % 10 == 0:
                _say(f"{life.kills} kills, {len(life.state())} parts: {_problems(life) or 'good'}")
        _finish(life)
        problems = _problems(life, whole=True)
        endings = Counter(ending for (ending,) in life.rows("SELECT ending FROM occurrences"))
        _say(f"{life.kills} kills, when: {dict(life.moments)}; occurrences: {dict(endings)}")
        _say("\n".join(problems) or "each part is there exactly once")
        return 1 if problems else 0


def _set_up(life: Life) -> None:
    (life.home / "config.toml").write_text('[model]\nname = "hash"\n', encoding="utf-8")
    life.done("source", "add", str(articles(life.home / "articles")))
    for name in NAMES:
        channel = f"terminal:{life.home / name}.txt"
        when = ("--cron", "0 9 1 1 *", "--timezone", "UTC")
        life.done("schedule", "add", name, "--channel", channel, *when)


def _live(life: Life) -> None:
    """Start the bot, let it work, and kill it."""
    bot = life.begun("run")
    try:
        life.make(life.kills)
        before = life.state()
        kind = life.random.choice(("any", "change", "change", "sending"))
        until = time.monotonic() + (life.random.uniform(0, 4) if kind == "any" else 8)
        while time.monotonic() < until:
            now = life.state() if kind != "any" else before
            if kind == "change" and now != before:
                time.sleep(life.random.uniform(0, 0.03))
                break
            if kind == "sending" and any(state == "sending" for _, state in now):
                break
            time.sleep(0.001)
    finally:
        bot.kill()
        bot.wait()
    life.kills += 1
    states = {state for _, state in life.state()}
    life.moments["sending" if "sending" in states else kind] += 1
    if life.random.random() < 0.2 and life.making:
        life.making[-1].kill()


def _finish(life: Life) -> None:
    for each in life.making:
        each.wait()
    bot = life.begun("run")
    # Once a brief of its own has arrived, it is up for certain.
    life.done("schedule", "run", NAMES[0])
    time.sleep(STARTED)
    patience = time.monotonic() + PATIENCE
    query = "SELECT 1 FROM occurrences WHERE ending IN ('pending', 'held')"
    while life.rows(query) and time.monotonic() < patience:
        time.sleep(0.2)
    bot.terminate()
    started = time.monotonic()
    bot.wait(PATIENCE)
    took = time.monotonic() - started
    _say(f"the last bot stopped with {bot.returncode} within {took:.1f} s")


def _problems(life: Life, *, whole: bool = False) -> list[str]:
    """Return what is not as it should be; nothing may be waiting still where it is the whole."""
    problems = []
    parts = life.rows(
        "SELECT o.schedule, p.key, p.state, p.body FROM parts p"
        " JOIN occurrences o ON o.id = p.occurrence ORDER BY o.due, p.part"
    )
    for name in NAMES:
        file = life.home / f"{name}.txt"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        keys = _MARK.findall(text)
        problems += [f"{key} is there {n} times" for key, n in Counter(keys).items() if n > 1]
        for schedule, key, state, body in parts:
            if schedule != name:
                continue
            if whole and state != "sent":
                problems.append(f"{key} is {state}")
            block = f"{body.strip()}\n-- dateline {key}\n"
            if state == "sent" and block not in text:
                problems.append(f"{key} was sent, and is not there as it was")
        known = [key for schedule, key, _, _ in parts if schedule == name]
        if whole and sorted(keys) != sorted(known):
            problems.append(f"{name}: {len(known)} parts are kept, and {len(keys)} posted")
    return problems


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
