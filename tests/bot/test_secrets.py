"""Secrets come from the environment or a file that it names, and show up nowhere."""

import logging
from pathlib import Path

import pytest

from bot.log import HIDDEN, Formatter
from bot.secrets import all_secrets, secret
from briefs.errors import ConfigurationError

# Of the right form, and nobody's.
BOT = "xoxb-123456789012-abcDEF123456"
APP = "xapp-1-A0123-9876543210-abcdef"
SIGNING = "0123456789abcdef0123456789abcdef"


def test_a_secret_is_what_the_environment_says(tmp_path: Path) -> None:
    """By itself or in a file, without the white space around it; empty where there is none."""
    file = tmp_path / "token"
    file.write_text(f"{BOT}\n", encoding="utf-8")
    assert secret("SLACK_BOT_TOKEN", {"SLACK_BOT_TOKEN": f" {BOT} "}) == BOT
    assert secret("SLACK_BOT_TOKEN", {"SLACK_BOT_TOKEN_FILE": str(file)}) == BOT
    assert secret("SLACK_BOT_TOKEN", {}) == ""


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Without the secret itself."""
    gone = tmp_path / "gone"
    with pytest.raises(ConfigurationError, match=r"SLACK_APP_TOKEN_FILE: .*gone cannot be read"):
        secret("SLACK_APP_TOKEN", {"SLACK_APP_TOKEN_FILE": str(gone)})
    both = {"SLACK_APP_TOKEN_FILE": str(gone), "SLACK_APP_TOKEN": APP}
    with pytest.raises(ConfigurationError, match="and not both") as raised:
        secret("SLACK_APP_TOKEN", both)
    assert APP not in str(raised.value)
    assert all_secrets({**both, "SLACK_BOT_TOKEN": BOT}) == (BOT,)


@pytest.mark.parametrize(
    "text",
    [
        f"asked with {BOT}",
        f"headers: {{'Authorization': 'Bearer {APP}'}}",
        f"signed with {SIGNING}",
        "posting to https://hooks.slack.com/commands/T1/22/abcd",
        "posting to http://127.0.0.1:8080/response/abcd1234 now",
        r'{"response_url":"https:\/\/hooks.slack.com\/commands\/T1\/22\/abcd"}',
        "connecting to wss://wss-primary.slack.com/link/?ticket=abcd-1234&app_id=99",
        f"{{'response_url': 'https://hooks.slack.com/actions/T1/{BOT}'}}",
    ],
)
def test_no_secret_is_logged(text: str) -> None:
    """Known ones wherever they stand, and what looks like one."""
    formatter = Formatter(traces=True, secrets=(BOT, APP, SIGNING))
    record = logging.LogRecord("x", logging.INFO, "file", 1, "%s", (text,), None)
    said = formatter.format(record)
    assert HIDDEN in said
    for each in (BOT, APP, SIGNING, "abcd"):
        assert each not in said


def test_a_traceback_holds_no_secret() -> None:
    """Whether it is shown or told in a line."""
    error = ValueError(f"no such token: {BOT}")
    record = logging.LogRecord(
        "x", logging.ERROR, "file", 1, "failed", (), (ValueError, error, None)
    )
    for traces in (True, False):
        record.exc_text = None
        said = Formatter(traces=traces, secrets=(BOT,)).format(record)
        assert "ValueError: no such token: (hidden)" in said
        assert BOT not in said


def test_ordinary_words_stay() -> None:
    """Addresses, too, that are no keys."""
    text = "part a1 for slack:C0123: Sent; see https://example.com/actions and docs/slack.md"
    record = logging.LogRecord("x", logging.INFO, "file", 1, "%s", (text,), None)
    assert Formatter(traces=False).format(record) == f"INFO x: {text}"
