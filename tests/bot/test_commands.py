"""The one handler of all commands: who may do what, and what becomes of an error."""

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot.app import utc_now
from bot.commands import USAGE, Commands
from briefs.errors import (
    ConfigurationError,
    ContractError,
    LibraryError,
    LockedError,
    ModelError,
    SourceError,
    UsageError,
    UserError,
)
from briefs.model import Answer, Document, Stated, Status
from briefs.ports import (
    AddSources,
    Ask,
    Command,
    EditSource,
    Help,
    Listing,
    ListSources,
    Place,
    Progress,
    Receipts,
    RefreshSources,
    Refusal,
    RemoveSource,
    ReportStatus,
    RestoreLines,
    Shown,
    ShowSource,
    StatusReport,
)
from tests.bot.newsrooms import EVERYWHERE, QUESTION, WatchedEmbedder, kept, load, newsroom
from tests.building import document
from tests.running import article

CHANNEL = Place(channel="slack:C1")
ADMIN = Place(channel="slack:C1", admin=True)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def embedder() -> WatchedEmbedder:
    """Return the embedder of `commands`."""
    return WatchedEmbedder()


@pytest.fixture
async def commands(database: Database, embedder: WatchedEmbedder, tmp_path: Path) -> Commands:
    """Return a handler over one article in `main` and one in `secret`."""
    room = newsroom(database, embedder)
    text = "The tankers made 43 trips to the port of Vostochny."
    open_one = article(tmp_path / "open.md", text, outlet="Herald")
    hidden = article(tmp_path / "hidden.md", "The submarine made 99 dives.", outlet="Deep Press")
    await load(room, open_one)
    await load(room, hidden, collection="secret")
    return Commands(room)


def fail_with(embedder: WatchedEmbedder, error: BaseException) -> None:
    """Let every question end in an error."""

    async def fail() -> None:
        raise error

    embedder.before_queries = fail


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("Ask in words."), 2),
        (ConfigurationError("There is no key nmae."), 2),
        (LockedError("Another one runs."), 2),
        (SourceError("It is empty."), 1),
        (LibraryError("The disk is full."), 1),
        (ModelError("The weights are damaged."), 1),
    ],
)
async def test_what_a_person_can_mend_is_said_as_it_is(
    commands: Commands,
    embedder: WatchedEmbedder,
    error: UserError,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A UserError becomes a refusal with its words and its exit status, and is no alarm."""
    fail_with(embedder, error)
    reply = await commands.handle(QUESTION, EVERYWHERE)
    assert reply == Refusal(message=str(error), exit_status=status)
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


@pytest.mark.parametrize(
    "error", [RuntimeError("the secret recipe"), ContractError("a defect"), OSError(5, "I/O error")]
)
async def test_what_nobody_foresaw_is_a_reference_to_the_log(
    commands: Commands,
    embedder: WatchedEmbedder,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The person sees a reference and no detail; the log has both, with the traceback."""
    fail_with(embedder, error)
    reply = await commands.handle(QUESTION, EVERYWHERE)
    assert isinstance(reply, Refusal)
    assert reply.exit_status == 1
    assert str(error) not in reply.message
    reference = re.search(r"\(reference ([0-9a-f]{8})\)", reply.message)
    assert reference is not None
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert reference[1] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def test_each_defect_has_a_reference_of_its_own(
    commands: Commands, embedder: WatchedEmbedder
) -> None:
    """Two reports can be told apart."""
    fail_with(embedder, RuntimeError("x"))
    replies = [await commands.handle(QUESTION, EVERYWHERE) for _ in range(5)]
    assert len({reply.message for reply in replies if isinstance(reply, Refusal)}) == 5


async def test_a_defect_does_not_stop_the_next_command(
    commands: Commands, embedder: WatchedEmbedder
) -> None:
    """The handler is as good as before."""
    healthy = embedder.before_queries
    fail_with(embedder, RuntimeError("x"))
    assert isinstance(await commands.handle(QUESTION, EVERYWHERE), Refusal)
    embedder.before_queries = healthy
    assert isinstance(await commands.handle(QUESTION, EVERYWHERE), Answer)


async def test_a_cancelled_command_is_cancelled(
    commands: Commands, embedder: WatchedEmbedder
) -> None:
    """Stopping is no error to be answered: it passes through."""
    fail_with(embedder, asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await commands.handle(QUESTION, EVERYWHERE)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (QUESTION, Answer),
        (AddSources(sources=("nothing.md",)), Receipts),
        (ListSources(), Listing),
        (RefreshSources(), Receipts),
        (ReportStatus(), StatusReport),
    ],
)
async def test_every_command_has_its_reply(
    commands: Commands, command: Command, kind: type
) -> None:
    """Each is carried out without anyone listening to its progress."""
    assert isinstance(await commands.handle(command, EVERYWHERE), kind)


async def test_help_needs_nothing(commands: Commands) -> None:
    """It is the same for everyone."""
    assert await commands.handle(Help(), CHANNEL) == USAGE


async def test_who_is_no_admin_cannot_load(commands: Commands, tmp_path: Path) -> None:
    """Nothing is read or kept, whatever collection is named."""
    source = article(tmp_path / "a.md", "The tankers made 44 trips.")
    for collection in ("main", "secret"):
        wanted = AddSources(sources=(str(source),), collection=collection)
        reply = await commands.handle(wanted, CHANNEL)
        assert isinstance(reply, Refusal)
        assert reply.exit_status == 1
        assert "Only an admin" in reply.message
    listing = await commands.handle(ListSources(), EVERYWHERE)
    assert isinstance(listing, Listing)
    assert len(listing.documents) == 2


async def everything(commands: Commands) -> list[Document]:
    """Return all documents, in the order of their titles."""
    listing = await commands.handle(ListSources(), EVERYWHERE)
    assert isinstance(listing, Listing)
    return [each.document for each in listing.documents]


def changes(document: str) -> list[Command]:
    """Return a command of each kind that changes a document that is there."""
    return [
        EditSource(id=document, stated=Stated(outlet="Elsewhere")),
        RestoreLines(id=document, numbers=(1,)),
        RemoveSource(id=document),
    ]


async def test_who_is_no_admin_cannot_change_the_library(commands: Commands) -> None:
    """Nor learn from the refusal what is there: it is the same for ids that nobody has."""
    before = await everything(commands)
    for each in ("nosuchid", *(one.id for one in before)):
        for command in (*changes(each), RefreshSources()):
            assert await commands.handle(command, CHANNEL) == Refusal(
                message="Only an admin can change the library here.", exit_status=1
            )
    assert await everything(commands) == before


async def test_an_admin_changes_only_what_may_be_seen_from_there(commands: Commands) -> None:
    """What is of another collection is as if it were not there, and no refresh touches it."""
    hidden, visible = sorted(await everything(commands), key=lambda each: each.outlet or "")
    assert (hidden.collection, visible.collection) == ("secret", "main")
    article(Path(hidden.source), "The submarine made 100 dives.", outlet="Deep Press")
    for command, unknown in zip(changes(hidden.id), changes("nosuchid"), strict=True):
        refused = await commands.handle(command, ADMIN)
        nobody = await commands.handle(unknown, ADMIN)
        assert isinstance(refused, Refusal)
        assert isinstance(nobody, Refusal)
        assert refused.message.replace(hidden.id, "nosuchid") == nobody.message
        assert refused.exit_status == nobody.exit_status == 2
    refreshed = await commands.handle(RefreshSources(), ADMIN)
    assert isinstance(refreshed, Receipts)
    assert [each.source for each in refreshed.receipts] == [visible.source]
    assert await everything(commands) == [hidden, visible]

    edit, _, removal = changes(visible.id)
    edited = await commands.handle(edit, ADMIN)
    removed = await commands.handle(removal, ADMIN)
    assert isinstance(edited, Receipts)
    assert isinstance(removed, Receipts)
    assert edited.receipts[0].status is Status.UPDATED
    assert removed.receipts[0].status is Status.REMOVED
    assert await everything(commands) == [hidden]
    nothing = await commands.handle(QUESTION, ADMIN)
    assert isinstance(nothing, Answer)
    assert (nothing.searched.documents, nothing.searched.loaded) == (0, 0)


async def test_an_admin_loads_only_what_may_be_seen_from_there(
    commands: Commands, tmp_path: Path
) -> None:
    """The collection of another channel cannot be changed, not even by an admin."""
    source = article(tmp_path / "a.md", "The tankers made 44 trips.")
    refused = await commands.handle(AddSources(sources=(str(source),), collection="secret"), ADMIN)
    assert isinstance(refused, Refusal)
    assert "cannot be changed from here" in refused.message
    told: list[Progress] = []
    typed = await commands.handle(AddSources(sources=(str(source),)), ADMIN)
    assert isinstance(typed, Refusal)
    assert "no web address" in typed.message
    added = await commands.handle(AddSources(uploads=(str(source),)), ADMIN, told.append)
    assert isinstance(added, Receipts)
    assert [each.status for each in added.receipts] == [Status.ADDED]
    assert told[-1].done == told[-1].total == 1


async def test_what_a_place_may_not_see_is_not_there(commands: Commands) -> None:
    """Another collection is absent from lists, counts, answers and refusals, and from `show`."""
    everything = await commands.handle(ListSources(), EVERYWHERE)
    assert isinstance(everything, Listing)
    (hidden,) = [each.document for each in everything.documents if each.document.outlet != "Herald"]

    listing = await commands.handle(ListSources(), CHANNEL)
    status = await commands.handle(ReportStatus(), CHANNEL)
    answer = await commands.handle(Ask(question="How many dives of the submarine?"), CHANNEL)
    shown = await commands.handle(ShowSource(id=hidden.id), CHANNEL)
    unknown = await commands.handle(ShowSource(id="nosuchid"), CHANNEL)
    assert isinstance(listing, Listing)
    assert [each.document.outlet for each in listing.documents] == ["Herald"]
    assert isinstance(status, StatusReport)
    assert (status.documents, status.sentences, status.outlets) == (1, 1, ("Herald",))
    assert isinstance(answer, Answer)
    assert not answer.answered
    assert answer.searched.documents == 1
    assert "“submarine”" in (answer.reason or "")
    assert all(cited.document.collection == "main" for cited in answer.nearest)
    assert isinstance(shown, Refusal)
    assert isinstance(unknown, Refusal)
    assert shown.message.replace(hidden.id, "nosuchid") == unknown.message


async def test_a_hidden_id_makes_no_beginning_ambiguous(database: Database) -> None:
    """The shortest beginning that is the only visible one shows the document."""
    library = SqlLibrary(database, utc_now)
    for name, collection in (("aaa1", "main"), ("aaa2", "secret"), ("aab3", "main")):
        one = document(name, id=name, source=name, collection=collection)
        assert library.save([kept(one)], "x") == [True]
    commands = Commands(newsroom(database))
    shown = await commands.handle(ShowSource(id="aaa"), CHANNEL)
    assert isinstance(shown, Shown)
    assert shown.listed.document.id == "aaa1"
    ambiguous = await commands.handle(ShowSource(id="aa"), CHANNEL)
    assert isinstance(ambiguous, Refusal)
    assert "2 documents begin with aa: aaa1, aab3." in ambiguous.message
