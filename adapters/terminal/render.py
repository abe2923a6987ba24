"""From a `Reply` to what Rich prints: pure, and inert whatever the source text holds."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from briefs.model import Answer, Citation, Document, Published, Receipt, Statement, Status
from briefs.ports import Listing, Receipts, Refusal, Reply, Shown, StatusReport, Usage

_UNKNOWN = "unknown"
_PIPE_WIDTH = 1_000_000
"""Wider than any sentence: what reads a pipe should not have to join lines again."""
_STATUS_STYLES = {
    Status.ADDED: "green",
    Status.UPDATED: "cyan",
    Status.UNCHANGED: "dim",
    Status.DUPLICATE: "yellow",
    Status.REMOVED: "magenta",
    Status.FAILED: "bold red",
}


def output() -> Console:
    """Return standard output: as wide as the terminal, or whole lines for a pipe or a file."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=_PIPE_WIDTH, highlight=False)


def inert(text: str) -> str:
    """Return text without what a terminal would obey: control and bidirectional characters."""
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )


def inert_line(text: str) -> str:
    """Return text as `inert` does, on one line: a title must not look like lines of ours."""
    return inert(" ".join(text.split()))


def rendered(reply: Reply) -> RenderableType:
    """Return a reply as a person reads it."""
    return _rendered(reply)


@singledispatch
def _rendered(reply: object) -> RenderableType:
    raise TypeError(f"no rendering for {type(reply).__name__}")


@_rendered.register
def _(reply: Answer) -> RenderableType:
    parts: list[RenderableType] = []
    if not reply.answered:
        parts.append(Text(inert_line(reply.reason or ""), style="yellow"))
        if reply.nearest:
            parts.append(Text("The nearest passages:", style="dim"))
            parts += [_cited(citation) for citation in reply.nearest]
    for number, statement in enumerate(reply.statements):
        if number:
            parts.append(Text())
        parts += _stated(statement)
    parts.append(_footer(reply))
    return Group(*parts)


@_rendered.register
def _(reply: Receipts) -> RenderableType:
    return Group(*(line for receipt in reply.receipts for line in _receipt(receipt)))


@_rendered.register
def _(reply: Listing) -> RenderableType:
    if not reply.documents:
        return Text("No article is loaded. Load some: dateline source add PATH…", style="yellow")
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("id", style="cyan", no_wrap=True)
    table.add_column("outlet")
    table.add_column("published", no_wrap=True)
    table.add_column("sentences", justify="right")
    table.add_column("title")
    for listed in reply.documents:
        document = listed.document
        table.add_row(
            document.id,
            Text(inert_line(document.outlet or _UNKNOWN), style="" if document.outlet else "dim"),
            _when(document.published),
            str(listed.sentences),
            Text(inert_line(document.title)),
        )
    return table


@_rendered.register
def _(reply: Shown) -> RenderableType:
    document = reply.listed.document
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    for name, value in _facts(document, reply.listed.sentences):
        facts.add_row(name, Text(inert_line(value)))
    parts: list[RenderableType] = [
        Text(inert_line(document.title), style="bold"),
        facts,
        Text(),
        Text(inert(document.text)),
    ]
    if reply.dropped:
        lines = Table.grid(padding=(0, 2))
        lines.add_column(style="cyan", justify="right")
        lines.add_column(style="dim", no_wrap=True)
        lines.add_column()
        for each in reply.dropped:
            lines.add_row(str(each.number), str(each.reason), Text(inert_line(each.text)))
        title = f"Dropped; “source restore {document.id} N…” brings lines back:"
        parts += [Text(f"\n{title}", style="yellow"), lines]
    return Group(*parts)


@_rendered.register
def _(reply: StatusReport) -> RenderableType:
    if not reply.documents:
        return Text(f"No article is loaded. The model is {inert_line(reply.model)}.")
    return Text(
        f"{_counted(reply.documents, 'article')} with {_counted(reply.sentences, 'sentence')} of "
        f"{_counted(len(reply.outlets), 'outlet')}: {inert_line(', '.join(reply.outlets))}. "
        f"The model is {inert_line(reply.model)}."
    )


@_rendered.register
def _(reply: Usage) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for typed, does in reply.lines:
        table.add_row(Text(typed), Text(does))
    return table


@_rendered.register
def _(reply: Refusal) -> RenderableType:
    return Text(inert(reply.message), style="bold red")


def _stated(statement: Statement) -> Iterable[RenderableType]:
    numbers = " ".join(f"[{citation.number}]" for citation in statement.citations)
    yield Text.assemble((inert(statement.text), "bold"), " ", (numbers, "cyan"))
    yield Padding(Text(_support(statement), style="green"), (0, 0, 0, 2), expand=False)
    for number, citation in enumerate(statement.citations):
        yield _cited(citation, quoted=number > 0)


def _support(statement: Statement) -> str:
    outlets = _counted(len(statement.outlets), "outlet")
    origins = statement.origins
    if not origins:
        return f"{outlets} · origin not stated"
    return f"{outlets} · {_counted(len(origins), 'origin')}: {inert_line(', '.join(origins))}"


def _cited(citation: Citation, *, quoted: bool = True) -> RenderableType:
    document = citation.document
    text = Text.assemble((f"[{citation.number}] ", "cyan"), inert_line(document.publisher))
    text.append(f", {_when(document.published)}", style="dim")
    if quoted:
        text.append(f": “{inert(citation.quote)}”")
    elif document.outlet:
        text.append(f": {inert_line(document.title)}", style="dim")
    return Padding(text, (0, 0, 0, 2), expand=False)


def _footer(answer: Answer) -> Text:
    searched = answer.searched
    return Text(
        f"\nSearched {_counted(searched.documents, 'article')}, "
        f"{_counted(searched.passages, 'passage')} in {answer.elapsed_ms:.0f} ms; "
        f"{_left_out(searched.undated)}"
        f"confidence {answer.confidence:.2f}.",
        style="dim",
    )


def _left_out(undated: int) -> str:
    if not undated:
        return ""
    return f"{_counted(undated, 'article')} without a date left out; "


def _receipt(receipt: Receipt) -> Iterable[RenderableType]:
    line = Text.assemble((receipt.status.value, _STATUS_STYLES[receipt.status]))
    document = receipt.document
    if document is None:
        line.append(f" {inert_line(receipt.source)}: {inert_line(receipt.error or '')}")
    else:
        line.append(f" {inert_line(document.title)}")
        line.append(
            f"\n  {document.id} · {inert_line(document.outlet or 'outlet unknown')} · "
            f"{_when(document.published, 'date unknown')} · "
            f"{_counted(receipt.sentences, 'sentence')} kept{_dropped(receipt)}",
            style="dim",
        )
    yield line
    for note in receipt.notes:
        yield Text(f"  {inert_line(note)}", style="yellow")


def _dropped(receipt: Receipt) -> str:
    """Return how many lines were dropped, and why, the commonest reason first."""
    if not receipt.dropped:
        return ""
    reasons = Counter(str(each.reason) for each in receipt.dropped)
    counted = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f", {_counted(len(receipt.dropped), 'line')} dropped: {counted}"


def _facts(document: Document, sentences: int) -> Iterable[tuple[str, str]]:
    yield "id", f"{document.id}, revision {document.revision}"
    yield "outlet", document.outlet or _UNKNOWN
    yield "author", document.author or _UNKNOWN
    yield "published", _when(document.published)
    if document.url:
        yield "url", document.url
    yield "collection", document.collection
    yield "loaded from", document.source
    yield "sentences", str(sentences)


def _when(published: Published | None, unknown: str = "date unknown") -> str:
    """Return a date as precise as it is."""
    if published is None:
        return unknown
    if isinstance(published, datetime):
        zone = published.strftime(" %z") if published.tzinfo else ""
        return f"{published:%Y-%m-%d %H:%M}{zone[:4]}{':' if zone else ''}{zone[4:]}"
    return published.isoformat()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
