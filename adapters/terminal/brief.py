"""A brief as Rich prints it: pure, in whole lines for a pipe, inert whatever a source holds."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from adapters import arranging, wording
from adapters.terminal.plain import counted, inert_line, when
from briefs.brief import Brief, Change, Event, Quotation, Source, Trace
from briefs.model import Citation, Document, Figure, Relation, Value

_INDENT = 2
_DAY = len("2024-03-07 ")
_MOST_UNCITED = 10


def rendered_brief(brief: Brief) -> RenderableType:
    """Return a brief as a person reads it."""
    parts: list[RenderableType] = [*_head(brief)]
    for title, lines in _sections(brief):
        shown = list(lines)
        if shown:
            parts += [Text(), Text(title, style="bold cyan"), *shown]
    if arranging.is_empty(brief):
        parts += [Text(), Text(wording.NOTHING, style="yellow")]
    else:
        parts += [Text(), Text(wording.VERBATIM, style="dim")]
    name = Text(f"Brief {inert_line(brief.id)}", style="dim")
    return Group(*parts, name)


def _head(brief: Brief) -> Iterator[RenderableType]:
    yield Text(inert_line(brief.title), style="bold")
    topic = wording.topic(brief)
    about = "" if topic is None else f"On “{inert_line(topic)}” · "
    said = f"{about}{wording.period(brief.period)} · {wording.looked_at(brief)}"
    yield Text(inert_line(said), style="dim")
    for note in brief.notes:
        yield Text(inert_line(note), style="yellow")


def _sections(brief: Brief) -> Iterator[tuple[str, Iterable[RenderableType]]]:
    yield "Since the last brief", _changes(brief)
    yield "What is reported", _points(brief)
    for words, figures in arranging.figures(brief):
        yield words, (line for figure in figures for line in _figure(figure))
    yield "Timeline", _timeline(brief.timeline)
    yield "Who stands behind it", (line for each in brief.origins for line in _trace(each))
    quotations = (line for each in brief.quotations for line in _quotation(each))
    yield "The same words, given differently", quotations
    only = (line for each in arranging.exclusive(brief) for line in _only_here(each))
    yield "Only here", only
    yield "Sources", _sources(brief)


def _changes(brief: Brief) -> Iterator[RenderableType]:
    for words, changes in arranging.changes(brief):
        yield Text(words, style="yellow")
        for change in changes:
            yield _indented(_change(change))


def _change(change: Change) -> Text:
    text = Text(inert_line(change.text) or wording.UNTITLED)
    _append_numbers(text, change.citations)
    for document in change.documents:
        about = f"{document.publisher}, revision {document.revision}"
        text.append(f" · {inert_line(about)}", style="dim")
    return text


def _points(brief: Brief) -> Iterator[RenderableType]:
    for number, story in enumerate(arranging.stories(brief)):
        if number:
            yield Text()
        if not arranging.is_only_story(brief, story):
            yield Text(inert_line(story.title), style="bold underline")
        for each in story.points:
            statement = each.point.statement
            body: list[RenderableType] = []
            if statement.context is not None:
                context = inert_line(statement.context.quote)
                body.append(Text(f"context: {context}", style="dim italic"))
            said = Text(inert_line(statement.text), style="bold")
            _append_numbers(said, statement.citations)
            support = Text(inert_line(wording.support(statement)), style="green")
            yield _beside(f"{each.number}.", Group(*body, said, support))


def _figure(figure: Figure) -> Iterator[RenderableType]:
    subject = Text(inert_line(figure.subject), style="bold")
    if figure.relation is Relation.AGREE:
        given = Text("; ").join(_given(value) for value in figure.values)
        yield _indented(Text.assemble(subject, ": ", given))
        return
    yield _indented(subject)
    for value in figure.values:
        yield _indented(_given(value), 2 * _INDENT)
        if figure.relation is Relation.DIFFER and value.citations:
            quote = f"“{inert_line(value.citations[0].quote)}”"
            yield _indented(Text(quote, style="dim"), 3 * _INDENT)


def _given(value: Value) -> Text:
    """Return a value and who gives it."""
    day = "" if value.as_of is None else f" ({wording.as_of(value)})"
    text = inert_line(value.text)
    return Text.assemble((text, "bold"), (day, "dim"), ": ", _givers(value.citations))


def _timeline(events: Iterable[Event]) -> Iterator[RenderableType]:
    for event in events:
        said = Text(inert_line(event.text))
        _append_numbers(said, event.citations)
        yield Hanging(said, mark=f"{wording.iso(event.date):<{_DAY}}", by=_INDENT, style="bold")


def _trace(trace: Trace) -> Iterator[RenderableType]:
    if arranging.is_alone(trace):
        way = Text(inert_line(wording.chain(trace.chains[0])))
        _append_numbers(way, trace.citations)
        yield _indented(way)
        return
    text = Text(inert_line(trace.name), style="bold")
    text.append(f": {wording.traced(trace)}", style="not bold green")
    _append_numbers(text, trace.citations)
    yield _indented(text)
    for chain in trace.chains:
        yield _indented(Text(inert_line(wording.chain(chain)), style="dim"), 2 * _INDENT)


def _quotation(quotation: Quotation) -> Iterator[RenderableType]:
    yield _indented(Text(inert_line(quotation.speaker), style="bold"))
    for citation in quotation.citations:
        yield _indented(_quoted(citation), 2 * _INDENT)


def _quoted(citation: Citation) -> Text:
    text = Text(inert_line(citation.document.publisher))
    text.append(f" [{citation.number}]", style="cyan")
    return text.append(f": “{inert_line(citation.quote)}”")


def _only_here(source: Source) -> Iterator[RenderableType]:
    yield _indented(Text(_named(source.document), style="bold"))
    for citation in source.only_here:
        said = Text(inert_line(citation.quote))
        _append_numbers(said, (citation,))
        yield _beside("-", said, 2 * _INDENT)


def _sources(brief: Brief) -> Iterator[RenderableType]:
    for document, citations in arranging.cited(brief):
        text = Text(_named(document))
        revision = "" if document.revision == 1 else f", revision {document.revision}"
        text.append(f", {when(document.published)}{revision}", style="dim")
        _append_numbers(text, citations)
        if document.url:
            text.append(f" {inert_line(document.url)}", style="dim")
        yield _beside("-", text)
    uncited = arranging.uncited(brief)
    if uncited:
        names = "; ".join(_named(each) for each in uncited[:_MOST_UNCITED])
        more = len(uncited) - _MOST_UNCITED
        rest = f"; and {counted(more, 'more article')}" if more > 0 else ""
        yield _indented(Text(f"Looked at and not cited: {names}{rest}", style="dim"))


def _named(document: Document) -> str:
    title = inert_line(document.title) or wording.UNTITLED
    return f"{inert_line(document.outlet)}: {title}" if document.outlet else title


def _givers(citations: Iterable[Citation]) -> Text:
    text = Text()
    for outlet, given in arranging.givers(citations):
        text.append(", " if text else "")
        text.append(inert_line(outlet))
        _append_numbers(text, given)
    return text


def _append_numbers(text: Text, citations: Iterable[Citation]) -> None:
    for citation in citations:
        text.append(f" [{citation.number}]", style="not bold cyan")


def _beside(mark: str, body: RenderableType, by: int = _INDENT) -> RenderableType:
    return Hanging(body, mark=f"{mark} ", by=by, style="dim")


def _indented(body: RenderableType, by: int = _INDENT) -> RenderableType:
    return Hanging(body, mark="", by=by)


class Hanging:
    """A body whose lines all begin to the right of its mark, without spaces at their ends.

    Rich's own tables fill each line up to the width of the widest one, which a pipe would carry.
    """

    def __init__(self, body: RenderableType, *, mark: str, by: int, style: str = "") -> None:
        self._body = body
        self._mark = f"{' ' * by}{mark}"
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the mark before the first line, and as many spaces before each other one."""
        width = cell_len(self._mark)
        inner = options.update_width(max(1, options.max_width - width))
        lines = console.render_lines(self._body, inner, pad=False)
        style = console.get_style(self._style)
        for number, line in enumerate(lines):
            yield Segment(" " * width) if number else Segment(self._mark, style)
            yield from line
            yield Segment.line()
