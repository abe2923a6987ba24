"""The measures of `dateline eval`: for a person, and as the JSON that other programs rely on."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapters.terminal.json_documents import Json
from adapters.terminal.plain import inert_line
from briefs.evaluating import Measures, Outcome, failures, within

FIGURES = {
    "answer_at_1": "the first statement is right; refused counts as wrong",
    "answer_at_3": "one of the first three statements is right",
    "ranked_at_1": "the best sentence is right, whether or not it was shown",
    "ranked_at_3": "one of the best three sentences is right",
    "cited_at_5": "one of the best five sentences is right",
    "passage_at_1": "the named document comes first",
    "passage_at_5": "the named document is among the first five",
    "false_refusals": "answerable, and refused all the same (less is better)",
    "caught": "not answerable, and refused",
}
"""What each share means, in the order in which they are shown."""

MOST_FAILURES = 10

_DIGITS = 4
_MOST_EXPECTED = 3
_PLACES = {
    "answer_at_1": ("answer_place", 1),
    "answer_at_3": ("answer_place", 3),
    "ranked_at_1": ("ranked_place", 1),
    "ranked_at_3": ("ranked_place", 3),
    "cited_at_5": ("ranked_place", 5),
    "passage_at_1": ("passage_place", 1),
    "passage_at_5": ("passage_place", 5),
}


def measures_document(measures: Measures) -> dict[str, Json]:
    """Return measures as `eval --json` prints them."""
    return {
        "questions": measures.questions,
        "answerable": measures.answerable,
        "unanswerable": measures.unanswerable,
        "documents": measures.documents,
        **{name: _rounded(getattr(measures, name)) for name in FIGURES},
        "p50_ms": round(measures.p50_ms, 1),
        "p99_ms": round(measures.p99_ms, 1),
        "results": [_result(each) for each in measures.outcomes],
    }


def _result(outcome: Outcome) -> Json:
    asked = outcome.asked
    found: dict[str, Json] = {
        "line": asked.line,
        "id": asked.id,
        "question": asked.question,
        "answerable": asked.answerable,
        "expect": list(asked.expect),
        "document": asked.document,
        "confidence": round(outcome.confidence, _DIGITS),
        "answered": outcome.answered,
        "right": outcome.right,
    }
    for name, (place, first) in _PLACES.items():
        asks = asked.document is not None if place == "passage_place" else asked.answerable
        found[name] = within(getattr(outcome, place), first) if asks else None
    return {
        **found,
        "quote": outcome.quote,
        "source": outcome.source,
        "elapsed_ms": round(outcome.elapsed_ms, 1),
    }


def rendered_measures(measures: Measures) -> RenderableType:
    """Return measures as a person reads them: the figures, then what to look at first."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim")
    for name, meaning in FIGURES.items():
        share = getattr(measures, name)
        if share is not None:
            table.add_row(name, f"{100 * share:.1f} %", meaning)
    table.add_row("p50_ms", f"{measures.p50_ms:.1f}", "milliseconds to an answer: the median")
    table.add_row("p99_ms", f"{measures.p99_ms:.1f}", "99 of 100 answers take no longer")
    parts: list[RenderableType] = [
        Text(
            f"{_counted(measures.questions, 'question')}: {measures.answerable:,} to be answered "
            f"from {_counted(measures.documents, 'article')}, {measures.unanswerable:,} to be "
            "refused.\n"
        ),
        table,
    ]
    wrong = sum(not each.right for each in measures.outcomes)
    worst = failures(measures.outcomes, MOST_FAILURES)
    if worst:
        title = f"{wrong:,} went wrong; look at these first:" if wrong > len(worst) else "Wrong:"
        parts.append(Text(f"\n{title}", style="yellow"))
        parts += [line for each in worst for line in _failure(each)]
    return Group(*parts)


def _failure(outcome: Outcome) -> Iterable[RenderableType]:
    asked = outcome.asked
    name = f"line {asked.line}" + (f", {inert_line(asked.id)}" if asked.id else "")
    yield _indented(Text.assemble((name, "cyan"), f": {inert_line(asked.question)}"), 2)
    what = f"{_what(outcome)} (confidence {outcome.confidence:.2f})"
    yield _indented(Text(what, style="yellow"), 4)
    if asked.expect:
        expected = " or ".join(f"“{inert_line(each)}”" for each in asked.expect[:_MOST_EXPECTED])
        yield _indented(Text(f"expected: {expected}", style="dim"), 4)
    if outcome.quote:
        says = "said" if outcome.answered else "nearest"
        yield _indented(Text(f"{says}: “{inert_line(outcome.quote)}”", style="dim"), 4)


def _indented(text: Text, by: int) -> RenderableType:
    return Padding(text, (0, 0, 0, by), expand=False)


def _what(outcome: Outcome) -> str:
    """Return in a few words what went wrong."""
    if not outcome.asked.answerable:
        return "answered, and should have been refused"
    if not outcome.answered:
        right = ", with the right sentence at hand" if within(outcome.ranked_place, 1) else ""
        return f"refused, and should have been answered{right}"
    if outcome.answer_place is not None:
        return f"right only in statement {outcome.answer_place}"
    if outcome.ranked_place is not None:
        return f"wrong; the right sentence is ranked number {outcome.ranked_place}"
    return "wrong; the right sentence is not among those found"


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, _DIGITS)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
