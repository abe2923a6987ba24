"""What every message on Slack must hold to, whatever is in it."""

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from adapters.slack.blocks import Block, Message

GOLDEN = Path(__file__).parent / "golden"
WRITES = "DATELINE_WRITE_GOLDEN" in os.environ
"""Set it to write the golden files anew, then read what has changed in them.

It is looked at here, because tests see nothing of the environment."""

_OURS = re.compile(r"<(?:https?://[^<>|\s]+\|\[\d+\]|#[CG][A-Z0-9]+|@[UW][A-Z0-9]+)>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_TEXT_OBJECTS = {"plain_text", "mrkdwn"}


def objects(part: object) -> Iterator[dict[str, Any]]:
    """Yield every text object, in the order in which it is read."""
    if isinstance(part, dict):
        if part.get("type") in _TEXT_OBJECTS:
            yield part
        for value in part.values():
            yield from objects(value)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from objects(each)


def squeezed(text: str) -> str:
    """Return a text without white space: where a text is cut, its space is left out."""
    return "".join(text.split())


def literal(blocks: Iterable[Block]) -> str:
    """Return what sections show of plain text, as a reader sees it, without white space."""
    sections = (each for each in blocks if each["type"] == "section")
    texts = (each["text"] for each in objects(list(sections)) if each["type"] == "plain_text")
    return squeezed(unescape("".join(texts)))


def seen(blocks: Iterable[Block]) -> str:
    """Return all that blocks show, as a reader sees it, without white space."""
    return squeezed(unescape("".join(_OURS.sub(_label, each["text"]) for each in objects(blocks))))


def all_blocks(messages: Iterable[Message]) -> list[Block]:
    """Return the blocks of messages one after another."""
    return [block for message in messages for block in message.blocks]


def check(messages: Sequence[Message]) -> None:
    """Assert that Slack takes messages, and that nothing in them means anything but to us."""
    assert messages
    for message in messages:
        check_blocks(message.blocks, 50)
        assert message.text.strip()
        assert len(message.text) <= 4_000
        check_text(message.text)
        room = sum(len(each["text"]) for each in objects(message.blocks))
        assert room <= 12_000
        # Reports of refused messages: what text stands in counts, too.
        assert room + 72 * len(message.blocks) <= 12_600


def check_blocks(blocks: Sequence[Block], most: int) -> None:
    """Assert that Slack takes blocks."""
    assert 0 < len(blocks) <= most
    for parsed in SdkBlock.parse_all(blocks):
        parsed.validate_json()
        parsed.to_dict()
    ids = [each["block_id"] for each in blocks if "block_id" in each]
    assert len(ids) == len(set(ids))
    for block in blocks:
        if block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
    for each in objects(list(blocks)):
        assert 1 <= len(each["text"]) <= 3_000
        if each["type"] == "plain_text" and each.get("emoji"):
            assert len(each["text"]) <= 75
        if each["type"] == "mrkdwn":
            assert each["verbatim"] is True
        check_text(each["text"])


def check_text(text: str) -> None:
    """Assert that a text object mentions nobody, links nowhere by itself and hides nothing."""
    rest = _OURS.sub("", text)
    assert "<" not in rest
    assert ">" not in rest
    assert not _ENTITY.search(text)
    for character in set(text):
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cs", "Co"}
        assert character in "\u200c\u200d" or unicodedata.category(character) != "Cf"


def check_view(view: dict[str, Any]) -> None:
    """Assert that Slack takes a view."""
    check_blocks(view["blocks"], 100)
    SdkView(**view).to_dict()


def check_golden(name: str, made: object) -> None:
    """Assert that something is as its golden file says."""
    file = GOLDEN / f"{name}.json"
    written = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    if WRITES:
        file.write_text(written, encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(written)


def as_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Return messages as a golden file holds them."""
    return [
        {
            "text": message.text,
            "blocks": list(message.blocks),
            "documents": list(message.documents),
        }
        for message in messages
    ]


def _label(match: re.Match[str]) -> str:
    return match.group()[1:-1].partition("|")[2]
