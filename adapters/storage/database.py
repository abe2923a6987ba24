"""Opening the database: SQLite that survives a pulled plug, at the newest schema."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

# The tables of every module, so that the metadata is whole wherever a database is.
from adapters.storage import inbox_tables, outbox_tables, schedule_tables  # noqa: F401
from adapters.storage.restoring import finish_restoring
from adapters.storage.tables import HEAD
from briefs.errors import LibraryError

BUSY_SECONDS = 30
"""How long a writer waits for another one; loads of several processes queue this way."""

_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One SQLite file in WAL mode; every use of it is one short transaction."""

    def __init__(self, file: Path) -> None:
        """Open a database, making it or bringing it to the newest schema where needed.

        Raises:
            LibraryError: It cannot be opened, is damaged, or is of a newer Dateline.
        """
        self.file = file
        with self._translated():
            try:
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise LibraryError(
                    f"The data folder {file.parent} cannot be made ({error.strerror}). Name "
                    "another with --data, or mend its permissions."
                ) from error
            finish_restoring(file.parent)
            self._engine = create_engine(f"sqlite:///{file}")
            _configure(self._engine)
            self._migrate()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, *, patience_seconds: float | None = None) -> Iterator[Connection]:
        """Yield a connection that holds the write lock; all of it is kept, or nothing.

        Args:
            patience_seconds: How long to wait for another writer; as long as a load does, if None.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(
                dateline_writes=True, dateline_patience_seconds=patience_seconds
            )
            with connection.begin():
                yield connection

    def empty_log(self) -> None:
        """Write what is in the write-ahead log into the file, and empty the log.

        What was deleted can be read in the log until then. While another process reads, that is
        left to the next one.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(dateline_transaction=False)
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> None:
        """Read the whole file.

        Raises:
            LibraryError: It is damaged.
        """
        with self.reading() as connection:
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        if found != "ok":
            raise LibraryError(self._damaged(str(found)))

    def touch(self) -> None:
        """Read something small.

        Raises:
            LibraryError: It cannot be used.
        """
        with self.reading() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            found = None
            if inspect(connection).has_table("alembic_version"):
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise LibraryError(
                f"{self.file} was written by a newer Dateline (schema {found}; this one knows "
                f"{HEAD}). Install that version, or name another data folder with --data."
            )
        # Imported here because a start with nothing to migrate should not wait for it.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise LibraryError(self._explained(str(error.orig))) from error
        except SQLAlchemyError as error:
            raise LibraryError(f"The database {self.file} cannot be used: {error}") from error

    def _explained(self, cause: str) -> str:
        low = cause.casefold()
        if "not a database" in low or "malformed" in low or "disk image" in low:
            return self._damaged(cause)
        if "full" in low:
            return f"The disk is full. Nothing was changed; make room for {self.file}."
        if "locked" in low:
            return (
                f"Another process has been writing to {self.file} for too long. Nothing was "
                "changed; try again when it is done."
            )
        if "readonly" in low or "unable to open" in low:
            return (
                f"The database {self.file} cannot be written ({cause}). Mend its permissions, or "
                "name another data folder with --data."
            )
        return f"The database {self.file} cannot be used: {cause}"

    def _damaged(self, cause: str) -> str:
        return (
            f"The database {self.file} is damaged ({cause}). Put it aside and load the sources "
            "again, or restore a backup."
        )


def _configure(engine: Engine) -> None:
    """Set what SQLite needs to be durable and shared; PostgreSQL needs none of it."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # SQLAlchemy begins transactions itself (below); Python's sqlite3 must not do so too.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten: what a person asked must not stay readable in the file.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A writer takes its lock at once: a transaction that reads first and writes later could
        # fail in the middle, when another one wrote in between.
        options = connection.get_execution_options()
        patience = options.get("dateline_patience_seconds")
        seconds = BUSY_SECONDS if patience is None else patience
        # At each beginning, because a connection goes from one user to the next.
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        if options.get("dateline_transaction", True):
            writes = options.get("dateline_writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
