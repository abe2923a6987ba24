"""What every test of the storage gets: a real database in a folder of its own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from tests.adapters.storage.keeping import library_of


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def library(database: Database) -> SqlLibrary:
    """Return an empty library."""
    return library_of(database)


@pytest.fixture
def another(database: Database) -> Iterator[SqlLibrary]:
    """Return the library of the same file as another process sees it: over its own engine."""
    with closing(Database(database.file)) as opened:
        yield library_of(opened)
