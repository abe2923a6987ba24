"""What is loaded, as messages: receipts, pages of a list, one document, how it all stands."""

from collections.abc import Iterable, Iterator

from adapters import wording
from adapters.discord import names
from adapters.discord.embeds import (
    BAD,
    GOOD,
    LABEL,
    QUIET,
    WARNING,
    Button,
    Message,
    Section,
    Unit,
    packed,
    said,
)
from adapters.discord.text import (
    Line,
    Said,
    Span,
    filename,
    inert,
    line,
    safe_address,
    shortened,
    size,
    split_at,
    without_folders,
)
from adapters.looking import Look
from briefs.model import Document, Dropped, Receipt, Status
from briefs.ports import Listed, Listing, Receipts, Shown, StatusReport, Usage

PAGE = 10
"""Documents on a page of the list."""

NOTHING = "No article is loaded. Load some: /source add"

_TEXT_ROOM = 9_000
"""Characters of a document's text that are shown: two or three messages."""

_DROPPED_ROOM = 3_000
_LISTED_ROOM = 3_600
_NAME = 120
_SMALL = "-# "
_ITEM = "- "
_UNKNOWN = "unknown"
_SEVERITY = (BAD, WARNING, GOOD, QUIET)
_COLOURS = {Status.FAILED: BAD, Status.DUPLICATE: WARNING, Status.UNCHANGED: QUIET}


def receipts(reply: Receipts, look: Look) -> tuple[Message, ...]:
    """Return what became of each source of a load; each receipt begins with its status word."""
    if not reply.receipts:
        return packed([said("Nothing was loaded.")])
    worst = min((_COLOURS.get(each.status, GOOD) for each in reply.receipts), key=_SEVERITY.index)
    units = tuple(_receipt(each, look) for each in reply.receipts)
    return packed([Section(units=units, colour=worst, gap="\n\n")])


def page(listing: Listing, number: int, size: int = PAGE) -> Message:
    """Return a page of the list of documents, with buttons to the ones around it.

    Args:
        listing: All documents.
        number: Which page, from 1; the nearest that there is.
        size: Documents on a page. A button's value is the number of the page that it leads to.
    """
    if not listing.documents:
        return packed([said(NOTHING, colour=WARNING)])[0]
    pages = -(-len(listing.documents) // size)
    number = min(max(1, number), pages)
    shown = listing.documents[(number - 1) * size : number * size]
    room = min(2 * _NAME, _LISTED_ROOM // (2 * size) - 40)
    units = tuple(_listed(each, max(20, room)) for each in shown)
    total = wording.counted(len(listing.documents), "article")
    buttons = (
        Button(
            action=names.PREVIOUS,
            label="Previous",
            value=str(max(1, number - 1)),
            disabled=number == 1,
        ),
        Button(
            action=names.NEXT,
            label="Next",
            value=str(min(pages, number + 1)),
            disabled=number == pages,
        ),
    )
    made = packed(
        [Section(title="Loaded articles", units=units)],
        footer=f"{total} · page {number} of {pages}",
        buttons=buttons if pages > 1 else (),
    )
    return made[0]


def shown(reply: Shown) -> tuple[Message, ...]:
    """Return one document: what is known of it, its text as far as it fits, what was dropped."""
    document = reply.listed.document
    facts = Unit(lines=tuple(_facts(reply.listed)), documents=(document.id,))
    title = document.title if wording.plain(document.title) else wording.UNTITLED
    return packed(
        [
            Section(title=title, units=(facts,)),
            Section(title="Text", units=tuple(_text(document)), gap="\n\n"),
            Section(title="Dropped lines", units=tuple(_dropped(reply)), colour=WARNING),
        ],
    )


def confirm_removal(reply: Shown) -> Message:
    """Return the question whether a document is to be removed."""
    document = reply.listed.document
    title = shortened(document.title, 4 * _NAME) or wording.UNTITLED
    outlet = shortened(document.outlet or "outlet unknown", 4 * _NAME)
    unit = Unit(
        lines=(
            line(Said(title, "**")),
            line(
                Said(outlet),
                f" · {wording.published(document.published)} · "
                f"{wording.counted(reply.listed.sentences, 'sentence')}",
                mark=_SMALL,
            ),
            line("It will answer no more. What cites it can still be read."),
        ),
        documents=(document.id,),
    )
    buttons = (
        Button(action=names.REMOVE, label="Remove", value=document.id, style="danger"),
        Button(action=names.CANCEL, label="Cancel", value=document.id),
    )
    section = Section(title="Remove this article?", units=(unit,), colour=BAD)
    return packed([section], buttons=buttons)[0]


def status(reply: StatusReport) -> tuple[Message, ...]:
    """Return what is loaded and what it is searched with."""
    model = line("The model is ", Said(reply.model), ".")
    if not reply.documents:
        lines = (line("No article is loaded."), model)
        return packed([Section(title="Status", units=(Unit(lines=lines),), colour=WARNING)])
    counts = (
        f"{wording.counted(reply.documents, 'article')} with "
        f"{wording.counted(reply.sentences, 'sentence')} of "
        f"{wording.counted(len(reply.outlets), 'outlet')}"
    )
    outlets: list[Span] = []
    for place, outlet in enumerate(reply.outlets):
        outlets += [", " if place else "", Said(outlet)]
    lines = (line(counts, ": " if outlets else "", *outlets, "."), model)
    return packed([Section(title="Status", units=(Unit(lines=lines),), colour=GOOD)])


def usage(reply: Usage) -> tuple[Message, ...]:
    """Return what can be typed, a line for each command."""
    units = tuple(
        Unit(lines=(line(Said(typed, "**")), line(Said(does)))) for typed, does in reply.lines
    )
    return packed([Section(title="What you can type", units=units)])


def _receipt(receipt: Receipt, look: Look) -> Unit:
    document = receipt.document
    notes = tuple(line("⚠ ", Said(without_folders(each, receipt.source))) for each in receipt.notes)
    word = f"{receipt.status.value} "
    if document is None:
        error = without_folders(receipt.error or "", receipt.source)
        head = line(word, Said(filename(receipt.source), "**"), ": " if error else "", Said(error))
        return Unit(lines=(head, *notes))
    about: tuple[Span, ...] = (
        f"id {inert(document.id)} · ",
        Said(document.outlet or "outlet unknown"),
        f" · {wording.published(document.published)}",
        f" · {wording.counted(receipt.sentences, 'sentence')} kept",
        Said(wording.dropped(receipt)),
    )
    lacking = [
        fact
        for fact, known in (("outlet", document.outlet), ("date", document.published))
        if known is None
    ]
    title = Said(document.title if wording.plain(document.title) else wording.UNTITLED, "**")
    return Unit(
        lines=(line(word, title), line(*about, mark=_SMALL), *notes),
        documents=(document.id,),
        buttons=(_edit(document, lacking),) if lacking and look.admin else (),
    )


def _edit(document: Document, lacking: Iterable[str]) -> Button:
    label = f"Add {' and '.join(lacking)}"
    title = wording.plain(document.title)
    whole = f"{label}: {title}"
    fits = bool(title) and size(whole) <= LABEL
    return Button(action=names.EDIT, label=whole if fits else label, value=document.id)


def _listed(listed: Listed, room: int) -> Unit:
    document = listed.document
    title = shortened(document.title, room) or wording.UNTITLED
    outlet = shortened(document.outlet or "outlet unknown", room // 2)
    about = (
        f" · {wording.published(document.published)} · "
        f"{wording.counted(listed.sentences, 'sentence')} · id {inert(document.id)}"
    )
    return Unit(
        lines=(line(Said(title, "**")), line(Said(outlet), about, mark=_SMALL)),
        documents=(document.id,),
    )


def _facts(listed: Listed) -> Iterator[Line]:
    document = listed.document
    yield line(f"**Id**: {inert(document.id)}, revision {document.revision}")
    yield line("**Outlet**: ", Said(document.outlet or _UNKNOWN))
    yield line("**Author**: ", Said(document.author or _UNKNOWN))
    yield line(f"**Published**: {wording.published(document.published)}")
    if document.url:
        address = safe_address(document.url)
        page_ = "" if address is None else f" · [article]({address})"
        yield line("**Address**: ", Said(document.url), page_)
    yield line("**Collection**: ", Said(document.collection))
    yield line("**Loaded from**: ", Said(filename(document.source)))
    yield line(f"**Sentences**: {listed.sentences:,}")


def _text(document: Document) -> Iterator[Unit]:
    """Yield paragraphs as far as there is room, and how much is left out."""
    room, end = _TEXT_ROOM, -1
    for block in document.text.split("\n"):
        end += 1 + len(block)
        paragraph = wording.plain(block)
        fitting, rest = paragraph, ""
        if size(inert(paragraph)) > room:
            fitting, rest = split_at(paragraph, room, rather_not=room < _TEXT_ROOM)
        yield Unit(lines=(line(Said(fitting)),), documents=(document.id,))
        if rest:
            left = len(rest) + len(document.text) - end
            more = f"{wording.counted(left, 'more character')} left out here."
            yield Unit(lines=(line(more, mark=_SMALL),))
            return
        room -= size(inert(fitting))


def _dropped(reply: Shown) -> Iterator[Unit]:
    units = [(each, _dropped_line(each)) for each in reply.dropped]
    room = _DROPPED_ROOM
    fitting = 0
    for _, unit in units:
        room -= size(unit.text)
        if fitting and room < 0:
            break
        fitting += 1
    for _, unit in units[:fitting]:
        yield unit
    more = len(units) - fitting
    if more:
        yield Unit(lines=(line(f"And {wording.counted(more, 'more line')}.", mark=_SMALL),))
    if units:
        hint = "/source restore brings lines back by their numbers."
        yield Unit(lines=(line(hint, mark=_SMALL),))


def _dropped_line(dropped: Dropped) -> Unit:
    return Unit(
        lines=(line(f"**{dropped.number}** ", Said(str(dropped.reason)), ": ", Said(dropped.text)),)
    )
