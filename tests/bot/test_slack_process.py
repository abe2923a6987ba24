"""`dateline run` on Slack, as a process of its own: driven from outside, stopped, and killed."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import pytest

from tests.doubles.slack import LostReply, Message, SlackDouble, Slow, shown
from tests.running import dateline

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
]

ANN, ZOE, NEWS = "U0ANN", "U0ZOE", "C0NEWS"
QUESTION = "How many trips to the port of Vostochny?"
PATIENCE = 20.0


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Return a workspace with an admin, a reader and a channel."""
    async with SlackDouble() as made:
        made.user(ANN, name="ann", admin=True)
        made.user(ZOE, name="zoe")
        made.channel(NEWS, name="news", creator=ANN, members={ANN, ZOE})
        yield made


class Bot:
    """The program, as an operator starts it."""

    def __init__(self, slack: SlackDouble, folder: Path, mode: Literal["socket", "http"]) -> None:
        """Write the configuration."""
        self._slack = slack
        self._mode = mode
        self._file = folder / "config.toml"
        self._log = folder / "log.txt"
        self._port = _free_port()
        self._file.write_text(
            f'[slack]\nenabled = true\nmode = "{mode}"\napi_url = "{slack.api_url}"\n'
            f"[web]\nenabled = {str(mode == 'http').lower()}\nport = {self._port}\n"
            "[answers]\nmin_confidence = 0.3\n",
            encoding="utf-8",
        )
        self.process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text(encoding="utf-8")

    async def start(self) -> None:
        """Start it, and wait until it is connected."""
        slack = self._slack
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        }
        before = self.log.count("Slack: connected") if self._log.exists() else 0
        # The loop of the test serves the workspace: starting a process may block it for a moment.
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "--verbose", "--config", self._file, "run"),
                env=environment,
                stdout=log,
                stderr=log,
            )
        await slack.until(lambda: self.log.count("Slack: connected") > before, PATIENCE)
        if self._mode == "http":
            slack.http_target = f"http://127.0.0.1:{self._port}/slack/events"
        else:
            await slack.until(lambda: slack.sockets.open, PATIENCE)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, or kill it, and wait until it has ended."""
        assert self.process is not None
        self.process.send_signal(number)
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        if number is signal.SIGTERM:
            assert status == 0, self.log
        self._slack.sockets.drop()


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@asynccontextmanager
async def running(
    slack: SlackDouble, folder: Path, mode: Literal["socket", "http"] = "socket"
) -> AsyncIterator[Bot]:
    """Run the program until the block ends."""
    bot = Bot(slack, folder, mode)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.process is not None and bot.process.returncode is None:
            await bot.stop()
    assert "Traceback" not in bot.log
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "/response/"):
        assert secret not in bot.log


async def posts(slack: SlackDouble, count: int) -> list[Message]:
    """Wait for Dateline's messages in the channel; there are no more of them, a second later."""
    await slack.until(lambda: len(slack.posts(NEWS)) >= count, PATIENCE)
    await asyncio.sleep(1.0)
    found = slack.posts(NEWS)
    assert len(found) == count, [shown(each) for each in found]
    return list(found)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_day_in_a_workspace(
    slack: SlackDouble, tmp_path: Path, mode: Literal["socket", "http"]
) -> None:
    """Command, mention, follow-up, file, schedule, and a restart in the middle: each once."""
    async with running(slack, tmp_path, mode) as bot:
        asked = await slack.command("/ask", QUESTION, user=ZOE, channel=NEWS)
        assert asked.ok
        (private,) = await slack.until(lambda: slack.ephemerals(ZOE, NEWS))
        assert "43 trips" in shown(private)

        mention = await slack.mention(NEWS, QUESTION, user=ZOE)
        assert mention.message is not None
        await slack.redeliver()
        (answer,) = await posts(slack, 1)
        assert "43 trips" in shown(answer)
        await slack.say(NEWS, "And when?", user=ZOE, thread_ts=mention.message.ts)
        assert "Understood as" in shown((await posts(slack, 2))[-1])

        await slack.command("/source", "add", user=ANN, channel=NEWS)
        form = await slack.until(lambda: slack.modal(ANN))
        file = slack.upload("deep.md", b"The submarine made 99 dives.", "text/markdown", user=ANN)
        await slack.submit(form, {"add_files": [file.json()], "add_outlet": "Deep Press"}, user=ANN)
        receipt = await slack.until(
            lambda: [each for each in slack.ephemerals(ANN) if "added" in shown(each)]
        )
        assert "Deep Press" in shown(receipt[0])

        await bot.stop()
        # Asked while nobody was there; Slack comes again, or says so to who asked.
        slack.patience, slack.retry_delays = 0.2, (0.1, 0.1, 0.1)
        await slack.mention(NEWS, "Is anybody there?", user=ZOE)
        slack.patience = 3.0
        await bot.start()
        await slack.mention(NEWS, "How many dives did the submarine make?", user=ZOE)
        assert "99 dives" in shown((await posts(slack, 3))[-1])

        # What was answered before the restart still has its buttons and its thread.
        await slack.click(answer, "answer_sources", user=ZOE)
        await slack.until(lambda: slack.ephemerals(ZOE, NEWS)[1:])
        await slack.say(NEWS, "And since when?", user=ZOE, thread_ts=mention.message.ts)
        assert "Understood as" in shown((await posts(slack, 4))[-1])

        schedule = '/brief schedule ports --when "daily at 08:00" --timezone UTC'.split(" ", 1)
        await slack.command(schedule[0], schedule[1], user=ANN, channel=NEWS)
        await slack.until(
            lambda: [each for each in slack.ephemerals(ANN) if "ports" in shown(each)]
        )
        ran = await asyncio.to_thread(dateline, "schedule", "run", "ports", "--json")
        assert ran.json()["state"] == "delivered", ran.err
        brief = (await posts(slack, 5))[-1]
        assert brief.metadata is not None
        assert "43 trips" in shown(brief)


@pytest.mark.usefixtures("loaded")
async def test_killed_while_it_answers(slack: SlackDouble, tmp_path: Path) -> None:
    """Before it posts, and after it has posted without hearing so: answered once."""
    async with running(slack, tmp_path) as bot:
        faults: tuple[Slow | LostReply, ...] = (Slow(30.0), LostReply())
        for number, fault in enumerate(faults, start=1):
            slack.fault("chat.postMessage", fault)
            calls = len(slack.called("chat.postMessage"))
            await slack.mention(NEWS, QUESTION, user=ZOE)
            await slack.until(partial(_has_more_calls, slack, calls))
            await bot.stop(signal.SIGKILL)
            await bot.start()
            assert "43 trips" in shown((await posts(slack, number))[-1])


def _has_more_calls(slack: SlackDouble, calls: int) -> bool:
    return len(slack.called("chat.postMessage")) > calls


async def test_a_bad_token_is_said_at_the_start(slack: SlackDouble, loaded: Path) -> None:
    """The program ends with status 2, and tells which and where to find it."""
    file = loaded.parent / "config.toml"
    file.write_text(f'[slack]\nenabled = true\napi_url = "{slack.api_url}"\n', encoding="utf-8")
    for tokens, says in (
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": slack.app_token}, "it begins with xoxb-"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": slack.app_token},
            "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)",
        ),
        (
            {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": "xapp-wrong"},
            "Slack does not accept SLACK_APP_TOKEN (invalid_auth)",
        ),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", file, "run"),
            env={**os.environ, **tokens},
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert says in err.decode()
        assert process.returncode == 2
