"""What the newsroom asks of the outside, and what the outside asks of it.

A chat platform turns its event into a `Command`, hands it to the one `CommandHandler`, and renders
the `Reply` that comes back. The other Protocols are what adapters provide. Those that block are
plain functions, and whoever calls them keeps them off the event loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeAlias

from briefs.briefing import (
    Briefed,
    BriefListing,
    ComposeBrief,
    Explain,
    Explained,
    KeptBrief,
    ListBriefs,
    ShowBrief,
)
from briefs.keeping import Forgotten, Judged, KeptAnswer, Verdict
from briefs.model import (
    MAIN,
    Answer,
    Citation,
    Document,
    Dropped,
    EmbeddedDocument,
    Held,
    LoadedFile,
    Origination,
    Published,
    Receipt,
    Revision,
    Stated,
    Vectors,
)
from briefs.reprints import Sketch
from briefs.timetabling import (
    AddSchedule,
    ChangeSchedule,
    ListSchedules,
    ScheduleChanged,
    Scheduled,
    ScheduleListing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command was typed, and what may be seen from there."""

    channel: str
    collections: frozenset[str] | None = frozenset({MAIN})
    """None: all of them, for the operator's own command line."""
    admin: bool = False
    manages: bool = False
    """Whether who types may schedule briefs for the channel without being an admin."""
    person: str | None = None
    """Who typed it, for example `discord:80351110224678912`; None where nobody can be told apart.

    Never stored as it is: see `Answers`."""
    thread: str | None = None
    """The conversation that it was typed in, for example `slack:C0123/1732264800.000100`; None
    where nothing goes on from what was typed before."""

    def sees(self, collection: str) -> bool:
        """Say whether a collection may be seen from here."""
        return self.collections is None or collection in self.collections


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Answer a question from the documents that the place may see."""

    question: str
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    previous: str | None = None
    """The question before it in the same conversation, as it was understood; None: the last one of
    the place's thread, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSources:
    """Load files, folders, pages and feeds into a collection."""

    sources: tuple[str, ...] = ()
    """As a person types them. Only the operator may name files and folders of this machine."""
    collection: str | None = None
    """None: `main`, or where that may not be seen, the first that may."""
    uploads: tuple[str, ...] = ()
    """What `Uploads` gave for files that a person sent."""
    stated: Stated = field(default_factory=Stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSources:
    """List the documents that the place may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSource:
    """Show one document whole; the beginning of an id is enough where it is the only one."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSource:
    """Say what a document's source does not: its title, outlet, author or date."""

    id: str
    stated: Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSource:
    """Let a document answer no more; what cites it can still be read."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreLines:
    """Bring dropped lines back into a document, by their numbers."""

    id: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshSources:
    """Load every source again that the place may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSources:
    """Show a kept answer again, with what has become of its articles since."""

    answer: str
    """Its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveVerdict:
    """Say whether a kept answer was useful; a person's last word counts."""

    answer: str
    useful: bool
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Say what can be typed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStatus:
    """Say what is loaded and whether it can be asked."""


Command: TypeAlias = (
    Ask
    | AddSources
    | ListSources
    | ShowSource
    | EditSource
    | RemoveSource
    | RestoreLines
    | RefreshSources
    | ShowSources
    | GiveVerdict
    | ComposeBrief
    | ListBriefs
    | ShowBrief
    | Explain
    | AddSchedule
    | ListSchedules
    | ChangeSchedule
    | Help
    | ReportStatus
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What became of each source of one load."""

    receipts: tuple[Receipt, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Files of the folders that were named, of kinds that cannot be loaded: how many, by the ending
    of their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One document in a list, with how many sentences it has."""

    document: Document
    sentences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The documents that a place may see, in the order of their titles."""

    documents: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One document whole, with the lines that were dropped from it."""

    listed: Listed
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven:
    """What is kept of what a person said of an answer."""

    answer: str
    useful: bool
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What can be typed: a line for each command, with what it does."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What is loaded, as far as the place may see it."""

    documents: int
    sentences: int
    outlets: tuple[str, ...]
    model: str
    first: Published | None = None
    """When the oldest of what is dated was published."""
    last: Published | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command was not carried out, in one sentence for a person."""

    message: str
    exit_status: int


Reply: TypeAlias = (
    Answer
    | KeptAnswer
    | VerdictGiven
    | Briefed
    | BriefListing
    | KeptBrief
    | Explained
    | Scheduled
    | ScheduleListing
    | ScheduleChanged
    | Receipts
    | Listing
    | Shown
    | Usage
    | StatusReport
    | Refusal
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far long work has come."""

    what: str
    done: int
    total: int
    now: str = ""
    """What is being worked on, for example a file's name."""


Progressed: TypeAlias = Callable[[Progress], None]
"""Told of progress, from any thread, often; it must return at once."""


def unheard(_: Progress) -> None:
    """Take no note of progress."""


class CommandHandler(Protocol):
    """The one way in for everything that a person types on any platform."""

    async def handle(
        self, command: Command, place: Place, progressed: Progressed | None = None
    ) -> Reply:
        """Carry out a command. Never raises for what a person did: that becomes a `Refusal`."""


class Embedder(Protocol):
    """Turns texts into unit vectors, without blocking the event loop."""

    @property
    def name(self) -> str:
        """The model's name, for a person."""

    async def identity(self) -> str:
        """Return a string that changes whenever the same text would get other vectors."""

    async def ready(self, progressed: Progressed = unheard) -> None:
        """Return once the model is in memory; what takes long is told.

        Raises:
            ModelError: The model is missing, damaged or not to be trusted.
        """

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row a question."""

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text of a document."""

    def close(self) -> None:
        """Let go of threads and memory; what is running may finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A new document, or a new revision of one, with everything that is kept of it."""

    embedded: EmbeddedDocument
    origination: Origination
    sketch: Sketch
    revives: bool = False
    """Whether the document is there and removed: it comes back with this revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has changed in the library since a version of it."""

    version: int
    embedded: tuple[EmbeddedDocument, ...] = ()
    """Documents that are new or changed."""
    removed: frozenset[str] = frozenset()
    """The ids of documents that are not to answer any more."""
    unembedded: tuple[Document, ...] = ()
    """Documents that are new or changed, and have no vectors of the scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Which documents have come and gone since a version of the library, by their ids."""

    loaded: frozenset[str]
    """Those whose current revision was loaded since."""
    removed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask with whether a page has changed."""

    etag: str | None = None
    modified: str | None = None


class Library(Protocol):
    """Keeps documents and their vectors. Blocks; every call is one short transaction.

    Every method raises `LibraryError` where the database cannot be used.
    """

    def version(self) -> int:
        """Return a number that grows with every change, whichever process made it."""

    def changes(self, since: int, scheme: str) -> Changes:
        """Return what has changed since a version; since 0, everything that is there."""

    def moved(self, since: int) -> Moved:
        """Return which documents have come and gone since a version; since 0, all."""

    def documents(self) -> list[Document]:
        """Return every document in its current revision, the removed ones left out."""

    def sources(self, collection: str) -> dict[str, str]:
        """Return what each document of a collection was loaded from, the removed ones left out."""

    def held(self, document: str) -> Held | None:
        """Return a document by its id, a removed one too."""

    def revision(self, document: str, number: int) -> Revision | None:
        """Return one revision of a document, an old one and one of a removed document too."""

    def by_source(self, collection: str, source: str) -> Held | None:
        """Return the document that was loaded from a source, a removed one too."""

    def by_text(self, collection: str, text: str, outlet: str | None) -> Document | None:
        """Return a document of the same text and outlet, from whatever source."""

    def sketches(self, collection: str) -> dict[str, tuple[str, Sketch]]:
        """Return what each document's text is recognised by: its `Document.copy` and its sketch."""

    def save(self, kept: Sequence[Kept], scheme: str) -> list[bool]:
        """Keep documents and revisions with their vectors, all of them or, on an error, none.

        Returns for each whether it was kept: not where another process was faster with this
        revision, with the same text of the same outlet, or with removing the document.
        """

    def save_vectors(self, embedded: Sequence[EmbeddedDocument], scheme: str) -> None:
        """Keep vectors of another scheme for revisions that are there already."""

    def remove(self, documents: Sequence[str]) -> None:
        """Let documents answer no more; their revisions stay."""

    def validators(self, url: str) -> Validators:
        """Return what to ask a server with whether a page has changed."""

    def save_validators(self, url: str, validators: Validators) -> None:
        """Keep what a server gave."""


class Answers(Protocol):
    """Keeps answers and verdicts. Blocks; every call is one short transaction.

    A person is given as the platform names them, and only a keyed hash of that is kept. Every
    method raises `LibraryError` where the database or the key cannot be used.
    """

    def keep(self, kept: KeptAnswer, person: str | None, expired: datetime) -> None:
        """Keep an answer and who asked; some that were asked before `expired` go meanwhile."""

    def kept(self, wanted: str) -> KeptAnswer | None:
        """Return an answer by its id."""

    def last_in(self, thread: str) -> KeptAnswer | None:
        """Return the last answer that was given in a conversation."""

    def citing(self, document: str) -> tuple[str, ...]:
        """Return the ids of answers that say something with a document, the oldest first."""

    def give_verdict(self, wanted: str, person: str, verdict: Verdict) -> bool:
        """Keep a person's verdict in place of the one before; False: there is no such answer."""

    def feedback(self) -> tuple[Judged, ...]:
        """Return every answer that was judged, the oldest first."""

    def forget(self, person: str) -> Forgotten:
        """Delete what a person asked, and what the person said of answers."""

    def expire(self, before: datetime) -> int:
        """Delete some of the answers that were asked before a time; 0: there is none left."""


class Conversations(Protocol):
    """Knows what was asked in the conversations that an answer was given in."""

    async def last_question(self, thread: str) -> str | None:
        """Return the last question of a conversation, as it was understood; None: there is none.

        Raises:
            LibraryError: The database cannot be used.
        """


class Uploads(Protocol):
    """Keeps the files that people send. Blocks."""

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file, and return the source that it is from now on.

        The same bytes under the same name are the same source.

        Raises:
            LibraryError: It cannot be written.
        """

    def discard(self, source: str) -> None:
        """Let go of a file of which nothing was loaded; nothing happens to what is no upload."""

    def holds(self, source: str) -> bool:
        """Say whether a source is a file that was sent and is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something that somebody asked for on a chat platform, and that nobody is done with."""

    key: str
    """By which the platform tells it from others, for example `slack:Ev0123`."""
    payload: str
    """All that doing it needs, as the platform gave it."""
    at: datetime


class Inbox(Protocol):
    """Keeps what was asked for until it is done: across a restart, too, once each. Blocks.

    Every method raises `LibraryError` where the database cannot be used.
    """

    def receive(self, received: Received) -> bool:
        """Keep something; False: it was received before."""

    def settle(self, key: str) -> None:
        """Take note that something is done: it is only remembered that it was received."""

    def unsettled(self, prefix: str) -> tuple[Received, ...]:
        """Return what is not done, of the keys that begin so, the oldest first."""

    def expire(self, before: datetime) -> int:
        """Forget what was received before a time, done or not; say how much."""


class Links(Protocol):
    """Knows where what is cited can be read on the reader page."""

    def cited(self, citation: Citation, channel: str) -> str | None:
        """Return where somebody in a channel reads what is cited; None: there is no such page."""

    def brief(self, brief: str, channel: str) -> str | None:
        """Return where somebody in a channel reads a brief, by its id; None: nowhere."""


class Loader(Protocol):
    """Reads sources: files, folders, pages and feeds."""

    async def sources(self, named: str, collection: str, *, afresh: bool = False) -> list[str]:
        """Return what one name stands for: a file for itself, a folder or a feed for its articles.

        A feed that has not changed since all of it was loaded into the collection stands for
        nothing, unless it is to be read afresh.

        Raises:
            SourceError: There is nothing of that name, or nothing in it that can be loaded.
        """

    async def left_out(self, named: str) -> Mapping[str, int]:
        """Count the files of a folder that are of no kind that can be loaded, by their endings."""

    async def settled(self, named: str, collection: str) -> None:
        """Take note that all that a name stood for is kept."""

    async def load(self, source: str) -> LoadedFile:
        """Read one source.

        Raises:
            SourceError: It cannot be read, or there is no article in it.
        """

    def close(self) -> None:
        """End what was started to read sources."""
