"""The log: one line an event, tracebacks on demand, and no secret in either.

Modules log with `logging.getLogger(__name__)`; structlog renders what they say, as text or JSON,
with the id of the request that it is about.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from typing import Literal, TypeAlias

import structlog
from structlog.typing import EventDict, WrappedLogger

from adapters.requesting import REQUEST

Style: TypeAlias = Literal["text", "json"]
Level: TypeAlias = Literal["debug", "info", "warning", "error"]

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
_OURS = ("bot", "adapters", "briefs")


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Prints records without secrets; where wanted, with the traceback of an error."""

    def __init__(self, *, traces: bool, secrets: Iterable[str] = (), style: Style = "text") -> None:
        """Take whether tracebacks are shown, what must never be, and how a record looks."""
        self._traces = traces
        known = sorted((each for each in secrets if len(each) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                self._explained,
                self._shown_as_json if style == "json" else self._shown_as_text,
            ],
        )

    def hidden(self, text: str) -> str:
        """Return a text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SECRETS.sub(HIDDEN, text)

    def _explained(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Put a text in the place of an error: its traceback, or one line."""
        found = event.pop("exc_info", None)
        if isinstance(found, tuple) and found[1] is not None:
            event["exception"] = (
                "".join(traceback.format_exception(*found)).rstrip("\n")
                if self._traces
                else f"{found[0].__name__}: {found[1]} (--verbose before the command shows where)"
            )
        return event

    def _shown_as_text(self, _logger: WrappedLogger, _method: str, event: EventDict) -> str:
        about = f" [{event[REQUEST]}]" if REQUEST in event else ""
        line = f"{event['level'].upper()} {event['logger']}: {event['event']}{about}"
        return self.hidden(
            "\n".join((line, *([event["exception"]] if "exception" in event else ())))
        )

    def _shown_as_json(self, _logger: WrappedLogger, _method: str, event: EventDict) -> str:
        # Before it is JSON: an escaped quotation mark would hide a secret, or end one too late.
        return json.dumps({key: self.hidden(str(value)) for key, value in event.items()})


def set_up(
    *,
    verbose: bool,
    secrets: Iterable[str] = (),
    style: Style = "text",
    level: Level = "error",
) -> None:
    """Let what counts go to standard error; a second call changes how.

    A program that has set up its logging before keeps it.

    Args:
        verbose: Whether all is told but what libraries say in passing, with tracebacks; as the
            level `debug` does.
        secrets: What must never be shown.
        style: How a record looks.
        level: From which level on Dateline's own records are shown. Of libraries, errors are.
    """
    everything = verbose or level == "debug"
    formatter = Formatter(traces=everything, secrets=secrets, style=style)
    root = logging.getLogger()
    ours = [each for each in root.handlers if isinstance(each.formatter, Formatter)]
    if not ours and root.handlers:
        return
    if not ours:
        ours = [logging.StreamHandler(sys.stderr)]
        root.addHandler(ours[0])
    for each in ours:
        each.setFormatter(formatter)
    root.setLevel(logging.DEBUG if everything else logging.ERROR)
    for library in _LOUD:
        logging.getLogger(library).setLevel(logging.WARNING if everything else logging.ERROR)
    for package in _OURS:
        own = logging.DEBUG if everything else logging.getLevelNamesMapping()[level.upper()]
        logging.getLogger(package).setLevel(own)
