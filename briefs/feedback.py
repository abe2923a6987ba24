"""From readers' verdicts to lines of a question file: only what a verdict really tells.

That an answer was useful tells what is right, and that an abstention was useful tells that there is
nothing to find. That something was not useful tells neither what is right nor that there is
nothing: no line can be made of it, and a person is told instead.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from briefs.keeping import Judged, KeptAnswer, Since


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalLine:
    """A question, and what readers found right."""

    question: str
    expect: tuple[str, ...]
    """Any of these quotes; empty: the question is to be refused."""
    note: str | None = None
    """For people: what readers said, where they said more than that it was useful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A question that was judged, and why no line can be made of it."""

    question: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Votes:
    """All verdicts on the same answer to the same question."""

    judged: tuple[Judged, ...]

    @property
    def useful(self) -> int:
        return sum(each.useful for one in self.judged for each in one.verdicts)

    @property
    def useless(self) -> int:
        return sum(not each.useful for one in self.judged for each in one.verdicts)

    @property
    def newest(self) -> KeptAnswer:
        return max((one.kept for one in self.judged), key=lambda kept: kept.asked_at)

    @property
    def whys(self) -> tuple[str, ...]:
        said = (each.why for one in self.judged for each in one.verdicts if each.why)
        return tuple(dict.fromkeys(said))


def eval_lines(feedback: Iterable[Judged]) -> tuple[tuple[EvalLine, ...], tuple[LeftOut, ...]]:
    """Return the lines that verdicts make, and what had to be left out, a question at most once.

    The majority counts, of all who judged the same answer to the same question.
    """
    questions: defaultdict[str, list[Judged]] = defaultdict(list)
    for judged in feedback:
        questions[" ".join(_asked(judged.kept).split()).casefold()].append(judged)
    outcomes = [_outcome(group) for group in questions.values()]
    return (
        tuple(each for each in outcomes if isinstance(each, EvalLine)),
        tuple(each for each in outcomes if isinstance(each, LeftOut)),
    )


def _outcome(group: Sequence[Judged]) -> EvalLine | LeftOut:
    """Return what the verdicts on the answers to one question come to."""
    question = _asked(group[0].kept)
    plain = [each for each in group if not _filtered(each.kept)]
    if not plain:
        return LeftOut(
            question=question, because="it was asked with a filter, which no line can have"
        )
    answers: defaultdict[tuple[str, ...], list[Judged]] = defaultdict(list)
    for each in plain:
        answers[_said(each.kept)].append(each)
    votes = [_Votes(judged=tuple(each)) for each in answers.values()]
    right = [each for each in votes if each.useful > each.useless]
    if not right:
        return LeftOut(question=question, because=_because(votes))
    # What was refused rightly may have been answered rightly later, when more was loaded.
    newest = max(right, key=lambda each: each.newest.asked_at)
    right = [each for each in right if each.newest.answer.answered == newest.newest.answer.answered]
    expect = tuple(dict.fromkeys(quote for each in right for quote in _standing(each.newest)))
    if newest.newest.answer.answered and not expect:
        return LeftOut(
            question=question, because="the articles that answered it have been removed since"
        )
    return EvalLine(question=question, expect=expect, note=_note(right))


def _asked(kept: KeptAnswer) -> str:
    """Return the question as it can be asked alone."""
    return kept.answer.understood or kept.answer.question


def _filtered(kept: KeptAnswer) -> bool:
    return any((kept.scope.outlet, kept.scope.since, kept.scope.until))


def _said(kept: KeptAnswer) -> tuple[str, ...]:
    """Return the quotes of the first statement; none: it was refused."""
    first = kept.answer.statements[:1]
    return tuple(cited.quote for statement in first for cited in statement.citations)


def _standing(kept: KeptAnswer) -> Iterable[str]:
    """Yield the quotes of the first statement whose articles were not removed."""
    for statement in kept.answer.statements[:1]:
        for cited in statement.citations:
            if kept.since(cited.document) is not Since.WITHDRAWN:
                yield cited.quote


def _because(votes: Sequence[_Votes]) -> str:
    whys = "".join(f" “{why}”" for each in votes for why in each.whys)
    said = f"; they say:{whys}" if whys else ""
    if any(each.useful == each.useless for each in votes):
        return f"as many found it useful as did not{said}"
    return f"it was not useful, which does not tell what is right{said}"


def _note(right: Sequence[_Votes]) -> str | None:
    whys = "; ".join(why for each in right for why in each.whys)
    useful, useless = sum(each.useful for each in right), sum(each.useless for each in right)
    if not whys and not useless:
        return None
    return f"useful to {useful}, not to {useless}{': ' if whys else ''}{whys}"
