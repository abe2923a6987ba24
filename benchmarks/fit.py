"""Fit how sentences are ranked and how sure an answer is; writes briefs/weights.py.

    .venv/bin/python benchmarks/fit.py ARTICLES_DIR ANSWERABLE.jsonl ABSENT.jsonl [--data DIR]

The articles are loaded as `dateline source add` loads them, and every question is asked as a person
asks. Sentences are ranked by a linear score, fitted so that a sentence with the expected string in
the named document comes before the others that were found (softmax over the sentences of a
question). Confidence is a logistic regression that tells questions with an answer from questions
whose article is absent, both sides weighing the same.

Both are fitted with a penalty on large weights, so that no single question counts much. The figures
that are printed, and written beside the weights, come from folds: a fold holds back whole subjects
(what a document's file name begins with), and of the questions without an answer a run of them.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from adapters.terminal.progress import progress_bar
from briefs.evaluating import caught_at
from briefs.ports import AddSources, Ask, Place, Progress
from briefs.question_files import Expectation
from briefs.ranking import EVIDENCE, SIGNALS, evidence, signals

if TYPE_CHECKING:
    from bot.app import App
    from briefs.ports import Progressed

FOLDS = 4
SENTENCE_PENALTY = 3e-3
CONFIDENCE_PENALTY = 3e-3
REFUSED = 0.05
WEIGHTS = Path(__file__).parent.parent / "briefs" / "weights.py"
PLACE = Place(channel="terminal:", collections=None, admin=True)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, and what was found for it."""

    question: Expectation
    signals: Floats
    """Shape (sentences, signals)."""
    right: Floats
    """1 for each sentence with an expected string in the named document: shape (sentences,)."""
    holding: Floats
    """The same in whatever document."""
    evidence: Floats


def main() -> int:
    """Load, ask, fit, print and write."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        answerable, absent = _asked(arguments, arguments.data or Path(folder))
    fold_of = _folds(answerable, absent)
    lines = _figures(answerable, absent, fold_of)
    print("\n".join(lines))
    sentence = _fit_sentences(answerable)
    confidence, intercept = _fit_confidence(answerable, absent)
    WEIGHTS.write_text(
        _written(arguments, sentence, confidence, intercept, lines),
        encoding="utf-8",
    )
    return 0


def _figures(
    answerable: list[Asked], absent: list[Asked], folds: tuple[list[int], list[int]]
) -> list[str]:
    """Return what folds give: no question is counted with weights that have seen its subject."""
    at_1, at_3, at_5 = [], [], []
    sure, unsure = np.zeros(len(answerable)), np.zeros(len(absent))
    for fold in range(FOLDS):
        seen = [each for each, of in zip(answerable, folds[0], strict=True) if of != fold]
        seen_absent = [each for each, of in zip(absent, folds[1], strict=True) if of != fold]
        weights = _fit_sentences(seen)
        certainty, intercept = _fit_confidence(seen, seen_absent)
        for number, each in enumerate(answerable):
            if folds[0][number] == fold:
                best = each.holding[np.argsort(-(each.signals @ weights), kind="stable")]
                at_1.append(best[:1].max(initial=0))
                at_3.append(best[:3].max(initial=0))
                at_5.append(best[:5].max(initial=0))
                sure[number] = each.evidence @ certainty + intercept
        for number, each in enumerate(absent):
            if folds[1][number] == fold:
                unsure[number] = each.evidence @ certainty + intercept
    caught, below = caught_at(sure.tolist(), unsure.tolist(), REFUSED)
    return [
        f"{len(answerable)} questions with an answer, {len(absent)} without, {FOLDS} folds.",
        f"ranked_at_1 {np.mean(at_1):.3f}, ranked_at_3 {np.mean(at_3):.3f}.",
        f"cited_at_5 {np.mean(at_5):.3f}.",
        f"Caught at {REFUSED:.0%} false refusals: {caught:.3f}.",
        f"That is below a confidence of {1 / (1 + np.exp(-below)):.3f}.",
    ]


def _fit_sentences(asked: list[Asked]) -> Floats:
    """Return a weight a signal: shape (signals,)."""
    import torch  # noqa: PLC0415 - takes seconds, and help should not

    found = [each for each in asked if each.right.any()]
    most = max(len(each.signals) for each in found)
    rows = torch.zeros(len(found), most, found[0].signals.shape[1], dtype=torch.float64)
    absent = torch.full((len(found), most), -1e9, dtype=torch.float64)
    wrong = torch.full((len(found), most), -1e9, dtype=torch.float64)
    for number, each in enumerate(found):
        size = len(each.signals)
        rows[number, :size] = torch.from_numpy(each.signals)
        absent[number, :size] = 0
        wrong[number, :size] = torch.from_numpy((each.right - 1) * 1e9)
    spread = rows[absent == 0].std(0) + 1e-6
    scaled = rows / spread

    def loss(weights: Any) -> Any:
        shares = torch.log_softmax(scaled @ weights + absent, dim=1)
        return (
            -torch.logsumexp(shares + wrong, dim=1).mean() + SENTENCE_PENALTY * (weights**2).sum()
        )

    weights: Floats = _least(loss, rows.shape[2]) / spread.numpy()
    return weights


def _fit_confidence(answerable: list[Asked], absent: list[Asked]) -> tuple[Floats, float]:
    """Return a weight a piece of evidence, and the intercept."""
    import torch  # noqa: PLC0415

    with_answer = torch.from_numpy(np.array([each.evidence for each in answerable]))
    without = torch.from_numpy(np.array([each.evidence for each in absent]))
    both = torch.cat([with_answer, without])
    middle, spread = both.mean(0), both.std(0) + 1e-6

    def loss(weights: Any) -> Any:
        def score(rows: Any) -> Any:
            return ((rows - middle) / spread) @ weights[:-1] + weights[-1]

        softplus = torch.nn.functional.softplus
        misses = softplus(-score(with_answer)).mean() + softplus(score(without)).mean()
        return misses + CONFIDENCE_PENALTY * (weights[:-1] ** 2).sum()

    fitted = _least(loss, both.shape[1] + 1)
    weights: Floats = fitted[:-1] / spread.numpy()
    return weights, float(fitted[-1] - weights @ middle.numpy())


def _least(loss: Any, size: int) -> Floats:
    """Return the weights with the least loss; the loss is convex, so that there is one least."""
    import torch  # noqa: PLC0415

    weights = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def step() -> Any:
        optimiser.zero_grad()
        lost = loss(weights)
        lost.backward()
        return lost

    optimiser.step(step)
    fitted: Floats = weights.detach().numpy()
    return fitted


def _asked(arguments: argparse.Namespace, data: Path) -> tuple[list[Asked], list[Asked]]:
    from bot.app import assembled  # noqa: PLC0415
    from bot.config import Settings  # noqa: PLC0415
    from bot.evaluation import questions_of  # noqa: PLC0415

    with (
        assembled(Settings(), data) as app,
        progress_bar(Console(stderr=True)) as progressed,
        asyncio.Runner() as runner,
    ):
        runner.run(app.newsroom.add(AddSources(sources=(str(arguments.articles),)), progressed))
        found = [
            runner.run(_found(app, questions_of(file), progressed))
            for file in (arguments.answerable, arguments.absent)
        ]
    return found[0], found[1]


async def _found(
    app: "App", questions: tuple[Expectation, ...], progressed: "Progressed"
) -> list[Asked]:
    found: list[Asked] = []
    for number, question in enumerate(questions):
        progressed(Progress(what="Asking", done=number, total=len(questions)))
        ask = Ask(question=question.question)
        ranking = (await app.newsroom.examine(ask, PLACE, lambda _: None)).ranking
        hits = ranking.sentences
        holding = [question.met_by(hit.text) for hit in hits]
        right = [
            holds and question.names(hit.document.source)
            for holds, hit in zip(holding, hits, strict=True)
        ]
        found.append(
            Asked(
                question=question,
                signals=np.array(
                    [[signals(hit, ranking)[name] for name in SIGNALS] for hit in hits]
                ),
                right=np.array(right, dtype=np.float64),
                holding=np.array(holding, dtype=np.float64),
                evidence=np.array([evidence(ranking)[name] for name in EVIDENCE]),
            )
        )
    return found


def _folds(answerable: list[Asked], absent: list[Asked]) -> tuple[list[int], list[int]]:
    """Return the fold of each question: a whole subject, or a run of questions."""
    subjects = [re.sub(r"[-_]?\d+\.\w+$", "", each.question.document or "") for each in answerable]
    order = sorted(set(subjects))
    runs = [number * FOLDS // len(absent) for number in range(len(absent))]
    return [order.index(subject) % FOLDS for subject in subjects], runs


def _written(
    arguments: argparse.Namespace,
    sentence: Floats,
    confidence: Floats,
    intercept: float,
    lines: list[str],
) -> str:
    """Return the module of weights, with where they come from."""
    files = ", ".join(file.name for file in (arguments.answerable, arguments.absent))
    provenance = "\n".join(lines)
    day = datetime.now(UTC).date()
    return f'''"""What the signals of `briefs.ranking` weigh: fitted, do not edit by hand.

Written by benchmarks/fit.py on {day} from {arguments.name}
({files}). Figures are of questions held back:

{provenance}
"""

from typing import Final

SENTENCE: Final = {{
{_entries(SIGNALS, sentence)}
}}

CONFIDENCE: Final = {{
{_entries(EVIDENCE, confidence)}
}}

INTERCEPT: Final = {intercept:.3f}
'''


def _entries(names: tuple[str, ...], weights: Floats) -> str:
    return "\n".join(
        f'    "{name}": {weight:.3f},' for name, weight in zip(names, weights, strict=True)
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", type=Path, help="a folder of articles")
    parser.add_argument("answerable", type=Path, help="questions that name the right document")
    parser.add_argument("absent", type=Path, help="questions whose article is not there")
    parser.add_argument("--data", type=Path, help="where the library is kept for a second run")
    parser.add_argument("--name", default="unnamed data", help="what the data is called")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
