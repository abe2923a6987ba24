"""A brief as the messages that are frozen for a channel: JSON that says the same every time."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from adapters.discord.briefs import messages, sections
from adapters.discord.embeds import DESCRIPTION, MOST, WARNING, Embed, Message, Unit, posted
from adapters.discord.text import inert, recovered, shortened, size
from adapters.looking import Look
from adapters.wording import CUT, plain
from briefs.brief import Brief
from briefs.model import Document
from briefs.parts import Draft
from briefs.ports import Links

_CHANNEL = re.compile(r"discord:\d{1,20}")
# A link may have another signature when the message is looked at again.
_TARGET = re.compile(r"(?<=\]\()[^\s()]*(?=\))")


_NOTES = (1_000, 1)
"""How many notes a message has; fewer where there is no room for them."""


class DiscordTypesetter:
    """Lays out briefs as messages of embeds."""

    def __init__(self, links: Links | None = None, channel: str = "") -> None:
        """Take where readers of a channel can open what is cited."""
        self._links = links
        self._look = Look.from_channel(links, channel)

    def in_channel(self, channel: str) -> "DiscordTypesetter":
        """Return what lays out briefs for one channel: its links open for it alone."""
        return DiscordTypesetter(self._links, channel)

    def unpostable(self, channel: str) -> str | None:
        """Return why nothing can be posted in a channel, as far as its name says it."""
        if _CHANNEL.fullmatch(channel):
            return None
        return (
            f"{channel} is no channel of Discord; write its id, for example "
            "discord:1185270114287464499"
        )

    def drafts(self, brief: Brief, remarks: Sequence[str] = ()) -> tuple[Draft, ...]:
        """Return a brief as messages that fit."""
        return tuple(_draft(each, brief) for each in messages(brief, self._look, remarks))

    def remark(self, text: str) -> Draft:
        """Return a message of ours that is no brief."""
        room = DESCRIPTION // 2
        unit = shortened(text, room)
        embed = {"color": WARNING, "description": inert(unit)}
        return Draft(body=_body("", [embed]))

    def without(self, body: str, brief: Brief, documents: frozenset[str]) -> Draft | None:
        """Return a message without what shows something of documents; None: it is not found."""
        read = json.loads(body)
        units = tuple(posted(sections(brief, self._look)))
        unwanted = [
            unit
            for unit in units
            if not documents.isdisjoint(_shown(unit.documents, unit.text, brief))
        ]
        for most in _NOTES:
            embeds = _left(read["embeds"], unwanted, brief, documents, most)
            if _fits(embeds):
                break
        else:
            return None
        if embeds == read["embeds"]:
            return None
        text = "\n".join(_texts(embeds))
        there = (unit.documents for unit in units if _is_in(unit, embeds))
        left = _shown((each for ids in there for each in ids), text, brief)
        body = _body(read["content"], embeds)
        return Draft(body=body, documents=left) if documents.isdisjoint(left) else None


def _draft(message: Message, brief: Brief) -> Draft:
    text = "\n".join(_texts(message.embeds))
    return Draft(
        body=_body(message.content, message.embeds),
        documents=_shown(message.documents, text, brief),
    )


def _body(content: str, embeds: Sequence[Embed]) -> str:
    written = {"content": content, "embeds": list(embeds)}
    return json.dumps(written, ensure_ascii=False, sort_keys=True)


def _left(
    embeds: Iterable[Embed],
    unwanted: Sequence[Unit],
    brief: Brief,
    documents: frozenset[str],
    most: int,
) -> list[Embed]:
    """Return embeds without units, with notes in their places.

    Args:
        embeds: Those of a message.
        unwanted: What is to be left out.
        brief: The brief of the message.
        documents: What a title may not show anything of.
        most: How many notes there are at most.
    """
    made: list[Embed] = []
    notes = 0
    for embed in embeds:
        lines = str(embed.get("description", "")).split("\n")
        for unit in unwanted:
            while (at := _place(lines, unit)) is not None:
                lines[at : at + unit.text.count("\n") + 1] = [CUT]
        kept: list[str] = []
        for each in lines:
            if each == CUT and (notes == most or _last(kept) == CUT):
                continue
            notes += each == CUT
            kept.append(each)
        changed = {**embed, "description": "\n".join(kept).strip("\n")}
        if not documents.isdisjoint(_shown((), str(embed.get("title", "")), brief)):
            changed["title"] = CUT
        if changed["description"]:
            made.append(changed)
    return made


def _last(lines: Sequence[str]) -> str:
    return next((each for each in reversed(lines) if each), "")


def _fits(embeds: Sequence[Embed]) -> bool:
    texts = [*_texts(embeds), *(str(each.get("footer", {}).get("text", "")) for each in embeds)]
    return sum(map(size, texts)) <= MOST and all(
        size(each["description"]) <= DESCRIPTION for each in embeds
    )


def _texts(embeds: Iterable[Embed]) -> Iterator[str]:
    for embed in embeds:
        yield str(embed.get("title", ""))
        yield str(embed.get("description", ""))


def _place(lines: Sequence[str], unit: Unit) -> int | None:
    """Return at which line a unit stands, wherever its links lead."""
    wanted = _TARGET.sub("", unit.text).split("\n")
    there = [_TARGET.sub("", each) for each in lines]
    for at in range(len(there) - len(wanted) + 1):
        if there[at : at + len(wanted)] == wanted:
            return at
    return None


def _is_in(unit: Unit, embeds: Iterable[Embed]) -> bool:
    texts = (str(each.get("description", "")).split("\n") for each in embeds)
    return any(_place(lines, unit) is not None for lines in texts)


def _shown(documents: Iterable[str], text: str, brief: Brief) -> tuple[str, ...]:
    """Return the ids of what is shown; a title counts wherever it stands: rather one too many."""
    read = recovered(text.replace(CUT, ""))
    changed = (each for change in brief.changes for each in change.documents)
    titled = [each.id for each in (*brief.documents, *changed) if _names(each, read)]
    return tuple(dict.fromkeys((*documents, *titled)))


def _names(document: Document, text: str) -> bool:
    title = plain(document.title)
    return bool(title) and bool(re.search(rf"(?<!\w){re.escape(title)}(?!\w)", text))
