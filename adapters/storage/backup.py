"""Backups: one tar file with all that a data folder holds, made beside a running bot.

The last member says what the others are, with their checksums: an archive that was cut off has not
got it.
"""

import contextlib
import glob
import hashlib
import io
import json
import os
import re
import secrets
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import text

from adapters.storage.archive import (
    CHUNK,
    DATABASE,
    FORMAT,
    KEYS,
    MANIFEST,
    MEGABYTE,
    UPLOADS,
    Manifest,
    is_upload,
    synced,
    verified_schema,
)
from adapters.storage.database import Database
from adapters.storage.tables import HEAD
from briefs.errors import LibraryError
from briefs.ports import Progress, Progressed

_PAGES_AT_ONCE = 2_000
_DAY_SECONDS = 86_400
_LEFT = re.compile(r"\.[0-9a-f]{8}\.(?:partial|db)(?:-wal|-shm|-journal)?$")


def back_up(
    database: Database, file: Path, *, program: str, now: datetime, progressed: Progressed
) -> Manifest:
    """Write a verified backup of the folder that a database is in; a file of that name is replaced.

    Whoever writes to the database meanwhile need not wait, and is not in the backup. It takes twice
    the size of the backup beside `file` while it is made.

    Raises:
        LibraryError: It cannot be written, or what was copied is damaged.
    """
    folder = database.file.parent
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    copy = half.with_suffix(".db")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _sweep(file, now)
        schema = _copied(database, copy, progressed)
        files: dict[str, str] = {}
        with _opened(half) as opened, tarfile.open(fileobj=opened, mode="w") as archive:
            for name, path in _members(folder, copy):
                found = _added(archive, name, path, progressed)
                if found is not None:
                    files[name] = found
            manifest = Manifest(
                format=FORMAT,
                schema=schema,
                program=program,
                made=now.isoformat(timespec="seconds"),
                files=files,
            )
            said = json.dumps(asdict(manifest), indent=1).encode()
            archive.addfile(_entry(MANIFEST, len(said), now.timestamp()), io.BytesIO(said))
        half.replace(file)
        synced(file.parent)
    except OSError as error:
        raise LibraryError(
            f"The backup {file} cannot be written ({error.strerror or error}). Make room, or name "
            "another place."
        ) from error
    finally:
        for left in (half, copy, Path(f"{copy}-wal"), Path(f"{copy}-shm"), Path(f"{copy}-journal")):
            # Where the folder is none, there is nothing left either.
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    return manifest


def _sweep(file: Path, now: datetime) -> None:
    """Remove what a backup of the same name left that was killed; it holds the keys, too."""
    for left in file.parent.glob(f".{glob.escape(file.name)}.*"):
        if _LEFT.search(left.name) and left.stat().st_mtime < now.timestamp() - _DAY_SECONDS:
            left.unlink(missing_ok=True)


def _copied(database: Database, copy: Path, progressed: Progressed) -> str:
    """Copy a database as it is at one moment, and return the schema of the copy."""

    def told(_status: int, remaining: int, total: int) -> None:
        progressed(
            Progress(what="Copying the database, pages", done=total - remaining, total=total)
        )

    copy.touch(mode=0o600, exist_ok=False)
    with database.reading() as connection, closing(sqlite3.connect(copy)) as target:
        # Within a transaction that has read something, SQLite copies that state: it neither starts
        # over when others write, nor makes them wait.
        connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        source: Any = connection.connection.driver_connection
        try:
            source.backup(target, pages=_PAGES_AT_ONCE, progress=told)
        except sqlite3.Error as error:
            raise LibraryError(
                f"The database cannot be copied ({error}). Make room, or see whether “dateline "
                "check” finds it damaged."
            ) from error
    progressed(Progress(what="Verifying the copy", done=0, total=0))
    schema = verified_schema(copy)
    if schema != HEAD:
        raise LibraryError(f"The copy has the schema {schema}, and not {HEAD}. Try again.")
    return schema


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that only its owner may read, and that is on the disk afterwards."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        yield opened
        opened.flush()
        os.fsync(opened.fileno())


def _members(folder: Path, copy: Path) -> Iterator[tuple[str, Path]]:
    """Yield what goes in, by its name there: files only, and nothing that a link leads to."""
    yield DATABASE, copy
    for name in KEYS:
        yield name, folder / name
    uploads = folder / UPLOADS
    for path in sorted(uploads.rglob("*")) if uploads.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        # What is being written has no such name yet.
        if is_upload(name):
            yield name, path


def _added(archive: tarfile.TarFile, name: str, path: Path, progressed: Progressed) -> str | None:
    """Add a file, and return its checksum; None where there is none any more."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        opened = path.open("rb")
    except FileNotFoundError:
        return None
    with opened:
        known = os.fstat(opened.fileno())
        hashing = _Hashing(opened, name, known.st_size, progressed)
        archive.addfile(_entry(name, known.st_size, known.st_mtime), hashing)
    return hashing.digest


def _entry(name: str, size: int, modified: float) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(modified), 0o600
    return entry


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, opened: IO[bytes], name: str, size: int, progressed: Progressed) -> None:
        super().__init__()
        self._opened = opened
        self._hash = hashlib.sha256()
        self._name, self._size, self._progressed = name, size, progressed
        self._read = 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        found = self._opened.read(CHUNK if size < 0 else size)
        self._hash.update(found)
        before, self._read = self._read, self._read + len(found)
        if before // MEGABYTE != self._read // MEGABYTE:
            self._progressed(
                Progress(
                    what="Writing, MB",
                    done=self._read // MEGABYTE,
                    total=self._size // MEGABYTE,
                    now=self._name,
                )
            )
        return found
