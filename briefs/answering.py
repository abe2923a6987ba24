"""A question becomes an answer made of exact spans, or a reasoned "not in the sources".

The best sentences are taken from a ranking; those that say the same in several documents become
one statement with all their citations. Nothing is rephrased, and nothing is said that no document
says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from briefs.agreement import Said, said, says_the_same
from briefs.asking import Kind
from briefs.attribution import distinct_origins, origin
from briefs.context import context_of
from briefs.differing import Asked, Stating, differences
from briefs.errors import UsageError
from briefs.hits import Ranking, SentenceHit
from briefs.index import Index
from briefs.model import Answer, Citation, Figure, Scope, Statement, Vector
from briefs.ranking import confidence, ranked
from briefs.refusing import nearest, reason

LONGEST_QUESTION = 20_000
"""Characters. Longer than anything that a chat platform lets a person type."""

RELEVANT = 1.5
"""A further statement's score may be so much less than the first one's: it is then about a fifth as
likely to be the answer."""

COMPARED = 40
"""How many of the best sentences are looked through for differing figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """How much is answered, and how readily."""

    max_statements: int = 3
    min_confidence: float = 0.4


@dataclass(slots=True, kw_only=True)
class _Group:
    """Sentences of different documents that say the same, the best first."""

    hits: list[SentenceHit]
    said: Said


def checked_question(question: str) -> str:
    """Return a question without the white space around it.

    Raises:
        UsageError: It is empty, has no word in it, or is too long.
    """
    stripped = question.strip()
    if not stripped:
        raise UsageError(
            "The question is empty. Ask in a sentence, for example: Who reported it first?"
        )
    if not any(character.isalnum() for character in stripped):
        raise UsageError("The question has no word in it. Ask in words or figures.")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise UsageError("The question is not valid Unicode. Type it again, as UTF-8.")
    if len(stripped) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(stripped):,} characters; at most {LONGEST_QUESTION:,} can be "
            "asked. Ask one thing at a time."
        )
    return stripped


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An answer, and the whole ranking that it was taken from."""

    answer: Answer
    ranking: Ranking


def answer(
    question: str, vector: Vector, index: Index, scope: Scope, settings: AnswerSettings
) -> Examined:
    """Answer a question from what a scope admits.

    Args:
        question: A question that `checked_question` has passed.
        vector: Its unit vector, shape (dimensions,).
        index: The snapshot to answer from.
        scope: What may be looked at.
        settings: How much is answered, and how readily.
    """
    ranking = ranked(index.search(question, vector, scope))
    sure = confidence(ranking)
    if not ranking.sentences or sure < settings.min_confidence:
        refused = Answer(
            question=question,
            confidence=sure,
            searched=ranking.searched,
            reason=reason(ranking, index, scope),
            nearest=nearest(ranking),
        )
        return Examined(answer=refused, ranking=ranking)
    rarity = index.rarity(scope)
    groups = _grouped(ranking, rarity, settings.max_statements)
    cite = _Citations()
    answered = Answer(
        question=question,
        confidence=sure,
        searched=ranking.searched,
        statements=_statements(groups, index, cite),
        differences=tuple(cite.figure(each) for each in _differences(ranking, vector, rarity)),
    )
    return Examined(answer=answered, ranking=ranking)


def _grouped(ranking: Ranking, rarity: Callable[[str], float], most: int) -> list[_Group]:
    """Return the best sentences that say different things, each with all who say the same."""
    enough = ranking.sentences[0].score - RELEVANT
    groups: list[_Group] = []
    for hit in ranking.sentences:
        here = said(hit.text, hit.vector)
        group = next((each for each in groups if says_the_same(each.said, here, rarity)), None)
        if group is None:
            if len(groups) < most and hit.score >= enough:
                groups.append(_Group(hits=[hit], said=here))
        elif all(hit.document.id != member.document.id for member in group.hits):
            # One sentence a document: its best one, since hits come best first.
            group.hits.append(hit)
    return groups


def _statements(
    groups: Iterable[_Group], index: Index, cite: "_Citations"
) -> tuple[Statement, ...]:
    """Return groups as statements."""
    statements: list[Statement] = []
    for group in groups:
        best = group.hits[0]
        segments = index.segments(best.document.id)
        statements.append(
            Statement(
                citations=tuple(cite(_citation(hit)) for hit in group.hits),
                origins=distinct_origins(
                    origin(
                        hit.document.text,
                        index.segments(hit.document.id),
                        hit.sentence,
                        hit.document.outlet,
                    )
                    for hit in group.hits
                ),
                context=context_of(best.document, segments, best.sentence),
            )
        )
    return tuple(statements)


def _differences(
    ranking: Ranking, vector: Vector, rarity: Callable[[str], float]
) -> tuple[Figure, ...]:
    """Return where outlets give different values for what is asked; citations have no number."""
    asked = ranking.asked
    kinds: dict[Kind, Literal["quantity", "day"]] = {Kind.QUANTITY: "quantity", Kind.DAY: "day"}
    stating = [
        Stating(citation=_citation(hit), said=said(hit.text, hit.vector))
        for hit in ranking.sentences[:COMPARED]
    ]
    after = Asked(terms=frozenset(asked.terms), kind=kinds.get(asked.kind), vector=vector)
    return differences(after, stating, rarity)


class _Citations:
    """Numbers citations as they come; the same span keeps its number."""

    def __init__(self) -> None:
        """Begin at 1."""
        self._numbers: dict[tuple[str, int, int], int] = {}

    def __call__(self, citation: Citation) -> Citation:
        """Return a citation with its number."""
        span = (citation.document.id, citation.start, citation.end)
        number = self._numbers.setdefault(span, len(self._numbers) + 1)
        return replace(citation, number=number)

    def figure(self, figure: Figure) -> Figure:
        """Return a figure whose citations have numbers."""
        values = (
            replace(value, citations=tuple(map(self, value.citations))) for value in figure.values
        )
        return replace(figure, values=tuple(values))


def _citation(hit: SentenceHit) -> Citation:
    return Citation(number=0, document=hit.document, start=hit.sentence.start, end=hit.sentence.end)
