"""The instance lock of a data folder: only one `run` or `chat` at a time."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from briefs.errors import LibraryError, LockedError


@contextlib.contextmanager
def instance_lock(data: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold the lock of a data folder.

    The operating system lets go of it when the process ends, however it ends.

    Raises:
        LockedError: Another process holds it; the message says who.
        LibraryError: The folder cannot be written.
    """
    # Who holds it is told in a file beside the lock: Windows lets nobody read a locked one.
    holder = data / "dateline.holder"
    lock = FileLock(data / "dateline.lock")
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(
            f"{_described(holder)} already runs on {data}. Stop it, or name another data folder "
            "with --data."
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The data folder {data} cannot be written ({error.strerror}). Name another with "
            "--data, or mend its permissions."
        ) from error
    try:
        holder.write_text(
            json.dumps(
                {"command": command, "pid": os.getpid(), "since": f"{now:%Y-%m-%d %H:%M %Z}"}
            )
        )
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def running(data: Path) -> bool:
    """Say whether `run` holds the lock of a data folder, as far as that can be told.

    The lock itself is not tried: whoever starts at that moment would find it taken.
    """
    try:
        found = json.loads((data / "dateline.holder").read_text())
        if found["command"] != "run":
            return False
        if os.name != "nt":
            # Who was killed has left the file behind.
            os.kill(int(found["pid"]), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _described(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text())
        return f"“dateline {found['command']}” (process {found['pid']}, since {found['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        # It is being written this moment.
        return "Another Dateline"
