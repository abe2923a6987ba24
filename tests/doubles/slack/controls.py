"""What people can press, choose and fill in, and what an app is told of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.nouns import Json

_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_ONE = {"static_select", "external_select", "radio_buttons", "overflow"}
_MANY = {"multi_static_select", "multi_external_select", "checkboxes"}
_HELD = {
    **dict.fromkeys(_TYPED, ("value", "initial_value")),
    **dict.fromkeys(_ONE, ("selected_option", "initial_option")),
    **dict.fromkeys(_MANY, ("selected_options", "initial_options")),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    **{
        f"{many}{name}s_select": (f"selected_{name}{end}", f"initial_{name}{end}")
        for name in ("user", "channel", "conversation")
        for many, end in (("", ""), ("multi_", "s"))
    },
}
"""By the type of an element: how a state calls what it holds, and how a block calls the first."""


@dataclass(frozen=True, slots=True)
class Control:
    """An element that people can use, in its block."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """Return the id of the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Return the id of the element."""
        return str(self.element["action_id"])

    @property
    def type(self) -> str:
        """Return the type of the element."""
        return str(self.element["type"])


def controls(blocks: list[Json]) -> Iterator[Control]:
    """Yield what people can use in blocks."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield Control(block, element)


def the_control(blocks: list[Json], action_id: str, block_id: str | None, value: Any) -> Control:
    """Return the one control that a person means.

    Raises:
        AssertionError: there is none, or several
    """
    there = list(controls(blocks))
    meant = [
        each for each in there if each.action_id == action_id and block_id in {None, each.block_id}
    ]
    if len(meant) > 1 and value is not None:
        meant = [each for each in meant if each.element.get("value") == value] or meant
    names = [f"{each.block_id}/{each.action_id}" for each in there]
    assert meant, f"nobody can use {action_id}; there is {names}"
    assert len(meant) == 1, f"{action_id} is there {len(meant)} times; say which block_id"
    return meant[0]


def pressed(control: Control, value: Any) -> Json:
    """Return the action that an app is told of when a person uses a control."""
    action: Json = {
        "type": control.type,
        "block_id": control.block_id,
        "action_id": control.action_id,
    }
    if control.type == "button":
        for name in ("text", "value", "style", "url"):
            if name in control.element:
                action[name] = control.element[name]
        assert value is None or value == control.element.get("value"), "a button has one value"
        return action
    return action | held(control.element, value)


def held(element: Json, value: Any) -> Json:
    """Return the state of an element in which a person put a value.

    A value is a text, a list of texts for several, an option, or a whole state with its type.
    """
    if isinstance(value, dict) and value.get("type") == element["type"]:
        return value
    name, _first = _HELD[element["type"]]
    if element["type"] in _ONE:
        value = _option(element, value)
    elif element["type"] in _MANY:
        value = [_option(element, each) for each in value]
    return {"type": element["type"], name: value}


def _option(element: Json, value: Any) -> Json | None:
    if value is None:
        return None
    if element["type"].endswith("external_select"):
        if isinstance(value, dict):
            return value
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    offered: list[Json] = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        offered += group["options"]
    for option in offered:
        if value in (option, option["value"], option["text"]["text"]):
            return option
    raise AssertionError(f"{value!r} is not offered: {[each['value'] for each in offered]}")


def states(blocks: list[Json], given: Mapping[str, Mapping[str, Json]]) -> Json:
    """Return state.values: what a person put in, or what stood there first."""
    found: Json = {}
    for control in controls(blocks):
        if control.type not in _HELD or control.type == "overflow":
            continue
        name, first = _HELD[control.type]
        nothing: list[str] | None = [] if name.endswith("s") else None
        state = given.get(control.block_id, {}).get(control.action_id)
        initial = {"type": control.type, name: control.element.get(first, nothing)}
        found.setdefault(control.block_id, {})[control.action_id] = state or initial
    return found


def filled(blocks: list[Json], values: Mapping[str, Any]) -> dict[str, dict[str, Json]]:
    """Return what a person filled in, by block and action.

    Args:
        blocks: the blocks of a modal
        values: by block_id or action_id, or by block_id and then by action_id

    Raises:
        AssertionError: nobody can fill that in, or Slack would not let it be sent
    """
    found: dict[str, dict[str, Json]] = {}
    unused = set(values)
    for control in controls(blocks):
        for name in (control.block_id, control.action_id):
            if name not in values:
                continue
            unused.discard(name)
            value = values[name]
            if isinstance(value, dict) and control.action_id in value:
                value = value[control.action_id]
            found.setdefault(control.block_id, {})[control.action_id] = held(control.element, value)
            break
    there = [f"{each.block_id}/{each.action_id}" for each in controls(blocks)]
    assert not unused, f"nobody can fill in {unused}; there is {there}"
    return found


def missing(blocks: list[Json], state: Json) -> list[str]:
    """Return the block_ids that Slack's own client would not let a person send."""
    wrong = []
    for control in controls(blocks):
        if control.block["type"] != "input":
            continue
        name, _first = _HELD[control.type]
        value = state[control.block_id][control.action_id].get(name)
        long = isinstance(value, str) and not (
            control.element.get("min_length", 0)
            <= len(value)
            <= control.element.get("max_length", 3000)
        )
        if long or (not value and not control.block.get("optional")):
            wrong.append(control.block_id)
    return wrong
