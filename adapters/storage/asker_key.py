"""The key under which askers are kept: whoever has the database alone cannot tell who asked."""

import hashlib
import hmac
from pathlib import Path

from adapters.storage.key_file import KeyFile


class AskerKey:
    """A random key in a file of the data folder, made when it is first needed."""

    def __init__(self, file: Path) -> None:
        """Take the file; nothing is read or made yet."""
        self.file = file
        self._key = KeyFile(file, loss="nobody who has asked until now can be told apart any more")

    def hashed(self, person: str) -> str:
        """Return what is stored in place of a person: HMAC-SHA256, in hexadecimal.

        Raises:
            LibraryError: The key cannot be read or made.
        """
        return hmac.new(self._key.key(), person.encode(), hashlib.sha256).hexdigest()

    def exists(self) -> bool:
        """Say whether there is a key already.

        Raises:
            LibraryError: There is one, and it cannot be read.
        """
        return self._key.exists()
