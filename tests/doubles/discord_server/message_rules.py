"""What Discord takes for a message: lengths, counts, and nothing that is empty."""

from typing import Any, Final

from tests.doubles.discord_server.component_rules import check_components
from tests.doubles.discord_server.messages import COMPONENTS_V2
from tests.doubles.discord_server.refusing import Findings, Json, refused

_CONTENT, _EMBEDS, _FILES, _NONCE = 2000, 10, 10, 25
_EMBED_TOTAL: Final = 6000
_MENTION_TYPES: Final = {"roles", "users", "everyone"}


def check_message(payload: Json) -> None:
    """Check the parts of a message that a payload has.

    Raises:
        Refused: with 400 50035.
    """
    found = Findings()
    found.length(payload.get("content"), _CONTENT, "content")
    _nonce(found, payload.get("nonce"))
    found.items(payload.get("attachments"), _FILES, "attachments")
    _embeds(found, found.items(payload.get("embeds"), _EMBEDS, "embeds"))
    _mentions(found, payload.get("allowed_mentions"))
    flags = payload.get("flags") or 0
    found.number(flags, 0, 1 << 20, "flags")
    second = bool(flags & COMPONENTS_V2)
    if second and any(payload.get(name) for name in ("content", "embeds", "poll", "sticker_ids")):
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        found.add(code, "The field cannot be used with the components v2 flag", "content")
    check_components(found, payload.get("components"), second=second)
    found.raise_any()


def check_not_empty(content: str, *parts: list[Any]) -> None:
    """Check that a message shows something.

    Raises:
        Refused: with 400 50006.
    """
    if not content and not any(parts):
        raise refused(400, 50006)


def _nonce(found: Findings, nonce: object) -> None:
    if nonce is None or (isinstance(nonce, int) and not isinstance(nonce, bool)):
        return
    if not isinstance(nonce, str) or len(nonce) > _NONCE:
        found.add("NONCE_TYPE_TOO_LONG", f"Must be {_NONCE} or fewer in length.", "nonce")


def _embeds(found: Findings, embeds: list[Any]) -> None:
    total = 0
    for number, embed in enumerate(embeds):
        with found.at("embeds", number):
            if isinstance(embed, dict):
                total += _embed(found, embed)
            else:
                found.add("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    if total > _EMBED_TOTAL:
        sentence = f"Embed size exceeds maximum size of {_EMBED_TOTAL}"
        found.add("MAX_EMBED_SIZE_EXCEEDED", sentence, "embeds")


def _embed(found: Findings, embed: Json) -> int:
    """Check one embed, and return the number of characters that count towards the total."""
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    found.length(embed.get("title"), 256, "title")
    found.length(embed.get("description"), 4096, "description")
    found.length(author.get("name"), 256, "author", "name")
    found.length(footer.get("text"), 2048, "footer", "text")
    for value, *place in (
        (embed.get("url"), "url"),
        (author.get("url"), "author", "url"),
        ((embed.get("image") or {}).get("url"), "image", "url"),
        ((embed.get("thumbnail") or {}).get("url"), "thumbnail", "url"),
    ):
        _url(found, value, *place)
    found.number(embed.get("color"), 0, 0xFFFFFF, "color")
    fields = found.items(embed.get("fields"), 25, "fields")
    for number, field in enumerate(fields):
        with found.at("fields", number):
            found.length(field.get("name"), 256, "name", least=1)
            found.length(field.get("value"), 1024, "value", least=1)
    texts = [embed.get("title"), embed.get("description"), author.get("name"), footer.get("text")]
    for field in fields:
        texts += [field.get("name"), field.get("value")]
    if not any(texts) and not embed.get("image") and not embed.get("thumbnail"):
        found.add("BASE_TYPE_REQUIRED", "This field is required", "description")
    return sum(len(text) for text in texts if isinstance(text, str))


def _url(found: Findings, url: object, *place: str) -> None:
    if url is None:
        return
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "attachment://")):
        found.add("URL_TYPE_INVALID_URL", "Not a well formed URL.", *place)
    else:
        found.length(url, 2048, *place)


def _mentions(found: Findings, allowed: Any) -> None:
    if allowed is None:
        return
    with found.at("allowed_mentions"):
        parse = found.items(allowed.get("parse"), 3, "parse")
        for each in parse:
            if each not in _MENTION_TYPES:
                found.add("BASE_TYPE_CHOICES", "Not one of its values", "parse")
        for kind in ("users", "roles"):
            listed = found.items(allowed.get(kind), 100, kind)
            if listed and kind in parse:
                sentence = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
                found.add("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", sentence)
