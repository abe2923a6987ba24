"""`dateline check` tries Discord's token, intents and channels, and says how to mend them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.discord_server import DiscordDouble
from tests.running import Ended, dateline


@pytest.fixture
async def discord(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordDouble]:
    """Return a server that the configuration leads to, with its token in the environment."""
    async with DiscordDouble() as made:
        (tmp_path / "config.toml").write_text(
            f'[discord]\nenabled = true\napi_url = "{made.api_url}"\n'
            f'gateway_url = "{made.gateway_url}"\ncdn_url = "{made.cdn_url}"\n',
            encoding="utf-8",
        )
        monkeypatch.setenv("DISCORD_BOT_TOKEN", made.token)
        yield made


async def check() -> Ended:
    """Run it beside the server, which this loop serves."""
    return await asyncio.to_thread(dateline, "check")


def configure(folder: Path, text: str) -> None:
    """Add something to the configuration."""
    file = folder / "config.toml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.usefixtures("loaded", "discord")
async def test_a_sound_set_up_gives_the_link_that_invites() -> None:
    """With the exact permissions."""
    ended = await check()
    assert ended.status == 0, ended.out
    assert "&permissions=274877991936&scope=bot+applications.commands" in ended.out


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("token", ["", "abc.def.ghi"])
async def test_a_wrong_token_is_told(
    discord: DiscordDouble, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """And none is shown."""
    monkeypatch.setenv("DISCORD_BOT_TOKEN", token)
    ended = await check()
    assert ended.status == 1
    assert "DISCORD_BOT_TOKEN" in ended.out
    assert "docs/discord.md leads there" in ended.out
    assert discord.token not in ended.out


@pytest.mark.usefixtures("loaded")
async def test_a_missing_intent_is_told(discord: DiscordDouble, tmp_path: Path) -> None:
    """Only where every message of a channel is a question."""
    guild = discord.guild(name="News")
    channel = discord.channel(guild, "news")
    configure(tmp_path, f'[channels."discord:{channel.id}"]\nrespond_to = "all"\n')
    ended = await check()
    assert ended.status == 1
    assert "Message Content Intent" in ended.out


@pytest.mark.usefixtures("loaded", "discord")
async def test_a_channel_that_cannot_be_seen_is_told(tmp_path: Path) -> None:
    """With the link that invites the bot."""
    configure(tmp_path, '[channels."discord:424242424242"]\ncollections = ["main"]\n')
    ended = await check()
    assert ended.status == 1
    assert (
        "Dateline cannot see 424242424242; invite it with https://discord.com/oauth2" in ended.out
    )
