"""How soon a bot that was just started answers, on Slack and on Discord, and what it then holds.

    .venv/bin/python benchmarks/starting.py --sentences 100000 --json

`dateline run` is started over the seed articles, and over a library of invented sentences, and a
command is sent as soon as the platform can reach it. Told is what passes from the start of the
process until the command is acknowledged, until its answer is there, and how much memory the
process holds then. The platforms are the local servers of the tests: what the way to the real ones
takes comes on top.
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
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402 - found by the line above
from rich.table import Table  # noqa: E402

from adapters.embedding import SentenceTransformerEmbedder  # noqa: E402
from benchmarks.retrieval import HIDDEN, OPEN, Data, make_data  # noqa: E402
from benchmarks.scale_library import save  # noqa: E402
from bot.app import DATABASE  # noqa: E402
from briefs.model import MAIN  # noqa: E402
from briefs.splitting import SEGMENTATION  # noqa: E402
from tests.doubles import discord_server  # noqa: E402
from tests.doubles.slack import SlackDouble, shown  # noqa: E402

QUESTION = "How many trips did the tankers make?"
INVENTED = "t200 t3000"
"""Words of the invented sentences."""
STARTS = 3
PATIENCE = 60.0

Figures = dict[str, float]
Way = Callable[[Path, str, Path], Coroutine[None, None, Figures]]


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    found = measured(arguments.sentences)
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 0


def measured(sentences: int) -> dict[str, Figures]:
    """Return the figures by platform and library, each the median of some starts."""
    with tempfile.TemporaryDirectory() as folder:
        seeds, large = Path(folder, "seeds"), Path(folder, "large")
        _dateline("--data", str(seeds), "source", "add", str(ROOT / "seeds"))
        large.mkdir()
        drawn = Path(folder, "drawn")
        drawn.mkdir()
        make_data(drawn, sentences, 1)
        save(Data(drawn), large / DATABASE, asyncio.run(_scheme()))
        ways: dict[str, tuple[Way, Path, str]] = {
            "Slack": (_on_slack, seeds, QUESTION),
            "Discord": (_on_discord, seeds, QUESTION),
            f"Slack, {sentences:,} sentences": (_on_slack, large, INVENTED),
        }
        runs = Path(folder, "runs")
        return {name: _median(*asked, runs) for name, asked in ways.items()}


def show(found: dict[str, Figures]) -> None:
    """Print a table."""
    table = Table(title=f"dateline run: what passes from its start on (medians of {STARTS})")
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    for name in next(iter(found.values())):
        table.add_row(name, *(f"{each[name]:.2f}" for each in found.values()))
    (Console() if sys.stdout.isatty() else Console(width=120)).print(table)


def _median(way: "Way", data: Path, question: str, folder: Path) -> Figures:
    runs: list[Figures] = []
    for _ in range(STARTS):
        # A copy each: what was asked before is known there, and a platform that is made anew
        # numbers its requests alike.
        shutil.copytree(data, folder / "data")
        runs.append(asyncio.run(way(folder / "data", question, folder)))
        shutil.rmtree(folder)
    return {name: median(run[name] for run in runs) for name in runs[0]}


async def _scheme() -> str:
    embedder = SentenceTransformerEmbedder()
    try:
        return f"{await embedder.identity()}/{SEGMENTATION}"
    finally:
        embedder.close()


async def _on_slack(data: Path, question: str, folder: Path) -> Figures:
    async with SlackDouble() as slack:
        ann = slack.user("U0ANN", name="ann")
        news = slack.channel("C0NEWS", name="news", creator=ann, members={ann})
        lines = (
            f'[slack]\nenabled = true\nmode = "socket"\napi_url = "{slack.api_url}"\n'
            f'[channels."slack:{news}"]\ncollections = ["{MAIN}", "{OPEN}", "{HIDDEN}"]\n'
        )
        secrets = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        with _running(data, folder, lines, secrets) as bot:
            await slack.until(lambda: slack.sockets.open, PATIENCE)
            reached = bot.age()
            acked = await slack.command("/ask", question, user=ann, channel=news)
            acknowledged = bot.age()
            if not acked.ok:
                raise RuntimeError(acked.reason)
            (answer,) = await slack.until(lambda: slack.ephemerals(ann, news), PATIENCE)
            if "No article" in shown(answer):
                raise RuntimeError(shown(answer))
            return bot.figures(reached, acknowledged)


async def _on_discord(data: Path, question: str, folder: Path) -> Figures:
    async with discord_server.DiscordDouble() as server:
        guild = server.guild()
        news = server.channel(guild, "news")
        ann = server.member(guild, "Ann")
        lines = (
            f'[discord]\nenabled = true\napi_url = "{server.api_url}"\n'
            f'gateway_url = "{server.gateway_url}"\ncdn_url = "{server.cdn_url}"\n'
        )
        with _running(data, folder, lines, {"DISCORD_BOT_TOKEN": server.token}) as bot:
            await server.until(lambda: server.connected and server.commands(), PATIENCE)
            reached = bot.age()
            asked = await server.slash("ask", {"question": question}, member=ann, channel=news)
            acknowledged = bot.age()
            await asked.replied(PATIENCE)
            return bot.figures(reached, acknowledged)


class Bot:
    """The process of a bot."""

    def __init__(self, command: list[str], secrets: dict[str, str]) -> None:
        """Start it."""
        self._began = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env={**os.environ, **secrets},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def age(self) -> float:
        """Return the seconds since its start."""
        return time.perf_counter() - self._began

    def figures(self, reached: float, acknowledged: float) -> Figures:
        """Return the figures of a bot that has just answered."""
        return {
            "reachable, s": reached,
            "first acknowledgement, s": acknowledged,
            "first answer, s": self.age(),
            "memory then, MB": self._megabytes("VmRSS"),
            "peak memory, MB": self._megabytes("VmHWM"),
        }

    def _megabytes(self, what: str) -> float:
        """Return what Linux says of the process; nothing known elsewhere."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return float("nan")
        (line,) = [each for each in status.splitlines() if each.startswith(f"{what}:")]
        return int(line.split()[1]) * 1024 / 1_000_000


@contextmanager
def _running(data: Path, folder: Path, lines: str, secrets: dict[str, str]) -> Iterator[Bot]:
    """Run the bot until the block ends."""
    file = folder / "config.toml"
    file.write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "bot", "--config", str(file), "--data", str(data), "run"]
    bot = Bot(command, secrets)
    try:
        yield bot
    finally:
        bot.process.send_signal(signal.SIGKILL)
        bot.process.wait()


def _dateline(*words: str) -> None:
    command = [sys.executable, "-m", "bot", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sentences", type=int, default=100_000, help="of the large library")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
