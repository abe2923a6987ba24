"""Folders that are watched and feeds that are read again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import watching
from bot.watching import FeedToRead, Folder, Watching
from briefs.errors import LibraryError
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
        self.sources: dict[str, set[str]] = {}
        """What was loaded, by collections, as a library would have it."""

    def loaded(self, collection: str) -> dict[str, str]:
        """Return the sources of a collection by the ids of their documents."""
        sources = self.sources.get(collection, ())
        return {document_id(collection, each): each for each in sources}

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Take note of a command."""
        del progressed
        self.asked.append((command, place))
        if isinstance(command, AddSources):
            named = [Path(source) for source in command.sources]
            files = [*named, *(file for folder in named for file in folder.rglob("*"))]
            sources = {str(file) for file in files if file.is_file()}
            self.sources.setdefault(command.collection or "", set()).update(sources)
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
    task = asyncio.create_task(Watching(handler, folders, feeds, handler.loaded).run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def adding(*paths: Path, collection: str = "main") -> AddSources:
    """Return the command that loads some paths."""
    return AddSources(sources=tuple(str(path) for path in paths), collection=collection)


def loaded_by(commands: list[Command]) -> set[str]:
    """Return all sources that some commands load."""
    return {source for each in commands if isinstance(each, AddSources) for source in each.sources}


def filled(folder: Path) -> None:
    """Put an article into a folder, or there would be nothing to load at the start."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "first.md").write_text("The harbour opened.")


@pytest.fixture(autouse=True)
def first(tmp_path: Path) -> None:
    """Let there be an article in the test's own folder."""
    filled(tmp_path)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file settle in a fifth of the time."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.2)


async def test_a_folder_that_is_not_watched_is_loaded_once(tmp_path: Path) -> None:
    """Into its collection, from a place that sees no other."""
    handler = Recorder()
    folder = Folder(path=tmp_path, collection="sea", watch=False)
    await Watching(handler, [folder], [], handler.loaded).run()
    ((command, place),) = handler.asked
    assert command == adding(tmp_path, collection="sea")
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
    assert loaded_by(handler.commands[1:]) == {str(file)}


async def test_a_folder_that_comes_as_a_whole_is_loaded_with_all_in_it(tmp_path: Path) -> None:
    """Of one that is moved there, the system tells of no file; what is hidden stays out."""
    handler = Recorder()
    root, batch = tmp_path / "root", tmp_path / "batch"
    await asyncio.to_thread(filled, root)
    for folder in (batch / "deep", batch / ".git"):
        await asyncio.to_thread(folder.mkdir, parents=True)
    for name in ("a.md", "deep/b.md", ".git/c.md"):
        await asyncio.to_thread((batch / name).write_text, "The boats left.")
    async with watched(handler, folders=(Folder(path=root, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(batch.rename, root / "batch")
        await handler.until(lambda asked: len(asked) == 2)
    assert handler.commands[1:] == [adding(root / "batch" / "a.md", root / "batch" / "deep/b.md")]


async def test_files_that_come_together_are_waited_for_and_loaded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand that wait one after another take over a quarter of an hour."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 1.0)
    handler = Recorder()
    files = [tmp_path / f"{number:04}.md" for number in range(1000)]

    def written() -> None:
        for file in files:
            file.write_text("The boats left.")

    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(written)
        await handler.until(lambda asked: loaded_by(asked[1:]) == {str(file) for file in files})
    # The system may tell of them in a few pieces.
    assert len(handler.commands) < 10


async def test_a_file_that_grows_holds_up_no_other(tmp_path: Path) -> None:
    """A large one may be copied for minutes, and others come before and after it."""
    handler = Recorder()
    slow, before, after = (tmp_path / name for name in ("slow.md", "before.md", "z.md"))
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(before.write_text, "The boats left.")
        with slow.open("a") as opened:
            for turn in range(40):
                opened.write("More. ")
                opened.flush()
                await asyncio.sleep(0.1)
                if turn == 15:
                    await asyncio.to_thread(after.write_text, "The boats came back.")
        assert loaded_by(handler.commands[1:]) == {str(before), str(after)}
        await handler.until(lambda asked: str(slow) in loaded_by(asked[1:]))


async def test_a_batch_that_could_not_be_kept_is_loaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells of no file a second time, and the database may be busy for a while."""
    monkeypatch.setattr(watching, "AGAIN_SECONDS", 0.3)
    handler = Recorder()
    file = tmp_path / "a.md"
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        handler.reply = lambda _: Refusal(message="The database is busy.", exit_status=1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(file.write_text, "The boats left.")
        await handler.until(lambda asked: asked.count(adding(file)) == 1)
        handler.reply = lambda _: Receipts(receipts=())
        await handler.until(lambda asked: asked.count(adding(file)) == 2)
        await asyncio.sleep(1)
    assert handler.commands.count(adding(file)) == 2


async def test_a_folder_that_goes_as_a_whole_takes_its_articles_along(tmp_path: Path) -> None:
    """Those that were loaded from it, and no others, whatever their names begin with."""
    handler = Recorder()
    root = tmp_path / "root"
    for folder in (root / "batch" / "deep", root / "batch-2"):
        await asyncio.to_thread(filled, folder)
    async with watched(handler, folders=(Folder(path=root, collection="sea", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        other = root / "batch" / "deep" / "other.md"
        handler.sources["main"] = {str(other)}
        await asyncio.to_thread((root / "batch").rename, tmp_path / "elsewhere")
        gone = RemoveSource(id=document_id("sea", str(root / "batch" / "deep" / "first.md")))
        await handler.until(lambda asked: gone in asked)
        await asyncio.sleep(0.5)
    removed = [each for each in handler.commands if isinstance(each, RemoveSource)]
    assert removed == [gone]


async def test_what_comes_and_goes_and_was_never_loaded_is_nobodys_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An editor makes a file and deletes it again: nothing is asked for, and nothing logged."""
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 1.0)
    handler = Recorder()
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        caplog.clear()
        with caplog.at_level(logging.INFO):
            for name in ("4913", "a.md~", "draft.md"):
                await asyncio.to_thread((tmp_path / name).write_text, "The boats left.")
            await asyncio.sleep(0.5)
            for name in ("4913", "a.md~", "draft.md"):
                await asyncio.to_thread((tmp_path / name).unlink)
            await asyncio.sleep(1.5)
    assert len(handler.commands) == 1
    assert [record for record in caplog.records if record.name.startswith("bot")] == []


async def test_a_database_that_cannot_be_used_ends_no_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was deleted meanwhile is said; what comes is loaded."""
    handler = Recorder()

    def broken(_: str) -> dict[str, str]:
        raise LibraryError("The disk is full.")

    monkeypatch.setattr(handler, "loaded", broken)
    first, later = tmp_path / "first.md", tmp_path / "later.md"
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(first.unlink)
        await asyncio.to_thread(later.write_text, "The boats left.")
        await handler.until(lambda asked: adding(later) in asked)
    assert f"what was deleted in {tmp_path} is not removed: The disk is full." in caplog.text


async def test_a_file_that_is_renamed_is_removed_before_it_is_loaded_again(tmp_path: Path) -> None:
    """Or it would be a duplicate of itself, and be gone with its old name."""
    handler = Recorder()
    old, new = tmp_path / "b.md", tmp_path / "a.md"
    await asyncio.to_thread(old.write_text, "The boats left.")
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(old.rename, new)
        await handler.until(lambda asked: len(asked) == 3)
    assert handler.commands[1:] == [RemoveSource(id=document_id("main", str(old))), adding(new)]


async def test_what_comes_while_the_folder_is_loaded_is_loaded_too(tmp_path: Path) -> None:
    """The first load of a large folder takes long, and nobody stops writing meanwhile."""
    file = tmp_path / "late.md"

    class Slow(Recorder):
        async def handle(
            self, command: Command, place: Place, progressed: Progressed | None = None
        ) -> Reply:
            reply = await super().handle(command, place, progressed)
            if command == adding(tmp_path):
                await asyncio.sleep(0.5)
                await asyncio.to_thread(file.write_text, "The boats left.")
                await asyncio.sleep(0.5)
            return reply

    handler = Slow()
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: adding(file) in asked)


async def test_a_folder_that_is_not_there_yet_is_loaded_once_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that is in it by then: a disk may be mounted after the start."""
    monkeypatch.setattr(watching, "ABSENT_SECONDS", 0.1)
    handler = Recorder()
    root = tmp_path / "root"
    async with watched(handler, folders=(Folder(path=root, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(filled, tmp_path / "mounted")
        await asyncio.to_thread((tmp_path / "mounted").rename, root)
        await handler.until(lambda asked: len(asked) > 1)
    assert handler.commands == [adding(root), adding(root)]


async def test_a_watched_folder_that_is_empty_is_no_trouble(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is one with files of other kinds: what comes later is loaded."""
    caplog.set_level(logging.INFO)
    handler = Recorder()
    root = tmp_path / "root"
    await asyncio.to_thread(root.mkdir)
    await asyncio.to_thread((root / "a.png").write_bytes, b"x")
    async with watched(handler, folders=(Folder(path=root, collection="main", watch=True),)):
        await asyncio.sleep(0.5)
        assert handler.asked == []
        await asyncio.to_thread((root / "a.md").write_text, "The boats left.")
        await handler.until(lambda asked: asked == [adding(root / "a.md")])
    ours = [record for record in caplog.records if record.name == "bot.watching"]
    assert [(each.levelname, each.message) for each in ours] == [
        ("INFO", f"nothing is in the watched folder {root} yet")
    ]


async def test_a_file_of_another_kind_is_not_loaded_when_it_comes(tmp_path: Path) -> None:
    """Nobody has named it, as when the whole folder is loaded."""
    handler = Recorder()
    async with watched(handler, folders=(Folder(path=tmp_path, collection="main", watch=True),)):
        await handler.until(lambda asked: len(asked) == 1)
        await asyncio.sleep(0.5)
        for name in ("a.png", "b.md", "LICENSE"):
            await asyncio.to_thread((tmp_path / name).write_text, "The boats left.")
        await handler.until(lambda asked: len(asked) == 2)
        await asyncio.sleep(0.5)
    assert handler.commands[1:] == [adding(tmp_path / "b.md")]


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
        ),
        left_out={".png": 2},
    )
    handler.reply = lambda _: receipts
    with caplog.at_level(logging.INFO):
        folder = Folder(path=tmp_path, collection="main", watch=False)
        await Watching(handler, [folder], [], handler.loaded).run()
    said = [(record.levelname, record.message) for record in caplog.records]
    assert said == [
        ("WARNING", "failed /a.pdf: it is no PDF"),
        ("INFO", "added /b.md"),
        ("INFO", "Left out: 2 files of kinds that cannot be loaded (.png 2)"),
    ]
