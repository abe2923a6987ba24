"""What Discord takes for buttons, selects, modals and choices of autocomplete."""

from typing import Any, Final

from tests.doubles.discord_server.messages import walked
from tests.doubles.discord_server.refusing import Findings, Json

ROW, BUTTON, SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 2, 3, 4, 10, 18
SELECTS: Final = {3, 5, 6, 7, 8}
LINK: Final = 5

_ROWS, _IN_ROW, _IN_ALL, _TEXT = 5, 5, 40, 4000
_LAYOUT: Final = {1, 9, 10, 12, 13, 14, 17}
"""What may stand at the top of a message of the second kind of components."""
_STYLES: Final = range(1, 7)
_INPUT_STYLES: Final = (1, 2)
_STRING, _INTEGER, _NUMBER = 3, 4, 10


def check_components(found: Findings, components: object, *, second: bool = False) -> None:
    """Note what is wrong with the components of a message."""
    rows = found.items(components, _IN_ALL if second else _ROWS, "components")
    with found.at("components"):
        for number, row in enumerate(rows):
            with found.at(number):
                if row.get("type") not in (_LAYOUT if second else {ROW}):
                    found.add("UNION_TYPE_CHOICES", "Value of field is not a known type.", "type")
                _within(found, row)
        everything = walked(rows)
        _unique(found, everything)
        if second and len(everything) > _IN_ALL:
            found.add("BASE_TYPE_BAD_LENGTH", f"Must be {_IN_ALL} or fewer in all.")
        texts = [each.get("content") or "" for each in everything if each["type"] == TEXT_DISPLAY]
        if sum(map(len, texts)) > _TEXT:
            found.add("COMPONENT_MAX_TEXT", f"Texts must be {_TEXT} or fewer in all.")


def _within(found: Findings, component: Json) -> None:
    if component.get("type") == ROW:
        _row(found, component)
        return
    for number, each in enumerate(component.get("components") or []):
        with found.at("components", number):
            _within(found, each)
    for name in ("accessory", "component"):
        if name in component:
            with found.at(name):
                _within(found, component[name])
    if component.get("type") == BUTTON:
        _button(found, component)
    elif component.get("type") in SELECTS:
        _select(found, component)
    elif component.get("type") == TEXT_DISPLAY:
        found.length(component.get("content"), _TEXT, "content", least=1)


def _row(found: Findings, row: Json) -> None:
    inside = found.items(row.get("components"), _IN_ROW, "components", least=1)
    for number, each in enumerate(inside):
        with found.at("components", number):
            if each.get("type") == BUTTON:
                _button(found, each)
            elif each.get("type") in SELECTS:
                _select(found, each)
                if len(inside) > 1:
                    found.add("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The layout is too wide.")
            else:
                found.add("UNION_TYPE_CHOICES", "Value of field is not a known type.", "type")


def _button(found: Findings, button: Json) -> None:
    found.length(button.get("label"), 80, "label")
    if not button.get("label") and not button.get("emoji"):
        found.add("BUTTON_COMPONENT_INVALID", "A button needs a label or an emoji.")
    style = button.get("style")
    if style not in _STYLES:
        found.add("BASE_TYPE_CHOICES", "Not one of its values", "style")
    if style == LINK:
        found.length(button.get("url"), 512, "url", least=1)
        if not str(button.get("url")).startswith(("http://", "https://", "discord://")):
            found.add("URL_TYPE_INVALID_SCHEME", "Scheme must be http, https or discord.", "url")
        if "custom_id" in button:
            sentence = "A custom id and url cannot both be specified"
            found.add("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", sentence, "custom_id")
    else:
        found.length(button.get("custom_id"), 100, "custom_id", least=1)


def _select(found: Findings, select: Json) -> None:
    found.length(select.get("custom_id"), 100, "custom_id", least=1)
    found.length(select.get("placeholder"), 150, "placeholder")
    found.number(select.get("min_values"), 0, 25, "min_values")
    found.number(select.get("max_values"), 1, 25, "max_values")
    if select["type"] != SELECT:
        return
    options = found.items(select.get("options"), 25, "options", least=1)
    if (select.get("max_values") or 1) > len(options):
        found.add("BASE_TYPE_MAX_VALUE", "More than there are options.", "max_values")
    seen = set()
    for number, option in enumerate(options):
        with found.at("options", number):
            found.length(option.get("label"), 100, "label", least=1)
            found.length(option.get("value"), 100, "value", least=1)
            found.length(option.get("description"), 100, "description")
            if option.get("value") in seen:
                code = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
                found.add(code, "The specified option value is already used", "value")
            seen.add(option.get("value"))


def _unique(found: Findings, components: list[Json]) -> None:
    ids = [each["custom_id"] for each in components if "custom_id" in each]
    if len(ids) != len(set(ids)):
        found.add("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def check_modal(modal: Json) -> None:
    """Check a form.

    Raises:
        Refused: with 400 50035.
    """
    found = Findings()
    with found.at("data"):
        found.length(modal.get("title"), 45, "title", least=1)
        found.length(modal.get("custom_id"), 100, "custom_id", least=1)
        parts = found.items(modal.get("components"), 5, "components", least=1)
        for number, part in enumerate(parts):
            with found.at("components", number):
                _part(found, part)
        _unique(found, walked(parts))
    found.raise_any()


def _part(found: Findings, part: Json) -> None:
    kind = part.get("type")
    if kind == ROW:
        inside = found.items(part.get("components"), 1, "components", least=1)
        for each in inside:
            with found.at("components", 0):
                found.length(each.get("label"), 45, "label", least=1)
                _input(found, each)
    elif kind == LABEL:
        found.length(part.get("label"), 45, "label", least=1)
        found.length(part.get("description"), 100, "description")
        with found.at("component"):
            held = part.get("component") or {}
            if held.get("type") in SELECTS:
                _select(found, held)
            elif held.get("type") == TEXT_INPUT:
                _input(found, held)
    elif kind == TEXT_DISPLAY:
        found.length(part.get("content"), _TEXT, "content", least=1)
    else:
        found.add("UNION_TYPE_CHOICES", "Value of field is not a known type.", "type")


def _input(found: Findings, each: Json) -> None:
    if each.get("type") != TEXT_INPUT:
        found.add("UNION_TYPE_CHOICES", "Value of field is not a known type.", "type")
    if each.get("style") not in _INPUT_STYLES:
        found.add("BASE_TYPE_CHOICES", "Not one of its values", "style")
    found.length(each.get("custom_id"), 100, "custom_id", least=1)
    found.length(each.get("placeholder"), 100, "placeholder")
    found.length(each.get("value"), 4000, "value")
    found.number(each.get("min_length"), 0, 4000, "min_length")
    found.number(each.get("max_length"), 1, 4000, "max_length")


def check_choices(choices: Any, kind: int) -> None:
    """Check what autocomplete offers for an option of a type.

    Raises:
        Refused: with 400 50035.
    """
    found = Findings()
    with found.at("data"):
        _choices(found, choices, kind)
    found.raise_any()


def _choices(found: Findings, choices: Any, kind: int) -> None:
    for number, choice in enumerate(found.items(choices, 25, "choices")):
        with found.at("choices", number):
            found.length(choice.get("name"), 100, "name", least=1)
            value = choice.get("value")
            if kind == _STRING:
                found.length(value, 100, "value", least=1)
            elif isinstance(value, bool) or not isinstance(
                value, int if kind == _INTEGER else int | float
            ):
                found.add("NUMBER_TYPE_COERCE", "Value is not a number.", "value")
