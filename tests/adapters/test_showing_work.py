"""Showing that there is work being done."""

import asyncio

import pytest

from adapters.showing_work import beside, how_far
from briefs.ports import Progress


def test_how_far_work_has_come_is_said() -> None:
    """With its numbers, where there are some."""
    some = Progress(what="Embedding", done=1_200, total=4_000)
    assert how_far(some) == "Embedding: 1,200 of 4,000…"
    assert how_far(Progress(what="Loading the model", done=0, total=0)) == "Loading the model…"


@pytest.mark.parametrize("fails", [False, True])
async def test_a_sign_of_work_ends_with_the_work(*, fails: bool) -> None:
    """It goes on meanwhile, and not one step further, however the work ends."""
    steps = 0

    async def sign() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    async def work() -> None:
        async with beside(sign(), "a sign"):
            await asyncio.sleep(0.01)
            if fails:
                raise RuntimeError("the work failed")

    if fails:
        with pytest.raises(RuntimeError, match="the work failed"):
            await work()
    else:
        await work()
    shown = steps
    assert shown > 1
    await asyncio.sleep(0.01)
    assert steps == shown


async def test_what_the_sign_meets_does_not_reach_the_work() -> None:
    """It is missed by nobody if it fails."""

    async def sign() -> None:
        raise RuntimeError("nothing can be shown")

    async with beside(sign(), "a sign"):
        await asyncio.sleep(0.01)
