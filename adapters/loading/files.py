"""Files and folders: the `Loader` that the command line uses."""

import os
from collections.abc import Iterator
from pathlib import Path

from adapters.loading.dates import published
from adapters.loading.decoding import decoded
from adapters.loading.markdown import front_matter, plain
from adapters.loading.text import first_line_title, paragraphs
from briefs.errors import SourceError
from briefs.model import LoadedFile

MARKDOWN = frozenset({".md", ".markdown"})
TEXT = frozenset({".txt", ".text"})
SUFFIXES = MARKDOWN | TEXT


class FileLoader:
    """Reads text and Markdown files.

    Args:
        max_bytes: A larger file is refused.
    """

    def __init__(self, max_bytes: int) -> None:
        """Take note of the limit."""
        self._max_bytes = max_bytes

    def sources(self, named: str) -> list[str]:
        """Return the absolute paths that a path stands for: itself, or the files of a folder.

        A folder is walked in the order of its names; hidden files and links are not followed.

        Raises:
            SourceError: There is nothing of that name, or no file in the folder.
        """
        try:
            path = Path(named).expanduser()
        except RuntimeError as error:  # "~nobody"
            raise SourceError("there is no such file or folder") from error
        try:
            if path.is_dir():
                found = [str(file) for file in _walked(path.resolve())]
                if not found:
                    raise SourceError("there is no file in this folder")
                return found
            if not path.exists():
                raise SourceError("there is no such file or folder")
            return [str(path.resolve())]
        except OSError as error:
            raise SourceError(f"it cannot be read ({error.strerror})") from error

    def load(self, source: str) -> LoadedFile:
        """Read one file.

        Raises:
            SourceError: It cannot be read, is too large, or there is no text in it.
        """
        try:
            source.encode()
        except UnicodeEncodeError as error:
            raise SourceError("its name is not UTF-8; rename it") from error
        path = Path(source)
        suffix = path.suffix.casefold()
        if suffix not in SUFFIXES:
            raise SourceError(
                f"{suffix or 'a file without an ending'} cannot be loaded; "
                f"these can: {', '.join(sorted(SUFFIXES))}"
            )
        text = decoded(self._read(path))
        loaded = _markdown(source, text) if suffix in MARKDOWN else _text(source, text)
        if not any(character.isalnum() for character in loaded.text):
            raise SourceError("there is no text in it")
        return loaded

    def _read(self, path: Path) -> bytes:
        try:
            if not path.is_file():
                raise SourceError("it is not a file")
            # Read before it is measured: a file can grow between two looks at it.
            with path.open("rb") as opened:
                data = opened.read(self._max_bytes + 1)
        except OSError as error:
            raise SourceError(f"it cannot be read ({error.strerror})") from error
        if len(data) > self._max_bytes:
            raise SourceError(
                f"it is larger than {self._max_bytes:,} bytes; raise limits.file_bytes or split it"
            )
        return data


def _markdown(source: str, text: str) -> LoadedFile:
    stated, body = front_matter(text)
    heading, plain_text = plain(body)
    return _loaded(source, stated, heading, plain_text)


def _text(source: str, text: str) -> LoadedFile:
    stated, body = front_matter(text)
    heading, rest = first_line_title(paragraphs(body))
    return _loaded(source, stated, heading, rest)


def _loaded(source: str, stated: dict[str, str], heading: str | None, text: str) -> LoadedFile:
    date = published(stated["published"]) if "published" in stated else None
    notes: tuple[str, ...] = ()
    if "published" in stated and date is None:
        note = (
            f"the date “{stated['published']}” was not understood and is left unknown; write it "
            "as 2024-11-22 or 2024-11-22T08:00:00+01:00"
        )
        notes = (note,)
    return LoadedFile(
        source=source,
        text=text,
        title=stated.get("title") or heading or Path(source).stem,
        outlet=stated.get("outlet"),
        author=stated.get("author"),
        published=date,
        url=stated.get("url"),
        notes=notes,
    )


def _walked(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(root, name)
            if not name.startswith(".") and not file.is_symlink():
                yield file
