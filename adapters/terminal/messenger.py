"""Posting on the terminal: parts appended to a file, or printed by `run`.

A part in a file ends with a line of its own, `-- dateline KEY`, by which it is found again. What a
crash left half-written at the end of the file is completed when the part is looked for, so that a
reader never sees one twice. Standard output cannot be read back: what is in doubt there is held.
"""

import asyncio
import contextlib
import errno
import os
import re
import stat
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO, TypeVar

from briefs.outcomes import (
    Absent,
    Failed,
    Found,
    Limits,
    LookOutcome,
    NotNow,
    SendOutcome,
    Sent,
    Unknown,
    Unreadable,
)
from briefs.parts import Part

PREFIX = "terminal:"
LIMITS = Limits(timeout_seconds=3.0)
"""Far longer than appending takes, and short: what was in doubt is looked for soon after."""

BEGIN_SECONDS = 2.0
"""What was not begun by then is not begun at all: shorter than the limits' timeout."""

_FOR_GOOD = frozenset(
    {
        errno.EACCES,
        errno.EINVAL,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    }
)
"""Errors that stay until somebody mends something."""

_MARK = re.compile(r"^(?=-- dateline [a-z2-7]{25}\s*$)", re.MULTILINE)
_T = TypeVar("_T")


class TerminalMessenger:
    """Posts in `terminal:FILE`, by appending to the file, and in `terminal:`, by printing."""

    def __init__(self, out: TextIO) -> None:
        """Take where `terminal:` prints to; a file is opened when something goes there."""
        self._out = out
        # Two channels may be one file under two names: it is written by one at a time.
        self._locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)

    @property
    def limits(self) -> Limits:
        """What a file bears."""
        return LIMITS

    async def send(self, channel: str, part: Part, root: str | None = None) -> SendOutcome:
        """Append a part to the channel's file, and to the disk; or print it."""
        del root  # a file has no threads
        if channel == PREFIX:
            return await _in_thread(self._print, part)
        return await _in_thread(self._append, channel, part, time.monotonic())

    async def reconcile(
        self, channel: str, part: Part, since: datetime, root: str | None = None
    ) -> LookOutcome:
        """Look for a part in the channel's file, and complete it where it is half-written."""
        del root, since  # the whole file is read: it may have been copied, with other times
        if channel == PREFIX:
            return Unreadable(reason="what was printed on standard output cannot be read back")
        return await _in_thread(self._find, channel, part)

    def _print(self, part: Part) -> SendOutcome:
        encoding = self._out.encoding or "utf-8"
        text = f"{part.body.strip()}\n\n".encode(encoding, "replace").decode(encoding)
        with self._locks[Path()]:
            try:
                self._out.write(text)
                self._out.flush()
            except BrokenPipeError:
                return Failed(reason="nobody reads the standard output any more")
            except (OSError, ValueError) as error:
                return Unknown(reason=f"standard output cannot be written: {error}")
        return Sent()

    def _append(self, channel: str, part: Part, begun: float) -> SendOutcome:
        try:
            file = _file_of(channel)
            with self._alone_with(file), _opened(file, make=True) as (descriptor, made):
                if time.monotonic() - begun > BEGIN_SECONDS:
                    # It is in doubt by now, or soon: nothing may be posted any more.
                    return Failed(reason=f"{file} could not be opened in time", permanent=False)
                return _appended(descriptor, file, part, made=made)
        except OSError as error:
            return Failed(reason=_told(channel, error), permanent=error.errno in _FOR_GOOD)

    def _find(self, channel: str, part: Part) -> LookOutcome:
        mark, block = _mark_line(part), _block(part)
        try:
            file = _file_of(channel)
            with self._alone_with(file), _opened(file, make=False) as (descriptor, _):
                text = _whole(descriptor)
                if not text.startswith(mark) and b"\n" + mark not in text:
                    there = _begun(text, block)
                    if not there:
                        return Absent()
                    _write(descriptor, block[there:])
                os.fsync(descriptor)
        except FileNotFoundError:
            return Absent()
        except OSError as error:
            return NotNow(reason=_told(channel, error))
        return Found(remote_id=part.key)

    @contextlib.contextmanager
    def _alone_with(self, file: Path) -> Iterator[None]:
        lock = self._locks[file]
        if not lock.acquire(timeout=BEGIN_SECONDS):
            raise TimeoutError(errno.EAGAIN, "it is being written by another delivery")
        try:
            yield
        finally:
            lock.release()


def _file_of(channel: str) -> Path:
    name = channel.removeprefix(PREFIX)
    try:
        return Path(name).expanduser().resolve()
    except (ValueError, RuntimeError) as error:
        raise OSError(errno.EINVAL, f"it is no name of a file: {error}") from error


@contextlib.contextmanager
def _opened(file: Path, *, make: bool) -> Iterator[tuple[int, bool]]:
    """Yield a descriptor that appends, and whether the file was made for it."""
    # Without O_NONBLOCK, opening a pipe would wait for its reader.
    flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    made = False
    try:
        descriptor = os.open(file, flags)
    except FileNotFoundError:
        if not make:
            raise
        descriptor, made = os.open(file, flags | os.O_CREAT, 0o666), True
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        yield descriptor, made
    finally:
        os.close(descriptor)


def _appended(descriptor: int, file: Path, part: Part, *, made: bool) -> SendOutcome:
    """Append a part, all of it, or nothing, or nobody knows."""
    before = os.fstat(descriptor).st_size
    block = _block(part)
    if before and _last_byte(descriptor) != b"\n":
        # Somebody's last line has no end: what is posted begins a line of its own.
        block = b"\n" + block
    try:
        _write(descriptor, block)
    except OSError as error:
        try:
            # It did not fit, for example.
            os.ftruncate(descriptor, before)
            os.fsync(descriptor)
        except OSError:
            return Unknown(reason=_told(str(file), error))
        return Failed(reason=_told(str(file), error), permanent=False)
    try:
        os.fsync(descriptor)
        if made:
            _sync_folder(file.parent)
    except OSError as error:
        return Unknown(reason=_told(str(file), error))
    return Sent(remote_id=part.key)


def _block(part: Part) -> bytes:
    """Return what is appended for a part.

    A line of it that looks like a mark is set in by a space: no source may say that it was posted.
    """
    body = _MARK.sub(" ", part.body.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    return f"{body}\n".encode() + _mark_line(part) + b"\n"


def _mark_line(part: Part) -> bytes:
    return f"-- dateline {part.key}\n".encode()


def _begun(text: bytes, block: bytes) -> int:
    """Return how much of a block a text ends with, from the block's beginning on."""
    for length in range(min(len(block) - 1, len(text)), 0, -1):
        start = len(text) - length
        if (not start or text[start - 1 : start] == b"\n") and text.endswith(block[:length]):
            return length
    return 0


def _whole(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as reading:
        reading.seek(0)
        return reading.read()


def _last_byte(descriptor: int) -> bytes:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1)


def _write(descriptor: int, data: bytes) -> None:
    # In one piece, unless the system takes less: then nobody else writes in between, mostly.
    while data:
        data = data[os.write(descriptor, data) :]


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told(name: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"the folder of {name} is not there; make it, or name another file"
    return f"{name} cannot be written ({error.strerror or error})"


async def _in_thread(work: Callable[..., _T], *arguments: Any) -> _T:
    """Run something that may block for ever, in a thread that the program's end does not wait for.

    A pool of threads would be waited for: a reader of the standard output that sleeps, or a file
    of a server that is gone, would keep the program from stopping.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def give(result: _T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type]
        else:
            done.set_exception(error)

    def run() -> None:
        result, failed = None, None
        try:
            result = work(*arguments)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            failed = error
        # The loop may be closed by now.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(give, result, failed)

    threading.Thread(target=run, daemon=True, name="terminal").start()
    return await done
