"""How what is cited is named and where it leads: the same in answers and in briefs."""

from collections.abc import Iterable, Sequence

from adapters import arranging, wording
from adapters.looking import Look
from adapters.slack.blocks import Block, context, small, words
from adapters.slack.texts import SECTION, link, size
from briefs.model import Citation, Document, Figure, Relation, Value


def numbers(citations: Iterable[Citation]) -> str:
    """Return the numbers of citations: "[1] [2]"."""
    return " ".join(f"[{citation.number}]" for citation in citations)


def documents(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return the ids of cited documents, each once."""
    return tuple(dict.fromkeys(citation.document.id for citation in citations))


def named(document: Document) -> str:
    """Return a document's outlet and title."""
    title = wording.plain(document.title) or wording.UNTITLED
    outlet = wording.plain(document.outlet or "")
    return f"{outlet}: {title}" if outlet else title


def line(citation: Citation, look: Look, *, titled: bool = True) -> list[Block]:
    """Return one citation: its number, which leads to its place, who says it, when and where."""
    document = citation.document
    publisher = wording.plain(document.publisher) or wording.UNTITLED
    about = f"{publisher}, {wording.published(document.published)}"
    if titled and document.outlet:
        about = f"{about}: {wording.plain(document.title) or wording.UNTITLED}"
    number = f"[{citation.number}]"
    leading = link(look.linked(citation), number)
    if leading is None:
        return context(*small(f"{number} {about}"))
    return context(words(leading), *small(about))


def linked_numbers(citations: Sequence[Citation], look: Look) -> list[Block]:
    """Return text objects with the numbers of citations, each of which leads to its place."""
    lines: list[str] = []
    for citation in citations:
        number = f"[{citation.number}]"
        shown = link(look.linked(citation), number) or number
        if lines and size(lines[-1]) + size(shown) < SECTION:
            lines[-1] = f"{lines[-1]} {shown}"
        else:
            lines.append(shown)
    return [words(each) for each in lines]


def figure_lines(figure: Figure, *, quoted: bool) -> Iterable[str]:
    """Yield what outlets give for one thing: a line a value, with who gives it.

    Args:
        figure: What they give.
        quoted: Whether a sentence stands below each of values that differ.
    """
    for value in figure.values:
        yield f"• {_given(value)}"
        if quoted and figure.relation is Relation.DIFFER and value.citations:
            first = value.citations[0]
            yield f"“{wording.plain(first.quote)}” [{first.number}]"


def figure_citations(figure: Figure) -> tuple[Citation, ...]:
    """Return every citation of a figure's values."""
    return tuple(each for value in figure.values for each in value.citations)


def _given(value: Value) -> str:
    day = f" ({wording.as_of(value)})" if value.as_of is not None else ""
    givers = "; ".join(
        f"{wording.plain(outlet) or wording.UNTITLED} {numbers(given)}"
        for outlet, given in arranging.givers(value.citations)
    )
    text = wording.plain(value.text)
    return f"{text}{day}: {givers}" if givers else f"{text}{day}"
