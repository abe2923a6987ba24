"""What people see of a message, and whom it would ping."""

import html
import re
from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.nouns import Json, Message, View

_MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_PING = re.compile(
    r"<(?:!(?:channel|here|everyone)|@[UW]\w+|#C\w+|!subteam\^\w+)(?:\|[^<>]*)?>", re.ASCII
)
_NAMED = re.compile(r"(?<![\w@])@(?:here|channel|everyone)\b")
_RICH = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "broadcast": ("!", "range")}


def shown(said: Message | View) -> str:
    """Return all text of a message or view as a reader sees it, a line a text.

    Links read as their label, then their address in brackets unless the label is it; mentions as
    @U…, #C… and !here; the three escaped characters as themselves.
    """
    return "\n".join(_read(text) if live else text for text, live in _texts(_content(said)))


def links(said: Message | View) -> list[tuple[str, str]]:
    """Return the live links as (address, label)."""
    found = []
    for text, live in _texts(_content(said)):
        for mark, target, label in _MARK.findall(text) if live else ():
            if not mark:
                found.append((html.unescape(target), html.unescape(label or target)))
    found += [
        (each["url"], each["text"]["text"])
        for each in _objects(_content(said))
        if each.get("type") == "button" and "url" in each
    ]
    return found


def mentions(said: Message | View) -> list[str]:
    """Return the live mentions, as written: what would ping people or name a channel."""
    found: list[str] = []
    for text, live in _texts(_content(said)):
        found += _PING.findall(text) if live else ()
    for each in _objects(_content(said)):
        if each.get("type") in _RICH and _RICH[each["type"]][1] in each:
            mark, name = _RICH[each["type"]]
            found.append(f"<{mark}{each[name]}>")
        elif each.get("type") == "usergroup":
            found.append(f"<!subteam^{each.get('usergroup_id')}>")
    if isinstance(said, Message) and _names_are_linked(said.sent):
        found += _NAMED.findall(said.text)
    return found


def _names_are_linked(sent: Json) -> bool:
    return sent.get("parse") == "full" or str(sent.get("link_names", "0")).lower() in {"1", "true"}


def _content(said: Message | View) -> Any:
    if isinstance(said, View):
        return said.definition
    return [{"type": "mrkdwn", "text": said.text}, said.blocks, said.attachments]


def _objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for each in children:
            yield from _objects(each)


def _texts(value: Any) -> Iterator[tuple[str, bool]]:
    """Yield each text, and whether its marks are live."""
    for each in _objects(value):
        for name in ("text", "alt_text", "fallback", "pretext"):
            text = each.get(name)
            if isinstance(text, str) and text:
                kind = each.get("type")
                yield text, name != "alt_text" and kind in {"mrkdwn", "markdown", None}


def _read(text: str) -> str:
    return html.unescape(_MARK.sub(_read_mark, text))


def _read_mark(found: re.Match[str]) -> str:
    mark, target, label = found.groups()
    if mark:
        return f"{mark}{target}"
    return target if label in {None, target} else f"{label} ({target})"
