"""What there is on the server, and how a test arranges it."""

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tests.doubles.discord_server import permissions
from tests.doubles.discord_server.messages import Attachment, Message
from tests.doubles.discord_server.refusing import Json
from tests.doubles.discord_server.things import DM, TEXT, Channel, Guild, Member, Role, User

if TYPE_CHECKING:
    from tests.doubles.discord_server.interactions import Interaction

_EPOCH: Final = 1_420_070_400_000
"""Of the ids: 2015 in milliseconds of Unix time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the gateway tells the bot."""

    name: str
    payload: Callable[[int], Json]
    """By the intents of a session."""
    guild: Guild | None = None
    needs: int = 0
    """An intent without which a session does not hear of it."""


class World:
    """The people, the places and the settings of the server.

    Every setting may be changed at any time.
    """

    def __init__(self, *, token: str | None = None, application_id: str | None = None) -> None:
        self._last_id = 0
        self.port = 0
        self.token = token or f"{secrets.token_hex(12)}.{secrets.token_hex(3)}.double"
        self.application_id = application_id or self.new_id()
        self.bot = User(id=self.application_id, name="Dateline", bot=True)
        self.privileged = 0
        """The privileged intents that the developer portal grants, as bits."""
        self.patience = 3.0
        """Seconds within which an interaction must be responded to."""
        self.token_life = 900.0
        """Seconds for which an interaction's token is good."""
        self.link_life = 86_400.0
        """Seconds for which a link to an attachment is good."""
        self.nonce_life = 180.0
        """Seconds for which a nonce is remembered."""
        self.attachment_size_limit = 10 * 1024 * 1024
        self.heartbeat_interval = 41.25
        self.shards = 1
        """How many shards `/gateway/bot` recommends."""
        self.rate_limits = True
        """Whether the limits of the routes are kept; a 429 on purpose comes all the same."""
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, Attachment] = {}
        self.interactions: list[Interaction] = []
        self.registered: dict[str | None, list[Json]] = {None: []}
        """Commands by guild; None: those of all guilds."""
        self.registrations = 0
        """How often commands were put."""
        self.nonces: dict[str, tuple[float, Message]] = {}
        self.tell: Callable[[Event], None] = lambda _: None
        """Give an event to the gateway."""
        self.changed: Callable[[], None] = lambda: None
        """Say that something may be true now that somebody waits for."""
        self._key = secrets.token_bytes(16)

    @property
    def api_url(self) -> str:
        """The address of the REST API."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The address of the gateway."""
        return f"ws://127.0.0.1:{self.port}/gateway/"

    @property
    def cdn_url(self) -> str:
        """The address of the CDN."""
        return f"http://127.0.0.1:{self.port}/cdn"

    def new_id(self) -> str:
        """Return the next id; ids grow with time."""
        candidate = (int(time.time() * 1000) - _EPOCH) << 22
        self._last_id = max(candidate, self._last_id + 1)
        return str(self._last_id)

    def guild(
        self,
        id: str | None = None,  # noqa: A002
        *,
        name: str = "The newsroom",
        owner: str = "Owner",
        everyone: int = permissions.EVERYONE,
        bot_permissions: int = permissions.EVERYONE,
    ) -> Guild:
        """Make a guild that the bot is in; a connected bot is told that it was added."""
        guild = Guild(id=id or self.new_id(), name=name)
        guild.roles.append(Role(id=guild.id, name="@everyone", permissions=everyone))
        self.guilds[guild.id] = guild
        guild.owner_id = self.member(guild, owner).id
        own = self.role(guild, self.bot.name, bot_permissions)
        own.managed_by = self.bot.id
        guild.members[self.bot.id] = Member(user=self.bot, guild=guild, roles=[own])
        self.tell(
            Event(
                name="GUILD_CREATE",
                guild=guild,
                needs=permissions.GUILDS,
                payload=lambda intents: self.guild_payload(guild, intents),
            )
        )
        return guild

    def channel(
        self,
        guild: Guild,
        name: str = "general",
        *,
        deny_send: bool = False,
        deny: int = 0,
        kind: int = TEXT,
    ) -> Channel:
        """Make a channel of a guild, with permissions that the bot is denied in it."""
        channel = Channel(id=self.new_id(), name=name, type=kind, guild=guild)
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        self._told(channel, "CHANNEL_CREATE")
        if deny_send or deny:
            self.deny(channel, deny | permissions.SEND_MESSAGES * deny_send)
        return channel

    def deny(self, channel: Channel, bits: int) -> None:
        """Deny the bot permissions in a channel, or with 0 deny it nothing any more."""
        channel.denied[self.bot.id] = bits
        self._told(channel, "CHANNEL_UPDATE")

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel; requests about it are answered with 404 10003."""
        del self.channels[channel.id]
        if channel.guild is not None:
            channel.guild.channels.remove(channel)
        self._told(channel, "CHANNEL_DELETE")

    def _told(self, channel: Channel, event: str) -> None:
        payload = channel.payload()
        needs = permissions.GUILDS
        self.tell(Event(name=event, guild=channel.guild, needs=needs, payload=lambda _: payload))

    def role(
        self, guild: Guild, name: str, permissions: int = 0, *, mentionable: bool = False
    ) -> Role:
        """Make a role of a guild."""
        position = len(guild.roles)
        role = Role(
            id=self.new_id(),
            name=name,
            permissions=permissions,
            mentionable=mentionable,
            position=position,
        )
        guild.roles.append(role)
        return role

    def user(self, name: str, *, closed: bool = False) -> User:
        """Make a person; `closed`: one who takes no direct messages."""
        user = User(id=self.new_id(), name=name, closed=closed)
        self.users[user.id] = user
        return user

    def member(
        self,
        guild: Guild,
        name: str | User,
        *,
        roles: Iterable[Role] = (),
        permissions: int = 0,
    ) -> Member:
        """Make a person, or take one, and put them into a guild."""
        user = self.user(name) if isinstance(name, str) else name
        member = Member(user=user, guild=guild, roles=list(roles), extra=permissions)
        guild.members[user.id] = member
        return member

    def dm(self, person: User | Member) -> Channel:
        """Return the direct messages of the bot with a person."""
        user = person.user if isinstance(person, Member) else person
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(id=self.new_id(), name=user.name, type=DM, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def attach(
        self, filename: str, data: bytes, content_type: str | None = "application/octet-stream"
    ) -> Attachment:
        """Put a file on the CDN, to be given to `say` or to an option of a command."""
        attachment = Attachment(
            id=self.new_id(),
            filename=filename,
            data=data,
            content_type=content_type,
            signed=self._link,
        )
        self.files[attachment.id] = attachment
        return attachment

    def _link(self, attachment: Attachment) -> str:
        issued = int(time.time())
        expires = int(time.time() + self.link_life)
        path = f"attachments/{attachment.id}/{attachment.id}/{quote(attachment.filename)}"
        query = f"ex={expires:x}&is={issued:x}"
        signature = self.signature(attachment.id, f"{expires:x}", f"{issued:x}")
        return f"{self.cdn_url}/{path}?{query}&hm={signature}&"

    def signature(self, attachment_id: str, expires: str, issued: str) -> str:
        """Return what a link to an attachment is signed with."""
        text = f"{attachment_id}.{expires}.{issued}"
        return hmac.new(self._key, text.encode(), sha256).hexdigest()

    def guild_payload(self, guild: Guild, intents: int) -> Json:
        """Return a guild with the members that a session may see."""
        own = [guild.members[self.bot.id]]
        seen = list(guild.members.values()) if intents & permissions.GUILD_MEMBERS else own
        return guild.payload(seen)

    def bot_permissions(self, channel: Channel) -> int:
        """Return the bits that the bot has in a channel."""
        if channel.guild is None:
            return permissions.ALL
        return channel.guild.members[self.bot.id].permissions(channel)

    def may_read(self, message: Message, granted: int) -> bool:
        """Tell whether a bot with some intents sees the content of a message of the channel."""
        return bool(
            granted & permissions.MESSAGE_CONTENT
            or message.author is self.bot
            or message.channel.guild is None
            or self.bot in message.mentioned
        )

    def tell_of(self, message: Message, event: str = "MESSAGE_CREATE") -> None:
        """Tell the bot of a message that is new or changed."""
        guild = message.channel.guild
        base = message.payload()
        stripped = message.payload(content=False)
        more: Json = {}
        if message.nonce is not None and event == "MESSAGE_CREATE":
            more["nonce"] = message.nonce
        if guild is not None:
            more["guild_id"] = guild.id
            more["member"] = guild.members[message.author.id].payload(user=False)

        def payload(intents: int) -> Json:
            return {**(base if self.may_read(message, intents) else stripped), **more}

        needs = permissions.DIRECT_MESSAGES if guild is None else permissions.GUILD_MESSAGES
        self.tell(Event(name=event, guild=guild, needs=needs, payload=payload))
