"""A random key in a file of the data folder, which only its owner may read."""

import os
import secrets
from pathlib import Path

from filelock import FileLock

from briefs.errors import LibraryError

KEY_BYTES = 32
_PATIENCE_SECONDS = 10


class KeyFile:
    """A key that is made when it is first needed.

    It is made once, however many processes need it at that moment.
    """

    def __init__(self, file: Path, *, loss: str) -> None:
        """Take the file, and what is lost with the key; nothing is read or made yet."""
        self.file = file
        self._loss = loss
        self._key: bytes | None = None

    def key(self) -> bytes:
        """Return the key.

        Raises:
            LibraryError: It cannot be read or made.
        """
        if self._key is None:
            self._key = self._found() or self._made()
        return self._key

    def exists(self) -> bool:
        """Say whether there is a key already.

        Raises:
            LibraryError: There is one, and it cannot be read.
        """
        return self._key is not None or self._found() is not None

    def _found(self) -> bytes | None:
        try:
            key = bytes.fromhex(self.file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LibraryError(
                f"The key {self.file} cannot be read ({error.strerror}). Let the user that runs "
                "Dateline read it."
            ) from error
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise LibraryError(
                f"The key {self.file} is damaged. Restore it from a backup; or delete it, and "
                f"{self._loss}."
            )
        return key

    def _made(self) -> bytes:
        """Make the key, or return the one that another process made first."""
        try:
            with FileLock(self.file.with_suffix(".lock"), timeout=_PATIENCE_SECONDS):
                return self._found() or self._written(secrets.token_bytes(KEY_BYTES))
        except OSError as error:
            raise LibraryError(
                f"The key {self.file} cannot be made ({error.strerror or error}). Make room, or "
                "mend the permissions of its folder."
            ) from error

    def _written(self, key: bytes) -> bytes:
        # Whole at once under its name: a process that is killed here leaves no half a key.
        new = self.file.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as writing:
            writing.write(key.hex())
            writing.flush()
            os.fsync(writing.fileno())
        new.replace(self.file)
        return key
