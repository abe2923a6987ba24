"""`dateline run` on Discord: a process of its own, against a local server, driven from outside."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.platforms import discord_connection
from briefs.errors import ConfigurationError
from tests.doubles.discord_server import Channel, DiscordDouble, Guild, Member
from tests.doubles.discord_server import permissions as bits
from tests.running import dateline, ended, started

QUESTION = {"question": "How many trips to the port of Vostochny?"}
ANSWER = "made 43 trips"
NOTE = b"---\ntitle: The lighthouse\noutlet: Beacon Post\n---\n\nThe lighthouse went dark in May.\n"
EVERY_MINUTE = {"name": "often", "when": "* * * * *", "timezone": "UTC"}

Started = Callable[[], subprocess.Popen[str]]


@pytest.fixture
async def server() -> AsyncIterator[DiscordDouble]:
    """Return a local Discord."""
    async with DiscordDouble() as made:
        yield made


@pytest.fixture
def place(server: DiscordDouble) -> tuple[Guild, Channel, Member]:
    """Return a server of it, a channel, and an admin."""
    guild = server.guild()
    return (
        guild,
        server.channel(guild, "news"),
        server.member(guild, "Ann", permissions=bits.MANAGE_GUILD),
    )


@pytest.fixture
def run(
    server: DiscordDouble, loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Started]:
    """Return what starts Dateline; whatever still runs at the end is ended."""
    file = tmp_path / "config.toml"
    file.write_text(
        f"""[answers]
min_confidence = 0.3

[discord]
enabled = true
api_url = "{server.api_url}"
gateway_url = "{server.gateway_url}"
cdn_url = "{server.cdn_url}"
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("DISCORD_BOT_TOKEN", server.token)
    processes: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        processes.append(started("--config", file, "--data", loaded, "run"))
        return processes[-1]

    yield start
    for each in processes:
        if each.poll() is None:
            each.kill()
        each.communicate()


async def stopped(process: subprocess.Popen[str], how: int = signal.SIGTERM) -> str:
    """End a process, and return what it said."""
    process.send_signal(how)
    end = await asyncio.to_thread(ended, process)
    assert end.status == (0 if how == signal.SIGTERM else -signal.SIGKILL), end.err
    assert "Traceback" not in end.err
    return end.err


def posts(server: DiscordDouble, channel: Channel) -> list[Any]:
    """Return what Dateline has said in a channel."""
    return [each for each in server.messages(channel) if each.author is server.bot]


@pytest.mark.slow
async def test_a_day_on_discord(
    server: DiscordDouble, place: tuple[Guild, Channel, Member], run: Started
) -> None:
    """Command, file, buttons, schedule; stopped and killed in the middle; all answered once."""
    _, news, ann = place
    process = run()
    await server.until(lambda: server.connected and server.commands(), 60)
    asked = await server.slash("ask", QUESTION, member=ann, channel=news)
    answer = await asked.replied(30)
    assert ANSWER in answer.text
    file = server.attach("note.md", NOTE)
    added = await server.slash("source add", {"file": file}, member=ann, channel=news)
    receipt = await added.replied(30)
    await server.until(lambda: "added" in receipt.text, 30)

    # Told to stop while somebody asks.
    me = server.bot.mention
    await server.say(news, f"{me} {QUESTION['question']}", member=ann)
    await server.until(lambda: len(posts(server, news)) == 2, 30)
    await server.say(news, f"{me} When did the lighthouse go dark?", member=ann)
    await asyncio.sleep(0.05)
    said = await stopped(process)
    assert server.token not in said
    before = server.registrations
    process = run()
    await server.until(lambda: server.connected, 60)
    await server.until(lambda: len(posts(server, news)) == 3, 30)
    assert "lighthouse" in posts(server, news)[2].text

    # Buttons that stood there before.
    (name,) = [each for each in answer.custom_ids if ":sources:" in each]
    pressed = await server.click(answer, name, member=ann)
    assert "The harbour master declined" in (await pressed.replied(30)).text
    looked = await server.slash("brief schedule", EVERY_MINUTE, member=ann, channel=news)
    question = await looked.replied(30)

    # Killed between two commands, and before it is pressed that a schedule is to be saved.
    last = await server.slash("ask", QUESTION, member=ann, channel=news)
    await last.acked(30)
    await stopped(process, signal.SIGKILL)
    process = run()
    await server.until(lambda: server.connected, 60)
    assert ANSWER in (await last.replied(30)).text
    (save,) = [each for each in question.custom_ids if ":schedule_save:" in each]
    await server.click(question, save, member=ann)
    await server.until(lambda: "Scheduled" in question.text, 30)

    # A brief comes by itself, within a minute and a bit.
    count = len(posts(server, news))
    await server.until(lambda: len(posts(server, news)) > count, 90)
    brief = posts(server, news)[-1]
    assert brief.nonce is not None
    assert brief.embeds[-1]["footer"]["text"].endswith(brief.nonce)
    deleted = await server.slash("brief delete", {"name": "often"}, member=ann, channel=news)
    assert "is removed" in (await deleted.replied(30)).text
    await stopped(process)
    assert server.registrations == before
    texts = [each.text for each in posts(server, news)]
    assert sum(ANSWER in each and "Searched" in each for each in texts) == 3
    assert sum("lighthouse" in each and "Searched" in each for each in texts) == 1


@pytest.mark.slow
async def test_a_wrong_token_ends_the_program(
    server: DiscordDouble, run: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit status 2 and what to do."""
    del server
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "not.the.token")
    end = await asyncio.to_thread(ended, run())
    assert end.status == 2
    assert "Discord does not accept DISCORD_BOT_TOKEN" in end.err
    assert "not.the.token" not in end.err


def test_a_token_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """And comes from the environment."""
    monkeypatch.delenv("DISCORD_BOT_TOKEN", raising=False)
    with pytest.raises(ConfigurationError, match="DISCORD_BOT_TOKEN is not set"):
        discord_connection(Settings())
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "abc")
    settings = Settings.model_validate(
        {
            "discord": {"guilds": [12, "34"], "admin_roles": ["5"]},
            "channels": {"discord:1": {"respond_to": "all"}, "slack:C0123ABCD": {}},
        }
    )
    reached = discord_connection(settings)
    assert reached.guilds == {12, 34}
    assert reached.admin_roles == {5}
    assert reached.reads_all
    assert not discord_connection(Settings()).reads_all


@pytest.mark.slow
def test_a_channel_of_discord_is_refused_while_discord_is_off(tmp_path: Path, loaded: Path) -> None:
    """The configuration is wrong, and says what to do."""
    file = tmp_path / "config.toml"
    file.write_text('[alerts]\nchannel = "discord:987"\n', encoding="utf-8")
    refused = ended(started("--config", file, "--data", loaded, "run"))
    assert refused.status == 2
    assert "Discord is off; set enabled = true under [discord]" in refused.err


@pytest.mark.slow
def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    """Help and a single command do not wait for discord.py."""
    code = "import sys, bot.cli, bot.app; print('discord' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert found.stdout.strip() == "False"
    assert dateline("--help").status == 0
