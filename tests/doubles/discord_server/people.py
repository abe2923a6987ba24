"""What people do in a Discord client."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.doubles.discord_server import interactions as kinds
from tests.doubles.discord_server import options, permissions
from tests.doubles.discord_server.command_rules import CHAT, ON_MESSAGE, ON_USER
from tests.doubles.discord_server.component_rules import BUTTON, LINK
from tests.doubles.discord_server.forms import picked, submitted
from tests.doubles.discord_server.interactions import Interaction, Modal
from tests.doubles.discord_server.messages import Attachment, Message
from tests.doubles.discord_server.pinging import mentioned
from tests.doubles.discord_server.refusing import Impossible, Json
from tests.doubles.discord_server.things import Channel, Guild, Member, User
from tests.doubles.discord_server.waiting import Waiting
from tests.doubles.discord_server.world import Event, World


class People(World):
    """Acts of people; each returns at once, and what follows can be awaited on what it returns.

    Raises:
        Impossible: from every act that a client would not let a person do.
    """

    waiting: Waiting

    async def slash(
        self,
        path: str,
        values: Mapping[str, Any] | None = None,
        *,
        member: Member | User,
        channel: Channel | None = None,
    ) -> Interaction:
        """Run a command, `"ask"` or `"source add"`; in direct messages for a `User`."""
        name, *rest = path.split()
        command = options.chosen(self._offered(member), name, CHAT, member)
        registered, steps = options.descended(command, rest)
        values = values or {}
        data = self._named(command)
        data["options"] = options.nested(steps, options.filled(registered, values))
        data["resolved"] = options.resolved(values.values(), member)
        return self._act(kinds.COMMAND, data, member, channel)

    async def autocomplete(
        self,
        path: str,
        values: Mapping[str, Any],
        *,
        focused: str,
        member: Member | User,
        channel: Channel | None = None,
    ) -> Interaction:
        """Type a command, with the cursor in one of its options."""
        name, *rest = path.split()
        command = options.chosen(self._offered(member), name, CHAT, member)
        registered, steps = options.descended(command, rest)
        data = self._named(command)
        typed = options.typing(registered, values, focused)
        data["options"] = options.nested(steps, typed)
        interaction = self._act(kinds.AUTOCOMPLETE, data, member, channel)
        interaction.focused = typed[-1]["type"]
        return interaction

    async def context_menu(
        self,
        name: str,
        target: Message | Member | User,
        *,
        member: Member | User,
        channel: Channel | None = None,
    ) -> Interaction:
        """Run a command from the menu of a message or of a person."""
        kind = ON_MESSAGE if isinstance(target, Message) else ON_USER
        command = options.chosen(self._offered(member), name, kind, member)
        data = {**self._named(command), "target_id": target.id}
        if isinstance(target, Message):
            # Whatever the intents: a bot sees a message that a person hands to it.
            data["resolved"] = {"messages": {target.id: target.payload()}}
            channel = channel or target.channel
        else:
            data["resolved"] = options.resolved([target], member)
        return self._act(kinds.COMMAND, data, member, channel)

    async def click(
        self,
        message: Message,
        custom_id: str,
        *,
        member: Member | User,
        values: Sequence[str] | None = None,
    ) -> Interaction:
        """Click a button of a message, or pick values from a select."""
        component = message.component(custom_id)
        if component is None:
            raise Impossible(f"There is no {custom_id!r} among {message.custom_ids}")
        user = member.user if isinstance(member, Member) else member
        if message.deleted or (message.only_for is not None and message.only_for is not user):
            raise Impossible("This person does not see the message")
        if component.get("disabled") or component.get("style") == LINK:
            raise Impossible(f"{custom_id!r} cannot be clicked")
        data: Json = {"custom_id": custom_id, "component_type": component["type"]}
        if component["type"] != BUTTON:
            data["values"] = picked(component, list(values or ()))
        return self._act(kinds.COMPONENT, data, member, message.channel, message=message)

    async def submit(
        self, modal: Modal, values: Mapping[str, Any], *, member: Member | User
    ) -> Interaction:
        """Fill in a form and send it; fields that are not named keep what they hold."""
        if modal.shown_by.by is not member:
            raise Impossible("The form was shown to somebody else")
        components = submitted(modal, values)
        data = {"custom_id": modal.custom_id, "components": components, "resolved": {}}
        source = modal.shown_by
        interaction = self._act(kinds.SUBMIT, data, member, source.channel, message=source.message)
        interaction.source = source
        return interaction

    async def say(
        self,
        channel: Channel,
        text: str,
        *,
        member: Member | User,
        reply_to: Message | None = None,
        attachments: Iterable[Attachment] = (),
    ) -> Message:
        """Write a message; the bot sees its content only where Discord shows it to bots."""
        user = member.user if isinstance(member, Member) else member
        message = Message(
            id=self.new_id(),
            channel=channel,
            author=user,
            content=text.strip(),
            attachments=list(attachments),
            reference=reply_to,
        )
        if reply_to is not None:
            message.message_reference = {
                "type": 0,
                "channel_id": channel.id,
                "message_id": reply_to.id,
                **({"guild_id": channel.guild.id} if channel.guild else {}),
            }
        mentioned(message, self.users)
        channel.messages.append(message)
        self.tell_of(message)
        return message

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text of a person's message."""
        message.change(content=text)
        mentioned(message, self.users)
        self.tell_of(message, "MESSAGE_UPDATE")
        return message

    def _offered(self, member: Member | User) -> list[Json]:
        here = self.registered.get(member.guild.id, []) if isinstance(member, Member) else []
        return [*here, *self.registered[None]]

    @staticmethod
    def _named(command: Json) -> Json:
        return {
            name: command[name] for name in ("id", "name", "type", "guild_id") if name in command
        }

    def _act(
        self,
        kind: int,
        data: Json,
        by: Member | User,
        channel: Channel | None,
        *,
        message: Message | None = None,
    ) -> Interaction:
        if channel is None:
            channel = by.guild.channels[0] if isinstance(by, Member) else self.dm(by)
        if isinstance(by, Member) and not by.permissions(channel) & permissions.VIEW_CHANNEL:
            raise Impossible("This person does not see the channel")
        interaction = Interaction(
            id=self.new_id(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            channel=channel,
            by=by,
            data=data,
            waiting=self.waiting,
            message=message,
        )
        self.interactions.append(interaction)
        payload = self._payload(interaction, channel.guild)
        self.tell(Event(name="INTERACTION_CREATE", guild=channel.guild, payload=lambda _: payload))
        return interaction

    def _payload(self, interaction: Interaction, guild: Guild | None) -> Json:
        by, channel = interaction.by, interaction.channel
        payload: Json = {
            "id": interaction.id,
            "application_id": self.application_id,
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": channel.id,
            "channel": channel.payload(),
            "app_permissions": str(self.bot_permissions(channel)),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": "0" if guild is None else guild.id},
            "context": 1 if guild is None else 0,
            "attachment_size_limit": self.attachment_size_limit,
        }
        if interaction.message is not None:
            payload["message"] = interaction.message.payload()
        if guild is not None and isinstance(by, Member):
            bits = str(by.permissions(channel))
            payload["channel"]["permissions"] = bits
            payload["member"] = {**by.payload(), "permissions": bits}
            payload["guild_id"], payload["guild_locale"] = guild.id, "en-US"
            payload["guild"] = {"id": guild.id, "locale": "en-US", "features": []}
        else:
            payload["user"] = interaction.user.payload()
        return payload
