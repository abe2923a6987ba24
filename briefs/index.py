"""The in-memory hybrid index: an immutable snapshot that is searched by meaning and by words.

Every score is computed over the rows that the scope admits and over no others, counts and rarities
included: what a place may not see cannot move what it sees. The recipe and its figures are in
docs/adr/0004.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

import numpy as np

from briefs.hits import Ranking
from briefs.model import EmbeddedDocument, Scope, Searched, Segments, Vector
from briefs.postings import number_of
from briefs.scoring import rarity_of
from briefs.searching import search
from briefs.shard import Shard, Visible, shard_of

APART = 4
"""A shard is so many times as large as the next one, or they are made into one.

So there are few, each of which costs a search some tenths of a millisecond, and what is added is
copied a few times in all, however much is there already.
"""


class Index:
    """A searchable immutable snapshot of embedded documents."""

    def __init__(self, embedded: Iterable[EmbeddedDocument] = ()) -> None:
        """Index documents; their order does not matter."""
        documents = sorted(embedded, key=_place)
        self._take((shard_of(documents),) if documents else ())

    def _take(self, shards: tuple[Shard, ...]) -> None:
        self._shards = shards
        self._count = sum(int(np.count_nonzero(shard.alive)) for shard in shards)

    def changed(
        self, added: Sequence[EmbeddedDocument] = (), removed: Collection[str] = ()
    ) -> "Index":
        """Return a snapshot with documents added or replaced, and others removed.

        This one is not touched; what both share is not copied.
        """
        gone = {*removed, *(each.document.id for each in added)}
        shards = [shard.without(gone) for shard in self._shards]
        shards = [shard for shard in shards if shard.alive.any()]
        if added:
            shards.append(shard_of(sorted(added, key=_place)))
        snapshot = Index()
        snapshot._take(tuple(_merged(shards)))
        return snapshot

    @property
    def dimensions(self) -> int:
        """How long a vector is; 0 where there is none."""
        return self._shards[0].vectors.shape[1] if self._shards else 0

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._count

    def no_vector(self) -> Vector:
        """Return a vector that is like no other, for a search that nothing can be found by."""
        return np.zeros(self.dimensions, dtype=np.float32)

    def documents(self, scope: Scope) -> list[EmbeddedDocument]:
        """Return the documents that a scope admits, in the order of their ids."""
        return sorted(
            (
                shard.documents[at]
                for shard in self._shards
                for at in np.flatnonzero(shard.visible(scope).documents).tolist()
            ),
            key=lambda each: each.document.id,
        )

    def count(self, scope: Scope) -> int:
        """Return how many documents a scope admits."""
        return sum(int(np.count_nonzero(each.documents)) for each in self._admitted(scope))

    def sentences(self, scope: Scope) -> int:
        """Return how many sentences the documents have that a scope admits."""
        return sum(int(np.count_nonzero(each.sentences)) for each in self._admitted(scope))

    def segments(self, document: str) -> Segments:
        """Return the segments of a document by its id."""
        for shard in self._shards:
            found = shard.get(document)
            if found is not None:
                return found.segments
        raise KeyError(document)

    def rarity(self, scope: Scope) -> Callable[[str], float]:
        """Return a function from a term to its inverse document frequency in a scope."""
        visible = self._admitted(scope)
        rows = sum(each.sentence_count for each in visible)

        @cache
        def rarity(term: str) -> float:
            number = number_of(term)
            found = sum(
                shard.having(number, seen)
                for shard, seen in zip(self._shards, visible, strict=True)
            )
            return rarity_of(found, rows)

        return rarity

    def search(self, question: str, vector: Vector, scope: Scope, limit: int = 60) -> Ranking:
        """Rank the sentences and passages that a scope admits, best first.

        Args:
            question: As it was asked.
            vector: Its unit vector, shape (dimensions,).
            scope: What may be looked at.
            limit: How many sentences, and passages, come back at most.
        """
        visible = self._admitted(scope)
        searched = self._searched(visible, scope)
        return search(question, vector, self._shards, visible, searched, limit)

    def _searched(self, visible: list[Visible], scope: Scope) -> Searched:
        """Return how much a scope admits, and how much its dates leave out."""
        documents = sum(int(np.count_nonzero(each.documents)) for each in visible)
        dated = scope.since is not None or scope.until is not None
        place = Scope(collections=scope.collections)
        undated = (
            sum(
                int(np.count_nonzero(seen.documents & (shard.facts.days == 0)))
                for shard, seen in zip(
                    self._shards,
                    self._admitted(Scope(collections=scope.collections, outlet=scope.outlet)),
                    strict=True,
                )
            )
            if dated
            else 0
        )
        return Searched(
            documents=documents,
            passages=sum(each.passage_count for each in visible),
            undated=undated,
            loaded=documents if scope == place else self.count(place),
        )

    def _admitted(self, scope: Scope) -> list[Visible]:
        return [shard.visible(scope) for shard in self._shards]


def _place(embedded: EmbeddedDocument) -> tuple[str, str]:
    """Return what a shard is sorted by: a collection is one run of rows, which is read at once."""
    return embedded.document.collection, embedded.document.id


def _merged(shards: list[Shard]) -> list[Shard]:
    """Return few shards for many, the largest first, and the half-empty ones packed."""
    groups: list[list[Shard]] = []
    size = 0
    for shard in sorted(shards, key=lambda shard: len(shard.vectors)):
        if groups and APART * size > len(shard.vectors):
            groups[-1].append(shard)
            size += len(shard.vectors)
        else:
            groups.append([shard])
            size = len(shard.vectors)
    return [_packed(group) for group in reversed(groups)]


def _packed(shards: list[Shard]) -> Shard:
    """Return one shard for several; itself for one that is not half-empty."""
    if len(shards) == 1 and 2 * int(shards[0].alive.sum()) >= len(shards[0].alive):
        return shards[0]
    return shard_of(sorted((each for shard in shards for each in shard.living()), key=_place))
