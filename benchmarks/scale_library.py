"""A library of invented sentences, saved in a database as articles are saved."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from benchmarks.retrieval import IN_A_DOCUMENT, SENTENCE_CHARACTERS, Data
from briefs.model import EmbeddedDocument, Origination
from briefs.ports import Kept

OUTLETS = 100
SAVED_AT_ONCE = 6_000


def save(data: Data, file: Path, scheme: str) -> None:
    """Save the sentences of some data, as if their vectors came from a scheme."""
    database = Database(file)
    library = SqlLibrary(database, lambda: datetime.now(UTC))
    nothing = np.zeros(1, dtype=np.uint32)
    for first in range(0, data.rows, SAVED_AT_ONCE):
        last = min(first + SAVED_AT_ONCE, data.rows)
        kept = [
            Kept(embedded=each, origination=Origination(digest=""), sketch=nothing, revives=False)
            for each in _articles(data, first, last)
        ]
        library.save(kept, scheme)
    database.close()


def _articles(data: Data, first: int, last: int) -> Iterator[EmbeddedDocument]:
    """Return some rows as documents with a text and an outlet."""
    flat, lengths = data.terms(first, last)
    ends = np.append(0, np.cumsum(lengths)).tolist()
    for at, each in enumerate(data.documents(first, last)):
        rows = range(at * IN_A_DOCUMENT, (at + 1) * IN_A_DOCUMENT)
        text = "".join(_line(flat[ends[row] : ends[row + 1]].tolist()) for row in rows)
        number = int(each.document.id)
        document = replace(
            each.document, text=text, title=f"T{number}", outlet=f"Outlet {number % OUTLETS:02}"
        )
        yield replace(each, document=document)


def _line(terms: Sequence[int]) -> str:
    line = " ".join(f"t{each}" for each in terms)[: SENTENCE_CHARACTERS - 2]
    return f"{line}.".ljust(SENTENCE_CHARACTERS - 1) + "\n"
