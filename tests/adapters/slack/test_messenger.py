"""The Slack messenger keeps what every messenger promises."""

import json
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.posting import Posts, SlackMessenger
from adapters.slack.typesetting import SlackTypesetter
from tests.adapters.messenger_contract import MessengerContract, Stage
from tests.doubles.slack import (
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    SlackDouble,
    shown,
)

CHANNEL = "C0NEWS"
_FAULTS: dict[str, LostReply | LostRequest | RateLimited | ServerError] = {
    "lost reply": LostReply(),
    "lost request": LostRequest(),
    "refused": RateLimited(retry_after=2),
    "broken": ServerError(503),
}


class Workspace:
    """A channel of a workspace that Dateline is in."""

    channel = f"slack:{CHANNEL}"
    gone = "slack:C0NOWHERE"
    faults = frozenset(_FAULTS)

    def __init__(self, slack: SlackDouble) -> None:
        """Make the channel."""
        self._slack = slack
        slack.user("U0ANN", name="ann")
        slack.channel(CHANNEL, name="news", creator="U0ANN", members={"U0ANN"})
        client = AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5
        )
        self.messenger = SlackMessenger(Posts(client, "https://team.example/"))

    def body(self, text: str) -> str:
        """Return what the typesetter makes of a remark."""
        return SlackTypesetter().remark(text).body

    def posted(self, text: str) -> int:
        """Count the messages that hold a text."""
        return sum(text in shown(each) for each in self._slack.posts(CHANNEL))

    def fault(self, kind: str) -> None:
        """Let the next post meet a fault."""
        self._slack.fault("chat.postMessage", _FAULTS[kind])

    def mend(self) -> None:
        """There was one fault, and it is over."""


class TestSlackMessenger(MessengerContract):
    """Slack."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        """Return a channel in a workspace."""
        async with SlackDouble() as slack:
            yield Workspace(slack)


def test_a_body_is_text_and_blocks() -> None:
    """What the messenger posts is what the typesetter makes."""
    body = json.loads(SlackTypesetter().remark("The ferry sails at noon.").body)
    assert set(body) == {"text", "blocks"}
