"""An answer on Slack: statements, who says them, where outlets differ, and the full quotes."""

from collections.abc import Iterable, Iterator

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
    quoted_sections,
    section,
    words,
)
from adapters.slack.citing import documents, figure_citations, figure_lines, line, named, numbers
from adapters.slack.names import HELPFUL, SHARE, SOURCES, UNHELPFUL, USER
from adapters.slack.quoting import around
from briefs.errors import ContractError
from briefs.keeping import KeptAnswer
from briefs.model import Answer, Citation, Figure, Statement

_SAYS_NOTHING = "The sources do not say."


def messages(answer: Answer, look: Look) -> tuple[Message, ...]:
    """Return an answer, or why there is none, with its buttons where it is kept."""
    closing = (*_footer(answer), *_buttons(answer.id, look))
    return packed([*_said(answer, look), Unit(blocks=closing)], _headline(answer))


def kept(reply: KeptAnswer, look: Look) -> tuple[Message, ...]:
    """Return a kept answer again, with what has become of its articles since."""
    asked = f"Asked on {wording.moment(reply.asked_at)}; answer {reply.id}."
    ends = Unit(blocks=(*note(asked), *_since(reply), *_buttons(reply.id, look)))
    units = [_question(reply.answer), *_said(reply.answer, look), ends]
    return packed(units, _headline(reply.answer))


def shared(kept: KeptAnswer, by: str, look: Look) -> tuple[Message, ...]:
    """Return an answer that somebody publishes in a channel.

    Args:
        kept: The answer, as far as the channel may see it.
        by: The Slack id of who shares it.
        look: How the channel looks at it; a share button there would be one too many.

    Raises:
        ContractError: `by` is no id of a person.
    """
    if not USER.fullmatch(by):
        raise ContractError(f"{by!r} is no id of a person on Slack")
    # The channel is not told how much its asker may see.
    answer = kept.uncounted().answer
    sharer = section(words(f"Shared by <@{by}>"))
    asked = _question(answer)
    opening = Unit(blocks=(sharer, *asked.blocks), said=asked.said)
    public = Look(linked=look.linked, admin=look.admin)
    closing = (*_footer(answer), *_since(kept), *_buttons(kept.id, public))
    units = [opening, *_said(answer, public), Unit(blocks=closing)]
    return packed(units, "An answer was shared.")


def sources(kept: KeptAnswer, look: Look) -> tuple[Message, ...]:
    """Return every quote of an answer whole, between the sentences that stand around it."""
    answer = kept.answer
    cited = answer.citations or answer.nearest
    units = [_question(answer), *(_source(kept, each, look) for each in cited)]
    if not cited:
        units.append(Unit(blocks=tuple(note("Nothing is cited in this answer."))))
    return packed(units, f"The sources of an answer: {wording.counted(len(cited), 'quote')}.")


def _said(answer: Answer, look: Look) -> Iterator[Unit]:
    if answer.understood is not None:
        yield Unit(blocks=tuple(note(f"Understood as: {answer.understood}")))
    if not answer.answered:
        yield from _unanswered(answer, look)
    for statement in answer.statements:
        yield _stated(statement, look)
    shown = {cite.number for statement in answer.statements for cite in statement.citations}
    for figure in answer.differences:
        yield _figure(figure)
    # Each number leads to a quotation.
    for citation in answer.citations:
        if citation.number not in shown:
            yield _quoted(citation, look)


def _stated(statement: Statement, look: Look) -> Unit:
    cited = numbers(statement.citations)
    blocks: list[Block] = []
    if statement.context is not None:
        blocks += note(f"context: {wording.plain(statement.context.quote)}")
    blocks += quoted_sections(statement.text, after=cited)
    blocks += note(wording.support(statement))
    for citation in statement.citations:
        blocks += line(citation, look)
        if citation.quote != statement.text:
            blocks += note(f"“{wording.plain(citation.quote)}”")
    return Unit(
        blocks=tuple(blocks),
        documents=documents(statement.citations),
        said=f"{statement.text} {cited}",
    )


def _unanswered(answer: Answer, look: Look) -> Iterator[Unit]:
    yield Unit(blocks=tuple(quoted_sections(answer.reason or _SAYS_NOTHING)))
    for number, citation in enumerate(answer.nearest):
        unit = _quoted(citation, look)
        above = () if number else tuple(note("The nearest passages:"))
        yield Unit(blocks=(*above, *unit.blocks), documents=unit.documents, said=unit.said)


def _quoted(citation: Citation, look: Look) -> Unit:
    number = f"[{citation.number}]"
    quote = quoted_sections(f"“{wording.plain(citation.quote)}”", after=number)
    return Unit(
        blocks=(*quote, *line(citation, look)),
        documents=documents((citation,)),
        said=f"“{wording.plain(citation.quote)}” {number}",
    )


def _figure(figure: Figure) -> Unit:
    head = f"{wording.RELATIONS[figure.relation]}: {wording.plain(figure.subject)}"
    return Unit(
        blocks=tuple(lined_sections([head, *figure_lines(figure, quoted=False)])),
        documents=documents(figure_citations(figure)),
        said=f"{head}.",
    )


def _source(kept: KeptAnswer, citation: Citation, look: Look) -> Unit:
    document = citation.document
    before, after = around(citation)
    blocks: list[Block] = [*line(citation, look)]
    if document.author:
        blocks += note(f"by {wording.plain(document.author)}")
    if before:
        blocks += note(f"… {wording.plain(before)}")
    blocks += quoted_sections(citation.quote, before="▸ ")
    if after:
        blocks += note(f"{wording.plain(after)} …")
    since = kept.since(document)
    became = "" if since is None else f" · ⚠️ {since.value} since"
    blocks += note(f"{wording.place(document, citation.start, citation.end)}{became}")
    return Unit(
        blocks=tuple(blocks),
        documents=documents((citation,)),
        said=f"[{citation.number}] {wording.plain(document.publisher)}: “{citation.quote}”",
    )


def _question(answer: Answer) -> Unit:
    asked = f"“{wording.plain(answer.question)}”"
    return Unit(blocks=tuple(quoted_sections(asked)), said=asked)


def _headline(answer: Answer) -> str:
    """Return nothing where there are statements: they say it themselves."""
    return "" if answer.answered else answer.reason or _SAYS_NOTHING


def _footer(answer: Answer) -> list[Block]:
    searched = answer.searched
    parts = []
    if searched.documents:
        parts.append(f"Searched {wording.counted(searched.documents, 'article')}")
    if searched.undated:
        parts.append(f"{wording.counted(searched.undated, 'article')} without a date left out")
    parts.append(f"confidence {answer.confidence:.2f}")
    return note(" · ".join(parts))


def _since(kept: KeptAnswer) -> Iterable[Block]:
    for document in kept.documents:
        since = kept.since(document)
        if since is not None:
            yield from note(f"⚠️ {since.value} since: {named(document)}")


def _buttons(answer: str | None, look: Look) -> list[Block]:
    if answer is None:
        return []
    shown = [button("Sources", SOURCES, answer, label="Show the full quotes to me alone")]
    if look.private:
        shown.append(button("Share", SHARE, answer, label="Share this answer in the channel"))
    shown += [
        button("👍 Helpful", HELPFUL, answer, label="This answer was helpful"),
        button("👎 Not helpful", UNHELPFUL, answer, label="This answer was not helpful"),
    ]
    return [actions(f"answer:{answer}", *shown)]
