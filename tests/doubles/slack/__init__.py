"""A local server that speaks Slack's protocol, and refuses what Slack refuses.

The real slack_bolt and slack_sdk run against it unchanged, in Socket Mode or over HTTP:

    async with SlackDouble() as slack:
        ann = slack.user("U0ANN", name="ann")
        news = slack.channel("C0NEWS", name="news", creator=ann)
        app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
        await handler.connect_async()

        acked = await slack.mention(news, "How many trips?", user=ann)
        assert acked.ok and acked.seconds < 1
        reply = await slack.until(lambda: slack.messages(news, acked.message.ts)[1:])
        assert "12 trips" in shown(reply[0]) and not mentions(reply[0])

        await slack.click(reply[0], "why", user=ann)         # also menus: value="…"
        modal = await slack.until(lambda: slack.modal(ann))
        sent = await slack.submit(modal, {"question": "Since when?"}, user=ann)
        assert sent.errors == {} and sent.view is None        # closed
        await handler.close_async()

Over HTTP: set `slack.http_target` to the address of the app's server, and give the app
`signing_secret=slack.signing_secret`; no handler is needed.

What people do waits until the app has acknowledged, and returns an `Acked`; nothing is raised
when it did not (`ok` is false, `reason` says why, and `slack.unacknowledged` collects them). What
nobody could do (press a button that is not there, send a modal that is not filled in) raises
AssertionError. What the app does is in `messages`, `posts` (the app's own, threads included),
`ephemerals`, `views`, `modal`, `home` and `calls`. The app hears of its own messages (`echo`) in
the background: `idle()` waits for that. `said(…)` puts a message there without telling the app,
`skip(seconds)` lets triggers and response_urls grow old, `fault(method, …)` makes calls fail.

Where Slack's documents are silent or at odds: an answer to a response_url is new unless
`replace_original` is true; a reply to a thread that is not there is `thread_not_found`; a
block type that this double does not know is `invalid_blocks`.
"""

from tests.doubles.slack.delivery import Answer
from tests.doubles.slack.double import SlackDouble
from tests.doubles.slack.faults import (
    ApiError,
    LostReply,
    LostRequest,
    RateLimited,
    ServerError,
    Slow,
)
from tests.doubles.slack.nouns import (
    Acked,
    Call,
    Channel,
    Download,
    Message,
    SharedFile,
    User,
    View,
)
from tests.doubles.slack.reading import links, mentions, shown
from tests.doubles.slack.workspace import EVENTS, SCOPES

__all__ = [
    "EVENTS",
    "SCOPES",
    "Acked",
    "Answer",
    "ApiError",
    "Call",
    "Channel",
    "Download",
    "LostReply",
    "LostRequest",
    "Message",
    "RateLimited",
    "ServerError",
    "SharedFile",
    "SlackDouble",
    "Slow",
    "User",
    "View",
    "links",
    "mentions",
    "shown",
]
