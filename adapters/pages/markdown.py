"""A brief as CommonMark that reads well as it is and rendered: no HTML, no table, no footnote.

What a source wrote is escaped, so that nothing of it becomes a heading, a link, a list or a
picture, nor a mention or an address that a platform makes live by itself. Only two things are put
into it: backslashes, which a reader of the rendered text does not see, and after "@" and "#" an
invisible joiner, because platforms look for mentions in the rendered text, where a backslash is
gone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from adapters import arranging, wording
from adapters.pages.links import host, web_address
from briefs.brief import Brief, Change, Event, Quotation, Source, Trace
from briefs.model import Citation, Document, Figure, Relation, Value

JOINER = "\u2060"
"""Invisible, and no letter: "@" with it before a name is no mention."""

_MOST_UNCITED = 20
_SPECIAL = re.compile(r"[\\`*_\[\]<>~|$#@]|&(?=[#A-Za-z])|(?<=/)/")
# A platform that makes addresses live does so for what looks like one: letters, dot, letters.
_DOMAIN = re.compile(r"(?<=\S)\.(?=[^\W\d_]{2})|(?<=www)\.", re.IGNORECASE)
_CALLS = re.compile(r"([@#])(?=\S)")
_BEGINS = re.compile(r"^(\d{0,9})([-+=.)])")


def markdown(brief: Brief) -> str:
    """Return a brief as CommonMark."""
    blocks = [f"# {_text(brief.title)}", *_head(brief)]
    for title, found in _sections(brief):
        shown = list(found)
        if shown:
            blocks += [f"## {title}", *shown]
    if arranging.is_empty(brief):
        blocks.append(wording.NOTHING)
    said = "" if arranging.is_empty(brief) else f"{wording.VERBATIM} "
    blocks += ["---", f"{said}Brief {_text(brief.id)}"]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Return a source's text on one line, so that it is shown and means nothing."""
    line = _SPECIAL.sub(lambda match: f"\\{match.group()}", wording.plain(text))
    line = _DOMAIN.sub(r"\\.", line)
    line = _BEGINS.sub(r"\1\\\2", line)
    return _CALLS.sub(rf"\1{JOINER}", line)


def _text(text: str) -> str:
    return escaped(text) or wording.UNTITLED


def _head(brief: Brief) -> Iterator[str]:
    topic = wording.topic(brief)
    about = "" if topic is None else f"On “{_text(topic)}” · "
    yield f"{about}{wording.period(brief.period)} · {wording.looked_at(brief)}"
    if brief.notes:
        yield _list(_text(note) for note in brief.notes)


def _sections(brief: Brief) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Since the last brief", _changes(brief)
    yield "What is reported", _points(brief)
    yield "Figures and dates", _figures(brief)
    yield "Timeline", _listed(_event(each) for each in brief.timeline)
    yield "Who stands behind it", _listed(_trace(each) for each in brief.origins)
    quotations = (block for each in brief.quotations for block in _quotation(each))
    yield "The same words, given differently", quotations
    yield "Only here", (block for each in arranging.exclusive(brief) for block in _only(each))
    yield "Sources", _sources(brief)
    yield "Citations", _listed(_citation(each) for each in brief.citations)


def _changes(brief: Brief) -> Iterator[str]:
    for words, changes in arranging.changes(brief):
        yield f"### {words}"
        yield _list(_change(each) for each in changes)


def _change(change: Change) -> str:
    about = "".join(
        f" · {_text(document.publisher)}, revision {document.revision}"
        for document in change.documents
    )
    return f"{_text(change.text)}{_numbers(change.citations)}{about}"


def _points(brief: Brief) -> Iterator[str]:
    for story in arranging.stories(brief):
        if not arranging.is_only_story(brief, story):
            yield f"### {_text(story.title)}"
        lines = []
        for each in story.points:
            statement = each.point.statement
            mark = f"{each.number}. "
            indent = " " * len(mark)
            said = f"{_text(statement.text)}{_numbers(statement.citations)}"
            body = [said, f"*{_text(wording.support(statement))}*"]
            if statement.context is not None:
                body.insert(0, f"Context: “{_text(statement.context.quote)}”")
            lines.append(mark + f"\\\n{indent}".join(body))
        yield "\n".join(lines)


def _figures(brief: Brief) -> Iterator[str]:
    for words, figures in arranging.figures(brief):
        yield f"### {words}"
        lines: list[str] = []
        for figure in figures:
            lines.append(f"- {_text(figure.subject)}")
            lines += [f"  - {_value(value, figure)}" for value in figure.values]
        yield "\n".join(lines)


def _value(value: Value, figure: Figure) -> str:
    day = f" ({wording.as_of(value)})" if value.as_of is not None else ""
    given = "; ".join(
        f"{_text(outlet)}{_numbers(citations)}"
        for outlet, citations in arranging.givers(value.citations)
    )
    said = ""
    if figure.relation is Relation.DIFFER and value.citations:
        said = f": “{_text(value.citations[0].quote)}”"
    return f"“{_text(value.text)}”{day}, {given}{said}"


def _event(event: Event) -> str:
    return f"**{wording.dated(event.date)}**: {_text(event.text)}{_numbers(event.citations)}"


def _trace(trace: Trace) -> str:
    numbers = _numbers(trace.citations)
    if arranging.is_alone(trace):
        return f"{_text(wording.chain(trace.chains[0]))}{numbers}"
    chains = "".join(f"\n  - {_text(wording.chain(each))}" for each in trace.chains)
    return f"{_text(trace.name)}: {wording.traced(trace)}{numbers}{chains}"


def _quotation(quotation: Quotation) -> Iterator[str]:
    yield f"### {_text(quotation.speaker)}"
    yield _list(
        f"{_text(citation.document.publisher)}{_numbers((citation,))}: “{_text(citation.quote)}”"
        for citation in quotation.citations
    )


def _only(source: Source) -> Iterator[str]:
    yield f"### {_text(source.document.publisher)}"
    yield _list(f"{_text(citation.quote)}{_numbers((citation,))}" for citation in source.only_here)


def _sources(brief: Brief) -> Iterator[str]:
    lines = [_source(document, citations) for document, citations in arranging.cited(brief)]
    uncited = arranging.uncited(brief)
    lines += [f"{_source(each, ())}, not cited" for each in uncited[:_MOST_UNCITED]]
    more = len(uncited) - _MOST_UNCITED
    if more > 0:
        lines.append(f"{wording.counted(more, 'more article')}, not cited")
    if lines:
        yield _list(lines)


def _source(document: Document, citations: Sequence[Citation]) -> str:
    facts = [document.outlet or "outlet unknown", document.author]
    named = ", ".join(_text(fact) for fact in facts if fact)
    revision = f", revision {document.revision}" if document.revision > 1 else ""
    address = web_address(document.url)
    # "&" would begin a character reference, even in an address.
    target = "" if address is None else address.replace("&", "&amp;")
    link = "" if address is None else f" · [{escaped(host(address))}](<{target}>)"
    when = wording.published(document.published)
    return f"“{_text(document.title)}”, {named}, {when}{revision}{link}{_numbers(citations)}"


def _citation(citation: Citation) -> str:
    document = citation.document
    place = wording.place(document, citation.start, citation.end)
    about = f"{_text(document.publisher)}, {wording.published(document.published)}, {place}"
    return f"[{citation.number}] “{_text(citation.quote)}” {about}"


def _numbers(citations: Iterable[Citation]) -> str:
    """Return the numbers of citations: no links, for a source cannot define where they lead."""
    return "".join(f" [{citation.number}]" for citation in citations)


def _listed(items: Iterable[str]) -> Iterator[str]:
    lines = _list(items)
    if lines:
        yield lines


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
