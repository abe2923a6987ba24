"""What a backup is: which files, what says what they are, and whether a database is whole."""

import contextlib
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from briefs.errors import LibraryError

DATABASE, KEYS, UPLOADS = "dateline.db", ("asker.key", "link.key"), "uploads"
"""What a data folder holds that cannot be made again."""

MANIFEST = "manifest.json"
FORMAT = 1
"""Of the archive; the schema of the database is told apart from it."""

MEGABYTE = 1_000_000
CHUNK = 1 << 20

_UPLOAD = re.compile(r"uploads/[0-9a-f]{1,64}/[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,254}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds."""

    format: int
    schema: str
    program: str
    """Dateline's version."""
    made: str
    """ISO 8601 in UTC."""
    files: dict[str, str]
    """The SHA-256 of each member, in hexadecimal, by its name."""


def is_upload(name: str) -> bool:
    """Say whether a member's name is that of a file that somebody sent, and leads nowhere else."""
    return _UPLOAD.fullmatch(name) is not None


def verified_schema(file: Path) -> str:
    """Return the schema of a database that nobody uses, after reading all of it.

    Raises:
        LibraryError: It is damaged, or no database of Dateline's.
    """
    try:
        with closing(sqlite3.connect(file)) as opened:
            # One file, and no log beside it.
            opened.execute("PRAGMA journal_mode = DELETE")
            found = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise LibraryError(f"The database in the backup is damaged ({found}).")
            (schema,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise LibraryError(f"The database in the backup is damaged ({error}).") from error
    return str(schema)


def synced(folder: Path) -> None:
    """Let the names in a folder survive a pulled plug, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
