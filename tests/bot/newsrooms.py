"""Newsrooms to test: real parts, and embedders that fail or wait where a test needs it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adapters.hashing import HashEmbedder
from adapters.loading.files import FileLoader
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot.newsroom import Newsroom
from briefs.answering import AnswerSettings
from briefs.model import Vectors
from briefs.ports import AddSources, Ask, Embedder, Loader, Place, Progress, Receipts

EVERYWHERE = Place(channel="terminal:", collections=None, admin=True)
QUESTION = Ask(question="How many trips to the port of Vostochny?")


class WatchedEmbedder(HashEmbedder):
    """Embeds by words, counts what it does, and does first what a test asks for."""

    name = "watched"

    def __init__(self, identity: str = "watched:1") -> None:
        """Nothing is done first, unless a test sets it."""
        self.before_passages: Callable[[], Awaitable[None]] = _nothing
        self.before_queries: Callable[[], Awaitable[None]] = _nothing
        self.before_ready: Callable[[], Awaitable[None]] = _nothing
        self.embedded: list[str] = []
        self.readied = 0
        self._identity = identity

    async def identity(self) -> str:
        """Return what the test says."""
        return self._identity

    async def ready(self) -> None:
        """Count, after what comes first."""
        await self.before_ready()
        self.readied += 1

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed, after what comes first."""
        await self.before_queries()
        return await super().embed_queries(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed, after what comes first."""
        await self.before_passages()
        self.embedded += texts
        return await super().embed_passages(texts)


async def _nothing() -> None:
    pass


def newsroom(
    database: Database, embedder: Embedder | None = None, loader: Loader | None = None
) -> Newsroom:
    """Return a newsroom over a database."""
    return Newsroom(
        library=SqlLibrary(database, lambda: datetime.now(UTC)),
        embedder=embedder or HashEmbedder(),
        loader=loader or FileLoader(max_bytes=1_000_000),
        settings=AnswerSettings(min_confidence=0.3),
    )


async def load(room: Newsroom, *sources: Path, collection: str = "main") -> Receipts:
    """Load sources in silence."""
    wanted = AddSources(sources=tuple(map(str, sources)), collection=collection)
    return await room.add(wanted, unheard)


def unheard(_progress: Progress) -> None:
    """Let progress pass."""
