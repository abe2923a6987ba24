"""What Discord would say of our messages: whether they fit, and whether a source is obeyed."""

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from adapters.discord.embeds import Message, components
from adapters.discord.names import parsed
from adapters.discord.text import recovered
from adapters.wording import plain
from briefs.brief import Brief
from briefs.model import Answer, Searched
from tests.briefing import briefs_of

with warnings.catch_warnings():
    # discord.py imports audioop, which Python 3.11 and 3.12 announce the end of.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

KEY_ROOM = 64
"""Characters that a delivery's key needs."""

_MARKS = re.compile(r"[\s*_>#“”\-]")
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_OUR_LINK = re.compile(r"\[(?:\[\d+\]|article)\]\(https?://[!-'*-;=?-Z^-~%]+\)")
_OUR_NUMBER = re.compile(r"\[\d+\]")
_OUR_CALL = re.compile(r"<t:\d+:F>|<#\d{1,20}>")


def length(text: str) -> int:
    """Return how long a text is to whoever counts most: in UTF-16."""
    return max(len(text), len(text.encode("utf-16-le")) // 2)


def check(messages: Sequence[Message]) -> None:
    """Assert that messages are there, that discord.py takes them, and that they fit."""
    assert messages
    for message in messages:
        assert message.content or message.embeds
        assert length(message.content) <= 2_000
        assert len(message.embeds) <= 10
        assert sum(map(_all, message.embeds)) <= 5_800 - KEY_ROOM
        for embed in message.embeds:
            _check_embed(embed)
        _check_buttons(message)


def texts(messages: Iterable[Message]) -> list[str]:
    """Return the titles and descriptions of messages: what is rendered as markdown."""
    return [
        text
        for message in messages
        for embed in message.embeds
        for text in (embed.get("title", ""), embed["description"])
    ]


def descriptions(messages: Iterable[Message]) -> list[str]:
    """Return the descriptions of messages."""
    return [embed["description"] for message in messages for embed in message.embeds]


def feet(messages: Iterable[Message]) -> list[str]:
    """Return the footers of messages."""
    return [
        embed["footer"]["text"]
        for message in messages
        for embed in message.embeds
        if "footer" in embed
    ]


def read(messages: Iterable[Message]) -> str:
    """Return what a person reads, as far as it has to be the same character by character."""
    return recovered("\n".join(texts(messages)))


def squeezed(text: str) -> str:
    """Return a text without what stands between the pieces of a long sentence."""
    return _MARKS.sub("", plain(text))


def is_shown(text: str, messages: Iterable[Message]) -> bool:
    """Say whether a text is shown whole, in one piece or several."""
    held = list(messages)
    return plain(text) in read(held) or squeezed(text) in squeezed(
        recovered("\n".join(descriptions(held)))
    )


def alive(messages: Iterable[Message]) -> list[str]:
    """Return what Discord would obey and we did not mean."""
    found = []
    for text in texts(messages):
        found += re.findall(r"@(?:everyone|here)", text, re.IGNORECASE)
        found += re.findall(r"<(?:@[!&]?|#|t:|a?:\w+:)\d+>", _OUR_CALL.sub("", text))
        for line in _ESCAPED.sub("x", text).split("\n"):
            left = _OUR_NUMBER.sub("n", _OUR_CALL.sub("t", _OUR_LINK.sub("l", line)))
            found += re.findall(r"[<`|~\\\[\]]|\w+://|:\w+:", left)
            found += re.findall(r"^(?:#+|>>>|\d+\.|\+)(?= )", left)
            # Pairs of ours are closed on their own line.
            found += ["**"] if left.count("**") % 2 or "*" in left.replace("**", "") else []
            found += ["_"] if left.count("_") % 2 else []
    return found


def as_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Return messages as golden files hold them."""
    return [
        {
            "content": each.content,
            "embeds": list(each.embeds),
            "components": components(each.buttons),
            "documents": list(each.documents),
        }
        for each in messages
    ]


@st.composite
def answers_of(draw: st.DrawFn) -> Answer:
    """Return a strategy for answers with anything in every field that a source fills."""
    return answer_of(draw(briefs_of()), understood=draw(st.none() | st.text(max_size=20)))


def answer_of(brief: Brief, *, understood: str | None = None) -> Answer:
    """Return an answer that says what a brief says."""
    statements = tuple(point.statement for point in brief.points)
    return Answer(
        question=brief.title,
        confidence=0.9,
        searched=Searched(documents=len(brief.documents), passages=7, undated=1),
        statements=statements,
        differences=tuple(each for each in brief.figures if each.values) if statements else (),
        nearest=() if statements else brief.citations[:3],
        reason=None if statements else brief.title,
        understood=understood,
        id="Ab-_01",
    )


def _all(embed: dict[str, Any]) -> int:
    foot = embed.get("footer", {}).get("text", "")
    return length(embed.get("title", "")) + length(embed["description"]) + length(foot)


def _check_embed(embed: dict[str, Any]) -> None:
    taken = discord.Embed.from_dict(embed).to_dict()
    assert {name: value for name, value in taken.items() if name in embed} == embed
    assert set(embed) <= {"title", "description", "color", "footer"}
    assert length(embed.get("title", "")) <= 256
    assert 0 < length(embed["description"].strip()) <= 4_096
    assert length(embed.get("footer", {}).get("text", "")) <= 2_048 - KEY_ROOM


def _check_buttons(message: Message) -> None:
    rows = components(message.buttons)
    assert len(rows) <= 5
    assert all(len(row["components"]) <= 5 for row in rows)
    ids = [each["custom_id"] for row in rows for each in row["components"]]
    assert len(set(ids)) == len(ids)
    for button, custom_id in zip(message.buttons, ids, strict=True):
        assert len(custom_id) <= 100
        assert parsed(custom_id) == (button.action, button.value)
        assert 0 < length(button.label) <= 80
