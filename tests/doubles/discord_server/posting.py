"""Making and changing messages from what the bot sends."""

from typing import Any, Final

from tests.doubles.discord_server.message_rules import check_message, check_not_empty
from tests.doubles.discord_server.messages import EPHEMERAL, LOADING, Attachment, Message
from tests.doubles.discord_server.pinging import mentioned
from tests.doubles.discord_server.refusing import Findings, Json, refused
from tests.doubles.discord_server.world import World

Files = dict[int, tuple[str, bytes, str | None]]
_MOST_FILES: Final = 10


def checked(world: World, payload: Any, files: Files) -> Json:
    """Return the payload of a message that has passed all checks but that for emptiness.

    Raises:
        Refused: with 400 50035, or 413 40005 for a file too large.
    """
    if payload is None and not files:
        raise refused(400, 50109)
    payload = {} if payload is None else payload
    if not isinstance(payload, dict):
        found = Findings()
        found.add("MODEL_TYPE_CONVERT", "Only dictionaries may be used")
        found.raise_any()
    if any(len(data) > world.attachment_size_limit for _, data, _ in files.values()):
        raise refused(413, 40005)
    check_message(payload)
    listed = {str(each.get("id")) for each in payload.get("attachments") or []}
    found = Findings()
    found.items(list(files), _MOST_FILES, "files")
    if "attachments" in payload and not {str(number) for number in files} <= listed:
        found.add("INVALID_FILE", "A file is not among the attachments", "attachments")
    found.raise_any()
    return dict(payload)


def fill(world: World, message: Message, payload: Json, files: Files) -> None:
    """Fill a new message with a checked payload.

    Raises:
        Refused: with 400 50006 if it shows nothing.
    """
    values = _values(payload)
    values.setdefault("attachments", [])
    values["attachments"] = _attachments(world, message, payload, files)
    shown = (values.get("embeds") or [], values.get("components") or [], values["attachments"])
    check_not_empty(values.get("content", ""), *shown)
    for name, value in values.items():
        setattr(message, name, value)
    mentioned(message, world.users)


def change(world: World, message: Message, payload: Json, files: Files) -> None:
    """Change a message as a checked payload says; what is left out stays.

    Raises:
        Refused: with 400 50006 if it would show nothing.
    """
    values = _values(payload)
    kept = EPHEMERAL & message.flags
    flags = values.get("flags", message.flags & ~LOADING)
    values["flags"] = (flags & ~(EPHEMERAL | LOADING)) | kept
    if "attachments" in payload or files:
        values["attachments"] = _attachments(world, message, payload, files)
    shown = [values.get(name, getattr(message, name)) for name in _SHOWN]
    check_not_empty(shown[0], *shown[1:])
    message.change(**values)
    mentioned(message, world.users)


_SHOWN: Final = ("content", "embeds", "components", "attachments")


def _values(payload: Json) -> Json:
    values: Json = {}
    if "content" in payload:
        values["content"] = (payload["content"] or "").strip()
    for name in ("embeds", "components"):
        if name in payload:
            values[name] = payload[name] or []
    if payload.get("flags") is not None:
        values["flags"] = payload["flags"]
    if "allowed_mentions" in payload:
        values["allowed_mentions"] = payload["allowed_mentions"]
    return values


def _attachments(world: World, message: Message, payload: Json, files: Files) -> list[Attachment]:
    described = {str(each["id"]): each for each in payload.get("attachments") or []}
    kept = list(message.attachments)
    if "attachments" in payload:
        kept = [each for each in kept if each.id in described]
    for number, (filename, data, kind) in sorted(files.items()):
        more = described.get(str(number), {})
        attachment = world.attach(more.get("filename") or filename, data, kind)
        attachment.description = more.get("description")
        attachment.ephemeral = bool(message.flags & EPHEMERAL)
        kept.append(attachment)
    return kept
