"""Files that are still being written: each is whole once it has not changed for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

_State: TypeAlias = tuple[int, int]
"""Size in bytes, and when it was last written to, in nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How a file stood, and since when as far as we know."""

    state: _State
    since: float


class Settling:
    """Waits for many files at once, so that one that grows for long holds up no other.

    Args:
        seconds: A file that has not changed for so long is whole.
    """

    def __init__(self, seconds: float) -> None:
        """Begin with no file."""
        self._seconds = seconds
        self._seen: dict[Path, _Seen] = {}

    def __len__(self) -> int:
        """Return how many files are waited for."""
        return len(self._seen)

    def watch(self, paths: Iterable[Path], now: float) -> None:
        """Wait for some files, those that are waited for already anew. Blocks.

        Args:
            paths: The files; one that is gone meanwhile is not waited for.
            now: The time, in seconds of a clock that never goes back.
        """
        for path in paths:
            self._look(path, now)

    def whole(self, now: float) -> list[Path]:
        """Return the files that are whole by now, and wait for them no more. Blocks."""
        due = [path for path, seen in self._seen.items() if now - seen.since >= self._seconds]
        found: list[Path] = []
        for path in due:
            before = self._seen[path].state
            if self._look(path, now) == before:
                del self._seen[path]
                found.append(path)
        return sorted(found)

    def _look(self, path: Path, now: float) -> _State | None:
        """Take note of how a file stands now; None: it is gone."""
        try:
            found = path.stat()
        except OSError:
            self._seen.pop(path, None)
            return None
        state = (found.st_size, found.st_mtime_ns)
        self._seen[path] = _Seen(state=state, since=now)
        return state
