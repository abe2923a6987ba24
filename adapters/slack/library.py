"""The library on Slack: what became of sources, what is loaded, and one article whole."""

from collections import Counter
from collections.abc import Iterator

from adapters import wording
from adapters.looking import Look
from adapters.slack.blocks import (
    Block,
    Message,
    Unit,
    actions,
    button,
    lined_sections,
    note,
    packed,
    plain,
    quoted_sections,
    section,
    text_sections,
)
from adapters.slack.names import CANCEL, EDIT, PAGE_NEXT, PAGE_PREVIOUS, REMOVE
from adapters.slack.paths import file_name, without_paths
from adapters.slack.texts import markup, plain_lines, shortened, size
from briefs.model import Document, Receipt
from briefs.ports import Listed, Listing, Receipts, Shown, StatusReport
from briefs.splitting import split

UNKNOWN = "unknown"
PAGE = 8
_NO_ARTICLE = "No article is loaded."
_TITLE = 300
_NAME = 100
_LINE = 200
_MOST_TEXT = 24_000
"""So much of an article is shown: a few messages."""
_MOST_DROPPED = 40


def receipts(reply: Receipts, look: Look) -> tuple[Message, ...]:
    """Return what became of each source of one load."""
    if not reply.receipts:
        text = "There was nothing to load."
        return packed([Unit(blocks=tuple(quoted_sections(text)))], text)
    counts = Counter(each.status.value for each in reply.receipts)
    text = ", ".join(f"{count} {status}" for status, count in counts.items())
    return packed([_receipt(each, look) for each in reply.receipts], f"Sources: {text}.")


def page(listing: Listing, number: int, size: int = PAGE) -> Message:
    """Return one page of the documents that a place may see.

    Args:
        listing: All of them.
        number: From 1; another number gives the nearest page that there is.
        size: How many documents a page has.
    """
    if not listing.documents:
        text = f"{_NO_ARTICLE} Load some: /source add"
        return Message(text=markup(text), blocks=tuple(quoted_sections(text)))
    last = -(-len(listing.documents) // size)
    number = min(max(number, 1), last)
    shown = listing.documents[(number - 1) * size : number * size]
    count = wording.counted(len(listing.documents), "article")
    head = f"{count}, page {number} of {last}" if last > 1 else count
    blocks = note(head)
    for each in shown:
        blocks += _listed(each)
    turns = []
    if number > 1:
        label = f"Show page {number - 1} of {last}"
        turns.append(button("Previous", PAGE_PREVIOUS, str(number - 1), label=label))
    if number < last:
        label = f"Show page {number + 1} of {last}"
        turns.append(button("Next", PAGE_NEXT, str(number + 1), label=label))
    if turns:
        blocks.append(actions("source_pages", *turns))
    return Message(
        text=markup(f"{head}."),
        blocks=tuple(blocks),
        documents=tuple(each.document.id for each in shown),
    )


def shown(reply: Shown, look: Look) -> tuple[Message, ...]:
    """Return one document: its facts, as much of its text as fits, and what was dropped of it."""
    document = reply.listed.document
    head = Unit(
        blocks=(
            *quoted_sections(wording.plain(document.title) or wording.UNTITLED),
            *lined_sections(f"{name}: {value}" for name, value in _facts(reply.listed)),
            *(_edit(document) if look.admin else ()),
        ),
        documents=(document.id,),
    )
    body, left_out = _beginning(document.text)
    units = [head, *(Unit(blocks=(block,), documents=(document.id,)) for block in body)]
    if left_out:
        units.append(Unit(blocks=tuple(note(left_out)), said=left_out))
    units += _dropped_lines(reply)
    return packed(units, f"{wording.plain(document.title) or wording.UNTITLED}.")


def confirm_removal(shown: Shown) -> Message:
    """Return the question whether a document is to answer no more."""
    document = shown.listed.document
    title = shortened(document.title, _TITLE) or wording.UNTITLED
    remove = button("Remove", REMOVE, document.id, label=f"Remove {title}", style="danger")
    remove["confirm"] = {
        "title": plain("Remove this article?"),
        "text": plain("It will answer no more. What cites it can still be read."),
        "confirm": plain("Remove"),
        "deny": plain("Keep"),
        "style": "danger",
    }
    cancel = button("Cancel", CANCEL, document.id, label=f"Keep {title}")
    text = f"Remove “{title}”?"
    blocks = [
        *quoted_sections(text),
        *note(_line(shown.listed)),
        actions(f"remove:{document.id}", remove, cancel),
    ]
    return Message(text=markup(text), blocks=tuple(blocks), documents=(document.id,))


def status(reply: StatusReport) -> tuple[Message, ...]:
    """Return what is loaded, as far as the place may see it."""
    text = status_line(reply)
    return packed([Unit(blocks=tuple(quoted_sections(text)), said=text)], "")


def status_line(reply: StatusReport) -> str:
    """Return what is loaded, in sentences."""
    model = f"The model is {wording.plain(reply.model)}."
    if not reply.documents:
        return f"{_NO_ARTICLE} {model}"
    outlets = wording.plain(", ".join(reply.outlets))
    return (
        f"{wording.counted(reply.documents, 'article')} with "
        f"{wording.counted(reply.sentences, 'sentence')} of "
        f"{wording.counted(len(reply.outlets), 'outlet')}: {outlets}.{_span(reply)} {model}"
    )


def _span(reply: StatusReport) -> str:
    if reply.first is None or reply.last is None:
        return ""
    first, last = wording.day(reply.first), wording.day(reply.last)
    return f" Published on {first}." if first == last else f" Published from {first} to {last}."


def _receipt(receipt: Receipt, look: Look) -> Unit:
    document = receipt.document
    state = receipt.status.value
    if document is None:
        error = without_paths(receipt.error or "", receipt.source)
        line = f"{state} {file_name(receipt.source)}: {error}"
        blocks = quoted_sections(line)
    else:
        line = f"{state} {wording.plain(document.title) or wording.UNTITLED}"
        facts = [
            wording.plain(document.outlet or "outlet unknown"),
            wording.published(document.published),
            f"{wording.counted(receipt.sentences, 'sentence')} kept{wording.dropped(receipt)}",
            document.id,
        ]
        blocks = [*quoted_sections(line), *note(" · ".join(facts))]
    for each in receipt.notes:
        blocks += note(f"⚠️ {without_paths(each, receipt.source)}")
    if document is not None and look.admin and not (document.outlet and document.published):
        blocks += _edit(document, "Add outlet and date")
    ids = () if document is None else (document.id,)
    return Unit(blocks=tuple(blocks), documents=ids, said=f"{line}.")


def _edit(document: Document, text: str = "Edit") -> list[Block]:
    label = f"{text}: {wording.plain(document.title)}"
    return [actions(f"edit:{document.id}", button(text, EDIT, document.id, label=label))]


def _listed(listed: Listed) -> list[Block]:
    title = shortened(listed.document.title, _TITLE) or wording.UNTITLED
    return [section(plain(title)), *note(_line(listed))]


def _line(listed: Listed) -> str:
    document = listed.document
    facts = (
        shortened(document.outlet or "outlet unknown", _NAME),
        wording.published(document.published),
        wording.counted(listed.sentences, "sentence"),
        document.id,
    )
    return " · ".join(facts)


def _facts(listed: Listed) -> Iterator[tuple[str, str]]:
    document = listed.document
    yield "id", f"{document.id}, revision {document.revision}"
    yield "outlet", document.outlet or UNKNOWN
    yield "author", document.author or UNKNOWN
    yield "published", wording.published(document.published, UNKNOWN)
    if document.url:
        yield "url", document.url
    yield "collection", document.collection
    yield "loaded from", file_name(document.source)
    yield "sentences", str(listed.sentences)


def _beginning(text: str) -> tuple[list[Block], str]:
    """Return the first sentences of a text, as many as fit, and a sentence on how many do not."""
    if size(markup(plain_lines(text))) <= _MOST_TEXT:
        return text_sections(text), ""
    sentences = split(text).sentences
    taken, fitting, looked = 0, 0, 0
    for sentence in sentences:
        taken += size(markup(plain_lines(text[looked : sentence.end])))
        if fitting and taken > _MOST_TEXT:
            break
        fitting, looked = fitting + 1, sentence.end
    left = len(sentences) - fitting
    said = f"{wording.counted(left, 'sentence')} of {len(sentences):,} are left out here."
    return text_sections(text[:looked]), said if left else ""


def _dropped_lines(reply: Shown) -> Iterator[Unit]:
    if not reply.dropped:
        return
    document = reply.listed.document
    lines = [
        f"{each.number}  {each.reason}: {shortened(each.text, _LINE)}"
        for each in reply.dropped[:_MOST_DROPPED]
    ]
    more = len(reply.dropped) - _MOST_DROPPED
    if more > 0:
        lines.append(f"and {wording.counted(more, 'more line')}")
    said = f"Dropped; “/source restore {document.id} N…” brings lines back:"
    yield Unit(blocks=(*note(said), *lined_sections(lines)), documents=(document.id,))
