"""Work beside its caller: one piece at a time, none lost, and none left over at the end."""

import asyncio

import pytest

from bot.one_behind import OneBehind


async def doing(done: list[int], number: int, seconds: float = 0.01) -> int:
    """Take a while, and take note of it."""
    await asyncio.sleep(seconds)
    done.append(number)
    return number


async def test_each_piece_is_given_back_when_the_next_one_begins() -> None:
    """In their order; meanwhile the caller goes on."""
    done: list[int] = []
    async with OneBehind[int]() as behind:
        assert await behind.begin(doing(done, 1)) is None
        assert done == []
        assert await behind.begin(doing(done, 2)) == 1
        assert await behind.end() == 2
        assert await behind.end() is None
    assert done == [1, 2]


async def test_what_was_begun_is_finished_though_the_caller_fails() -> None:
    """What is being kept when a source cannot be read is kept."""
    done: list[int] = []

    async def work() -> None:
        async with OneBehind[int]() as behind:
            await behind.begin(doing(done, 1))
            raise ValueError("it cannot be read")

    with pytest.raises(ValueError, match="it cannot be read"):
        await work()
    assert done == [1]


async def test_who_is_cancelled_waits_for_nothing() -> None:
    """Ctrl-C ends what is being done, too."""
    done: list[int] = []

    async def work() -> None:
        async with OneBehind[int]() as behind:
            await behind.begin(doing(done, 1, seconds=60))
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert done == []


async def test_a_piece_that_fails_fails_its_caller() -> None:
    """At the next piece, which is then not begun."""

    async def failing() -> int:
        raise ValueError("the model is gone")

    done: list[int] = []

    async def work() -> None:
        async with OneBehind[int]() as behind:
            await behind.begin(failing())
            await behind.begin(doing(done, 2))

    with pytest.raises(ValueError, match="the model is gone"):
        await work()
    assert done == []
