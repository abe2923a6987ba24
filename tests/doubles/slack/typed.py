"""What a person types, as Slack hands it to an app."""

import re
from collections.abc import Iterable

from tests.doubles.slack.nouns import Channel, Json, User

_TOKEN = re.compile(
    r"(?P<mark><@[UW]\w+>)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w./@-])(?P<domain>(?:[a-z0-9-]+\.)+(?:com|org|net|de|eu|gov|io)\b(?:/[^\s<>\"]*)?)"
    r"|(?<![\w@])@(?P<name>[\w.-]*\w)"
    r"|(?<![\w#])#(?P<channel>[\w-]+)"
)
_ALL = ("here", "channel", "everyone")


def escaped(text: str) -> str:
    """Return a text with the three characters escaped that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, users: Iterable[User], channels: Iterable[Channel]) -> tuple[str, list[Json]]:
    """Return what an app gets of what a person typed: the text, and its rich_text block.

    @name and #name of those who are there become mentions; so does a <@U…> that a test writes.
    """
    people = {user.name: user.id for user in users}
    places = {channel.name: channel.id for channel in channels if not channel.direct}
    parts: list[str] = []
    rich: list[Json] = []
    end = 0
    for found in _TOKEN.finditer(text):
        made = _made(found, people, places)
        if made is None:
            continue
        _plain(text[end : found.start()], parts, rich)
        parts.append(made[0])
        rich.append(made[1])
        end = found.end()
    _plain(text[end:], parts, rich)
    section = {"type": "rich_text_section", "elements": rich}
    return "".join(parts), [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _plain(text: str, parts: list[str], rich: list[Json]) -> None:
    if text:
        parts.append(escaped(text))
        rich.append({"type": "text", "text": text})


def _made(
    found: re.Match[str], people: dict[str, str], places: dict[str, str]
) -> tuple[str, Json] | None:
    kind, text = found.lastgroup, found.group(found.lastgroup or 0)
    made: tuple[str, Json] | None = None
    if kind == "mark":
        made = text, {"type": "user", "user_id": text[2:-1]}
    elif kind == "url":
        made = f"<{escaped(text)}>", {"type": "link", "url": text}
    elif kind == "mail":
        made = _labelled(f"mailto:{text}", text)
    elif kind == "domain":
        made = _labelled(f"http://{text}", text)
    elif kind == "name" and text in _ALL:
        made = f"<!{text}>", {"type": "broadcast", "range": text}
    elif kind == "name" and text in people:
        made = f"<@{people[text]}>", {"type": "user", "user_id": people[text]}
    elif kind == "channel" and text in places:
        made = f"<#{places[text]}|{text}>", {"type": "channel", "channel_id": places[text]}
    return made


def _labelled(url: str, text: str) -> tuple[str, Json]:
    return f"<{escaped(url)}|{escaped(text)}>", {"type": "link", "url": url, "text": text}
