"""Why a question is not answered: one sentence for a person, and what came closest."""

from collections import Counter
from collections.abc import Iterable

from briefs.hits import Ranking
from briefs.index import Index
from briefs.model import Citation, Document, Scope
from briefs.period_filter import none_published

NEAREST = 3
"""How many passages a refusal shows."""

NAMED = 8
"""How many outlets are named when none of them is meant."""

MISSING = 4
"""How many words are named that no article has."""


def reason(ranking: Ranking, index: Index, scope: Scope) -> str:
    """Return what was looked through, and what is not in it."""
    documents = ranking.searched.documents
    if not documents:
        if not ranking.searched.loaded:
            return (
                "No article is loaded here to answer from. An admin can load some: source add PATH."
            )
        return _nothing_admitted(index, scope)
    words = [ranking.asked.written[term] for term in ranking.missing]
    those = "The one article here" if documents == 1 else f"None of the {documents:,} articles here"
    if not words:
        does = "does not come" if documents == 1 else "comes"
        return f"{those} {does} close enough to this question to answer it."
    does = "does not answer this, nor mention" if documents == 1 else "answers this or mentions"
    return f"{those} {does} {' or '.join(f'“{word}”' for word in words[:MISSING])}."


def nearest(ranking: Ranking) -> tuple[Citation, ...]:
    """Return the best sentence of each of the best documents, as citations."""
    best = {hit.document.id: hit for hit in reversed(ranking.sentences)}
    hits = sorted(best.values(), key=lambda hit: (-hit.score, hit.document.id))[:NEAREST]
    return tuple(
        Citation(
            number=number,
            document=hit.document,
            start=hit.sentence.start,
            end=hit.sentence.end,
        )
        for number, hit in enumerate(hits, start=1)
    )


def _nothing_admitted(index: Index, scope: Scope) -> str:
    """Return what a filter asked for, and what there is."""
    here = [each.document for each in index.documents(Scope(collections=scope.collections))]
    of_outlet = [
        each.document
        for each in index.documents(Scope(collections=scope.collections, outlet=scope.outlet))
    ]
    if not of_outlet:
        return (
            f"No article here is of an outlet with “{scope.outlet}” in its name. "
            f"There are: {_outlets(here)}."
        )
    of = f" of {scope.outlet}" if scope.outlet else ""
    return none_published(f"article here{of}", scope, of_outlet)


def _outlets(documents: Iterable[Document]) -> str:
    counted = Counter(each.publisher for each in documents)
    names = sorted(counted, key=lambda name: (-counted[name], name.casefold()))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
