"""The log: one line an event, tracebacks on demand, and no secret in either."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

_LINE = "%(levelname)s %(name)s: %(message)s"
_SHORTEST = 8

# Slack's tokens and addresses that are keys by themselves, Discord's, and what a header carries.
_SECRETS = re.compile(
    r"xox[a-z]-[\w.-]+|xapp-[\w.-]+"
    # A slash may be escaped, as in Slack's JSON.
    r"|https?:\\?/\\?/[^\s\"'<>]*?/(?:commands|actions|services|workflows|webhooks|response|interactions)"
    r"\\?/[^\s\"'<>]+"
    r"|wss?://[^\s\"'<>]+\?[^\s\"'<>]+"
    r"|(?<=Bearer )[\w.~+/=-]+|(?<=Bot )[\w-]{20,}\.[\w.-]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",
)
HIDDEN = "(hidden)"

# What libraries say of themselves drowns what Dateline says, and some of it is people's words.
_LOUD = (
    *("asyncio", "discord", "filelock", "httpcore", "httpx", "markdown_it", "slack_bolt"),
    *("slack_sdk", "urllib3", "aiohttp", "adapters.slack.web", "adapters.slack.socket"),
    *("adapters.slack.bolt", "adapters.slack.responses"),
)


class Formatter(logging.Formatter):
    """Prints records without secrets; where wanted, with the traceback of an error."""

    def __init__(self, *, traces: bool, secrets: Iterable[str] = ()) -> None:
        """Take whether tracebacks are shown, and what must never be."""
        super().__init__(_LINE)
        self._traces = traces
        known = sorted((each for each in secrets if len(each) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        return self.hidden(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return a traceback, or in place of it one line."""
        if self._traces:
            return super().formatException(ei)
        return f"{ei[0].__name__}: {ei[1]} (--verbose before the command shows where)"

    def hidden(self, text: str) -> str:
        """Return a text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SECRETS.sub(HIDDEN, text)


def set_up(*, verbose: bool, secrets: Iterable[str] = ()) -> None:
    """Let errors go to standard error, or with `verbose` all but what libraries say in passing."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter(traces=verbose, secrets=secrets))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.ERROR, handlers=[handler])
    for library in _LOUD:
        logging.getLogger(library).setLevel(logging.WARNING if verbose else logging.ERROR)
