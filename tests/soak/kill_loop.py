"""Kill loads at random moments, and see that nothing acknowledged is lost and nothing is partial.

    .venv/bin/python -m tests.soak.kill_loop --kills 100 --seed 1

A life is a data folder and a folder of invented articles that appears in several editions, each of
which changes half of them. Every edition is loaded by `source add`, which is killed with SIGKILL
again and again until one load of it gets through; now and then another process loads beside it.
After each kill, the library is looked at from all sides: see `tests.soak.inspecting`.

The seed decides the articles and the moments. Which instruction a moment falls on is the machine's
affair, so that two runs of one seed are alike and not the same. SIGKILL is not a power cut: what
the operating system had in its buffers it still writes.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.inventing import Invented, invented
from tests.soak.inspecting import (
    LONGEST_START,
    Library,
    ViolationError,
    acknowledged,
    counted,
    inspect,
)

EDITIONS = 4
BESIDE = 0.25
"""How often another process loads at the same time."""
ENDINGS = ("md", "md", "md", "txt", "html")
PATIENCE = 120.0
"""Seconds for a load that nobody kills; far more than it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """When an undisturbed load of everything does what, in seconds from its start."""

    first: float
    """The first document is kept."""
    whole: float
    """The process has ended."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of the kills so far."""

    kills: int = 0
    finished: int = 0
    beside: int = 0
    slowest: float = 0.0
    moments: Counter[str] = field(default_factory=Counter)


class Load:
    """A `source add` in a process of its own, and in a session of its own."""

    def __init__(self, library: Library, folder: Path) -> None:
        """Start it."""
        self.folder = folder
        self._library = library
        self._out = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - read later
        self._process = subprocess.Popen(
            [*library.command("source", "add", str(folder), "--json")],
            cwd=library.home,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def kill(self) -> bool:
        """Kill it, and nothing that it started, which must end all the same.

        Returns False where it had ended already.
        """
        self._process.kill()
        if self._process.wait() != -signal.SIGKILL:
            self.end()
            return False
        self._note(finished=False)
        left = _others_of_session(self._process.pid)
        patience = time.monotonic() + LONGEST_START
        while left and time.monotonic() < patience:
            time.sleep(0.05)
            left = _others_of_session(self._process.pid)
        for each in left:
            os.kill(each, signal.SIGKILL)
        if left:
            raise ViolationError(f"{len(left)} processes of a killed load were still there")
        return True

    def end(self) -> None:
        """Wait for its end, which must be a good one."""
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise ViolationError(f"a load did not end within {PATIENCE:g} seconds") from None
        if status:
            raise ViolationError(f"a load ended with {status}: {self._said()}")
        self._note(finished=True)

    def abandon(self) -> None:
        """Leave nothing running, whatever became of it."""
        self._process.kill()
        self._process.wait()

    def _note(self, *, finished: bool) -> None:
        """Take what it printed for granted, from now on: even if it was killed right after."""
        said = self._said()
        self._out.close()
        receipts = acknowledged(said)
        if finished and receipts is None:
            raise ViolationError(f"a load ended well and did not say what it did: {said[:500]!r}")
        self._library.acknowledge(receipts or {})

    def _said(self) -> str:
        self._out.seek(0)
        return self._out.read()


class Life:
    """One data folder from its first load to its last."""

    def __init__(self, home: Path, random: Random, articles: int) -> None:
        """Invent the first edition."""
        self._random = random
        self._seed = random.randrange(2**32)
        self._editions = [0] * articles
        self._edition = 0
        self._beside = articles
        self.folder = home / "articles"
        self.library = Library(home)
        for number in range(articles):
            self._offer(self.folder, number, 0)

    def next_edition(self) -> bool:
        """Change half of the articles; False where this life is over."""
        self._edition += 1
        if self._edition == EDITIONS:
            return False
        articles = len(self._editions)
        for number in self._random.sample(range(articles), articles // 2):
            self._editions[number] += 1
            self._offer(self.folder, number, self._editions[number])
        return True

    def beside(self) -> Path:
        """Return a folder for another process to load: the same one, or one of new articles."""
        if self._random.random() < 1 / 2:
            return self.folder
        folder = self.folder.with_name("beside")
        for _ in range(5):
            self._offer(folder, self._beside, 0)
            self._beside += 1
        return folder

    def _offer(self, folder: Path, number: int, edition: int) -> None:
        article: Invented = invented(self._seed, number, sentences=30, edition=edition)
        file = folder / f"{number:03}.{ENDINGS[number % len(ENDINGS)]}"
        self.library.offer(article.written(file), article)


def main() -> int:
    """Kill until there were enough, or something was lost; return the exit status."""
    arguments = _arguments()
    random = Random(arguments.seed)  # noqa: S311 - to be repeated, not to be secret
    # In the program under test, and in this process, where it is looked at.
    os.environ["DATELINE_MODEL__NAME"] = "hash"
    base = Path(tempfile.mkdtemp(prefix="dateline-soak-"))
    tally = Tally()
    life = None
    try:
        course = _measured(Life(base / "measured", random, arguments.articles), tally)
        _say(f"an undisturbed load: first document {course.first:.2f} s, end {course.whole:.2f} s")
        lives = 0
        while tally.kills < arguments.kills:
            if life is None or not life.next_edition():
                lives += 1
                life = Life(base / f"life-{lives}", random, arguments.articles)
            _killed_until_loaded(life, course, random, tally, arguments.kills)
    except ViolationError as violation:
        _say(f"VIOLATION after {tally.kills} kills, seed {arguments.seed}: {violation}")
        _say(f"what is left is in {base}")
        return 1
    shutil.rmtree(base)
    _say(
        f"killed before anything was kept: {tally.moments['early']}, in the middle: "
        f"{tally.moments['middle']}, after all was kept: {tally.moments['late']}; "
        f"{tally.beside} beside another load; {tally.finished} loads got through"
    )
    _say(f"{tally.kills} kills: 0 lost, 0 partial, slowest start {tally.slowest:.1f} s")
    return 0


def _measured(life: Life, tally: Tally) -> Course:
    """Load everything undisturbed, and see that the articles come through as they were offered."""
    started = time.monotonic()
    load = Load(life.library, life.folder)
    first = 0.0
    while load.runs and time.monotonic() < started + PATIENCE:
        if not first and counted(life.library.database).documents:
            first = time.monotonic() - started
        time.sleep(0.002)
    whole = time.monotonic() - started
    try:
        load.end()
    finally:
        load.abandon()
    _inspected(life, Random(0), tally)  # noqa: S311
    return Course(first=min(first or whole, whole), whole=whole)


def _killed_until_loaded(
    life: Life, course: Course, random: Random, tally: Tally, enough: int
) -> None:
    """Load the edition that there is, killing the load, until one gets through."""
    while tally.kills < enough:
        before, missing = counted(life.library.database), life.library.missing()
        load = Load(life.library, life.folder)
        other = Load(life.library, life.beside()) if random.random() < BESIDE else None
        try:
            _wait(load, life, course, random)
            through = not load.kill()
            if other is not None:
                # It starts again beside one that is writing, too.
                tally.slowest = max(tally.slowest, life.library.listed().seconds)
                other.end()
        finally:
            for each in filter(None, (load, other)):
                each.abandon()
        tally.finished += through
        if not through:
            tally.kills += 1
            tally.beside += other is not None
            kept = counted(life.library.database).revisions - before.revisions
            tally.moments["early" if not kept else "late" if kept >= missing else "middle"] += 1
        _inspected(life, random, tally)
        if not through and tally.kills % 10 == 0:
            _say(
                f"{tally.kills} kills: 0 lost, 0 partial, slowest start {tally.slowest:.1f} s "
                f"({tally.finished} loads got through)"
            )
        if through:
            return


def _wait(load: Load, life: Life, course: Course, random: Random) -> None:
    """Wait for the moment of the kill, or for the end of the load if that comes first."""
    kind = random.choice(("any", "working", "document", "document"))
    if kind == "document":
        # Right after some document was kept: where one transaction ends and the next begins.
        there = counted(life.library.database).revisions
        wanted = there + random.randint(1, life.library.missing() or 1)
        then = random.uniform(0, 0.02)
        patience = time.monotonic() + 2 * course.whole
        while (
            load.runs
            and time.monotonic() < patience
            and counted(life.library.database).revisions < wanted
        ):
            time.sleep(0.001)
    else:
        begin = 0.0 if kind == "any" else 0.8 * course.first
        then = random.uniform(begin, 1.02 * course.whole)
    until = time.monotonic() + then
    while load.runs and time.monotonic() < until:
        time.sleep(min(0.005, max(0.0, until - time.monotonic())))


def _inspected(life: Life, random: Random, tally: Tally) -> None:
    tally.slowest = max(tally.slowest, inspect(life.library, random))


def _others_of_session(session: int) -> list[int]:
    """Return the processes of a session, where the system tells them as Linux does."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(each.name)) == session and "\nState:\tZ" not in (
                each / "status"
            ).read_text(encoding="utf-8"):
                found.append(int(each.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=60, help="in the folder that is loaded")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
