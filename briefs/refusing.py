"""Why a question is not answered: one sentence for a person, and what came closest."""

from collections import Counter
from collections.abc import Iterable

from briefs.hits import Ranking
from briefs.index import Index
from briefs.model import Citation, Document, Scope

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
    words = [ranking.asked.words[term] for term in ranking.missing]
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
    return f"No article here{of} was published {_period(scope)}. {_dates(of_outlet)}"


def _outlets(documents: Iterable[Document]) -> str:
    counted = Counter(each.publisher for each in documents)
    names = sorted(counted, key=lambda name: (-counted[name], name.casefold()))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _period(scope: Scope) -> str:
    if scope.since is not None and scope.until is not None:
        return f"from {scope.since} to {scope.until}"
    return f"since {scope.since}" if scope.since is not None else f"until {scope.until}"


def _dates(documents: list[Document]) -> str:
    days = sorted(f"{each.published:%Y-%m-%d}" for each in documents if each.published is not None)
    undated = len(documents) - len(days)
    if not days:
        return "None of them has a date." if undated > 1 else "It has no date."
    known = f"The dates there are: {days[0]}" + (f" to {days[-1]}" if days[0] != days[-1] else "")
    return f"{known}; {undated:,} without a date." if undated else f"{known}."
