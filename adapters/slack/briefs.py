"""A brief on Slack: points and their sources in units that no message parts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from adapters import arranging, wording
from adapters.looking import Look, nowhere
from adapters.slack.blocks import (
    Block,
    Message,
    Unit,
    context,
    divider,
    heading,
    lined_sections,
    note,
    packed,
    quoted_sections,
    small,
    title,
    words,
)
from adapters.slack.citing import (
    documents,
    figure_citations,
    figure_lines,
    linked_numbers,
    named,
    numbers,
)
from adapters.slack.texts import link, unescaped
from briefs.brief import Brief, Change, Event, Quotation, Source, Trace
from briefs.briefing import Briefed, KeptBrief
from briefs.model import Citation, Figure, Statement

_MOST_UNCITED = 10
_SHORTEST_TITLE = 12
"""A shorter title may stand in a text by chance, and then says nothing of its article."""


def messages(brief: Brief, look: Look, remarks: Sequence[str] = ()) -> tuple[Message, ...]:
    """Return a brief; what does not fit in one message goes on in further ones.

    Args:
        brief: What is shown.
        look: Who looks at it.
        remarks: Sentences of ours that stand before it.
    """
    return packed(units(brief, look, remarks), headline(brief), numbered=True)


def briefed(reply: Briefed, look: Look) -> tuple[Message, ...]:
    """Return a brief that was just composed, or that there was nothing to compose it from."""
    if reply.nothing_loaded:
        return packed(
            [Unit(blocks=tuple(quoted_sections(wording.NOTHING_LOADED)))], wording.NOTHING_LOADED
        )
    # What is not kept cannot be read as a page.
    shown = units(reply.brief, look if reply.kept else replace(look, page=nowhere))
    if not reply.kept:
        shown.append(Unit(blocks=tuple(note(wording.NOT_KEPT))))
    return packed(shown, headline(reply.brief), numbered=True)


def kept(reply: KeptBrief, look: Look) -> tuple[Message, ...]:
    """Return a kept brief again, with what has become of its articles since."""
    ends = note(wording.composed(reply.edition))
    for document in reply.documents:
        since = reply.since(document)
        if since is not None:
            ends += note(f"⚠️ {since.value} since: {named(document)}")
    shown = [*units(reply.brief, look), Unit(blocks=tuple(ends))]
    return packed(shown, headline(reply.brief), numbered=True)


def headline(brief: Brief) -> str:
    """Return what a brief is, for notifications."""
    points = wording.counted(len(brief.points), "point")
    title = wording.plain(brief.title) or wording.UNTITLED
    # A brief on a topic is called so already.
    name = title if title.startswith("Brief") else f"Brief: {title}"
    return f"{name}, {points}."


def units(brief: Brief, look: Look, remarks: Sequence[str] = ()) -> list[Unit]:
    """Return what stays together of a brief, each with the documents that it shows."""
    found = [_head(brief, remarks)]
    for name, section in _sections(brief, look):
        for number, unit in enumerate(section):
            above = () if number else (divider(), title(name))
            blocks = (*above, *unit.blocks)
            found.append(replace(unit, blocks=blocks, headed=unit.headed + len(above)))
    ends = wording.NOTHING if arranging.is_empty(brief) else wording.VERBATIM
    page = link(look.page(brief.id), "Read it as a page, each citation in its article")
    leading = context(words(page)) if page else []
    found.append(Unit(blocks=(*note(f"{ends} Brief {brief.id}"), *leading)))
    names = titles(brief)
    return [_completed(unit, names) for unit in found]


def _head(brief: Brief, remarks: Sequence[str]) -> Unit:
    topic = wording.topic(brief)
    about = "" if topic is None else f"On “{wording.plain(topic)}” · "
    period = f"{about}{wording.period(brief.period)} · {wording.looked_at(brief)}"
    blocks = [block for remark in remarks for block in note(remark)]
    blocks += heading(brief.title) or heading(wording.UNTITLED)
    blocks += note(period)
    for each in brief.notes:
        blocks += note(each)
    said = " ".join(wording.plain(each) for each in remarks)
    # All of it heads what follows: each line is judged by itself when an article is removed.
    return Unit(blocks=tuple(blocks), said=said, headed=len(blocks))


def _sections(brief: Brief, look: Look) -> Iterator[tuple[str, Iterable[Unit]]]:
    yield "Since the last brief", _changes(brief)
    yield "What is reported", _points(brief)
    for name, figures in arranging.figures(brief):
        yield name, (_figure(each) for each in figures)
    yield "Timeline", (_event(each) for each in brief.timeline)
    yield "Who stands behind it", (_trace(each) for each in brief.origins)
    yield "The same words, given differently", (_quotation(each) for each in brief.quotations)
    yield "Only here", (unit for each in arranging.exclusive(brief) for unit in _only_here(each))
    yield "Sources", _sources(brief, look)


def _changes(brief: Brief) -> Iterator[Unit]:
    for name, changes in arranging.changes(brief):
        for number, change in enumerate(changes):
            above = () if number else tuple(note(name))
            blocks = (*above, *_change(change))
            changed = tuple(each.id for each in change.documents)
            yield Unit(
                blocks=blocks,
                documents=(*documents(change.citations), *changed),
                said=f"{name}: {wording.plain(change.text)} {numbers(change.citations)}",
                headed=len(above),
            )


def _change(change: Change) -> list[Block]:
    blocks = quoted_sections(
        wording.plain(change.text) or wording.UNTITLED, after=numbers(change.citations)
    )
    for document in change.documents:
        blocks += note(f"{wording.plain(document.publisher)}, revision {document.revision}")
    return blocks


def _points(brief: Brief) -> Iterator[Unit]:
    for story in arranging.stories(brief):
        shown = [] if arranging.is_only_story(brief, story) else _story(story.title)
        for each in story.points:
            unit = _point(each.number, each.point.statement)
            yield replace(unit, blocks=(*shown, *unit.blocks), headed=len(shown))
            shown = []


def _story(name: str) -> list[Block]:
    """Return the title of a story; a source wrote it, so that it cannot be set in bold."""
    return quoted_sections(wording.plain(name) or wording.UNTITLED, before="▪ ")


def _point(number: int, statement: Statement) -> Unit:
    cited = numbers(statement.citations)
    blocks: list[Block] = []
    shown = documents(statement.citations)
    if statement.context is not None:
        blocks += note(f"context: {wording.plain(statement.context.quote)}")
        shown = (*shown, statement.context.document.id)
    blocks += quoted_sections(statement.text, before=f"{number}. ", after=cited)
    blocks += note(wording.support(statement))
    said = f"{number}. {wording.plain(statement.text)} {cited}"
    return Unit(blocks=tuple(blocks), documents=shown, said=said)


def _figure(figure: Figure) -> Unit:
    subject = wording.plain(figure.subject) or wording.UNTITLED
    return Unit(
        blocks=tuple(lined_sections([subject, *figure_lines(figure, quoted=True)])),
        documents=documents(figure_citations(figure)),
        said=f"{subject}.",
    )


def _event(event: Event) -> Unit:
    cited = numbers(event.citations)
    return Unit(
        blocks=tuple(quoted_sections(event.text, before=f"{_day(event)}  ", after=cited)),
        documents=documents(event.citations),
        said=f"{_day(event)} {wording.plain(event.text)} {cited}",
    )


def _day(event: Event) -> str:
    return wording.iso(event.date)


def _trace(trace: Trace) -> Unit:
    cited = numbers(trace.citations)
    if arranging.is_alone(trace):
        blocks = quoted_sections(wording.chain(trace.chains[0]), after=cited)
    else:
        name = wording.plain(trace.name) or wording.UNTITLED
        blocks = quoted_sections(f"{name}: {wording.traced(trace)}", after=cited)
        for chain in trace.chains:
            blocks += note(wording.chain(chain))
    return Unit(blocks=tuple(blocks), documents=documents(trace.citations))


def _quotation(quotation: Quotation) -> Unit:
    blocks = quoted_sections(quotation.speaker)
    for citation in quotation.citations:
        blocks += _told(citation)
    return Unit(blocks=tuple(blocks), documents=documents(quotation.citations))


def _told(citation: Citation) -> list[Block]:
    publisher = wording.plain(citation.document.publisher) or wording.UNTITLED
    quote = f"{publisher}: “{wording.plain(citation.quote)}”"
    return quoted_sections(quote, before="• ", after=numbers((citation,)))


def _only_here(source: Source) -> Iterator[Unit]:
    above = quoted_sections(named(source.document))
    for citation in source.only_here:
        quote = quoted_sections(citation.quote, before="• ", after=numbers((citation,)))
        yield Unit(
            blocks=(*above, *quote),
            documents=(source.document.id, *documents((citation,))),
            headed=len(above),
        )
        above = []


def _sources(brief: Brief, look: Look) -> Iterator[Unit]:
    for document, citations in arranging.cited(brief):
        revision = "" if document.revision == 1 else f", revision {document.revision}"
        about = f"{named(document)}, {wording.published(document.published)}{revision}"
        yield Unit(
            blocks=tuple(context(*small(about), *linked_numbers(citations, look))),
            documents=(document.id,),
        )
    uncited = arranging.uncited(brief)
    if uncited:
        names = "; ".join(named(each) for each in uncited[:_MOST_UNCITED])
        more = len(uncited) - _MOST_UNCITED
        rest = f"; and {wording.counted(more, 'more article')}" if more > 0 else ""
        yield Unit(
            blocks=tuple(note(f"Looked at and not cited: {names}{rest}")),
            documents=tuple(each.id for each in uncited[:_MOST_UNCITED]),
        )


def titles(brief: Brief) -> dict[str, set[str]]:
    """Return the titles of the documents of a brief, each with the ids of those that have it."""
    changed = (document for change in brief.changes for document in change.documents)
    cited = (citation.document for citation in brief.citations)
    found: dict[str, set[str]] = {}
    for title_, id_ in {(each.title, each.id) for each in (*brief.documents, *changed, *cited)}:
        found.setdefault(wording.plain(title_), set()).add(id_)
    return found


def titled(names: dict[str, set[str]], text: str) -> tuple[str, ...]:
    """Return the ids of the documents whose titles stand in an inert text, in their order."""
    return tuple(
        sorted(
            id_
            for name, ids in names.items()
            if name == text or (len(name) >= _SHORTEST_TITLE and name in text)
            for id_ in ids
        )
    )


def shown_text(blocks: Iterable[Block]) -> str:
    """Return what blocks say, a line a text object, without escapes."""
    return "\n".join(_texts(list(blocks)))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield unescaped(value)
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


def _completed(unit: Unit, names: dict[str, set[str]]) -> Unit:
    """Return a unit that names the documents whose titles it shows, too."""
    shown = (*unit.documents, *titled(names, shown_text(unit.blocks)))
    return replace(unit, documents=tuple(dict.fromkeys(shown)))
