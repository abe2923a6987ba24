"""How soon a bot that was just started answers, on Slack and on Discord.

    .venv/bin/python benchmarks/starting.py --data FOLDER --json

`dateline run` is started over a library (the seed articles, unless a data folder is given), and a
command is sent as soon as the platform can reach it. Told is what passes from the start of the
process until the command is acknowledged, and until its answer is there. The platforms are the
local servers of the tests: what the way to the real ones takes comes on top.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402 - found by the line above
from rich.table import Table  # noqa: E402

from tests.doubles import discord_server  # noqa: E402
from tests.doubles.slack import SlackDouble  # noqa: E402

QUESTION = "How many trips did the tankers make?"
STARTS = 3
PATIENCE = 60.0

Figures = dict[str, float]


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        data = arguments.data or Path(folder, "data")
        if arguments.data is None:
            _dateline("--data", str(data), "source", "add", str(ROOT / "seeds"))
        found = measured(data, Path(folder))
    if arguments.json:
        print(json.dumps(found, indent=2))
        return 0
    table = Table(title="dateline run, seconds from the start of the process (median of three)")
    table.add_column("")
    for platform in found:
        table.add_column(platform, justify="right")
    for name in next(iter(found.values())):
        table.add_row(name, *(f"{each[name]:.2f}" for each in found.values()))
    Console().print(table)
    return 0


def measured(data: Path, folder: Path) -> dict[str, Figures]:
    """Return the figures of each platform, in seconds."""
    found = {}
    for platform, once in (("Slack", _on_slack), ("Discord", _on_discord)):
        runs = []
        for number in range(STARTS):
            # A copy each: what was asked before is known there, and a platform that is made anew
            # numbers its requests alike.
            copy = folder / f"{platform}-{number}"
            shutil.copytree(data, copy)
            runs.append(asyncio.run(once(copy, folder)))
        found[platform] = {name: median(run[name] for run in runs) for name in runs[0]}
    return found


async def _on_slack(data: Path, folder: Path) -> Figures:
    async with SlackDouble() as slack:
        ann = slack.user("U0ANN", name="ann")
        news = slack.channel("C0NEWS", name="news", creator=ann, members={ann})
        lines = f'[slack]\nenabled = true\nmode = "socket"\napi_url = "{slack.api_url}"\n'
        secrets = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        with _running(data, folder, lines, secrets) as began:
            await slack.until(lambda: slack.sockets.open, PATIENCE)
            reached = time.perf_counter() - began
            acked = await slack.command("/ask", QUESTION, user=ann, channel=news)
            acknowledged = time.perf_counter() - began
            if not acked.ok:
                raise RuntimeError(acked.reason)
            await slack.until(lambda: slack.ephemerals(ann, news), PATIENCE)
            answered = time.perf_counter() - began
    return {"reachable": reached, "first acknowledgement": acknowledged, "first answer": answered}


async def _on_discord(data: Path, folder: Path) -> Figures:
    async with discord_server.DiscordDouble() as server:
        guild = server.guild()
        news = server.channel(guild, "news")
        ann = server.member(guild, "Ann")
        lines = (
            f'[discord]\nenabled = true\napi_url = "{server.api_url}"\n'
            f'gateway_url = "{server.gateway_url}"\ncdn_url = "{server.cdn_url}"\n'
        )
        with _running(data, folder, lines, {"DISCORD_BOT_TOKEN": server.token}) as began:
            await server.until(lambda: server.connected and server.commands(), PATIENCE)
            reached = time.perf_counter() - began
            asked = await server.slash("ask", {"question": QUESTION}, member=ann, channel=news)
            acknowledged = time.perf_counter() - began
            await asked.replied(PATIENCE)
            answered = time.perf_counter() - began
    return {"reachable": reached, "first acknowledgement": acknowledged, "first answer": answered}


@contextmanager
def _running(data: Path, folder: Path, lines: str, secrets: dict[str, str]) -> Iterator[float]:
    """Run the bot; yield when it was started."""
    file = folder / "config.toml"
    file.write_text(lines, encoding="utf-8")
    began = time.perf_counter()
    bot = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "bot", "--config", str(file), "--data", str(data), "run"],
        cwd=ROOT,
        env={**os.environ, **secrets},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield began
    finally:
        bot.send_signal(signal.SIGKILL)
        bot.wait()


def _dateline(*words: str) -> None:
    command = [sys.executable, "-m", "bot", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
