"""An answer as Rich prints it: statements, who says them, and where outlets differ."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from rich.console import RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from adapters.terminal.plain import counted, inert, inert_line, when
from briefs.model import Answer, Citation, Context, Figure, Relation, Statement, Value

Linked: TypeAlias = Callable[[Citation], str | None]
"""Gives where what is cited can be read; None: nowhere."""

_RELATIONS = {
    Relation.AGREE: "Outlets agree",
    Relation.DIFFER: "Outlets differ",
    Relation.SERIES: "At different times",
}


def nowhere(_: Citation) -> str | None:
    """Say of a citation that there is no page on which it can be read."""
    return None


def said(reply: Answer, linked: Linked = nowhere) -> list[RenderableType]:
    """Return what an answer says, or why it says nothing; its numbers lead to the articles."""
    parts: list[RenderableType] = []
    if reply.understood is not None:
        understood = f"Understood as: {inert_line(reply.understood)}"
        parts.append(Text(understood, style="italic dim"))
    if not reply.answered:
        parts.append(Text(inert_line(reply.reason or ""), style="yellow"))
        if reply.nearest:
            parts.append(Text("The nearest passages:", style="dim"))
            parts += [_cited(citation, linked) for citation in reply.nearest]
    for number, statement in enumerate(reply.statements):
        if number:
            parts.append(Text())
        parts += _stated(statement, linked)
    for figure in reply.differences:
        parts += [Text(), *figure_table(figure)]
    # Each number leads to a quotation.
    quoted = {cite.number for statement in reply.statements for cite in statement.citations}
    parts += [_cited(cite, linked) for cite in reply.citations if cite.number not in quoted]
    return parts


def _stated(statement: Statement, linked: Linked) -> Iterable[RenderableType]:
    numbers = Text(" ").join(_number(citation, linked) for citation in statement.citations)
    if statement.context is not None:
        yield _context(statement.context)
    yield Text.assemble((inert(statement.text), "bold"), " ", numbers)
    yield Padding(Text(_support(statement), style="green"), (0, 0, 0, 2), expand=False)
    for number, citation in enumerate(statement.citations):
        yield _cited(citation, linked, quoted=number > 0)


def _support(statement: Statement) -> str:
    outlets = counted(len(statement.outlets), "outlet")
    origins = statement.origins
    if not origins:
        return f"{outlets} · origin not stated"
    return f"{outlets} · {counted(len(origins), 'origin')}: {inert_line(', '.join(origins))}"


def _number(citation: Citation, linked: Linked) -> Text:
    style = Style(color="cyan", link=linked(citation))
    return Text(f"[{citation.number}]", style=style)


def _cited(citation: Citation, linked: Linked, *, quoted: bool = True) -> RenderableType:
    document = citation.document
    text = Text.assemble(_number(citation, linked), " ", inert_line(document.publisher))
    text.append(f", {when(document.published)}", style="dim")
    if quoted:
        text.append(f": “{inert(citation.quote)}”")
    elif document.outlet:
        text.append(f": {inert_line(document.title)}", style="dim")
    return Padding(text, (0, 0, 0, 2), expand=False)


def footer(answer: Answer) -> Text:
    """Return how much was searched, and how sure the answer is."""
    searched = answer.searched
    return Text(
        f"\nSearched {counted(searched.documents, 'article')}, "
        f"{counted(searched.passages, 'passage')} in {answer.elapsed_ms:.0f} ms; "
        f"{_left_out(searched.undated)}"
        f"confidence {answer.confidence:.2f}.{_named(answer)}",
        style="dim",
    )


def _named(answer: Answer) -> str:
    return "" if answer.id is None else f" Answer {inert_line(answer.id)}."


def _left_out(undated: int) -> str:
    if not undated:
        return ""
    return f"{counted(undated, 'article')} without a date left out; "


def _context(context: Context) -> RenderableType:
    return Text.assemble(("context: ", "dim"), (inert_line(context.quote), "dim italic"))


def figure_table(figure: Figure) -> Iterable[RenderableType]:
    """Return what outlets give for one thing: a line a value, with who gives it."""
    yield Text.assemble(
        (_RELATIONS[figure.relation], "yellow"), (f": {inert_line(figure.subject)}", "bold")
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    for value in figure.values:
        table.add_row(Text(f"  {inert_line(value.text)}{_as_of(value)}"), _givers(value))
    yield table


def _as_of(value: Value) -> str:
    return "" if value.as_of is None else f" (as of {value.as_of:%Y-%m-%d})"


def _givers(value: Value) -> Text:
    text = Text()
    for citation in value.citations:
        text.append(", " if text else "")
        text.append(inert_line(citation.document.publisher))
        text.append(f" [{citation.number}]", style="cyan")
    return text
