"""The log of the Slack adapter at its loudest: no secret in it, whatever happens."""

import logging
import re
from collections.abc import Iterable
from typing import Literal

import pytest

from adapters.slack import client as adapter_module
from bot.app import App
from bot.log import Formatter
from tests.adapters.slack.conftest import (
    ANN,
    AWAY,
    NEWS,
    ZOE,
    asked,
    in_workspace,
    replies,
    told,
)
from tests.doubles.slack import ApiError, LostReply, ServerError, SlackDouble

QUESTION = "How many trips to the port of Vostochny?"
LOGGERS = (
    *("slack_sdk", "slack_bolt", "aiohttp", "asyncio", "adapters", "bot"),
    *("adapters.slack.web", "adapters.slack.socket", "adapters.slack.responses"),
)


class Forgetful(set[str]):
    """Tickets of which none is any good."""

    def add(self, _ticket: str) -> None:
        """Forget it at once."""


def lines(records: Iterable[logging.LogRecord]) -> str:
    """Return what the program would print of records; it is told of no secret beforehand."""
    formatter = Formatter(traces=True)
    return "\n".join(map(formatter.format, records))


async def everything(slack: SlackDouble, mode: str) -> None:
    """Let people do most of what they can, and much of it go wrong."""
    await slack.mention(NEWS, QUESTION, user=ZOE)
    (answer,) = await replies(slack, NEWS)
    await slack.click(answer, "answer_sources", user=ZOE)
    await told(slack, ZOE)
    await asked(slack, "/ask", QUESTION, user=ZOE, channel=AWAY)
    await slack.click(slack.ephemerals(ZOE, AWAY)[-1], "answer_share", user=ZOE)
    await slack.until(lambda: slack.messages(AWAY))
    slack.fault("response_url", LostReply())
    slack.fault("response_url", ServerError(500))
    await asked(slack, "/dateline", "status", user=ZOE)
    slack.fault("views.open", ApiError("expired_trigger_id"))
    await asked(slack, "/brief", "schedule", user=ANN)
    slack.fault("users.info", ServerError(503))
    await slack.command("/brief", "now", user=ANN, channel=NEWS)
    file = slack.upload("ferry.txt", b"It sails.", "text/plain", user=ANN)
    message = slack.said(NEWS, "See https://127.0.0.1:9/", user=ANN, files=[file])
    slack.fault("files", LostReply())
    await slack.shortcut("load_files", message, user=ANN)
    await told(slack, ANN, 2)
    await slack.open_home(ANN)
    await slack.until(lambda: slack.home(ANN))
    if mode == "socket":
        slack.fault("apps.connections.open", ServerError(503))
        tickets, slack.sockets._tickets = slack.sockets._tickets, Forgetful()
        await slack.drop_sockets()
        await slack.until(lambda: len(slack.called("apps.connections.open")) > 4)
        slack.sockets._tickets = tickets
        await slack.until(lambda: slack.sockets.open)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_no_secret_is_logged_at_the_loudest(
    app: App,
    slack: SlackDouble,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    mode: Literal["socket", "http"],
) -> None:
    """Neither tokens nor the signing secret, nor an address that is a key by itself."""
    monkeypatch.setattr(adapter_module, "PING_SECONDS", 0.05)
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    async with in_workspace(app, slack, mode=mode):
        await everything(slack, mode)
    said = lines(caplog.records)
    # It was as loud as it can be: what is hidden was said.
    assert "(hidden)" in said
    assert mode == "http" or "response_url" in said
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret):
        assert secret not in said
    for name in slack.response_urls:
        assert name not in said
    assert re.search(r"ticket=\w", said) is None
    assert "/actions/" not in said
    assert mode == "http" or "Failed to connect" in said


async def test_at_its_usual_level_the_log_holds_nothing_that_people_said(
    app: App, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    """A question is said at debug level only; what libraries say in passing is not of it."""
    for name in ("slack_sdk", "slack_bolt", "aiohttp", *LOGGERS[-3:]):
        caplog.set_level(logging.WARNING, logger=name)
    caplog.set_level(logging.INFO)
    async with in_workspace(app, slack):
        await slack.mention(NEWS, "Where is my private zebra?", user=ZOE)
        await replies(slack, NEWS)
        await asked(slack, "/ask", "Where is my private zebra?", user=ZOE)
    said = lines(caplog.records)
    assert "Slack: connected" in said
    assert "zebra" not in said
