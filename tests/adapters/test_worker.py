"""One thread for the model, two queues: what is urgent waits for one step and no more."""

import asyncio
import threading
from collections.abc import Generator

import pytest

from adapters.embedding.worker import Worker


def counting(steps: int, seen: list[str], name: str) -> Generator[None, None, str]:
    """Take some steps, and note each."""
    for number in range(steps):
        seen.append(f"{name}{number}")
        yield
    return name


def held(seen: list[str], gate: threading.Event) -> Generator[None, None, str]:
    """Note three steps; the first lasts until the gate opens."""
    seen.append("load0")
    gate.wait(10)
    yield
    seen.append("load1")
    yield
    seen.append("load2")
    return "load"


async def until(seen: list[str], wanted: str) -> None:
    """Wait until something was noted."""
    while wanted not in seen:  # noqa: ASYNC110 - another thread notes it
        await asyncio.sleep(0.001)


async def test_what_is_urgent_goes_before_the_next_step() -> None:
    """A question that comes while a load is in its first step is answered before the second."""
    worker, seen, gate = Worker(), list[str](), threading.Event()
    load = asyncio.create_task(worker.patient(held(seen, gate)))
    await until(seen, "load0")
    question = asyncio.create_task(worker.urgent(lambda: seen.append("question")))
    await asyncio.sleep(0)
    gate.set()
    await question
    assert await load == "load"
    assert seen == ["load0", "question", "load1", "load2"]
    worker.close()


async def test_loads_keep_their_order() -> None:
    """The first to come is done before the next begins."""
    worker, seen = Worker(), list[str]()
    both = await asyncio.gather(
        worker.patient(counting(3, seen, "a")), worker.patient(counting(2, seen, "b"))
    )
    assert list(both) == ["a", "b"]
    assert seen == ["a0", "a1", "a2", "b0", "b1"]
    worker.close()


async def test_all_is_done_in_one_thread_that_starts_late() -> None:
    """Nothing is started before there is work, and then one thread does all of it."""
    before = threading.active_count()
    worker = Worker()
    assert threading.active_count() == before
    names = await asyncio.gather(
        *(worker.urgent(lambda: threading.current_thread().name) for _ in range(5))
    )
    assert len(set(names)) == 1
    worker.close()


async def test_errors_go_to_who_waits_and_the_worker_goes_on() -> None:
    """An error in a question or in a step is raised where it is awaited, and only there."""

    def broken() -> Generator[None, None, str]:
        yield
        raise KeyError("step")

    worker, seen = Worker(), list[str]()
    with pytest.raises(ZeroDivisionError):
        await worker.urgent(lambda: 1 // 0)
    with pytest.raises(KeyError, match="step"):
        await worker.patient(broken())
    assert await worker.patient(counting(1, seen, "a")) == "a"
    worker.close()


async def test_a_load_that_nobody_waits_for_is_broken_off() -> None:
    """Cancelling stops it at its next step, and what comes after is done."""
    worker, seen, gate = Worker(), list[str](), threading.Event()
    load = asyncio.create_task(worker.patient(held(seen, gate)))
    await until(seen, "load0")
    load.cancel()
    with pytest.raises(asyncio.CancelledError):
        await load
    gate.set()
    assert await worker.urgent(lambda: "answer") == "answer"
    assert await worker.patient(counting(1, seen, "a")) == "a"
    assert "load1" not in seen
    worker.close()


async def test_closing_leaves_nobody_waiting() -> None:
    """What waits is cancelled, and so is the load that is at work, after its step."""
    worker, seen, gate = Worker(), list[str](), threading.Event()
    load = asyncio.create_task(worker.patient(held(seen, gate)))
    await until(seen, "load0")
    question = asyncio.create_task(worker.urgent(lambda: seen.append("question")))
    await asyncio.sleep(0.01)
    worker.close()
    gate.set()
    ends = await asyncio.gather(load, question, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert seen == ["load0"]
