"""From a `Reply` to messages of Slack: pure, and inert whatever the source text holds."""

from functools import singledispatch

from adapters import arranging, wording
from adapters.looking import Look
from adapters.slack import answers, library, schedules
from adapters.slack import briefs as brief_messages
from adapters.slack.blocks import (
    Block,
    Message,
    Unit,
    context,
    lined_sections,
    note,
    packed,
    quoted_sections,
    small,
)
from adapters.slack.citing import documents
from adapters.slack.paths import without_paths
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

__all__ = ["Look", "Message", "rendered"]


def rendered(reply: Reply, look: Look) -> tuple[Message, ...]:
    """Return a reply as a person reads it, in as few messages as hold it; never none."""
    return _rendered(reply, look)


@singledispatch
def _rendered(reply: object, _look: Look) -> tuple[Message, ...]:
    raise TypeError(f"no rendering for {type(reply).__name__}")


@_rendered.register
def _(reply: Answer, look: Look) -> tuple[Message, ...]:
    return answers.messages(reply, look)


@_rendered.register
def _(reply: KeptAnswer, look: Look) -> tuple[Message, ...]:
    return answers.kept(reply, look)


@_rendered.register
def _(reply: Briefed, look: Look) -> tuple[Message, ...]:
    return brief_messages.briefed(reply, look)


@_rendered.register
def _(reply: KeptBrief, look: Look) -> tuple[Message, ...]:
    return brief_messages.kept(reply, look)


@_rendered.register
def _(reply: BriefListing, _look: Look) -> tuple[Message, ...]:
    if not reply.editions:
        return _sentence(wording.NO_BRIEFS)
    count = wording.counted(len(reply.editions), "brief")
    return packed([_edition(each) for each in reply.editions], f"{count}.")


@_rendered.register
def _(reply: Explained, _look: Look) -> tuple[Message, ...]:
    why = reply.why
    blocks = [*quoted_sections(f"“{wording.plain(reply.text)}”"), *quoted_sections(why.text)]
    meant = arranging.meant(why)
    for name, citation in meant:
        publisher = wording.plain(citation.document.publisher)
        blocks += note(f"{name}: {publisher}: “{wording.plain(citation.quote)}”")
    blocks += lined_sections(
        f"{'✓ yes' if gate.passed else '✗ no'}  {wording.plain(gate.text)}" for gate in why.gates
    )
    blocks += note(f"Brief {reply.brief}")
    cited = documents(citation for _, citation in meant)
    return packed([Unit(blocks=tuple(blocks), documents=cited)], wording.plain(why.text))


@_rendered.register
def _(reply: Scheduled, _look: Look) -> tuple[Message, ...]:
    return schedules.scheduled(reply)


@_rendered.register
def _(reply: ScheduleListing, _look: Look) -> tuple[Message, ...]:
    return schedules.listed(reply)


@_rendered.register
def _(reply: ScheduleChanged, _look: Look) -> tuple[Message, ...]:
    return schedules.changed(reply)


@_rendered.register
def _(reply: VerdictGiven, _look: Look) -> tuple[Message, ...]:
    useful = "useful" if reply.useful else "not useful"
    why = f": {wording.plain(reply.why)}" if reply.why else ""
    return _sentence(f"Noted: answer {wording.plain(reply.answer)} was {useful}{why}")


@_rendered.register
def _(reply: Receipts, look: Look) -> tuple[Message, ...]:
    return library.receipts(reply, look)


@_rendered.register
def _(reply: Listing, _look: Look) -> tuple[Message, ...]:
    return (library.page(reply, 1),)


@_rendered.register
def _(reply: Shown, look: Look) -> tuple[Message, ...]:
    return library.shown(reply, look)


@_rendered.register
def _(reply: StatusReport, _look: Look) -> tuple[Message, ...]:
    return library.status(reply)


@_rendered.register
def _(reply: Usage, _look: Look) -> tuple[Message, ...]:
    blocks = lined_sections(f"• {typed} — {does}" for typed, does in reply.lines)
    return packed([Unit(blocks=tuple(blocks))], "What can be typed here.")


@_rendered.register
def _(reply: Refusal, _look: Look) -> tuple[Message, ...]:
    return _sentence(f"⚠️ {without_paths(reply.message, '')}")


def _sentence(text: str) -> tuple[Message, ...]:
    return packed([Unit(blocks=tuple(quoted_sections(text)))], text)


def _edition(edition: Edition) -> Unit:
    about: list[Block] = small(f"{edition.brief} · {wording.moment(edition.composed_at)}")
    if edition.channel is not None:
        about.append(schedules.channel(edition.channel))
    about += small(f"on {wording.plain(edition.topic)}" if edition.topic else "on everything")
    title = wording.plain(edition.title) or wording.UNTITLED
    return Unit(blocks=(*quoted_sections(title), *context(*about)), said=f"{title}.")
