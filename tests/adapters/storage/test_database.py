"""The database file: made, migrated, durable, shared, and refused when it cannot be used."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, text

from adapters.storage import database as module
from adapters.storage.database import Database
from adapters.storage.tables import HEAD, metadata
from briefs.errors import LibraryError

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a database is to be; nothing is there yet."""
    return tmp_path / "data" / "dateline.db"


def put(connection: Connection, name: str) -> None:
    """Insert a row."""
    connection.execute(
        text("INSERT INTO documents VALUES (:id, 'main', :id, 1, NULL, FALSE, 1)"), {"id": name}
    )


def names(database: Database) -> list[str]:
    """Return the names of the rows."""
    with database.reading() as connection:
        return list(connection.execute(text("SELECT id FROM documents ORDER BY id")).scalars())


def filled(file: Path, rows: int = 2_000) -> None:
    """Make a database of many pages, all of them in its one file."""
    with closing(Database(file)) as database, database.writing() as connection:
        for number in range(rows):
            put(connection, f"{number:032}")
    with closing(sqlite3.connect(file)) as connection_of_python:
        connection_of_python.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_database_is_made_with_its_folder(file: Path) -> None:
    """The data folder is made for its owner alone, and the database at the newest schema."""
    with closing(Database(file)) as database, database.reading() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        tables = set(
            connection.execute(
                text("SELECT name FROM sqlite_schema WHERE type = 'table'")
            ).scalars()
        )
    assert version == HEAD
    assert tables == {*metadata.tables, "alembic_version"}
    if os.name != "nt":
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_empty_file_becomes_a_database(file: Path) -> None:
    """The migrations run from nothing."""
    file.parent.mkdir()
    file.touch()
    with closing(Database(file)) as database:
        assert names(database) == []


def test_opening_again_changes_nothing(file: Path) -> None:
    """A database that is up to date is left as it is."""
    filled(file, rows=3)
    before = file.read_bytes()
    with closing(Database(file)) as database:
        assert len(names(database)) == 3
    assert file.read_bytes() == before


def test_it_survives_a_pulled_plug(file: Path) -> None:
    """Write-ahead log, synchronous FULL, foreign keys held, deleted bytes overwritten: always."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
    with closing(Database(file)) as database, database.reading() as connection:
        values = {
            pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar_one() for pragma in pragmas
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": module.BUSY_SECONDS * 1000,
        "secure_delete": 1,
    }


def test_what_is_written_is_kept_as_a_whole_or_not_at_all(file: Path) -> None:
    """An error in the middle of a transaction leaves nothing of it."""
    with closing(Database(file)) as database:
        with database.writing() as connection:
            put(connection, "a")
        with pytest.raises(ZeroDivisionError), database.writing() as connection:  # noqa: PT012
            put(connection, "b")
            raise ZeroDivisionError
        assert names(database) == ["a"]


def test_a_reader_sees_one_state_while_another_writes(file: Path) -> None:
    """What is committed during a read is not seen by it, and does not wait for it."""
    with closing(Database(file)) as database, closing(Database(file)) as other:
        with database.reading() as connection:
            count = text("SELECT count(*) FROM documents")
            assert connection.execute(count).scalar_one() == 0
            with other.writing() as writing:
                put(writing, "a")
            assert connection.execute(count).scalar_one() == 0
        assert names(database) == ["a"]


def test_two_writers_queue(file: Path) -> None:
    """The second waits for the first, from its beginning on, and both are kept."""
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with closing(Database(file)) as other, other.writing() as connection:
            order.append("second in")
            put(connection, "b")

    with closing(Database(file)) as database:
        waiting = threading.Thread(target=second)
        waiting.start()
        with database.writing() as connection:
            inside.set()
            waiting.join(timeout=0.3)
            assert waiting.is_alive()
            order.append("first out")
            put(connection, "a")
        waiting.join()
        assert names(database) == ["a", "b"]
    assert order == ["first out", "second in"]


def test_a_writer_that_waits_too_long_is_told_why(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait is bounded; then a sentence says that another process is writing."""
    Database(file).close()
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    with closing(Database(file)) as database, closing(Database(file)) as other:
        with (
            database.writing(),
            pytest.raises(LibraryError, match="Another process has been writing"),
            other.writing(),
        ):
            pass
        with other.writing() as connection:
            put(connection, "a")
        assert names(database) == ["a"]


def test_a_full_disk_is_said_and_changes_nothing(file: Path) -> None:
    """What does not fit is refused with a sentence; what is there can still be read."""
    with closing(Database(file)) as database:
        with database.writing() as connection:
            put(connection, "a")
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        with (  # noqa: PT012
            pytest.raises(LibraryError, match=r"is full\. Nothing was changed"),
            database.writing() as connection,
        ):
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            for number in range(10_000):
                put(connection, f"{number:032}")
        assert names(database) == ["a"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path) -> None:
    """Somebody else's file under our name is not overwritten."""
    file.parent.mkdir()
    diary = "Dear diary, this is no database at all. " * 200
    file.write_text(diary)
    with pytest.raises(LibraryError, match=r"dateline\.db is damaged \(file is not a database\)"):
        Database(file)
    assert file.read_text() == diary


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_file_is_found_by_the_check(file: Path, seed: int) -> None:
    """A page of rubbish is found when the file is opened, or at the latest when it is checked."""
    filled(file)
    damaged = bytearray(file.read_bytes())
    random = np.random.default_rng(seed)
    page = int(random.integers(1, len(damaged) // 4096))
    damaged[page * 4096 : (page + 1) * 4096] = random.bytes(4096)
    file.write_bytes(damaged)
    with pytest.raises(LibraryError) as caught, closing(Database(file)) as database:
        database.check()
    assert f"{file} is damaged" in str(caught.value)
    assert "load the sources again, or restore a backup" in str(caught.value)


def test_a_truncated_file_is_found_by_the_check(file: Path) -> None:
    """Half a database is a damaged one."""
    filled(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with (
        pytest.raises(LibraryError, match="is damaged"),
        closing(Database(file)) as database,
    ):
        database.check()


def test_a_sound_file_passes_the_check(file: Path) -> None:
    """The check raises for nothing else."""
    filled(file)
    with closing(Database(file)) as database:
        database.check()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    """An old program must not guess at a schema that it does not know."""
    filled(file, rows=3)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(
        LibraryError, match=rf"newer Dateline \(schema 9999; this one knows {HEAD}\)"
    ):
        Database(file)
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file where the data folder should be: the sentence names it."""
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(LibraryError, match=r"data folder .*data cannot be made"):
        Database(tmp_path / "data" / "dateline.db")
    with pytest.raises(LibraryError, match="cannot be made"):
        Database(tmp_path / "data" / "deeper" / "dateline.db")


def test_a_folder_in_the_place_of_the_file_is_refused(file: Path) -> None:
    """SQLite cannot open a folder; the sentence says what to mend."""
    file.mkdir(parents=True)
    with pytest.raises(LibraryError, match=r"cannot be written .* Mend its permissions"):
        Database(file)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(file: Path) -> None:
    """A read-only data folder is named with what to mend."""
    file.parent.mkdir(mode=0o500)
    with pytest.raises(LibraryError, match="Mend its permissions"):
        Database(file)
