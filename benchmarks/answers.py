"""How good answers are, on question files over a folder of articles.

    .venv/bin/python benchmarks/answers.py ARTICLES_DIR QUESTIONS.jsonl…
    .venv/bin/python benchmarks/answers.py ARTICLES_DIR QUESTIONS.jsonl… --data DIR --save FILE.json

The articles are loaded as `dateline source add` loads them, cleaning included, and asked about as
`dateline eval` asks; docs/measuring.md says what its figures mean. With `--data` the library stays
in that folder, and a second run embeds nothing again. The settings are the defaults, whatever a
configuration file says.

How well refusing separates what is answered from what is not does not depend on where its threshold
stands: the last rows say which share of unanswerable questions is refused with the threshold set,
on the confidences of one file's answerable questions, so that 1, 3, 5 or 10 % of these are refused.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console

from adapters.terminal.measures import FIGURES, measures_document
from adapters.terminal.progress import progress_bar
from briefs.evaluating import Measures, caught_at
from briefs.model import Status
from briefs.ports import AddSources, Place, Receipts

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Settings
    from briefs.ports import Progressed

REFUSED = (0.01, 0.03, 0.05, 0.10)
PLACE = Place(channel="terminal:", collections=None, admin=True)

Row = tuple[str, list[str]]


def main() -> int:
    """Load, ask, and print a table in Markdown."""
    arguments = _arguments()
    for name in [each for each in os.environ if each.upper().startswith("DATELINE_")]:
        del os.environ[name]
    os.environ["DATELINE_MODEL__NAME"] = arguments.model
    os.environ["DATELINE_MODEL__PRECISION"] = arguments.precision
    if arguments.data is not None:
        return measure(arguments, arguments.data)
    with tempfile.TemporaryDirectory() as folder:
        return measure(arguments, Path(folder))


def measure(arguments: argparse.Namespace, data: Path) -> int:
    """Measure with a library in a data folder; return the exit status."""
    from bot.app import assembled  # noqa: PLC0415 - takes seconds, and help should not
    from bot.config import Settings  # noqa: PLC0415
    from bot.evaluation import evaluated, questions_of  # noqa: PLC0415
    from briefs.errors import UserError  # noqa: PLC0415

    try:
        files = {
            name: questions_of(file)
            for name, file in zip(_names(arguments.questions), arguments.questions, strict=True)
        }
        settings = Settings()
        found: dict[str, Measures] = {}
        with (
            assembled(settings, data) as app,
            progress_bar(Console(stderr=True)) as progressed,
            asyncio.Runner() as runner,
        ):
            receipts = runner.run(_loaded(app, arguments.articles, progressed))
            precision = runner.run(_precision(app))
            for name, questions in files.items():
                measures = runner.run(evaluated(app.newsroom, questions, PLACE, progressed))
                if measures is None:
                    sys.exit("No article was loaded.")
                found[name] = measures
    except UserError as error:
        sys.exit(str(error))
    print("\n".join(_lines(receipts, found, settings, precision)))
    if arguments.save is not None:
        saved = {
            "model": settings.model.name,
            "precision": precision,
            "answers": settings.answers.model_dump(mode="json"),
            "loaded": _counted(receipts),
            "files": {name: measures_document(each) for name, each in found.items()},
            "separation": _separation(found),
        }
        arguments.save.write_text(
            json.dumps(saved, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return 0


async def _loaded(app: "App", folder: Path, progressed: "Progressed") -> Receipts:
    receipts = await app.newsroom.add(AddSources(sources=(str(folder),)), progressed)
    for receipt in receipts.receipts:
        if receipt.error is not None:
            print(f"{receipt.source}: {receipt.error}", file=sys.stderr)
    return receipts


async def _precision(app: "App") -> str:
    """Return the precision in use, which depends on the processor."""
    from adapters.embedding import SentenceTransformerEmbedder  # noqa: PLC0415

    embedder = app.embedder
    return await embedder.precision() if isinstance(embedder, SentenceTransformerEmbedder) else "-"


def _lines(
    receipts: Receipts, found: dict[str, Measures], settings: "Settings", precision: str
) -> Iterator[str]:
    documents = next(iter(found.values())).documents
    status = ", ".join(f"{count:,} {name}" for name, count in _counted(receipts).items())
    dropped = sum(len(each.dropped) for each in receipts.receipts)
    answers = settings.answers
    yield (
        f"{len(receipts.receipts):,} files: {status}; {dropped:,} lines dropped by cleaning; "
        f"{documents:,} documents asked about. Model {settings.model.name}, precision "
        f"{precision}, max_statements {answers.max_statements}, min_confidence "
        f"{answers.min_confidence}: {_defaults(settings)}."
    )
    yield ""
    yield _row("", list(found))
    yield _row("---", ["---:"] * len(found))
    for name, cells in [*_figures(found), *_separated(found)]:
        yield _row(name, cells)


def _defaults(settings: "Settings") -> str:
    from adapters.embedding import DEFAULT_MODEL  # noqa: PLC0415

    return (
        "all as a new installation has it"
        if (settings.model.name, settings.model.precision) == (DEFAULT_MODEL.name, "auto")
        else "another model than a new installation has, the rest alike"
    )


def _figures(found: dict[str, Measures]) -> Iterator[Row]:
    counts = ("questions", "answerable", "unanswerable")
    for name in counts:
        yield name, [f"{getattr(each, name):,}" for each in found.values()]
    for name in FIGURES:
        yield name, [_cell(getattr(each, name)) for each in found.values()]
    for name in ("p50_ms", "p99_ms"):
        yield name, [f"{getattr(each, name):.1f}" for each in found.values()]


def _separated(found: dict[str, Measures]) -> Iterator[Row]:
    separation = _separation(found)
    for answerable, shares in separation.items():
        for refused, files in shares.items():
            cells = [
                f"{files[name]['caught']:.3f} (< {files[name]['confidence']:.3f})"
                if name in files
                else ""
                for name in found
            ]
            yield f"caught, {float(refused):.0%} of {answerable} refused", cells


def _separation(found: dict[str, Measures]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return by answerable file, share refused and unanswerable file what is caught, and below."""
    confidences = {
        name: {
            kind: [each.confidence for each in measures.outcomes if each.asked.answerable is kind]
            for kind in (True, False)
        }
        for name, measures in found.items()
    }
    separation: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for answerable, here in confidences.items():
        if not here[True]:
            continue
        for refused in REFUSED:
            for unanswerable, there in confidences.items():
                if not there[False]:
                    continue
                caught, confidence = caught_at(here[True], there[False], refused)
                shares = separation.setdefault(answerable, {}).setdefault(str(refused), {})
                shares[unanswerable] = {"caught": caught, "confidence": confidence}
    return separation


def _counted(receipts: Receipts) -> dict[str, int]:
    counted = Counter(each.status for each in receipts.receipts)
    return {
        **{status.value: counted[status] for status in Status if counted[status]},
        "failed": counted[Status.FAILED],
    }


def _cell(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def _row(name: str, cells: list[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


def _names(files: list[Path]) -> list[str]:
    """Return what to call files: their names, or their paths where two have the same name."""
    names = [file.stem for file in files]
    return names if len(set(names)) == len(names) else list(dict.fromkeys(map(str, files)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", type=Path, help="a folder of articles")
    parser.add_argument("questions", type=Path, nargs="+", help="question files")
    parser.add_argument("--data", type=Path, help="where the library is kept for a second run")
    parser.add_argument("--model", default="all-MiniLM-L6-v2", help="as `model.name`")
    parser.add_argument("--precision", default="auto", help="as `model.precision`")
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="all results, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
