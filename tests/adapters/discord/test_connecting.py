"""The connection to Discord: how it begins, what it survives, and how it ends."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from adapters.discord.client import DiscordAdapter
from adapters.discord.connecting import Connection, checked
from adapters.discord.incoming import Act
from adapters.discord.syncing import comparable
from bot.app import App
from bot.log import Formatter
from bot.platforms import chat_ports
from briefs.errors import ConfigurationError
from briefs.granting import Grant
from briefs.ports import Received
from tests.adapters.discord.conftest import (
    ANSWER,
    QUESTION,
    Newsroom,
    button,
    connection,
    in_server,
)
from tests.doubles.discord_server import RateLimited, ServerError
from tests.doubles.discord_server import permissions as bits


def made(app: App, reached: Connection) -> DiscordAdapter:
    """Return an adapter that is not connected."""
    return DiscordAdapter(reached, chat_ports(app))


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("", "DISCORD_BOT_TOKEN is not set"),
        ("Bot abc.def.ghi", "the token alone"),
        ("abc def", "the token alone"),
    ],
)
def test_a_token_that_cannot_be_one(token: str, says: str) -> None:
    """Is said before anything is connected."""
    with pytest.raises(ConfigurationError, match=says):
        checked(Connection(token=token))


async def test_a_wrong_token_stops_with_a_clear_error(app: App, room: Newsroom) -> None:
    """And nothing shows the token."""
    reached = replace(connection(room.server), token="wrong.wrong.wrong")  # noqa: S106
    assert "wrong" not in repr(reached)
    with pytest.raises(ConfigurationError, match="Discord does not accept DISCORD_BOT_TOKEN"):
        await made(app, reached).connect()


async def test_a_missing_intent_stops_with_a_clear_error(app: App, room: Newsroom) -> None:
    """It says what to switch on."""
    adapter = made(app, connection(room.server, reads_all=True))
    await adapter.connect()
    with pytest.raises(ConfigurationError, match="Message Content Intent"):
        await asyncio.wait_for(adapter.run(), 10)


async def test_no_privileged_intent_is_asked_for(app: App, room: Newsroom) -> None:
    """Nor any other than three."""
    async with in_server(app, room.server):
        (identify,) = room.server.identifies
    assert identify["intents"] == bits.GUILDS | bits.GUILD_MESSAGES | bits.DIRECT_MESSAGES


async def test_commands_are_synced_only_when_they_changed(app: App, room: Newsroom) -> None:
    """Discord gives them back in another form than they were sent."""
    server = room.server
    async with in_server(app, server):
        assert server.registrations == 1
    async with in_server(app, server):
        await asyncio.sleep(0.3)
        assert server.registrations == 1
    server.registered[None][0]["description"] = "Something else"
    async with in_server(app, server):
        await server.until(lambda: server.registrations == 2)
    names = {each["name"] for each in server.commands()}
    assert names == {"ask", "brief", "source", "dateline", "Check against sources"}
    (source,) = [each for each in server.commands() if each["name"] == "source"]
    assert source["default_member_permissions"] == str(bits.MANAGE_GUILD)


def test_what_a_command_takes_makes_a_difference() -> None:
    """An option more, its order, and where it is offered."""
    option = {"name": "a", "type": 3, "required": True, "description": "A"}
    plain = {"name": "x", "type": 1, "description": "X", "options": [option]}
    given = {**plain, "id": "1", "version": "2", "dm_permission": True, "nsfw": False}
    assert comparable([plain]) == comparable([given])
    for other in (
        {**plain, "options": [option, option]},
        {**plain, "options": []},
        {**plain, "dm_permission": False},
        {**plain, "default_member_permissions": 0},
        {**plain, "options": [{**option, "required": False}]},
    ):
        assert comparable([plain]) != comparable([other])


async def test_only_the_configured_servers_are_answered(app: App, room: Newsroom) -> None:
    """They have the commands, and their members are answered in direct messages."""
    server = room.server
    elsewhere = server.guild(name="Elsewhere")
    hall = server.channel(elsewhere, "hall")
    stranger = server.member(elsewhere, "Stranger")
    async with in_server(app, server, guilds=frozenset({int(room.guild.id)})):
        assert server.commands() == []
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        assert ANSWER in (await asked.replied()).text
        await server.say(hall, f"{server.bot.mention} {QUESTION}", member=stranger)
        await server.say(server.dm(stranger), QUESTION, member=stranger.user)
        await server.say(server.dm(room.zoe), QUESTION, member=room.zoe.user)
        await room.replies(channel=server.dm(room.zoe))
        await room.replies(0, hall)
        await room.replies(0, server.dm(stranger))


@pytest.mark.parametrize(
    "how", ["drop", "4000", "op 7", "resumable", pytest.param("gone", marks=pytest.mark.slow)]
)
async def test_a_broken_connection_is_taken_up_again(app: App, room: Newsroom, how: str) -> None:
    """What was written meanwhile is told again, and answered once."""
    server = room.server
    async with in_server(app, server):
        await server.until(lambda: server.presence)
        await server.refuse_gateway()
        if how in {"drop", "4000"}:
            await server.drop_gateway(4000 if how == "4000" else None)
        elif how == "op 7":
            await server.reconnect_gateway()
        else:
            await server.invalidate_session(resumable=how == "resumable")
        await server.until(lambda: not server.connected)
        if how != "gone":
            await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await server.refuse_gateway(refuse=False)
        await server.until(lambda: server.connected, 20)
        if how == "gone":
            await server.until(lambda: len(server.identifies) == 2, 20)
            await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        else:
            assert server.resumes
        (answer,) = await room.replies()
        assert ANSWER in answer.text
        assert server.registrations == 1


async def test_ready_may_come_twice(app: App, room: Newsroom) -> None:
    """Nothing begins a second time, and each question is answered once."""
    server = room.server
    async with in_server(app, server):
        await server.until(lambda: server.presence)
        before = {task.get_name() for task in asyncio.all_tasks()}
        await server.ready_again()
        await asyncio.sleep(0.7)
        names = [task.get_name() for task in asyncio.all_tasks()]
        for name in ("presence", "old requests"):
            assert name in before
            assert names.count(name) == 1
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await room.replies()


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "MESSAGE_CREATE", "d": {}},
        {"t": "MESSAGE_CREATE", "d": None},
        {"t": "INTERACTION_CREATE", "d": {"type": 2, "data": 7}},
        {"t": "GUILD_CREATE", "d": []},
        {"t": "NO_SUCH_EVENT", "d": {"a": 1}},
    ],
)
async def test_a_malformed_event_is_passed_over(
    app: App, room: Newsroom, frame: dict[str, Any]
) -> None:
    """The session goes on."""
    server = room.server
    async with in_server(app, server):
        await server.dispatch_raw(frame)
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await room.replies()
        assert len(server.identifies) == 1


async def test_a_malformed_frame_does_not_end_the_bot(app: App, room: Newsroom) -> None:
    """It connects again."""
    server = room.server
    async with in_server(app, server):
        await server.dispatch_raw({"t": "READY", "d": {}})
        await server.until(lambda: len(server.identifies) == 2)
        await server.until(lambda: server.connected == 1)
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await room.replies()


async def test_the_presence_shows_what_main_holds(app: App, room: Newsroom) -> None:
    """In the words of everybody's collection."""
    async with in_server(app, room.server):
        await room.server.until(lambda: room.server.presence)
        assert "3 articles, 3 outlets" in json.dumps(room.server.presence)


@pytest.mark.slow
async def test_as_many_connections_as_discord_recommends(app: App, room: Newsroom) -> None:
    """And each event is heard by one of them."""
    server = room.server
    server.shards = 2
    async with in_server(app, server):
        await server.until(lambda: server.connected == 2, 20)
        assert sorted(each["shard"] for each in server.identifies) == [[0, 2], [1, 2]]
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        assert ANSWER in (await asked.replied()).text
        await server.say(server.dm(room.zoe), QUESTION, member=room.zoe.user)
        await room.replies(channel=server.dm(room.zoe))


async def test_what_was_taken_on_is_answered_after_a_restart(app: App, room: Newsroom) -> None:
    """Through the token that is still good, else as an ordinary message; each once."""
    server = room.server
    async with in_server(app, server):
        asked = await server.slash(
            "ask", {"question": QUESTION}, member=room.zoe, channel=room.news
        )
        answer = await asked.replied()
    act = Act(
        id=int(asked.id),
        token=asked.token,
        application=int(server.application_id),
        user=int(room.zoe.id),
        channel=int(room.news.id),
        home=int(room.news.id),
        name="ask",
        options={"question": QUESTION},
    )
    # It was answered, and then the process was killed before it took note of that.
    await asyncio.to_thread(_received, app, "discord:interaction/1", act.written())
    async with in_server(app, server):
        await server.until(lambda: app.inbox.unsettled("discord:") == ())
        await room.replies()
        assert server.messages(room.news)[-1] is answer
    # It was only acknowledged.
    waiting = await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=room.news)
    url = f"{server.api_url}/interactions/{waiting.id}/{waiting.token}/callback"
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"type": 5})
    left = Act(**{**json.loads(act.written()), "id": int(waiting.id), "token": waiting.token})
    await asyncio.to_thread(_received, app, left.key, left.written())
    async with in_server(app, server):
        assert ANSWER in (await waiting.replied()).text
        await room.replies(2)
    # Its token is not good any more.
    dead = Act(**{**json.loads(act.written()), "token": "gone"})
    await asyncio.to_thread(_received, app, "discord:interaction/3", dead.written())
    async with in_server(app, server):
        await room.replies(3)
    assert app.inbox.unsettled("discord:") == ()


async def test_a_load_and_a_brief_are_resumed(app: App, room: Newsroom) -> None:
    """Though it was told how far the load has come; and a brief is not composed twice."""
    server = room.server
    file = server.attach("light.md", b"---\noutlet: Beacon\n---\n\nThe lighthouse is dark now.\n")
    async with in_server(app, server):
        brief = await server.slash("brief now", member=room.zoe, channel=room.news)
        told = await brief.replied()
    loading = await server.slash("source add", {"file": file}, member=room.ann, channel=room.news)
    for interaction, body in (
        (brief, {"content": "Composing…", "embeds": [], "components": []}),
        (loading, {"content": "Loading…"}),
    ):
        async with aiohttp.ClientSession() as session:
            if interaction is loading:
                url = f"{server.api_url}/interactions/{loading.id}/{loading.token}/callback"
                await session.post(url, json={"type": 5, "data": {"flags": 64}})
            hook = f"{server.api_url}/webhooks/{server.application_id}/{interaction.token}"
            await session.patch(f"{hook}/messages/@original", json=body)
    common = {"application": int(server.application_id), "channel": int(room.news.id)}
    for interaction, more in (
        (brief, {"name": "brief now", "user": int(room.zoe.id)}),
        (
            loading,
            {
                "name": "source add",
                "user": int(room.ann.id),
                "admin": True,
                "private": True,
                "options": {"files": [{"name": "light.md", "size": 9, "url": file.url}]},
            },
        ),
    ):
        about: dict[str, Any] = {**common, **more, "home": common["channel"]}
        act = Act(id=int(interaction.id), token=interaction.token, **about)
        await asyncio.to_thread(_received, app, f"discord:again/{act.id}", act.written())
    async with in_server(app, server):
        await server.until(lambda: told.embeds and "43 trips" in told.text)
        await server.until(lambda: "added" in loading.messages[0].text)
        await server.until(lambda: app.inbox.unsettled("discord:") == ())


def _received(app: App, key: str, payload: str) -> None:
    app.inbox.receive(Received(key=key, payload=payload, at=datetime.now(UTC)))


async def test_a_stop_lets_an_answer_finish(app: App, room: Newsroom) -> None:
    """What was taken on is answered before the connection is closed."""
    server = room.server
    async with in_server(app, server):
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await server.until(lambda: app.inbox.unsettled("discord:") or room.said())
    assert len(room.said()) == 1
    assert app.inbox.unsettled("discord:") == ()


async def test_nothing_secret_is_logged(
    app: App, room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """At whatever level, whatever goes wrong; neither tokens nor links of attachments."""
    caplog.set_level(logging.DEBUG)
    server = room.server
    server.fault("PATCH", "/webhooks/{}/{}/messages/@original", RateLimited(retry_after=0.05))
    server.fault("POST", "/interactions/{}/{}/callback", ServerError(503))
    async with in_server(app, server):
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        other = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        await other.replied()
        await asyncio.sleep(0.2)
    shown = Formatter(traces=True, secrets=[server.token])
    ours = [each for each in caplog.records if each.name.startswith(("adapters", "bot"))]
    loud = [each for each in caplog.records if each.levelno >= logging.WARNING]
    text = "\n".join(shown.format(each) for each in (*ours, *loud))
    assert text
    for secret in (server.token, asked.token, other.token):
        assert secret not in text


async def test_a_thread_belongs_to_its_channel(app: App, room: Newsroom) -> None:
    """It sees what its channel was granted."""
    app.timetable.grants.channels[f"discord:{room.news.id}"] = Grant(  # type: ignore[index]
        collections=frozenset({"nothing"})
    )
    server = room.server
    async with in_server(app, server):
        thread = server.channel(room.guild, "a thread", kind=11)
        thread_payload = {**thread.payload(), "parent_id": room.news.id, **_THREAD}
        await server.dispatch_raw({"t": "THREAD_CREATE", "d": thread_payload})
        await server.say(thread, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        (told,) = await room.replies(channel=thread)
        assert ANSWER not in told.text
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe, channel=thread)
        interaction = await asked.replied()
        assert "No article is loaded here" in interaction.text
        assert "No article is loaded here" in told.text


async def test_a_thread_goes_on_without_a_mention(app: App, room: Newsroom) -> None:
    """Where Discord shows its messages to Dateline, and it has answered in it before."""
    server = room.server
    server.privileged = bits.MESSAGE_CONTENT
    async with in_server(app, server, reads_all=True):
        thread = server.channel(room.guild, "a thread", kind=11)
        thread_payload = {**thread.payload(), "parent_id": room.news.id, **_THREAD}
        await server.dispatch_raw({"t": "THREAD_CREATE", "d": thread_payload})
        await server.say(thread, "Who knows?", member=room.zoe)
        await server.say(thread, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await room.replies(1, thread)
        await server.say(thread, "And when?", member=room.bob)
        _, second = await room.replies(2, thread)
        assert "Understood as" in second.text
        await server.say(thread, f"{room.bob.mention} is that so?", member=room.zoe)
        await server.say(room.news, "And when?", member=room.bob)
        await room.replies(2, thread)
        assert room.said() == []


async def test_a_server_that_it_is_not_in_keeps_no_other_from_its_commands(
    app: App, room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says which, and what to do."""
    server = room.server
    adapter = made(app, connection(server, guilds=frozenset({7, int(room.guild.id)})))
    await adapter.connect()
    running = asyncio.create_task(adapter.run())
    await server.until(lambda: server.commands(room.guild.id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "not in the server 7" in caplog.text


async def test_being_told_to_stop_is_not_forgotten(
    app: App, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the library that connects has swallowed it once, as `wait_for` of Python 3.11 may."""
    adapter = made(app, connection(room.server))
    await adapter.connect()
    swallowed = asyncio.Event()

    async def connect(*, reconnect: bool) -> None:
        del reconnect
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            swallowed.set()
            await asyncio.sleep(60)

    monkeypatch.setattr(adapter._client, "connect", connect)
    running = asyncio.create_task(adapter.run())
    await asyncio.sleep(0.1)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=10)
    assert done == {running}
    assert swallowed.is_set()


_THREAD = {
    "owner_id": "1",
    "message_count": 0,
    "member_count": 1,
    "thread_metadata": {
        "archived": False,
        "auto_archive_duration": 60,
        "archive_timestamp": "2026-01-01T00:00:00+00:00",
        "locked": False,
    },
}


async def test_the_error_of_a_command_is_answered_with_a_reference(
    app: App, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is; a button's too."""
    server = room.server
    async with in_server(app, server):
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        answer = await asked.replied()
        monkeypatch.setattr("adapters.discord.asking.Asking.show_sources", _fails)
        pressed = await server.click(answer, button(answer, "sources"), member=room.zoe)
        assert "reference" in (await pressed.replied()).text
        monkeypatch.setattr("adapters.discord.client.act_of", _fails)
        broken = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        assert "reference" in (await broken.replied()).text


def _fails(*_: Any, **__: Any) -> None:
    raise ValueError("on purpose")


async def test_a_button_of_somebody_elses_is_passed_over(app: App, room: Newsroom) -> None:
    """And does not end anything."""
    server = room.server
    async with in_server(app, server):
        asked = await server.slash("ask", {"question": QUESTION}, member=room.zoe)
        answer = await asked.replied()
        answer.components[0]["components"][0]["custom_id"] = "other:thing"
        await server.click(answer, "other:thing", member=room.zoe)
        await server.say(room.news, f"{server.bot.mention} {QUESTION}", member=room.zoe)
        await server.until(lambda: len(room.said()) == 2)
