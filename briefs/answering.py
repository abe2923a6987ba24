"""A question becomes an answer made of exact spans, or a reasoned "not in the sources".

The best sentences are taken from a ranking; those that say the same in several documents become
one statement with all their citations. Nothing is rephrased, and nothing is said that no document
says.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from briefs.agreement import Said, said, says_the_same
from briefs.attribution import distinct_origins, origin
from briefs.errors import UsageError
from briefs.index import Index, Ranking, SentenceHit
from briefs.lexical import content_words, stem
from briefs.model import Answer, Citation, Scope, Statement, Vector

LONGEST_QUESTION = 20_000
"""Characters. Longer than anything that a chat platform lets a person type."""

NEAREST = 3
"""How many passages a refusal shows."""

RELEVANT = 0.8
"""A further statement's score must be this share of the first one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """How much is answered, and how readily."""

    max_statements: int = 3
    min_confidence: float = 0.48


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
        raise UsageError("The question is empty. Ask something, for example: dateline ask 'Who …?'")
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
    ranking = index.search(question, vector, scope)
    confidence = _confidence(ranking)
    if not ranking.sentences or confidence < settings.min_confidence:
        refused = Answer(
            question=question,
            confidence=confidence,
            searched=ranking.searched,
            reason=_reason(question, ranking),
            nearest=_nearest(ranking),
        )
        return Examined(answer=refused, ranking=ranking)
    groups = _grouped(ranking, index, scope, settings.max_statements)
    answered = Answer(
        question=question,
        confidence=confidence,
        searched=ranking.searched,
        statements=_numbered(groups, index),
    )
    return Examined(answer=answered, ranking=ranking)


def _confidence(ranking: Ranking) -> float:
    """Return from 0 to 1 how sure it is that the best sentence answers the question.

    Half of it is how near the best sentence comes in meaning, half is how much of what the question
    asks about stands in the best passage (docs/adr/0004).
    """
    cosine = max((hit.cosine for hit in ranking.sentences[:5]), default=0.0)
    coverage = max((hit.coverage for hit in ranking.passages[:5]), default=0.0)
    return min(1.0, max(0.0, 0.5 * cosine + 0.5 * coverage))


def _grouped(ranking: Ranking, index: Index, scope: Scope, most: int) -> list[_Group]:
    """Return the best sentences that say different things, each with all who say the same."""
    enough = RELEVANT * ranking.sentences[0].score
    rarity = index.rarity(scope)
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


def _numbered(groups: Iterable[_Group], index: Index) -> tuple[Statement, ...]:
    """Return groups as statements, their citations numbered through."""
    statements: list[Statement] = []
    number = 0
    for group in groups:
        citations: list[Citation] = []
        for hit in group.hits:
            number += 1
            citations.append(
                Citation(
                    number=number,
                    document=hit.document,
                    start=hit.sentence.start,
                    end=hit.sentence.end,
                )
            )
        origins = distinct_origins(
            origin(hit.document.text, index.segments(hit.document.id), hit.sentence)
            for hit in group.hits
        )
        statements.append(Statement(citations=tuple(citations), origins=origins))
    return tuple(statements)


def _nearest(ranking: Ranking) -> tuple[Citation, ...]:
    """Return the best sentence of each of the best documents, as citations."""
    nearest: list[Citation] = []
    for hit in ranking.sentences:
        if all(cited.document.id != hit.document.id for cited in nearest):
            nearest.append(
                Citation(
                    number=len(nearest) + 1,
                    document=hit.document,
                    start=hit.sentence.start,
                    end=hit.sentence.end,
                )
            )
        if len(nearest) == NEAREST:
            break
    return tuple(nearest)


def _reason(question: str, ranking: Ranking) -> str:
    """Return one sentence for a person: what was looked through, and what is not in it."""
    documents = ranking.searched.documents
    if not documents:
        if not ranking.searched.loaded:
            return (
                "No article is loaded here to answer from. An admin can load some: source add PATH."
            )
        return "No article here is of that outlet and of those dates."
    missing = set(ranking.missing)
    words = [word for word in dict.fromkeys(content_words(question)) if stem(word) in missing]
    those = "The one article here" if documents == 1 else f"None of the {documents:,} articles here"
    if not words:
        does = "does not come" if documents == 1 else "comes"
        return f"{those} {does} close enough to this question to answer it."
    does = "does not answer this, nor mention" if documents == 1 else "answers this or mentions"
    return f"{those} {does} {' or '.join(f'“{word}”' for word in words[:4])}."
