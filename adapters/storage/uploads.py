"""Files that people send, kept in the data folder under the hash of what is in them."""

import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from pathlib import Path

from briefs.errors import LibraryError

_LONGEST_NAME = 100
_HASH_CHARACTERS = 32
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')


class UploadFolder:
    """Keeps each file as `HASH/NAME`, so that no name that a person gives leads anywhere else.

    The name is kept because the ending says what it is, and because an article without a title is
    called by it.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when it is first needed."""
        self._folder = folder

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file, and return its absolute path.

        Raises:
            LibraryError: It cannot be written.
        """
        digest = hashlib.sha256(data).hexdigest()[:_HASH_CHARACTERS]
        file = self._folder / digest / safe_name(name)
        if file.exists() and file.stat().st_size == len(data):
            return str(file.resolve())
        half = file.with_name(f".{secrets.token_hex(8)}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with half.open("wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
            half.replace(file)
        except OSError as error:
            half.unlink(missing_ok=True)
            raise LibraryError(
                f"The file cannot be kept in the data folder ({error.strerror}). Tell whoever "
                "operates Dateline."
            ) from error
        return str(file.resolve())

    def discard(self, source: str) -> None:
        """Let go of a file; nothing happens to what is not in the folder."""
        if self.holds(source):
            shutil.rmtree(Path(source).parent, ignore_errors=True)

    def holds(self, source: str) -> bool:
        """Say whether a source is a file of the folder."""
        path = Path(source)
        return path.parent.parent == self._folder.resolve() and path.is_file()


def safe_name(name: str) -> str:
    """Return a name that a file may have on any system, with its ending: never a path."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", name)
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    bare = _FORBIDDEN.sub("-", plain).strip(" .-") or "file"
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > 10:  # noqa: PLR2004 - no ending is longer
        return bare[:_LONGEST_NAME].strip(" .")
    room = _LONGEST_NAME - len(suffix) - 1
    return f"{stem[:room].strip(' .') or 'file'}.{suffix}"
