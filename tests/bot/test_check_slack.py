"""`dateline check` tries Slack's tokens and scopes, and says how to mend them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.slack import SlackDouble
from tests.running import Ended, dateline


@pytest.fixture
async def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackDouble]:
    """Return a workspace that the configuration leads to, with its tokens in the environment."""
    async with SlackDouble() as made:
        (tmp_path / "config.toml").write_text(
            f'[slack]\nenabled = true\napi_url = "{made.api_url}"\n', encoding="utf-8"
        )
        monkeypatch.setenv("SLACK_BOT_TOKEN", made.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", made.app_token)
        yield made


async def check() -> Ended:
    """Run it beside the workspace, which this loop serves."""
    return await asyncio.to_thread(dateline, "check")


@pytest.mark.usefixtures("loaded", "slack")
async def test_a_sound_set_up_says_who_it_is() -> None:
    """In which workspace, and by which mode."""
    ended = await check()
    assert ended.status == 0, ended.out
    assert "https://team.example/, socket mode" in ended.out


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_BOT_TOKEN", "xoxb-none", "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-none", "Slack does not accept SLACK_APP_TOKEN (invalid_auth)"),
    ],
)
async def test_a_wrong_token_is_named(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """And nothing of it is shown."""
    monkeypatch.setenv(name, value)
    ended = await check()
    assert ended.status == 1
    assert says in ended.out
    assert slack.bot_token not in ended.out + ended.err


@pytest.mark.usefixtures("loaded")
async def test_missing_scopes_are_named(slack: SlackDouble) -> None:
    """With where to get them."""
    slack.scopes.discard("files:read")
    ended = await check()
    assert ended.status == 1
    assert "the app lacks the scopes files:read" in ended.out


@pytest.mark.usefixtures("loaded")
async def test_http_mode_needs_the_web_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its own secret."""
    file = tmp_path / "config.toml"
    file.write_text('[slack]\nenabled = true\nmode = "http"\n', encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert "needs the web server: set enabled = true under [web]" in (await check()).out
    file.write_text(file.read_text(encoding="utf-8") + "[web]\nenabled = true\n", encoding="utf-8")
    assert "SLACK_SIGNING_SECRET is not set" in (await check()).out


@pytest.mark.usefixtures("loaded")
async def test_channels_of_a_platform_that_is_off_are_told(tmp_path: Path) -> None:
    """Nothing would be posted there."""
    (tmp_path / "config.toml").write_text(
        '[channels."slack:C0123"]\ncollections = ["sea"]\n', encoding="utf-8"
    )
    ended = await check()
    assert ended.status == 1
    assert "channels of Slack are named, and it is off" in ended.out


@pytest.mark.usefixtures("loaded")
async def test_a_channel_that_dateline_is_not_in_is_told(
    slack: SlackDouble, tmp_path: Path
) -> None:
    """With what to type there."""
    slack.user("U0ANN", name="ann")
    slack.channel("C0AWAY", name="away", creator="U0ANN", members={"U0ANN"}, bot_in=False)
    file = tmp_path / "config.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}[channels."slack:C0AWAY"]\ncollections = ["main"]\n', encoding="utf-8")
    ended = await check()
    assert ended.status == 1
    assert "Dateline is not in C0AWAY; type there: /invite @dateline" in ended.out
