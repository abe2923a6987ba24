"""What a search comes back with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from briefs.asking import Question
from briefs.model import Document, Passage, Searched, Segments, Sentence, Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """One passage that a search came back with."""

    document: Document
    segments: Segments = field(compare=False, repr=False)
    """Those of the document."""
    number: int
    """From 0, in its document."""
    score: float
    cosine: float
    """Of the question and the whole passage."""
    best_cosine: float
    """Of the question and the passage's best sentence."""
    coverage: float
    """How much of the rarity of the question's words stands in it or in its document's label."""
    best_coverage: float
    """How much of it stands in its best sentence."""

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return self.segments.passage(self.number)


@dataclass(frozen=True, kw_only=True)
class SentenceHit:
    """One sentence that a search came back with.

    Its words and those around it are cut out of the document when they are asked for.
    """

    document: Document
    segments: Segments = field(compare=False, repr=False)
    """Those of the document."""
    number: int
    """From 0, in its document."""
    passage: PassageHit
    """The best passage that holds it."""
    vector: Vector = field(compare=False, repr=False)
    score: float
    cosine: float
    coverage: float
    """How much of the rarity of the question's words it holds, from 0 to 1."""

    @cached_property
    def sentence(self) -> Sentence:
        """Where it stands."""
        return self.segments.sentence(self.number)

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.document.text[self.sentence.start : self.sentence.end]

    @cached_property
    def before(self) -> str:
        """The sentence before it in its passage; empty for the first one."""
        return self._other(self.number - 1)

    @cached_property
    def after(self) -> str:
        """The sentence after it in its passage; empty for the last one."""
        return self._other(self.number + 1)

    def _other(self, number: int) -> str:
        passage = self.passage.passage
        if not passage.first <= number < passage.last:
            return ""
        other = self.segments.sentence(number)
        return self.document.text[other.start : other.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What a search came back with, best first, and what it looked at."""

    sentences: tuple[SentenceHit, ...]
    passages: tuple[PassageHit, ...]
    searched: Searched
    asked: Question
    """The question as it was searched for: with what is taken for its unknown words."""
    rarity: Mapping[str, float]
    """Each of its terms: the inverse document frequency among the visible sentences."""
    passage_rarity: Mapping[str, float]
    """The same among the visible passages."""
    missing: tuple[str, ...]
    """The terms of the question that no visible document has, nor one like it."""
