"""What people type, press and fill in on Discord, read into plain values that outlive a restart."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import discord

from adapters.discord import names
from adapters.discord.people import Rights
from adapters.discord.posting import PREFIX
from adapters.typed import command
from briefs.ports import Ask

TOKEN_LIFE = timedelta(minutes=14, seconds=30)
"""So long the token of an interaction is used; Discord lets it be for 15 minutes."""

_MENTION = re.compile(r"<@!?(\d+)>")
_NAMED = re.compile(r"<(?:@[!&]?|#)(\d+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command, a pressed button or a form: by whom, where, and how to respond to it."""

    id: int
    token: str
    application: int
    user: int
    channel: int
    """Where it was done."""
    home: int
    """The channel whose grants count: that of a thread is the one that it belongs to."""
    direct: bool = False
    admin: bool = False
    manages: bool = False
    name: str = ""
    """The command's with its subcommand: `source add`; of a button or a form, what it does."""
    value: str = ""
    """What a button or a form stands for."""
    options: dict[str, Any] = field(default_factory=dict)
    private: bool = False
    """Whether only who did it sees the response."""

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return f"{PREFIX}interaction/{self.id}"

    @property
    def at(self) -> datetime:
        """When it was done."""
        return discord.utils.snowflake_time(self.id)

    @property
    def expired(self) -> bool:
        """Whether its token is good no more."""
        return datetime.now(UTC) - self.at > TOKEN_LIFE

    @property
    def since(self) -> date | None:
        """From which day on articles count, as it was typed; None: from the first.

        Raises:
            UsageError: What was typed is no day.
        """
        stated = self.text("since")
        # The grammar of the terminal reads the date, and says what is wrong with it.
        asked = command(f"/ask x --since {stated}") if stated else None
        return asked.since if isinstance(asked, Ask) else None

    def text(self, name: str) -> str | None:
        """Return what was typed in an option; None: nothing."""
        return str(self.options.get(name) or "").strip() or None

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))


def act_of(
    interaction: discord.Interaction[Any],
    rights: Rights,
    name: str = "",
    *,
    value: str = "",
    private: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Act:
    """Return what an interaction tells of."""
    channel = interaction.channel
    here = interaction.channel_id or 0
    return Act(
        id=interaction.id,
        token=interaction.token,
        application=interaction.application_id,
        user=interaction.user.id,
        channel=here,
        home=getattr(channel, "parent_id", None) or here
        if isinstance(channel, discord.Thread)
        else here,
        direct=interaction.guild_id is None,
        admin=rights.is_admin(interaction),
        manages=rights.manages(interaction),
        name=name,
        value=value,
        options={key: each for key, each in (options or {}).items() if each not in (None, "")},
        private=private,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that a person wrote."""

    id: int
    channel: int
    home: int
    user: int
    text: str
    """As it was typed; empty where Discord does not show it to Dateline."""
    direct: bool = False
    threaded: bool = False
    """Whether it was written in a thread."""
    to_us: bool = False
    """Whether it mentions Dateline."""
    to_another: bool = False
    """Whether it begins by speaking to somebody else."""
    reply_to: int | None = None
    ours: bool = False
    """Whether it replies to a message of ours."""
    answer: str | None = None
    """The id of the answer that it replies to."""
    files: bool = False

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return f"{PREFIX}{self.channel}/{self.id}"

    @property
    def conversation(self) -> str:
        """What a question in it goes on from, where it replies to nothing, and what follows it."""
        whole = self.direct or self.threaded
        return f"{PREFIX}{self.channel}" if whole else self.key

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))


def said_of(message: discord.Message, me: int) -> Said | None:
    """Return the message that an event tells of; None: a person wrote none."""
    if message.author.bot or message.webhook_id is not None:
        return None
    if message.type not in {discord.MessageType.default, discord.MessageType.reply}:
        return None
    channel = message.channel
    replied = message.reference.resolved if message.reference is not None else None
    replied = replied if isinstance(replied, discord.Message) else None
    ours = replied is not None and replied.author.id == me
    begins = _MENTION.match(message.content.strip())
    home = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
    return Said(
        id=message.id,
        channel=channel.id,
        home=home,
        user=message.author.id,
        text=typed(message, me),
        direct=message.guild is None,
        threaded=isinstance(channel, discord.Thread),
        to_us=str(me) in _MENTION.findall(message.content),
        to_another=(begins is not None and begins[1] != str(me))
        or (replied is not None and not ours),
        reply_to=None if replied is None else replied.id,
        ours=ours,
        answer=answer_of(replied) if replied is not None and ours else None,
        files=bool(message.attachments),
    )


def typed(message: discord.Message, me: int) -> str:
    """Return a text as it was typed, names as they read, without the mention of Dateline."""
    named = {str(each.id): f"@{each.display_name}" for each in message.mentions}

    def name(found: re.Match[str]) -> str:
        return " " if found[1] == str(me) else named.get(found[1], " ")

    return " ".join(_NAMED.sub(name, message.content).split())


def answer_of(message: discord.Message) -> str | None:
    """Return the id of the answer that a message of ours gives, as its buttons tell it."""
    for row in message.components:
        for each in getattr(row, "children", ()):
            parsed = names.parsed(getattr(each, "custom_id", None) or "")
            if parsed is not None and parsed[0] == names.SOURCES:
                return parsed[1]
    return None


def fields_of(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what was filled in in a form, by the names of its fields."""
    found: dict[str, str] = {}
    data: Any = interaction.data or {}
    waiting: list[Any] = list(data.get("components") or ())
    while waiting:
        each = waiting.pop()
        waiting += [*(each.get("components") or ()), *filter(None, [each.get("component")])]
        if each.get("custom_id") and isinstance(each.get("value"), str):
            found[str(each["custom_id"])] = each["value"].strip()
    return found
