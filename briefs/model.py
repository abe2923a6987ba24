"""The nouns of the newsroom, as plain values.

Every value is frozen. What is quoted is never stored as a string beside its source: a `Citation`
holds its document and a span, and its quote *is* that span, so that no quotation can drift from
the article it came from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

MAIN = "main"
"""The collection that a document belongs to, and a place sees, unless somebody says otherwise."""

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors, one a row: float32, shape (texts, dimensions)."""

Vector: TypeAlias = NDArray[np.float32]
"""One unit vector: float32, shape (dimensions,)."""

Spans: TypeAlias = NDArray[np.int32]
"""Offsets in a text, one span a row."""

Published: TypeAlias = date | datetime
"""As precise as its source: a date, a local time (naive), or a time with its offset (aware)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One loaded article, one revision of it."""

    id: str
    revision: int
    collection: str
    source: str
    """Where it was loaded from: an absolute path."""
    title: str
    outlet: str | None
    author: str | None
    published: Published | None
    url: str | None
    text: str
    """The cleaned text that citations point into; one block (paragraph, heading, item) a line."""
    reprint_of: str | None = None
    """The id of the first document that was loaded of the same text in another place."""

    @property
    def publisher(self) -> str:
        """What counts as its outlet: a document of an unknown outlet stands for itself."""
        return self.outlet or self.title

    @property
    def copy(self) -> str:
        """What it shares with its reprints and with nothing else."""
        return self.reprint_of or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The unit that is quoted, as a half-open span of characters in its document's text."""

    start: int
    end: int
    heading: bool = False
    """A heading is found and shown in its passage, but never quoted as a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A citable span: in characters, and as the sentences `first` to `last` (half-open)."""

    start: int
    end: int
    first: int
    last: int


class Segments:
    """A document's text cut up: sentences in reading order, and the passages that overlap them.

    They are kept as arrays, so that a library of a million sentences is not a million objects; a
    `Sentence` is made when somebody asks for it.
    """

    __slots__ = ("passage_spans", "sentence_spans")

    sentence_spans: Spans
    """Shape (sentences, 3): start, end, and 1 for a heading."""
    passage_spans: Spans
    """Shape (passages, 4): start, end, first, last."""

    def __init__(
        self, *, sentences: Iterable[Sentence] = (), passages: Iterable[Passage] = ()
    ) -> None:
        """Take sentences and passages."""
        cuts = [(each.start, each.end, each.heading) for each in sentences]
        windows = [(each.start, each.end, each.first, each.last) for each in passages]
        self.sentence_spans = np.array(cuts, dtype=np.int32).reshape(-1, 3)
        self.passage_spans = np.array(windows, dtype=np.int32).reshape(-1, 4)

    @classmethod
    def of_spans(cls, sentence_spans: Spans, passage_spans: Spans) -> "Segments":
        """Return segments over arrays that are there already."""
        segments = cls.__new__(cls)
        segments.sentence_spans, segments.passage_spans = sentence_spans, passage_spans
        return segments

    def __eq__(self, other: object) -> bool:
        """Say whether the cuts are the same."""
        if not isinstance(other, Segments):
            return NotImplemented
        return np.array_equal(self.sentence_spans, other.sentence_spans) and np.array_equal(
            self.passage_spans, other.passage_spans
        )

    def __hash__(self) -> int:
        """Return a hash of the cuts."""
        return hash((self.sentence_spans.tobytes(), self.passage_spans.tobytes()))

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence, made anew at each call."""
        return tuple(self.sentence(number) for number in range(len(self.sentence_spans)))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, made anew at each call."""
        return tuple(self.passage(number) for number in range(len(self.passage_spans)))

    @property
    def quotable(self) -> int:
        """How many sentences are no headings."""
        return int(np.count_nonzero(self.sentence_spans[:, 2] == 0))

    def sentence(self, number: int) -> Sentence:
        """Return one sentence by its number."""
        start, end, heading = self.sentence_spans[number].tolist()
        return Sentence(start=start, end=end, heading=bool(heading))

    def passage(self, number: int) -> Passage:
        """Return one passage by its number."""
        start, end, first, last = self.passage_spans[number].tolist()
        return Passage(start=start, end=end, first=first, last=last)

    def texts(self, text: str) -> list[str]:
        """What is embedded, in the order in which vectors are kept: sentences, then passages."""
        spans = [*self.sentence_spans[:, :2].tolist(), *self.passage_spans[:, :2].tolist()]
        return [text[start:end] for start, end in spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The terms of some rows of text, flat: see `briefs.postings`."""

    numbers: NDArray[np.uint32]
    """Every row's terms, one row after another."""
    lengths: NDArray[np.int32]
    """How many terms each row has: shape (rows,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedDocument:
    """A document, its segments, their vectors and words: all that an index needs to know of it."""

    document: Document
    segments: Segments
    vectors: Vectors
    """One row a text of `Segments.texts`: shape (sentences + passages, dimensions)."""
    words: Words | None = None
    """The terms of its sentences; None: not worked out yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A numbered link from a statement to an exact span of a document."""

    number: int
    document: Document
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact span of the document."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a quoted sentence needs to be understood: an exact span of the same document."""

    document: Document
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact span of the document."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence shown to a person, with everyone who says it."""

    citations: tuple[Citation, ...]
    """Never empty. The first is the sentence that is shown."""
    origins: tuple[str, ...]
    """Distinct ends of the attribution chains; empty: the origin is not stated."""
    context: Context | None = None
    """Of the first citation's document; None where the sentence can stand alone."""

    @property
    def text(self) -> str:
        """The first citation's quote."""
        return self.citations[0].quote

    @property
    def outlets(self) -> tuple[str, ...]:
        """The distinct outlets behind the citations, in their order; of reprints only the first."""
        firsts: dict[str, str] = {}
        for citation in self.citations:
            firsts.setdefault(citation.document.copy, citation.document.publisher)
        return tuple(dict.fromkeys(firsts.values()))


class Bound(StrEnum):
    """How a value is meant that is not exact."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


class Relation(StrEnum):
    """How the values that outlets give for one thing go together."""

    AGREE = "agree"
    DIFFER = "differ"
    SERIES = "series"
    """They are of different times: one follows the other, and none is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One figure or date that outlets give, in the words of the first that is cited."""

    text: str
    """Verbatim: a part of the first citation's quote."""
    number: float | None
    """None for a date."""
    unit: str | None
    bound: Bound | None
    as_of: date | None
    """The day that it is stated for, where the sentence says so."""
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What several sentences count, measure or date, with every value that is given for it."""

    subject: str
    relation: Relation
    values: tuple[Value, ...]
    """Distinct ones, those that most outlets give first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How much was looked through: only what the asker's place may see."""

    documents: int
    passages: int
    undated: int = 0
    """How many documents were left out because a date was asked for and they have none."""
    loaded: int = 0
    """How many documents there are to look through when nothing is asked for but the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Statements with their citations, or the reason why there are none."""

    question: str
    confidence: float
    """From 0 to 1: how sure Dateline is that the first statement answers the question."""
    searched: Searched
    statements: tuple[Statement, ...] = ()
    differences: tuple[Figure, ...] = ()
    """Where outlets give different figures or dates for what is asked about."""
    nearest: tuple[Citation, ...] = ()
    """When not answered: up to three passages that came closest."""
    reason: str | None = None
    """When not answered: one sentence for a person."""
    understood: str | None = None
    """The question as completed from the conversation, when it was."""
    id: str | None = field(default=None, compare=False)
    """By which it is kept; None where it is not."""
    elapsed_ms: float = field(default=0.0, compare=False)

    @property
    def answered(self) -> bool:
        """Whether there is at least one statement."""
        return bool(self.statements)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of statements and differences once, in the order of their numbers."""
        said = chain.from_iterable(each.citations for each in self.statements)
        values = chain.from_iterable(each.values for each in self.differences)
        differing = chain.from_iterable(each.citations for each in values)
        numbered = {cite.number: cite for cite in chain(said, differing)}
        return tuple(numbered[number] for number in sorted(numbered))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a question may look at. Filters hold before ranking, so that nothing else can show."""

    collections: frozenset[str] | None = frozenset({MAIN})
    """None: all of them."""
    outlet: str | None = None
    """Compared without regard to case; part of an outlet's name is enough."""
    since: date | None = None
    until: date | None = None
    """Both inclusive. Either leaves out documents without a date."""

    def admits(self, document: Document) -> bool:
        """Say whether a document may be looked at."""
        if self.collections is not None and document.collection not in self.collections:
            return False
        if self.outlet is not None and self.outlet.casefold() not in document.publisher.casefold():
            return False
        if self.since is None and self.until is None:
            return True
        if document.published is None:
            return False
        # datetime is a date too: a time is compared by the day that its own source printed.
        published = document.published
        day = published.date() if isinstance(published, datetime) else published
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class Status(StrEnum):
    """The outcome of loading one source. See the identity rules in docs/library.md."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A line, or a part of one, that is not in the cleaned text."""

    number: int
    """From 1, in reading order; restoring one leaves the numbers of the others as they are."""
    text: str
    reason: str
    """One of `briefs.cues.Reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person says of a source; it beats what a loader finds, now and at each new load."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: Published | None = None

    def over(self, older: "Stated") -> "Stated":
        """Return what is said here, and of the rest what was said before."""
        return Stated(
            title=self.title or older.title,
            outlet=self.outlet or older.outlet,
            author=self.author or older.author,
            published=self.published or older.published,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Origination:
    """How a revision came about: all that making the next one of it needs."""

    digest: str
    """Of what the loader found, before anything was dropped or stated."""
    raw: str | None = None
    """The text before cleaning; None where nothing was dropped."""
    dropped: tuple[Dropped, ...] = ()
    restored: tuple[int, ...] = ()
    """The numbers of dropped lines that a person brought back."""
    stated: Stated = Stated()
    bare: bool = False
    """Whether its head was read for what nothing else says."""
    extracted: bool = False
    """Whether the article was taken out of a page by its markup."""
    via: str | None = None
    """The feed that it was found in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document of the library, and how its current revision came about."""

    document: Document
    origination: Origination
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision of a document, whichever it is, and what has become of the document since."""

    document: Document
    dropped: tuple[Dropped, ...] = ()
    newest: int
    """The number of the document's current revision."""
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one source: the document that now holds it, or why there is none."""

    source: str
    status: Status
    document: Document | None = None
    sentences: int = 0
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know and may mend, for example a date that was not understood."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What a loader found in one file, before anyone decided what it means for the library.

    What could not be found is None, never guessed.
    """

    source: str
    text: str
    title: str
    """What the file says, or else its name."""
    outlet: str | None = None
    author: str | None = None
    published: Published | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()
    """What a person should know and may mend, for example a date that was not understood."""
    bare: bool = False
    """It is plain text alone: its head may say what nothing else does."""
    extracted: bool = False
    """The article was taken out of a page by its markup already."""
    via: str | None = None
    """The feed that it was found in."""


def concatenated(vectors: Sequence[Vectors], dimensions: int) -> Vectors:
    """Return the rows of several matrices as one matrix, (0, dimensions) for none."""
    if not vectors:
        return np.empty((0, dimensions), dtype=np.float32)
    return np.concatenate(vectors).astype(np.float32, copy=False)
