"""What people say in channels, and what the app is told of it."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from tests.doubles.slack.delivery import Delivery
from tests.doubles.slack.messages import changed, removed
from tests.doubles.slack.modals import view_json
from tests.doubles.slack.nouns import Acked, Channel, Json, Message, SharedFile
from tests.doubles.slack.sockets import Sockets
from tests.doubles.slack.typed import typed
from tests.doubles.slack.workspace import Workspace

_NEEDED = {"app_mention": "app_mentions:read", "file_shared": "files:read"}
_EMPTY = Acked(ok=True)


class Talking(Workspace):
    """A workspace whose people talk."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.sockets = Sockets(self)
        self.delivery = Delivery(self, self.sockets)
        self.sent_events: dict[str, Json] = {}
        self._last_event = ""
        self.heard = self._heard
        self._later: set[asyncio.Task[Acked]] = set()

    async def say(
        self,
        channel: str,
        text: str,
        *,
        user: str,
        thread_ts: str | None = None,
        files: Sequence[SharedFile] = (),
    ) -> Acked:
        """Let a person say something: a message event, and file_shared events with files.

        Text that mentions the bot makes an app_mention event too.
        """
        said = self.said(channel, text, user=user, thread_ts=thread_ts, files=files)
        place = self.channels[channel]
        events = [self._message_event(place, said)]
        if f"<@{self.bot_user}>" in said.text and not place.direct:
            mention = self._message_event(place, said) | {"type": "app_mention"}
            mention.pop("channel_type")
            mention.pop("subtype", None)
            events.append(mention)
        events += [
            {
                "type": "file_shared",
                "file_id": each.id,
                "file": {"id": each.id},
                "user_id": user,
                "channel_id": channel,
                "event_ts": said.ts,
            }
            for each in files
        ]
        told = await asyncio.gather(*(self._tell(place, event) for event in events))
        return _together(told, said)

    async def mention(
        self,
        channel: str,
        text: str,
        *,
        user: str,
        thread_ts: str | None = None,
        files: Sequence[SharedFile] = (),
    ) -> Acked:
        """Let a person mention the bot: a message event and an app_mention event."""
        told = f"<@{self.bot_user}> {text}"
        return await self.say(channel, told, user=user, thread_ts=thread_ts, files=files)

    def said(
        self,
        channel: str,
        text: str,
        *,
        user: str,
        thread_ts: str | None = None,
        files: Sequence[SharedFile] = (),
    ) -> Message:
        """Let a person say something of which the app is not told."""
        place = self.place(channel, user)
        if thread_ts is not None:
            assert place.at(thread_ts) is not None, "there is no such message to reply to"
        words, blocks = typed(text, self.users.values(), self.channels.values())
        message = Message(
            ts=self.new_ts(),
            channel=channel,
            user=user,
            text=words,
            blocks=blocks if text else [],
            thread_ts=thread_ts,
            files=list(files),
        )
        return self.keep(message)

    def place(self, channel: str, user: str) -> Channel:
        """Return a channel in which a person may act; one who may join a public one joins."""
        assert user in self.users, f"add {user} first"
        place = self.channels[channel]
        assert not place.archived, "nobody can talk in an archived channel"
        if not place.private and not place.direct:
            place.members.add(user)
        assert user in place.members, f"{user} is not in {channel}"
        return place

    async def edit_message(self, message: Message, text: str) -> Acked:
        """Let its author change a message: a message_changed event."""
        before = self.message_json(message)
        message.text, message.blocks = typed(text, self.users.values(), self.channels.values())
        message.edited = self.new_ts()
        place = self.channels[message.channel]
        return await self._tell(place, changed(self, message, before))

    async def unfurl(self, message: Message) -> Acked:
        """Let Slack add a preview to a message: a message_changed event without an edit."""
        before = self.message_json(message)
        message.attachments = [{"id": 1, "fallback": "A preview", "title": "A preview"}]
        place = self.channels[message.channel]
        return await self._tell(place, changed(self, message, before))

    async def delete_message(self, message: Message) -> Acked:
        """Let a person delete a message: a message_deleted event."""
        place = self.channels[message.channel]
        return await self._tell(place, removed(self, message))

    async def open_home(self, user: str, *, tab: str = "home") -> Acked:
        """Let a person open the app's home: an app_home_opened event."""
        channel = self.channels[self.dm(user)]
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self.new_ts(),
        }
        if (view := self.homes.get(user)) is not None:
            event["view"] = view_json(self, view)
        return await self._tell(channel, event)

    async def redeliver(
        self, event_id: str | None = None, *, number: int = 1, reason: str = "http_timeout"
    ) -> Acked:
        """Deliver an event once more: if none is named, the last of what a person did."""
        payload = self.sent_events.get(event_id or self._last_event)
        assert payload is not None, "that event was not sent"
        return await self.delivery.redelivered(payload, number, reason)

    async def idle(self) -> None:
        """Wait until the app has been told of all that it did itself."""
        while self._later:
            await asyncio.gather(*self._later)

    def stop_telling(self) -> None:
        """Leave what the app has not been told yet."""
        for task in self._later:
            task.cancel()

    def _message_event(self, channel: Channel, said: Message) -> Json:
        event = self.message_json(said) | {
            "channel": channel.id,
            "channel_type": channel.type,
            "event_ts": said.ts,
            "client_msg_id": f"client-{said.ts}",
        }
        event.pop("reactions", None)
        return event | ({"subtype": "file_share", "upload": False} if said.files else {})

    async def _tell(self, channel: Channel, event: Json, *, own: bool = False) -> Acked:
        """Tell the app of an event, if it subscribed and may know; `own`: the app did it."""
        if not self._is_told(channel, event):
            return _EMPTY
        payload: Json = {
            "token": "deprecated",
            "team_id": self.team_id,
            "context_team_id": self.team_id,
            "context_enterprise_id": None,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.team_id,
                    "user_id": self.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-context",
        }
        self.sent_events[payload["event_id"]] = payload
        if not own:
            self._last_event = payload["event_id"]
        return await self.delivery.event(payload)

    def _is_told(self, channel: Channel, event: Json) -> bool:
        kind = event["type"]
        if kind == "message":
            kind = f"message.{channel.kind}"
            needed: str | None = f"{channel.kind}:history"
        else:
            needed = _NEEDED.get(kind)
        subscribed = kind in self.events and (needed is None or needed in self.scopes)
        return subscribed and channel.bot_in

    def _heard(self, channel: Channel, event: Json) -> None:
        """Tell the app in its own time of what it did itself."""
        listens = self.http_target is not None or self.sockets.open
        if self.echo and listens and self._is_told(channel, event):
            task = asyncio.get_running_loop().create_task(self._tell(channel, event, own=True))
            self._later.add(task)
            task.add_done_callback(self._later.discard)


def _together(told: Sequence[Acked], said: Message) -> Acked:
    """Return what became of several payloads for one thing that was done."""
    return Acked(
        ok=all(each.ok for each in told),
        payload=next((each.payload for each in told if each.payload is not None), None),
        status=max((each.status for each in told if each.status is not None), default=None),
        seconds=max((each.seconds for each in told), default=0.0),
        retries=sum(each.retries for each in told),
        deliveries=sum(each.deliveries for each in told),
        reason=next((each.reason for each in told if each.reason), None),
        event_ids=tuple(name for each in told for name in each.event_ids),
        message=said,
    )
