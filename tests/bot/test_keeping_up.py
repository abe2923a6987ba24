"""What is loaded is in memory before somebody asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from adapters.storage.database import Database
from bot.app import App, assembled
from bot.config import read_settings
from bot.keeping_up import keep_up
from bot.newsroom import Newsroom
from briefs.errors import LibraryError
from briefs.ports import AddSources, Place
from tests.bot.newsrooms import WatchedEmbedder, load, newsroom
from tests.running import article

ADMIN = Place(channel="terminal:", collections=None, admin=True)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    opened = Database(tmp_path / "data" / "dateline.db")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one article."""
    article(tmp_path / "articles" / "crane.md", "The crane was painted red.")
    return tmp_path / "articles"


@contextlib.asynccontextmanager
async def kept_up(room: Newsroom) -> AsyncIterator[None]:
    """Keep up with the library while the block runs."""
    task = asyncio.create_task(keep_up(room, 0.05))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(wanted: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(15):
        while not wanted():  # noqa: ASYNC110 - another task makes it so
            await asyncio.sleep(0.02)


def documents(app: App) -> float:
    """Return how many documents are said to be in memory."""
    name = "dateline_index_documents "
    (line,) = [each for each in app.figures().decode().splitlines() if each.startswith(name)]
    return float(line.removeprefix(name))


async def test_the_first_articles_of_an_empty_library_are_measured_without_a_question(
    data: Path, tmp_path: Path
) -> None:
    """Who watches the figures of a bot that was just started sees what it has loaded."""
    file = article(tmp_path / "new.md", "The crane was painted red.", outlet="Crane News")
    with assembled(read_settings(), data, stays=True) as app:
        async with kept_up(app.newsroom):
            await until(lambda: app.newsroom.warm)
            assert documents(app) == 0
            await app.commands.handle(AddSources(sources=(str(file),)), ADMIN)
            await until(lambda: documents(app) == 1)


async def test_the_model_comes_into_memory_with_the_first_articles(
    database: Database, folder: Path
) -> None:
    """Whichever process loads them; and is not asked for again while nothing changes."""
    embedder = WatchedEmbedder()
    async with kept_up(newsroom(database, embedder)):
        await asyncio.sleep(0.2)
        assert embedder.readied == 0
        await load(newsroom(database, WatchedEmbedder()), folder)
        await until(lambda: embedder.readied > 0)
        await asyncio.sleep(0.3)
        assert embedder.readied == 1


async def test_a_database_that_cannot_be_used_for_a_while_is_said_once(
    database: Database,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And looked at again: the bot goes on."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)

    def broken() -> int:
        raise LibraryError("The disk is full.")

    async with kept_up(room):
        await until(lambda: room.warm)
        with monkeypatch.context() as patched:
            patched.setattr(room._library, "version", broken)
            await asyncio.sleep(0.3)
        await load(newsroom(database, WatchedEmbedder()), folder)
        await until(lambda: embedder.readied > 0)
    assert caplog.text.count("The disk is full.") == 1
