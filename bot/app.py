"""The one place where the parts are wired together."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.embedding import SentenceTransformerEmbedder
from adapters.hashing import HASH_MODEL, HashEmbedder
from adapters.loading.files import FileLoader
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot.commands import Commands
from bot.config import ModelSettings, Settings
from bot.newsroom import Newsroom
from briefs.answering import AnswerSettings
from briefs.ports import Embedder

DATABASE = "dateline.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The parts that a command line needs to hold."""

    commands: Commands
    newsroom: Newsroom
    embedder: Embedder
    database: Database


@contextlib.contextmanager
def assembled(settings: Settings, data: Path) -> Iterator[App]:
    """Yield the program over a data folder, and take it apart afterwards.

    Raises:
        LibraryError: The data folder or the database in it cannot be used.
    """
    database = Database(data / DATABASE)
    embedder = embedder_for(settings.model)
    newsroom = Newsroom(
        library=SqlLibrary(database, now=utc_now),
        embedder=embedder,
        loader=FileLoader(max_bytes=settings.limits.file_bytes),
        settings=AnswerSettings(
            max_statements=settings.answers.max_statements,
            min_confidence=settings.answers.min_confidence,
        ),
    )
    try:
        yield App(
            commands=Commands(newsroom), newsroom=newsroom, embedder=embedder, database=database
        )
    finally:
        embedder.close()
        database.close()


def embedder_for(model: ModelSettings) -> Embedder:
    """Return the embedder that the settings ask for; nothing is loaded yet."""
    if model.name == HASH_MODEL:
        return HashEmbedder()
    return SentenceTransformerEmbedder(
        model.name, precision=model.precision, device=model.device, threads=model.threads
    )


def utc_now() -> datetime:
    """Return the time now, aware."""
    return datetime.now(UTC)
