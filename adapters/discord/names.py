"""What the buttons of a message are called, and what pressing one says."""

import re

SOURCES = "sources"
SHARE = "share"
HELPFUL = "yes"
UNHELPFUL = "no"
EDIT = "edit"
PREVIOUS = "page_previous"
NEXT = "page_next"
REMOVE = "remove"
SAVE = "schedule_save"
CANCEL = "cancel"

LONGEST = 100
"""Characters that Discord bears in a button's name."""

_OURS = "dateline"
_NAME = re.compile(rf"{_OURS}:([a-z_]+):(.*)", re.DOTALL)
_ACTION = re.compile(r"[a-z_]+")


def custom_id(action: str, value: str) -> str:
    """Return the name of a button: what it does, and with what.

    Raises:
        ValueError: It is no action, or the name would be longer than Discord bears.
    """
    name = f"{_OURS}:{action}:{value}"
    if not _ACTION.fullmatch(action) or len(name) > LONGEST:
        raise ValueError(f"“{name}” cannot be the name of a button")
    return name


def parsed(custom_id: str) -> tuple[str, str] | None:
    """Return what a button does, and with what; None where it is none of ours."""
    found = _NAME.fullmatch(custom_id)
    return None if found is None else (found[1], found[2])
