"""A brief as the messages of a Slack channel, each frozen as JSON."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from adapters import wording
from adapters.looking import Look
from adapters.slack.blocks import Block, Message, note, quoted_sections
from adapters.slack.briefs import messages, shown_text, titled, titles, units
from adapters.slack.names import PREFIX
from adapters.slack.texts import escaped, pieces, unescaped
from briefs.brief import Brief
from briefs.parts import Draft
from briefs.ports import Links

_CHANNEL = re.compile(rf"{PREFIX}[CDG][A-Z0-9]+")
_NUMBER = re.compile(r"\[(\d+)\]")
_LINK = re.compile(r"<https?://[^|>]*\|([^>]*)>")


class SlackTypesetter:
    """Lays out briefs as messages of Block Kit."""

    def __init__(self, links: Links | None = None, channel: str = "") -> None:
        """Take where readers of a channel can open what is cited."""
        self._links = links
        self._look = Look.from_channel(links, channel)

    def in_channel(self, channel: str) -> "SlackTypesetter":
        """Return what lays out briefs for one channel: its links open for it alone."""
        return SlackTypesetter(self._links, channel)

    def unpostable(self, channel: str) -> str | None:
        """Return why nothing can be posted in a channel, as far as its name says."""
        if _CHANNEL.fullmatch(channel):
            return None
        return (
            f"{wording.plain(channel)} is no channel of Slack; write its id, for example "
            "slack:C0123456789"
        )

    def drafts(self, brief: Brief, remarks: Sequence[str] = ()) -> tuple[Draft, ...]:
        """Return a brief as messages that fit, each of whole points and whole citations."""
        return tuple(_draft(each) for each in messages(brief, self._look, remarks))

    def remark(self, text: str) -> Draft:
        """Return a message of ours that is no brief."""
        line = wording.plain(text)
        shown = quoted_sections(line or wording.NOTHING)
        said = pieces(line or wording.NOTHING)[0]
        return _draft(Message(text=escaped(said), blocks=tuple(shown)))

    def without(self, body: str, brief: Brief, documents: frozenset[str]) -> Draft | None:
        """Return a message without what it shows of documents, headings that stay excepted."""
        message = json.loads(body)
        names = titles(brief)
        blocks: list[Block] = message["blocks"]
        kept: list[Block] = []
        shown: list[str] = []
        cut = doubtful = False
        for block, row in zip(blocks, _aligned(blocks, self._rows(brief, names)), strict=True):
            if row is None:
                found = _named_in(shown_text([block]), brief, names)
                doubtful = doubtful or not documents.isdisjoint(found)
            elif not documents.isdisjoint(row.documents):
                cut = True
                if kept[-1:] != note(wording.CUT):
                    kept += note(wording.CUT)
                continue
            else:
                shown += row.documents
            kept.append(block)
        if not cut or doubtful:
            return None
        said = _said(message["text"], brief, names, documents)
        left = Message(text=said, blocks=tuple(kept), documents=tuple(dict.fromkeys(shown)))
        return _draft(left)

    def _rows(self, brief: Brief, names: dict[str, set[str]]) -> list["_Row"]:
        rows: list[_Row] = []
        for unit in units(brief, self._look):
            for number, block in enumerate(unit.blocks):
                # A heading stays for what follows, where it does not name what is removed.
                heads = titled(names, shown_text([block])) if number < unit.headed else None
                shown = unit.documents if heads is None else heads
                rows.append(_Row(key=_key(block), documents=shown))
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One block of a brief, and the documents that it shows something of."""

    key: str
    documents: tuple[str, ...]


def _aligned(blocks: Sequence[Block], rows: Sequence[_Row]) -> list[_Row | None]:
    """Return for each block of a message which one of the brief it is; None: none of them."""
    found: list[_Row | None] = [None] * len(blocks)
    keys = [_key(block) for block in blocks]
    matcher = SequenceMatcher(None, keys, [row.key for row in rows], autojunk=False)
    for match in matcher.get_matching_blocks():
        for offset in range(match.size):
            found[match.a + offset] = rows[match.b + offset]
    return found


def _key(block: Block) -> str:
    """Return what a block is recognised by: a link that expires leads elsewhere the next day."""
    return _LINK.sub(r"\1", json.dumps(block, sort_keys=True))


def _named_in(text: str, brief: Brief, names: dict[str, set[str]]) -> tuple[str, ...]:
    """Return the documents that a text of unknown make may show; rather one too many."""
    numbers = {int(each) for each in _NUMBER.findall(text)}
    cited = (each.document.id for each in brief.citations if each.number in numbers)
    return (*cited, *titled(names, text))


def _said(text: str, brief: Brief, names: dict[str, set[str]], documents: frozenset[str]) -> str:
    """Return the text of a message without the lines that may show something of documents."""
    kept: list[str] = []
    for line in text.split("\n"):
        if documents.isdisjoint(_named_in(unescaped(line), brief, names)):
            kept.append(line)
        elif kept[-1:] != [wording.CUT]:
            kept.append(wording.CUT)
    return "\n".join(kept)


def _draft(message: Message) -> Draft:
    body = {"text": message.text, "blocks": list(message.blocks)}
    return Draft(
        body=json.dumps(body, sort_keys=True, ensure_ascii=False), documents=message.documents
    )
