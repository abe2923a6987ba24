"""The deliverer: what is due leaves in order and at a pace, is checked first, and stops in time."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adapters.storage.outbox import SqlOutbox
from bot.delivering import Deliverer
from bot.sending import Surroundings
from briefs.delivering_ports import (
    Alert,
    AlertKind,
    Cut,
    Rechecked,
    Recomposed,
    Unchanged,
    Withdrawn,
)
from briefs.errors import LibraryError
from briefs.outcomes import Limits, LookOutcome, SendOutcome, Sent
from briefs.parts import Delivery, Draft, Ending, Occurrence, Part, State
from tests.delivery.platform import Fate, Platform
from tests.delivery.simulate import store
from tests.delivery.virtual_time import VirtualTimeLoop


class World:
    """A deliverer with the real store, a scripted platform, and a library and admins to script."""

    def __init__(self, outbox: SqlOutbox) -> None:
        """Begin with everything well."""
        self.loop = VirtualTimeLoop()
        self.outbox = outbox
        self.fates: list[Fate] = []
        self.platform = Platform(
            loop=self.loop,
            random=Random(1),  # noqa: S311
            fates=lambda: self.fates.pop(0) if self.fates else Fate.WELL,
        )
        self.verdicts: list[Rechecked | Exception] = []
        self.told: list[Alert] = []
        self.deaf = 0
        self.trouble = 0
        self.deliverer = self.another()

    def another(self, **messengers: Any) -> Deliverer:
        """Return a deliverer on this store."""
        around = Surroundings(now=self.loop.now, blocking=self._stored)
        return Deliverer(self.outbox, messengers or {"test": self.platform}, self, self, around)

    async def recheck(self, delivery: Delivery, part: Part) -> Rechecked:
        """Say what the test wants."""
        del delivery, part
        verdict = self.verdicts.pop(0) if self.verdicts else Unchanged()
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    async def tell(self, alert: Alert) -> None:
        """Hear an alert, or not."""
        if self.deaf:
            self.deaf -= 1
            raise OSError
        self.told.append(alert)

    async def _stored(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        if self.trouble:
            self.trouble -= 1
            raise LibraryError("The disk is full.")
        return function(*arguments)

    def add(
        self, *bodies: str, name: str = "mornings", channel: str = "test:1", minutes: int = 0
    ) -> None:
        """Put a brief into the outbox."""
        due = self.loop.now() + timedelta(minutes=minutes)
        occurrence = Occurrence(
            schedule=name,
            due=due,
            channel=channel,
            composed=due,
            deadline=due + timedelta(hours=1),
        )
        assert self.outbox.add(occurrence, [Draft(body=body) for body in bodies])

    def run(self, seconds: float, deliverer: Deliverer | None = None) -> float:
        """Let it run for a while, then stop it; return how long stopping took."""

        async def running() -> float:
            task = asyncio.create_task((deliverer or self.deliverer).run())
            done, _ = await asyncio.wait({task}, timeout=seconds)
            if done:
                task.result()
            began = self.loop.time()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return self.loop.time() - began

        return self.loop.run_until_complete(running())

    def until(self, wanted: Coroutine[Any, Any, None]) -> None:
        """Run something on the loop."""
        self.loop.run_until_complete(wanted)

    def seen(self, channel: str = "test:1") -> list[str]:
        """Return what people see."""
        return [each.body for each in self.platform.posted.get(channel, ())]

    def latest(self, name: str = "mornings") -> Delivery:
        """Return the delivery of the latest due time."""
        return self.outbox.history(name)[0]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world."""
    with store(tmp_path / "dateline.db") as outbox:
        made = World(outbox)
        yield made
        made.loop.close()


def test_parts_leave_in_order_and_at_a_pace(world: World) -> None:
    """As many seconds apart as the platform wants, and with where they can be seen."""
    world.add("one", "two", "three")
    world.run(10)
    posted = world.platform.posted["test:1"]
    assert [each.body for each in posted] == ["one", "two", "three"]
    assert all((later.at - earlier.at).total_seconds() > 0.5 for earlier, later in pairwise(posted))
    assert world.latest().ending is Ending.DELIVERED
    assert world.latest().link == f"https://chat.example/{posted[0].key}"


def test_a_slow_channel_holds_up_no_other(world: World) -> None:
    """Each has a task of its own."""
    world.fates = [Fate.LOST_REQUEST]
    world.add("slow", channel="test:1", name="slow")
    world.add("fast", channel="test:2", name="fast")
    world.run(20)
    assert (world.seen("test:1"), world.seen("test:2")) in (([], ["fast"]), (["slow"], []))


def test_it_looks_at_once_when_woken(world: World) -> None:
    """And not only at the next poll."""

    async def delivered() -> float:
        task = asyncio.create_task(world.deliverer.run())
        await asyncio.sleep(1.5)
        world.add("one")
        began = world.loop.time()
        world.deliverer.wake()
        while not world.seen():  # noqa: ASYNC110 - another task makes it so
            await asyncio.sleep(0.01)
        took = world.loop.time() - began
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return took

    assert world.loop.run_until_complete(delivered()) < 0.4


def test_stopping_lets_finish_what_is_being_sent_and_begins_nothing(world: World) -> None:
    """Within ten seconds; the rest leaves after the next start."""

    class Slow(Platform):
        async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
            await asyncio.sleep(5)
            return await Platform.send(self, channel, part, root)

    slow = Slow(loop=world.loop, random=Random(1))  # noqa: S311
    world.add("one", "two")
    assert 3 < world.run(1.0, world.another(test=slow)) < 10
    assert [part.state for part in world.latest().parts] == [State.SENT, State.PENDING]
    assert len(slow.posted["test:1"]) == 1
    world.run(10)
    assert world.seen() == ["two"]


def test_what_does_not_finish_in_time_is_in_doubt_and_looked_for(world: World) -> None:
    """Its lease runs out; it was posted, and is not posted again."""
    world.fates = [Fate.LOST_REPLY]
    world.add("one", "two")
    assert world.run(1.0) < 10
    assert world.latest().parts[0].state is State.SENDING
    world.run(200, world.another())
    assert world.seen() == ["one", "two"]
    assert world.latest().ending is Ending.DELIVERED


def test_a_claim_is_renewed_while_it_is_sent(world: World) -> None:
    """Another deliverer does not take it for lost, however slow the platform is."""

    class Slow(Platform):
        async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
            await asyncio.sleep(100)
            return await Platform.send(self, channel, part, root)

        async def reconcile(
            self, channel: str, part: Part, since: Any, root: str | None = None
        ) -> LookOutcome:
            raise AssertionError(channel, part, since, root)

    slow = Slow(loop=world.loop, random=Random(1), limits=Limits(timeout_seconds=120.0))  # noqa: S311
    world.add("one")

    async def both() -> None:
        tasks = [asyncio.create_task(world.another(test=slow).run()) for _ in range(2)]
        await asyncio.sleep(110)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    world.until(both())
    assert world.latest().ending is Ending.DELIVERED
    assert world.latest().parts[0].standing.tries == 1


def test_a_point_is_cut_before_it_leaves(world: World) -> None:
    """What was sent before it stays."""
    world.verdicts = [Unchanged(), Cut(draft=Draft(body="two, without a point"))]
    world.add("one", "two")
    world.run(10)
    assert world.seen() == ["one", "two, without a point"]


def test_a_brief_is_composed_anew_before_it_leaves(world: World) -> None:
    """With as many parts as it needs."""
    world.verdicts = [Recomposed(drafts=(Draft(body="new"), Draft(body="newer")))]
    world.add("one", "two", "three")
    world.run(10)
    assert world.seen() == ["new", "newer"]


def test_what_was_withdrawn_does_not_leave(world: World) -> None:
    """It is skipped, with what was to follow, and why."""
    world.verdicts = [Unchanged(), Withdrawn(reason="the collection is not to be seen here")]
    world.add("one", "two", "three")
    world.run(10)
    assert world.seen() == ["one"]
    assert world.latest().ending is Ending.SKIPPED
    assert world.latest().reason == "the collection is not to be seen here"


@pytest.mark.parametrize(
    ("verdicts", "seen"),
    [
        ([ZeroDivisionError()], []),
        ([Unchanged(), Recomposed(drafts=(Draft(body="too late"),))], ["one"]),
    ],
)
def test_what_could_not_be_checked_waits(
    world: World, verdicts: list[Rechecked | Exception], seen: list[str]
) -> None:
    """A failing check, or one that is right no more: nothing leaves unchecked."""
    world.verdicts = [*verdicts]
    world.add("one", "two")
    world.run(20)
    assert world.seen() == seen
    world.run(40, world.another())
    assert world.seen() == ["one", "two"]


def test_trouble_is_told_once_and_its_end(world: World) -> None:
    """Of three that fail, the first; then that it works again."""
    world.fates = [Fate.FORBIDDEN] * 3
    for number in range(5):
        world.add(f"brief {number}", minutes=number)
    world.run(60)
    assert world.seen() == ["brief 3", "brief 4"]
    assert [alert.kind for alert in world.told] == [AlertKind.FAILED, AlertKind.RECOVERED]
    assert world.told[0].delivery.reason == "403 missing access"
    world.run(60, world.another())
    assert len(world.told) == 2


def test_trouble_is_told_once_even_if_it_comes_all_at_once(world: World) -> None:
    """After hours without the platform, all that waited is skipped in one moment."""
    for number in range(5):
        world.add(f"brief {number}", channel="slack:C1", minutes=-70 + number)
    world.add("brief", channel="slack:C1", name="evenings", minutes=-70)
    world.run(10)
    assert [each.ending for each in world.outbox.history("mornings")] == [Ending.SKIPPED] * 5
    told = {(alert.kind, alert.delivery.occurrence.schedule) for alert in world.told}
    assert told == {(AlertKind.SKIPPED, "mornings"), (AlertKind.SKIPPED, "evenings")}
    assert len(world.told) == 2
    assert world.outbox.untold() == ()


def test_what_could_not_be_told_is_told_again(world: World) -> None:
    """An alert is not lost; it is in the log in any case."""
    world.fates = [Fate.FORBIDDEN]
    world.deaf = 2
    world.add("one")
    world.run(100)
    assert world.told == []
    world.run(100, world.another())
    assert [alert.kind for alert in world.told] == [AlertKind.FAILED]


def test_without_an_adapter_it_waits_until_its_deadline(world: World) -> None:
    """And then says so."""
    world.add("one", channel="slack:C1")
    world.run(60)
    assert world.latest().ending is Ending.PENDING
    world.run(3_600, world.another())
    assert world.latest().ending is Ending.SKIPPED
    assert [alert.kind for alert in world.told] == [AlertKind.SKIPPED]


def test_a_defect_of_an_adapter_is_doubt(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """It may have happened after the post: it is looked for before it is sent again."""

    class Broken(Platform):
        async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
            await Platform.send(self, channel, part, root)
            raise KeyError

    broken = Broken(loop=world.loop, random=Random(1))  # noqa: S311
    world.add("one")
    world.run(100, world.another(test=broken))
    assert len(broken.posted["test:1"]) == 1
    assert world.latest().ending is Ending.DELIVERED
    assert "the adapter for test:1 failed" in caplog.text


def test_a_store_in_trouble_is_waited_for(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """It is said in the log, and nothing is lost."""
    caplog.set_level(logging.ERROR)
    world.add("one", "two")
    world.trouble = 7
    world.run(200)
    assert world.seen() == ["one", "two"]
    assert world.latest().ending is Ending.DELIVERED
    assert "The disk is full." in caplog.text


def test_a_defect_ends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Better stopped and said than half alive."""

    def broken(channel: str) -> None:
        raise ZeroDivisionError(channel)

    monkeypatch.setattr(world.outbox, "view", broken)
    world.add("one")
    with pytest.raises(ZeroDivisionError):
        world.run(10)


async def test_it_runs_on_the_real_clock_and_in_real_threads(tmp_path: Path) -> None:
    """As it is wired: nothing of it needs a virtual loop."""
    with store(tmp_path / "dateline.db") as outbox:
        world = World(outbox)
        sent: list[str] = []

        class Quick:
            limits = Limits()

            async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
                del channel, root
                sent.append(part.body)
                return Sent()

            async def reconcile(self, *_: Any) -> LookOutcome:
                raise AssertionError

        now = datetime.now(UTC)
        outbox.add(
            Occurrence(
                schedule="s",
                due=now,
                channel="test:1",
                composed=now,
                deadline=now + timedelta(minutes=1),
            ),
            [Draft(body="one"), Draft(body="two")],
        )
        task = asyncio.create_task(Deliverer(outbox, {"test": Quick()}, world, world).run())
        async with asyncio.timeout(10):
            while outbox.history("s")[0].ending is not Ending.DELIVERED:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        world.loop.close()
        assert sent == ["one", "two"]
