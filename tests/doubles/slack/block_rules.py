"""What Slack takes as blocks of a message, and as a modal or an App Home."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.element_rules import ELEMENTS, plain, words
from tests.doubles.slack.nouns import Json
from tests.doubles.slack.rules import (
    Problems,
    Rule,
    anything,
    boolean,
    both,
    items,
    kinds,
    one_of,
    shape,
    string,
)

MOST_BLOCKS = 50
MOST_BLOCKS_OF_A_VIEW = 100
MOST_CHARACTERS = 13_200
MOST_MARKDOWN = 12_000

_HEAD = {"type": anything}
_BLOCK_ID = {"block_id": string(255)}
_TYPED_IN = """plain_text_input email_text_input url_text_input number_input""".split()
_PRESSED = {name: rule for name, rule in ELEMENTS.items() if name not in {*_TYPED_IN, "image"}}
_BESIDE = {name: rule for name, rule in ELEMENTS.items() if name not in _TYPED_IN}
_FILLED_IN = {
    name: rule for name, rule in ELEMENTS.items() if name not in {"button", "overflow", "image"}
}


def _unique_actions(value: Any, at: str) -> Problems:
    ids = Counter(each.get("action_id") for each in value["elements"])
    for name, count in ids.items():
        if name and count > 1:
            yield f"[ERROR] action_id {name} already exists [json-pointer:{at}/elements]"


def _says_something(value: Any, at: str) -> Problems:
    if not value.get("text") and not value.get("fields"):
        yield f"[ERROR] must have text or fields [json-pointer:{at}]"


_CONTEXT_ITEM = kinds(
    {"image": ELEMENTS["image"], "mrkdwn": words(3000), "plain_text": words(3000)}, "element"
)

BLOCKS: dict[str, Rule] = {
    "actions": both(
        shape(_HEAD | {"elements": items(kinds(_PRESSED, "element"), 25)}, _BLOCK_ID),
        _unique_actions,
    ),
    "context": shape(_HEAD | {"elements": items(_CONTEXT_ITEM, 10)}, _BLOCK_ID),
    "divider": shape(_HEAD, _BLOCK_ID),
    "header": shape(_HEAD | {"text": plain(150)}, _BLOCK_ID),
    "image": shape(
        _HEAD | {"alt_text": string(2000)},
        _BLOCK_ID | {"image_url": string(3000), "slack_file": anything, "title": plain(2000)},
    ),
    "input": shape(
        _HEAD | {"label": plain(2000), "element": kinds(_FILLED_IN, "element")},
        _BLOCK_ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": shape(_HEAD | {"text": string(MOST_MARKDOWN)}, _BLOCK_ID),
    "rich_text": shape(_HEAD | {"elements": items(anything, 1000)}, _BLOCK_ID),
    "section": both(
        shape(
            _HEAD,
            _BLOCK_ID
            | {
                "text": words(3000),
                "fields": items(words(2000), 10),
                "accessory": kinds(_BESIDE, "element"),
                "expand": boolean,
            },
        ),
        _says_something,
    ),
}
"""The rule of each block, by its type. Slack has more types; this double refuses those."""

_ONE_BLOCK = kinds(BLOCKS)


def block_problems(blocks: Any, most: int = MOST_BLOCKS, at: str = "/blocks") -> list[str]:
    """Return what Slack would find wrong with blocks; nothing if it takes them."""
    found = list(items(_ONE_BLOCK, most, least=0)(blocks, at))
    if isinstance(blocks, list):
        known = [each for each in blocks if isinstance(each, dict)]
        ids = Counter(str(each["block_id"]) for each in known if each.get("block_id"))
        found += [
            f"[ERROR] block_id {name} already exists [json-pointer:{at}]"
            for name, count in ids.items()
            if count > 1
        ]
        markdown = sum(len(str(b.get("text"))) for b in known if b.get("type") == "markdown")
        if markdown > MOST_MARKDOWN:
            found.append(f"[ERROR] markdown blocks are too long [json-pointer:{at}]")
    return found


def characters(value: Any) -> int:
    """Return how many characters the texts of blocks have."""
    return sum(map(len, _texts(value)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "text" and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)


_VIEW: dict[str, Rule] = {
    "type": one_of("modal", "home"),
    "blocks": lambda value, at: iter(block_problems(value, MOST_BLOCKS_OF_A_VIEW, at)),
}
_OF_EITHER: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL = shape(
    _VIEW | {"title": plain(24)},
    _OF_EITHER
    | {
        "close": plain(24),
        "submit": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = shape(_VIEW, _OF_EITHER)


def view_problems(view: Json, kind: str) -> list[str]:
    """Return what Slack would find wrong with a view of a kind, modal or home."""
    found = list((_MODAL if kind == "modal" else _HOME)(view, "/view"))
    if view.get("type") != kind:
        found.append(f"[ERROR] must be of the type {kind} [json-pointer:/view/type]")
    if not found and kind == "modal" and "submit" not in view:
        asks = any(block["type"] == "input" for block in view["blocks"])
        if asks:
            found.append("[ERROR] missing required field: submit [json-pointer:/view]")
    return found
