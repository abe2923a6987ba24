"""What is said where nothing was published in the period that was asked for."""

from collections.abc import Sequence

from briefs.model import Document, Scope


def none_published(what: str, scope: Scope, documents: Sequence[Document]) -> str:
    """Return that no document was published in a scope's period, and when they were.

    Args:
        what: What there is none of, for example "article here".
        scope: The period.
        documents: Those that the period leaves out, one at least.
    """
    return f"No {what} was published {_period(scope)}. {_dates(documents)}"


def _period(scope: Scope) -> str:
    if scope.since is not None and scope.until is not None:
        return f"from {scope.since} to {scope.until}"
    return f"since {scope.since}" if scope.since is not None else f"until {scope.until}"


def _dates(documents: Sequence[Document]) -> str:
    days = sorted(f"{each.published:%Y-%m-%d}" for each in documents if each.published is not None)
    undated = len(documents) - len(days)
    if not days:
        return f"None of the {undated:,} has a date." if undated > 1 else "It has no date."
    known = f"The dates there are: {days[0]}" + (f" to {days[-1]}" if days[0] != days[-1] else "")
    return f"{known}; {undated:,} without a date." if undated else f"{known}."
