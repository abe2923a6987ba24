"""Files and folders; text and Markdown are read here."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from adapters.loading.dates import published
from adapters.loading.decoding import decoded
from adapters.loading.processes import Kind
from briefs.errors import SourceError
from briefs.model import LoadedFile

MARKDOWN = frozenset({".md", ".markdown"})
TEXT = frozenset({".txt", ".text"})
PARSED: dict[str, Kind] = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx"}
"""What a process of its own parses."""

SUFFIXES = MARKDOWN | TEXT | PARSED.keys()


class FileLoader:
    """Finds files, and reads those of text and Markdown.

    Args:
        max_bytes: A larger file is refused.
    """

    def __init__(self, max_bytes: int) -> None:
        """Take note of the limit."""
        self._max_bytes = max_bytes

    def sources(self, named: str) -> list[str]:
        """Return the absolute paths that a path stands for: itself, or the files of a folder.

        A folder is walked in the order of its names; hidden files and links are not followed, and
        files of kinds that cannot be loaded are left out: nobody has named them.

        Raises:
            SourceError: There is nothing of that name, or no file in the folder that can be loaded.
        """
        try:
            path = Path(named).expanduser()
        except RuntimeError as error:  # "~nobody"
            raise SourceError("there is no such file or folder") from error
        try:
            if path.is_dir():
                found = [str(file) for file in walked(path.resolve())]
                if not found:
                    raise SourceError("there is no file in this folder that can be loaded")
                return found
            if not path.exists():
                raise SourceError("there is no such file or folder")
            return [str(path.resolve())]
        except OSError as error:
            raise SourceError(f"it cannot be read ({error.strerror})") from error

    def left_out(self, named: str) -> Mapping[str, int]:
        """Count the files that are left out of what a path stands for, by the endings of names."""
        try:
            path = Path(named).expanduser()
            if not path.is_dir():
                return {}
            files = _shown(path.resolve())
            return Counter(file.suffix.casefold() for file in files if not loadable(file))
        except (OSError, RuntimeError):
            return {}

    def kind(self, source: str) -> Kind | None:
        """Return what must parse a file in a process of its own; None for text.

        Raises:
            SourceError: Nothing can parse it.
        """
        try:
            source.encode()
        except UnicodeEncodeError as error:
            raise SourceError("its name is not UTF-8; rename it") from error
        written = Path(source).suffix
        suffix = written.casefold()
        if suffix not in SUFFIXES:
            raise SourceError(
                f"{written or 'a file without an ending'} cannot be loaded; "
                f"these can: {', '.join(sorted(SUFFIXES))}"
            )
        return PARSED.get(suffix)

    def load(self, source: str) -> LoadedFile:
        """Read one text or Markdown file.

        Raises:
            SourceError: It cannot be read, is too large, or there is no text in it.
        """
        loaded = read_text(source, decoded(self.read(source)))
        if not any(character.isalnum() for character in loaded.text):
            raise SourceError("there is no text in it")
        return loaded

    def read(self, source: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            SourceError: It cannot be read, or is too large.
        """
        return self._read(Path(source))

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


def read_text(source: str, text: str, *, markdown: bool = False) -> LoadedFile:
    """Return what a text says: as Markdown if it is or its name ends so, else as it stands."""
    # With a parser of YAML and one of Markdown: most commands load nothing.
    from adapters.loading.markdown import front_matter, plain  # noqa: PLC0415

    stated, body = front_matter(text)
    if markdown or Path(source).suffix.casefold() in MARKDOWN:
        heading, body = plain(body)
        return _loaded(source, stated, heading, body)
    # Front matter that gives a title gives what else is known, too.
    return replace(_loaded(source, stated, None, body), bare="title" not in stated)


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


def loadable(file: Path) -> bool:
    """Say whether a file is of a kind that can be loaded, going by the ending of its name."""
    return file.suffix.casefold() in SUFFIXES


def walked(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that can be loaded, in the order of their names."""
    return (file for file in _shown(folder) if loadable(file))


def _shown(folder: Path) -> Iterator[Path]:
    """Yield the files that are in a folder and not hidden."""
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(root, name)
            if not name.startswith(".") and not file.is_symlink():
                yield file
