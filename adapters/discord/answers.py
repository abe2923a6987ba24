"""An answer as messages: statements, who says them, where outlets differ, and the full quotes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters import arranging, wording
from adapters.discord import names
from adapters.discord.embeds import GOOD, QUIET, WARNING, Button, Message, Section, Unit, packed
from adapters.discord.text import Line, Said, Span, line, safe_address
from adapters.looking import Look
from briefs.keeping import KeptAnswer, Since
from briefs.model import Answer, Citation, Context, Document, Figure, Statement, Value
from briefs.splitting import split

_SINCE = {
    Since.UPDATED: "updated since: there is a newer revision of it",
    Since.WITHDRAWN: "withdrawn since: it was removed from the library",
}
_NEAREST = "The nearest passages"
_SMALL = "-# "
_QUOTE = "> "


def answered(answer: Answer, look: Look) -> tuple[Message, ...]:
    """Return an answer, or why there is none."""
    return packed(_sections(answer, look), footer=searched(answer), buttons=_buttons(answer, look))


def kept_answer(kept: KeptAnswer, look: Look) -> tuple[Message, ...]:
    """Return an answer as it was given, with what has become of its articles since."""
    return packed(
        [*_sections(kept.answer, look), *_became(kept)],
        footer=_asked(kept),
        buttons=_buttons(kept.answer, look),
    )


def shared(kept: KeptAnswer, by: int, look: Look) -> tuple[Message, ...]:
    """Return a private answer for everybody in the channel.

    Args:
        kept: The answer.
        by: The id of who shares it. The mention pings nobody where mentions are not allowed.
        look: For whom it is; it can be shared no further.
    """
    public = replace(look, private=False)
    return packed(
        [*_sections(kept.answer, public), *_became(kept)],
        footer=searched(kept.answer),
        content=f"Shared by <@{by}>",
        buttons=_buttons(kept.answer, public),
    )


def sources(kept: KeptAnswer, look: Look) -> tuple[Message, ...]:
    """Return every quote of an answer in its context, with where it stands."""
    answer = kept.answer
    cited = answer.citations or answer.nearest
    nothing = Unit(lines=(line("No article is quoted in this answer."),))
    return packed(
        [
            Section(
                title=answer.question,
                units=tuple(_source(each, kept, look) for each in cited) or (nothing,),
                gap="\n\n",
            )
        ],
        footer=_asked(kept),
    )


def checked(answer: Answer, text: str, look: Look) -> tuple[Message, ...]:
    """Return what the sources say of a message that somebody wrote."""
    lines = tuple(line(Said(each), mark=_QUOTE) for each in text.splitlines() if each.strip())
    written = Section(title="Checked against the sources", units=(Unit(lines=lines),))
    if answer.answered:
        found = _told(answer, look, "What the sources say")
    else:
        found = _refused(answer, look, "Nothing in the sources speaks of it")
    return packed([written, *found], footer=searched(answer), buttons=_buttons(answer, look))


def searched(answer: Answer) -> str:
    """Return how much was searched, and how sure the answer is, as plain text."""
    looked = answer.searched
    undated = wording.counted(looked.undated, "article")
    left_out = f"{undated} without a date left out; " if looked.undated else ""
    return (
        f"Searched {wording.counted(looked.documents, 'article')}, "
        f"{wording.counted(looked.passages, 'passage')}; {left_out}"
        f"confidence {answer.confidence:.2f}"
    )


def number(citation: Citation, look: Look | None = None) -> str:
    """Return a citation's number, as a link where it leads anywhere."""
    address = None if look is None else safe_address(look.linked(citation))
    shown = f"[{citation.number}]"
    return shown if address is None else f"[{shown}]({address})"


def numbers(citations: Iterable[Citation], look: Look | None = None) -> tuple[Span, ...]:
    """Return the numbers of citations, each with a space before it."""
    return tuple(f" {number(each, look)}" for each in citations)


def stated(statement: Statement, look: Look, begin: str = "", mark: str = "") -> Iterator[Line]:
    """Yield what a sentence needs to be understood, the sentence, and how widely it is reported."""
    if statement.context is not None:
        yield line("Context: “", Said(statement.context.quote), "”", mark=_SMALL)
    yield line(begin, Said(statement.text, mark), *numbers(statement.citations, look))
    yield line(Said(wording.support(statement)), mark=_SMALL)


def given(value: Value) -> tuple[Span, ...]:
    """Return a value, for which day it is stated, and who gives it."""
    day = "" if value.as_of is None else f" ({wording.as_of(value)})"
    spans: list[Span] = [Said(value.text, "**"), f"{day}: "]
    for place, (outlet, citations) in enumerate(arranging.givers(value.citations)):
        spans += [", " if place else "", Said(outlet or wording.UNTITLED), *numbers(citations)]
    return tuple(spans)


def documents(citations: Iterable[Citation], context: Context | None = None) -> tuple[str, ...]:
    """Return the ids of the documents of citations and of a context."""
    found = [each.document.id for each in citations]
    return tuple(dict.fromkeys(found if context is None else [*found, context.document.id]))


def _sections(answer: Answer, look: Look) -> Iterator[Section]:
    if not answer.answered:
        yield from _refused(answer, look, answer.question)
    else:
        yield from _told(answer, look, answer.question)


def _told(answer: Answer, look: Look, title: str) -> Iterator[Section]:
    units = [*_understood(answer), *(_statement(each, look) for each in answer.statements)]
    yield Section(title=title, units=tuple(units), colour=GOOD, gap="\n\n")
    for figure in answer.differences:
        yield Section(
            title=wording.RELATIONS[figure.relation], units=(_figure(figure),), colour=WARNING
        )
    # Each number leads to a quotation.
    quoted = {cite.number for each in answer.statements for cite in each.citations}
    others = [each for each in answer.citations if each.number not in quoted]
    yield Section(
        title="Quoted for the figures", units=tuple(_quoted(each, look) for each in others)
    )


def _refused(answer: Answer, look: Look, title: str) -> Iterator[Section]:
    reason = answer.reason or "This is not in the sources."
    yield Section(
        title=title,
        units=(*_understood(answer), Unit(lines=(line(Said(reason)),))),
        colour=WARNING,
    )
    nearest = tuple(_quoted(each, look) for each in answer.nearest)
    yield Section(title=_NEAREST, units=nearest)


def _understood(answer: Answer) -> Iterator[Unit]:
    if answer.understood is not None:
        yield Unit(lines=(line("Understood as: ", Said(answer.understood), mark=_SMALL),))


def _statement(statement: Statement, look: Look) -> Unit:
    cited = (_cited(each, statement) for each in statement.citations)
    return Unit(
        lines=(*stated(statement, look, mark="**"), *cited),
        documents=documents(statement.citations, statement.context),
    )


def _cited(citation: Citation, statement: Statement) -> Line:
    """Return where a sentence stands, with the quote where it is another one."""
    document = citation.document
    spans: list[Span] = [f"{number(citation)} ", *_named(document)]
    if citation.quote != statement.text:
        spans += [": “", Said(citation.quote), "”"]
    return line(*spans)


def _quoted(citation: Citation, look: Look) -> Unit:
    spans = (f"{number(citation, look)} ", *_named(citation.document))
    return Unit(
        lines=(line(*spans, ": “", Said(citation.quote), "”"),), documents=documents([citation])
    )


def _named(document: Document) -> tuple[Span, ...]:
    """Return an outlet, a date and a title; a document of no known outlet stands for itself."""
    spans: list[Span] = [
        Said(document.publisher or wording.UNTITLED),
        f", {wording.published(document.published)}",
    ]
    if document.outlet and document.title:
        spans += [": ", Said(document.title, "_")]
    return tuple(spans)


def _figure(figure: Figure) -> Unit:
    values = (line(*given(value), mark="- ") for value in figure.values)
    cited = (each for value in figure.values for each in value.citations)
    return Unit(lines=(line(Said(figure.subject, "**")), *values), documents=documents(cited))


def _source(citation: Citation, kept: KeptAnswer, look: Look) -> Unit:
    document = citation.document
    by: tuple[Span, ...] = (", by ", Said(document.author)) if document.author else ()
    address = safe_address(document.url)
    page: tuple[Span, ...] = () if address is None else (f" · [article]({address})",)
    since = kept.since(document)
    became = "" if since is None else f" · {_SINCE[since]}"
    place = wording.place(document, citation.start, citation.end)
    head = line(f"{number(citation, look)} ", *_named(document), *by, *page)
    return Unit(
        lines=(head, *_in_context(citation), line(f"{place}{became}", mark=_SMALL)),
        documents=documents([citation]),
    )


def _in_context(citation: Citation) -> Iterator[Line]:
    """Yield a quote in bold between the sentences before and after it.

    They stand on its line where they do so in the document. Only the lines around the quote are
    cut into sentences, for a line is a block of its own (`briefs.splitting`).
    """
    text, start, end = citation.document.text, citation.start, citation.end
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    around = [(first + each.start, first + each.end) for each in split(text[first:last]).sentences]
    earlier = [each for each in around if each[1] <= start]
    later = [each for each in around if each[0] >= end]
    inside = [each for each in around if each not in (*earlier, *later)]
    before = text[min([start, *(each[0] for each in (*earlier[-1:], *inside))]) : start]
    after = text[end : max([end, *(each[1] for each in (*inside, *later[:1]))])]
    if not earlier:
        yield line(Said(_neighbour(text[:first].rstrip().rpartition("\n")[2], -1)), mark=_QUOTE)
    spans: tuple[Span, ...] = (
        Said(before),
        " " if before[-1:].isspace() else "",
        Said(citation.quote, "**"),
        " " if after[:1].isspace() else "",
        Said(after),
    )
    yield line(*spans, mark=_QUOTE)
    if not later:
        yield line(Said(_neighbour(text[last:].lstrip().partition("\n")[0], 0)), mark=_QUOTE)


def _neighbour(text: str, which: int) -> str:
    """Return one sentence of a line; a heading is none."""
    found = [each for each in split(text).sentences if not each.heading]
    return text[found[which].start : found[which].end] if found else ""


def _became(kept: KeptAnswer) -> Iterator[Section]:
    lines = tuple(
        Unit(
            lines=(
                line(Said(document.publisher), ", “", Said(document.title), f"”: {_SINCE[since]}"),
            ),
            documents=(document.id,),
        )
        for document in kept.documents
        if (since := kept.since(document)) is not None
    )
    yield Section(title="What has changed since", units=lines, colour=QUIET)


def _asked(kept: KeptAnswer) -> str:
    return f"Asked on {wording.moment(kept.asked_at)} · answer {kept.id}"


def _buttons(answer: Answer, look: Look) -> tuple[Button, ...]:
    if answer.id is None:
        return ()
    share = Button(action=names.SHARE, label="Share", value=answer.id)
    return (
        Button(action=names.SOURCES, label="Sources", value=answer.id, style="primary"),
        *((share,) if look.private else ()),
        Button(action=names.HELPFUL, label="Helpful", value=answer.id, emoji="👍"),
        Button(action=names.UNHELPFUL, label="Not helpful", value=answer.id, emoji="👎"),
    )
