"""The fields of a form as Slack takes them, and as it gives them back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters import wording
from adapters.slack.blocks import Block, plain
from adapters.slack.names import FIELDS
from adapters.slack.texts import markup, shortened, size
from briefs.errors import ContractError

View = dict[str, Any]
"""A modal, as Slack takes it and gives it back."""

OPTIONS = 100
METADATA = 3_000
_OPTION_TEXT = 75
_OPTION_VALUE = 150
_ERROR = 150
_UNSAFE = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"}


def modal(
    title: str,
    submit: str,
    callback: str,
    metadata: Mapping[str, object],
    blocks: Sequence[Block],
) -> View:
    """Return a form.

    Raises:
        ContractError: What it carries is too long for Slack.
    """
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "private_metadata": packed_metadata(metadata),
        "blocks": list(blocks),
    }


def packed_metadata(metadata: Mapping[str, object]) -> str:
    """Return what a form carries; Slack escapes three characters in some places and not in others.

    Raises:
        ContractError: It is too long for Slack.
    """
    written = json.dumps(metadata, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    safe = "".join(_UNSAFE.get(character, character) for character in written)
    if size(safe) > METADATA:
        raise ContractError(f"a form carries {size(safe)} characters; Slack takes {METADATA}")
    return safe


def metadata(view: View) -> dict[str, Any]:
    """Return what a form carried."""
    carried: dict[str, Any] = json.loads(view.get("private_metadata") or "{}")
    return carried


def text_input(
    block_id: str,
    label: str,
    *,
    most: int,
    hint: str | None = None,
    value: str | None = None,
    optional: bool = False,
    multiline: bool = False,
) -> Block:
    """Return a field to type in; a value that is longer than it may be is left out."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": block_id,
        "multiline": multiline,
        "max_length": most,
    }
    # What is filled in comes back as it is: it is no text object, and nothing in it is escaped.
    if value and size(value) <= most:
        element["initial_value"] = value
    return field(block_id, label, element, hint=hint, optional=optional)


def field(
    block_id: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False
) -> Block:
    """Return a field around its element."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
    return made if hint is None else {**made, "hint": plain(hint)}


def option(text: str, value: str) -> Block:
    """Return one thing to choose."""
    shown = shortened(text, _OPTION_TEXT) or wording.UNTITLED
    return {"text": plain(shown), "value": value}


def options(names: Sequence[str]) -> list[Block]:
    """Return things to choose by their names, as many as Slack takes."""
    fitting = [name for name in dict.fromkeys(names) if 0 < size(name) <= _OPTION_VALUE]
    return [option(name, name) for name in fitting[:OPTIONS]]


def state(view: View, block_id: str) -> dict[str, Any]:
    """Return what was filled in in one field; empty where the form had none of it."""
    values: dict[str, Any] = view.get("state", {}).get("values", {})
    found: dict[str, Any] = values.get(block_id, {}).get(block_id) or {}
    return found


def typed(view: View, block_id: str) -> str | None:
    """Return what was typed in a field; None where that is nothing."""
    value = state(view, block_id).get("value")
    return (value or "").strip() or None


def chosen(view: View, block_id: str) -> str | None:
    """Return the value that was chosen."""
    selected = state(view, block_id).get("selected_option") or {}
    value: str | None = selected.get("value")
    return value


def all_chosen(view: View, block_id: str) -> tuple[str, ...]:
    """Return the values that were chosen or ticked."""
    selected = state(view, block_id).get("selected_options") or []
    return tuple(each["value"] for each in selected)


def field_errors(errors: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer to a form that says beside which fields what is wrong.

    Raises:
        ContractError: A block id is none of a field.
    """
    unknown = sorted(set(errors) - FIELDS)
    if unknown or not errors:
        raise ContractError(f"no field of a form: {', '.join(unknown) or 'none named'}")
    said = {name: markup(shortened(message, _ERROR)) for name, message in errors.items()}
    return {"response_action": "errors", "errors": said}
