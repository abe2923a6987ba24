"""What a person types after a slash, as the options that the application registered."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.doubles.discord_server import permissions
from tests.doubles.discord_server.command_rules import GROUP, SUBCOMMAND
from tests.doubles.discord_server.messages import Attachment
from tests.doubles.discord_server.refusing import Impossible, Json
from tests.doubles.discord_server.things import Channel, Member, Role, User

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
_TYPES: Final[dict[int, Any]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    USER: User | Member,
    CHANNEL: Channel,
    ROLE: Role,
    MENTIONABLE: User | Member | Role,
    NUMBER: int | float,
    ATTACHMENT: Attachment,
}


def chosen(commands: Iterable[Json], name: str, kind: int, by: Member | User) -> Json:
    """Return the command of a name and kind that a person can see.

    Raises:
        Impossible: when there is none, or it is hidden from this person or from this place.
    """
    for command in commands:
        if command["name"] == name and command["type"] == kind:
            break
    else:
        raise Impossible(f"No command {name!r} of kind {kind} is registered")
    place = 0 if isinstance(by, Member) else 1
    contexts = command["contexts"]
    hidden = place not in contexts if contexts is not None else place and not _direct(command)
    if hidden:
        raise Impossible(f"{name!r} is not offered here")
    if isinstance(by, Member):
        needed, has = command["default_member_permissions"], by.permissions()
        if needed == "0" and has != permissions.ALL:
            raise Impossible(f"{name!r} is offered to administrators only")
        if needed is not None and int(needed) & ~has:
            raise Impossible(f"{name!r} is not offered to {by.user.name}")
    return command


def _direct(command: Json) -> bool:
    return command["dm_permission"] is not False and "guild_id" not in command


def descended(command: Json, path: list[str]) -> tuple[list[Json], list[Json]]:
    """Return the registered options of a subcommand, and the steps that lead there.

    Raises:
        Impossible: when the path does not lead to what can be run.
    """
    options, steps = command.get("options") or [], []
    for name in path:
        found = [each for each in options if each["name"] == name]
        if not found or found[0]["type"] not in {SUBCOMMAND, GROUP}:
            raise Impossible(f"{command['name']!r} has no subcommand {name!r}")
        steps.append({"type": found[0]["type"], "name": name})
        options = found[0].get("options") or []
    if any(each["type"] in {SUBCOMMAND, GROUP} for each in options):
        raise Impossible(f"{command['name']!r} is run by a subcommand only")
    return options, steps


def nested(steps: list[Json], options: list[Json]) -> list[Json]:
    """Return options below the steps of a subcommand."""
    for step in reversed(steps):
        options = [{**step, "options": options}]
    return options


def filled(registered: list[Json], values: Mapping[str, Any]) -> list[Json]:
    """Return the options of a finished command.

    Raises:
        Impossible: when a person could not send this.
    """
    known = {option["name"]: option for option in registered}
    for name, option in known.items():
        if option.get("required") and name not in values:
            raise Impossible(f"The option {name!r} is required")
    return [_filled(known, name, value) for name, value in values.items()]


def typing(registered: list[Json], values: Mapping[str, Any], focused: str) -> list[Json]:
    """Return the options of a command that is being typed; the focused one may hold anything.

    Raises:
        Impossible: when the option does not ask for autocomplete.
    """
    known = {option["name"]: option for option in registered}
    if focused not in known or not known[focused].get("autocomplete"):
        raise Impossible(f"The option {focused!r} has no autocomplete")
    options = [_filled(known, name, each) for name, each in values.items() if name != focused]
    kind, value = known[focused]["type"], values.get(focused, "")
    return [*options, {"type": kind, "name": focused, "value": value, "focused": True}]


def _filled(known: Mapping[str, Json], name: str, value: Any) -> Json:
    if name not in known:
        raise Impossible(f"No option {name!r} is registered")
    option = known[name]
    kind = option["type"]
    mixed = isinstance(value, bool) and kind != BOOLEAN
    if mixed or not isinstance(value, _TYPES[kind]):
        raise Impossible(f"The option {name!r} does not take {value!r}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise Impossible(f"The option {name!r} has no choice {value!r}")
    size = len(value) if isinstance(value, str) else value
    low, high = ("min_length", "max_length") if kind == STRING else ("min_value", "max_value")
    if option.get(low) is not None and size < option[low]:
        raise Impossible(f"{value!r} is too small for the option {name!r}")
    most = option.get(high, 6000 if kind == STRING else None)
    if most is not None and size > most:
        raise Impossible(f"{value!r} is too large for the option {name!r}")
    kinds = option.get("channel_types")
    if isinstance(value, Channel) and kinds and value.type not in kinds:
        raise Impossible(f"The option {name!r} takes no channel of this type")
    return {"type": kind, "name": name, "value": getattr(value, "id", value)}


def resolved(values: Iterable[Any], by: Member | User) -> Json:
    """Return the things that options name, as JSON by kind and id."""
    things: dict[str, Json] = {}
    for value in values:
        if isinstance(value, Attachment):
            value.ephemeral = True
            things.setdefault("attachments", {})[value.id] = value.payload()
        elif isinstance(value, Channel):
            bits = by.permissions(value) if isinstance(by, Member) else permissions.ALL
            things.setdefault("channels", {})[value.id] = {
                **value.payload(),
                "permissions": str(bits),
            }
        elif isinstance(value, Role):
            things.setdefault("roles", {})[value.id] = value.payload()
        elif isinstance(value, Member):
            things.setdefault("users", {})[value.id] = value.user.payload()
            things.setdefault("members", {})[value.id] = {
                **value.payload(user=False),
                "permissions": str(value.permissions()),
            }
        elif isinstance(value, User):
            things.setdefault("users", {})[value.id] = value.payload()
    return things
