"""Answers that are kept, and what people say of them: as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain

from briefs.model import Answer, Document, Scope, Searched


class Since(StrEnum):
    """What has become of a cited document since it was cited."""

    UPDATED = "updated"
    """There is a newer revision of it."""
    WITHDRAWN = "withdrawn"
    """It was removed, and answers no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it was given, and where.

    Its documents are the revisions that were cited, so that every quote stays exact.
    """

    id: str
    answer: Answer
    channel: str
    asked_at: datetime
    scope: Scope
    """What was looked at: the collections that could be seen, and the filters."""
    snapshot: int
    """The library's version that it was computed on."""
    thread: str | None = None
    """The conversation that it was given in; None: nothing goes on from it."""
    updated: frozenset[str] = frozenset()
    """The ids of shown documents that have a newer revision."""
    withdrawn: frozenset[str] = frozenset()
    """The ids of shown documents that were removed."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document that is quoted anywhere in it, once."""
        return tuple(dict.fromkeys(_quoted(self.answer)))

    def since(self, document: Document) -> Since | None:
        """Return what has become of a document that is quoted in it; None: it is as it was."""
        if document.id in self.withdrawn:
            return Since.WITHDRAWN
        return Since.UPDATED if document.id in self.updated else None

    def uncounted(self) -> "KeptAnswer":
        """Return it without how much was looked through."""
        nothing = Searched(documents=0, passages=0)
        return replace(self, answer=replace(self.answer, searched=nothing))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one person says of one answer. Who it was is not in it."""

    useful: bool
    given_at: datetime
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer with what people say of it, the first verdict first; never without one."""

    kept: KeptAnswer
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was deleted of what one person asked and said."""

    answers: int
    verdicts: int
    """Those that the person gave. What others said of a deleted answer goes with it, uncounted."""


def _quoted(answer: Answer) -> Iterable[Document]:
    for citation in chain(answer.citations, answer.nearest):
        yield citation.document
    for statement in answer.statements:
        if statement.context is not None:
            yield statement.context.document
