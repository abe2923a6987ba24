"""What a Slack workspace is made of, as the double keeps it."""

import zoneinfo
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    admin: bool = False
    owner: bool = False
    tz: str = "Europe/Berlin"
    bot: bool = False

    def json(self, team: str) -> Json:
        """Return what users.info says of this member."""
        offset = datetime.now(UTC).astimezone(zoneinfo.ZoneInfo(self.tz)).utcoffset()
        return {
            "id": self.id,
            "team_id": team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": False,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {"real_name": self.name.title(), "display_name": self.name},
            "is_admin": self.admin or self.owner,
            "is_owner": self.owner,
            "is_primary_owner": False,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "updated": 0,
        }


@dataclass(slots=True, kw_only=True)
class Channel:
    """A public or private channel, or the direct messages of one person with the bot."""

    id: str
    name: str
    creator: str
    members: set[str] = field(default_factory=set)
    bot_in: bool = True
    private: bool = False
    direct: str | None = None  # the person of a direct message
    archived: bool = False
    messages: list["Message"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return how scopes call it: channels, groups or im."""
        if self.direct:
            return "im"
        return "groups" if self.private else "channels"

    @property
    def type(self) -> str:
        """Return how events call it: channel, group or im."""
        return self.kind.removesuffix("s")

    def at(self, ts: str | None) -> "Message | None":
        """Return the message of that time, if it is there."""
        return next((each for each in self.messages if each.ts == ts), None)

    def thread(self, ts: str) -> list["Message"]:
        """Return the replies to a message, oldest first."""
        return [each for each in self.messages if each.thread_ts == ts and each.ts != ts]

    def json(self) -> Json:
        """Return what conversations.info says of this channel."""
        if self.direct:
            return {"id": self.id, "is_im": True, "user": self.direct, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_general": False,
            "is_member": self.bot_in,
            "is_shared": False,
            "is_ext_shared": False,
            "creator": self.creator,
            "created": 0,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass(slots=True, kw_only=True)
class SharedFile:
    """A file that a person uploaded, and how this server hands it out."""

    id: str
    name: str
    data: bytes
    mimetype: str
    user: str
    base: str
    redirect: bool = False  # send the reader to another port
    drip: float = 0.0  # seconds between chunks of 1,024 bytes
    length: int | None = None  # the Content-Length that is claimed

    @property
    def url_private(self) -> str:
        """Return where a browser reads it."""
        return f"{self.base}/files-pri/{self.id}/{self.name}"

    @property
    def url_private_download(self) -> str:
        """Return where it is downloaded."""
        return f"{self.base}/files-pri/{self.id}/download/{self.name}"

    def json(self) -> Json:
        """Return what files.info and messages say of this file."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.name,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "size": len(self.data),
            "user": self.user,
            "is_external": False,
            "url_private": self.url_private,
            "url_private_download": self.url_private_download,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message as it stands now; `seen_by` is the one person who sees an ephemeral one."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    files: list[SharedFile] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str | None = None
    broadcast: bool = False
    deleted: bool = False
    seen_by: str | None = None
    sent: Json = field(default_factory=dict)  # the arguments of the call that posted it

    @property
    def top_level(self) -> bool:
        """Return whether the channel itself shows it, not only a thread."""
        return self.thread_ts in {None, self.ts} or self.broadcast

    def json(self, *, team: str, metadata: bool = False, replies: int = 0) -> Json:
        """Return the message as the Web API and events give it."""
        if self.deleted:
            said = {"type": "message", "subtype": "tombstone", "ts": self.ts, "user": "USLACKBOT"}
            return said | {"text": "This message was deleted.", "thread_ts": self.ts}
        said = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        said["team"] = team
        optional: Json = {
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.ts if replies else self.thread_ts,
            "files": [each.json() for each in self.files],
            "metadata": self.metadata if metadata else None,
            "edited": self.edited and {"user": self.user, "ts": self.edited},
            "subtype": "thread_broadcast" if self.broadcast else None,
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ],
            "reply_count": replies,
        }
        return said | {name: value for name, value in optional.items() if value}


@dataclass(slots=True, kw_only=True, eq=False)
class View:
    """A modal or an App Home as it stands now; `values` is what its inputs hold."""

    id: str
    user: str
    definition: Json
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    open: bool = True

    @property
    def blocks(self) -> list[Json]:
        """Return its blocks."""
        blocks: list[Json] = self.definition["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """Return the words on top of it."""
        return str(self.definition.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        """Return what the app calls it."""
        return str(self.definition.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """Return what the app keeps in it."""
        return str(self.definition.get("private_metadata", ""))


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of the Web API: when (monotonic), and what was answered."""

    method: str
    arguments: Json
    token: str | None
    at: float
    answer: str = "(no answer)"  # "ok", or the error


@dataclass(slots=True, kw_only=True)
class Download:
    """One request for a file, and whether it carried a token; `elsewhere`: at the other port."""

    path: str
    authorization: str | None
    elsewhere: bool


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The right to open one modal; `view` is the modal it comes from."""

    user: str
    at: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """The right to answer one interaction up to five times; `about` is the message it was on."""

    user: str
    channel: str
    at: float
    about: Message | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked:
    """What became of one thing done by a person, when the app was told of it.

    Attributes:
        ok: whether each payload was acknowledged in time, with something that Slack takes
        payload: what the app answered (None: nothing), as JSON; a plain text is {"text": …}
        status: the HTTP status; None with sockets
        seconds: how long the acknowledged attempt took (the slowest of several payloads)
        retries: how many times an event was delivered again
        deliveries: how many times anything was handed to the app
        reason: why it is not ok
        event_ids: the events that were sent
        message: the message that was said, if it was one
        view: the modal that is open after a submission
    """

    ok: bool
    payload: Any = None
    status: int | None = None
    seconds: float = 0.0
    retries: int = 0
    deliveries: int = 0
    reason: str | None = None
    event_ids: tuple[str, ...] = ()
    message: Message | None = None
    view: View | None = None

    @property
    def errors(self) -> Json:
        """Return the errors of a submission, by block_id."""
        payload = self.payload if isinstance(self.payload, dict) else {}
        return dict(payload.get("errors") or {})
