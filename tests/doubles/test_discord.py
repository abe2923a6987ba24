"""The local Discord, seen by the real client library and by plain requests."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.doubles.discord_server import (
    ApiError,
    Channel,
    DiscordDouble,
    Impossible,
    LostReply,
    LostRequest,
    Member,
    RateLimited,
    ServerError,
    Slow,
    pings,
)
from tests.doubles.discord_server import permissions as bits

# After the double, which imports the library without its warning.
# isort: split
import discord
from discord import app_commands

NONE = discord.AllowedMentions.none()


class Client(discord.Client):
    """A small bot with one of each kind of thing."""

    def __init__(self, *, intents: discord.Intents | None = None, patience: float = 60.0) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            guild_ready_timeout=0.05,
            heartbeat_timeout=patience,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.readied = 0
        self.failures: list[BaseException] = []
        self._commands()

    def _commands(self) -> None:
        tree = self.tree

        @tree.command(name="ask", description="Answers")
        async def ask(
            interaction: discord.Interaction,
            question: str,
            outlet: str | None = None,
            private: bool = False,  # noqa: FBT001, FBT002
            paper: discord.Attachment | None = None,
        ) -> None:
            await interaction.response.defer(ephemeral=private, thinking=True)
            read = "" if paper is None else f" {len(await paper.read())} bytes"
            embed = discord.Embed(title="Answer", description=f"{question}{outlet or ''}{read}")
            view = discord.ui.View(timeout=None)
            view.add_item(discord.ui.Button(label="More", custom_id="more"))
            await interaction.edit_original_response(embed=embed, view=view)
            await interaction.followup.send("And more", ephemeral=private)

        @ask.autocomplete("outlet")
        async def outlets(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{typed} Courier", value="courier")]

        source = app_commands.Group(
            name="source",
            description="Sources",
            default_permissions=discord.Permissions(manage_guild=True),
            guild_only=True,
        )

        @source.command(name="add", description="Adds")
        async def add(interaction: discord.Interaction, place: discord.TextChannel) -> None:
            await interaction.response.send_message(f"Added to {place.name}", ephemeral=True)

        @tree.command(name="late", description="Is too late")
        async def late(interaction: discord.Interaction) -> None:
            await asyncio.sleep(0.2)
            try:
                await interaction.response.send_message("late")
            except discord.NotFound as failure:
                self.failures.append(failure)

        @tree.context_menu(name="Check")
        async def check(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"Read: {message.content}")

        tree.add_command(source)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()

    async def on_ready(self) -> None:
        """Count."""
        self.readied += 1

    async def on_message(self, message: discord.Message) -> None:
        """Keep what others say."""
        if message.author != self.user:
            self.heard.append(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Show the form."""
        data: Any = interaction.data
        if data.get("custom_id") == "more":
            await interaction.response.send_modal(_Form())


class _Form(discord.ui.Modal, title="What else?"):
    topic: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Topic", custom_id="topic")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"About {self.topic.value}", embed=None)


class Scene:
    """A guild with a channel and a person, and the bot connected to it."""

    def __init__(self, server: DiscordDouble) -> None:
        self.server = server
        self.guild = server.guild(name="The newsroom")
        self.desk: Channel = server.channel(self.guild, "desk")
        self.ada: Member = server.member(self.guild, "Ada")
        self.client = Client()
        self.running: asyncio.Task[None] | None = None

    @property
    def place(self) -> discord.TextChannel:
        """The channel as the client knows it."""
        place = self.client.get_channel(int(self.desk.id))
        assert isinstance(place, discord.TextChannel)
        return place


@asynccontextmanager
async def connected(scene: Scene) -> AsyncIterator[Scene]:
    """Run the client of a scene."""
    with scene.server.pointed():
        scene.running = running = asyncio.create_task(scene.client.start(scene.server.token))
        try:
            await scene.server.until(lambda: scene.client.readied or running.done())
            yield scene
        finally:
            await scene.client.close()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def server() -> AsyncIterator[DiscordDouble]:
    """Return a running server."""
    async with DiscordDouble() as running:
        yield running


@pytest.fixture
async def scene(server: DiscordDouble) -> AsyncIterator[Scene]:
    """Return a scene with the client connected."""
    async with connected(Scene(server)) as running:
        yield running


class Plain:
    """Requests without a client library."""

    def __init__(self, server: DiscordDouble, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.guild = server.guild()
        self.desk = server.channel(self.guild, "desk")
        self.ada = server.member(self.guild, "Ada")

    async def __call__(
        self, method: str, path: str, json: Any = None, token: str | None = None
    ) -> tuple[int, Any]:
        """Return the status and the body of one answer."""
        headers = {"Authorization": f"Bot {token or self.server.token}"}
        url = self.server.api_url + path
        async with self.session.request(method, url, json=json, headers=headers) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.text()

    async def post(self, **payload: Any) -> tuple[int, Any]:
        """Post a message to the desk."""
        return await self("POST", f"/channels/{self.desk.id}/messages", payload)


@pytest.fixture
async def plain(server: DiscordDouble) -> AsyncIterator[Plain]:
    """Return plain requests, with the limits of the routes off."""
    server.rate_limits = False
    async with aiohttp.ClientSession() as session:
        yield Plain(server, session)


def _places(tree: Any, before: tuple[str, ...] = ()) -> set[str]:
    """Return the places of an errors tree at which something is wrong."""
    found = {".".join(before)} if "_errors" in tree else set()
    for name, inside in tree.items():
        if name != "_errors":
            found |= _places(inside, (*before, name))
    return found


async def test_a_command_is_deferred_then_answered(scene: Scene) -> None:
    """A slash command reaches the handler typed, and its edits and follow-ups are kept."""
    paper = scene.server.attach("report.txt", b"twelve boats", "text/plain")
    asked = await scene.server.slash(
        "ask", {"question": "How many?", "paper": paper}, member=scene.ada, channel=scene.desk
    )
    first, second = await asked.followed(2)
    assert asked.acked_after is not None
    assert asked.acked_after < 1
    assert (asked.deferred, asked.ephemeral) == (True, False)
    assert first.embeds[0]["description"] == "How many? 12 bytes"
    assert first.custom_ids == ["more"]
    assert second.content == "And more"
    assert scene.server.messages(scene.desk) == [first, second]
    assert first.allowed_mentions is None


async def test_an_ephemeral_answer_is_for_one_person(scene: Scene) -> None:
    """Nobody else sees an ephemeral response or its follow-ups, and nobody else can click it."""
    asked = await scene.server.slash(
        "ask", {"question": "Why?", "private": True}, member=scene.ada, channel=scene.desk
    )
    first, second = await asked.followed(2)
    assert asked.ephemeral
    assert first.ephemeral
    assert scene.server.messages(scene.desk) == []
    assert scene.server.messages(scene.desk, seen_by=scene.ada) == [first, second]
    with pytest.raises(Impossible):
        await scene.server.click(first, "more", member=scene.server.member(scene.guild, "Bo"))


async def test_autocomplete_offers_choices(scene: Scene) -> None:
    """What is typed reaches the handler, and its choices are kept."""
    typed = await scene.server.autocomplete(
        "ask", {"question": "x", "outlet": "Esp"}, focused="outlet", member=scene.ada
    )
    assert await typed.autocompleted() == [{"name": "Esp Courier", "value": "courier"}]
    with pytest.raises(Impossible):
        await scene.server.autocomplete("ask", {}, focused="question", member=scene.ada)


async def test_a_subcommand_is_for_those_who_may(scene: Scene) -> None:
    """Default permissions and contexts hide a command; a subcommand gets its channel."""
    values = {"place": scene.desk}
    with pytest.raises(Impossible):
        await scene.server.slash("source add", values, member=scene.ada)
    with pytest.raises(Impossible):
        await scene.server.slash("source add", values, member=scene.ada.user)
    added = await scene.server.slash("source add", values, member=scene.guild.owner)
    assert (await added.replied()).content == "Added to desk"
    assert added.ephemeral


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("nothing", {}),
        ("ask", {}),
        ("ask", {"question": 7}),
        ("ask", {"question": "x", "private": "yes"}),
        ("ask", {"question": "x", "unheard": "of"}),
        ("source", {}),
        ("source list", {}),
    ],
)
async def test_what_is_not_registered_cannot_be_sent(
    scene: Scene, path: str, values: dict[str, Any]
) -> None:
    """A command, an option or a type that was not registered is no client's to send."""
    with pytest.raises(Impossible):
        await scene.server.slash(path, values, member=scene.guild.owner)


async def test_a_button_shows_a_form_that_changes_the_message(scene: Scene) -> None:
    """A click shows a form; the form that is sent edits the message that was clicked."""
    asked = await scene.server.slash("ask", {"question": "?"}, member=scene.ada)
    message = (await asked.followed(2))[0]
    form = await (await scene.server.click(message, "more", member=scene.ada)).shown()
    assert form.title == "What else?"
    with pytest.raises(Impossible):
        await scene.server.submit(form, {"topic": ""}, member=scene.ada)
    sent = await scene.server.submit(form, {"topic": "boats"}, member=scene.ada)
    await sent.replied()
    assert message.content == "About boats"
    assert message.embeds == []
    assert message.earlier[-1].embeds[0]["title"] == "Answer"


async def test_a_context_menu_hands_over_the_content(scene: Scene) -> None:
    """A message that a person points at is read without any intent."""
    said = await scene.server.say(scene.desk, "Forty boats left.", member=scene.ada)
    checked = await scene.server.context_menu("Check", said, member=scene.ada)
    assert (await checked.replied()).content == "Read: Forty boats left."


async def test_content_is_seen_where_discord_shows_it(scene: Scene) -> None:
    """Without the intent: mentions of the bot, replies to it and direct messages only."""
    server, heard = scene.server, scene.client.heard
    posted = await scene.place.send("A brief", allowed_mentions=NONE)
    own = server.messages(scene.desk)[0]
    assert own.id == str(posted.id)
    await server.say(scene.desk, "Hidden", member=scene.ada)
    await server.say(scene.desk, f"{server.bot.mention} seen", member=scene.ada)
    await server.say(scene.desk, "A reply", member=scene.ada, reply_to=own)
    await server.say(server.dm(scene.ada), "Direct", member=scene.ada.user)
    await server.until(lambda: len(heard) == 4)
    assert [message.content for message in heard] == [
        "",
        f"{server.bot.mention} seen",
        "A reply",
        "Direct",
    ]
    assert [scene.client.user in message.mentions for message in heard] == [0, 1, 1, 0]
    assert heard[2].reference is not None
    assert heard[2].reference.message_id == posted.id
    assert heard[3].guild is None
    assert [each.content async for each in scene.place.history(limit=9)][-2] == ""


async def test_the_content_intent_must_be_granted(server: DiscordDouble) -> None:
    """A privileged intent that is not granted closes with 4014; granted, content is there."""
    intents = discord.Intents.default()
    intents.message_content = True
    scene = Scene(server)
    scene.client = Client(intents=intents)
    with server.pointed(), pytest.raises(discord.PrivilegedIntentsRequired):
        await scene.client.start(server.token)
    await scene.client.close()
    assert server.gateway.closed == [4014]
    server.privileged = bits.MESSAGE_CONTENT
    scene.client = Client(intents=intents)
    async with connected(scene):
        await server.say(scene.desk, "Seen", member=scene.ada)
        await server.until(lambda: scene.client.heard)
        assert scene.client.heard[0].content == "Seen"


async def test_a_wrong_token_is_refused(server: DiscordDouble) -> None:
    """REST says 401 and the gateway closes with 4004."""
    client = Client()
    with server.pointed(), pytest.raises(discord.LoginFailure):
        await client.start("wrong")
    await client.close()
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url + "?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0, "properties": {}}})
        await socket.receive()
        assert socket.close_code == 4004


async def test_too_late_is_unknown(scene: Scene) -> None:
    """A first response after the server's patience is 404 10062."""
    scene.server.patience = 0.1
    await scene.server.slash("late", member=scene.ada)
    await scene.server.until(lambda: scene.client.failures)
    failure = scene.client.failures[0]
    assert isinstance(failure, discord.NotFound)
    assert failure.code == 10062


async def test_tokens_are_used_once_and_die(plain: Plain) -> None:
    """A second first response is 40060, a follow-up before it 10015, an old token 50027."""
    server = plain.server
    command = {"name": "ask", "description": "Asks"}
    await plain("PUT", f"/applications/{server.application_id}/commands", [command])
    asked = await server.slash("ask", member=plain.ada)
    callback = f"/interactions/{asked.id}/{asked.token}/callback"
    hook = f"/webhooks/{server.application_id}/{asked.token}"
    answers = [
        await plain("POST", hook, {"content": "early"}),
        await plain("POST", callback, {"type": 7, "data": {"content": "no message to update"}}),
        await plain("POST", callback, {"type": 4, "data": {"content": ""}}),
        await plain("POST", callback, {"type": 4, "data": {"content": "first"}}),
        await plain("POST", callback, {"type": 4, "data": {"content": "second"}}),
        await plain("PATCH", hook + "/messages/@original", {"content": "changed"}),
        await plain("POST", hook, {"content": "more"}),
        await plain("PATCH", hook + "/messages/1", {"content": "whose?"}),
    ]
    server.token_life = 0
    answers.append(await plain("POST", hook, {"content": "too late"}))
    assert [(status, body and body.get("code")) for status, body in answers] == [
        (404, 10015),
        (400, 50035),
        (400, 50006),
        (204, ""),
        (400, 40060),
        (200, None),
        (200, None),
        (404, 10008),
        (401, 50027),
    ]
    assert [message.content for message in asked.messages] == ["changed", "more"]
    assert [state["content"] for state in asked.said] == ["first", "changed", "more"]


async def test_a_missed_event_is_told_again_after_a_break(scene: Scene) -> None:
    """A broken line is resumed where READY said, and what was missed comes once."""
    await scene.server.drop_gateway()
    await scene.server.until(lambda: not scene.server.connected)
    missed = await scene.server.say(
        scene.server.dm(scene.ada), "Still there?", member=scene.ada.user
    )
    await scene.server.until(lambda: scene.client.heard)
    assert [message.id for message in scene.client.heard] == [int(missed.id)]
    assert len(scene.server.identifies) == 1
    assert scene.server.resumes[0]["path"] == "/gateway/resume/"


@pytest.mark.slow
async def test_reconnect_and_invalid_sessions(scene: Scene) -> None:
    """Op 7 and a resumable op 9 resume; an op 9 that is not identifies anew."""
    server = scene.server
    await server.reconnect_gateway()
    await server.until(lambda: len(server.resumes) == 1 and server.connected)
    await server.invalidate_session(resumable=True)
    await server.until(lambda: len(server.resumes) == 2 and server.connected)
    await server.invalidate_session()
    await server.until(lambda: len(server.identifies) == 2 and scene.client.readied == 2)
    assert len(server.resumes) == 2


async def test_a_silent_gateway_is_left(server: DiscordDouble) -> None:
    """A connection on which nothing comes any more is given up, and what was missed comes."""
    server.heartbeat_interval = 0.2
    scene = Scene(server)
    scene.client = Client(patience=1.0)
    async with connected(scene):
        await server.mute_gateway()
        await server.say(server.dm(scene.ada), "Hello?", member=scene.ada.user)
        await server.until(lambda: scene.client.heard, 5)
        assert len(server.resumes) == 1


async def test_ready_can_come_twice(scene: Scene) -> None:
    """A second READY is a second ready event."""
    await scene.server.ready_again()
    await scene.server.until(lambda: scene.client.readied == 2)


async def test_a_malformed_payload_reaches_the_client(scene: Scene) -> None:
    """A frame goes out as it is, and the unguarded client of the library dies of it."""
    assert scene.running is not None
    await scene.server.dispatch_raw({"t": "MESSAGE_CREATE", "d": {"channel_id": "x"}})
    with pytest.raises(ValueError, match="invalid literal"):
        await asyncio.wait_for(scene.running, 5)


@pytest.mark.slow
async def test_shards_hear_of_their_own_guilds(server: DiscordDouble) -> None:
    """Each shard gets the guilds that its number says, and direct messages come once."""
    guilds = [server.guild(str(number << 22), name=f"Guild {number}") for number in (4, 5)]
    server.shards = 2
    ready = asyncio.Event()
    with server.pointed():
        client = discord.AutoShardedClient(
            intents=discord.Intents.default(), guild_ready_timeout=0.05
        )
        client.event(_named("on_ready", ready.set))
        running = asyncio.create_task(client.start(server.token))
        await asyncio.wait_for(ready.wait(), 20)
        shards = {guild.id: guild.shard_id for guild in client.guilds}
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
    assert shards == {int(guilds[0].id): 0, int(guilds[1].id): 1}
    assert [identify["shard"] for identify in server.identifies] == [[0, 2], [1, 2]]


def _named(name: str, act: Any) -> Any:
    async def handler() -> None:
        act()

    handler.__name__ = name
    return handler


async def test_presence_is_kept(scene: Scene) -> None:
    """The presence that the bot sent last can be looked at."""
    await scene.client.change_presence(activity=discord.CustomActivity(name="12 articles"))
    await scene.server.until(lambda: scene.server.presence is not None)
    assert scene.server.presence is not None
    assert scene.server.presence["activities"][0]["state"] == "12 articles"


@pytest.mark.parametrize(
    ("payload", "places"),
    [
        ({"content": "x" * 2001}, {"content"}),
        ({"embeds": [{"title": "x"}] * 11}, {"embeds"}),
        ({"embeds": [{"title": "x" * 257}]}, {"embeds.0.title"}),
        ({"embeds": [{"description": "x" * 4097}]}, {"embeds.0.description"}),
        ({"embeds": [{}]}, {"embeds.0.description"}),
        ({"embeds": [{"title": "x", "url": "boats"}]}, {"embeds.0.url"}),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, {"embeds.0.footer.text"}),
        ({"embeds": [{"author": {"name": "x" * 257}}]}, {"embeds.0.author.name"}),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, {"embeds.0.fields"}),
        (
            {"embeds": [{"fields": [{"name": "n" * 257, "value": ""}]}]},
            {"embeds.0.fields.0.name", "embeds.0.fields.0.value"},
        ),
        (
            {"embeds": [{"fields": [{"name": " ", "value": "v" * 1025}]}]},
            {"embeds.0.fields.0.name", "embeds.0.fields.0.value"},
        ),
        ({"embeds": [{"description": "x" * 3001}] * 2}, {"embeds"}),
        ({"content": "x", "nonce": "n" * 26}, {"nonce"}),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            {"allowed_mentions"},
        ),
        ({"content": "x", "message_reference": {"message_id": "1"}}, {"message_reference"}),
    ],
)
async def test_a_message_that_is_too_much_is_refused(
    plain: Plain, payload: dict[str, Any], places: set[str]
) -> None:
    """Each limit of a message is a 400 50035 that says where."""
    status, body = await plain.post(**payload)
    assert (status, body["code"]) == (400, 50035)
    assert _places(body["errors"]) == places
    assert plain.server.messages(plain.desk) == []


def _button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x", **more}


def _select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "s", "options": list(options), **more}


_OPTION = {"label": "x", "value": "x"}


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ([_button(custom_id="x" * 101)], "components.0.components.0.custom_id"),
        ([_button(custom_id="")], "components.0.components.0.custom_id"),
        ([_button(label="x" * 81)], "components.0.components.0.label"),
        ([_button(style=5, url="https://example.org")], "components.0.components.0.custom_id"),
        ([_button(custom_id=str(n)) for n in range(6)], "components.0.components"),
        ([_button(), _button()], "components"),
        ([_select()], "components.0.components.0.options"),
        (
            [_select(*({"label": "x", "value": str(n)} for n in range(26)))],
            "components.0.components.0.options",
        ),
        ([_select(_OPTION, _OPTION)], "components.0.components.0.options.1.value"),
        (
            [_select({"label": "x" * 101, "value": "x"})],
            "components.0.components.0.options.0.label",
        ),
        ([_select(_OPTION), _button()], "components.0.components.0"),
        ([{"type": 4, "custom_id": "x"}], "components.0.components.0.type"),
    ],
)
async def test_components_that_are_too_much_are_refused(
    plain: Plain, inside: list[Any], place: str
) -> None:
    """Each limit of a component is a 400 50035 that says where."""
    status, body = await plain.post(content="x", components=[{"type": 1, "components": inside}])
    assert (status, body["code"]) == (400, 50035)
    assert place in _places(body["errors"])
    rows = [{"type": 1, "components": [_button(custom_id=str(n))]} for n in range(6)]
    assert (await plain.post(content="x", components=rows))[0] == 400
    assert (await plain.post(content="x", components=rows[:5]))[0] == 200


async def test_the_largest_message_is_taken(plain: Plain) -> None:
    """What is exactly at the limits passes."""
    field = {"name": "n" * 100, "value": "v" * 100}
    embeds = [{"title": "t" * 256, "fields": [field] * 25}, {"description": "d" * 744}]
    assert (await plain.post(content="x" * 2000, embeds=embeds, nonce="n" * 25))[0] == 200


async def test_an_empty_message_is_refused(plain: Plain) -> None:
    """Nothing, or spaces only, is 50006, and so is an edit to nothing."""
    assert (await plain.post(content=" \n"))[1]["code"] == 50006
    _, posted = await plain.post(content=" x ")
    assert posted["content"] == "x"
    path = f"/channels/{plain.desk.id}/messages/{posted['id']}"
    assert (await plain("PATCH", path, {"content": ""}))[1]["code"] == 50006


async def test_a_nonce_is_posted_once(plain: Plain) -> None:
    """The same nonce, enforced, returns the earlier message until it is forgotten."""
    first = await plain.post(content="a", nonce="brief-1", enforce_nonce=True)
    again = await plain.post(content="b", nonce="brief-1", enforce_nonce=True)
    assert again[1]["id"] == first[1]["id"]
    assert first[1]["nonce"] == "brief-1"
    await plain.post(content="c", nonce="brief-1")
    plain.server.nonce_life = 0
    await plain.post(content="d", nonce="brief-1", enforce_nonce=True)
    assert [each.content for each in plain.server.messages(plain.desk)] == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("deny", "embeds", "code"),
    [
        (bits.VIEW_CHANNEL, [], 50001),
        (bits.SEND_MESSAGES, [], 50013),
        (bits.EMBED_LINKS, [{"title": "x"}], 50013),
    ],
)
async def test_permissions_are_kept(plain: Plain, deny: int, embeds: list[Any], code: int) -> None:
    """What the bot may not do in a channel is a 403, and counts towards a ban."""
    plain.server.deny(plain.desk, deny)
    status, body = await plain.post(content="x", embeds=embeds)
    assert (status, body["code"], plain.server.invalid_requests) == (403, code, 1)
    plain.server.deny(plain.desk, 0)
    assert (await plain.post(content="x", embeds=embeds))[0] == 200


async def test_history_needs_its_permission(plain: Plain) -> None:
    """Without it the list is empty, one message is 50001, and a reply is refused."""
    _, posted = await plain.post(content="x")
    path = f"/channels/{plain.desk.id}/messages"
    plain.server.deny(plain.desk, bits.READ_MESSAGE_HISTORY)
    assert await plain("GET", path) == (200, [])
    assert (await plain("GET", f"{path}/{posted['id']}"))[1]["code"] == 50001
    reply = {"message_id": posted["id"]}
    assert (await plain.post(content="y", message_reference=reply))[1]["code"] == 160002


async def test_history_is_paged(plain: Plain) -> None:
    """Before, after, around and limit choose; the newest comes first."""
    ids = [(await plain.post(content=str(n)))[1]["id"] for n in range(6)]
    path = f"/channels/{plain.desk.id}/messages"

    async def seen(query: str) -> str:
        status, body = await plain("GET", f"{path}?{query}")
        return "".join(each["content"] for each in body) if status == 200 else str(status)

    assert await seen("limit=2") == "54"
    assert await seen(f"limit=2&before={ids[3]}") == "21"
    assert await seen(f"limit=2&after={ids[1]}") == "32"
    assert await seen(f"limit=3&around={ids[2]}") == "321"
    assert await seen("limit=101") == "400"


@pytest.mark.slow
async def test_messages_are_limited_per_channel(scene: Scene) -> None:
    """The library heeds the headers of the bucket: six messages come without a 429."""
    for number in range(6):
        await scene.place.send(str(number))
    posts = [call for call in scene.server.calls if call.path.endswith("/messages")]
    assert [call.status for call in posts] == [200] * 6
    assert posts[5].at - posts[0].at > 4


async def test_too_many_messages_are_429(plain: Plain) -> None:
    """One who does not heed the headers is told how long to wait, in the form of Discord."""
    server = plain.server
    server.rate_limits = True
    for _ in range(5):
        assert (await plain.post(content="x"))[0] == 200
    url = f"{server.api_url}/channels/{plain.desk.id}/messages"
    headers = {"Authorization": f"Bot {server.token}"}
    async with plain.session.post(url, json={"content": "x"}, headers=headers) as answer:
        assert answer.status == 429
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-RateLimit-Scope"] == "user"
        assert answer.headers["Via"]
        assert answer.headers["Retry-After"]
        assert 0 < (await answer.json())["retry_after"] <= 5
    assert server.invalid_requests == 1
    server.rest.limits.most_invalid = 1
    status, page = await plain("GET", "/users/@me")
    assert (status, page) == (429, "error code: 1015")


async def test_faults_happen_once_each(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Each fault meets one request, does what it says, and is gone."""
    caplog.set_level(logging.ERROR)
    server, place = scene.server, scene.place
    path = "/channels/{}/messages"
    server.fault("POST", path, RateLimited(retry_after=0.05))
    await place.send("after a 429")
    server.fault("POST", path, LostRequest())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await place.send("never arrives")
    server.fault("POST", path, LostReply())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await place.send("arrives unheard")
    server.fault("POST", path, ApiError(403, 50013))
    with pytest.raises(discord.Forbidden):
        await place.send("forbidden")
    server.fault("POST", path, Slow(0.1), ServerError(502))
    await place.send("slow")
    contents = [message.content for message in server.messages(scene.desk)]
    assert contents == ["after a 429", "arrives unheard", "slow"]
    server.clear_faults()


async def test_a_lost_answer_is_sent_twice_without_a_nonce(scene: Scene) -> None:
    """A 502 after the work is done makes the library post again; its nonce prevents a second."""
    scene.server.fault("POST", "/channels/{}/messages", ServerError(502, done=True))
    await scene.place.send("once")
    assert len(scene.server.messages(scene.desk)) == 1
    posts = [call for call in scene.server.calls if call.path.endswith("/messages")]
    assert [call.status for call in posts] == [502, 200]
    assert posts[0].json["enforce_nonce"]


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Ask", "description": "x"},
        {"name": "two words", "description": "x"},
        {"name": "x" * 33, "description": "x"},
        {"name": "ask", "description": ""},
        {"name": "ask", "description": "x" * 101},
        {"name": "Check", "type": 3, "description": "x"},
        {"name": "ask", "description": "x", "contexts": [3]},
        {"name": "ask", "description": "x", "default_member_permissions": "manage"},
        {
            "name": "ask",
            "description": "x",
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ],
        },
        {
            "name": "ask",
            "description": "x",
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 1, "name": "b", "description": "x"},
            ],
        },
        {
            "name": "ask",
            "description": "x",
            "options": [{"type": 3, "name": str(n), "description": "x"} for n in range(26)],
        },
    ],
)
async def test_a_command_that_is_not_well_is_refused(plain: Plain, command: dict[str, Any]) -> None:
    """Discord's rules for commands are kept, and nothing is registered."""
    path = f"/applications/{plain.server.application_id}/commands"
    status, body = await plain("PUT", path, [command])
    assert (status, body["code"]) == (400, 50035)
    assert plain.server.registrations == 0
    well = {"name": "ask", "description": "x"}
    assert (await plain("PUT", path, [well, well]))[0] == 400
    _, first = await plain("PUT", path, [well])
    _, second = await plain("PUT", path, [well])
    assert first[0]["id"] == second[0]["id"]
    assert (await plain("GET", path))[1] == plain.server.commands() == second


async def test_forms_and_choices_are_limited(plain: Plain) -> None:
    """A form or choices beyond the limits is refused, and may then be sent well."""
    server = plain.server
    option = {"type": 3, "name": "o", "description": "x", "autocomplete": True}
    command = {"name": "ask", "description": "x", "options": [option]}
    await plain("PUT", f"/applications/{server.application_id}/commands", [command])
    asked = await server.slash("ask", member=plain.ada)
    path = f"/interactions/{asked.id}/{asked.token}/callback"
    entry = {"type": 4, "style": 1, "custom_id": "t", "label": "T"}
    rows = [{"type": 1, "components": [entry]}]
    form = {"title": "T", "custom_id": "f", "components": rows}
    for wrong in ({"title": "x" * 46}, {"components": rows * 6}, {"custom_id": ""}):
        assert (await plain("POST", path, {"type": 9, "data": {**form, **wrong}}))[0] == 400
    assert (await plain("POST", path, {"type": 9, "data": form}))[0] == 204
    typed = await server.autocomplete("ask", {"o": "x"}, focused="o", member=plain.ada)
    path = f"/interactions/{typed.id}/{typed.token}/callback"
    for name, count in (("x", 26), ("x" * 101, 1)):
        choices = [{"name": name, "value": "v"}] * count
        answer = await plain("POST", path, {"type": 8, "data": {"choices": choices}})
        assert answer[1]["code"] == 50035
    assert (await plain("POST", path, {"type": 8, "data": {"choices": []}}))[0] == 204


async def test_files_are_kept_and_their_links_expire(scene: Scene) -> None:
    """A file that the bot sends is on the CDN until its link expires or is changed."""
    server = scene.server
    sent = await scene.place.send(file=discord.File(io.BytesIO(b"<p>"), "brief.html"))
    kept = server.messages(scene.desk)[0].attachments[0]
    assert (kept.filename, kept.data) == ("brief.html", b"<p>")
    assert await sent.attachments[0].read() == b"<p>"
    server.link_life = -1
    async with aiohttp.ClientSession() as session:
        for url in (kept.url, sent.attachments[0].url.replace("ex=", "ex=f")):
            async with session.get(url) as answer:
                assert answer.status == 404
    server.attachment_size_limit = 2
    with pytest.raises(discord.HTTPException) as refusal:
        await scene.place.send(file=discord.File(io.BytesIO(b"<p>"), "brief.html"))
    assert refusal.value.code == 40005


async def test_what_would_ping(scene: Scene) -> None:
    """Pings follow what was allowed, and what the bot may mention."""
    role = scene.server.role(scene.guild, "Night desk", mentionable=True)
    text = f"@everyone {role.mention} {scene.ada.mention}"
    await scene.place.send(text)
    await scene.place.send(text, allowed_mentions=NONE)
    only = discord.AllowedMentions(
        everyone=False, roles=False, users=[discord.Object(scene.ada.id)]
    )
    await scene.place.send(text, allowed_mentions=only)
    loud, silent, one = scene.server.messages(scene.desk)
    assert pings(loud) == {role.mention, scene.ada.mention}
    assert pings(silent) == set()
    assert pings(one) == {scene.ada.mention}
    scene.guild.members[scene.server.bot.id].extra = bits.MENTION_EVERYONE
    assert "@everyone" in pings(loud)
    assert pings(silent) == set()


async def test_direct_messages_can_be_closed(scene: Scene) -> None:
    """A person who takes none is a 403 50007."""
    user = await scene.client.fetch_user(int(scene.ada.id))
    await user.send("Hello")
    assert scene.server.messages(scene.server.dm(scene.ada))[0].content == "Hello"
    scene.ada.user.closed = True
    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("Hello?")
    assert refusal.value.code == 50007


async def test_typing_and_deleting_are_seen(scene: Scene) -> None:
    """The bot is seen typing, and what it deletes is gone."""
    async with scene.place.typing():
        message = await scene.place.send("soon gone")
    await message.delete()
    assert scene.server.typing == [scene.desk.id]
    assert scene.server.messages(scene.desk) == []
    with pytest.raises(discord.NotFound):
        await scene.place.fetch_message(message.id)
