"""How fast many documents load, against the bare embedder, and how fast a start is with them.

    .venv/bin/python benchmarks/loading.py
    .venv/bin/python benchmarks/loading.py --documents 10000 --model hash --json

Invented articles are loaded by the program itself, in rounds; after each round the embedder alone
gets the very texts that the program gave it, in the same batches. What the load took longer is the
overhead. Rounds alternate, so that what else a machine does meets both alike; where it does much,
processor time tells more than the clock.

The start is that of a new process over the same data folder: from its first instruction until the
index stands, what the model takes to load left out, and then its first answer.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.inventing import invented  # noqa: E402 - found by the line above

if TYPE_CHECKING:
    from bot.app import App
    from briefs.model import Vectors
    from briefs.ports import Embedder, Progressed

SEED = 1
STARTS = 3

Figures = dict[str, float]


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    os.environ["DATELINE_MODEL__NAME"] = arguments.model
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](arguments)))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.within) as folder:
        _write_articles(Path(folder), arguments)
        load = _in_a_process("load", folder, arguments)
        starts = [_in_a_process("start", folder, arguments) for _ in range(STARTS)]
        load["database, MB"] = sum(
            file.stat().st_size for file in Path(folder, "data").iterdir()
        ) / (1_000_000)
    start = {name: median(each[name] for each in starts) for name in starts[0]}
    if arguments.json:
        print(json.dumps({"model": arguments.model, "load": load, "start": start}, indent=2))
    else:
        show({"model": arguments.model, "load": load, "start": start})
    return 0


def load(arguments: argparse.Namespace) -> Figures:
    """Load every round by the program, and embed its texts again without the program."""
    from adapters.terminal.progress import progress_bar  # noqa: PLC0415
    from bot.app import assembled  # noqa: PLC0415
    from bot.config import read_settings  # noqa: PLC0415
    from bot.embedding import embedder_for  # noqa: PLC0415

    settings = read_settings()
    embedder = Recorded(embedder_for(settings.model))
    rounds: list[tuple[Spent, Spent]] = []
    texts = batches = 0
    with (
        assembled(settings, arguments.folder / "data", embedder=embedder) as app,
        progress_bar(Console(stderr=True)) as progressed,
        asyncio.Runner() as runner,
    ):
        runner.run(embedder.ready())
        runner.run(embedder.bare.embed_passages(["Is the model warm?"] * 64))
        for number in range(arguments.rounds):
            embedder.batches.clear()
            spent = Watch()
            runner.run(_added(app, arguments.folder / f"round-{number}", progressed))
            loading = spent.so_far()
            spent = Watch()
            for batch in embedder.batches.copy():
                runner.run(embedder.bare.embed_passages(batch))
            rounds.append((loading, spent.so_far()))
            texts += sum(map(len, embedder.batches))
            batches += len(embedder.batches)
    loads, bares = zip(*rounds, strict=True)
    seconds = sum(each.seconds for each in loads)
    bare_seconds = sum(each.seconds for each in bares)
    return {
        "documents": arguments.documents,
        "texts embedded": texts,
        "texts in a batch, mean": texts / batches,
        "loading, s": seconds,
        "bare embedder, s": bare_seconds,
        "overhead, %": 100 * (seconds / bare_seconds - 1),
        "overhead of the middle round, %": 100
        * (median(one.seconds / other.seconds for one, other in rounds) - 1),
        "overhead of the first round, %": 100 * (loads[0].seconds / bares[0].seconds - 1),
        "overhead of the last round, %": 100 * (loads[-1].seconds / bares[-1].seconds - 1),
        "overhead on the embedding within the load, %": 100 * (seconds / embedder.seconds - 1),
        "overhead in processor time, %": 100
        * (sum(each.processor for each in loads) / sum(each.processor for each in bares) - 1),
        "milliseconds a document beside embedding": 1000
        * (seconds - embedder.seconds)
        / arguments.documents,
        "documents/s": arguments.documents / seconds,
        "texts/s": texts / seconds,
        "peak memory, MB": _peak_megabytes(),
    }


def start(arguments: argparse.Namespace) -> Figures:
    """Start over a full data folder, and answer a question."""
    from bot.app import assembled  # noqa: PLC0415 - its import is what is measured
    from bot.config import read_settings  # noqa: PLC0415
    from briefs.model import Answer  # noqa: PLC0415
    from briefs.ports import Ask, Place  # noqa: PLC0415

    imported = time.monotonic()
    said = invented(SEED, arguments.documents // 2, sentences=arguments.sentences).paragraphs[0]
    asked = Ask(question=said.partition(". ")[0])
    with (
        assembled(read_settings(), arguments.folder / "data") as app,
        asyncio.Runner() as runner,
    ):
        opened = time.monotonic()
        runner.run(app.embedder.ready())
        model, without_index = time.monotonic(), _peak_megabytes()
        runner.run(app.newsroom.warm_up())
        ready, memory = time.monotonic(), _megabytes_now()
        reply = runner.run(app.commands.handle(asked, Place(channel="terminal:")))
        answered = time.monotonic()
        again = runner.run(app.commands.handle(asked, Place(channel="terminal:")))
    if not isinstance(reply, Answer) or not isinstance(again, Answer) or not reply.answered:
        sys.exit(f"A question was not answered: {reply}")
    return {
        "interpreter and imports, s": imported - arguments.began,
        "opening the database, s": opened - imported,
        "the model, s": model - opened,
        "the index, s": ready - model,
        "ready, the model left out, s": ready - arguments.began - (model - opened),
        "first answer after that, ms": (answered - ready) * 1000,
        "second answer, ms": again.elapsed_ms,
        "peak memory before the index, MB": without_index,
        "memory when ready, MB": memory,
        "peak memory, MB": _peak_megabytes(),
    }


PARTS: dict[str, Callable[[argparse.Namespace], Figures]] = {"load": load, "start": start}


class Recorded:
    """An `Embedder` that remembers what it was given."""

    def __init__(self, bare: "Embedder") -> None:
        """Give everything on to an embedder."""
        self.bare = bare
        self.batches: list[list[str]] = []
        self.seconds = 0.0
        """Spent in embedding passages so far."""
        self.name = bare.name
        self.identity = bare.identity
        self.ready = bare.ready
        self.embed_queries = bare.embed_queries
        self.close = bare.close

    async def embed_passages(self, texts: Sequence[str]) -> "Vectors":
        """Return one row a text."""
        self.batches.append(list(texts))
        began = time.perf_counter()
        vectors = await self.bare.embed_passages(texts)
        self.seconds += time.perf_counter() - began
        return vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What some work took."""

    seconds: float
    processor: float
    """Seconds of all threads together, those of child processes left out."""


class Watch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        """Start."""
        self._began = time.perf_counter(), time.process_time()

    def so_far(self) -> Spent:
        """Return what has been spent since."""
        seconds, processor = self._began
        return Spent(
            seconds=time.perf_counter() - seconds, processor=time.process_time() - processor
        )


async def _added(app: "App", folder: Path, progressed: "Progressed") -> None:
    """Load a folder, every article of which must be new."""
    from briefs.model import Status  # noqa: PLC0415
    from briefs.ports import AddSources, Place, Receipts  # noqa: PLC0415

    place = Place(channel="terminal:", collections=None, admin=True)
    reply = await app.commands.handle(AddSources(sources=(str(folder),)), place, progressed)
    if not isinstance(reply, Receipts):
        sys.exit(f"A load was refused: {reply}")
    for receipt in reply.receipts:
        if receipt.status is not Status.ADDED:
            sys.exit(f"{receipt.source} is {receipt.status}: {receipt.error}")


def _write_articles(folder: Path, arguments: argparse.Namespace) -> None:
    for number in track(
        range(arguments.documents),
        "articles …",
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ):
        article = invented(SEED, number, sentences=arguments.sentences)
        # One after another into the rounds, so that these differ by chance only.
        article.written(folder / f"round-{number % arguments.rounds}" / f"{number:06}.md")


def _in_a_process(part: str, folder: str, arguments: argparse.Namespace) -> Figures:
    command = [
        sys.executable, __file__, "--part", part, "--folder", folder, "--model", arguments.model,
        "--documents", str(arguments.documents), "--sentences", str(arguments.sentences),
        "--rounds", str(arguments.rounds), "--began", str(time.monotonic()),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    found: Figures = json.loads(done.stdout)
    return found


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In bytes there, in kibibytes elsewhere.
    return peak * (1 if platform.system() == "Darwin" else 1_024) / 1_000_000


def _megabytes_now() -> float:
    """Return what is in memory now, as far as the system tells; the peak where it does not."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return _peak_megabytes()
    return pages * resource.getpagesize() / 1_000_000


def show(figures: dict[str, Any]) -> None:
    """Print the tables."""
    load: Figures = figures["load"]
    console = Console(width=100) if not sys.stdout.isatty() else Console()
    for title, part in (
        (f"Loading {load['documents']:,} articles with {figures['model']}", load),
        (f"Starting with them, the median of {STARTS}", figures["start"]),
    ):
        table = Table("", title=title)
        table.add_column("", justify="right")
        for name, figure in part.items():
            table.add_row(name, f"{figure:,.2f}" if abs(figure) < 100 else f"{figure:,.0f}")  # noqa: PLR2004
        console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--sentences", type=int, default=30, help="in each article")
    parser.add_argument("--model", default="all-MiniLM-L6-v2", help="or: hash")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--within", type=Path, help="where the data folder is made, and removed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
