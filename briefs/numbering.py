"""Citations numbered as they come; the same span keeps its number."""

from collections.abc import Iterable
from dataclasses import replace

from briefs.brief import Change, Event, Quotation, Trace
from briefs.model import Citation, Figure


class Numbering:
    """Numbers citations through a whole brief."""

    def __init__(self) -> None:
        """Begin at 1."""
        self._numbers: dict[tuple[str, int, int, int], int] = {}

    def all(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        """Return citations with their numbers."""
        return tuple(self._one(each) for each in citations)

    def figure(self, figure: Figure) -> Figure:
        """Return a figure whose citations have numbers."""
        values = (replace(each, citations=self.all(each.citations)) for each in figure.values)
        return replace(figure, values=tuple(values))

    def change(self, change: Change) -> Change:
        """Return a change whose citations have numbers."""
        return replace(change, citations=self.all(change.citations))

    def event(self, event: Event) -> Event:
        """Return an event whose citations have numbers."""
        return replace(event, citations=self.all(event.citations))

    def trace(self, trace: Trace) -> Trace:
        """Return a trace whose citations have numbers."""
        return replace(trace, citations=self.all(trace.citations))

    def quotation(self, quotation: Quotation) -> Quotation:
        """Return a quotation whose citations have numbers."""
        return replace(quotation, citations=self.all(quotation.citations))

    def _one(self, citation: Citation) -> Citation:
        document = citation.document
        span = (document.id, document.revision, citation.start, citation.end)
        return replace(citation, number=self._numbers.setdefault(span, len(self._numbers) + 1))
