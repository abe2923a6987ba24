"""All figures of speed and memory in one run, and against those of the previous release.

    make bench
    .venv/bin/python benchmarks/everything.py --full --picture docs/images/scale.svg
    .venv/bin/python benchmarks/everything.py --keep benchmarks/previous.json

Each part is a program of its own beside this file, and can be run alone. What is compared with the
previous release are ratios to something else in the same run (plain sentence-transformers, numpy's
exact search), so that they hold across machines as far as anything does; memory, which differs
little, is compared as it is.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.table import Table

from benchmarks import loading, scale, speed, starting
from benchmarks.scale_picture import drawn

ROOT = Path(__file__).parent.parent
PREVIOUS = Path(__file__).parent / "previous.json"
PLAIN = "plain sentence-transformers"

PARTS: Mapping[str, tuple[Callable[[Any], None], tuple[str, ...]]] = {
    "speed": (speed.show, ()),
    "starting": (starting.show, ()),
    "loading": (loading.show, ("--documents", "300", "--rounds", "2")),
    "scale": (scale.show, ()),
}
"""By the program's name: what shows its figures, and how it is called."""


def main() -> int:
    """Measure everything, print the tables, and compare."""
    arguments = _arguments()
    console = Console(stderr=True)
    measured: dict[str, Any] = {}
    for number, (name, (_, options)) in enumerate(PARTS.items(), 1):
        more = ("--full",) if name == "scale" and arguments.full else ()
        with console.status(f"{number} of {len(PARTS)}: {name} (minutes) …"):
            measured[name] = _run(name, *options, *more)
    for name, (show, _) in PARTS.items():
        show(measured[name])
    now = compared(measured)
    _show(now)
    if arguments.picture is not None:
        arguments.picture.write_text(drawn(measured["scale"]), encoding="utf-8")
    if arguments.keep is not None:
        kept = {"release": version("dateline"), "figures": now}
        arguments.keep.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


def compared(measured: Mapping[str, Any]) -> dict[str, float]:
    """Return what is kept of a run and compared with that of another release."""
    embedding = measured["speed"]["embedding"]
    plain = embedding[PLAIN]
    found = {
        f"{name}, {form}, against plain": embedding[f"Dateline, {form}"][name] / plain[name]
        for form in ("full", "auto", "int8")
        for name in ("passages/s", "sentences and passages of articles/s", "peak memory, MB")
    }
    auto = embedding["Dateline, auto"]
    found["question to vector, p50, against plain"] = (
        auto["question to vector, ms p50"] / plain["question to vector, ms p50"]
    )
    first = plain["seconds until the first vector"]
    found["first vector, against plain"] = auto["seconds until the first vector"] / first
    for name in ("dateline --help", "dateline ask"):
        found[f"{name}, against plain's first vector"] = measured["speed"]["commands"][name] / first
    for name, figures in measured["starting"].items():
        found[f"dateline run, {name}: acknowledgement, against plain's first vector"] = (
            figures["first acknowledgement, s"] / first
        )
        found[f"dateline run, {name}: MB"] = figures["memory then, MB"]
    found["loading, overhead on the bare embedder, %"] = measured["loading"]["load"]["overhead, %"]
    for each in measured["scale"]:
        found[f"search of {each['rows']:,}, against numpy"] = (
            each["all p50 ms"] / each["numpy p50 ms"]
        )
    return found


def _run(name: str, *options: str) -> Any:
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), "--json", *options]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return json.loads(done.stdout)


def _show(now: Mapping[str, float]) -> None:
    kept = json.loads(PREVIOUS.read_text(encoding="utf-8"))
    table = Table(title="Against the previous release")
    table.add_column("")
    table.add_column(str(kept["release"]), justify="right")
    table.add_column("now", justify="right")
    for name, figure in now.items():
        before = kept["figures"].get(name)
        table.add_row(name, "-" if before is None else f"{before:.2f}", f"{figure:.2f}")
    (Console() if sys.stdout.isatty() else Console(width=120)).print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="search up to 1,000,000 sentences")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the curves")
    parser.add_argument("--keep", type=Path, metavar="FILE.json", help="keep for the next release")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
