"""From a `Reply` to what Rich prints: pure, and inert whatever the source text holds."""

from collections.abc import Iterable
from functools import singledispatch

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from adapters import arranging, wording
from adapters.terminal.answers import Linked, footer, nowhere, said
from adapters.terminal.brief import rendered_brief
from adapters.terminal.plain import counted, inert, inert_line, when
from adapters.terminal.schedules import changed, scheduled, table
from briefs.briefing import Briefed, BriefListing, Explained, KeptBrief
from briefs.keeping import KeptAnswer
from briefs.model import Answer, Document, Receipt, Status
from briefs.ports import (
    Listing,
    Receipts,
    Refusal,
    Reply,
    Shown,
    StatusReport,
    Usage,
    VerdictGiven,
)
from briefs.timetabling import ScheduleChanged, Scheduled, ScheduleListing

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


def rendered(reply: Reply, linked: Linked = nowhere) -> RenderableType:
    """Return a reply as a person reads it.

    Args:
        reply: What is shown.
        linked: Gives the addresses that the numbers of an answer lead to.
    """
    if isinstance(reply, Answer):
        return Group(*said(reply, linked), footer(reply))
    return _rendered(reply)


@singledispatch
def _rendered(reply: object) -> RenderableType:
    raise TypeError(f"no rendering for {type(reply).__name__}")


@_rendered.register
def _(reply: KeptAnswer) -> RenderableType:
    asked = f"Asked on {reply.asked_at:%Y-%m-%d %H:%M %Z}"
    parts: list[RenderableType] = [
        Text(inert_line(reply.answer.question), style="italic"),
        *said(reply.answer),
        Text(f"\n{asked}; answer {inert_line(reply.id)}.", style="dim"),
    ]
    return Group(*parts, *_since(reply))


@_rendered.register
def _(reply: Briefed) -> RenderableType:
    if reply.nothing_loaded:
        return Text(wording.NOTHING_LOADED, style="yellow")
    if reply.kept:
        return rendered_brief(reply.brief)
    return Group(rendered_brief(reply.brief), Text(wording.NOT_KEPT, style="dim"))


@_rendered.register
def _(reply: KeptBrief) -> RenderableType:
    return Group(
        rendered_brief(reply.brief),
        Text(inert_line(wording.composed(reply.edition))),
        *_since(reply),
    )


@_rendered.register
def _(reply: BriefListing) -> RenderableType:
    if not reply.editions:
        return Text(wording.NO_BRIEFS, style="yellow")
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("id", style="cyan", no_wrap=True)
    table.add_column("composed", no_wrap=True)
    for name in ("channel", "topic", "title"):
        table.add_column(name)
    for each in reply.editions:
        table.add_row(
            inert_line(each.brief),
            f"{each.composed_at:%Y-%m-%d %H:%M %Z}",
            *(Text(inert_line(said or "-")) for said in (each.channel, each.topic, each.title)),
        )
    return table


@_rendered.register
def _(reply: Explained) -> RenderableType:
    why = reply.why
    parts = [
        Text(f"“{inert_line(reply.text)}”", style="italic"),
        Text(inert_line(why.text), style="bold"),
    ]
    for name, citation in arranging.meant(why):
        publisher = inert_line(citation.document.publisher)
        parts.append(Text(f"  {name}: {publisher}: “{inert_line(citation.quote)}”", style="dim"))
    for gate in why.gates:
        mark = ("yes", "green") if gate.passed else ("no ", "red")
        parts.append(Text.assemble("  ", mark, f"  {inert_line(gate.text)}"))
    return Group(*parts, Text(f"Brief {inert_line(reply.brief)}", style="dim"))


@_rendered.register
def _(reply: Scheduled) -> RenderableType:
    return scheduled(reply)


@_rendered.register
def _(reply: ScheduleListing) -> RenderableType:
    return table(reply)


@_rendered.register
def _(reply: ScheduleChanged) -> RenderableType:
    return changed(reply)


@_rendered.register
def _(reply: VerdictGiven) -> RenderableType:
    useful = "useful" if reply.useful else "not useful"
    why = f": {inert_line(reply.why)}" if reply.why else ""
    return Text(f"Noted: answer {inert_line(reply.answer)} was {useful}{why}")


@_rendered.register
def _(reply: Receipts) -> RenderableType:
    lines = [line for receipt in reply.receipts for line in _receipt(receipt)]
    left_out = wording.left_out(reply.left_out)
    return Group(*lines, *([Text(inert_line(left_out), style="yellow")] if left_out else []))


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
            when(document.published),
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
        f"{counted(reply.documents, 'article')} with {counted(reply.sentences, 'sentence')} of "
        f"{counted(len(reply.outlets), 'outlet')}: {inert_line(', '.join(reply.outlets))}. "
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


def _since(kept: KeptAnswer | KeptBrief) -> Iterable[RenderableType]:
    """Yield what has become of the documents of something that is kept."""
    for document in kept.documents:
        since = kept.since(document)
        if since is not None:
            name = inert_line(f"{document.publisher}, “{document.title}”")
            yield Text(f"{since.value} since: {name}", style="yellow")


def _receipt(receipt: Receipt) -> Iterable[RenderableType]:
    line = Text.assemble((receipt.status.value, _STATUS_STYLES[receipt.status]))
    document = receipt.document
    if document is None:
        line.append(f" {inert_line(receipt.source)}: {inert_line(receipt.error or '')}")
    else:
        line.append(f" {inert_line(document.title)}")
        line.append(
            f"\n  {document.id} · {inert_line(document.outlet or 'outlet unknown')} · "
            f"{when(document.published, 'date unknown')} · "
            f"{counted(receipt.sentences, 'sentence')} kept{wording.dropped(receipt)}",
            style="dim",
        )
    yield line
    for note in receipt.notes:
        yield Text(f"  {inert_line(note)}", style="yellow")


def _facts(document: Document, sentences: int) -> Iterable[tuple[str, str]]:
    yield "id", f"{document.id}, revision {document.revision}"
    yield "outlet", document.outlet or _UNKNOWN
    yield "author", document.author or _UNKNOWN
    yield "published", when(document.published)
    if document.url:
        yield "url", document.url
    yield "collection", document.collection
    yield "loaded from", document.source
    yield "sentences", str(sentences)
