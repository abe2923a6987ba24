"""The app's home on Slack: what everybody may know, and how to ask."""

import html
from pathlib import Path

import pytest

from bot.app import App
from tests.adapters.slack.conftest import ANN, ZOE, in_workspace, load
from tests.doubles.slack import ServerError, SlackDouble, View, shown
from tests.running import article


async def home(slack: SlackDouble, user: str) -> View:
    """Let somebody open the home of the app."""
    assert (await slack.open_home(user)).ok
    return await slack.until(lambda: slack.home(user), what="no home was published")


@pytest.mark.usefixtures("dateline")
async def test_the_home_says_what_is_loaded_and_how_to_ask(slack: SlackDouble) -> None:
    """And to an admin how to load."""
    said = shown(await home(slack, ZOE))
    assert "3 articles with 5 sentences of 3 outlets" in said
    assert "Tankers at the coast, 20 November 2024" in said
    assert "/ask" in said
    assert "/source add" not in said
    assert "/source add" in shown(await home(slack, ANN))


@pytest.mark.usefixtures("dateline")
async def test_the_home_knows_of_main_only(slack: SlackDouble, tmp_path: Path) -> None:
    """It is read outside of any channel: whoever opens it, an admin too."""
    deep = article(
        tmp_path / "deep.md",
        "The submarine made 99 dives.",
        title="Deep waters",
        outlet="Deep Press",
        published="2025-01-01",
    )
    await load("source", "add", deep, "--collection", "sea")
    for user in (ANN, ZOE):
        said = shown(await home(slack, user))
        assert "3 articles with 5 sentences of 3 outlets" in said
        for word in ("Deep", "sea", "2025"):
            assert word not in said


@pytest.mark.usefixtures("dateline")
async def test_the_home_is_shown_anew_each_time(slack: SlackDouble, tmp_path: Path) -> None:
    """With what was loaded since."""
    first = shown(await home(slack, ZOE))
    await load("source", "add", article(tmp_path / "more.md", "The pier fell.", outlet="Pier"))
    await slack.open_home(ZOE)
    await slack.until(lambda: shown(_home(slack, ZOE)) != first)
    assert "4 articles" in shown(_home(slack, ZOE))


def _home(slack: SlackDouble, user: str) -> View:
    found = slack.home(user)
    assert found is not None
    return found


@pytest.mark.usefixtures("dateline")
async def test_the_tab_with_the_messages_is_left_alone(slack: SlackDouble) -> None:
    """Only the home is published."""
    await slack.open_home(ZOE, tab="messages")
    await home(slack, ANN)
    assert slack.home(ZOE) is None


async def test_hostile_titles_are_inert_in_the_home(
    app: App, slack: SlackDouble, tmp_path: Path
) -> None:
    """Slack obeys marks in its blocks, too."""
    bad = "<!channel> <https://evil.example|click> &amp; *bold*"
    dated = article(
        tmp_path / "bad.md", "It was so.", title=bad, outlet=bad, published="2025-01-01"
    )
    await load("source", "add", dated)
    async with in_workspace(app, slack):
        view = await home(slack, ZOE)
    assert "<!channel>" not in str(view.definition)
    assert "<https" not in str(view.definition)
    assert bad in html.unescape(shown(view))


async def test_where_slack_cannot_say_who_opened_it(app: App, slack: SlackDouble) -> None:
    """The home is that of a reader."""
    slack.fault("users.info", ServerError(500))
    async with in_workspace(app, slack):
        assert "/source add" not in shown(await home(slack, ANN))


async def test_a_home_that_slack_does_not_take_is_missed_by_nobody(
    app: App, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    """The next time it is opened it is tried again."""
    slack.fault("views.publish", ServerError(500))
    async with in_workspace(app, slack):
        await slack.open_home(ZOE)
        await slack.until(lambda: slack.called("views.publish"))
        assert "3 articles" in shown(await home(slack, ZOE))
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
