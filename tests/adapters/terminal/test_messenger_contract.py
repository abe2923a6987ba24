"""The terminal messenger keeps what every messenger promises."""

import io
from pathlib import Path

import pytest

from adapters.terminal.messenger import TerminalMessenger
from tests.adapters.messenger_contract import MessengerContract, Stage


class Folder:
    """A file in a folder; nothing can be lost on the way to it."""

    faults: frozenset[str] = frozenset()

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._file = folder / "briefs.txt"
        self.channel = f"terminal:{self._file}"
        self.gone = f"terminal:{folder / 'nowhere' / 'briefs.txt'}"
        self.messenger = TerminalMessenger(io.StringIO())

    def body(self, text: str) -> str:
        """Return the text, as a file takes it."""
        return f"{text}\n"

    def posted(self, text: str) -> int:
        """Count how often a text stands in the file."""
        return self._file.read_text(encoding="utf-8").count(text) if self._file.exists() else 0

    def fault(self, kind: str) -> None:
        """Nothing can go wrong."""
        raise NotImplementedError(kind)

    def mend(self) -> None:
        """Nothing went wrong."""


class TestTerminalMessenger(MessengerContract):
    """A file."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Stage:
        """Return a file to append to."""
        return Folder(tmp_path)
