"""A brief as messages: an embed a section, within Discord's limits, inert whatever it quotes."""

from collections.abc import Iterable, Iterator, Sequence

from adapters import arranging, wording
from adapters.discord.answers import documents, given, numbers, stated
from adapters.discord.embeds import GOOD, WARNING, Message, Section, Unit, packed
from adapters.discord.text import Line, Said, Span, line, safe_address
from adapters.looking import Look
from briefs.brief import Brief, Change, Event, Quotation, Source, Trace
from briefs.model import Citation, Document, Figure, Relation

_MOST_UNCITED = 10
_ITEM = "- "
_SMALL = "-# "
_QUOTE = "> "
_BOLD = "**"


def messages(
    brief: Brief, look: Look, remarks: Sequence[str] = (), after: Sequence[str] = ()
) -> tuple[Message, ...]:
    """Return a brief as messages in their order.

    Args:
        brief: What is shown.
        look: For whom.
        remarks: Sentences of ours that stand before it.
        after: Sentences of ours that stand after it.
    """
    ending = Section(units=tuple(_remark(each) for each in after))
    return packed([*sections(brief, look, remarks), ending], footer=footer(brief))


def footer(brief: Brief) -> str:
    """Return what stands under each message of a brief, as plain text."""
    said = "" if arranging.is_empty(brief) else f"{wording.VERBATIM} · "
    return f"{said}Brief {brief.id}"


def sections(brief: Brief, look: Look, remarks: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return the parts of a brief in the order in which it is read."""
    empty = (Unit(lines=(line(wording.NOTHING),)),) if arranging.is_empty(brief) else ()
    return (
        Section(units=tuple(_remark(each) for each in remarks), colour=WARNING),
        Section(title=brief.title, units=(*_head(brief, look), *empty), colour=GOOD),
        Section(title="Since the last brief", units=tuple(_changes(brief)), colour=WARNING),
        Section(
            title="What is reported", units=tuple(_points(brief, look)), colour=GOOD, gap="\n\n"
        ),
        Section(title="Figures and dates", units=tuple(_figures(brief)), colour=WARNING),
        Section(title="Timeline", units=tuple(_event(each) for each in brief.timeline)),
        Section(title="Who stands behind it", units=tuple(_trace(each) for each in brief.origins)),
        Section(
            title="The same words, given differently",
            units=tuple(_quotation(each) for each in brief.quotations),
        ),
        Section(
            title="Only here",
            units=tuple(unit for each in arranging.exclusive(brief) for unit in _only_here(each)),
        ),
        Section(title="Sources", units=tuple(_sources(brief))),
    )


def _remark(text: str) -> Unit:
    return Unit(lines=(line(Said(text)),))


def _head(brief: Brief, look: Look) -> Iterator[Unit]:
    topic = wording.topic(brief)
    about: tuple[Span, ...] = () if topic is None else ("On “", Said(topic), "” · ")
    period = f"{wording.period(brief.period)} · {wording.looked_at(brief)}"
    yield Unit(lines=(line(*about, period),))
    page = safe_address(look.page(brief.id))
    if page is not None:
        yield Unit(lines=(line(f"[Read it as a page, each citation in its article]({page})"),))
    for note in brief.notes:
        yield _remark(note)


def _changes(brief: Brief) -> Iterator[Unit]:
    for words, changes in arranging.changes(brief):
        yield Unit(lines=(line(f"**{words}**"),), heading=True)
        for change in changes:
            yield _change(change)


def _change(change: Change) -> Unit:
    spans: list[Span] = [Said(change.text or wording.UNTITLED), *numbers(change.citations)]
    for document in change.documents:
        spans += [" · ", Said(document.publisher), f", revision {document.revision}"]
    shown = (*documents(change.citations), *(each.id for each in change.documents))
    return Unit(lines=(line(*spans, mark=_ITEM),), documents=shown)


def _points(brief: Brief, look: Look) -> Iterator[Unit]:
    for story in arranging.stories(brief):
        if not arranging.is_only_story(brief, story):
            yield Unit(lines=(line(Said(story.title, _BOLD)),), heading=True)
        for each in story.points:
            statement = each.point.statement
            yield Unit(
                lines=tuple(stated(statement, look, begin=f"**{each.number}.** ")),
                documents=documents(statement.citations, statement.context),
            )


def _figures(brief: Brief) -> Iterator[Unit]:
    for words, figures in arranging.figures(brief):
        yield Unit(lines=(line(f"**{words}**"),), heading=True)
        for figure in figures:
            yield _figure(figure)


def _figure(figure: Figure) -> Unit:
    lines: list[Line] = [line(Said(figure.subject, "__"))]
    for value in figure.values:
        lines.append(line(*given(value), mark=_ITEM))
        if figure.relation is Relation.DIFFER and value.citations:
            lines.append(line("“", Said(value.citations[0].quote), "”", mark=_QUOTE))
    cited = (each for value in figure.values for each in value.citations)
    return Unit(lines=tuple(lines), documents=documents(cited))


def _event(event: Event) -> Unit:
    date = f"**{wording.dated(event.date)}**: "
    return Unit(
        lines=(line(date, Said(event.text), *numbers(event.citations), mark=_ITEM),),
        documents=documents(event.citations),
    )


def _trace(trace: Trace) -> Unit:
    cited = numbers(trace.citations)
    if arranging.is_alone(trace):
        way = Said(wording.chain(trace.chains[0]))
        return Unit(lines=(line(way, *cited),), documents=documents(trace.citations))
    head = line(Said(trace.name, _BOLD), f": {wording.traced(trace)}", *cited)
    chains = (line(Said(wording.chain(each)), mark=_ITEM) for each in trace.chains)
    return Unit(lines=(head, *chains), documents=documents(trace.citations))


def _quotation(quotation: Quotation) -> Unit:
    wordings = (
        line(
            Said(each.document.publisher),
            *numbers((each,)),
            ": “",
            Said(each.quote),
            "”",
            mark=_ITEM,
        )
        for each in quotation.citations
    )
    return Unit(
        lines=(line(Said(quotation.speaker, _BOLD)), *wordings),
        documents=documents(quotation.citations),
    )


def _only_here(source: Source) -> Iterator[Unit]:
    yield Unit(
        lines=(line(*_named(source.document, _BOLD)),),
        documents=(source.document.id,),
        heading=True,
    )
    for citation in source.only_here:
        yield Unit(
            lines=(line(Said(citation.quote), *numbers((citation,)), mark=_ITEM),),
            documents=documents((citation,)),
        )


def _sources(brief: Brief) -> Iterator[Unit]:
    for document, citations in arranging.cited(brief):
        yield Unit(
            lines=(line(*_source(document, citations), mark=_ITEM),), documents=(document.id,)
        )
    uncited = arranging.uncited(brief)
    for document in uncited[:_MOST_UNCITED]:
        shown = line(*_source(document, ()), ", not cited", mark=_ITEM)
        yield Unit(lines=(shown,), documents=(document.id,))
    more = len(uncited) - _MOST_UNCITED
    if more > 0:
        rest = f"And {wording.counted(more, 'more article')}, not cited"
        yield Unit(lines=(line(rest, mark=_SMALL),))


def _source(document: Document, citations: Iterable[Citation]) -> tuple[Span, ...]:
    revision = "" if document.revision == 1 else f", revision {document.revision}"
    address = safe_address(document.url)
    page = "" if address is None else f" · [article]({address})"
    date = f", {wording.published(document.published)}{revision}"
    return (*_named(document), date, *numbers(citations), page)


def _named(document: Document, mark: str = "") -> tuple[Span, ...]:
    title = Said(document.title if wording.plain(document.title) else wording.UNTITLED, mark)
    return (Said(document.outlet, mark), ": ", title) if document.outlet else (title,)
