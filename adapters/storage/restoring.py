"""Restoring a backup: unpacked beside what is there, verified, and put in its place.

A data folder may be a mount point, which cannot be renamed. So what was verified becomes the folder
`.restored` in it by one renaming. From then on the restoration counts, and whoever opens the
database next, after whatever crash, first moves into place what has not been moved. Before it,
nothing that was there is touched.
"""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

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
from adapters.storage.tables import HEAD
from briefs.errors import LibraryError, LockedError, UsageError
from briefs.ports import Progress, Progressed

STAGING, COMMITTED, _DONE = ".restoring", ".restored", ".restored-done"
_PATIENCE_SECONDS = 60
_PATIENCE_OTHERS_SECONDS = 2.0
_LARGEST_MANIFEST = 200 * MEGABYTE


def restore(file: Path, folder: Path, *, force: bool, progressed: Progressed) -> Manifest:
    """Replace what a data folder holds by a backup; whoever calls holds the folder's lock.

    Raises:
        UsageError: There is no such file, or the folder holds something and `force` is not given.
        LockedError: Another process has the database open.
        LibraryError: The backup is damaged, none of Dateline's, or of a newer one; or there is no
            room. What was there stays as it was.
    """
    if not file.is_file():
        raise UsageError(f"There is no backup {file}.")
    finish_restoring(folder)
    holds = [each for each in (DATABASE, *KEYS, UPLOADS) if (folder / each).exists()]
    if holds and not force:
        raise UsageError(
            f"The data folder {folder} is not empty ({', '.join(holds)}). Name another one with "
            "--data, or replace what is there with --force."
        )
    staging = folder / STAGING
    try:
        _sweep(folder)
        _check_room(file, folder)
        staging.mkdir(mode=0o700)
        manifest = _unpacked(file, staging, progressed)
        progressed(Progress(what="Verifying the database", done=0, total=0))
        _check_database(staging / DATABASE)
        for each in (*(each for each in staging.rglob("*") if each.is_dir()), staging):
            synced(each)
        _check_unused(folder / DATABASE)
        staging.rename(folder / COMMITTED)
        synced(folder)
    except tarfile.TarError as error:
        raise LibraryError(f"{file} is damaged, or no backup of Dateline ({error}).") from error
    except OSError as error:
        raise LibraryError(
            f"The backup cannot be restored into {folder} ({error.strerror or error}). What was "
            "there is as it was."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    finish_restoring(folder)
    return manifest


def finish_restoring(folder: Path) -> None:
    """Move into place what was restored, where that was broken off; else do nothing.

    Raises:
        LibraryError: It cannot be moved.
    """
    committed = folder / COMMITTED
    if not committed.is_dir():
        return
    try:
        with FileLock(folder / "restore.lock", timeout=_PATIENCE_SECONDS):
            if committed.is_dir():
                _move(committed, folder)
    except OSError as error:
        raise LibraryError(
            f"A backup was restored into {folder}, and cannot be moved into its place "
            f"({error.strerror or error}). Mend that, and try again."
        ) from error


def _move(committed: Path, folder: Path) -> None:
    """Put each thing in its place; whatever was done before is not done again."""
    wanted = _manifest((committed / MANIFEST).read_bytes()).files
    if (committed / DATABASE).exists():
        # The old log must not be read into the new database.
        for name in (f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal"):
            (folder / name).unlink(missing_ok=True)
        (committed / DATABASE).replace(folder / DATABASE)
    for name in KEYS:
        if (committed / name).exists():
            (committed / name).replace(folder / name)
        elif name not in wanted:
            (folder / name).unlink(missing_ok=True)
    has_uploads = any(name.startswith(f"{UPLOADS}/") for name in wanted)
    if (committed / UPLOADS).exists() or not has_uploads:
        if (folder / UPLOADS).exists():
            (folder / UPLOADS).rename(committed / f"old-{secrets.token_hex(4)}")
        if has_uploads:
            (committed / UPLOADS).rename(folder / UPLOADS)
    synced(folder)
    # By one renaming again: half a folder must not be taken for what is to be moved.
    done = folder / f"{_DONE}-{secrets.token_hex(4)}"
    committed.rename(done)
    shutil.rmtree(done, ignore_errors=True)


def _check_unused(file: Path) -> None:
    """Refuse a database that is open elsewhere: its log would be mixed up with the new one's.

    SQLite leaves its write-ahead log only for who is alone with the file.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE_OTHERS_SECONDS)) as opened:
            opened.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return
        raise LockedError(
            f"Another command is using {file}. Restore when it is done; nothing was changed."
        ) from error
    except sqlite3.DatabaseError:
        # It is damaged: that may be why it is to be replaced.
        return


def _sweep(folder: Path) -> None:
    """Remove what earlier restorations left that were broken off."""
    for left in (folder / STAGING, *folder.glob(f"{_DONE}-*")):
        shutil.rmtree(left, ignore_errors=True)


def _check_room(file: Path, folder: Path) -> None:
    free, wanted = shutil.disk_usage(folder).free, file.stat().st_size
    if free < wanted:
        raise LibraryError(
            f"The backup needs {wanted // MEGABYTE + 1:,} MB, and {free // MEGABYTE:,} MB are free "
            f"for {folder}. Make room; what was there is as it was."
        )


def _unpacked(file: Path, staging: Path, progressed: Progressed) -> Manifest:
    """Unpack an archive, and return its manifest, with which everything agrees."""
    found: dict[str, str] = {}
    said: bytes | None = None
    size = file.stat().st_size
    with tarfile.open(file, mode="r:") as archive:
        for member in archive:
            name = member.name
            if not _is_ours(member) or name in found or said is not None:
                raise LibraryError(f"{file} is no backup of Dateline: it holds {name!r}.")
            opened = archive.extractfile(member)
            if opened is None:
                raise LibraryError(f"{file} is no backup of Dateline: {name!r} is no file.")
            with opened:
                if name == MANIFEST:
                    said = opened.read(_LARGEST_MANIFEST)
                    (staging / MANIFEST).write_bytes(said)
                    continue
                progressed(
                    Progress(
                        what="Unpacking, MB",
                        done=member.offset // MEGABYTE,
                        total=size // MEGABYTE,
                        now=name,
                    )
                )
                found[name] = _written(opened, staging / name, member.size)
    if said is None:
        raise LibraryError(f"{file} is no whole backup of Dateline: its end is missing.")
    manifest = _manifest(said)
    if manifest.format > FORMAT or manifest.schema > HEAD:
        raise LibraryError(
            f"{file} was written by a newer Dateline ({manifest.program}, schema "
            f"{manifest.schema}; this one knows {HEAD}). Install that version."
        )
    if manifest.files != found or DATABASE not in found:
        wrong = sorted({*manifest.files.items()} ^ {*found.items()})
        raise LibraryError(f"{file} is damaged: {wrong[0][0] if wrong else DATABASE} is not whole.")
    return manifest


def _is_ours(member: tarfile.TarInfo) -> bool:
    """Say whether a member may be in a backup: by its name, which leads nowhere else, and kind."""
    if not member.isreg() or member.issparse():
        return False
    return member.name in {DATABASE, MANIFEST, *KEYS} or is_upload(member.name)


def _written(opened: IO[bytes], target: Path, size: int) -> str:
    """Write a member to the disk, and return its checksum."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    digest, left = hashlib.sha256(), size
    with target.open("wb") as writing:
        while left and (chunk := opened.read(min(CHUNK, left))):
            left -= len(chunk)
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _manifest(said: bytes) -> Manifest:
    try:
        stated: dict[str, Any] = json.loads(said)
        texts = [stated[name] for name in ("schema", "program", "made")]
        files = stated["files"]
        whole = [*texts, *files.keys(), *files.values()]
        if not (isinstance(stated["format"], int) and all(isinstance(each, str) for each in whole)):
            raise TypeError("of the wrong kind")  # noqa: TRY301 - as any other
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError("The backup's list of what it holds is damaged.") from error
    schema, program, made = texts
    return Manifest(format=stated["format"], schema=schema, program=program, made=made, files=files)


def _check_database(file: Path) -> None:
    schema = verified_schema(file)
    if schema > HEAD:
        raise LibraryError(
            f"The backup was written by a newer Dateline (schema {schema}; this one knows {HEAD}). "
            "Install that version."
        )
