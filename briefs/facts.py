"""What is known of a shard's documents, as arrays: who printed each, when, and in which collection.

A scope is then a few comparisons, however many documents there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from briefs.model import Document, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of some documents, in their order. Made by `facts_of`."""

    outlets: tuple[str, ...]
    """Each outlet once."""
    outlet_of: NDArray[np.int32]
    """The number of each document's outlet; -1 where it is not known."""
    published: NDArray[np.int16]
    """Year, month and day of each document, as its source printed them; 0 where not known."""
    days: NDArray[np.int32]
    """The same as the number of a day, `date.toordinal`; 0 where not known."""
    publishers: tuple[str, ...]
    """Each `Document.publisher` once."""
    publisher_of: NDArray[np.int32]
    collections: tuple[str, ...]
    """Each collection once."""
    collection_of: NDArray[np.int32]

    def admitted(self, scope: Scope) -> NDArray[np.bool_]:
        """Return which documents a scope admits: those of which `Scope.admits` says so."""
        admitted = np.ones(len(self.days), dtype=bool)
        if scope.collections is not None:
            wanted = [each in scope.collections for each in self.collections]
            admitted &= np.array(wanted, dtype=bool)[self.collection_of]
        if scope.outlet is not None:
            part = scope.outlet.casefold()
            named = [part in each.casefold() for each in self.publishers]
            admitted &= np.array(named, dtype=bool)[self.publisher_of]
        if scope.since is not None or scope.until is not None:
            admitted &= self.days > 0
        if scope.since is not None:
            admitted &= self.days >= scope.since.toordinal()
        if scope.until is not None:
            admitted &= self.days <= scope.until.toordinal()
        return admitted


def facts_of(documents: Sequence[Document]) -> Facts:
    """Return the facts of documents."""
    outlets, outlet_of = _numbered([each.outlet or None for each in documents])
    publishers, publisher_of = _numbered([each.publisher for each in documents])
    collections, collection_of = _numbered([each.collection for each in documents])
    days = [_day(each) for each in documents]
    return Facts(
        outlets=outlets,
        outlet_of=outlet_of,
        published=np.array(
            [(0, 0, 0) if day is None else (day.year, day.month, day.day) for day in days],
            dtype=np.int16,
        ).reshape(-1, 3),
        days=np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int32),
        publishers=publishers,
        publisher_of=publisher_of,
        collections=collections,
        collection_of=collection_of,
    )


def _numbered(names: Sequence[str | None]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return each name once, and the number of each; -1 for none."""
    numbers: dict[str, int] = {}
    of = [-1 if each is None else numbers.setdefault(each, len(numbers)) for each in names]
    return tuple(numbers), np.array(of, dtype=np.int32)


def _day(document: Document) -> date | None:
    published = document.published
    return published.date() if isinstance(published, datetime) else published
