"""Sharing an answer once."""

import asyncio

import pytest

from adapters import sharing
from adapters.sharing import Sharing


async def _shared(turns: Sharing, name: str, *, fails: bool = False) -> bool:
    async with turns.turn(name) as unshared:
        if unshared:
            await asyncio.sleep(0.01)
        if fails:
            raise RuntimeError("it cannot be posted")
        return unshared


async def test_of_those_who_share_at_once_only_one_does() -> None:
    """In each channel; the others hear that it is done."""
    turns = Sharing()
    names = ("C1/a", "C1/a", "C2/a", "C1/a")
    assert await asyncio.gather(*(_shared(turns, each) for each in names)) == [
        True,
        False,
        True,
        False,
    ]
    assert not await _shared(turns, "C1/a")


async def test_what_failed_can_be_shared_again_by_one() -> None:
    """Of those who waited meanwhile, and those who come later."""
    turns = Sharing()
    failing = asyncio.create_task(_shared(turns, "C1/a", fails=True))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(_shared(turns, "C1/a")) for _ in range(2)]
    with pytest.raises(RuntimeError):
        await failing
    later = asyncio.create_task(_shared(turns, "C1/a"))
    assert sorted(await asyncio.gather(*waiting, later)) == [False, False, True]


async def test_nothing_is_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what was shared nor whose turn it is."""
    monkeypatch.setattr(sharing, "_REMEMBERED", 2)
    turns = Sharing()
    for each in ("a", "b", "c", "c"):
        await _shared(turns, each)
    assert list(turns._shared) == ["b", "c"]
    assert not turns._locks
