"""What Discord takes for application commands."""

import re
from collections import Counter
from typing import Any, Final

from tests.doubles.discord_server.component_rules import _choices
from tests.doubles.discord_server.refusing import Findings, Json

CHAT, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10

_NAME: Final = re.compile(r"[-'\w]{1,32}")
_MOST: Final = {CHAT: 100, ON_USER: 15, ON_MESSAGE: 15}
_KINDS: Final = range(1, 12)
_CHARACTERS: Final = 8000


def check_commands(commands: Any) -> None:
    """Check all commands of an application, as they are put.

    Raises:
        Refused: with 400 50035.
    """
    found = Findings()
    if not isinstance(commands, list):
        found.add("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        commands = []
    for number, command in enumerate(commands):
        with found.at(number):
            _command(found, command)
    kinds = Counter(command.get("type", CHAT) for command in commands)
    for kind, count in kinds.items():
        if count > _MOST.get(kind, 0):
            found.add("BASE_TYPE_MAX_LENGTH", f"Too many commands of type {kind}.")
    names = Counter((each.get("type", CHAT), each.get("name")) for each in commands)
    if any(count > 1 for count in names.values()):
        code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
        found.add(code, "Application command names must be unique")
    found.raise_any()


def _command(found: Findings, command: Json) -> None:
    kind = command.get("type", CHAT)
    if kind == CHAT:
        _name(found, command.get("name"))
        found.length(command.get("description"), 100, "description", least=1)
        _options(found, command.get("options"), depth=0)
        if _characters(command) > _CHARACTERS:
            sentence = f"Command exceeds maximum size ({_CHARACTERS})"
            found.add("APPLICATION_COMMAND_TOO_LARGE", sentence)
    else:
        found.length(command.get("name"), 32, "name", least=1)
        if command.get("description") or command.get("options"):
            code = "APPLICATION_COMMANDS_CONTEXT_MENU_NO_DESCRIPTION"
            found.add(code, "Context menu commands have no description or options", "description")
    bits = command.get("default_member_permissions")
    if bits is not None and not re.fullmatch(r"\d+", str(bits)):
        found.add("BITFIELD_TYPE_CONVERT", "Not a bit field.", "default_member_permissions")
    for name, most in (("contexts", 3), ("integration_types", 2)):
        values = found.items(command.get(name), most, name)
        if len(set(values)) != len(values) or not set(values) <= set(range(most)):
            found.add("BASE_TYPE_CHOICES", "Not one of its values, or twice", name)


def _name(found: Findings, name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        sentence = "String value did not match validation regex."
        found.add("APPLICATION_COMMAND_INVALID_NAME", sentence, "name")


def _options(found: Findings, options: Any, *, depth: int) -> None:
    names = set()
    optional = False
    listed = found.items(options, 25, "options")
    kinds = {option.get("type") for option in listed}
    if kinds & {SUBCOMMAND, GROUP} and kinds - {SUBCOMMAND, GROUP}:
        code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
        found.add(code, "Sub-command and sub-command group option types are exclusive", "options")
    for number, option in enumerate(listed):
        with found.at("options", number):
            _name(found, option.get("name"))
            found.length(option.get("description"), 100, "description", least=1)
            if option.get("name") in names:
                code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
                found.add(code, "Option names must be unique", "name")
            names.add(option.get("name"))
            _kind(found, option, depth)
            if option.get("required") and optional:
                code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
                found.add(code, "Required options must be placed before non-required options")
            optional = optional or not option.get("required")


def _kind(found: Findings, option: Json, depth: int) -> None:
    kind = option.get("type")
    if kind not in _KINDS or (kind == GROUP and depth) or (kind == SUBCOMMAND and depth > 1):
        found.add("BASE_TYPE_CHOICES", "Not a type that may stand here", "type")
    elif kind in {SUBCOMMAND, GROUP}:
        _options(found, option.get("options"), depth=depth + 1 if kind == GROUP else 2)
        if kind == GROUP and {each.get("type") for each in option.get("options", [])} - {1}:
            found.add("BASE_TYPE_CHOICES", "A group holds sub-commands only", "options")
    else:
        _value(found, option)


def _value(found: Findings, option: Json) -> None:
    kind = option["type"]
    if option.get("choices"):
        _choices(found, option["choices"], kind)
    if option.get("choices") and option.get("autocomplete"):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE"
        found.add(code, "Cannot have both choices and autocomplete")
    if option.get("autocomplete") and kind not in {STRING, INTEGER, NUMBER}:
        found.add("BASE_TYPE_CHOICES", "Autocomplete is for texts and numbers", "autocomplete")
    if kind == STRING:
        found.number(option.get("min_length"), 0, 6000, "min_length")
        found.number(option.get("max_length"), 1, 6000, "max_length")


def _characters(node: Json) -> int:
    total = len(str(node.get("name", ""))) + len(str(node.get("description") or ""))
    for choice in node.get("choices") or []:
        value = choice.get("value")
        total += len(str(choice.get("name"))) + (len(value) if isinstance(value, str) else 0)
    return total + sum(_characters(option) for option in node.get("options") or [])
