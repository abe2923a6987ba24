"""Messages and attachments as the server keeps them."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from tests.doubles.discord_server.refusing import Json

if TYPE_CHECKING:
    from tests.doubles.discord_server.things import Channel, User

SUPPRESS_EMBEDS: Final = 1 << 2
EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15


@dataclass(slots=True, kw_only=True, eq=False)
class Attachment:
    """A file on the CDN; its link is signed and expires."""

    id: str
    filename: str
    data: bytes
    content_type: str | None
    signed: Callable[["Attachment"], str]
    description: str | None = None
    ephemeral: bool = False

    @property
    def url(self) -> str:
        """A link that is good from now on, for as long as links are."""
        return self.signed(self)

    def payload(self) -> Json:
        """Return the attachment as JSON, with a new link."""
        url = self.url
        return {
            "id": self.id,
            "filename": self.filename,
            "size": len(self.data),
            "url": url,
            "proxy_url": url,
            **({"content_type": self.content_type} if self.content_type else {}),
            **({"description": self.description} if self.description else {}),
            **({"ephemeral": True} if self.ephemeral else {}),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message as it stands now."""

    id: str
    channel: "Channel"
    author: "User"
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    reference: "Message | None" = None
    message_reference: Json | None = None
    """As it was sent."""
    allowed_mentions: Json | None = None
    """As it was sent last; None: left out."""
    only_for: "User | None" = None
    """The one person who sees an ephemeral message."""
    by_interaction: Json | None = None
    """`interaction_metadata` of an interaction's response."""
    mentioned: list["User"] = field(default_factory=list)
    mentioned_roles: list[str] = field(default_factory=list)
    mentions_everyone: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited: datetime | None = None
    deleted: bool = False
    earlier: list["Message"] = field(default_factory=list)
    """How it stood before each edit."""

    @property
    def ephemeral(self) -> bool:
        """Whether one person only sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def suppresses_embeds(self) -> bool:
        """Whether links in it show no preview."""
        return bool(self.flags & SUPPRESS_EMBEDS)

    @property
    def text(self) -> str:
        """All that a person reads in the content, the embeds and text displays."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("author", {}).get("name", ""), embed.get("title") or ""]
            parts.append(embed.get("description") or "")
            for each in embed.get("fields", []):
                parts += [each["name"], each["value"]]
            parts.append(embed.get("footer", {}).get("text", ""))
        parts += [each["content"] for each in walked(self.components) if each.get("type") == 10]
        return "\n".join(part for part in parts if part)

    def component(self, custom_id: str) -> Json | None:
        """Return the button or select with an id."""
        found = (each for each in walked(self.components) if each.get("custom_id") == custom_id)
        return next(found, None)

    @property
    def custom_ids(self) -> list[str]:
        """The ids of all that can be clicked, in order."""
        return [each["custom_id"] for each in walked(self.components) if "custom_id" in each]

    def change(self, **values: Any) -> None:
        """Change fields and keep how the message stood, unless it only said “thinking”."""
        if not self.loading:
            self.earlier.append(copy(self))
            self.edited = datetime.now(UTC)
        for name, value in values.items():
            setattr(self, name, value)

    def payload(self, *, content: bool = True, nested: bool = True) -> Json:
        """Return the message as JSON; without `content`, as Discord shows it to bots.

        A bot that may not read messages gets empty content, embeds, components and attachments.
        """
        attachments = [each.payload() for each in self.attachments] if content else []
        payload: Json = {
            "id": self.id,
            "type": self._type(),
            "channel_id": self.channel.id,
            "author": self.author.payload(),
            "content": self.content if content else "",
            "embeds": self.embeds if content else [],
            "components": self.components if content else [],
            "attachments": attachments,
            "mentions": [user.payload() for user in self.mentioned],
            "mention_roles": self.mentioned_roles,
            "mention_everyone": self.mentions_everyone,
            "timestamp": self.created.isoformat(),
            "edited_timestamp": None if self.edited is None else self.edited.isoformat(),
            "tts": False,
            "pinned": False,
            "flags": self.flags,
        }
        if self.by_interaction is not None:
            payload["interaction_metadata"] = self.by_interaction
            payload["application_id"] = self.author.id
            payload["webhook_id"] = self.author.id
        if self.message_reference is not None:
            payload["message_reference"] = self.message_reference
            referenced = self.reference
            if nested and referenced is not None:
                payload["referenced_message"] = (
                    None
                    if referenced.deleted
                    else referenced.payload(content=content or referenced.author.bot, nested=False)
                )
        return payload

    def _type(self) -> int:
        if self.by_interaction is not None:
            return 20
        return 0 if self.message_reference is None else 19


def walked(components: list[Json]) -> list[Json]:
    """Return components with all that is inside them, in order."""
    found: list[Json] = []
    for each in components:
        inside = [*each.get("components", [])]
        inside += [each[name] for name in ("accessory", "component") if name in each]
        found += [each, *walked(inside)]
    return found
