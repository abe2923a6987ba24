"""Folders that are watched and feeds that are read again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import watching
from bot.watching import FeedToRead, Folder, Watching
from briefs.identity import document_id
from briefs.model import Receipt, Status
from briefs.ports import (
    AddSources,
    Command,
    Place,
    Progressed,
    Receipts,
    Refusal,
    RemoveSource,
    Reply,
)

PATIENCE = 15.0
"""Seconds after which what was to come does not come."""


class Recorder:
    """A handler that takes note of what it is asked, and answers as a test wants."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.asked: list[tuple[Command, Place]] = []
        self.reply: Callable[[Command], Reply] = lambda _: Receipts(receipts=())

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Take note of a command."""
        del progressed
        self.asked.append((command, place))
        return self.reply(command)

    @property
    def commands(self) -> list[Command]:
        """What was asked, in its order."""
        return [command for command, _ in self.asked]

    async def until(self, wanted: Callable[[list[Command]], bool]) -> None:
        """Wait until what was asked is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while not wanted(self.commands):  # noqa: ASYNC110 - another task makes it so
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def watched(
    handler: Recorder, *, folders: tuple[Folder, ...] = (), feeds: tuple[FeedToRead, ...] = ()
) -> AsyncIterator[None]:
    """Watch while the block runs."""
    task = asyncio.create_task(Watching(handler, folders, feeds).run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def adding(path: Path, collection: str = "main") -> AddSources:
    """Return the command that loads a path."""
    return AddSources(sources=(str(path),), collection=collection)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file settle in a fifth of the time."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.2)


async def test_a_folder_that_is_not_watched_is_loaded_once(tmp_path: Path) -> None:
    """Into its collection, from a place that sees no other."""
    handler = Recorder()
    folder = Folder(path=tmp_path, collection="sea", watch=False)
    await Watching(handler, [folder], []).run()
    ((command, place),) = handler.asked
    assert command == adding(tmp_path, "sea")
    assert place.collections == frozenset({"sea"})
    assert place.admin


async def test_a_file_of_a_watched_folder_is_loaded_as_it_comes_changes_and_goes(
    tmp_path: Path,
) -> None:
    """One that is deleted is removed by the id that its path has."""
    handler = Recorder()
    folder = Folder(path=tmp_path, collection="main", watch=True)
    file = tmp_path / "a.md"
    async with watched(handler, folders=(folder,)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(file.write_text, "The boats left.")
        await handler.until(lambda asked: adding(file) in asked)
        await asyncio.to_thread(file.write_text, "The boats came back.")
        await handler.until(lambda asked: asked.count(adding(file)) > 1)
        await asyncio.to_thread(file.unlink)
        gone = RemoveSource(id=document_id("main", str(file)))
        await handler.until(lambda asked: gone in asked)


async def test_a_file_that_is_still_growing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half-written article is none; hidden files and links are no sources."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 1.0)
    handler = Recorder()
    folder = Folder(path=tmp_path, collection="main", watch=True)
    file = tmp_path / "a.md"
    async with watched(handler, folders=(folder,)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        (tmp_path / ".hidden.md").write_text("No.")
        (tmp_path / "link.md").symlink_to(tmp_path / ".hidden.md")
        for _ in range(12):
            with file.open("a") as opened:
                opened.write("More. ")
            assert adding(file) not in handler.commands
            await asyncio.sleep(0.1)
        await handler.until(lambda asked: adding(file) in asked)
    assert file.read_text() == "More. " * 12
    loaded = {
        source
        for each in handler.commands[1:]
        if isinstance(each, AddSources)
        for source in each.sources
    }
    assert loaded == {str(file)}


async def test_a_feed_is_read_at_the_start_and_every_so_often() -> None:
    """Whatever comes of it: a feed that cannot be read is tried again."""
    handler = Recorder()
    handler.reply = lambda _: Refusal(message="no", exit_status=1)
    url = "https://port.example/feed"
    feed = FeedToRead(url=url, collection="sea", every_seconds=0.05)
    async with watched(handler, feeds=(feed,)):
        await handler.until(lambda asked: len(asked) >= 3)
    assert set(handler.commands) == {AddSources(sources=(url,), collection="sea")}


async def test_what_failed_is_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is there to read a receipt."""
    handler = Recorder()
    receipts = Receipts(
        receipts=(
            Receipt(source="/a.pdf", status=Status.FAILED, error="it is no PDF"),
            Receipt(source="/b.md", status=Status.ADDED),
        )
    )
    handler.reply = lambda _: receipts
    with caplog.at_level(logging.INFO):
        folder = Folder(path=tmp_path, collection="main", watch=False)
        await Watching(handler, [folder], []).run()
    said = [(record.levelname, record.message) for record in caplog.records]
    assert said == [("WARNING", "failed /a.pdf: it is no PDF"), ("INFO", "added /b.md")]
