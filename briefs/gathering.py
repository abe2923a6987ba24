"""The sentences of some documents, ready to be compared, and the facts that they state together."""

from collections.abc import Iterable
from dataclasses import dataclass

from briefs.agreement import Said, said
from briefs.model import Citation, Document, EmbeddedDocument, Segments, Sentence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """One quotable sentence of a document."""

    document: Document
    segments: Segments
    sentence: Sentence
    number: int
    """From 0, among all sentences of its document, headings included."""
    said: Said

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.document.text[self.sentence.start : self.sentence.end]

    @property
    def citation(self) -> Citation:
        """Return a citation of it that has no number yet."""
        return Citation(
            number=0, document=self.document, start=self.sentence.start, end=self.sentence.end
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fact:
    """Sentences of different documents that say the same, the clearest first."""

    members: tuple[Gathered, ...]
    origins: tuple[str, ...]
    """Distinct ends of the attribution chains of its members."""

    @property
    def first(self) -> Gathered:
        """The sentence that represents the fact."""
        return self.members[0]


def gathered(documents: Iterable[EmbeddedDocument]) -> list[Gathered]:
    """Return every quotable sentence, in the order of documents' ids and of their text."""
    found: list[Gathered] = []
    for embedded in sorted(documents, key=lambda each: each.document.id):
        for number, sentence in enumerate(embedded.segments.sentences):
            if not sentence.heading:
                text = embedded.document.text[sentence.start : sentence.end]
                found.append(
                    Gathered(
                        document=embedded.document,
                        segments=embedded.segments,
                        sentence=sentence,
                        number=number,
                        said=said(text, embedded.vectors[number]),
                    )
                )
    return found
