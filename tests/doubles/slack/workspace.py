"""The state of a workspace: who and what is there, and what a test may look at."""

import asyncio
import itertools
import time
from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from tests.doubles.slack.faults import Fault, Faults
from tests.doubles.slack.nouns import (
    Acked,
    Call,
    Channel,
    Download,
    Json,
    Message,
    ResponseUrl,
    SharedFile,
    Trigger,
    User,
    View,
)

SCOPES = frozenset(
    """app_mentions:read channels:history channels:read chat:write commands files:read
    groups:history groups:read im:history im:read im:write reactions:write users:read""".split()
)
EVENTS = frozenset("app_mention message.channels message.groups message.im app_home_opened".split())
RESPONSE_URL_LIFE = 30 * 60.0
RESPONSE_URL_USES = 5
TRIGGER_LIFE = 3.0

_Value = TypeVar("_Value")


class Workspace:
    """A workspace with one app, whose bot is a member.

    Everything may be changed while it runs.

    Attributes:
        scopes, events: what the app was granted, and what it subscribed to
        patience: the seconds in which the app has to acknowledge
        retry_delays: the seconds before each of the further deliveries of an event
        http_target: where payloads are posted; None: through the sockets
        enforce_pace: whether a channel takes one message a second only, after a burst
        echo: whether the app is told of its own messages and edits, as Slack does
        unacknowledged: what the app failed to acknowledge, for a test to assert empty
    """

    team_id = "T0TEAM"
    team_domain = "team"
    team_url = "https://team.example/"
    app_id = "A0APP"
    bot_id = "B0BOT"
    bot_user = "U0BOT"
    bot_token = "xoxb-1-double"  # noqa: S105
    app_token = "xapp-1-A0APP-double"  # noqa: S105
    signing_secret = "0123456789abcdef0123456789abcdef"  # noqa: S105

    def __init__(
        self,
        *,
        scopes: frozenset[str] | set[str] = SCOPES,
        events: frozenset[str] | set[str] = EVENTS,
        patience: float = 3.0,
        retry_delays: tuple[float, ...] = (0.05, 0.1, 0.2),
    ) -> None:
        self.scopes = set(scopes)
        self.events = set(events)
        self.patience = patience
        self.retry_delays = retry_delays
        self.http_target: str | None = None
        self.enforce_pace = False
        self.echo = True
        self.base = ""
        self.other_base = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, SharedFile] = {}
        self.calls: list[Call] = []
        self.downloads: list[Download] = []
        self.unacknowledged: list[Acked] = []
        self.opened: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.faults = Faults()
        self.heard: Callable[[Channel, Json], None] = lambda _channel, _event: None
        self._private: list[Message] = []
        self._numbers = itertools.count(1)
        self._last = 0
        self._skipped = 0.0
        self.user(self.bot_user, name="dateline", bot=True)

    # What is there.

    def user(
        self,
        user: str,
        *,
        name: str | None = None,
        admin: bool = False,
        owner: bool = False,
        tz: str = "Europe/Berlin",
        bot: bool = False,
    ) -> str:
        """Add or replace a member, and return the id."""
        named = name or user.removeprefix("U0").lower()
        self.users[user] = User(id=user, name=named, admin=admin, owner=owner, tz=tz, bot=bot)
        return user

    def channel(
        self,
        channel: str,
        *,
        name: str | None = None,
        creator: str | None = None,
        members: set[str] | frozenset[str] = frozenset(),
        bot_in: bool = True,
        private: bool = False,
        archived: bool = False,
    ) -> str:
        """Add or replace a channel, and return the id."""
        here = set(members) | ({creator} if creator else set())
        strangers = here - set(self.users)
        assert not strangers, f"add these people first: {strangers}"
        self.channels[channel] = Channel(
            id=channel,
            name=name or channel.removeprefix("C0").lower(),
            creator=creator or min(here, default=""),
            members=here,
            bot_in=bot_in,
            private=private,
            archived=archived,
        )
        return channel

    def dm(self, user: str) -> str:
        """Return the id of the direct messages of a person with the bot."""
        assert user in self.users, f"add {user} first"
        channel = f"D{user[1:]}"
        if channel not in self.channels:
            self.channels[channel] = Channel(
                id=channel, name="directmessage", creator=user, members={user}, direct=user
            )
        return channel

    def upload(
        self,
        name: str,
        data: bytes,
        mimetype: str = "application/octet-stream",
        *,
        user: str,
        redirect: bool = False,
        drip: float = 0.0,
        length: int | None = None,
    ) -> SharedFile:
        """Add a file that a person may share.

        Args:
            name: its name
            data: what is in it
            mimetype: what it claims to be
            user: who uploads it
            redirect: whether a download leads to another port
            drip: seconds between chunks of 1,024 bytes
            length: the Content-Length to claim instead of the true one
        """
        shared = SharedFile(
            id=self.new_id("F"),
            name=name,
            data=data,
            mimetype=mimetype,
            user=user,
            base=self.base,
            redirect=redirect,
            drip=drip,
            length=length,
        )
        self.files[shared.id] = shared
        return shared

    def fault(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next calls of a Web API method, `response_url` or `files` meet a fault."""
        self.faults.add(method, fault, times)

    # What the app did.

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """Return what all see in a channel, oldest first; with thread_ts a parent and its replies.

        Without thread_ts replies are left out, as the channel leaves them out.
        """
        there = [each for each in self.channels[channel].messages if not each.deleted]
        if thread_ts is None:
            return [each for each in there if each.top_level]
        return [each for each in there if thread_ts in {each.ts, each.thread_ts}]

    def posts(self, channel: str | None = None) -> list[Message]:
        """Return what the app said for all, threads included, oldest first."""
        all_said = [each for place in self.channels.values() for each in place.messages]
        ours = [each for each in all_said if each.bot_id == self.bot_id and not each.deleted]
        kept = [each for each in ours if channel in {None, each.channel}]
        return sorted(kept, key=lambda each: each.ts)

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """Return what the app lets one person see only, oldest first."""
        return [
            each
            for each in self._private
            if each.seen_by == user and channel in {None, each.channel} and not each.deleted
        ]

    def views(self, user: str) -> list[View]:
        """Return the open modals of a person, the one on top last."""
        return list(self.stacks.get(user, ()))

    def modal(self, user: str) -> View | None:
        """Return the modal that a person sees."""
        views = self.views(user)
        return views[-1] if views else None

    def home(self, user: str) -> View | None:
        """Return the App Home of a person, if the app published one."""
        return self.homes.get(user)

    def called(self, method: str) -> list[Call]:
        """Return the calls of one Web API method."""
        return [call for call in self.calls if call.method == method]

    async def until(
        self,
        condition: Callable[[], _Value | None],
        seconds: float = 10.0,
        *,
        what: str = "",
    ) -> _Value:
        """Wait until a condition gives something true, and return that.

        Raises:
            AssertionError: it did not within the seconds; says what the app called last
        """
        end = time.monotonic() + seconds
        while True:
            if value := condition():
                return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what}\n{self.recent_calls()}")
            await asyncio.sleep(0.01)

    def recent_calls(self, most: int = 12) -> str:
        """Return the last calls of the app as lines."""
        lines = [
            f"  {call.method} -> {call.answer}: {str(call.arguments)[:300]}"
            for call in self.calls[-most:]
        ]
        return "\n".join(["The app's last calls:", *(lines or ["  none"])])

    # Numbers and rights that are handed out.

    def now(self) -> float:
        """Return the double's own monotonic time."""
        return time.monotonic() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let time pass for triggers and response_urls without waiting."""
        self._skipped += seconds

    def new_id(self, letter: str) -> str:
        """Return an id that was not used before."""
        return f"{letter}0{next(self._numbers):08d}"

    def new_ts(self) -> str:
        """Return a time stamp later than all before."""
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def new_trigger(self, user: str, view: View | None = None) -> str:
        """Return a trigger_id for what a person just did."""
        name = f"{next(self._numbers)}.{self.team_id}.trigger"
        root = view.id if view is not None and view.definition["type"] == "modal" else None
        self.triggers[name] = Trigger(user=user, at=self.now(), view=root)
        return name

    def new_response_url(self, user: str, channel: str, about: Message | None = None) -> str:
        """Return a response_url for what a person just did."""
        name = self.new_id("r")
        self.response_urls[name] = ResponseUrl(
            user=user, channel=channel, at=self.now(), about=about
        )
        return f"{self.base}/actions/{self.team_id}/{name}"

    def keep(self, said: Message) -> Message:
        """Put a message where it is seen."""
        said.blocks = named_blocks(said.blocks)
        (self._private if said.seen_by else self.channels[said.channel].messages).append(said)
        return said

    def message_json(self, said: Message, *, metadata: bool = False) -> Json:
        """Return a message as the Web API and events give it."""
        replies = [] if said.seen_by else self.channels[said.channel].thread(said.ts)
        standing = [each for each in replies if not each.deleted]
        return said.json(team=self.team_id, metadata=metadata, replies=len(standing))


def named_blocks(blocks: list[Json]) -> list[Json]:
    """Return blocks with the ids that Slack gives to those without."""
    named = deepcopy(blocks)
    for number, block in enumerate(named):
        block.setdefault("block_id", f"b{number}")
        elements = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for place, element in enumerate(each for each in elements if isinstance(each, dict)):
            if block["type"] in {"actions", "input", "section"} and element["type"] != "image":
                element.setdefault("action_id", f"a{number}-{place}")
    return named
