"""From a `Reply` to the messages that Discord gets: pure, and inert whatever a source holds."""

from collections.abc import Iterator
from dataclasses import replace
from functools import singledispatch

from adapters import arranging, wording
from adapters.discord import answers, briefs, library, schedules
from adapters.discord.embeds import BAD, GOOD, QUIET, WARNING, Message, Section, Unit, packed, said
from adapters.discord.text import Line, Said, line, without_folders
from adapters.looking import Look, nowhere
from briefs.briefing import Briefed, BriefListing, Edition, Explained, KeptBrief
from briefs.keeping import KeptAnswer
from briefs.model import Answer
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


def rendered(reply: Reply, look: Look) -> tuple[Message, ...]:
    """Return a reply as the messages that a person reads, in their order; never none."""
    return _rendered(reply, look)


@singledispatch
def _rendered(reply: object, look: Look) -> tuple[Message, ...]:
    raise TypeError(f"no rendering for {type(reply).__name__} with {look}")


@_rendered.register
def _(reply: Answer, look: Look) -> tuple[Message, ...]:
    return answers.answered(reply, look)


@_rendered.register
def _(reply: KeptAnswer, look: Look) -> tuple[Message, ...]:
    return answers.kept_answer(reply, look)


@_rendered.register
def _(reply: Briefed, look: Look) -> tuple[Message, ...]:
    if reply.nothing_loaded:
        return packed([said(wording.NOTHING_LOADED, colour=WARNING)])
    after = () if reply.kept else (wording.NOT_KEPT,)
    # What is not kept cannot be read as a page.
    shown = look if reply.kept else replace(look, page=nowhere)
    return briefs.messages(reply.brief, shown, after=after)


@_rendered.register
def _(reply: KeptBrief, look: Look) -> tuple[Message, ...]:
    became = (
        f"{since.value} since: {document.publisher}, “{document.title}”"
        for document in reply.documents
        if (since := reply.since(document)) is not None
    )
    return briefs.messages(reply.brief, look, after=(wording.composed(reply.edition), *became))


@_rendered.register
def _(reply: BriefListing, look: Look) -> tuple[Message, ...]:
    del look
    if not reply.editions:
        return packed([said(wording.NO_BRIEFS, colour=WARNING)])
    units = tuple(_edition(each) for each in reply.editions)
    return packed([Section(title="Briefs", units=units)])


@_rendered.register
def _(reply: Explained, look: Look) -> tuple[Message, ...]:
    del look
    return packed(
        [
            Section(
                title="Why this sentence is or is not in a brief",
                units=(Unit(lines=tuple(_explained(reply))),),
                colour=GOOD if reply.why.shown else QUIET,
            )
        ],
        footer=f"Brief {reply.brief}",
    )


@_rendered.register
def _(reply: Scheduled, look: Look) -> tuple[Message, ...]:
    del look
    return schedules.scheduled(reply)


@_rendered.register
def _(reply: ScheduleListing, look: Look) -> tuple[Message, ...]:
    del look
    return schedules.listing(reply)


@_rendered.register
def _(reply: ScheduleChanged, look: Look) -> tuple[Message, ...]:
    del look
    return schedules.changed(reply)


@_rendered.register
def _(reply: VerdictGiven, look: Look) -> tuple[Message, ...]:
    del look
    useful = "useful" if reply.useful else "not useful"
    why = (": ", Said(reply.why)) if reply.why else ()
    unit = Unit(lines=(line("Noted: answer ", Said(reply.answer), f" was {useful}", *why),))
    return packed([Section(units=(unit,), colour=GOOD)])


@_rendered.register
def _(reply: Receipts, look: Look) -> tuple[Message, ...]:
    return library.receipts(reply, look)


@_rendered.register
def _(reply: Listing, look: Look) -> tuple[Message, ...]:
    del look
    return (library.page(reply, 1),)


@_rendered.register
def _(reply: Shown, look: Look) -> tuple[Message, ...]:
    del look
    return library.shown(reply)


@_rendered.register
def _(reply: StatusReport, look: Look) -> tuple[Message, ...]:
    del look
    return library.status(reply)


@_rendered.register
def _(reply: Usage, look: Look) -> tuple[Message, ...]:
    del look
    return library.usage(reply)


@_rendered.register
def _(reply: Refusal, look: Look) -> tuple[Message, ...]:
    del look
    lines = tuple(line(Said(each)) for each in without_folders(reply.message).splitlines())
    if not any(each.text for each in lines):
        lines = (line("This cannot be done."),)
    return packed([Section(units=(Unit(lines=lines),), colour=BAD)])


def _edition(edition: Edition) -> Unit:
    topic = () if edition.topic is None else (" · on “", Said(edition.topic), "”")
    to = () if edition.channel is None else (" · ", schedules.channel(edition.channel))
    title = edition.title if wording.plain(edition.title) else wording.UNTITLED
    return Unit(
        lines=(
            line(Said(title, "**")),
            line(wording.moment(edition.composed_at), *to, *topic, mark="-# "),
            line("id ", Said(edition.brief), mark="-# "),
        )
    )


def _explained(reply: Explained) -> Iterator[Line]:
    why = reply.why
    yield line("“", Said(reply.text), "”", mark="> ")
    yield line(Said(why.text, "**"))
    for name, citation in arranging.meant(why):
        yield line(f"{name}: ", Said(citation.document.publisher), ": “", Said(citation.quote), "”")
    for gate in why.gates:
        yield line("✅ " if gate.passed else "❌ ", Said(gate.text))
