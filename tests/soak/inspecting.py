"""Look at a library from all sides after a load was killed, and refuse what must not be.

Two promises are kept in mind. What a load acknowledged, by saying so and ending, is there for good:
a document is never older than that. And whatever is there is whole: a document has the text, title
and outlet of one edition that was offered, every revision before it too, and the vectors of its
current one.
"""

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from bot.app import App, assembled
from bot.config import read_settings
from briefs.ports import Listing, ListSources, Place, Shown, ShowSource
from tests.inventing import Invented

LONGEST_START = 10.0
"""Seconds in which the program must be up again."""

_EVERYWHERE = Place(channel="terminal:", collections=None, admin=True)
_SPAN, _WINDOW, _NUMBER = 12, 16, 4  # bytes of a sentence, of a passage, of a vector's component


class ViolationError(AssertionError):
    """A promise was broken; the message says which, and how it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much is in a database, as seen from outside."""

    documents: int = 0
    revisions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What `source list` printed, and how long that took."""

    sources: list[dict[str, Any]]
    seconds: float


class Library:
    """One data folder, what was offered to it, and what it acknowledged."""

    def __init__(self, home: Path) -> None:
        """Take note of where it is."""
        self.home = home
        self.data = home / "data"
        self.database = self.data / "dateline.db"
        self._offered: dict[str, list[Invented]] = defaultdict(list)
        self._acknowledged: dict[str, tuple[str, int]] = {}

    def command(self, *words: str) -> list[str]:
        """Return a command line of the program over this library."""
        return [sys.executable, "-m", "bot", "--data", str(self.data), *words]

    def offer(self, file: Path, article: Invented) -> None:
        """Take note of the newest edition of a file."""
        self._offered[str(file)].append(article)

    def acknowledge(self, documents: dict[str, str]) -> None:
        """Take note that these sources, in their newest edition, are kept as these documents."""
        for source, document in documents.items():
            self._acknowledged[source] = document, len(self._offered[source]) - 1

    def missing(self) -> int:
        """Return of how many sources the newest edition is not acknowledged."""
        return sum(
            self._acknowledged.get(source, ("", -1))[1] < len(editions) - 1
            for source, editions in self._offered.items()
        )

    def edition(self, source: str, words: str) -> int:
        """Return which edition of a source a text is.

        Raises:
            ViolationError: It is none of them.
        """
        offered = self._offered[source]
        # The newest first: where two editions are the same, the text may be either.
        for number in reversed(range(len(offered))):
            if offered[number].words == " ".join(words.split()):
                return number
        raise ViolationError(f"the text of {source} is no edition that was offered: {words!r}")

    def article(self, source: str, edition: int) -> Invented:
        """Return an article as it was offered."""
        return self._offered[source][edition]

    def acknowledged(self) -> Iterator[tuple[str, str, int]]:
        """Yield what must be there: sources, their documents, their editions or newer ones."""
        for source, (document, edition) in self._acknowledged.items():
            yield source, document, edition

    def listed(self) -> Listed:
        """Start the program, and return its list.

        Raises:
            ViolationError: It cannot, or takes too long.
        """
        started = time.monotonic()
        found = _printed(self, "source", "list", "--json")
        return Listed(sources=found["sources"], seconds=time.monotonic() - started)


def acknowledged(said: str) -> dict[str, str] | None:
    """Return the document of each source that a load said it kept, None if it said nothing."""
    try:
        results = json.loads(said)["results"]
    except ValueError:
        return None
    return {each["source"]: each["document"] for each in results if each["status"] != "failed"}


def counted(database: Path) -> Counted:
    """Return how much is in a database that another process may be writing, or making."""
    with contextlib.suppress(sqlite3.OperationalError), _reading(database) as connection:
        query = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM revisions)"
        documents, revisions = connection.execute(query).fetchone()
        return Counted(documents=documents, revisions=revisions)
    return Counted()


def inspect(library: Library, random: Random) -> float:
    """Look at a library that nobody is loading into; return how long the program took to start.

    Raises:
        ViolationError: A promise is broken.
    """
    listed = library.listed()
    there = {each["source"]: each for each in listed.sources}
    if len(there) != len(listed.sources):
        raise ViolationError("a source is listed twice")
    with _reading(library.database) as connection:
        _check_database(library, connection, there)
    editions = asyncio.run(_shown(library, there))
    for source, document, edition in library.acknowledged():
        if source not in there:
            raise ViolationError(f"{source} ({document}) was acknowledged, and is lost")
        if there[source]["document"] != document:
            raise ViolationError(f"{source} was {document}, and is {there[source]['document']}")
        if editions[source] < edition:
            raise ViolationError(
                f"edition {edition} of {source} was acknowledged, and {editions[source]} is there"
            )
    _check_answers(library, editions, random)
    return listed.seconds


async def _shown(library: Library, there: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Show every document through the command handler; return which edition each one is."""
    editions = {}
    with assembled(read_settings(), library.data) as app:
        listing = await _listing(app)
        if {each.document.source for each in listing.documents} != there.keys():
            raise ViolationError("two lists of one library differ")
        for source, each in there.items():
            shown = await app.commands.handle(ShowSource(id=each["document"]), _EVERYWHERE)
            if not isinstance(shown, Shown):
                raise ViolationError(f"{source} is listed and cannot be shown: {shown}")
            document = shown.listed.document
            edition = editions[source] = library.edition(source, document.text)
            article = library.article(source, edition)
            if (document.title, document.outlet) != (article.title, article.outlet):
                raise ViolationError(f"{source} has its text and not its facts: {document}")
            if document.revision != each["revision"] or not shown.listed.sentences:
                raise ViolationError(f"{source} is listed in another way than shown: {shown}")
    return editions


async def _listing(app: App) -> Listing:
    listing = await app.commands.handle(ListSources(), _EVERYWHERE)
    if not isinstance(listing, Listing):
        raise ViolationError(f"the library cannot be listed: {listing}")
    return listing


def _check_database(
    library: Library, connection: sqlite3.Connection, there: dict[str, dict[str, Any]]
) -> None:
    for pragma, good in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
        found = connection.execute(f"PRAGMA {pragma}").fetchall()
        if found != good:
            raise ViolationError(f"{pragma} says {found[:5]}")
    kept = connection.execute("SELECT source, id, revision FROM documents").fetchall()
    if {source for source, _, _ in kept} != there.keys():
        raise ViolationError("the list and the table of documents differ")
    for source, document, revision in kept:
        _check_revisions(library, connection, source, document, revision)
    rows = connection.execute(
        "SELECT d.source, length(e.sentences), length(e.passages), e.dimensions, length(e.vectors)"
        " FROM documents d LEFT JOIN embeddings e"
        " ON e.document = d.id AND e.revision = d.revision"
    )
    for source, sentences, passages, dimensions, vectors in rows:
        if not vectors:
            raise ViolationError(f"{source} has no vectors of its current revision")
        if vectors != (sentences // _SPAN + passages // _WINDOW) * dimensions * _NUMBER:
            raise ViolationError(f"{source} has vectors for a part of its sentences only")


def _check_revisions(
    library: Library, connection: sqlite3.Connection, source: str, document: str, current: int
) -> None:
    rows = connection.execute(
        "SELECT revision, text FROM revisions WHERE document = ? ORDER BY revision", (document,)
    ).fetchall()
    if [revision for revision, _ in rows] != list(range(1, current + 1)):
        raise ViolationError(f"{source} is at revision {current} and has {[n for n, _ in rows]}")
    editions = [library.edition(source, text) for _, text in rows]
    if any(later <= earlier for earlier, later in pairwise(editions)):
        raise ViolationError(f"the revisions of {source} are its editions {editions}")


def _check_answers(library: Library, editions: dict[str, int], random: Random) -> None:
    """Ask for a sentence that is there; an empty library says that it is."""
    if not editions:
        reply = _printed(library, "ask", "How many trips?", "--json", status=1)
        if reply["answered"]:
            raise ViolationError(f"an empty library answers: {reply}")
        return
    source = random.choice(sorted(editions))
    article = library.article(source, editions[source])
    sentence = random.choice(article.paragraphs).partition(". ")[0]
    reply = _printed(library, "ask", sentence, "--json")
    if not reply["answered"] or not reply["citations"]:
        raise ViolationError(f"asked {sentence!r}, which is in {source}, it answers {reply}")
    for cited in reply["citations"]:
        if not any(
            cited["quote"] in library.article(each, edition).words
            for each, edition in editions.items()
        ):
            raise ViolationError(f"it quotes what nobody says: {cited}")


def _printed(library: Library, *words: str, status: int = 0) -> Any:
    """Run the program, and return the JSON that it prints."""
    try:
        done = subprocess.run(
            library.command(*words),
            cwd=library.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_START,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ViolationError(f"{words[:2]} took longer than {LONGEST_START:g} seconds") from None
    if done.returncode != status:
        raise ViolationError(f"{words} ended with {done.returncode}: {done.stderr or done.stdout}")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise ViolationError(f"{words} printed no JSON: {done.stdout!r}") from None


@contextlib.contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(
        sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=LONGEST_START)
    ) as connection:
        yield connection
