"""Deliver thousands of briefs through crashes and lost replies: none twice, none lost, in order.

    .venv/bin/python -m tests.delivery.simulate --runs 10000 --seed 1

A run is a few briefs for one or two channels, two processes on one store, and what happens to them,
all of it decided by the seed: a process is killed at one step in twelve and started again seconds
or hours later; one post in seven is made and its reply lost; others are slow, refused, reset. It
goes on until nothing is left to do. Time is virtual; the store is the real one.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from adapters.storage.database import Database
from adapters.storage.outbox import SqlOutbox
from adapters.storage.outbox_tables import parts
from briefs.parts import Delivery, Draft, Ending, Occurrence, State
from tests.delivery.platform import Fate, Platform, Posted, Sight
from tests.delivery.processes import Process
from tests.delivery.virtual_time import EPOCH, VirtualTimeLoop

CRASHES = 0.08
"""Of all steps."""
PROCESSES = 2
FATES = {
    Fate.WELL: 0.60,
    Fate.LOST_REPLY: 0.14,
    Fate.SLOW: 0.06,
    Fate.LOST_REQUEST: 0.05,
    Fate.RESET: 0.05,
    Fate.BROKEN: 0.03,
    Fate.REFUSED: 0.07,
}
SIGHTS = {Sight.WELL: 0.8, Sight.SLOW: 0.08, Sight.LOST: 0.06, Sight.NOT_NOW: 0.06}
BAD_CHANNELS = 0.1
"""Of all runs: there some posts are forbidden, and what was posted cannot always be read."""
PAUSES = (1.0, 20.0, 300.0, 7_200.0)
"""After how many seconds a killed process starts again."""
LONGEST = 40 * 86_400.0
"""Virtual seconds after which what is not delivered is lost."""
RUNS_IN_A_FILE = 250


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of all runs."""

    runs: int = 0
    briefs: int = 0
    parts: int = 0
    crashes: int = 0
    duplicated: int = 0
    lost: int = 0
    disordered: int = 0
    unlike: int = 0
    """Whose state says something else than the platform."""
    endings: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    """At which steps processes were killed."""

    @property
    def violations(self) -> int:
        """How often the promise was broken."""
        return self.duplicated + self.lost + self.disordered + self.unlike


@contextmanager
def store(file: Path) -> Iterator[SqlOutbox]:
    """Yield an outbox over a database of its own."""
    with closing(Database(file)) as database:
        with database.writing() as connection:
            parts.metadata.create_all(connection)
        # Processes are killed here, and the machine is not: what they wrote is there, and waiting
        # for the disk would take most of the time.
        with database.reading() as connection:
            connection.execution_options(dateline_transaction=False)
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        yield SqlOutbox(database)


def simulate(
    runs: int,
    seed: int,
    folder: Path,
    *,
    wrapped: Callable[[SqlOutbox], SqlOutbox] = lambda outbox: outbox,
    told: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Make many runs, and return what came of them.

    Args:
        runs: How many.
        seed: Decides everything.
        folder: For the databases.
        wrapped: Puts another store in place of the real one, which should then be found out.
        told: Is called now and then.
    """
    tally = Tally()
    while tally.runs < runs:
        with store(folder / f"{tally.runs}.db") as outbox:
            for _ in range(min(RUNS_IN_A_FILE, runs - tally.runs)):
                run(wrapped(outbox), Random(f"{seed} {tally.runs}"), tally)  # noqa: S311
                tally.runs += 1
        told(tally)
    return tally


def run(outbox: SqlOutbox, random: Random, tally: Tally) -> None:
    """Make one run, and count what came of it."""
    loop = VirtualTimeLoop()
    try:
        loop.run_until_complete(_run(loop, outbox, random, tally))
        loop.run_until_complete(_leave_nothing())
    finally:
        loop.close()


async def _run(loop: VirtualTimeLoop, outbox: SqlOutbox, random: Random, tally: Tally) -> None:
    bad = random.random() < BAD_CHANNELS
    fates, sights = dict(FATES), dict(SIGHTS)
    if bad:
        fates[Fate.FORBIDDEN], sights[Sight.UNREADABLE] = 0.05, 0.2
    platform = Platform(
        loop=loop,
        random=random,
        fates=lambda: random.choices(list(fates), list(fates.values()))[0],
        sights=lambda: random.choices(list(sights), list(sights.values()))[0],
        ahead=timedelta(seconds=random.uniform(-240, 240)),
    )
    names = []
    for number in range(random.randint(1, 3)):
        name = f"{tally.runs}-{number}"
        names.append(name)
        channel = f"test:{tally.runs}-{random.randint(1, 2)}"
        loop.call_later(random.uniform(0, 60), _add, outbox, name, channel, random)

    def crashes(step: str) -> bool:
        if random.random() >= CRASHES:
            return False
        tally.crashes += 1
        tally.steps[step] += 1
        loop.call_later(random.choice(PAUSES) * random.random(), start)
        return True

    alive: list[Process] = []

    def start() -> None:
        alive[:] = [each for each in alive if each.alive]
        alive.append(Process(loop, outbox, platform, random, crashes))

    for _ in range(PROCESSES):
        start()
    await asyncio.sleep(61.0)
    while outbox.channels() and loop.time() < LONGEST:
        await asyncio.sleep(300.0)
        for each in alive:
            each.check()
    # What is still on its way arrives.
    await asyncio.sleep(60.0)
    count(tally, [outbox.history(name)[0] for name in names], platform)


def _add(outbox: SqlOutbox, name: str, channel: str, random: Random) -> None:
    occurrence = Occurrence(
        schedule=name,
        due=EPOCH,
        channel=channel,
        composed=EPOCH,
        deadline=EPOCH + timedelta(days=60),
    )
    drafts = [Draft(body=f"{name}, {part}") for part in range(1, random.randint(1, 4) + 1)]
    outbox.add(occurrence, drafts)


def count(tally: Tally, deliveries: list[Delivery], platform: Platform) -> None:
    """Compare what is kept with what people see."""
    tally.requests += platform.requests
    for delivery in deliveries:
        tally.briefs += 1
        tally.parts += len(delivery.parts)
        tally.endings[delivery.ending.value] += 1
        seen = platform.posted.get(delivery.occurrence.channel, [])
        numbers = {part.key: part.number for part in delivery.parts}
        order = [numbers[each.key] for each in seen if each.key in numbers]
        tally.disordered += order != sorted(order)
        tally.lost += delivery.ending is Ending.PENDING
        for part in delivery.parts:
            times = order.count(part.number)
            tally.duplicated += max(0, times - 1)
            tally.lost += part.state is State.SENT and not times
            tally.unlike += times > 0 and part.state not in {State.SENT, State.HELD}
    if all(each.ending is Ending.DELIVERED for each in deliveries):
        for seen in platform.posted.values():
            tally.disordered += _mixed(seen)


def _mixed(seen: list[Posted]) -> bool:
    """Say whether a brief is interrupted by another one."""
    names = [each.body.partition(",")[0] for each in seen]
    changes = sum(one != other for one, other in pairwise(names))
    return changes >= len(set(names)) > 0


async def _leave_nothing() -> None:
    """Cancel what still runs, as the end of a process does."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> int:
    """Make the runs, print what came of them, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()

    def told(tally: Tally) -> None:
        if tally.runs % 1_000 == 0 or tally.runs == arguments.runs:
            _say(
                f"{tally.runs} runs, {tally.briefs} briefs of {tally.parts} parts, "
                f"{tally.crashes} crashes: {tally.duplicated} duplicated, {tally.lost} lost, "
                f"{tally.disordered} out of order, {tally.unlike} told wrongly "
                f"({time.monotonic() - started:.0f} s)"
            )

    with tempfile.TemporaryDirectory(prefix="dateline-delivery-") as folder:
        tally = simulate(arguments.runs, arguments.seed, Path(folder), told=told)
    for name, counted in (("ended", tally.endings), ("posts and looks", tally.requests)):
        _say(f"{name}: " + ", ".join(f"{each} {times}" for each, times in counted.most_common()))
    _say("killed: " + ", ".join(f"{each} {times}" for each, times in tally.steps.most_common()))
    return 1 if tally.violations else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
