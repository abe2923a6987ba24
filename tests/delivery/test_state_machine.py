"""Briefs arrive once, whole and in order, whatever happens to processes and requests."""

import logging
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.storage.outbox import SqlOutbox
from briefs.delivering_ports import Decide
from briefs.delivery import with_part
from briefs.next_step import ChannelView
from briefs.parts import Decision, Delivery, Draft, Ending, Occurrence, State
from tests.delivery.platform import Fate, Platform, Sight
from tests.delivery.processes import Process
from tests.delivery.simulate import Tally, count, simulate, store
from tests.delivery.virtual_time import VirtualTimeLoop

PROCESSES = 2
CHANNELS = ("test:one", "test:two")
FAR = timedelta(days=400)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Leave out the thousands of lines on what goes wrong here."""
    caplog.set_level(logging.CRITICAL)


class Delivering(RuleBasedStateMachine):
    """Two processes on one store, a platform, and somebody who makes trouble between them."""

    def __init__(self) -> None:
        """Begin with an empty store and a platform that does well."""
        super().__init__()
        self._left = ExitStack()
        folder = self._left.enter_context(tempfile.TemporaryDirectory())
        self.outbox = self._left.enter_context(store(Path(folder) / "dateline.db"))
        self.loop = VirtualTimeLoop()
        self.random = Random(0)  # noqa: S311 - hypothesis gives another one
        self.fates: list[Fate] = []
        self.sights: list[Sight] = []
        self.platform = Platform(
            loop=self.loop,
            random=self.random,
            fates=lambda: self.fates.pop(0) if self.fates else Fate.WELL,
            sights=lambda: self.sights.pop(0) if self.sights else Sight.WELL,
        )
        self.steps: list[int | None] = [None] * PROCESSES
        self.processes: list[Process | None] = [None] * PROCESSES
        self.added: list[str] = []

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        """Start both."""
        self.random.seed(seed)
        for number in range(PROCESSES):
            self._start(number)

    @rule(channel=st.sampled_from(CHANNELS), parts=st.integers(1, 4))
    def compose(self, channel: str, parts: int) -> None:
        """Put a brief into the outbox, twice, as two processes may."""
        name = f"brief {len(self.added)}"
        self.added.append(name)
        now = self.loop.now()
        occurrence = Occurrence(
            schedule=name, due=now, channel=channel, composed=now, deadline=now + FAR
        )
        drafts = [Draft(body=f"{name}, {number}") for number in range(1, parts + 1)]
        assert self.outbox.add(occurrence, drafts)
        assert not self.outbox.add(occurrence, [Draft(body="something else")])
        for process in self.processes:
            if process is not None:
                process.deliverer.wake()

    @rule(fates=st.lists(st.sampled_from([*Fate]), min_size=1, max_size=4))
    def trouble_posting(self, fates: list[Fate]) -> None:
        """Decide what becomes of the next posts."""
        self.fates = fates

    @rule(sights=st.lists(st.sampled_from([*Sight]), min_size=1, max_size=3))
    def trouble_reading(self, sights: list[Sight]) -> None:
        """Decide what becomes of the next looks."""
        self.sights = sights

    @rule(number=st.integers(0, PROCESSES - 1), steps=st.integers(0, 30))
    def kill_soon(self, number: int, steps: int) -> None:
        """Kill one at one of its next steps."""
        self.steps[number] = steps

    @rule(number=st.integers(0, PROCESSES - 1))
    def stop(self, number: int) -> None:
        """Stop one as a signal does: it is over in ten seconds, and nothing is cut off."""
        process, self.processes[number] = self.processes[number], None
        if process is not None:
            began = self.loop.time()
            self.loop.run_until_complete(process.stop())
            assert self.loop.time() - began < 10

    @rule(number=st.integers(0, PROCESSES - 1))
    def start(self, number: int) -> None:
        """Start one that does not run."""
        if self.processes[number] is None:
            self._start(number)

    @rule(seconds=st.sampled_from([0.0, 0.2, 1.0, 5.0, 31.0, 45.0, 300.0, 7_200.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._pass(seconds)

    @precondition(lambda self: self.outbox.held())
    @rule(decision=st.sampled_from([*Decision]), data=st.data())
    def decide(self, decision: Decision, data: st.DataObject) -> None:
        """Decide on a part that is held, as a person does who looks at the channel."""
        delivery = data.draw(st.sampled_from(self.outbox.held()))
        head = delivery.head
        assert head is not None
        seen = self.platform.posted.get(delivery.occurrence.channel, [])
        if any(each.key == head.key for each in seen):
            decision = Decision.SENT
        elif decision is Decision.SENT:
            decision = Decision.AGAIN
        self.outbox.resolve(head.key, decision, self.loop.now())

    @invariant()
    def nothing_is_there_twice(self) -> None:
        """At every moment, each part was seen at most once, and only behind the part before it."""
        for seen in self.platform.posted.values():
            keys = [each.key for each in seen]
            assert len(keys) == len(set(keys))
            for name in {each.body.partition(",")[0] for each in seen}:
                numbers = [
                    int(each.body.partition(",")[2])
                    for each in seen
                    if each.body.startswith(f"{name},")
                ]
                assert numbers == list(range(1, len(numbers) + 1))

    def teardown(self) -> None:
        """Let all trouble end: then everything arrives but what could not, and that was said."""
        try:
            self.fates, self.sights, self.steps = [], [], [None] * PROCESSES
            if self.added:
                if not any(self.processes):
                    self._start(0)
                self._pass(7_200.0)
                self.nothing_is_there_twice()
                tally = Tally()
                count(tally, [self.outbox.history(name)[0] for name in self.added], self.platform)
                assert not tally.violations, tally
                assert not tally.endings[Ending.PENDING]
        finally:
            for number in range(PROCESSES):
                self.stop(number)
            self.loop.close()
            self._left.close()

    def _start(self, number: int) -> None:
        def crashes(_step: str) -> bool:
            left = self.steps[number]
            if left is None:
                return False
            self.steps[number] = left - 1 if left else None
            if not left:
                self.processes[number] = None
            return not left

        self.processes[number] = Process(
            self.loop, self.outbox, self.platform, self.random, crashes
        )

    def _pass(self, seconds: float) -> None:
        async def later() -> None:
            # By the loop, and not by hand: what is due in between happens in between.
            loop = self.loop
            end = loop.create_future()
            loop.call_later(seconds, end.set_result, None)
            await end

        self.loop.run_until_complete(later())
        for process in self.processes:
            if process is not None:
                process.check()


TestDelivering = Delivering.TestCase
TestDelivering.settings = settings(
    derandomize=True,
    max_examples=35,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_hundreds_of_briefs_arrive_once_whole_and_in_order(tmp_path: Path) -> None:
    """Through crashes and lost replies; the same seed gives the same counts."""
    tally = simulate(100, 7, tmp_path)
    assert tally.runs == 100
    assert tally.crashes > 1_000
    assert tally.requests["lost reply"] > 50
    assert not tally.violations, tally


class Hasty(SqlOutbox):
    """A mutant: what is in doubt is sent again, and not looked for."""

    def advance(self, channel: str, decide: Decide) -> Delivery | None:
        """Keep a part as pending that should be in doubt."""

        def hastily(view: ChannelView) -> Delivery | None:
            decided = decide(view)
            head = None if decided is None else decided.head
            if decided is None or head is None or head.state is not State.DOUBT:
                return decided
            return with_part(
                decided, replace(head, standing=replace(head.standing, state=State.PENDING))
            )

        return super().advance(channel, hastily)


class Disorderly(SqlOutbox):
    """A mutant: every part is a delivery of its own, and waits for no other one."""

    def view(self, channel: str) -> ChannelView:
        """Return what there is to know, without what belongs together."""
        return _taken_apart(super().view(channel))

    def advance(self, channel: str, decide: Decide) -> Delivery | None:
        """Decide on each part by itself."""

        def alone(view: ChannelView) -> Delivery | None:
            decided = decide(_taken_apart(view))
            for whole in view.deliveries:
                if decided is not None and whole.occurrence.id == decided.occurrence.id:
                    return with_part(whole, decided.parts[0])
            return None

        return super().advance(channel, alone)


def _taken_apart(view: ChannelView) -> ChannelView:
    alone = [
        replace(delivery, parts=(part,))
        for delivery in view.deliveries
        for part in delivery.parts
        if part.state is not State.SENT
    ]
    # What has to wait lets the others go first.
    alone.sort(key=lambda each: each.parts[0].standing.not_before is not None)
    return replace(view, deliveries=tuple(alone))


def test_it_is_found_out_when_nothing_is_looked_for(tmp_path: Path) -> None:
    """Without reconciliation, some are there twice."""
    tally = simulate(8, 7, tmp_path, wrapped=lambda outbox: Hasty(outbox._database))
    assert tally.duplicated


def test_it_is_found_out_when_no_part_waits_for_the_one_before(tmp_path: Path) -> None:
    """Without the order of parts, some come too early."""
    tally = simulate(8, 7, tmp_path, wrapped=lambda outbox: Disorderly(outbox._database))
    assert tally.disordered
