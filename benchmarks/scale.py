"""How searching, loading and memory grow with the library, as ratios against plain numpy.

    python benchmarks/scale.py
    python benchmarks/scale.py --full --picture docs/images/scale.svg

The sentences are those that benchmarks/retrieval.py invents: 30 a document, in topics, with words
after Zipf. Each size has a process of its own. There they are saved in a database as articles are,
loaded from it as a start does, and searched by question and vector: all of them, the half that a
place may see, and one outlet of a hundred. "numpy" is what one would write first: a float32 matrix
times the vector, and the ten best; it knows no words, no passages and no filters. It runs in turn
with Dateline's search, so that what else the machine does falls on both; searches are in time of
the processor, which is what they take where nothing else wants it (JSON has the time by the clock,
too). Of three loads, the fastest counts. Absolute times are one machine's; take the ratios.

"Same" is the share of questions for which the first ten sentences and passages, and their scores to
the last bit, are those of a search that scans every vector in full precision. "Recall" is of the
ten nearest sentences by meaning alone, against float32. "On top" is what an answer adds to its
search.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from benchmarks.retrieval import (
    DIMENSIONS,
    EVERYTHING,
    IN_A_DOCUMENT,
    OURS,
    RECALL_AT,
    ROOT,
    Data,
    Figures,
    Question,
    make_data,
)
from benchmarks.scale_library import save
from benchmarks.scale_picture import drawn
from briefs.answering import AnswerSettings, answer
from briefs.codes import codes_of
from briefs.hits import Ranking
from briefs.index import Index
from briefs.model import Scope
from briefs.shard import FEW_ROWS

QUICK = (1_000, 10_000, 100_000)
FULL = (*QUICK, 1_000_000)
ONE_OUTLET = Scope(collections=None, outlet="Outlet 07")
ANSWERED = 20
LOADS = 3
COMPARED = 20
SCHEME = "invented"
CHANGES = 5
CHANGED = 10
ANY = AnswerSettings(min_confidence=0)


def main() -> int:
    """Measure each size in a process of its own; print a table, and draw it."""
    arguments = _arguments()
    if arguments.folder is not None:
        print(json.dumps(measured(arguments.folder)))
        return 0
    found: list[Figures] = []
    for rows in arguments.sentences or (FULL if arguments.full else QUICK):
        with tempfile.TemporaryDirectory(dir=arguments.within) as folder:
            print(f"{rows:,} sentences", file=sys.stderr)
            make_data(Path(folder), rows, arguments.queries)
            save(Data(Path(folder)), Path(folder, "library.sqlite"), SCHEME)
            found.append(_in_a_process(folder))
    if arguments.json:
        print(json.dumps(found, indent=1))
    else:
        show(found)
    if arguments.picture is not None:
        arguments.picture.parent.mkdir(exist_ok=True)
        arguments.picture.write_text(drawn(found), encoding="utf-8")
    return 0


def measured(folder: Path) -> Figures:
    """Load a library, search it, change it, and return the figures."""
    data = Data(folder)
    empty = _resident_megabytes()
    library = SqlLibrary(Database(folder / "library.sqlite"), lambda: datetime.now(UTC))
    index, took = _loaded(library)
    figures: Figures = {"rows": data.rows}
    figures["MB"] = _resident_megabytes() - empty
    if data.rows <= QUICK[-1]:
        took = min(took, *(_loaded(library)[1] for _ in range(LOADS - 1)))
    figures["load s"] = took
    figures["bytes a sentence"] = 1e6 * float(figures["MB"]) / data.rows
    questions = [(_words(each), each) for each in data.questions()]
    figures |= _searched(index, data, questions)
    figures |= _answered(index, questions)
    figures["same"] = _same(index, questions)
    figures |= _changed(index, data)
    return figures


def _loaded(library: SqlLibrary) -> tuple[Index, float]:
    """Return an index of what a library has, and the seconds until it was there."""
    began = time.perf_counter()
    changes = library.changes(0, SCHEME)
    index = Index().changed(changes.embedded, changes.removed)
    took = time.perf_counter() - began
    del changes
    gc.collect()
    return index, took


def _searched(index: Index, data: Data, questions: list[tuple[str, Question]]) -> Figures:
    """Measure numpy and Dateline in turn, question by question."""
    matrix = data.vectors(0, data.rows)

    def numpy_search(_: str, question: Question) -> object:
        scores = matrix @ question[0]
        best = np.argpartition(scores, -RECALL_AT)[-RECALL_AT:]
        return best[np.argsort(-scores[best])]

    def dateline(scope: Scope) -> Callable[[str, Question], object]:
        return lambda words, question: index.search(words, question[0], scope)

    ways = {
        "numpy": numpy_search,
        "all": dateline(EVERYTHING),
        "half": dateline(OURS),
        "outlet": dateline(ONE_OUTLET),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    waited: dict[str, list[float]] = {name: [] for name in ways}
    for turn, (words, question) in enumerate([questions[0], *questions]):
        for name, way in ways.items():
            began, wall = time.thread_time(), time.perf_counter()
            way(words, question)
            # The first one warms up: a scope's rows are found once.
            if turn:
                taken[name].append(1000 * (time.thread_time() - began))
                waited[name].append(1000 * (time.perf_counter() - wall))
    figures: Figures = {}
    for name, times in taken.items():
        figures[f"{name} p50 ms"], figures[f"{name} p99 ms"] = np.percentile(
            times, [50, 99]
        ).tolist()
        figures[f"{name} least ms"] = min(times)
        figures[f"{name} waited p50 ms"] = median(waited[name])
    figures["recall"] = _recall(index, data, matrix)
    return figures


def _recall(index: Index, data: Data, matrix: np.ndarray) -> float:
    """Return the share of the nearest ten by meaning that the scan keeps among its first ten."""
    shares: list[float] = []
    for vector, _ in data.questions():
        exact = matrix @ vector
        least = np.partition(exact, -RECALL_AT)[-RECALL_AT]
        found: list[float] = []
        for part in index._shards:  # noqa: SLF001 - of the scan alone nobody else asks
            seen = part.visible(EVERYTHING)
            near = part.near(vector, seen)
            about = near.rows[part.sentence_rows]
            enough = np.partition(about, -RECALL_AT)[-RECALL_AT] - 2 * near.bound
            rows = part.sentence_rows[np.flatnonzero(about >= enough)]
            found += part.cosines(rows, vector).tolist()
        best = sorted(found, reverse=True)[:RECALL_AT]
        shares.append(sum(each >= least - 1e-6 for each in best) / RECALL_AT)
    return float(np.mean(shares))


def _answered(index: Index, questions: list[tuple[str, Question]]) -> Figures:
    """Return what an answer takes on top of its search."""
    took: list[float] = []
    for words, question in [questions[0], *questions[:ANSWERED]]:
        began = time.thread_time()
        index.search(words, question[0], EVERYTHING)
        searched = time.thread_time()
        answer(words, question[0], index, EVERYTHING, ANY)
        took.append(1000 * (time.thread_time() - searched - (searched - began)))
    return {"on top ms": median(took[1:])}


def _same(index: Index, questions: list[tuple[str, Question]]) -> float:
    """Return for how many questions a search in full precision finds the same."""
    some = questions[:COMPARED]
    mine = [_first(index.search(words, asked[0], EVERYTHING)) for words, asked in some]
    for part in index._shards:  # noqa: SLF001 - the same index, told to scan all
        object.__setattr__(part, "codes", None)
    exact = [_first(index.search(words, asked[0], EVERYTHING)) for words, asked in some]
    for part in index._shards:  # noqa: SLF001
        if len(part.vectors) > FEW_ROWS:
            object.__setattr__(part, "codes", codes_of(part.vectors))
    return sum(one == other for one, other in zip(mine, exact, strict=True)) / len(some)


def _first(ranking: Ranking) -> object:
    sentences = [(hit.document.id, hit.number, hit.score) for hit in ranking.sentences]
    return sentences[:RECALL_AT], ranking.passages[:RECALL_AT]


def _changed(index: Index, data: Data) -> Figures:
    """Measure additions, each with the first search after it."""
    added: list[float] = []
    step = CHANGED * IN_A_DOCUMENT
    words, question = "t200 t3000", data.questions()[0]
    for number in range(CHANGES):
        first = data.rows + number * step
        documents = data.documents(first, first + step)
        began = time.perf_counter()
        index = index.changed(added=documents)
        index.count(EVERYTHING)
        added.append(1000 * (time.perf_counter() - began))
        index.search(words, question[0], EVERYTHING)
    return {"add ms": median(added), "add ms, worst": max(added)}


def _words(question: Question) -> str:
    return " ".join(f"t{each}" for each in question[1])


def _in_a_process(folder: str) -> Figures:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, "--folder", folder],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | threads,
    )  # fmt: skip
    figures: Figures = json.loads(done.stdout)
    return figures


def _resident_megabytes() -> float:
    """Return what this process holds now, not at its peak; Linux alone says it."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def show(found: list[Figures]) -> None:
    """Print the table."""
    table = Table(
        title=f"{DIMENSIONS} dimensions, processor milliseconds at the median; x: against numpy"
    )
    columns = (
        "sentences", "numpy", "search", "half", "one outlet of 100", "on top", "add 10 documents",
        "load, s", "MB", "bytes a sentence", "recall@10", "same",
    )  # fmt: skip
    for column in columns:
        table.add_column(column, justify="right")
    for each in found:
        figures = {name: float(figure) for name, figure in each.items()}
        against = figures["numpy p50 ms"]
        searches = [
            f"{figures[f'{name} p50 ms']:.2f} (x {figures[f'{name} p50 ms'] / against:.2f})"
            for name in ("all", "half", "outlet")
        ]
        table.add_row(
            f"{figures['rows']:,.0f}", f"{against:.2f}", *searches, f"{figures['on top ms']:.1f}",
            f"{figures['add ms']:.1f}", f"{figures['load s']:.2f}", f"{figures['MB']:,.0f}",
            f"{figures['bytes a sentence']:,.0f}", f"{figures['recall']:.3f}",
            f"{figures['same']:.2f}",
        )  # fmt: skip
    (Console() if sys.stdout.isatty() else Console(width=180)).print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--sentences", type=int, nargs="+", help="how many; default 1,000 to 100,000"
    )
    parser.add_argument("--full", action="store_true", help="up to 1,000,000")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--within", type=Path, help="where the data is kept meanwhile")
    parser.add_argument("--json", action="store_true", help="all figures")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the curves")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
