"""People, guilds, roles and channels, and how Discord writes them as JSON."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.doubles.discord_server import permissions
from tests.doubles.discord_server.messages import Message
from tests.doubles.discord_server.refusing import Json

TEXT, DM, NEWS = 0, 1, 5


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """A person or a bot."""

    id: str
    name: str
    bot: bool = False
    closed: bool = False
    """Takes no direct messages: sending one is refused with 403 50007."""

    @property
    def mention(self) -> str:
        """What mentions the user in a text."""
        return f"<@{self.id}>"

    def payload(self) -> Json:
        """Return the user as JSON."""
        return {
            "id": self.id,
            "username": self.name,
            "global_name": None if self.bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A role of a guild."""

    id: str
    name: str
    permissions: int = 0
    mentionable: bool = False
    position: int = 0
    managed_by: str | None = None
    """The bot whose own role it is."""

    @property
    def mention(self) -> str:
        """What mentions the role in a text."""
        return f"<@&{self.id}>"

    def payload(self) -> Json:
        """Return the role as JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(self.permissions),
            "managed": self.managed_by is not None,
            "mentionable": self.mentionable,
            "flags": 0,
            **({"tags": {"bot_id": self.managed_by}} if self.managed_by else {}),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A server, as people call it, with the bot in it."""

    id: str
    name: str
    roles: list[Role] = field(default_factory=list)
    channels: list["Channel"] = field(default_factory=list)
    members: dict[str, "Member"] = field(default_factory=dict)
    owner_id: str = "0"

    @property
    def owner(self) -> "Member":
        """The member who may do everything."""
        return self.members[self.owner_id]

    @property
    def everyone(self) -> Role:
        """The role that every member has."""
        return self.roles[0]

    def payload(self, members: list["Member"]) -> Json:
        """Return the guild as GUILD_CREATE has it, with the members that the bot may see."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "splash": None,
            "owner_id": self.owner_id,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_flags": 0,
            "features": [],
            "emojis": [],
            "stickers": [],
            "threads": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "joined_at": _JOINED,
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "roles": [role.payload() for role in self.roles],
            "channels": [channel.payload() for channel in self.channels],
            "members": [member.payload() for member in members],
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)
    extra: int = 0
    """Permissions beyond those of the roles."""

    @property
    def id(self) -> str:
        """The id of the user."""
        return self.user.id

    @property
    def mention(self) -> str:
        """What mentions the member in a text."""
        return self.user.mention

    def permissions(self, channel: "Channel | None" = None) -> int:
        """Return the bits that the member has in the guild, or in a channel of it."""
        bits = self.guild.everyone.permissions | self.extra
        for role in self.roles:
            bits |= role.permissions
        if self.id == self.guild.owner_id or bits & permissions.ADMINISTRATOR:
            return permissions.ALL
        if channel is not None:
            bits &= ~channel.denied.get(self.guild.id, 0)
            bits &= ~channel.denied.get(self.id, 0)
        return bits

    def payload(self, *, user: bool = True) -> Json:
        """Return the member as JSON, without the user where Discord leaves it out."""
        return {
            **({"user": self.user.payload()} if user else {}),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [role.id for role in self.roles],
            "joined_at": _JOINED,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A channel of a guild, or the direct messages of the bot with one person."""

    id: str
    name: str
    type: int = TEXT
    guild: Guild | None = None
    recipient: User | None = None
    denied: dict[str, int] = field(default_factory=dict)
    """Permissions that are denied, by the id of a member or, for everyone, of the guild."""
    messages: list[Message] = field(default_factory=list)

    @property
    def mention(self) -> str:
        """What links to the channel in a text."""
        return f"<#{self.id}>"

    def payload(self) -> Json:
        """Return the channel as JSON."""
        last = self.messages[-1].id if self.messages else None
        if self.recipient is not None:
            return {
                "id": self.id,
                "type": DM,
                "last_message_id": last,
                "flags": 0,
                "recipients": [self.recipient.payload()],
            }
        guild = self.guild
        assert guild is not None, "only direct messages have no guild"
        return {
            "id": self.id,
            "type": self.type,
            "guild_id": guild.id,
            "name": self.name,
            "topic": None,
            "position": guild.channels.index(self) if self in guild.channels else 0,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "last_message_id": last,
            "flags": 0,
            "permission_overwrites": [
                {"id": who, "type": 0 if who == guild.id else 1, "allow": "0", "deny": str(bits)}
                for who, bits in self.denied.items()
            ],
        }


_JOINED = datetime(2024, 1, 1, tzinfo=UTC).isoformat()
