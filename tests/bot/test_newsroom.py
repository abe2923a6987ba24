"""Loading and asking, and what happens when several things happen at once."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.loading.files import FileLoader
from adapters.storage.database import Database
from adapters.storage.library import SqlLibrary
from bot import loading
from bot.app import utc_now
from bot.newsroom import Newsroom
from briefs.errors import LibraryError
from briefs.model import LoadedFile, Status
from briefs.ports import AddSources, Ask, Changes, Place, Progress, unheard
from tests.bot.newsrooms import (
    EVERYWHERE,
    QUESTION,
    WatchedEmbedder,
    kept,
    load,
    newsroom,
)
from tests.running import article, articles


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with closing(Database(tmp_path / "dateline.db")) as opened:
        yield opened


@pytest.fixture
def _batches_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each document be a batch of its own."""
    monkeypatch.setattr(loading, "BATCH_TEXTS", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of three articles."""
    return articles(tmp_path / "articles")


async def quotes(room: Newsroom, question: Ask = QUESTION) -> list[str]:
    """Return what a newsroom quotes to a question."""
    answer = await room.ask(question, EVERYWHERE, unheard)
    return [cited.quote for cited in answer.citations]


async def test_what_was_loaded_is_found_by_the_next_question(
    database: Database, folder: Path
) -> None:
    """Also by a newsroom that has answered before."""
    room = newsroom(database)
    assert await quotes(room) == []
    await load(room, folder / "coast.md")
    assert len(await quotes(room)) == 1
    await load(room, folder / "harbour.md")
    assert len(await quotes(room)) == 2


async def test_a_library_is_embedded_once(database: Database, folder: Path) -> None:
    """Neither the next question nor the next program embeds anew what has its vectors."""
    room = newsroom(database, WatchedEmbedder())
    await load(room, folder)
    await quotes(room)
    another = WatchedEmbedder()
    assert len(await quotes(newsroom(database, another))) == 2
    assert another.embedded == []


@pytest.mark.usefixtures("_batches_of_one")
async def test_another_model_embeds_anew_and_answers(database: Database, folder: Path) -> None:
    """Vectors of two models cannot be compared: they are made again, once, and it is told."""
    await load(newsroom(database, WatchedEmbedder("one:1")), folder)
    told: list[Progress] = []
    other = WatchedEmbedder("two:1")
    answer = await newsroom(database, other).ask(QUESTION, EVERYWHERE, told.append)
    assert len(answer.citations) == 2
    assert len(other.embedded) == 8  # five sentences and three passages
    anew = [each for each in told if each.what == "Embedding anew"]
    assert [(each.done, each.total) for each in anew] == [(0, 3), (1, 3), (2, 3)]

    again = WatchedEmbedder("two:1")
    assert len(await quotes(newsroom(database, again))) == 2
    assert again.embedded == []


async def test_only_what_lacks_vectors_is_embedded_anew(database: Database, folder: Path) -> None:
    """What was embedded before somebody pulled the plug need not be again."""
    await load(newsroom(database, WatchedEmbedder("one:1")), folder / "coast.md")
    await load(newsroom(database, WatchedEmbedder("two:1")), folder / "harbour.md")
    other = WatchedEmbedder("two:1")
    assert len(await quotes(newsroom(database, other))) == 2
    assert any("northern fleet" in text for text in other.embedded)
    assert not any("since March" in text for text in other.embedded)


async def test_an_answer_is_computed_on_the_snapshot_that_it_began_with(
    database: Database, folder: Path
) -> None:
    """What is loaded while a question is being answered is for the next one."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    await load(room, folder / "coast.md")
    await quotes(room)

    async def meanwhile() -> None:
        await load(room, folder / "harbour.md")

    embedder.before_queries = meanwhile
    assert len(await quotes(room)) == 1
    assert len(await quotes(room)) == 2


class OvertakenLibrary(SqlLibrary):
    """Lets something happen after the changes were read and before they are taken in."""

    def __init__(self, database: Database) -> None:
        """Nothing is read yet."""
        super().__init__(database, utc_now)
        self.has_read, self.go_on = threading.Event(), threading.Event()

    def changes(self, since: int, scheme: str) -> Changes:
        """Return what had changed when this was called, late."""
        found = super().changes(since, scheme)
        self.has_read.set()
        self.go_on.wait(10)
        return found


async def test_a_snapshot_that_a_load_overtook_is_not_kept(
    database: Database, folder: Path
) -> None:
    """A load that ends while a question still builds its snapshot is found by the next one."""
    await load(newsroom(database), folder / "coast.md")
    library = OvertakenLibrary(database)
    room = newsroom(database, library=library)
    asking = asyncio.create_task(quotes(room))
    assert await asyncio.to_thread(library.has_read.wait, 10)
    await load(room, folder / "harbour.md")
    library.go_on.set()
    await asking
    assert len(await quotes(room)) == 2


async def test_an_answer_is_computed_while_another_process_loads(
    database: Database, folder: Path
) -> None:
    """Readers do not wait for a writer, nor he for them."""
    room = newsroom(database)
    await load(room, folder / "coast.md")
    with closing(Database(database.file)) as another:
        other = newsroom(another)
        answered, loaded = await asyncio.gather(quotes(room), load(other, folder))
    assert len(answered) == 1
    assert [each.status for each in loaded.receipts] == [
        Status.UNCHANGED,
        Status.ADDED,
        Status.ADDED,
    ]
    assert len(await quotes(newsroom(database))) == 2


@pytest.mark.usefixtures("_batches_of_one")
async def test_a_load_that_fails_in_the_middle_keeps_what_it_finished(
    database: Database, folder: Path
) -> None:
    """The error passes on; what was saved until then answers the next question."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    assert await quotes(room) == []

    async def fail_at_the_second() -> None:
        if embedder.embedded:
            raise LibraryError("The disk is full.")

    embedder.before_passages = fail_at_the_second
    with pytest.raises(LibraryError, match="full"):
        await load(room, folder)
    assert len(await quotes(room)) == 1


@pytest.mark.usefixtures("_batches_of_one")
async def test_a_load_that_is_cancelled_keeps_what_it_finished(
    database: Database, folder: Path
) -> None:
    """As Ctrl-C in a chat does it: the chat goes on with what is there."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    assert await quotes(room) == []
    second = asyncio.Event()

    async def wait_at_the_second() -> None:
        if embedder.embedded:
            second.set()
            await asyncio.Event().wait()

    embedder.before_passages = wait_at_the_second
    task = asyncio.create_task(load(room, folder))
    await second.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(await quotes(room)) == 1


async def test_who_loses_a_race_takes_what_the_other_made(database: Database, folder: Path) -> None:
    """Another process that loads the same source first leaves it unchanged for this one."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    with closing(Database(database.file)) as another:
        other = newsroom(another)

        async def be_faster() -> None:
            await load(other, folder / "coast.md")

        embedder.before_passages = be_faster
        receipts = await load(room, folder / "coast.md")
    assert [each.status for each in receipts.receipts] == [Status.UNCHANGED]
    assert len((await room.listing(EVERYWHERE)).documents) == 1


async def test_who_loses_a_race_with_other_text_makes_the_next_revision(
    database: Database, folder: Path
) -> None:
    """Nothing that either of them loaded is lost."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    with closing(Database(database.file)) as another:
        other = newsroom(another)
        text = (folder / "coast.md").read_text()

        async def be_faster_with_other_text() -> None:
            article(folder / "coast.md", "The tankers made 44 trips.")
            await load(other, folder / "coast.md")
            (folder / "coast.md").write_text(text)

        embedder.before_passages = be_faster_with_other_text
        (receipt,) = (await load(room, folder / "coast.md")).receipts
    assert receipt.status is Status.UPDATED
    assert receipt.document is not None
    assert receipt.document.revision > 1
    assert "43 trips" in receipt.document.text


async def test_who_loses_every_race_is_told(database: Database, folder: Path) -> None:
    """Where others never stop changing a source, the load gives up and says so."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    await load(room, folder / "coast.md")
    library = SqlLibrary(database, utc_now)
    article(folder / "coast.md", "The tankers made 44 trips.")

    async def be_faster() -> None:
        (there,) = library.documents()
        revised = replace(there, revision=there.revision + 1, text=f"Revision {there.revision}.")
        assert library.save([kept(revised)], "other:1") == [True]

    embedder.before_passages = be_faster
    with pytest.raises(LibraryError, match="Other processes keep changing"):
        await load(room, folder / "coast.md")


async def test_progress_counts_the_sources(database: Database, folder: Path) -> None:
    """From none to all of them, each named before it is loaded."""
    told: list[Progress] = []
    room = newsroom(database)
    await room.add(AddSources(sources=(str(folder), str(folder / "coast.md"))), told.append)
    assert [(each.done, each.total) for each in told] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [Path(each.now).name for each in told[:-1]] == ["coast.md", "harbour.md", "island.md"]


async def test_the_time_that_an_answer_took_leaves_out_the_start_of_the_model(
    database: Database, folder: Path
) -> None:
    """`elapsed_ms` counts from when the model and the library are in memory."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    await load(room, folder)

    async def slowly() -> None:
        await asyncio.sleep(0.5)

    embedder.before_ready = slowly
    started = time.perf_counter()
    answer = await room.ask(QUESTION, EVERYWHERE, unheard)
    assert time.perf_counter() - started >= 0.5
    assert 0 < answer.elapsed_ms < 400


async def test_a_question_about_nothing_does_not_need_the_model(
    database: Database, folder: Path
) -> None:
    """An empty library, or filters that nothing passes, are answered without it."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)

    async def fail() -> None:
        raise AssertionError("the model was asked")

    embedder.before_ready = embedder.before_queries = fail
    empty = await room.ask(QUESTION, EVERYWHERE, unheard)
    await load(newsroom(database, WatchedEmbedder()), folder)
    nobody = await room.ask(replace(QUESTION, outlet="Nobody's"), EVERYWHERE, unheard)
    assert (empty.answered, nobody.answered) == (False, False)
    assert (
        empty.reason
        == "No article is loaded here to answer from. An admin can load some: source add PATH."
    )
    assert nobody.reason is not None
    assert nobody.reason.startswith("No article here is of an outlet with “Nobody's” in its name.")


async def test_warming_up_brings_the_model_in_where_there_is_something_to_ask(
    database: Database, folder: Path
) -> None:
    """An empty library does not wait for a model that nobody needs yet."""
    embedder = WatchedEmbedder()
    room = newsroom(database, embedder)
    await room.warm_up()
    assert embedder.readied == 0
    await load(newsroom(database, WatchedEmbedder()), folder)
    await room.warm_up()
    assert embedder.readied == 1


class CountedFiles(FileLoader):
    """Counts what it reads, and tells of the second file."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__(max_bytes=1_000_000)
        self.count = 0
        self.second = threading.Event()

    def load(self, source: str) -> LoadedFile:
        """Read one file."""
        self.count += 1
        if self.count > 1:
            self.second.set()
        return super().load(source)


async def test_what_comes_next_is_read_while_a_batch_is_embedded(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model computes without Python: neither waits for the other."""
    monkeypatch.setattr(loading, "BATCH_TEXTS", 1)
    files, embedder = CountedFiles(), WatchedEmbedder()

    async def until_the_next_one_is_read() -> None:
        assert await asyncio.to_thread(files.second.wait, 10)

    embedder.before_passages = until_the_next_one_is_read
    receipts = await load(newsroom(database, embedder, files=files), folder)
    assert {each.status for each in receipts.receipts} == {Status.ADDED}
    assert files.count == len(receipts.receipts) > 1


class SlowFiles(FileLoader):
    """Takes its time, as a parser of a hard file does."""

    def load(self, source: str) -> LoadedFile:
        """Read one file, slowly."""
        time.sleep(0.5)
        return super().load(source)


async def test_reading_files_does_not_hold_up_the_event_loop(
    database: Database, folder: Path
) -> None:
    """While a file is parsed, other coroutines go on."""
    room = newsroom(database, files=SlowFiles(max_bytes=1_000_000))
    task = asyncio.create_task(load(room, folder / "coast.md"))
    longest, loop = 0.0, asyncio.get_running_loop()
    while not task.done():
        before = loop.time()
        await asyncio.sleep(0.005)
        longest = max(longest, loop.time() - before)
    assert [each.status for each in task.result().receipts] == [Status.ADDED]
    assert longest < 0.4


async def test_a_place_sees_its_collections_and_no_trace_of_others(
    database: Database, folder: Path
) -> None:
    """Lists, counts, answers and refusals are as if the other collections were not there."""
    room = newsroom(database)
    await load(room, folder / "coast.md")
    await load(room, folder / "harbour.md", folder / "island.md", collection="secret")
    place = Place(channel="slack:C1")
    alone = newsroom(database)
    listing = await room.listing(place)
    status = await room.status(place)
    answer = await alone.ask(QUESTION, place, unheard)
    ferry = await room.ask(Ask(question="How often does the ferry sail?"), place, unheard)
    assert [each.document.outlet for each in listing.documents] == ["Coast Herald"]
    assert (status.documents, status.sentences, status.outlets) == (1, 2, ("Coast Herald",))
    assert {cited.document.collection for cited in answer.citations} == {"main"}
    assert (answer.searched.documents, answer.searched.passages) == (1, 1)
    assert ferry.searched == answer.searched
    assert {cited.document.collection for cited in ferry.nearest} <= {"main"}
    assert "“ferry”" in (ferry.reason or "")
