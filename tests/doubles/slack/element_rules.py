"""What Slack takes as a Block Kit element, an option or a confirmation."""

from typing import Any

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
    whole,
)

_ANY_NUMBER = 10**9


def plain(most: int) -> Rule:
    """Return the rule for a plain_text object."""
    return shape(
        {"type": one_of("plain_text"), "text": string(most)},
        {"emoji": boolean},
    )


def marked(most: int) -> Rule:
    """Return the rule for a mrkdwn object."""
    return shape({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": boolean})


def words(most: int) -> Rule:
    """Return the rule for a text object of either kind."""
    return kinds({"plain_text": plain(most), "mrkdwn": marked(most)}, "type")


CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

_OPTION = shape(
    {"text": plain(75), "value": string(150)},
    {"description": plain(75), "url": string(3000)},
)
_MARKED_OPTION = shape(
    {"text": words(75), "value": string(150)},
    {"description": words(75)},
)
_OPTION_GROUP = shape({"label": plain(75), "options": items(_OPTION, 100)})
_ACTION = {"action_id": string(255)}
_ASKED = _ACTION | {"confirm": CONFIRM, "focus_on_load": boolean}
_MENU = _ASKED | {"placeholder": plain(150)}
_SEVERAL = _MENU | {"max_selected_items": whole(1, _ANY_NUMBER)}
_DISPATCH = shape(
    {},
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)},
)
_TYPED = _ACTION | {
    "placeholder": plain(150),
    "initial_value": string(3000, least=0),
    "focus_on_load": boolean,
    "dispatch_action_config": _DISPATCH,
}
_TYPE = {"type": anything}
_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_CONVERSATIONS = {
    "default_to_current_conversation": boolean,
    "response_url_enabled": boolean,
    "filter": _FILTER,
}


def _chooses(value: Any, at: str) -> Problems:
    """Refuse a menu without options, or with first choices that it does not offer."""
    if ("options" in value) == ("option_groups" in value):
        yield f"[ERROR] must have either options or option_groups [json-pointer:{at}]"
    offered = list(value.get("options") or ())
    for group in value.get("option_groups") or ():
        offered += group["options"]
    first = value.get("initial_options") or [value.get("initial_option")]
    if any(each is not None and each not in offered for each in first):
        yield f"[ERROR] initial options must be among the options [json-pointer:{at}]"


_OFFERED = {"options": items(_OPTION, 100), "option_groups": items(_OPTION_GROUP, 100)}
_FIRST = {"initial_option": _OPTION}
_FIRST_OF_SEVERAL = {"initial_options": items(_OPTION, 100)}
_ASKING = {"min_query_length": whole(0, _ANY_NUMBER)}


def _menu(name: str, first: str, more: dict[str, Rule] | None = None) -> dict[str, Rule]:
    one = {f"initial_{first}": string(255)} | (more or {})
    many = {f"initial_{first}s": items(string(255), 100)} | (more or {})
    return {f"{name}_select": shape(_TYPE, _MENU | one)} | {
        f"multi_{name}_select": shape(_TYPE, _SEVERAL | many)
    }


_ROWS = {"options": items(_MARKED_OPTION, 10)}

ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"type": anything, "text": plain(75)},
        _ACTION
        | {
            "value": string(2000),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape(
        _TYPE | {"options": items(_OPTION, 5)},
        _ACTION | {"confirm": CONFIRM},
    ),
    "static_select": both(shape(_TYPE, _MENU | _OFFERED | _FIRST), _chooses),
    "multi_static_select": both(shape(_TYPE, _SEVERAL | _OFFERED | _FIRST_OF_SEVERAL), _chooses),
    "external_select": shape(_TYPE, _MENU | _ASKING | _FIRST),
    "multi_external_select": shape(_TYPE, _SEVERAL | _ASKING | _FIRST_OF_SEVERAL),
    **_menu("users", "user"),
    **_menu("channels", "channel", {"response_url_enabled": boolean}),
    **_menu("conversations", "conversation", _CONVERSATIONS),
    "checkboxes": both(
        shape(_TYPE | _ROWS, _ASKED | {"initial_options": items(_MARKED_OPTION, 10)}), _chooses
    ),
    "radio_buttons": both(
        shape(_TYPE | _ROWS, _ASKED | {"initial_option": _MARKED_OPTION}), _chooses
    ),
    "datepicker": shape(_TYPE, _MENU | {"initial_date": string(10, least=10)}),
    "timepicker": shape(
        _TYPE, _MENU | {"initial_time": string(5, least=5), "timezone": string(100)}
    ),
    "datetimepicker": shape(_TYPE, _ASKED | {"initial_date_time": whole(10**9, 10**10)}),
    "plain_text_input": shape(
        _TYPE,
        _TYPED | {"multiline": boolean, "min_length": whole(0, 3000), "max_length": whole(1, 3000)},
    ),
    "email_text_input": shape(_TYPE, _TYPED),
    "url_text_input": shape(_TYPE, _TYPED),
    "number_input": shape(
        _TYPE | {"is_decimal_allowed": boolean},
        _TYPED | {"min_value": string(20), "max_value": string(20)},
    ),
    "image": shape(
        _TYPE | {"alt_text": string(2000)},
        {"image_url": string(3000), "slack_file": anything},
    ),
}
"""The rule of each element, by its type."""

SUGGESTIONS = shape(
    {}, {"options": items(_OPTION, 100, least=0), "option_groups": items(_OPTION_GROUP, 100)}
)
"""The rule of what an app answers when a menu asks for its options."""
