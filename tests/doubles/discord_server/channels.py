"""The routes of channels and their messages."""

import time
from collections.abc import Iterable
from typing import Any, Final

from tests.doubles.discord_server import permissions, posting
from tests.doubles.discord_server.messages import SUPPRESS_EMBEDS, Message
from tests.doubles.discord_server.refusing import Findings, Json, refused
from tests.doubles.discord_server.requests import Call
from tests.doubles.discord_server.rest import Answer, Rest
from tests.doubles.discord_server.things import DM, Channel
from tests.doubles.discord_server.world import Event, World

_SETTABLE: Final = SUPPRESS_EMBEDS | 1 << 12 | 1 << 15
"""The flags that a bot may set in a channel: no embeds, silent, components of the second kind."""
_MESSAGES = "/channels/{channel}/messages"


class Channels:
    """Answers what the bot asks about channels."""

    def __init__(self, world: World, rest: Rest) -> None:
        self._world = world
        self.typing: list[str] = []
        """The ids of the channels in which the bot was seen typing, in order."""
        rest.route("GET", "/channels/{channel}", self._channel)
        rest.route("POST", "/channels/{channel}/typing", self._typing)
        rest.route("GET", _MESSAGES, self._history)
        rest.route("POST", _MESSAGES, self._post)
        rest.route("GET", _MESSAGES + "/{message}", self._one)
        rest.route("PATCH", _MESSAGES + "/{message}", self._edit)
        rest.route("DELETE", _MESSAGES + "/{message}", self._delete)
        rest.route("POST", "/users/@me/channels", self._direct)

    def _permitted(self, call: Call, *bits: int) -> Channel:
        """Return the channel of a call, if the bot may see it and has the permissions."""
        channel = self._world.channels.get(call.values["channel"])
        if channel is None:
            raise refused(404, 10003)
        has = self._world.bot_permissions(channel)
        if not has & permissions.VIEW_CHANNEL:
            raise refused(403, 50001)
        if not all(has & bit for bit in bits):
            raise refused(403, 50013)
        return channel

    def _channel(self, call: Call) -> Answer:
        return 200, self._permitted(call).payload()

    def _typing(self, call: Call) -> Answer:
        self.typing.append(self._permitted(call, permissions.SEND_MESSAGES).id)
        return 204, None

    def _direct(self, call: Call) -> Answer:
        user = self._world.users.get(str((call.json or {}).get("recipient_id")))
        if user is None:
            raise refused(404, 10013)
        if user is self._world.bot:
            raise refused(400, 50007)
        return 200, self._world.dm(user).payload()

    def _history(self, call: Call) -> Answer:
        channel = self._permitted(call)
        found = Findings()
        limit = call.query.get("limit", "50")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            found.add("NUMBER_TYPE_MAX", "Must be between 1 and 100.", "limit")
        for name in ("before", "after", "around"):
            if not call.query.get(name, "0").isdigit():
                found.add("NUMBER_TYPE_COERCE", "Value is not snowflake.", name)
        found.raise_any()
        if not self._world.bot_permissions(channel) & permissions.READ_MESSAGE_HISTORY:
            return 200, []
        messages = sorted(shown(channel), key=lambda message: int(message.id))
        chosen = _chosen(messages, call.query, int(limit))
        return 200, [self._payload(message) for message in reversed(chosen)]

    def _one(self, call: Call) -> Answer:
        channel = self._permitted(call)
        if not self._world.bot_permissions(channel) & permissions.READ_MESSAGE_HISTORY:
            raise refused(403, 50001)
        return 200, self._payload(self._message(channel, call))

    def _post(self, call: Call) -> Answer:
        channel = self._permitted(call, permissions.SEND_MESSAGES)
        if channel.type == DM and channel.recipient is not None and channel.recipient.closed:
            raise refused(403, 50007)
        payload = posting.checked(self._world, call.json, call.files)
        if payload.get("embeds"):
            self._permitted(call, permissions.EMBED_LINKS)
        if call.files:
            self._permitted(call, permissions.ATTACH_FILES)
        earlier = self._same_nonce(payload)
        if earlier is not None:
            return 200, {**earlier.payload(), "nonce": earlier.nonce}
        payload["flags"] = (payload.get("flags") or 0) & _SETTABLE
        message = Message(id=self._world.new_id(), channel=channel, author=self._world.bot)
        message.nonce = payload.get("nonce")
        self._refer(message, payload.get("message_reference"))
        posting.fill(self._world, message, payload, call.files)
        channel.messages.append(message)
        if message.nonce is not None:
            self._world.nonces[str(message.nonce)] = (time.monotonic(), message)
        self._world.tell_of(message)
        answer = message.payload()
        return 200, answer if message.nonce is None else {**answer, "nonce": message.nonce}

    def _same_nonce(self, payload: Json) -> Message | None:
        if payload.get("nonce") is None or not payload.get("enforce_nonce"):
            return None
        at, message = self._world.nonces.get(str(payload["nonce"]), (0.0, None))
        return message if time.monotonic() - at < self._world.nonce_life else None

    def _refer(self, message: Message, reference: Any) -> None:
        if reference is None:
            return
        if not self._world.bot_permissions(message.channel) & permissions.READ_MESSAGE_HISTORY:
            raise refused(400, 160002)
        wanted = str(reference.get("message_id"))
        found = (each for each in shown(message.channel) if each.id == wanted)
        message.reference = next(found, None)
        if message.reference is None:
            if reference.get("fail_if_not_exists", True):
                findings = Findings()
                sentence = "Unknown message"
                findings.add("REPLIES_UNKNOWN_MESSAGE", sentence, "message_reference")
                findings.raise_any()
            return
        message.message_reference = {
            "type": 0,
            "channel_id": message.channel.id,
            "message_id": wanted,
            **({"guild_id": message.channel.guild.id} if message.channel.guild else {}),
        }

    def _edit(self, call: Call) -> Answer:
        message = self._message(self._permitted(call), call)
        if message.author is not self._world.bot:
            raise refused(403, 50005)
        payload = posting.checked(self._world, call.json, call.files)
        posting.change(self._world, message, payload, call.files)
        self._world.tell_of(message, "MESSAGE_UPDATE")
        return 200, message.payload()

    def _delete(self, call: Call) -> Answer:
        channel = self._permitted(call)
        message = self._message(channel, call)
        if message.author is not self._world.bot:
            self._permitted(call, permissions.MANAGE_MESSAGES)
        delete(self._world, message)
        return 204, None

    @staticmethod
    def _message(channel: Channel, call: Call) -> Message:
        for message in shown(channel):
            if message.id == call.values["message"]:
                return message
        raise refused(404, 10008)

    def _payload(self, message: Message) -> Json:
        granted = self._world.privileged
        return message.payload(content=self._world.may_read(message, granted))


def delete(world: World, message: Message) -> None:
    """Delete a message, and tell the bot unless only one person saw it."""
    message.deleted = True
    if message.ephemeral:
        return
    guild = message.channel.guild
    payload: Json = {"id": message.id, "channel_id": message.channel.id}
    if guild is not None:
        payload["guild_id"] = guild.id
    needs = permissions.DIRECT_MESSAGES if guild is None else permissions.GUILD_MESSAGES
    world.tell(Event(name="MESSAGE_DELETE", guild=guild, needs=needs, payload=lambda _: payload))


def shown(channel: Channel) -> list[Message]:
    """Return the messages that everybody in a channel sees."""
    return [each for each in channel.messages if not each.deleted and each.only_for is None]


def _chosen(messages: Iterable[Message], query: dict[str, str], limit: int) -> list[Message]:
    messages = list(messages)
    if "before" in query:
        return [each for each in messages if int(each.id) < int(query["before"])][-limit:]
    if "after" in query:
        return [each for each in messages if int(each.id) > int(query["after"])][:limit]
    if "around" in query:
        middle = int(query["around"])
        before = [each for each in messages if int(each.id) < middle]
        rest = [each for each in messages if int(each.id) >= middle]
        half = limit // 2
        return before[len(before) - min(half, len(before)) :] + rest[: limit - half]
    return messages[-limit:]
