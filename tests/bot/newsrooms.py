"""Newsrooms to test: real parts, and embedders that fail or wait where a test needs it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adapters.hashing import HashEmbedder
from adapters.loading.fetching import Fetcher
from adapters.loading.files import FileLoader
from adapters.loading.processes import ParserProcesses
from adapters.loading.sources import SourceLoader
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot.keeping import Keeping
from bot.loading import Loading
from bot.newsroom import Newsroom
from briefs.answering import AnswerSettings
from briefs.model import Document, Origination, Receipt, Vectors
from briefs.ports import (
    AddSources,
    Ask,
    Embedder,
    Kept,
    Place,
    Progress,
    Progressed,
    Receipts,
    unheard,
)
from briefs.reprints import sketch
from tests.building import embedded

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

    async def ready(self, progressed: Progressed = unheard) -> None:
        """Count, after what comes first."""
        progressed(Progress(what="Starting the model", done=0, total=0))
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


def newsroom(  # noqa: PLR0913 - a test names what it needs
    database: Database,
    embedder: Embedder | None = None,
    *,
    files: FileLoader | None = None,
    library: SqlLibrary | None = None,
    settings: AnswerSettings | None = None,
    keeping: Keeping | None = None,
    stays: bool = False,
    processes: ParserProcesses | None = None,
    fetcher: Callable[[], Fetcher] = lambda: Fetcher(user_agent="Dateline's tests"),
) -> Newsroom:
    """Return a newsroom over a database; it reads text and Markdown, and starts no process."""
    library = library or SqlLibrary(database, lambda: datetime.now(UTC))
    embedder = embedder or HashEmbedder()
    loader = SourceLoader(
        files=files or FileLoader(max_bytes=1_000_000),
        processes=processes or ParserProcesses(),
        fetcher=fetcher,
        validators=library.validators,
        keep=library.save_validators,
    )
    return Newsroom(
        library=library,
        embedder=embedder,
        loading=Loading(library=library, embedder=embedder, loader=loader),
        settings=settings or AnswerSettings(min_confidence=0.3),
        keeping=keeping,
        stays=stays,
    )


async def load(room: Newsroom, *sources: Path, collection: str = "main") -> Receipts:
    """Load sources in silence."""
    wanted = AddSources(sources=tuple(map(str, sources)), collection=collection)
    return await room.add(wanted, unheard)


async def load_one(room: Newsroom, source: Path, collection: str = "main") -> Receipt:
    """Load one source in silence, and return its receipt."""
    (receipt,) = (await load(room, source, collection=collection)).receipts
    return receipt


def kept(article: Document) -> Kept:
    """Return what a library keeps of a document that nothing was dropped from."""
    return Kept(
        embedded=embedded(article),
        origination=Origination(digest=article.text),
        sketch=sketch(article.text),
    )
