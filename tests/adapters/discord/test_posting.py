"""Posting on Discord: once, at Discord's pace, and found again."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.embeds import Message, packed, said
from adapters.discord.errors import Held, outcome_of
from adapters.discord.posting import DiscordMessenger, Poster, Posts, Where, payload_of
from adapters.discord.rest import Rest
from adapters.discord.text import inert
from adapters.discord.typesetting import DiscordTypesetter
from adapters.persisting import Unpostable
from briefs.outcomes import Absent, Failed, Found, Refused, Sent, Unknown, Unreadable
from briefs.parts import Part
from tests.adapters.discord.conftest import Newsroom
from tests.adapters.messenger_contract import MessengerContract, Stage
from tests.doubles.discord_server import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    pings,
)
from tests.doubles.discord_server import permissions as bits

MESSAGES = ("POST", "/channels/{}/messages")


@pytest.fixture
async def client(room: Newsroom) -> AsyncIterator[discord.Client]:
    """Return a client that is logged in, and connected, so that it knows the channels."""
    intents = discord.Intents.none()
    intents.guilds = True
    made = discord.Client(intents=intents, guild_ready_timeout=0.05, max_ratelimit_timeout=30)
    task = asyncio.create_task(made.start(room.server.token))
    await _ready(made)
    yield made
    await made.close()
    await asyncio.gather(task, return_exceptions=True)


async def _ready(client: discord.Client) -> None:
    while not client.is_ready():  # noqa: ASYNC110 - before it is logged in, it cannot be waited for
        await asyncio.sleep(0.02)


@pytest.fixture
def posts(client: discord.Client) -> Posts:
    """Return what posts."""
    return Posts(client, Rest(client))


def part(number: int = 1) -> Part:
    """Return a part of a brief."""
    body = {"content": "", "embeds": [{"description": f"Part {number}", "color": 1}]}
    return Part(occurrence="morning", number=number, body=json.dumps(body))


def a_minute_ago() -> datetime:
    """Return what a look begins from."""
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_a_part_is_posted_and_found_by_its_key(room: Newsroom, posts: Posts) -> None:
    """With a link; another part is not found."""
    messenger = DiscordMessenger(posts)
    channel = f"discord:{room.news.id}"
    sent = await messenger.send(channel, part())
    assert isinstance(sent, Sent)
    (message,) = room.said()
    assert sent.remote_id == message.id
    assert sent.link is not None
    assert sent.link.endswith(f"/{room.guild.id}/{room.news.id}/{message.id}")
    found = await messenger.reconcile(channel, part(), a_minute_ago())
    assert isinstance(found, Found)
    assert found.remote_id == message.id
    assert await messenger.reconcile(channel, part(2), a_minute_ago()) == Absent()
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await messenger.reconcile(channel, part(), later) == Absent()


async def test_a_part_is_found_among_many(room: Newsroom, posts: Posts) -> None:
    """The key counts only in a message of ours."""
    room.server.rate_limits = False
    messenger = DiscordMessenger(posts)
    channel = f"discord:{room.news.id}"
    since = a_minute_ago()
    for _ in range(130):
        await room.server.say(room.news, part().key, member=room.zoe)
    assert await messenger.reconcile(channel, part(), since) == Absent()
    await messenger.send(channel, part())
    assert isinstance(await messenger.reconcile(channel, part(), since), Found)


async def test_a_part_is_there_once_though_it_is_sent_twice(room: Newsroom, posts: Posts) -> None:
    """Its key is the nonce, and Discord enforces it."""
    messenger = DiscordMessenger(posts)
    for _ in range(2):
        assert isinstance(await messenger.send(f"discord:{room.news.id}", part()), Sent)
    assert len(room.said()) == 1


async def test_a_history_that_cannot_be_read(room: Newsroom, posts: Posts) -> None:
    """Is not taken for an empty one."""
    messenger = DiscordMessenger(posts)
    room.server.deny(room.news, bits.READ_MESSAGE_HISTORY)
    await asyncio.sleep(0.1)
    looked = await messenger.reconcile(f"discord:{room.news.id}", part(), a_minute_ago())
    assert isinstance(looked, Unreadable)
    # Nor does it keep an answer from being posted, where it cannot be a reply.
    asked = await room.server.say(room.news, "x", member=room.zoe)
    where = Where(channel=int(room.news.id), reply_to=int(asked.id))
    await Poster(posts).post(where, packed([said("An answer")]), "key")
    assert room.said()[0].reference is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (LostReply(), Unknown),
        (LostRequest(), Unknown),
        (ServerError(503), Unknown),
        (RateLimited(retry_after=40), Refused),
        (ApiError(403, 50013), Failed),
        (ApiError(403, 50001), Failed),
        (ApiError(404, 10003), Failed),
        (ApiError(400, 50035), Failed),
        (ApiError(401, 0), Failed),
    ],
)
async def test_what_becomes_of_a_part(
    room: Newsroom, posts: Posts, fault: Any, kind: type[Any]
) -> None:
    """Whatever Discord does, it is said what is certain."""
    room.server.fault(*MESSAGES, fault)
    outcome = await DiscordMessenger(posts).send(f"discord:{room.news.id}", part())
    assert isinstance(outcome, kind)
    assert outcome.reason
    if isinstance(outcome, Refused):
        assert outcome.retry_after >= 39
    if isinstance(outcome, Failed):
        assert outcome.permanent


async def test_the_ban_of_an_address_is_respected(room: Newsroom, posts: Posts) -> None:
    """After the first page that is none of Discord's, nothing more is asked for ten minutes."""
    room.server.rest.limits.most_invalid = 0
    messenger = DiscordMessenger(posts)
    before = len(room.server.calls)
    for _ in range(3):
        outcome = await messenger.send(f"discord:{room.news.id}", part())
        assert isinstance(outcome, Refused)
        assert outcome.retry_after > 500
    assert len(room.server.calls) == before + 1


async def test_too_many_refusals_are_not_brought_about(
    room: Newsroom, posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before Discord bans the address, Dateline asks for nothing more."""
    monkeypatch.setattr("adapters.discord.rest.MOST_INVALID", 3)
    room.server.deny(room.news, bits.SEND_MESSAGES)
    outcomes = [
        await DiscordMessenger(posts).send(f"discord:{room.news.id}", part()) for _ in range(5)
    ]
    assert [type(each) for each in outcomes] == [Failed, Failed, Failed, Refused, Refused]
    assert room.server.invalid_requests == 3


async def test_messages_are_posted_in_order_and_ping_nobody(room: Newsroom, posts: Posts) -> None:
    """Only the first is a reply; an earlier process may have posted some."""
    asked = await room.server.say(room.news, "x", member=room.zoe)
    where = Where(channel=int(room.news.id), reply_to=int(asked.id))
    many: tuple[Message, ...] = tuple(packed([said(f"Text {each}")])[0] for each in range(3))
    begun = datetime.now(UTC)
    poster = Poster(posts)
    made = await poster.post(where, many, "key")
    assert [str(each) for each in made] == [each.id for each in room.said()]
    assert [each.reference for each in room.said()] == [asked, None, None]
    assert all(pings(each) == set() for each in room.said())
    room.server.nonces.clear()
    assert await poster.post(where, many, "key", since=begun) == made
    assert len(room.said()) == 3


async def test_what_cannot_be_posted_is_said(room: Newsroom, posts: Posts) -> None:
    """With the reason, after one try."""
    room.server.deny(room.news, bits.EMBED_LINKS)
    with pytest.raises(Unpostable, match="Embed Links"):
        await Poster(posts).post(Where(channel=int(room.news.id)), packed([said("x")]), "key")
    assert room.server.invalid_requests == 1


async def test_a_request_that_is_cut_off_does_not_hold_up_all_others(
    room: Newsroom, client: discord.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it waited for a limit of all requests."""
    monkeypatch.setattr("adapters.discord.rest.REQUEST_SECONDS", 0.3)
    rest = Rest(client)
    room.server.fault(*MESSAGES, RateLimited(retry_after=20, global_=True))
    body = payload_of(packed([said("x")])[0])
    path, channel = "/channels/{channel_id}/messages", int(room.news.id)
    with pytest.raises(TimeoutError):
        await rest.call("POST", path, body=body, channel_id=channel)
    await asyncio.sleep(0.4)
    await rest.call("GET", "/users/@me")


def test_errors_of_others_are_none_of_discords() -> None:
    """They are defects, and to be seen."""
    assert outcome_of(KeyError("x")) is None
    assert outcome_of(RuntimeError("x")) is None
    assert outcome_of(RuntimeError("Session is closed")) == Failed(
        reason="Dateline is not connected to Discord", permanent=False
    )
    assert isinstance(outcome_of(Held(3)), Refused)
    assert isinstance(outcome_of(aiohttp.ServerDisconnectedError()), Unknown)


class Server:
    """A channel of a server that Dateline is in."""

    gone = "discord:4242424242"
    # What is broken or lost is asked again by discord.py, harmlessly by the nonce: see above.
    faults = frozenset({"refused"})

    def __init__(self, room: Newsroom, posts: Posts) -> None:
        """Take where it is."""
        self._room = room
        self.channel = f"discord:{room.news.id}"
        self.messenger = DiscordMessenger(posts)

    def body(self, text: str) -> str:
        """Return what the typesetter makes of a remark."""
        return DiscordTypesetter().remark(text).body

    def posted(self, text: str) -> int:
        """Count the messages that hold a text."""
        return sum(inert(text) in str(each.embeds) for each in self._room.said())

    def fault(self, kind: str) -> None:
        """Let the next post meet a fault."""
        assert kind == "refused"
        self._room.server.fault(*MESSAGES, RateLimited(retry_after=60.0))

    def mend(self) -> None:
        """There was one fault, and it is over."""


class TestDiscordMessenger(MessengerContract):
    """Discord."""

    @pytest.fixture
    def stage(self, room: Newsroom, posts: Posts) -> Stage:
        """Return a channel of a server."""
        return Server(room, posts)
