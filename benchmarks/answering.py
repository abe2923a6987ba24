"""Questions to answers over the seed articles, and whole commands from start to end."""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefs.ports import Embedder

ROOT = Path(__file__).parent.parent
QUESTIONS = (
    "How many trips did the tankers make?",
    "When was the last trip?",
    "What is the yearly cap on imports of oil?",
    "Who visited Pyongyang in June?",
    "What is the price of bitcoin?",
)
ROUNDS = 40
STARTS = 5

Figures = dict[str, float]


def asked(runner: asyncio.Runner, embedder: "Embedder") -> Figures:
    """Measure a question to its answer, over the seed articles, everything in memory."""
    from adapters.storage.database import Database  # noqa: PLC0415
    from adapters.storage.library import SqlLibrary  # noqa: PLC0415
    from bot.app import loader_for, utc_now  # noqa: PLC0415
    from bot.config import Settings  # noqa: PLC0415
    from bot.loading import Loading  # noqa: PLC0415
    from bot.newsroom import Newsroom  # noqa: PLC0415
    from briefs.answering import AnswerSettings  # noqa: PLC0415
    from briefs.ports import AddSources, Ask, Place  # noqa: PLC0415

    place = Place(channel="terminal:", admin=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder, "dateline.db"))
        library = SqlLibrary(database, utc_now)
        loader = loader_for(Settings(), library)
        newsroom = Newsroom(
            library=library,
            embedder=embedder,
            loading=Loading(library=library, embedder=embedder, loader=loader),
            settings=AnswerSettings(),
        )
        runner.run(newsroom.add(AddSources(sources=(str(ROOT / "seeds"),)), lambda _: None))
        latencies = []
        for number in range(ROUNDS + 1):
            asked = Ask(question=QUESTIONS[number % len(QUESTIONS)])
            reply = runner.run(newsroom.ask(asked, place, lambda _: None))
            latencies.append(reply.elapsed_ms)
        loader.close()
        database.close()
    return {
        "question to answer, ms p50": median(latencies[1:]),
        "question to answer, ms p99": quantiles(latencies[1:], n=100)[98],
    }


def command_line() -> Figures:
    """Measure whole commands, from their start to their end."""
    with tempfile.TemporaryDirectory() as folder:
        base = [sys.executable, "-m", "bot", "--data", folder]
        load = _seconds([*base, "source", "add", str(ROOT / "seeds")])
        return {
            "dateline --help": min(_seconds([*base, "--help"]) for _ in range(STARTS)),
            "dateline source add seeds": load,
            "dateline source list": min(_seconds([*base, "source", "list"]) for _ in range(STARTS)),
            "dateline ask": min(_seconds([*base, "ask", QUESTIONS[0]]) for _ in range(STARTS)),
        }


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - started
