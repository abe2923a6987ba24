"""Composing briefs and coming back to them: the commands, the replies, and who keeps them.

A brief belongs to a line: the briefs of one channel on one topic. What is new is what was loaded
since the last brief of its line. A brief that was composed for nobody has no channel, and none of
the others goes on from it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from briefs.brief import Brief, Why
from briefs.keeping import Since
from briefs.model import Document, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeBrief:
    """Compose a brief from the documents that the place may see."""

    topic: str | None = None
    since: date | None = None
    """Leaves out what was published before; and what has no date."""
    channel: str | None = None
    """Tell only what is new to this channel; None: everything, and for nobody in particular."""
    here: bool = False
    """Tell only what is new to the channel that it is typed in."""
    preview: bool = False
    """Compose it as it would be, and keep nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBriefs:
    """List kept briefs that the place may see, the newest first."""

    here: bool = False
    """Only those of the channel that it is typed in."""
    topic: str | None = None
    """Only those on this topic; None: on whatever topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBrief:
    """Show a kept brief again; the beginning of an id is enough where it is the only one."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain:
    """Say of a sentence whether and why it is in a brief.

    The brief is the last one of its channel on its topic, or, where there is none, the one that
    would be composed now.
    """

    text: str
    brief: ComposeBrief = ComposeBrief()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The briefs of one channel on one topic, each telling what is new since the one before."""

    channel: str
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """When and for whom a brief was composed."""

    brief: str
    """Its id."""
    title: str
    channel: str | None
    topic: str | None
    composed_at: datetime
    collections: frozenset[str] | None
    """What was looked at; None: all."""
    snapshot: int
    """The library's version that it was composed on."""
    occurrence: str | None = None
    """The id of the delivery that it was composed for; None: it was told when it was composed.

    What was not delivered in the end was not told: the next brief of the line tells it."""

    def covers(self, collections: frozenset[str] | None) -> bool:
        """Say whether everything was looked at that is in some collections; None: in all."""
        if self.collections is None:
            return True
        return collections is not None and collections <= self.collections

    def within(self, collections: frozenset[str] | None) -> bool:
        """Say whether nothing was looked at but what is in some collections; None: in all."""
        if collections is None:
            return True
        return self.collections is not None and self.collections <= collections


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBrief:
    """A brief as it was composed, and for whom.

    Its documents are the revisions that were read, so that every quote stays exact.
    """

    edition: Edition
    brief: Brief
    updated: frozenset[str] = frozenset()
    """The ids of cited documents that have a newer revision."""
    withdrawn: frozenset[str] = frozenset()
    """The ids of cited documents that were removed."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document that is cited, once, in the order of the citations."""
        return tuple(dict.fromkeys(each.document for each in self.brief.citations))

    def since(self, document: Document) -> Since | None:
        """Return what has become of a document that it cites; None: it is as it was."""
        if document.id in self.withdrawn:
            return Since.WITHDRAWN
        return Since.UPDATED if document.id in self.updated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed:
    """A brief that was just composed."""

    brief: Brief
    kept: bool
    """Not a preview, nor one of nothing."""
    loaded: int
    """How many documents there are that the place may see."""

    @property
    def nothing_loaded(self) -> bool:
        """Whether there was nothing to compose it from, and nothing to say of what was there."""
        return not self.loaded and not self.brief.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefListing:
    """Kept briefs, the newest first."""

    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Whether and why a sentence is in a brief."""

    text: str
    """As it was asked."""
    brief: str
    """The id of the brief that is spoken of."""
    why: Why


class Briefs(Protocol):
    """Keeps briefs. Blocks; every call is one short transaction.

    Every method raises `LibraryError` where the database cannot be used.
    """

    def keep(self, brief: Brief, edition: Edition) -> None:
        """Keep a brief; one that is there already for its channel only gets its newer time.

        It takes the place of another one that was composed for the same delivery.
        """

    def kept(self, wanted: str) -> tuple[KeptBrief, ...]:
        """Return the editions of a brief, by its id or the beginning of one, the newest first."""

    def last(
        self,
        line: Line,
        collections: frozenset[str] | None,
        before: datetime | None = None,
    ) -> KeptBrief | None:
        """Return the last brief of a line that looked at least at these collections.

        What was composed for a delivery that failed does not count, nor does what goes on from it.
        """

    def told(self, line: Line, limit: int, before: datetime | None = None) -> tuple[Statement, ...]:
        """Return the points of the last briefs of a line, those of the newest first."""

    def cited(self, line: Line, among: Collection[str]) -> tuple[Document, ...]:
        """Return what a line has cited of some documents, each in its newest cited revision."""

    def read(
        self, line: Line, among: Collection[str], before: datetime | None = None
    ) -> tuple[Document, ...]:
        """Return what a line has looked at of some documents, each in its newest such revision."""

    def take_back(self, occurrence: str) -> None:
        """Count as not told what was composed for a delivery: it is to be composed anew."""

    def settle(self) -> None:
        """Count for good, as told, what was composed for deliveries that were delivered."""

    def citing(self, document: str) -> tuple[str, ...]:
        """Return the ids of briefs that cite a document, the oldest first."""

    def editions_citing(
        self, document: str, limit: int, channel: str | None = None
    ) -> tuple[Edition, ...]:
        """Return the newest editions that cite a document, of all channels or of one."""

    def history(self, limit: int, channel: str | None = None) -> tuple[Edition, ...]:
        """Return the newest editions, of all channels or of one, the newest first."""
