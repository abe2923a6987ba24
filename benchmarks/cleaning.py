"""How much of a page's article comes through cleaning, and how little else.

    .venv/bin/python benchmarks/cleaning.py PAGES_FOLDER
    .venv/bin/python benchmarks/cleaning.py PAGES_FOLDER --json

The folder holds `html/*.html.gz` and `ground-truth.json` with the `articleBody` of each page, as
the article-extraction-benchmark of Zyte has them. A text copy is the whole page's text without its
HTML; the score is the mean over pages of F1 over the multisets of lower-cased words.

The weights of `briefs/pages.py` are round numbers chosen by hand while looking at every second page
only ("tuned": by the order of their names); the other half was scored, not looked at.

It needs beautifulsoup4 for the text copies, which `make test` installs.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import trafilatura
from rich.console import Console
from rich.progress import track
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))

from adapters.loading.html import parse
from briefs.cleaning import clean
from briefs.errors import SourceError

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How the words of a text meet those of the article."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def main() -> int:
    """Measure, and print a table or JSON."""
    arguments = _arguments()
    truth = json.loads((arguments.pages / "ground-truth.json").read_text(encoding="utf-8"))
    ways: dict[str, Callable[[bytes], str]] = {
        "text copy, untouched": text_copy,
        "text copy, cleaned": lambda html: clean(text_copy(html)).text,
    }
    ways |= {
        "HTML, plain trafilatura": plain_text,
        "HTML, parsed": parsed_text,
        "HTML, parsed and cleaned": lambda html: clean(parsed_text(html), extracted=True).text,
    }
    scores: dict[str, list[Score]] = {way: [] for way in ways}
    names = sorted(truth)
    for name in track(
        names, "pages …", console=Console(stderr=True), disable=not sys.stderr.isatty()
    ):
        with gzip.open(arguments.pages / "html" / f"{name}.html.gz") as opened:
            html = opened.read()
        for way, text in ways.items():
            scores[way].append(score(text(html), truth[name]["articleBody"]))
    if arguments.json:
        print(json.dumps({way: dict(_figures(found)) for way, found in scores.items()}, indent=2))
    else:
        _print(scores)
        if arguments.worst:
            found = scores["text copy, cleaned"]
            for each, name in sorted(zip([s.f1 for s in found], names, strict=True))[:10]:
                print(f"{each:.3f}  {name}")
    return 0


def text_copy(html: bytes) -> str:
    """Return the text of a whole page, navigation and all, as a person or a script copies it."""
    try:
        from bs4 import BeautifulSoup  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    except ImportError:
        sys.exit("This needs: pip install beautifulsoup4 lxml")
    return str(BeautifulSoup(html, "lxml").get_text("\n"))


def plain_text(html: bytes) -> str:
    """Return the article of a page as trafilatura alone has it."""
    return trafilatura.extract(html, favor_precision=True, include_comments=False) or ""


def parsed_text(html: bytes) -> str:
    """Return the article of a page as Dateline's loader has it, nothing where it refuses."""
    try:
        return parse(html, "page.html").text
    except SourceError:
        return ""


def score(text: str, article: str) -> Score:
    """Return how a text's words meet an article's, each counted as often as it occurs."""
    mine, theirs = _words(text), _words(article)
    common = sum((mine & theirs).values())
    return Score(
        precision=common / max(1, sum(mine.values())), recall=common / max(1, sum(theirs.values()))
    )


def _words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in _WORD.findall(text))


def _figures(found: list[Score]) -> Iterator[tuple[str, float]]:
    yield "f1_tuned", mean(each.f1 for each in found[::2])
    yield "f1_other", mean(each.f1 for each in found[1::2])
    yield "f1", mean(each.f1 for each in found)
    yield "precision", mean(each.precision for each in found)
    yield "recall", mean(each.recall for each in found)


def _print(scores: dict[str, list[Score]]) -> None:
    table = Table("", "tuned half", "other half", "all", "precision", "recall")
    for way, found in scores.items():
        table.add_row(way, *(f"{figure:.4f}" for _, figure in _figures(found)))
    console = Console(width=100) if not sys.stdout.isatty() else Console()
    console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", type=Path, help="the folder of the pages")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    parser.add_argument("--worst", action="store_true", help="name the ten worst pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
