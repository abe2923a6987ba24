"""What Slack delivers, read: pure, and forgiving towards payloads of a form that is not known."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.names import PREFIX

_LINK = re.compile(r"<((?:https?|mailto):[^|>\s]+)(?:\|[^>]*)?>")
_ADDRESSED = re.compile(r"<([@#!])([^|>]+)(?:\|([^>]*))?>")
_TO_SOMEBODY = re.compile(r"\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SUBTYPES = (None, "file_share", "thread_broadcast")
"""Messages that people write; all others tell of something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that a person wrote."""

    channel: str
    user: str
    ts: str
    text: str
    """As Slack marks it up."""
    thread: str | None
    """The `ts` of the thread's first message; None at the top level."""
    direct: bool
    """Whether it was written to Dateline alone."""
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """What tells it from any other, whichever events tell of it."""
        return f"{PREFIX}{self.channel}/{self.ts}"

    @property
    def conversation(self) -> str:
        """What a question in it goes on from, and what goes on from it.

        A direct message is one conversation, unless somebody began a thread in it.
        """
        if self.direct and self.thread is None:
            return f"{PREFIX}{self.channel}"
        return f"{PREFIX}{self.channel}/{self.thread or self.ts}"

    def mentions(self, user: str) -> bool:
        """Say whether somebody is mentioned."""
        return f"<@{user}>" in self.text or f"<@{user}|" in self.text

    def is_for_another(self, user: str) -> bool:
        """Say whether it begins by speaking to somebody else."""
        addressed = _TO_SOMEBODY.match(self.text)
        return addressed is not None and addressed[1] != user


def message_of(event: Mapping[str, Any]) -> Message | None:
    """Return the message that an event tells of; None: a person wrote none."""
    # Tuples: what cannot be hashed may stand there, and is none of them either.
    if event.get("type") not in ("message", "app_mention") or event.get("hidden"):
        return None
    if event.get("subtype") not in _SUBTYPES or event.get("bot_id") or event.get("bot_profile"):
        return None
    channel, user, ts = (event.get(name) for name in ("channel", "user", "ts"))
    text, thread = event.get("text"), event.get("thread_ts")
    if not (isinstance(channel, str) and isinstance(user, str) and isinstance(ts, str)):
        return None
    files = event.get("files")
    return Message(
        channel=channel,
        user=user,
        ts=ts,
        text=text if isinstance(text, str) else "",
        thread=thread if isinstance(thread, str) else None,
        direct=event.get("channel_type") == "im" or channel.startswith("D"),
        files=tuple(each for each in files if isinstance(each, dict))
        if isinstance(files, list)
        else (),
    )


def typed(text: str, me: str | None = None) -> str:
    """Return a text as it was typed: links bare, names as they read, nothing escaped.

    Args:
        text: As Slack marks it up.
        me: Whose mention is left out, because it only says to whom the text speaks.
    """

    def name(found: re.Match[str]) -> str:
        kind, identity, label = found[1], found[2], found[3]
        if kind == "@" and identity == me:
            return " "
        if kind == "!":
            return label or ""
        return f"{kind}{label or identity}"

    bare = _LINK.sub(lambda found: found[1].removeprefix("mailto:"), text)
    return html.unescape(_ADDRESSED.sub(name, bare)).strip()


def links(text: str) -> tuple[str, ...]:
    """Return the web addresses in a text that Slack marked up, each once."""
    found = (html.unescape(each) for each in _LINK.findall(text))
    return tuple(dict.fromkeys(each for each in found if each.startswith(("http://", "https://"))))
